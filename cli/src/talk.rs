//! What is said to the person: standard error, never data.

use std::io::{Write, stderr};
use std::sync::Mutex;

use crate::exit;

/// Notes, warnings and errors.
#[derive(Debug)]
pub(crate) struct Talk {
    quiet: bool,
    colors: bool,
    last_word: Mutex<Option<String>>,
}

impl Talk {
    /// Quiet drops notes; errors are always said.
    pub(crate) const fn new(quiet: bool, colors: bool) -> Self {
        Self { quiet, colors, last_word: Mutex::new(None) }
    }

    /// Says something worth knowing.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            say(text.as_ref());
        }
    }

    /// Says what must be said even when quiet, such as a code to approve.
    pub(crate) fn plain(text: &str) {
        say(text.trim_end_matches('\n'));
    }

    /// Says that something is not as it should be, and goes on.
    pub(crate) fn warn(&self, text: impl AsRef<str>) {
        say(&format!("{} {}", self.paint("1;33", "warning:"), text.as_ref()));
    }

    /// Says why it failed and what to do.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        say(&format!("{} {error:#}", self.paint("1;31", "error:")));
        if let Some(help) = exit::remedy(error) {
            say(&format!(" {} {help}", self.paint("1;36", "help:")));
        }
    }

    /// Sets what to say if a signal stops the run, such as how to continue; replaces the last.
    pub(crate) fn if_stopped(&self, text: impl Into<String>) {
        if let Ok(mut word) = self.last_word.lock() {
            *word = Some(text.into());
        }
    }

    /// Says that a signal stopped the run.
    pub(crate) fn stopped(&self) {
        let word = self.last_word.lock().ok().and_then(|mut word| word.take());
        say(&word.map_or_else(|| "stopped".to_owned(), |word| format!("stopped: {word}")));
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colors { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A closed standard error is nobody's loss.
fn say(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}
