//! The log, on standard error.

use std::io::{IsTerminal as _, stderr};

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Starts the log with what the settings say, or with `default` where they say nothing.
pub(super) fn start(config: &Config, default: &str) -> anyhow::Result<()> {
    let filter = config.log.as_deref().unwrap_or(default);
    let filter = EnvFilter::try_new(filter)
        .with_context(|| format!("STALL_LOG {filter}: should read warn, or info,sqlx=debug"))?;
    // A log that nobody takes is lost; the market goes on without.
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .log_internal_errors(false);
    let for_people = match config.log_format {
        LogFormat::Auto => stderr().is_terminal(),
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    if for_people {
        log.with_ansi(stderr().is_terminal()).init();
    } else {
        log.json().with_span_list(false).init();
    }
    Ok(())
}
