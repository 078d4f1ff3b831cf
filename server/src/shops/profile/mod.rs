//! What a shop tells shoppers: pictures, policies, who sells, and when it is away.

pub(crate) mod checklist;
mod holiday;
mod pages;
mod places;
pub(crate) mod policy;
mod process;
mod routes;
mod store;
pub(crate) mod story;

use std::collections::BTreeSet;

use api::event::EventKind;
use api::listing::{GalleryEntry, GalleryImage};
use api::shop::Shop;
use api::shop_profile::{Holiday, PROCESS, Pause, ShopProfile, ShopProfileEdit};
use api::{Id, Timestamp};

pub(crate) use routes::routes;

use crate::audit;
use crate::db::Tx;
use crate::error::{Error, Refusals};
use crate::images;
use crate::search;
use crate::state::AppState;
use places::Place;

/// Writes the profile of a new shop, in the transaction that opens it.
pub(super) async fn begin(tx: &mut Tx, shop: Id<Shop>) -> Result<(), Error> {
    store::insert(tx, shop).await
}

/// Everything that a shop tells.
pub(crate) async fn find(state: &AppState, shop: Shop) -> Result<ShopProfile, Error> {
    store::find(&state.db, shop).await
}

/// Changes what a shop tells. `version` is the one that the artisan looked at, if she says so.
pub(crate) async fn edit(
    state: &AppState,
    shop: Id<Shop>,
    edit: &ShopProfileEdit,
    version: Option<i64>,
) -> Result<ShopProfile, Error> {
    edit_unless(state, shop, edit, version, Refusals::default()).await
}

/// The same, unless something is wrong already with how the change was typed: then that is told
/// with all that is wrong besides.
async fn edit_unless(
    state: &AppState,
    shop: Id<Shop>,
    edit: &ShopProfileEdit,
    version: Option<i64>,
    mut wrong: Refusals,
) -> Result<ShopProfile, Error> {
    let mut tx = state.db.begin().await?;
    let mut profile = lock(&mut tx, shop, version).await?;
    super::edit_words(state, &mut tx, &mut profile.shop, edit, &mut wrong).await?;
    if let Some(policies) = &edit.policies {
        profile.policies = policy::policies(policies, &mut wrong)?;
    }
    let market = &state.config.country;
    if let Some(seller) = &edit.seller {
        profile.seller = policy::seller(seller, &mut wrong)?;
        if store::offers(&mut tx, shop).await? {
            wrong.take(policy::stays_complete(&profile.seller, market))?;
        }
    }
    wrong.take(policy::fit(&profile.policies, &profile.seller, market))?;
    wrong.take(set_pictures(&mut tx, shop, edit).await)?;
    wrong.told()?;
    let profile = save(state, &mut tx, profile, "shop: changed".to_owned()).await?;
    tx.commit().await?;
    find(state, profile.shop).await
}

async fn set_pictures(tx: &mut Tx, shop: Id<Shop>, edit: &ShopProfileEdit) -> Result<(), Error> {
    for (place, entry) in [(Place::Banner, &edit.banner), (Place::Portrait, &edit.portrait)] {
        if let Some(entry) = entry {
            let one = if entry.hash.is_empty() { &[] } else { std::slice::from_ref(entry) };
            replace(tx, shop, place, one).await?;
        }
    }
    if let Some(process) = &edit.process {
        if process.len() > PROCESS {
            return Err(Error::invalid(
                "process",
                format!("at most {PROCESS} photographs, please"),
            ));
        }
        if process.iter().any(|entry| entry.alt.trim().is_empty()) {
            return Err(Error::invalid(
                "process",
                "say of each photograph what it shows, for those who cannot see it",
            ));
        }
        let different: BTreeSet<&str> = process.iter().map(|entry| &*entry.hash).collect();
        if different.len() < process.len() {
            return Err(Error::invalid(
                "process",
                "one of these photographs is named twice; name each once",
            ));
        }
        replace(tx, shop, Place::Process, process).await?;
    }
    Ok(())
}

async fn replace(
    tx: &mut Tx,
    shop: Id<Shop>,
    place: Place,
    entries: &[GalleryEntry],
) -> Result<(), Error> {
    let pictures: Vec<GalleryImage> = images::gallery(tx, shop, entries).await?;
    for picture in &pictures {
        policy::alt(&picture.alt)?;
    }
    store::replace_pictures(tx, shop, place, &pictures).await
}

/// Sends a shop on holiday, at once or later; its pieces cannot be bought meanwhile. `version` is
/// the one that the artisan looked at, if she says so.
pub(crate) async fn pause(
    state: &AppState,
    shop: Id<Shop>,
    pause: &Pause,
    version: Option<i64>,
) -> Result<ShopProfile, Error> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let mut profile = lock(&mut tx, shop, version).await?;
    let standing = standing(&profile, now);
    let holiday = holiday::asked(pause, standing, now)?;
    profile.holiday = Some(holiday);
    let profile = save(state, &mut tx, profile, format!("holiday: {}", holiday.days())).await?;
    search::touch_shop(state, &mut tx, shop).await?;
    audit::note(state, &mut tx, holiday::given(standing, holiday, now), shop).await?;
    tx.commit().await?;
    Ok(profile)
}

/// Brings a shop back from its holiday, or calls a planned one off.
pub(crate) async fn resume(
    state: &AppState,
    shop: Id<Shop>,
    version: Option<i64>,
) -> Result<ShopProfile, Error> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let mut profile = lock(&mut tx, shop, version).await?;
    if let Some(standing) = standing(&profile, now) {
        let (verb, text) = holiday::taken(standing, now);
        profile.holiday = None;
        profile = save(state, &mut tx, profile, text.to_owned()).await?;
        search::touch_shop(state, &mut tx, shop).await?;
        audit::note(state, &mut tx, verb, shop).await?;
    }
    tx.commit().await?;
    Ok(profile)
}

/// The holiday of a shop that is planned or has begun.
pub(crate) async fn holiday(state: &AppState, shop: &Shop) -> Result<Option<Holiday>, Error> {
    let profile = find(state, shop.clone()).await?;
    Ok(standing(&profile, state.clock.now()))
}

fn standing(profile: &ShopProfile, now: Timestamp) -> Option<Holiday> {
    profile.holiday.filter(|holiday| !holiday.is_over(now))
}

/// Whether a shop may offer things: a business has to say who it is where law wants it.
pub(crate) async fn may_publish(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
) -> Result<(), Error> {
    let seller = store::seller(tx, shop).await?;
    policy::complete(&seller, &state.config.country)
}

/// What a shop has yet to say about its seller before it may offer things, in words.
pub(crate) async fn lacking(state: &AppState, shop: &Shop) -> Result<Vec<String>, Error> {
    let seller = find(state, shop.clone()).await?.seller;
    let missing = policy::missing(&seller, &state.config.country);
    Ok(missing.into_iter().map(|(_, words)| words.to_owned()).collect())
}

/// Why a shop may not offer things yet, in words; nothing when it may.
pub(crate) async fn silence(state: &AppState, shop: &Shop) -> Result<Option<String>, Error> {
    let profile = find(state, shop.clone()).await?;
    let complete = policy::complete(&profile.seller, &state.config.country);
    Ok(complete.err().map(|refusal| refusal.to_string()))
}

async fn lock(tx: &mut Tx, shop: Id<Shop>, version: Option<i64>) -> Result<ShopProfile, Error> {
    let shop = super::lock(tx, shop).await?;
    let profile = store::find_in(tx, shop).await?;
    if version.is_some_and(|version| version != profile.version) {
        return Err(Error::conflict(
            "your shop was changed elsewhere meanwhile; look at it again, then repeat your change",
        ));
    }
    Ok(profile)
}

/// Writes a changed profile and tells the shop's terminals, by a line for their live feed.
async fn save(
    state: &AppState,
    tx: &mut Tx,
    profile: ShopProfile,
    line: String,
) -> Result<ShopProfile, Error> {
    let after = ShopProfile { version: profile.version + 1, ..profile };
    store::update(tx, &after).await?;
    let shop = after.shop.id;
    super::note(state, tx, shop, EventKind::ShopChanged, shop.to_string(), line).await?;
    Ok(after)
}
