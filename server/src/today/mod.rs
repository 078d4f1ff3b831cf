//! The bench in the morning: what needs an artisan now.

pub(crate) mod routes;
mod store;

use api::page::PageRequest;
use api::shop::Shop;
use api::today::{DaySales, Today};
use api::{Money, Timestamp};

use crate::error::Error;
use crate::state::AppState;
use crate::{live, orders, payouts, shops};

/// Days that the sales of the week go back.
const DAYS: i64 = 7;
const DAY_SECONDS: i64 = 24 * 3600;
/// Orders, variants and events that are named one by one.
const NAMED: u32 = 20;

/// Everything at once, for one screen.
pub(crate) async fn look(state: &AppState, shop: &Shop) -> Result<Today, Error> {
    let today = state.clock.now().seconds().div_euclid(DAY_SECONDS);
    let first = Timestamp::from_seconds((today - DAYS + 1) * DAY_SECONDS);
    let counts = store::counts(&state.db, shop.id).await?;
    let sold = store::sales(&state.db, shop.id, first).await?;
    let request = PageRequest { limit: Some(NAMED), after: None };
    let due = orders::list_due(state, shop.id, &request).await?;
    let (last_payout, on_its_way) = payouts::latest(state, shop).await?;
    Ok(Today {
        to_pack: counts.to_pack,
        oldest: due.items,
        sales: week(first, &sold, shop),
        orders: sold.iter().map(|day| day.orders).sum(),
        low_stock: store::low_stock(&state.db, shop.id, i64::from(NAMED)).await?,
        on_its_way,
        last_payout,
        active_listings: counts.active,
        without_pictures: counts.without_pictures,
        holiday: shops::profile::holiday(state, shop).await?,
        seller_lacks: shops::profile::lacking(state, shop).await?,
        latest: live::latest(state, shop.id, i64::from(NAMED)).await?,
    })
}

/// One entry for each of the seven days, those without sales too.
fn week(first: Timestamp, sold: &[store::DayRow], shop: &Shop) -> Vec<DaySales> {
    (0..DAYS)
        .map(|offset| {
            let day = first.plus_seconds(offset * DAY_SECONDS);
            let number = day.seconds().div_euclid(DAY_SECONDS);
            let minor = sold.iter().find(|row| row.day == number).map_or(0, |row| row.total_minor);
            DaySales { day, total: Money::new(minor, shop.currency) }
        })
        .collect()
}
