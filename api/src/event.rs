//! Live updates: `GET /api/v1/events` (server-sent events).

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::text_enum::text_enum;

text_enum! {
    /// What happened in a shop.
    EventKind {
        /// A shopper paid an order.
        OrderPaid = "order.paid",
        /// An order was handed to the carrier.
        OrderShipped = "order.shipped",
        /// A listing was made or changed.
        ListingChanged = "listing.changed",
        /// A payout was made or changed.
        PayoutChanged = "payout.changed",
        /// An import was applied.
        ImportApplied = "import.applied",
        /// Listings were changed together, or were given back what they had.
        BulkEditDone = "bulk_edit.done",
        /// Stripe's view of the shop changed.
        OnboardingChanged = "onboarding.changed",
        /// What the shop tells was changed, or when it is away.
        ShopChanged = "shop.changed",
        /// Events were missed; fetch everything anew.
        Reset = "reset",
    }
}

/// One event; its `seq` is the SSE id that `Last-Event-ID` resumes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Grows by one for each event of the market; gaps are other shops'.
    pub seq: i64,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// Its object: an order number, a listing id, a payout id, the shop's id.
    pub object: String,
    /// A line for the live feed, such as `order 7K39QF2M-1  €64.00`.
    pub text: String,
}
