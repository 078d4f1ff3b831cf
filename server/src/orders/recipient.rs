//! How long a maker sees whom an order went to. She needs the address to send the parcel, and for
//! a while to answer questions about it; then it is none of her business any more (GDPR, article
//! 5(1)(c)). The market keeps it for the books.

use api::Timestamp;
use api::order::{Address, Order, OrderStatus};

/// Half a year after the parcel left: longer than parcels are lost, returned or disputed.
const SECONDS: i64 = 180 * 24 * 3600;

/// Whether the maker of an order is done with whom it went to.
pub(super) fn is_done_with(order: &Order, now: Timestamp) -> bool {
    let left = order.fulfillments.iter().map(|parcel| parcel.shipped_at).max();
    lapsed(order.status, left.unwrap_or(order.placed_at), now)
}

/// Whether an order is over, and was by `since`, long enough ago.
pub(super) fn lapsed(status: OrderStatus, since: Timestamp, now: Timestamp) -> bool {
    let is_over = !matches!(status, OrderStatus::Pending | OrderStatus::Paid);
    is_over && since.plus_seconds(SECONDS) <= now
}

/// What is left of an address: the country, which tells nobody from another.
pub(super) fn forgotten(address: &Address) -> Address {
    Address {
        name: String::new(),
        line1: String::new(),
        line2: String::new(),
        postal_code: String::new(),
        city: String::new(),
        country: address.country.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_order_keeps_its_address_however_old() {
        let (since, later) = (Timestamp::from_seconds(0), Timestamp::from_seconds(SECONDS));
        assert!(lapsed(OrderStatus::Shipped, since, later));
        assert!(!lapsed(OrderStatus::Shipped, since, later.plus_seconds(-1)));
        assert!(!lapsed(OrderStatus::Paid, since, later.plus_seconds(SECONDS)));
    }
}
