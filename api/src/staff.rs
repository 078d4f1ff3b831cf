//! What staff of the market see and do.

use serde::{Deserialize, Serialize};

use crate::audit::AuditEntry;
use crate::id::Kind;
use crate::shop::{OnboardingStatus, Shop};
use crate::text_enum::text_enum;
use crate::{Id, Timestamp};

/// Characters of a statement of reasons.
pub const LONGEST_REASON: usize = 2000;

text_enum! {
    /// How a shop stands in the market.
    ShopStanding {
        /// Shown to shoppers.
        Open = "open",
        /// Taken out of sight by staff, with a reason, until that is lifted.
        Suspended = "suspended",
        /// Given up for good.
        Closed = "closed",
    }
}

/// A shop in the list of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffShop {
    /// Its id, `shp_…`.
    pub id: Id<Shop>,
    /// Its address: `/shops/{slug}`.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: ShopStanding,
    /// Stripe's side.
    pub onboarding: OnboardingStatus,
    /// When it was opened.
    pub created_at: Timestamp,
}

impl StaffShop {
    /// Whether its name was erased with the account: it is `DELETED-` and a number then.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.name.starts_with("DELETED-")
    }

    /// What people call it.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.is_gone() { "A shop whose account was deleted" } else { &self.name }
    }
}

/// A shop as staff see it: how it stands, why, and what was done to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffShopDetail {
    /// The shop.
    pub shop: StaffShop,
    /// Its suspensions, newest first.
    pub suspensions: Vec<Suspension>,
    /// What was done to the shop itself, newest first; the fifty newest.
    pub log: Vec<AuditEntry>,
}

/// A suspension of a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Its id, `sus_…`.
    pub id: Id<Suspension>,
    /// The statement of reasons, as the artisan reads it.
    pub reason: String,
    /// Since when.
    pub suspended_at: Timestamp,
    /// Until when; absent while it holds.
    pub lifted_at: Option<Timestamp>,
}

impl Kind for Suspension {
    const PREFIX: &'static str = "sus";
}

/// Suspends a shop.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSuspension {
    /// Why, for the artisan to read; up to [`LONGEST_REASON`] characters.
    pub reason: String,
}
