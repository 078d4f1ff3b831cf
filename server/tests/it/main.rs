//! The market through its front door: the real server, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod authenticator;
mod checkout;
mod demo;
mod emails;
mod factors;
mod images;
mod imports;
mod letters;
mod listings;
mod market;
mod passwords;
mod person;
mod postgres;
mod search;
mod sessions;
mod shopping;
mod storefront;
mod storm;
mod tokens;
mod web;
