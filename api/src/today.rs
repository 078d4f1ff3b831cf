//! What needs an artisan now: `GET /api/v1/today`.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::order::OrderSummary;
use crate::payout::Payout;
use crate::shop_profile::Holiday;
use crate::{Money, Timestamp};

/// The bench in the morning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// Orders that are paid and not shipped.
    pub to_pack: i64,
    /// Those of them that have to be sent first, at most 20.
    pub oldest: Vec<OrderSummary>,
    /// What shoppers paid on each of the last seven days, oldest first.
    pub sales: Vec<DaySales>,
    /// Orders of these seven days.
    pub orders: i64,
    /// Variants for sale with two pieces or fewer, at most 20.
    pub low_stock: Vec<LowStock>,
    /// Transferred, and in no payout yet.
    pub on_its_way: Money,
    /// The newest payout.
    pub last_payout: Option<Payout>,
    /// Listings for sale.
    pub active_listings: i64,
    /// Listings for sale without a picture.
    pub without_pictures: i64,
    /// What a business has yet to say about itself before it may offer anything, such as `the postal
    /// address`; empty: nothing.
    pub seller_lacks: Vec<String>,
    /// The holiday that is planned or has begun; absent once it is over.
    #[serde(default)]
    pub holiday: Option<Holiday>,
    /// What happened last, newest first, at most 20.
    pub latest: Vec<Event>,
}

/// One day of sales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySales {
    /// Midnight UTC that begins the day.
    pub day: Timestamp,
    /// What shoppers paid.
    pub total: Money,
}

/// A variant that is running out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowStock {
    /// Title.
    pub title: String,
    /// Its choices, such as `blue, large`; empty where there is nothing to choose.
    pub option: String,
    /// SKU; may be empty.
    pub sku: String,
    /// Pieces left.
    pub available: i64,
}
