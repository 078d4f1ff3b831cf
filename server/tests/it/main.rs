//! The market through its front door: the real server, on SQLite and on PostgreSQL.

mod accounts;
mod images;
mod imports;
mod listings;
mod market;
mod person;
mod postgres;
mod search;
mod web;
