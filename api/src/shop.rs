//! Shops: the stall of an artisan.

use serde::{Deserialize, Serialize};

use crate::id::Kind;
use crate::text_enum::text_enum;
use crate::{Currency, Id, Money, Timestamp};

text_enum! {
    /// How far a shop's connection to Stripe has come.
    OnboardingStatus {
        /// No connected account yet.
        NotStarted = "not_started",
        /// Stripe asks for details.
        Pending = "pending",
        /// Stripe needs more before money can move.
        Restricted = "restricted",
        /// Transfers reach the artisan; payouts may still wait.
        TransfersActive = "transfers_active",
        /// Payouts reach the bank.
        Complete = "complete",
    }
}

impl OnboardingStatus {
    /// Whether the shop may sell: money can reach the artisan's balance.
    #[must_use]
    pub const fn may_sell(self) -> bool {
        matches!(self, Self::TransfersActive | Self::Complete)
    }
}

/// A stall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    /// Its id, `shp_…`.
    pub id: Id<Shop>,
    /// Its address: `/shops/{slug}`.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Town and country of the workshop; may be empty.
    pub place: String,
    /// What the artisan tells about herself; plain text with a little Markdown, may be empty.
    pub story: String,
    /// Currency of its prices.
    pub currency: Currency,
    /// Commission in basis points of the goods.
    pub commission_bps: u32,
    /// Stripe's side.
    pub onboarding: OnboardingStatus,
    /// When it was opened.
    pub created_at: Timestamp,
}

impl Kind for Shop {
    const PREFIX: &'static str = "shp";
}

/// Opens a shop.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewShop {
    /// Its name, 2 to 60 characters.
    pub name: String,
    /// Town and country.
    #[serde(default)]
    pub place: String,
    /// The artisan's story.
    #[serde(default)]
    pub story: String,
}

/// Asks for the next step of onboarding.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnboardingRequest {
    /// Simulator only: fill every form with test data at once.
    #[serde(default)]
    pub complete_test_data: bool,
}

/// Where onboarding stands and where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onboarding {
    /// Where it stands.
    pub status: OnboardingStatus,
    /// Stripe's page for the next step; single use, short-lived, absent when there is nothing to do.
    pub url: Option<String>,
}

/// What an artisan will get for a price: `GET /api/v1/shop/fees?price=24.00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fees {
    /// What the shopper pays.
    pub price: Money,
    /// The market's commission.
    pub commission: Money,
    /// Its rate in basis points.
    pub commission_bps: u32,
    /// What reaches the artisan.
    pub you_get: Money,
}

impl Fees {
    /// The one rule of what is kept and what is passed on.
    ///
    /// # Errors
    /// When the amounts leave 64 bits.
    pub fn of(price: Money, commission_bps: u32) -> Result<Self, crate::MoneyError> {
        let commission = price.basis_points(commission_bps);
        Ok(Self { price, commission, commission_bps, you_get: price.checked_sub(commission)? })
    }
}
