//! What the lists hold, as the filter and the cursor see it.

use api::listing::{ListingStatus, ListingSummary};
use api::order::{OrderStatus, OrderSummary};
use api::payout::{Payout, PayoutStatus, Verdict};

use crate::filter::Filtered;
use crate::list::Row;

/// Active listings with this many pieces or fewer are marked; the same number as in `Today`.
pub(crate) const LOW_STOCK: i64 = 2;

impl Filtered for OrderSummary {
    const STATES: &'static [&'static str] =
        &["to-pack", "late", "to-order", "shipped", "refunded", "cancelled", "pending"];

    fn is(&self, state: &str) -> bool {
        match state {
            "late" => return self.late,
            "to-order" => return self.ready_by.is_some(),
            _ => {}
        }
        let own = match self.status {
            OrderStatus::Paid => "to-pack",
            OrderStatus::Shipped => "shipped",
            OrderStatus::Refunded => "refunded",
            OrderStatus::Cancelled => "cancelled",
            OrderStatus::Pending => "pending",
        };
        own == state
    }
}

impl Row for OrderSummary {
    fn key(&self) -> String {
        self.number.clone()
    }

    fn haystack(&self) -> String {
        let tracking = self.tracking.as_deref().unwrap_or_default();
        [self.number.as_str(), &self.customer, &self.summary, self.status.label(), tracking]
            .join(" ")
            .to_lowercase()
    }
}

impl Filtered for ListingSummary {
    const STATES: &'static [&'static str] =
        &["active", "draft", "paused", "sold-out", "archived", "low", "no-picture"];

    fn is(&self, state: &str) -> bool {
        match state {
            "low" => is_low(self),
            "no-picture" => self.images == 0,
            "active" => self.status == ListingStatus::Active,
            "draft" => self.status == ListingStatus::Draft,
            "paused" => self.status == ListingStatus::Paused,
            "sold-out" => self.status == ListingStatus::SoldOut,
            _ => self.status == ListingStatus::Archived,
        }
    }
}

/// Whether a listing for sale is running out.
pub(crate) fn is_low(listing: &ListingSummary) -> bool {
    listing.status == ListingStatus::Active
        && !listing.made_to_order
        && listing.available <= LOW_STOCK
}

impl Row for ListingSummary {
    fn key(&self) -> String {
        self.id.to_string()
    }

    fn haystack(&self) -> String {
        [self.sku.as_str(), &self.title, self.status.as_str(), self.category.title()]
            .join(" ")
            .to_lowercase()
    }
}

impl Filtered for Payout {
    const STATES: &'static [&'static str] =
        &["unmatched", "matched", "paid", "in-transit", "pending", "failed", "canceled"];

    fn is(&self, state: &str) -> bool {
        match state {
            "unmatched" => {
                matches!(self.verdict(), Verdict::Unmatched(_) | Verdict::SumDiffers)
            }
            "matched" => self.verdict() == Verdict::Matched,
            "paid" => self.status == PayoutStatus::Paid,
            "in-transit" => self.status == PayoutStatus::InTransit,
            "pending" => self.status == PayoutStatus::Pending,
            "failed" => self.status == PayoutStatus::Failed,
            _ => self.status == PayoutStatus::Canceled,
        }
    }
}

impl Row for Payout {
    fn key(&self) -> String {
        self.stripe_id.clone()
    }

    fn haystack(&self) -> String {
        let amount = self.amount.to_string();
        [self.stripe_id.as_str(), &self.arrives_at.day(), &amount, self.status.as_str()]
            .join(" ")
            .to_lowercase()
    }
}
