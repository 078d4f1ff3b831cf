//! The address book: where a person has parcels sent.

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::id::Kind;

/// Addresses of one account.
pub const ADDRESSES: usize = 20;

/// An address that a person keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAddress {
    /// Its id, `adr_…`.
    pub id: Id<SavedAddress>,
    /// The address itself.
    #[serde(rename = "address")]
    pub fields: AddressFields,
    /// Whether checkout begins with it; one of them is.
    pub is_default: bool,
    /// Grows with each change, for `If-Match`.
    pub version: i64,
}

impl Kind for SavedAddress {
    const PREFIX: &'static str = "adr";
}

/// What an address consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressFields {
    /// Who receives the parcels.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// Second line; may be empty.
    #[serde(default)]
    pub line2: String,
    /// Postal code; may be empty where a country has none.
    #[serde(default)]
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// State or province, where the country needs one; else empty.
    #[serde(default)]
    pub region: String,
    /// ISO 3166-1 alpha-2, capitals.
    pub country: String,
}
