//! What a shop tells shoppers: pictures, policies, who sells, and when it is away.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::listing::{GalleryEntry, GalleryImage};
use crate::shop::Shop;
use crate::staff::Suspension;
use crate::text_enum::text_enum;
use crate::{Timestamp, days};

/// Characters of a shop's story.
pub const STORY: usize = 5000;
/// Characters of a policy's explanation.
pub const NOTE: usize = 600;
/// Photographs of how things are made.
pub const PROCESS: usize = 8;
/// Days that a policy may speak of.
pub const DAYS: u32 = 365;
/// Characters of a seller's name, address or number.
pub const SELLER: usize = 200;

text_enum! {
    /// Whether a shop makes things to order.
    CustomWork {
        /// It does not.
        No = "no",
        /// After a talk.
        OnRequest = "on_request",
        /// Gladly.
        Yes = "yes",
    }
}

text_enum! {
    /// In what capacity somebody sells.
    SellerKind {
        /// Not as a business.
        Private = "private",
        /// As a business, a trader in the words of the European Union.
        Business = "business",
    }
}

/// A shop with everything it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopProfile {
    /// Name, place, story and what is settled.
    #[serde(flatten)]
    pub shop: Shop,
    /// A wide picture above everything.
    pub banner: Option<GalleryImage>,
    /// The maker.
    pub portrait: Option<GalleryImage>,
    /// How things are made.
    pub process: Vec<GalleryImage>,
    /// Returns, custom work, lead time.
    pub policies: Policies,
    /// Who sells.
    pub seller: Seller,
    /// When the shop is away, if that is planned or has begun.
    pub holiday: Option<Holiday>,
    /// The suspension that holds now; while it does nothing here can be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// Grows with each change, for `If-Match`.
    pub version: i64,
}

/// What shoppers may count on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// Days in which a piece may be sent back; 0 is never, absent is not said.
    #[serde(default)]
    pub returns_days: Option<u32>,
    /// More about returns; may be empty.
    #[serde(default)]
    pub returns: String,
    /// Whether things are made to order.
    pub custom_work: CustomWork,
    /// More about that; may be empty.
    #[serde(default)]
    pub custom: String,
    /// Days until a piece is sent, if that was said.
    #[serde(default)]
    pub lead_time: Option<LeadTime>,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            returns_days: None,
            returns: String::new(),
            custom_work: CustomWork::No,
            custom: String::new(),
            lead_time: None,
        }
    }
}

/// Days until a piece is sent, at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadTime {
    /// At least.
    pub from: u32,
    /// At most.
    pub to: u32,
}

/// Why a text is no lead time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no number of days; write 3..10 for the fewest and the most, or 5")]
pub struct LeadTimeError(String);

impl FromStr for LeadTime {
    type Err = LeadTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = days::read(text).ok_or_else(|| LeadTimeError(text.to_owned()))?;
        Ok(Self { from, to })
    }
}

/// `3..10`, or `5`; it is read again as it is written.
impl fmt::Display for LeadTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&days::write(self.from, self.to))
    }
}

/// Who sells, as law wants it shown of a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// Private or business.
    pub kind: SellerKind,
    /// Name of the person or the company.
    #[serde(default)]
    pub name: String,
    /// Postal address, several lines.
    #[serde(default)]
    pub address: String,
    /// Telephone number.
    #[serde(default)]
    pub phone: String,
    /// E-mail address for shoppers.
    #[serde(default)]
    pub email: String,
    /// Trade register and number in it, where there is one.
    #[serde(default)]
    pub register: String,
}

impl Default for Seller {
    fn default() -> Self {
        let text = String::new;
        Self {
            kind: SellerKind::Private,
            name: text(),
            address: text(),
            phone: text(),
            email: text(),
            register: text(),
        }
    }
}

/// Time in which nothing is made, sent or sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// When it begins.
    pub from: Timestamp,
    /// When the shop is back by itself; absent, when the artisan says so.
    pub until: Option<Timestamp>,
}

impl Holiday {
    /// Whether the shop is away at a moment.
    #[must_use]
    pub fn is_on(self, now: Timestamp) -> bool {
        self.from <= now && !self.is_over(now)
    }

    /// Whether the shop is back from it at a moment.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Its days for people: `20 Dec 2026 to 4 Jan 2027`, or `from 20 Dec 2026`.
    #[must_use]
    pub fn days(self) -> String {
        let from = self.from.day();
        self.until
            .map_or_else(|| format!("from {from}"), |until| format!("{from} to {}", until.day()))
    }

    /// For people: `on holiday until 3 Dec 2026`.
    #[must_use]
    pub fn words(self) -> String {
        self.until.map_or_else(
            || "on holiday".to_owned(),
            |until| format!("on holiday until {}", until.day()),
        )
    }
}

/// Sends a shop on holiday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// When it begins; absent is at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// When it ends; absent is not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Changes what a shop tells; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopProfileEdit {
    /// New name, 2 to 60 characters. The shop's address follows; the old one leads there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New place of making.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// New story, in plain text with a little Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<String>,
    /// Another banner; an empty hash takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banner: Option<GalleryEntry>,
    /// Another portrait; an empty hash takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<GalleryEntry>,
    /// All photographs of how things are made, each with an alt text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Vec<GalleryEntry>>,
    /// All policies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Policies>,
    /// Everything about who sells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<Seller>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holiday_begins_and_ends_by_the_clock() {
        let at = Timestamp::from_seconds;
        let week = Holiday { from: at(100), until: Some(at(200)) };
        assert_eq!([99, 100, 199, 200].map(|now| week.is_on(at(now))), [false, true, true, false]);
        let open = Holiday { from: at(100), until: None };
        assert!(open.is_on(Timestamp::MAX) && !open.is_on(at(99)));
        assert_eq!([199, 200].map(|now| week.is_over(at(now))), [false, true]);
        assert!(!open.is_over(Timestamp::MAX));
        assert_eq!(open.words(), "on holiday");
        assert_eq!(open.days(), "from 1 Jan 1970");
        assert_eq!(week.days(), "1 Jan 1970 to 1 Jan 1970");
        assert_eq!(week.words(), "on holiday until 1 Jan 1970");
    }
}
