//! When an order has to be sent: plain rules.

use api::Timestamp;
use api::order::{OrderStatus, OrderSummary};

const DAY_SECONDS: i64 = 24 * 3600;
/// What nothing was promised of shall leave so long after it was paid.
pub(super) const PATIENCE_SECONDS: i64 = 3 * DAY_SECONDS;

/// When an order has to be sent.
pub(super) fn of(order: &OrderSummary) -> Timestamp {
    let paid = order.paid_at.unwrap_or(order.placed_at);
    order.ready_by.unwrap_or(paid.plus_seconds(PATIENCE_SECONDS))
}

/// Whether an order should have been sent by now. Of what is made to order the promised day counts to
/// its end, UTC.
pub(super) fn is_late(
    status: OrderStatus,
    ready_by: Option<Timestamp>,
    paid_at: Timestamp,
    now: Timestamp,
) -> bool {
    let day = |at: Timestamp| at.seconds().div_euclid(DAY_SECONDS);
    status == OrderStatus::Paid
        && ready_by.map_or(paid_at.plus_seconds(PATIENCE_SECONDS) <= now, |by| day(by) < day(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_lasts_to_the_end_of_its_day() {
        let noon = Timestamp::from_seconds(1_795_348_800);
        let late = |status, ready_by, hours: i64| {
            is_late(status, ready_by, noon, noon.plus_seconds(hours * 3600))
        };
        assert!(!late(OrderStatus::Paid, None, 71) && late(OrderStatus::Paid, None, 72));
        assert!(!late(OrderStatus::Shipped, None, 999));
        let in_ten_days = Some(noon.plus_seconds(10 * DAY_SECONDS));
        assert!(!late(OrderStatus::Paid, in_ten_days, 240 + 11), "it is still that day");
        assert!(late(OrderStatus::Paid, in_ten_days, 240 + 12));
    }
}
