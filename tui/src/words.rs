//! States as people read them: a glyph, a word and a meaning. Never colour alone.

use api::listing::ListingStatus;
use api::order::OrderStatus;
use api::payout::{MatchStatus, PayoutStatus};

use crate::theme::Role;

/// A glyph, a word and what they mean.
pub(crate) type Words = (&'static str, &'static str, Role);

/// Where an order stands.
pub(crate) const fn order(status: OrderStatus) -> Words {
    match status {
        OrderStatus::Pending => ("◌", "unpaid", Role::Dim),
        OrderStatus::Paid => ("●", status.label(), Role::Warn),
        OrderStatus::Shipped => ("▶", status.label(), Role::Ok),
        OrderStatus::Cancelled => ("✗", status.label(), Role::Dim),
        OrderStatus::Refunded => ("↩", status.label(), Role::Info),
    }
}

/// Where a listing stands.
pub(crate) const fn listing(status: ListingStatus) -> Words {
    match status {
        ListingStatus::Draft => ("◌", "draft", Role::Dim),
        ListingStatus::Active => ("●", "for sale", Role::Ok),
        ListingStatus::Paused => ("◐", "paused", Role::Warn),
        ListingStatus::SoldOut => ("○", "sold out", Role::Bad),
        ListingStatus::Archived => ("▫", "archived", Role::Dim),
    }
}

/// Where a payout stands.
pub(crate) const fn payout(status: PayoutStatus) -> Words {
    match status {
        PayoutStatus::Pending => ("◌", "pending", Role::Dim),
        PayoutStatus::InTransit => ("▶", "in transit", Role::Info),
        PayoutStatus::Paid => ("✓", "paid", Role::Ok),
        PayoutStatus::Failed => ("✗", "failed", Role::Bad),
        PayoutStatus::Canceled => ("✗", "canceled", Role::Dim),
    }
}

/// How a line of a payout compares with the books.
pub(crate) const fn comparison(status: MatchStatus) -> Words {
    match status {
        MatchStatus::Matched => ("✓", "matched", Role::Ok),
        MatchStatus::Unexpected => ("!", "unexpected", Role::Bad),
        MatchStatus::Missing => ("!", "missing", Role::Bad),
        MatchStatus::Differing => ("!", "differing", Role::Bad),
    }
}
