//! Bulk edits: one change to many listings, which are picked by a filter.
//!
//! The shape is that of imports, plan → apply, and then undo: the server writes down what would
//! become of each listing, changes exactly that when it is told to, and takes it back exactly.

mod shown;
mod words;

pub use words::WordError;

use serde::{Deserialize, Serialize};

use crate::id::Kind;
use crate::import::{FieldChange, PlannedAction};
use crate::listing::{Category, Listing, ListingStatus};
use crate::making::Making;
use crate::text_enum::text_enum;
use crate::{Id, Money, Timestamp};

text_enum! {
    /// Where a bulk edit stands.
    BulkEditStatus {
        /// Listings are looked at; nothing is written.
        Planning = "planning",
        /// All of them were; it waits for somebody to agree.
        Planned = "planned",
        /// Being applied; can be resumed.
        Applying = "applying",
        /// Done.
        Applied = "applied",
        /// Being undone; can be resumed.
        Undoing = "undoing",
        /// Taken back.
        Undone = "undone",
    }
}

/// Which listings; everything said has to hold. Archived ones only where `status` names them.
///
/// `price_*` and `sku` pick variants: a listing is meant when one of its variants meets both, and
/// price and stock change for those variants alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkFilter {
    /// In one of these states.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<ListingStatus>,
    /// On one of these shelves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Category>,
    /// With each of these tags, whatever their case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Each of these stands in title or description, whatever the case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
    /// Price at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_from: Option<Money>,
    /// Price at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_to: Option<Money>,
    /// What the SKU begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
}

/// What becomes of them; absent parts stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    /// Prices rise (or fall) by so many hundredths of a percent, and are rounded to the nearest
    /// smallest unit, half of one upwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_percent: Option<i64>,
    /// Prices rise (or fall) by this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_add: Option<Money>,
    /// Prices become this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_set: Option<Money>,
    /// So many pieces more (or less) of each variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_add: Option<i64>,
    /// So many pieces of each variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_set: Option<i64>,
    /// Tags that are added where they are missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags_add: Vec<String>,
    /// Tags that are taken away, whatever their case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags_remove: Vec<String>,
    /// Another shelf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// From stock, or made to order in so many days, with the limit of a week or without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub making: Option<Making>,
    /// Another state: active, paused or archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ListingStatus>,
}

/// Opens a bulk edit: `POST /api/v1/edits`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBulkEdit {
    /// Which listings.
    pub filter: BulkFilter,
    /// What becomes of them.
    pub change: BulkChange,
}

/// A bulk edit, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkEdit {
    /// Its id, `edt_…`.
    pub id: Id<BulkEdit>,
    /// Which listings.
    pub filter: BulkFilter,
    /// What becomes of them.
    pub change: BulkChange,
    /// Where it stands.
    pub status: BulkEditStatus,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was done.
    pub applied_at: Option<Timestamp>,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// Listings that the plan would change or has changed.
    pub planned: i64,
    /// Listings that are meant and stay as they are.
    pub unchanged: i64,
    /// Listings that cannot be changed.
    pub failed: i64,
    /// Of those planned, changed so far.
    pub done: i64,
    /// Of those done, taken back so far.
    pub undone: i64,
    /// Of those done, not taken back because they were changed since.
    pub skipped: i64,
    /// Why listings cannot be changed, or were not taken back; at most 200, in the order of the plan.
    #[serde(default)]
    pub errors: Vec<BulkError>,
}

impl Kind for BulkEdit {
    const PREFIX: &'static str = "edt";
}

/// Why something was not done to a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkError {
    /// Which listing.
    pub listing: Id<Listing>,
    /// Its title when the plan was made.
    pub title: String,
    /// A sentence with the remedy.
    pub message: String,
}

/// What the plan says of one listing, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRow {
    /// Its place in the plan.
    pub position: i64,
    /// Which listing.
    pub listing: Id<Listing>,
    /// Its title when the plan was made.
    pub title: String,
    /// `change`, or `fail` where it cannot be changed.
    pub action: PlannedAction,
    /// Every field that would change.
    pub changes: Vec<FieldChange>,
    /// Why it cannot be changed.
    pub error: Option<String>,
    /// When it was changed.
    pub applied_at: Option<Timestamp>,
    /// When it was taken back, or left as it is.
    pub undone_at: Option<Timestamp>,
    /// Why it was not taken back.
    pub skipped: Option<String>,
}
