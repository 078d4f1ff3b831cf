//! What a cart costs and who gets what of it: plain rules on plain data.

use std::collections::BTreeMap;

use api::listing::{Listing, Variant};
use api::question::Answer;
use api::shop::{Fees, Shop};
use api::{Currency, Id, Money};

use crate::carts::CartLine;
use crate::error::Error;

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
    pub(crate) answers: Vec<Answer>,
    pub(crate) sku: String,
    pub(crate) image: Option<String>,
    pub(crate) quantity: i64,
    /// Of one piece, surcharges included.
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
pub(crate) fn price(currency: Currency, cart: &[CartLine]) -> Result<Quote, Error> {
    if cart.is_empty() {
        return Err(Error::conflict("your cart is empty"));
    }
    if cart.len() > MOST_LINES {
        return Err(Error::conflict(format!(
            "one payment takes at most {MOST_LINES} different pieces"
        )));
    }
    let mut shops: BTreeMap<Id<Shop>, Vec<&CartLine>> = BTreeMap::new();
    for line in cart {
        check(currency, line)?;
        shops.entry(line.offer.shop).or_default().push(line);
    }
    let parts = shops
        .into_values()
        .map(|lines| part(currency, &lines))
        .collect::<Result<Vec<_>, Error>>()?;
    let total = Money::sum(currency, parts.iter().map(|part| part.total))?;
    if total.minor() < SMALLEST_PAYMENT_MINOR {
        let least = Money::new(SMALLEST_PAYMENT_MINOR, currency);
        return Err(Error::conflict(format!("the smallest payment is {least}")));
    }
    Ok(Quote { total, parts })
}

fn check(currency: Currency, wanted: &CartLine) -> Result<(), Error> {
    let offer = &wanted.offer;
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
    if let Some(outdated) = &wanted.outdated {
        let message = format!("the maker of “{title}” asks for something else now: {outdated}");
        return Err(Error::conflict(message));
    }
    let price = wanted.price;
    if wanted.quantity < 1 || price.minor() < 1 || price.currency() != currency {
        return Err(Error::conflict(format!("“{title}” cannot be bought right now")));
    }
    Ok(())
}

fn part(currency: Currency, wanted: &[&CartLine]) -> Result<Part, Error> {
    let mut lines = Vec::new();
    let mut total = Money::zero(currency);
    for wanted in wanted {
        let whole = wanted.total()?;
        total = total.checked_add(whole)?;
        lines.push(line(wanted, &Fees::of(whole, wanted.offer.commission_bps)?));
    }
    let commission = Money::sum(currency, lines.iter().map(|line| line.commission))?;
    let first = wanted.first().ok_or_else(|| Error::internal("a part without lines"))?;
    Ok(Part { shop: first.offer.shop, total, commission, lines })
}

fn line(wanted: &CartLine, fees: &Fees) -> Line {
    let offer = &wanted.offer;
    Line {
        listing: offer.listing,
        variant: offer.variant,
        title: offer.title.clone(),
        option: offer.option.clone(),
        answers: wanted.answers.clone(),
        sku: offer.sku.clone(),
        image: offer.cover.as_ref().map(|cover| cover.hash.clone()),
        quantity: wanted.quantity,
        price: wanted.price,
        commission_bps: fees.commission_bps,
        commission: fees.commission,
    }
}
