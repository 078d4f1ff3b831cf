//! Storefront, JSON API, background jobs and administration of Stallwright.

pub mod accounts;
pub mod blobs;
mod carts;
mod checkout;
pub mod clock;
pub mod config;
mod cursor;
pub mod db;
pub mod entropy;
pub mod error;
mod fulfillments;
mod jobs;
mod ledger;
mod listings;
pub mod mail;
mod orders;
pub mod run;
pub mod search;
mod shops;
pub mod state;
mod storefront;
pub mod stripe;
mod web;
