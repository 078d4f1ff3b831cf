//! The market through its front door: the real server, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod addresses;
mod checkout;
mod demo;
mod images;
mod imports;
mod listings;
mod market;
mod own_orders;
mod person;
mod postgres;
mod profiles;
mod search;
mod shop_profiles;
mod shopping;
mod storefront;
mod web;
