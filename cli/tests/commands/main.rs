//! The built `stall` against a market of canned answers on the loopback.

mod events;
mod exit_codes;
mod faults;
mod help;
mod market;
mod output;
mod quiet;
mod samples;
mod sign_in;
mod terminal;
