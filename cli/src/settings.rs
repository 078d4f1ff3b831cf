//! Options that hold for the whole run: flag, then environment, then `config.toml`, then default.

use std::time::Duration;

use anyhow::Context as _;
use clap::builder::FalseyValueParser;
use serde::Deserialize;
use tui::Colors;

use crate::environment::Environment;
use crate::exit::Failure;
use crate::output::Format;
use crate::span;

/// The profile when nobody names one.
const PROFILE: &str = "default";

/// Options that every command has.
#[derive(Debug, Default, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// How results are written: table, json, jsonl or csv
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORMAT",
        env = "STALL_OUTPUT",
        hide_env = true,
        hide_possible_values = true
    )]
    pub(crate) output: Option<Format>,
    /// Only these fields, by their names in JSON
    #[arg(long, global = true, value_name = "A,B", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    /// Which sign-in to use
    #[arg(long, global = true, value_name = "NAME", env = "STALL_PROFILE", hide_env = true)]
    pub(crate) profile: Option<String>,
    /// Address of the market
    #[arg(long, global = true, value_name = "URL", env = "STALL_SERVER", hide_env = true)]
    pub(crate) server: Option<String>,
    /// Never ask; end with code 5 where an answer is needed
    #[arg(long, global = true, env = "STALL_NO_INPUT", hide_env = true, value_parser = FalseyValueParser::new())]
    pub(crate) no_input: bool,
    /// Answer every question with yes
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Show every request
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Colours: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub(crate) color: Color,
    /// Longest wait for an answer; 30s if not given
    #[arg(long, global = true, value_name = "TIME", value_parser = span::parse_wait, default_value = "30s", hide_default_value = true)]
    pub(crate) timeout: Duration,
    /// What names the market on the command line itself, to be kept in commands that come next.
    #[arg(skip)]
    pub(crate) typed: Vec<String>,
    /// Address in `config.toml`.
    #[arg(skip)]
    pub(crate) file_server: Option<String>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Even into a file.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// Whether to colour something that goes to a terminal, or not to one.
    pub(crate) fn wanted(self, environment: &Environment, terminal: bool) -> bool {
        match self {
            Self::Auto => terminal && environment.colors != Colors::None,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// `config.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    server: Option<String>,
    profile: Option<String>,
    output: Option<Format>,
}

impl Globals {
    /// Fills what neither flag nor environment said from `config.toml`.
    pub(crate) fn with_file(mut self, environment: &Environment) -> anyhow::Result<Self> {
        let file = File::load(environment)?;
        self.output = self.output.or(file.output);
        self.profile = self.profile.filter(|name| !name.is_empty()).or(file.profile);
        self.file_server = file.server;
        Ok(self)
    }

    /// Address of the market, if flag or environment name one.
    pub(crate) fn named_server(&self) -> Option<&str> {
        self.server.as_deref().filter(|url| !url.is_empty())
    }

    /// Name of the profile.
    pub(crate) fn profile(&self) -> &str {
        self.profile.as_deref().unwrap_or(PROFILE)
    }
}

impl File {
    fn load(environment: &Environment) -> anyhow::Result<Self> {
        let Some(folder) = &environment.config_dir else { return Ok(Self::default()) };
        let path = folder.join("config.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        toml::from_str(&text).map_err(|error| {
            let message = format!("{}: {}", path.display(), error.to_string().trim_end());
            Failure::usage(message, "known keys are server, profile and output").into()
        })
    }
}
