//! HTTP: who asks, what leaves, and the rules that hold for every route.

pub(crate) mod page;
pub(crate) mod people;
mod problem;
