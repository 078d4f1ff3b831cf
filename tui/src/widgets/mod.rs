//! Pieces that every screen is put together from.

pub(crate) mod bars;
pub(crate) mod dialog;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod panel;
pub(crate) mod password;
pub(crate) mod table;
