//! Shops: the stalls of the market, one for each artisan.

pub(crate) mod onboarding;
pub(crate) mod pages;
pub(crate) mod profile;
mod routes;
pub(crate) mod slug;
mod store;
pub(crate) mod suspensions;

use std::collections::HashMap;

use api::account::Account;
use api::audit::Verb;
use api::event::EventKind;
use api::shop::{Fees, NewShop, OnboardingStatus, Shop};
use api::shop_profile::{STORY, ShopProfileEdit};
use api::{Id, Money};

pub(crate) use routes::routes;

use crate::audit;
use crate::db::{Topic, Tx};
use crate::error::Error;
use crate::state::AppState;
use crate::text;
use crate::web::idempotency;
use slug::slug;

/// Opens a shop for an account that has none; anybody else's second one is a conflict.
pub(crate) async fn open(
    state: &AppState,
    owner: Id<Account>,
    new: &NewShop,
) -> Result<Shop, Error> {
    let now = state.clock.now();
    let name = checked_name(&new.name)?;
    let shop = Shop {
        id: state.entropy.id(now),
        slug: slug(&name, "shop"),
        place: text::line("place", &new.place, LONGEST_PLACE)?,
        story: text::lines("story", &new.story, STORY)?,
        name,
        currency: state.config.currency,
        commission_bps: state.config.commission_bps,
        onboarding: OnboardingStatus::NotStarted,
        created_at: now,
    };
    let mut tx = state.db.begin().await?;
    let shop = insert_with_free_slug(&mut tx, shop).await?;
    if !store::insert_owner(&mut tx, shop.id, owner).await? {
        return Err(Error::conflict("you have a shop already; change it instead"));
    }
    profile::begin(&mut tx, shop.id).await?;
    audit::note(state, &mut tx, Verb::ShopOpen, shop.id).await?;
    idempotency::created(&mut tx, &shop).await?;
    tx.commit().await?;
    Ok(shop)
}

/// The slug of the name if no shop has or had it, else with letters of the id behind it.
async fn insert_with_free_slug(tx: &mut Tx, mut shop: Shop) -> Result<Shop, Error> {
    if store::is_slug_taken(tx, &shop.slug, shop.id).await? {
        shop.slug = format!("{}-{}", shop.slug, slug::short(shop.id));
    }
    let free = store::insert(tx, &shop).await?;
    if !free || !store::claim_slug(tx, &shop.slug, shop.id).await? {
        return Err(Error::conflict("a shop of that name was opened just now; try again"));
    }
    Ok(shop)
}

/// Locks a shop until the transaction ends.
async fn lock(tx: &mut Tx, shop: Id<Shop>) -> Result<Shop, Error> {
    store::lock(tx, shop).await?.ok_or(Error::NotFound)
}

/// Changes name, place and story of a locked shop. Its address follows its name, if that has a Latin
/// letter; the former one leads to it.
async fn edit_words(
    state: &AppState,
    tx: &mut Tx,
    shop: &mut Shop,
    edit: &ShopProfileEdit,
) -> Result<(), Error> {
    if let Some(name) = &edit.name {
        let name = checked_name(name)?;
        let wanted = slug(&name, "");
        if !wanted.is_empty() && wanted != slug(&shop.name, "") {
            shop.slug = move_to(tx, shop.id, wanted).await?;
        }
        shop.name = name;
    }
    if let Some(place) = &edit.place {
        shop.place = text::line("place", place, LONGEST_PLACE)?;
    }
    if let Some(story) = &edit.story {
        shop.story = text::lines("story", story, STORY)?;
    }
    store::update(tx, shop).await?;
    crate::search::touch_shop(state, tx, shop.id).await?;
    audit::note(state, tx, Verb::ShopEdit, shop.id).await
}

/// Takes a slug for a shop, its own former one or one that no shop ever had.
async fn move_to(tx: &mut Tx, shop: Id<Shop>, wanted: String) -> Result<String, Error> {
    let wanted = if store::is_slug_taken(tx, &wanted, shop).await? {
        format!("{wanted}-{}", slug::short(shop))
    } else {
        wanted
    };
    if store::claim_slug(tx, &wanted, shop).await? {
        return Ok(wanted);
    }
    Err(Error::conflict("another shop took that name just now; try again"))
}

/// Closes the shop of an account for good, if it has one. What it is called stays on receipts; its
/// address leads nowhere any more.
pub(crate) async fn close(
    state: &AppState,
    tx: &mut Tx,
    owner: Id<Account>,
) -> Result<Option<Id<Shop>>, Error> {
    store::close(tx, owner, state.clock.now()).await
}

/// The shop of an account, if it has one.
pub(crate) async fn find_for_account(
    state: &AppState,
    account: Id<Account>,
) -> Result<Option<Shop>, Error> {
    store::find_for_account(&state.db, account).await
}

/// The shop of an account, if it has one that shoppers see.
pub(crate) async fn find_open(
    state: &AppState,
    account: Id<Account>,
) -> Result<Option<Shop>, Error> {
    store::find_open(&state.db, account).await
}

/// The open shop at `/shops/{slug}`.
pub(crate) async fn find_by_slug(state: &AppState, slug: &str) -> Result<Shop, Error> {
    store::find_by_slug(&state.db, slug).await?.ok_or(Error::NotFound)
}

/// Where the open shop is now that has or had this slug.
pub(crate) async fn present_slug(state: &AppState, slug: &str) -> Result<String, Error> {
    store::present_slug(&state.db, slug).await?.ok_or(Error::NotFound)
}

/// Slugs of open shops with something for sale in a span of ids, in their order: behind one, up to
/// another.
pub(crate) async fn addresses(
    state: &AppState,
    (after, until): (Id<Shop>, Id<Shop>),
    limit: u32,
) -> Result<Vec<(Id<Shop>, String)>, Error> {
    store::addresses(&state.db, (after, until), i64::from(limit)).await
}

/// The last of so many shops behind an id; nothing when there are none.
pub(crate) async fn end(
    state: &AppState,
    after: Id<Shop>,
    many: u32,
) -> Result<Option<Id<Shop>>, Error> {
    store::end(&state.db, after, i64::from(many)).await
}

/// Names of open shops by slug; slugs of no open shop are left out.
pub(crate) async fn names(
    state: &AppState,
    slugs: &[&str],
) -> Result<HashMap<String, String>, Error> {
    store::names(&state.db, slugs).await
}

/// The account that a shop belongs to.
pub(crate) async fn owner(state: &AppState, shop: Id<Shop>) -> Result<Id<Account>, Error> {
    store::owner(&state.db, shop).await
}

/// A shop by its id.
pub(crate) async fn find(state: &AppState, id: Id<Shop>) -> Result<Shop, Error> {
    store::find(&state.db, id).await?.ok_or(Error::NotFound)
}

/// The shop that a connected Stripe account belongs to, if it is one of ours.
pub(crate) async fn find_by_stripe_account(
    state: &AppState,
    account: &str,
) -> Result<Option<Shop>, Error> {
    store::find_by_stripe_account(&state.db, account).await
}

/// The connected Stripe account of a shop, `acct_…`, once onboarding has begun.
pub(crate) async fn stripe_account(
    state: &AppState,
    shop: Id<Shop>,
) -> Result<Option<String>, Error> {
    store::stripe_account(&state.db, shop).await
}

/// Notes a shop's connected account and how far Stripe says it has come; news go to its feed.
pub(crate) async fn set_stripe(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    account: &str,
    status: OnboardingStatus,
) -> Result<(), Error> {
    if store::set_stripe(tx, shop, account, status).await? {
        let text = format!("Stripe: {}", status.as_str().replace('_', " "));
        note(state, tx, shop, EventKind::OnboardingChanged, shop.to_string(), text).await?;
        crate::search::touch_shop(state, tx, shop).await?;
    }
    Ok(())
}

/// Writes a line to a shop's live feed, to be seen when the transaction is committed.
pub(crate) async fn note(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    kind: EventKind,
    object: String,
    text: String,
) -> Result<(), Error> {
    note_all(state, tx, shop, kind, vec![(object, text)]).await
}

/// Writes lines to a shop's live feed, each an object and its text.
pub(crate) async fn note_all(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    kind: EventKind,
    lines: Vec<(String, String)>,
) -> Result<(), Error> {
    store::insert_events(tx, shop, kind, lines, state.clock.now()).await?;
    tx.rings(Topic::Feeds);
    Ok(())
}

/// The account of a shop's owner, and the address that letters go to.
pub(crate) async fn recipient(tx: &mut Tx, shop: Id<Shop>) -> Result<(Id<Account>, String), Error> {
    store::recipient(tx, shop).await
}

/// Basis points as people write them: `6.5 %`.
pub(crate) fn percent(bps: u32) -> String {
    let digits = format!("{}.{:02}", bps / 100, bps % 100);
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// What the artisan gets for a price.
pub(crate) fn fees(shop: &Shop, price: &str) -> Result<Fees, Error> {
    let price = Money::parse(price, shop.currency)?;
    if price.minor() <= 0 {
        return Err(Error::invalid("price", "the price must be more than nothing"));
    }
    Ok(Fees::of(price, shop.commission_bps)?)
}

const LONGEST_PLACE: usize = 80;

fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(2..=60).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "a shop's name has 2 to 60 characters"));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_rate_reads_as_people_write_it() {
        assert_eq!([650, 1000, 5, 0].map(percent), ["6.5 %", "10 %", "0.05 %", "0 %"]);
    }
}
