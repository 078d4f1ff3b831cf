//! What shoppers see of listings: cards in lists, the page of one, offers in a cart.

mod store;

use api::listing::{Category, GalleryImage, Listing, ListingStatus, Variant};
use api::making::ToOrder;
use api::question::Question;
use api::shop::Shop;
use api::shop_profile::Holiday;
use api::{Id, Money, Page, Timestamp};
use uuid::Uuid;

use crate::cursor::{self, Cursor};
use crate::error::Error;
use crate::listings::making;
use crate::listings::prices::{Reduction, Reductions};
use crate::state::AppState;

/// A listing in a list.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) id: Id<Listing>,
    /// Its address: `/listings/{slug}`.
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) shop_name: String,
    pub(crate) shop_slug: String,
    /// The lowest price.
    pub(crate) price: Money,
    /// What the lowest price was before it was lowered, if it lately was.
    pub(crate) reduction: Option<Reduction>,
    /// Whether other variants cost more, so that the price reads “from”.
    pub(crate) more_prices: bool,
    /// Pieces of all variants.
    pub(crate) available: i64,
    /// How it is made, where that happens when it is ordered.
    pub(crate) to_order: Option<ToOrder>,
    /// Days until it is ready to ship at the latest, as its listing or its shop says; absent where
    /// neither does.
    pub(crate) ready_in: Option<i64>,
    /// First picture.
    pub(crate) cover: Option<GalleryImage>,
    /// The holiday that the shop is on.
    pub(crate) holiday: Option<Holiday>,
    /// Whether money can reach its maker already.
    pub(crate) shop_may_sell: bool,
    /// When it came to the shelf.
    pub(crate) published_at: Timestamp,
}

impl Card {
    /// Whether every piece of it found a home.
    pub(crate) const fn is_sold_out(&self) -> bool {
        self.available == 0 && self.to_order.is_none()
    }
}

/// What carts and checkout need to know of a variant.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) variant: Id<Variant>,
    pub(crate) listing: Id<Listing>,
    pub(crate) shop: Id<Shop>,
    pub(crate) shop_name: String,
    pub(crate) shop_slug: String,
    /// Address of the listing.
    pub(crate) slug: String,
    pub(crate) title: String,
    /// What whoever orders it is asked.
    pub(crate) questions: Vec<Question>,
    /// The option values, joined for people: `Oat, Large`; empty without options.
    pub(crate) option: String,
    pub(crate) sku: String,
    pub(crate) price: Money,
    /// How it is made, where that happens when it is ordered.
    pub(crate) to_order: Option<ToOrder>,
    /// Weeks with the pieces of its listing that are begun in them.
    pub(crate) begun: Vec<(Timestamp, i64)>,
    /// Pieces that can be sold now; none of a variant that was withdrawn.
    pub(crate) available: i64,
    /// State of the listing for shoppers; only active ones can be bought.
    pub(crate) status: ListingStatus,
    /// First picture of the listing.
    pub(crate) cover: Option<GalleryImage>,
    pub(crate) commission_bps: u32,
    /// Whether money can reach the artisan.
    pub(crate) shop_may_sell: bool,
    /// The holiday that the shop is on; nothing of it can be bought meanwhile.
    pub(crate) holiday: Option<Holiday>,
}

/// A listing with its shop, as its page shows them.
#[derive(Clone, Debug)]
pub(crate) struct PublicListing {
    /// Active or sold out. Its `slug` is the address; others redirect there.
    pub(crate) listing: Listing,
    pub(crate) shop: Shop,
    /// The variants whose price was lowered lately.
    pub(crate) reductions: Reductions,
}

/// Listings for sale, newest first, of one shelf or of all.
pub(crate) async fn newest(
    state: &AppState,
    category: Option<Category>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<Card>, Error> {
    let after = Cursor::parse(after)?;
    let rows = match category {
        None => store::newest(&state.db, &after, one_more(limit)).await?,
        Some(category) => {
            store::newest_of_category(&state.db, category, &after, one_more(limit)).await?
        }
    };
    let rows = today(state, rows);
    Ok(cursor::page(rows, limit, |card| Cursor { at: card.published_at, id: card.id }))
}

/// Listings for sale, cheapest first, of one shelf or of all.
pub(crate) async fn by_price(
    state: &AppState,
    category: Option<Category>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<Card>, Error> {
    let after = cheapest(after)?;
    let rows = match category {
        None => store::by_price(&state.db, &after, one_more(limit)).await?,
        Some(category) => {
            store::by_price_of_category(&state.db, category, &after, one_more(limit)).await?
        }
    };
    Ok(cursor::page(today(state, rows), limit, priced))
}

/// Listings for sale, dearest first, of one shelf or of all.
pub(crate) async fn by_price_down(
    state: &AppState,
    category: Option<Category>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<Card>, Error> {
    let after = Cursor::parse(after)?;
    let rows = match category {
        None => store::by_price_down(&state.db, &after, one_more(limit)).await?,
        Some(category) => {
            store::by_price_down_of_category(&state.db, category, &after, one_more(limit)).await?
        }
    };
    Ok(cursor::page(today(state, rows), limit, priced))
}

/// A shop's listings for sale, newest first.
pub(crate) async fn of_shop(
    state: &AppState,
    shop: Id<Shop>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<Card>, Error> {
    let after = Cursor::parse(after)?;
    let rows = store::newest_of_shop(&state.db, shop, &after, one_more(limit)).await?;
    let rows = today(state, rows);
    Ok(cursor::page(rows, limit, |card| Cursor { at: card.published_at, id: card.id }))
}

/// The listings for sale or sold out among these, in their order; others are left out.
pub(crate) async fn cards(state: &AppState, ids: &[Id<Listing>]) -> Result<Vec<Card>, Error> {
    let mut cards = store::cards(&state.db, ids).await?;
    cards.sort_by_key(|card| ids.iter().position(|id| *id == card.id));
    Ok(today(state, cards))
}

/// How many listings are for sale on each shelf; empty shelves are left out.
pub(crate) async fn count_by_category(state: &AppState) -> Result<Vec<(Category, i64)>, Error> {
    store::count_by_category(&state.db).await
}

/// The listing at `/listings/{slug}`, known by the short id at the end of the address.
pub(crate) async fn public_listing(state: &AppState, slug: &str) -> Result<PublicListing, Error> {
    let short = slug.rsplit('-').next().unwrap_or_default().to_ascii_lowercase();
    let mut found = store::public_listing(&state.db, short).await?.ok_or(Error::NotFound)?;
    let now = state.clock.now();
    found.reductions.retain(|(_, reduction)| reduction.is_on(now));
    Ok(found)
}

/// What carts and checkout need to know of variants; unknown ones are left out.
pub(crate) async fn offers(
    state: &AppState,
    variants: &[Id<Variant>],
) -> Result<Vec<Offer>, Error> {
    let now = state.clock.now();
    let mut offers = store::offers(&state.db, variants).await?;
    for offer in &mut offers {
        offer.holiday = offer.holiday.filter(|holiday| holiday.is_on(now));
    }
    let limited =
        offers.iter().filter(|it| it.to_order.is_some_and(|terms| terms.weekly.is_some()));
    let mut limited: Vec<Id<Listing>> = limited.map(|offer| offer.listing).collect();
    limited.sort_unstable();
    limited.dedup();
    for (listing, week, pieces) in making::begun(&state.db, &limited, now).await? {
        for offer in offers.iter_mut().filter(|offer| offer.listing == listing) {
            offer.begun.push((week, pieces));
        }
    }
    Ok(offers)
}

/// Cards without holidays that are over or yet to come, and without reductions of long ago.
fn today(state: &AppState, mut cards: Vec<Card>) -> Vec<Card> {
    let now = state.clock.now();
    for card in &mut cards {
        card.holiday = card.holiday.filter(|holiday| holiday.is_on(now));
        card.reduction = card.reduction.filter(|reduction| reduction.is_on(now));
    }
    cards
}

/// Cursor of a list by price: the price stands in the place of the moment.
fn cheapest(after: Option<&str>) -> Result<Cursor<Listing>, Error> {
    match after {
        None => Ok(Cursor { at: Timestamp::from_micros(i64::MIN), id: Id::from_uuid(Uuid::nil()) }),
        Some(_) => Cursor::parse(after),
    }
}

fn priced(card: &Card) -> Cursor<Listing> {
    Cursor { at: Timestamp::from_micros(card.price.minor()), id: card.id }
}

fn one_more(limit: u32) -> i64 {
    i64::from(limit) + 1
}
