//! The simulator over real HTTP: what a marketplace relies on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod api_rules;
mod books;
mod crash;
mod market;
mod paying;
mod shapes;
mod story;
mod webhooks;
