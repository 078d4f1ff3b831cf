//! Purchases (one payment) and orders (one shop's part of it).

use serde::{Deserialize, Serialize};

use crate::country::{self, Place};
use crate::id::Kind;
use crate::listing::{Listing, Variant};
use crate::question::Answer;
use crate::text_enum::text_enum;
use crate::{Id, Money, Timestamp};

text_enum! {
    /// Where an order stands.
    OrderStatus {
        /// Waits for payment; stock is held.
        Pending = "pending",
        /// Paid; the artisan makes and packs.
        Paid = "paid",
        /// Handed to the carrier.
        Shipped = "shipped",
        /// Never paid, or called off.
        Cancelled = "cancelled",
        /// Money given back.
        Refunded = "refunded",
    }
}

impl OrderStatus {
    /// Whether an order may move from this state to `next`. One that was called off is paid only by
    /// money that came late and could still be used.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use OrderStatus::{Cancelled, Paid, Pending, Refunded, Shipped};
        matches!(
            (self, next),
            (Pending, Paid | Cancelled)
                | (Cancelled, Paid)
                | (Paid, Shipped | Refunded)
                | (Shipped, Refunded)
        )
    }

    /// How it reads to people: `to pack`, `shipped`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "waiting for payment",
            Self::Paid => "to pack",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

text_enum! {
    /// In which order orders come.
    OrderSort {
        /// The newest first.
        Newest = "newest",
        /// Those to pack, what has to be sent first first.
        Due = "due",
    }
}

text_enum! {
    /// Who carries a parcel.
    Carrier {
        /// DHL.
        Dhl = "dhl",
        /// DPD.
        Dpd = "dpd",
        /// GLS.
        Gls = "gls",
        /// Hermes.
        Hermes = "hermes",
        /// UPS.
        Ups = "ups",
        /// `FedEx`.
        Fedex = "fedex",
        /// A national post.
        Post = "post",
        /// Somebody else.
        Other = "other",
    }
}

impl Carrier {
    /// Guesses from the shape of a tracking number; [`Carrier::Other`] when nothing fits.
    ///
    /// Shapes: UPS `1Z` and 16 characters; UPU S10 (two letters, nine digits, two letters) is a
    /// post; DHL parcel numbers have 12 or 20 digits; DPD 14; GLS 11; Hermes 16; `FedEx` 15.
    #[must_use]
    pub fn guess(tracking: &str) -> Self {
        let compact: String =
            tracking.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let digits = compact.bytes().all(|b| b.is_ascii_digit());
        let s10 = compact.len() == 13
            && compact.bytes().enumerate().all(|(place, byte)| {
                if (2..11).contains(&place) {
                    byte.is_ascii_digit()
                } else {
                    byte.is_ascii_uppercase()
                }
            });
        match compact.len() {
            18 if compact.starts_with("1Z") => Self::Ups,
            _ if s10 => Self::Post,
            12 | 20 if digits => Self::Dhl,
            14 if digits => Self::Dpd,
            11 if digits => Self::Gls,
            16 if digits => Self::Hermes,
            15 if digits => Self::Fedex,
            _ => Self::Other,
        }
    }

    /// The carrier's page for a tracking number, where one is known.
    ///
    /// Only letters and digits of the number go into the address.
    #[must_use]
    pub fn tracking_url(self, tracking: &str) -> Option<String> {
        let number: String = tracking.chars().filter(char::is_ascii_alphanumeric).collect();
        let before = match self {
            Self::Dhl => {
                "https://www.dhl.de/en/privatkunden/dhl-sendungsverfolgung.html?piececode="
            }
            Self::Dpd => "https://tracking.dpd.de/status/en_US/parcel/",
            Self::Gls => "https://gls-group.com/track/",
            Self::Hermes => {
                "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#"
            }
            Self::Ups => "https://www.ups.com/track?tracknum=",
            Self::Fedex => "https://www.fedex.com/fedextrack/?trknbr=",
            Self::Post | Self::Other => return None,
        };
        (!number.is_empty()).then(|| format!("{before}{number}"))
    }

    /// The name people know.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Dhl => "DHL",
            Self::Dpd => "DPD",
            Self::Gls => "GLS",
            Self::Hermes => "Hermes",
            Self::Ups => "UPS",
            Self::Fedex => "FedEx",
            Self::Post => "Post",
            Self::Other => "Carrier",
        }
    }
}

/// One payment over one or more shops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Its id, `pur_…`.
    pub id: Id<Purchase>,
    /// What people see: eight letters and digits.
    pub number: String,
}

impl Kind for Purchase {
    const PREFIX: &'static str = "pur";
}

/// A purchase as its shopper sees it: one page over all shops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseView {
    /// What people see.
    pub number: String,
    /// `pending`, `paid` or `cancelled`.
    pub status: OrderStatus,
    /// Where letters about it go.
    pub email: String,
    /// Where the parcels go.
    pub ship_to: Address,
    /// What was paid, or is to be.
    pub total: Money,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Each shop's part.
    pub shops: Vec<ShopPart>,
}

/// One shop's part of a purchase, with the shop's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopPart {
    /// Name of the shop.
    pub shop: String,
    /// Its address: `/shops/{slug}`.
    pub slug: String,
    /// The order.
    pub order: Order,
}

/// One shop's part of a purchase, as its artisan sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id, `ord_…`.
    pub id: Id<Order>,
    /// What people see: the purchase's number, a dash, and the place of the shop in it.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Who receives it.
    pub ship_to: Address,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What the shopper pays for it.
    pub total: Money,
    /// What the market keeps; frozen when it was placed.
    pub commission: Money,
    /// What the artisan gets.
    pub net: Money,
    /// Parcels on their way.
    pub fulfillments: Vec<Fulfillment>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Note from the shopper; may be empty.
    pub note: String,
    /// Counts the changes; the `ETag` of this order.
    pub version: i64,
}

impl Kind for Order {
    const PREFIX: &'static str = "ord";
}

/// A line of an order; title, answers and price are frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The listing.
    pub listing: Id<Listing>,
    /// The variant.
    pub variant: Id<Variant>,
    /// Title when it was bought.
    pub title: String,
    /// Options when it was bought, such as `oatmeal`; may be empty.
    pub option: String,
    /// SKU when it was bought; may be empty.
    pub sku: String,
    /// What the shopper answered, with what each answer added to the price; empty once the order is
    /// over and its maker needs it no more.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// When it is ready to be sent at the latest, as promised; where it is made to order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_by: Option<Timestamp>,
    /// How many.
    pub quantity: i64,
    /// Price of one, surcharges included.
    pub price: Money,
    /// Price of all.
    pub total: Money,
    /// Cover picture when it was bought.
    pub image: Option<String>,
}

/// Where a parcel goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Who receives it.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// Second line; may be empty.
    #[serde(default)]
    pub line2: String,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// ISO 3166-1 alpha-2, capitals.
    pub country: String,
}

impl Address {
    /// The lines on a parcel, from the name to the country, as the country writes them.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let Self { name, line1, line2, postal_code: code, city, country } = self;
        let street = [line1.clone(), line2.clone()];
        let middle: Vec<String> = match country::rules(country).place_of_code {
            Place::BeforeTown => street.into_iter().chain([format!("{code} {city}")]).collect(),
            Place::AfterTown => street.into_iter().chain([format!("{city} {code}")]).collect(),
            Place::BelowTown => street.into_iter().chain([city.clone(), code.clone()]).collect(),
            Place::BelowStreet => {
                [city.clone()].into_iter().chain(street).chain([code.clone()]).collect()
            }
        };
        let country = country::name(country).to_owned();
        let all = [name.clone()].into_iter().chain(middle).chain([country]);
        all.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }
}

/// A parcel handed to a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fulfillment {
    /// Its id, `ful_…`.
    pub id: Id<Fulfillment>,
    /// Who carries it.
    pub carrier: Carrier,
    /// Tracking number; may be empty.
    pub tracking: String,
    /// The carrier's page for it, where one is known.
    pub tracking_url: Option<String>,
    /// When it was handed over.
    pub shipped_at: Timestamp,
}

impl Kind for Fulfillment {
    const PREFIX: &'static str = "ful";
}

/// Something that happened to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// What, in words: `paid`, `shipped with DHL 0034…`.
    pub text: String,
}

/// A parcel to record: `POST /api/v1/orders/{id or number}/ship`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    /// Tracking number; empty for a letter without one.
    #[serde(default)]
    pub tracking: String,
    /// Who carries it; guessed from the number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Carrier>,
}

/// A row of the artisan's list of orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummary {
    /// Its id.
    pub id: Id<Order>,
    /// What people see.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Who receives it.
    pub customer: String,
    /// The first line's title, and how many more: `Stoneware mug +2`.
    pub summary: String,
    /// Pieces of all lines.
    pub quantity: i64,
    /// What the shopper pays.
    pub total: Money,
    /// What the artisan gets.
    pub net: Money,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When all that is made to order of it is ready to be sent at the latest, as promised.
    #[serde(default)]
    pub ready_by: Option<Timestamp>,
    /// Whether it should have been sent by now: it is to pack, and the promised day is over or, where
    /// nothing was promised, three days since it was paid.
    #[serde(default)]
    pub late: bool,
    /// Tracking number of the last parcel.
    pub tracking: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_are_guessed_from_the_shape() {
        assert_eq!(Carrier::guess("0034 0434 1610 9402 1501"), Carrier::Dhl);
        assert_eq!(Carrier::guess("1Z999AA10123456784"), Carrier::Ups);
        assert_eq!(Carrier::guess("rr123456785de"), Carrier::Post);
        assert_eq!(Carrier::guess("hello"), Carrier::Other);
        assert_eq!(Carrier::guess("éé1234567é9éé"), Carrier::Other);
    }

    #[test]
    fn nothing_leaves_refunded_and_only_late_money_cancelled() {
        let next = |from: OrderStatus| -> Vec<OrderStatus> {
            OrderStatus::ALL.iter().copied().filter(|next| from.may_become(*next)).collect()
        };
        assert_eq!(next(OrderStatus::Refunded), []);
        assert_eq!(next(OrderStatus::Cancelled), [OrderStatus::Paid]);
    }
}
