//! The market through its front door: the real server, on SQLite and on PostgreSQL.

mod accounts;
mod demo;
mod images;
mod listings;
mod market;
mod person;
mod postgres;
mod search;
mod web;
