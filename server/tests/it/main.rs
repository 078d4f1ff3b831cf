//! The market through its front door: the real server, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod addresses;
mod audit;
mod authenticator;
mod canary;
mod checkout;
mod demo;
mod emails;
mod equal_work;
mod every_route;
mod factors;
mod images;
mod imports;
mod kept_pages;
mod late_money;
mod letters;
mod listings;
mod market;
mod open_payments;
mod own_orders;
mod passwords;
mod person;
mod pictures;
mod postgres;
mod privacy;
mod privacy_map;
mod profiles;
mod proxies;
mod relay;
mod search;
mod servers;
mod sessions;
mod shipping;
mod shop_profiles;
mod shopping;
mod staff;
mod stall;
mod storefront;
mod storm;
mod suspended;
mod today;
mod tokens;
mod web;
