//! What a line of a cart says about itself.

use api::listing::{Listing, ListingStatus};
use api::question::Answer;
use api::shop::Shop;
use api::{Currency, Id, Money, MoneyError, Timestamp};

use super::MOST_PIECES;
use crate::entropy::hash_secret;
use crate::error::Error;
use crate::listings::Offer;
use crate::listings::questions::{self, Given};

/// A variant in a cart, with what its shopper answered.
#[derive(Clone, Debug)]
pub(crate) struct CartLine {
    /// What the market offers today.
    pub(crate) offer: Offer,
    /// What was answered, with what it costs today.
    pub(crate) answers: Vec<Answer>,
    /// Names the answers: see [`key`].
    pub(crate) key: String,
    /// Why the answers cannot be used any more.
    pub(crate) outdated: Option<String>,
    /// Price of one piece today, with its answers.
    pub(crate) price: Money,
    /// How many are wanted.
    pub(crate) quantity: i64,
    /// The price that the shopper saw when it was put in.
    pub(crate) seen_price: Money,
    /// Pieces that are off the shelf because this very cart is being paid for.
    pub(crate) held: i64,
    /// Pieces of the same variant that other lines of this cart ask for.
    pub(crate) beside: i64,
    /// When it would be ready, were it ordered now; where it is made to order.
    pub(crate) ready_by: Option<Timestamp>,
}

/// The lines of one shop.
pub(crate) struct Stall {
    /// The shop.
    pub(crate) shop: Id<Shop>,
    /// Its name.
    pub(crate) name: String,
    /// Its address.
    pub(crate) slug: String,
    /// What is wanted of it.
    pub(crate) lines: Vec<CartLine>,
    /// Price of all that can be bought.
    pub(crate) subtotal: Money,
}

impl CartLine {
    /// Whether any piece of it can be bought.
    pub(crate) fn is_for_sale(&self) -> bool {
        let there = self.offer.available > 0 || self.offer.to_order.is_some();
        let on_the_shelf = self.offer.status == ListingStatus::Active && there;
        self.offer.shop_may_sell && self.offer.holiday.is_none() && (on_the_shelf || self.held > 0)
    }

    /// Whether it has a price: not when it is gone, nor when its answers, which may cost something,
    /// cannot be used any more.
    pub(crate) fn has_price(&self) -> bool {
        self.is_for_sale() && self.outdated.is_none()
    }

    /// Whether it can be bought as it stands.
    pub(crate) fn is_orderable(&self) -> bool {
        self.has_price() && self.quantity <= self.reachable()
    }

    /// Price of all pieces, today.
    pub(crate) fn total(&self) -> Result<Money, MoneyError> {
        self.price.checked_mul(self.quantity)
    }

    /// The same for people; empty for what no number can hold.
    pub(crate) fn total_text(&self) -> String {
        self.total().map(|total| total.to_string()).unwrap_or_default()
    }

    /// Most pieces that may be asked for.
    pub(crate) fn most(&self) -> i64 {
        self.reachable().clamp(1, MOST_PIECES)
    }

    /// Pieces on the shelf and in this shopper's own hands, less what her other lines take.
    fn reachable(&self) -> i64 {
        if self.offer.to_order.is_some() {
            return MOST_PIECES.saturating_sub(self.beside);
        }
        self.offer.available.saturating_add(self.held).saturating_sub(self.beside)
    }

    /// Hash of the picture beside it.
    pub(crate) fn picture(&self) -> Option<&str> {
        self.offer.cover.as_ref().map(|image| image.hash.as_str())
    }

    /// What the shopper has to know before going on.
    pub(crate) fn remark(&self) -> Option<String> {
        let offer = &self.offer;
        if !offer.shop_may_sell {
            return Some("This shop cannot take orders right now. Remove it to go on.".into());
        }
        if let Some(holiday) = offer.holiday {
            let (shop, away) = (&offer.shop_name, holiday.words());
            return Some(format!("{shop} is {away}. Remove it to go on, or come back then."));
        }
        if !self.is_for_sale() {
            return Some("No longer available. Remove it to go on.".into());
        }
        if let Some(outdated) = &self.outdated {
            return Some(format!(
                "The maker asks for something else now: {outdated}. Remove it, and put it in again from its page."
            ));
        }
        if self.quantity > self.reachable() {
            return Some(match self.reachable() {
                ..=0 => {
                    "Your other lines take all that are left. Remove one of them to go on.".into()
                }
                1 => "Only one is left. Lower the quantity to go on.".into(),
                left => format!("Only {left} are left. Lower the quantity to go on."),
            });
        }
        (self.seen_price != self.price).then(|| {
            format!(
                "The price changed from {} to {} since you put it in.",
                self.seen_price, self.price
            )
        })
    }
}

/// Names what was answered, whatever it costs: pieces with the same name are one line. Empty where
/// nothing was answered.
pub(super) fn key(given: &[Given]) -> Result<String, Error> {
    if given.is_empty() {
        return Ok(String::new());
    }
    Ok(hex::encode(hash_secret(&serde_json::to_string(given)?)))
}

/// What a shopper says about a piece that she puts in, and what one costs with it.
pub(super) fn told(offer: &Offer, given: &[Given]) -> Result<(Vec<Given>, Money), Error> {
    let answers = questions::answers(&offer.questions, given).map_err(|error| match error {
        Error::Invalid { message, .. } => Error::conflict(format!(
            "the maker of “{}” has a question first, on its page: {message}",
            offer.title
        )),
        other => other,
    })?;
    let price = questions::price(offer.price, &answers)?;
    Ok((answers.iter().map(Given::of).collect(), price))
}

/// A line as it lies in the cart, with what the market asks today. Answers that do not fit any more
/// are shown as they were given.
pub(super) fn of(
    offer: Offer,
    given: &[Given],
    quantity: i64,
    seen_price: Money,
) -> Result<CartLine, Error> {
    let (answers, outdated) = match questions::answers(&offer.questions, given) {
        Ok(answers) => (answers, None),
        Err(Error::Invalid { message, .. }) => {
            (given.iter().map(Given::unpriced).collect(), Some(message))
        }
        Err(other) => return Err(other),
    };
    let price = questions::price(offer.price, &answers)?;
    let key = key(given)?;
    Ok(CartLine {
        offer,
        answers,
        key,
        outdated,
        price,
        quantity,
        seen_price,
        held: 0,
        beside: 0,
        ready_by: None,
    })
}

/// Tells each line that is made to order when it would be ready, were all of them ordered now in
/// their order.
pub(super) fn promise(lines: &mut [CartLine], now: Timestamp) {
    let mut before: Vec<(Id<Listing>, (Timestamp, i64))> = Vec::new();
    for line in lines {
        let Some(terms) = line.offer.to_order else { continue };
        let listing = line.offer.listing;
        let own = before.iter().filter(|(other, _)| *other == listing).map(|(_, week)| *week);
        let taken: Vec<_> = line.offer.begun.iter().copied().chain(own).collect();
        let promise = terms.promise(now, line.quantity, &taken);
        line.ready_by = Some(promise.ready_by);
        before.extend(promise.weeks.into_iter().map(|week| (listing, week)));
    }
}

/// Tells each line how many pieces of its variant the others ask for.
pub(super) fn share(lines: &mut [CartLine]) {
    for place in 0..lines.len() {
        let variant = lines[place].offer.variant;
        let others = lines.iter().enumerate().filter(|(at, _)| *at != place);
        let same = others.filter(|(_, line)| line.offer.variant == variant);
        lines[place].beside = same.map(|(_, line)| line.quantity).sum();
    }
}

/// Adds pieces that were held; the last ones had left the listing sold out.
pub(super) fn take_back(offer: &mut Offer, held: i64) {
    offer.available = offer.available.saturating_add(held);
    if offer.status == ListingStatus::SoldOut {
        offer.status = ListingStatus::Active;
    }
}

/// Whether `quantity` more pieces can be put into a cart that holds `there` of them.
pub(crate) fn check(offer: &Offer, quantity: i64, there: i64) -> Result<(), Error> {
    let title = &offer.title;
    if !offer.shop_may_sell {
        return Err(Error::conflict(format!("{} cannot take orders right now", offer.shop_name)));
    }
    if let Some(holiday) = offer.holiday {
        return Err(Error::conflict(format!("{} is {}", offer.shop_name, holiday.words())));
    }
    if offer.status != ListingStatus::Active || (offer.available < 1 && offer.to_order.is_none()) {
        return Err(Error::conflict(format!("“{title}” is no longer available")));
    }
    let there_are = if offer.to_order.is_some() { MOST_PIECES } else { offer.available };
    let most = there_are.min(MOST_PIECES);
    if there.saturating_add(quantity) <= most {
        return Ok(());
    }
    Err(Error::conflict(match (there_are, there) {
        (1, 0) => format!("only one of “{title}” is left"),
        (1, _) => format!("only one of “{title}” is left, and it is in your cart"),
        (_, 0) => format!("only {most} of “{title}” can be ordered"),
        _ => format!("only {most} of “{title}” can be ordered, and {there} are in your cart"),
    }))
}

/// Groups lines by shop, in the order in which the shops came up.
pub(crate) fn stalls(lines: Vec<CartLine>) -> Result<Vec<Stall>, MoneyError> {
    let mut stalls: Vec<Stall> = Vec::new();
    for line in lines {
        let amount =
            if line.has_price() { line.total()? } else { Money::zero(line.price.currency()) };
        if let Some(stall) = stalls.iter_mut().find(|stall| stall.shop == line.offer.shop) {
            stall.subtotal = stall.subtotal.checked_add(amount)?;
            stall.lines.push(line);
        } else {
            stalls.push(Stall {
                shop: line.offer.shop,
                name: line.offer.shop_name.clone(),
                slug: line.offer.shop_slug.clone(),
                lines: vec![line],
                subtotal: amount,
            });
        }
    }
    Ok(stalls)
}

/// What all stalls cost together.
pub(crate) fn total(stalls: &[Stall], currency: Currency) -> Result<Money, MoneyError> {
    Money::sum(currency, stalls.iter().map(|stall| stall.subtotal))
}

/// Whether everything in the cart can be bought as it stands, and there is something.
pub(crate) fn is_ready(stalls: &[Stall]) -> bool {
    !stalls.is_empty() && stalls.iter().flat_map(|stall| &stall.lines).all(CartLine::is_orderable)
}

#[cfg(test)]
pub(crate) mod tests {
    use api::shop_profile::Holiday;
    use uuid::Uuid;

    use super::*;

    /// Sample lines for this and other tests.
    pub(crate) fn line(shop: u128, minor: i64, quantity: i64, available: i64) -> CartLine {
        let price = Money::new(minor, Currency::EUR);
        CartLine {
            offer: Offer {
                variant: Id::from_uuid(Uuid::from_u128(
                    shop * 1000 + u128::try_from(minor).unwrap(),
                )),
                listing: Id::from_uuid(Uuid::from_u128(7)),
                shop: Id::from_uuid(Uuid::from_u128(shop)),
                shop_name: format!("Shop {shop}"),
                shop_slug: format!("shop-{shop}"),
                slug: "mug-abc".into(),
                title: "Mug".into(),
                questions: vec![],
                option: "oatmeal".into(),
                sku: String::new(),
                price,
                to_order: None,
                begun: vec![],
                available,
                status: if available > 0 { ListingStatus::Active } else { ListingStatus::SoldOut },
                cover: None,
                commission_bps: 650,
                shop_may_sell: true,
                holiday: None,
            },
            answers: vec![],
            key: String::new(),
            outdated: None,
            price,
            quantity,
            seen_price: price,
            held: 0,
            beside: 0,
            ready_by: None,
        }
    }

    #[test]
    fn each_shop_has_its_own_sum_and_what_is_gone_costs_nothing() {
        let lines = vec![line(1, 2400, 2, 5), line(2, 1000, 1, 1), line(1, 700, 1, 0)];
        let stalls = stalls(lines).unwrap();
        assert_eq!(stalls[0].subtotal.to_string(), "€48.00");
        assert_eq!(stalls[0].lines.len(), 2, "the line that is gone is still shown");
        assert_eq!(total(&stalls, Currency::EUR).unwrap().to_string(), "€58.00");
        assert!(!is_ready(&stalls), "something in it cannot be bought");
    }

    #[test]
    fn nothing_changes_silently() {
        assert_eq!(line(1, 2400, 2, 5).remark(), None);
        assert!(line(1, 2400, 2, 1).remark().unwrap().contains("Only one is left"));
        assert!(line(1, 2400, 2, 0).remark().unwrap().contains("No longer available"));
        let other = CartLine {
            outdated: Some("“Name” is not asked any more".into()),
            ..line(1, 2400, 1, 5)
        };
        assert!(other.remark().unwrap().contains("“Name” is not asked any more"));
        assert!(!other.is_orderable());
        let dearer =
            CartLine { seen_price: Money::new(2000, Currency::EUR), ..line(1, 2400, 1, 5) };
        assert!(dearer.remark().unwrap().contains("from €20.00 to €24.00"));
        assert!(dearer.is_orderable(), "a new price is told, not refused");
    }

    #[test]
    fn nothing_is_bought_from_a_shop_on_holiday() {
        let mut away = line(1, 2400, 1, 3);
        away.offer.holiday = Some(Holiday { from: Timestamp::from_seconds(0), until: None });
        assert!(!away.is_orderable());
        assert!(away.remark().unwrap().contains("Shop 1 is on holiday"));
        assert_eq!(check(&away.offer, 1, 0).unwrap_err().to_string(), "Shop 1 is on holiday");
    }

    #[test]
    fn pieces_held_for_this_cart_are_not_gone() {
        let held = CartLine { held: 1, ..line(1, 2400, 1, 0) };
        assert_eq!((held.remark(), held.is_orderable()), (None, true));
        let greedy = CartLine { quantity: 2, ..held };
        assert!(!greedy.is_orderable());
    }

    #[test]
    fn lines_of_one_variant_share_its_pieces() {
        let mut lines = vec![line(1, 2400, 2, 3), line(1, 2400, 1, 3), line(1, 900, 9, 9)];
        share(&mut lines);
        assert!(lines.iter().all(CartLine::is_orderable));
        lines[1].quantity = 2;
        share(&mut lines);
        assert_eq!(
            lines.iter().map(CartLine::is_orderable).collect::<Vec<_>>(),
            [false, false, true]
        );
        assert!(lines[0].remark().unwrap().contains("Only one is left"));
    }

    #[test]
    fn more_than_there_is_is_refused_in_words() {
        let offer = line(1, 2400, 1, 3).offer;
        assert!(check(&offer, 3, 0).is_ok());
        let refused = check(&offer, 2, 2).unwrap_err().to_string();
        assert_eq!(refused, "only 3 of “Mug” can be ordered, and 2 are in your cart");
    }

    #[test]
    fn an_empty_cart_is_not_ready() {
        assert!(!is_ready(&[]));
    }
}
