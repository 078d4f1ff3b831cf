//! What every dialect ends in: a draft with its pictures.

use super::price::Decimal;
use super::{RowError, Silence};
use crate::Currency;
use crate::listing::ListingDraft;

/// A listing out of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportDraft {
    /// Line that it began on.
    pub line: u64,
    /// What stays the same when the file is read again.
    pub key: String,
    /// The listing.
    pub draft: ListingDraft,
    /// What the file does not speak of; the draft has the default of a new listing there.
    pub silent: Vec<Silence>,
    /// Whether the file has it for sale.
    pub publish: bool,
    /// Its pictures, in the order of the gallery.
    pub images: Vec<ImageRef>,
    /// What a person should look at, though it can be imported.
    pub notes: Vec<RowError>,
}

/// A picture that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// Address or file name, as the file has it.
    pub source: String,
    /// Place in the gallery that the file asks for.
    pub position: Option<u32>,
    /// Alternative text; may be empty.
    pub alt: String,
    /// Line that names it.
    pub line: u64,
    /// Header of the column that names it.
    pub column: String,
}

impl ImageRef {
    /// The source without query and fragment: `?v=…` makes no other picture.
    #[must_use]
    pub fn identity(&self) -> &str {
        self.source.split(['?', '#']).next().unwrap_or_default()
    }
}

/// How the cells of a file are to be understood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) currency: Currency,
    pub(super) decimal: Decimal,
}
