//! States as people read them: a glyph, a word and a meaning. Never colour alone.

use api::listing::ListingStatus;
use api::order::OrderStatus;
use api::payout::{MatchStatus, Payout, PayoutStatus, Verdict};

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

/// How a payout as a whole compares with the books: a glyph, a sentence without its end, a meaning.
pub(crate) fn verdict(payout: &Payout) -> (&'static str, String, Role) {
    match payout.verdict() {
        Verdict::Open => ("·", "not itemised by Stripe yet".to_owned(), Role::Dim),
        Verdict::Matched => ("✓", "matches our books".to_owned(), Role::Ok),
        Verdict::SumDiffers => ("!", "does not add up".to_owned(), Role::Bad),
        Verdict::Unmatched(1) => ("!", "1 line unmatched".to_owned(), Role::Bad),
        Verdict::Unmatched(lines) => ("!", format!("{lines} lines unmatched"), Role::Bad),
    }
}
