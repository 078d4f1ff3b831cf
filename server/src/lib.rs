//! Storefront, JSON API, background jobs and administration of Stallwright.

pub mod accounts;
pub mod blobs;
pub mod clock;
pub mod config;
pub mod db;
pub mod entropy;
pub mod error;
mod jobs;
mod listings;
pub mod mail;
pub mod run;
pub mod search;
mod shops;
pub mod state;
pub mod stripe;
mod web;
