//! Stored images.

/// The object store.
#[derive(Default)]
pub struct Blobs;
