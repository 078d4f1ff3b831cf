//! What is said to the person: standard error, never data.

use std::io::{Write, stderr};
use std::sync::Mutex;

use crate::exit;

/// Notes, warnings and errors. A command that stands in backticks is said so that it can be repeated
/// as it stands.
#[derive(Debug)]
pub(crate) struct Talk {
    quiet: bool,
    colors: bool,
    typed: Vec<String>,
    last_word: Mutex<Option<String>>,
}

impl Talk {
    /// Quiet drops notes; errors are always said.
    pub(crate) const fn new(quiet: bool, colors: bool) -> Self {
        Self { quiet, colors, typed: Vec::new(), last_word: Mutex::new(None) }
    }

    /// The same with options that were typed and that commands in backticks have to repeat.
    pub(crate) fn repeating(self, typed: Vec<String>) -> Self {
        Self { typed, ..self }
    }

    /// Says something worth knowing.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            say(&self.repeatable(text.as_ref()));
        }
    }

    /// Says what must be said even when quiet, such as a code to approve.
    pub(crate) fn plain(text: &str) {
        say(text.trim_end_matches('\n'));
    }

    /// Says that something is not as it should be, and goes on.
    pub(crate) fn warn(&self, text: impl AsRef<str>) {
        let text = self.repeatable(text.as_ref());
        say(&format!("{} {text}", self.paint("1;33", "warning:")));
    }

    /// Says why it failed and what to do.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        say(&format!("{} {error:#}", self.paint("1;31", "error:")));
        if let Some(help) = exit::remedy(error) {
            say(&format!(" {} {}", self.paint("1;36", "help:"), self.repeatable(&help)));
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
        let word = word.map(|word| format!("stopped: {}", self.repeatable(&word)));
        say(&word.unwrap_or_else(|| "stopped".to_owned()));
    }

    /// Adds what was typed to every command in backticks that lacks it; help needs none of it.
    fn repeatable(&self, text: &str) -> String {
        let parts = text.split('`').enumerate().map(|(at, part)| {
            let is_command = part.starts_with("stall ") && !part.starts_with("stall help");
            if at % 2 == 0 || !is_command {
                return part.to_owned();
            }
            let name = |typed: &str| typed.split(' ').next().unwrap_or_default().to_owned();
            let lacking = self.typed.iter().filter(|typed| !part.contains(&name(typed)));
            lacking.fold(part.to_owned(), |command, option| format!("{command} {option}"))
        });
        parts.collect::<Vec<_>>().join("`")
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colors { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A closed standard error is nobody's loss.
fn say(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}
