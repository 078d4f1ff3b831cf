//! The history of a listing: what was saved, by whom, and how to go back.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::audit::Means;
use crate::import::FieldChange;
use crate::listing::Listing;
use crate::text_enum::text_enum;

/// Versions that are kept of one listing, the newest; older ones are forgotten.
pub const VERSIONS: i64 = 100;

text_enum! {
    /// Why a listing was saved.
    Cause {
        /// It was written.
        Draft = "draft",
        /// Somebody changed it or its state.
        Edit = "edit",
        /// A file said so.
        Import = "import",
        /// It was one of many that were changed together.
        BulkEdit = "bulk_edit",
        /// An old version was put back.
        Restore = "restore",
        /// A change of many was taken back.
        Undo = "undo",
        /// It was written as the copy of another one.
        Duplicate = "duplicate",
        /// It stood so when the history began.
        Earlier = "earlier",
    }
}

/// A saved change of a listing. Sales change only its stock and are none, so numbers may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingVersion {
    /// The version of the listing that it made.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// Who, by the name of the account; none when it was the market itself.
    pub by: Option<String>,
    /// With what.
    pub means: Means,
    /// Why.
    pub cause: Cause,
    /// What it changed, field by field, against the version before; long texts from where they
    /// begin to differ.
    pub changes: Vec<FieldChange>,
}

/// One version with all it said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionDetail {
    /// The change that made it.
    pub saved: ListingVersion,
    /// The listing as it was then, its stock included.
    pub content: Listing,
    /// What restoring it would change now. Stock and state stay, save that variants that go take
    /// their pieces along.
    pub restoring: Vec<FieldChange>,
}

/// Puts an old version back, as a new one: `POST /api/v1/listings/{id}/restore`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// The number of the version.
    pub version: i64,
}
