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
use crate::error::{Error, Refusals};
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
    let has_one = || Error::conflict("you have a shop already; change it instead");
    if find_for_account(state, owner).await?.is_some() {
        return Err(has_one());
    }
    let now = state.clock.now();
    let NewShop { mut name, mut place, mut story } = new.clone();
    let mut wrong = Refusals::default();
    wrong.put(&mut name, Some(text::name(&new.name, NAME)))?;
    wrong.put(&mut place, Some(text::line("place", &new.place, LONGEST_PLACE)))?;
    wrong.put(&mut story, Some(text::lines("story", &new.story, STORY)))?;
    wrong.told()?;
    let shop = Shop {
        id: state.entropy.id(now),
        slug: slug(&name, "shop"),
        place,
        story,
        name,
        currency: state.config.currency,
        commission_bps: state.config.commission_bps,
        onboarding: OnboardingStatus::NotStarted,
        created_at: now,
    };
    let mut tx = state.db.begin().await?;
    let shop = insert_with_free_slug(state, &mut tx, shop).await?;
    if !store::insert_owner(&mut tx, shop.id, owner).await? {
        return Err(has_one());
    }
    profile::begin(&mut tx, shop.id).await?;
    audit::note(state, &mut tx, Verb::ShopOpen, shop.id).await?;
    idempotency::created(&mut tx, &shop).await?;
    tx.commit().await?;
    Ok(shop)
}

/// The slug of the name if no shop has or had it, else with letters of the id behind it: names in
/// other scripts may have no Latin letter, or the same few.
async fn insert_with_free_slug(
    state: &AppState,
    tx: &mut Tx,
    mut shop: Shop,
) -> Result<Shop, Error> {
    let likeness = free_likeness(state, tx, shop.id, &shop.name).await?;
    if store::is_slug_taken(tx, &shop.slug, shop.id).await? {
        shop.slug = format!("{}-{}", shop.slug, slug::short(shop.id));
    }
    let inserted = store::insert(tx, &shop).await?;
    if !inserted || !claim(tx, shop.id, [&shop.slug, &likeness]).await? {
        return Err(Error::conflict("a shop of that name was opened just now; try again"));
    }
    Ok(shop)
}

/// What a name is compared by, provided that no other shop has or had one like it and that it does
/// not pass for the market's own.
async fn free_likeness(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    name: &str,
) -> Result<String, Error> {
    let likeness = slug::likeness(name);
    if state.config.is_own_name(&likeness) {
        let words = "people would take this name for the market's own; choose another";
        return Err(Error::invalid("name", words));
    }
    if store::is_slug_taken(tx, &likeness, shop).await? {
        let words = "another shop has or had a name like this; choose another";
        return Err(Error::invalid("name", words));
    }
    Ok(likeness)
}

/// Makes addresses a shop's own, and with them the names that read like them; whether all of them
/// were free.
async fn claim(tx: &mut Tx, shop: Id<Shop>, slugs: [&str; 2]) -> Result<bool, Error> {
    for slug in slugs {
        if !store::claim_slug(tx, slug, shop).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Locks a shop until the transaction ends.
async fn lock(tx: &mut Tx, shop: Id<Shop>) -> Result<Shop, Error> {
    store::lock(tx, shop).await?.ok_or(Error::NotFound)
}

/// Changes name, place and story of a locked shop. Its address follows its name, if that has a Latin
/// letter; the former one leads to it. What cannot be used stays as it was.
async fn edit_words(
    state: &AppState,
    tx: &mut Tx,
    shop: &mut Shop,
    edit: &ShopProfileEdit,
    wrong: &mut Refusals,
) -> Result<(), Error> {
    let mut name = shop.name.clone();
    wrong.put(&mut name, edit.name.as_deref().map(|name| text::name(name, NAME)))?;
    if name != shop.name {
        wrong.take(rename(state, tx, shop, name).await)?;
    }
    let place = edit.place.as_deref().map(|place| text::line("place", place, LONGEST_PLACE));
    wrong.put(&mut shop.place, place)?;
    let story = edit.story.as_deref().map(|story| text::lines("story", story, STORY));
    wrong.put(&mut shop.story, story)?;
    store::update(tx, shop).await?;
    crate::search::touch_shop(state, tx, shop.id).await?;
    audit::note(state, tx, Verb::ShopEdit, shop.id).await
}

/// Gives a locked shop another name and the address that goes with it.
async fn rename(state: &AppState, tx: &mut Tx, shop: &mut Shop, name: String) -> Result<(), Error> {
    let likeness = free_likeness(state, tx, shop.id, &name).await?;
    let wanted = slug(&name, "");
    if !wanted.is_empty() && wanted != slug(&shop.name, "") {
        let taken = store::is_slug_taken(tx, &wanted, shop.id).await?;
        let behind = if taken { format!("-{}", slug::short(shop.id)) } else { String::new() };
        shop.slug = wanted + &behind;
    }
    shop.name = name;
    if claim(tx, shop.id, [&shop.slug, &likeness]).await? {
        return Ok(());
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
/// Characters of a name.
const NAME: std::ops::RangeInclusive<usize> = 2..=60;

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_rate_reads_as_people_write_it() {
        assert_eq!([650, 1000, 5, 0].map(percent), ["6.5 %", "10 %", "0.05 %", "0 %"]);
    }
}
