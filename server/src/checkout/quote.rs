//! What a cart costs and who gets what of it: plain rules on plain data.

use std::collections::BTreeMap;

use api::listing::{Listing, Variant};
use api::shop::{Fees, Shop};
use api::{Currency, Id, Money};

use crate::error::Error;
use crate::listings::Offer;

/// Stripe's limit for one page in payment mode.
pub(crate) const MOST_LINES: usize = 100;
/// Smallest payment that Stripe takes in the market's currencies, in minor units of EUR and most
/// others. Source: Stripe, “Supported currencies”, minimum charge amounts.
const SMALLEST_PAYMENT_MINOR: i64 = 50;

/// A purchase as it would be: one part for each shop.
#[derive(Debug)]
pub(crate) struct Quote {
    /// What the shopper pays.
    pub(crate) total: Money,
    /// Each shop's part, in the order of shop ids.
    pub(crate) parts: Vec<Part>,
}

/// One shop's part.
#[derive(Debug)]
pub(crate) struct Part {
    /// The shop.
    pub(crate) shop: Id<Shop>,
    /// What the shopper pays for it.
    pub(crate) total: Money,
    /// What the market keeps of it.
    pub(crate) commission: Money,
    /// Its lines.
    pub(crate) lines: Vec<Line>,
}

/// One line, frozen.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) listing: Id<Listing>,
    pub(crate) variant: Id<Variant>,
    pub(crate) title: String,
    pub(crate) option: String,
    pub(crate) sku: String,
    pub(crate) image: Option<String>,
    pub(crate) quantity: i64,
    pub(crate) price: Money,
    pub(crate) commission_bps: u32,
    pub(crate) commission: Money,
}

impl Part {
    /// What the artisan gets.
    pub(crate) fn net(&self) -> Result<Money, Error> {
        Ok(self.total.checked_sub(self.commission)?)
    }
}

/// Prices a cart, or says which piece is in the way. Whether there are enough pieces shows only when
/// they are held.
pub(crate) fn price(currency: Currency, cart: &[(Offer, i64)]) -> Result<Quote, Error> {
    if cart.is_empty() {
        return Err(Error::conflict("your cart is empty"));
    }
    if cart.len() > MOST_LINES {
        return Err(Error::conflict(format!(
            "one payment takes at most {MOST_LINES} different pieces"
        )));
    }
    let mut shops: BTreeMap<Id<Shop>, Vec<&(Offer, i64)>> = BTreeMap::new();
    for entry in cart {
        check(currency, &entry.0, entry.1)?;
        shops.entry(entry.0.shop).or_default().push(entry);
    }
    let parts = shops
        .into_values()
        .map(|entries| part(currency, &entries))
        .collect::<Result<Vec<_>, Error>>()?;
    let total = Money::sum(currency, parts.iter().map(|part| part.total))?;
    if total.minor() < SMALLEST_PAYMENT_MINOR {
        let least = Money::new(SMALLEST_PAYMENT_MINOR, currency);
        return Err(Error::conflict(format!("the smallest payment is {least}")));
    }
    Ok(Quote { total, parts })
}

fn check(currency: Currency, offer: &Offer, quantity: i64) -> Result<(), Error> {
    let title = &offer.title;
    if let Some(holiday) = offer.holiday {
        let (shop, away) = (&offer.shop_name, holiday.words());
        return Err(Error::conflict(format!("{shop} is {away}, so “{title}” cannot be bought")));
    }
    if !offer.shop_may_sell {
        let shop = &offer.shop_name;
        return Err(Error::conflict(format!(
            "{shop} cannot take payments yet, so “{title}” cannot be bought"
        )));
    }
    if quantity < 1 || offer.price.minor() < 1 || offer.price.currency() != currency {
        return Err(Error::conflict(format!("“{title}” cannot be bought right now")));
    }
    Ok(())
}

fn part(currency: Currency, entries: &[&(Offer, i64)]) -> Result<Part, Error> {
    let mut lines = Vec::new();
    let mut total = Money::zero(currency);
    for (offer, quantity) in entries {
        let whole = offer.price.checked_mul(*quantity)?;
        total = total.checked_add(whole)?;
        lines.push(line(offer, *quantity, &Fees::of(whole, offer.commission_bps)?));
    }
    let commission = Money::sum(currency, lines.iter().map(|line| line.commission))?;
    let first = entries
        .first()
        .map(|entry| &entry.0)
        .ok_or_else(|| Error::internal("a part without lines"))?;
    Ok(Part { shop: first.shop, total, commission, lines })
}

fn line(offer: &Offer, quantity: i64, fees: &Fees) -> Line {
    Line {
        listing: offer.listing,
        variant: offer.variant,
        title: offer.title.clone(),
        option: offer.option.clone(),
        sku: offer.sku.clone(),
        image: offer.cover.as_ref().map(|cover| cover.hash.clone()),
        quantity,
        price: offer.price,
        commission_bps: fees.commission_bps,
        commission: fees.commission,
    }
}
