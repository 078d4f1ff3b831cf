//! The vocabulary of Stallwright: wire types, money, ids, states, import dialects and, with
//! feature `client`, the typed HTTP client.
//!
//! Without `client` nothing here does I/O, reads a clock or asks for randomness, so the server,
//! the console and the command line mean the same thing by the same word.

pub mod account;
pub mod address;
pub mod attribute;
pub mod audit;
pub mod bulk_edit;
pub mod country;
pub mod currency;
mod days;
pub mod event;
pub mod history;
pub mod id;
pub mod import;
pub mod limits;
pub mod listing;
pub mod making;
pub mod money;
pub mod order;
pub mod page;
pub mod password;
pub mod payout;
pub mod picture;
pub mod privacy;
pub mod problem;
pub mod profile;
pub mod question;
pub mod shop;
pub mod shop_profile;
pub mod sign_in;
pub mod simulator;
pub mod staff;
mod text_enum;
pub mod timestamp;
pub mod today;

#[cfg(feature = "client")]
pub mod client;

pub use currency::Currency;
pub use id::Id;
pub use money::{Money, MoneyError};
pub use page::Page;
pub use problem::{Code, Problem};
pub use timestamp::Timestamp;
