//! The search index.

/// A derived read model.
#[derive(Default)]
pub struct Search;
