//! The artisan's console: four screens and settings over the same client that the command line uses.
//!
//! Keys, answers and live events become actions; `update` is the only place where state changes,
//! and it only *asks* for work with effects; `view` only draws. The runner is the only part that
//! knows a terminal, a clock or a network.

mod action;
mod app;
mod ascii;
mod details;
mod effect;
mod filter;
#[cfg(test)]
mod fixtures;
mod keymap;
mod layout;
mod list;
mod needs;
#[cfg(test)]
mod paint;
mod palette;
mod rows;
mod runner;
mod screens;
mod settings;
#[cfg(test)]
mod snapshots;
mod text;
mod theme;
mod update;
mod view;
mod widgets;
mod words;

pub use runner::Signalled;

/// What the console is started with. The caller reads flags, files and the environment.
pub struct Options {
    /// Address of the market, such as `https://market.example`.
    pub server: String,
    /// Bearer token.
    pub token: String,
    /// `default`, `light`, `high-contrast`, `ansi16` or `mono`; absent: what suits the terminal.
    pub theme: Option<String>,
    /// Only ASCII on the screen, for terminals without Unicode.
    pub ascii: bool,
    /// Refuse everything that would change the shop.
    pub read_only: bool,
    /// First screen: `today`, `orders`, `listings`, `payouts` or `settings`; absent: `today`.
    pub screen: Option<String>,
    /// What the terminal can show, and may.
    pub colors: Colors,
}

/// Colours that a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    /// None at all, whatever the theme (`NO_COLOR`).
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// Any there is.
    Any,
}

/// Runs the console on this process's terminal until the artisan leaves.
///
/// The terminal is given back on every way out: keys, errors, panics, SIGTERM and SIGHUP.
///
/// # Errors
/// When the address, the theme or the screen cannot be used, when there is no terminal, and
/// [`Signalled`] when a signal ended it.
pub async fn run(options: Options) -> anyhow::Result<()> {
    runner::run(options).await
}
