//! One's own data: taking a copy, and leaving.

use serde::{Deserialize, Serialize};

/// What deleting an account would do: `GET /profile/erasure`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasurePreview {
    /// What goes at once.
    pub goes: Vec<String>,
    /// What stays, and why.
    pub stays: Vec<Kept>,
    /// What has to be settled first; empty when nothing stands in the way.
    pub hindrances: Vec<Hindrance>,
}

/// Data that outlive an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What stays.
    pub what: String,
    /// Why, and for how long.
    pub why: String,
}

/// Something that keeps an account from being deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hindrance {
    /// What it is.
    pub what: String,
    /// What removes it.
    pub remedy: String,
}
