//! HTTP: who asks, what leaves, and the rules that hold for every route.

pub(crate) mod assets;
pub(crate) mod mark;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod picture;
mod problem;
