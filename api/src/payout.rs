//! Payouts and what they are made of.

use serde::{Deserialize, Serialize};

use crate::id::Kind;
use crate::text_enum::text_enum;
use crate::{Id, Money, Timestamp};

text_enum! {
    /// Where a payout stands, in Stripe's words.
    PayoutStatus {
        /// Made, not sent.
        Pending = "pending",
        /// On its way to the bank.
        InTransit = "in_transit",
        /// Stripe calls it arrived; it may still be returned.
        Paid = "paid",
        /// Returned or refused by the bank.
        Failed = "failed",
        /// Called off before it was sent.
        Canceled = "canceled",
    }
}

text_enum! {
    /// What comparing one line with the books gave.
    MatchStatus {
        /// Same object, amount and currency on both sides.
        Matched = "matched",
        /// Stripe has a line that the books do not.
        Unexpected = "unexpected",
        /// The books have a transfer that Stripe's payout lacks.
        Missing = "missing",
        /// Both have it, with different amounts or currencies.
        Differing = "differing",
    }
}

/// A payout to an artisan's bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// Our id, `pay_…`.
    pub id: Id<Payout>,
    /// Stripe's id, `po_…`.
    pub stripe_id: String,
    /// Where it stands.
    pub status: PayoutStatus,
    /// What goes to the bank.
    pub amount: Money,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it should arrive, or did.
    pub arrives_at: Timestamp,
    /// Lines in it.
    pub lines: i64,
    /// Lines that match the books.
    pub matched: i64,
    /// Whether Stripe has said what is in it; until then there is nothing to compare.
    pub itemised: bool,
    /// Whether every line matches and the lines sum to the amount.
    pub reconciled: bool,
}

impl Kind for Payout {
    const PREFIX: &'static str = "pay";
}

/// What comparing a payout with the books gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Stripe has not said yet what is in it.
    Open,
    /// Every line matches, and the lines sum to the amount.
    Matched,
    /// So many lines do not match.
    Unmatched(i64),
    /// Every line matches, but the lines do not sum to the amount.
    SumDiffers,
}

impl Payout {
    /// What comparing it with the books gave.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self.lines - self.matched {
            _ if self.reconciled => Verdict::Matched,
            _ if !self.itemised => Verdict::Open,
            0 => Verdict::SumDiffers,
            unmatched => Verdict::Unmatched(unmatched),
        }
    }
}

/// A payout opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutDetail {
    /// The payout.
    pub payout: Payout,
    /// What shoppers paid for the orders in it.
    pub gross: Money,
    /// What the market kept of them.
    pub commission: Money,
    /// What was given back.
    pub refunds: Money,
    /// What remains; equals the amount when all is well.
    pub net: Money,
    /// Its lines.
    pub lines: Vec<PayoutLine>,
}

/// A line of a payout, matched or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutLine {
    /// Stripe's balance transaction, `txn_…`; absent for a missing line.
    pub stripe_id: Option<String>,
    /// Stripe's type: `payment`, `payment_refund`, …; `transfer` for a missing line.
    pub kind: String,
    /// The order it belongs to.
    pub order: Option<String>,
    /// What the shopper paid for that order.
    pub gross: Option<Money>,
    /// What the market kept of it.
    pub commission: Option<Money>,
    /// Stripe's figure.
    pub stripe: Option<Money>,
    /// The books' figure.
    pub books: Option<Money>,
    /// How they compare.
    pub status: MatchStatus,
    /// Why, in words, when they do not match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Which payouts to reconcile; none of the fields: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReconcileRequest {
    /// One payout, by our id or Stripe's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<String>,
    /// Those made at or after this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Those made before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What reconciling gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// Each payout with its lines.
    pub payouts: Vec<PayoutDetail>,
    /// Due to the artisan and not yet in any payout, open ones counted; below zero when an open
    /// payout holds more than the books know of.
    pub on_its_way: Money,
    /// The part of it that should have been paid out by now; empty when one payout was asked for.
    pub overdue: Vec<OverdueShare>,
    /// Whether nothing is missing, unexpected, differing or overdue.
    pub clean: bool,
}

/// An artisan's share of an order that is in no payout although it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdueShare {
    /// The order.
    pub order: String,
    /// What she is due of it.
    pub amount: Money,
    /// Since when.
    pub since: Timestamp,
}
