//! The built `stall` against a market of canned answers on the loopback.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asking;
mod events;
mod exit_codes;
mod faults;
mod help;
mod import;
mod keyring;
mod listings;
mod market;
mod output;
mod profile;
mod quiet;
mod samples;
mod showing;
mod sign_in;
mod sign_in_changes;
mod terminal;
