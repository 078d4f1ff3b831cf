//! Imports: what travels between `stall import` and the server.
//!
//! The shape is plan → apply. The client reads the file with a dialect, sends rows in batches,
//! the server stores a plan and writes nothing else until it is told to apply it.
//!
//! A file is read in two passes over the same bytes: [`sniff()`] finds encoding, separator and
//! dialect, [`read()`] then yields one [`Entry`] per listing in memory that does not grow with the
//! file (but for one 64-bit hash per key and SKU, which find duplicates).

mod category;
mod change;
mod code;
mod columns;
mod decode;
mod etsy;
mod findings;
mod html;
mod price;
mod product;
mod read;
mod records;
mod shopify;
mod sniff;
mod stall;

pub use change::FieldChange;
pub use code::RowCode;
pub use price::Decimal;
pub use product::{ImageRef, ImportDraft};
pub use read::{Drafts, Entry, lines, read};
pub use records::Record;
pub use sniff::{FileError, Layout, Wishes, sniff};
pub use stall::TEMPLATE;

use serde::{Deserialize, Serialize};

use crate::id::Kind;
use crate::listing::ListingDraft;
use crate::text_enum::text_enum;
use crate::{Id, Timestamp};

text_enum! {
    /// Whose columns a file has.
    Format {
        /// Stallwright's own.
        Stall = "stall",
        /// Shopify's products, classic columns.
        Shopify = "shopify",
        /// Etsy's listing download.
        Etsy = "etsy",
    }
}

text_enum! {
    /// Where an import stands.
    ImportStatus {
        /// Rows are coming in; nothing is written.
        Planning = "planning",
        /// Being applied; can be resumed.
        Applying = "applying",
        /// Done.
        Applied = "applied",
    }
}

text_enum! {
    /// What applying one listing of the plan would do.
    PlannedAction {
        /// A new listing.
        Create = "create",
        /// A change to one that is there.
        Change = "change",
        /// Nothing.
        Keep = "keep",
        /// It cannot be applied.
        Fail = "fail",
    }
}

text_enum! {
    /// What a file may be silent about: it lacks the columns, or cannot say it at all. An empty cell
    /// is no silence.
    Silence {
        /// The description.
        Description = "description",
        /// The shelf.
        Category = "category",
        /// The materials.
        Materials = "materials",
        /// The tags.
        Tags = "tags",
        /// The options, and with them the values of every variant.
        Options = "options",
        /// The SKU of every variant.
        Sku = "sku",
        /// The pieces of every variant.
        Stock = "stock",
        /// How many are begun in a week, of what it says to be made to order.
        Weekly = "weekly",
        /// Whether it is for sale.
        Publish = "publish",
        /// The alternative texts of its pictures.
        Alt = "alt",
    }
}

/// Opens an import.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewImport {
    /// Name of the file, for the history.
    pub file: String,
    /// Whose columns it has.
    pub format: Format,
    /// Whether variants that the file no longer has shall go; the plan shows what becomes then.
    #[serde(default)]
    pub allow_delete: bool,
    /// Listings that its sender keeps out because the file itself is wrong; they count as failed.
    #[serde(default)]
    pub kept_out: u32,
}

/// A listing out of the file, with the line it began on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportRow {
    /// Line in the file, counting the header as 1.
    pub line: u64,
    /// What stays the same when the file is read again: handle, SKU or title.
    pub key: String,
    /// The listing.
    pub draft: ListingDraft,
    /// What the file is silent about: that stays as it is, and only a new listing takes it from the
    /// draft.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<Silence>,
    /// Whether it should be for sale.
    #[serde(default)]
    pub publish: bool,
    /// The gallery, in order; hashes of stored images. Absent: leave the gallery as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<crate::listing::GalleryEntry>>,
}

/// A batch of rows: `POST /api/v1/imports/{id}/rows`, with an `Idempotency-Key`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportBatch {
    /// At most 200.
    pub rows: Vec<ImportRow>,
}

/// What the plan says of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRow {
    /// Line in the file.
    pub line: u64,
    /// Its key.
    pub key: String,
    /// Title.
    pub title: String,
    /// What would be done.
    pub action: PlannedAction,
    /// Field by field, for a change.
    pub changes: Vec<FieldChange>,
    /// Variants that would be made.
    pub variants_created: u32,
    /// Variants that would change.
    pub variants_changed: u32,
    /// Variants that would stay.
    pub variants_unchanged: u32,
    /// Variants that the file no longer has; they go only with `allow_delete`.
    pub absent: Vec<AbsentVariant>,
    /// Why it cannot be applied.
    pub error: Option<RowError>,
}

/// A variant of a listing that the file no longer has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsentVariant {
    /// Its SKU; may be empty.
    pub sku: String,
    /// Its value for each option of the listing.
    pub values: Vec<String>,
    /// Its pieces, which go with it.
    pub pieces: i64,
}

/// The plan of one batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchPlan {
    /// In the order of the batch.
    pub rows: Vec<PlannedRow>,
}

/// Applies a plan, or goes on applying it: `POST /api/v1/imports/{id}/apply`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyRequest {
    /// Remove variants that the file no longer has, even if that was not said as it was opened.
    #[serde(default)]
    pub allow_delete: bool,
}

/// An import in the history, and its progress while it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its id, `imp_…`.
    pub id: Id<Import>,
    /// Name of the file.
    pub file: String,
    /// Whose columns it has.
    pub format: Format,
    /// Where it stands.
    pub status: ImportStatus,
    /// Whether variants that the file no longer has go.
    #[serde(default)]
    pub allow_delete: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was done.
    pub applied_at: Option<Timestamp>,
    /// Listings in the plan.
    pub planned: i64,
    /// Listings done, of the plan.
    pub done: i64,
    /// What was done to listings; those that their sender kept out are failed.
    pub listings: Counts,
    /// What was done to variants.
    pub variants: Counts,
    /// Why listings of the plan cannot be or could not be applied; at most 200, by line.
    #[serde(default)]
    pub errors: Vec<RowError>,
}

impl Kind for Import {
    const PREFIX: &'static str = "imp";
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// New.
    pub created: i64,
    /// Changed.
    pub changed: i64,
    /// As they were.
    pub unchanged: i64,
    /// Not possible.
    pub failed: i64,
}

/// What is wrong with a row, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Line in the file.
    pub line: u64,
    /// Header of the column; empty when the row as a whole is meant.
    pub column: String,
    /// Stable code, such as `price.not_a_number`.
    pub code: String,
    /// A sentence with the remedy.
    pub message: String,
}
