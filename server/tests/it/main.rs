//! The market through its front door: the real server, on SQLite and on PostgreSQL.

mod accounts;
mod checkout;
mod market;
mod person;
mod postgres;
mod shopping;
mod web;
