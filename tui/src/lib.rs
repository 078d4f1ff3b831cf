//! The artisan's console: four screens over the same client that the command line uses.
//!
//! Keys, answers and live events become [`action::Action`]; `update` is the only place where
//! state changes, and it only *asks* for work with [`effect::Effect`]; `view` only draws. The
//! runner is the only part that knows a terminal, a clock or a network.

mod action;
mod app;
mod ascii;
mod effect;
mod filter;
mod keymap;
mod layout;
mod list;
mod needs;
mod palette;
mod rows;
mod screens;
mod text;
mod theme;
mod update;
mod view;
mod widgets;
mod words;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod snapshots;
