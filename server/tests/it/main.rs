//! The market through its front door: the real server, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod checkout;
mod demo;
mod images;
mod imports;
mod late_money;
mod listings;
mod market;
mod open_payments;
mod person;
mod postgres;
mod search;
mod shopping;
mod storefront;
mod web;
