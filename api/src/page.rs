//! Keyset pages.

use serde::{Deserialize, Serialize};

/// One page of a list; `next` is handed back as `after` and is absent on the last page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Opaque cursor of the following page.
    pub next: Option<String>,
}

/// Most rows that one page may hold.
pub const MAX_LIMIT: u32 = 200;
/// Rows of a page when nobody asks.
pub const DEFAULT_LIMIT: u32 = 50;

/// What a list accepts: `?limit=&after=`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Rows wanted, 1 to [`MAX_LIMIT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Cursor from the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl PageRequest {
    /// Rows to fetch, within bounds.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }
}
