//! Suspensions: staff take a shop out of sight, with a reason that its artisan reads.
//!
//! What follows is one rule at two places (`docs/decisions/0017-suspended-shops.md`): shoppers see
//! only what the view `open_shops` holds, and `web::people::Artisan` refuses every write.

mod letters;
mod store;

use api::Id;
use api::audit::Verb;
use api::event::EventKind;
use api::shop::Shop;
use api::staff::{LONGEST_REASON, Suspension};

use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::{search, text};

/// The suspension of a shop that holds now, if one does.
pub(crate) async fn in_force(
    state: &AppState,
    shop: Id<Shop>,
) -> Result<Option<Suspension>, Error> {
    store::in_force(&state.db, shop).await
}

/// Every suspension of a shop, newest first.
pub(crate) async fn list(state: &AppState, shop: Id<Shop>) -> Result<Vec<Suspension>, Error> {
    store::list(&state.db, shop).await
}

/// What an artisan is told who wants to change something all the same.
pub(crate) fn refusal(suspension: &Suspension) -> Error {
    Error::ShopSuspended(format!(
        "your shop is suspended, so nothing of it can be changed or published. The reason: {}",
        suspension.reason
    ))
}

/// Takes a shop out of sight and tells its artisan why.
pub(crate) async fn suspend(state: &AppState, shop: Id<Shop>, reason: &str) -> Result<(), Error> {
    let reason = text::lines("reason", reason, LONGEST_REASON)?;
    if reason.is_empty() {
        return Err(Error::invalid("reason", "say why; the artisan reads it"));
    }
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let shop = super::lock(&mut tx, shop).await?;
    if store::is_closed(&mut tx, shop.id).await? {
        return Err(Error::conflict("this shop is closed for good; nothing of it is shown"));
    }
    let new = Suspension { id: state.entropy.id(now), reason, suspended_at: now, lifted_at: None };
    if !store::insert(&mut tx, shop.id, &new).await? {
        return Err(Error::conflict("this shop is suspended already"));
    }
    search::touch_shop(state, &mut tx, shop.id).await?;
    letters::suspended(state, &mut tx, &shop, &new).await?;
    tell_terminals(state, &mut tx, shop.id, "suspended").await?;
    audit::note(state, &mut tx, Verb::ShopSuspend, shop.id).await?;
    Ok(tx.commit().await?)
}

/// Brings a shop back as it was and tells its artisan.
pub(crate) async fn lift(state: &AppState, shop: Id<Shop>) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    let shop = super::lock(&mut tx, shop).await?;
    if !store::lift(&mut tx, shop.id, state.clock.now()).await? {
        return Err(Error::conflict("this shop is not suspended"));
    }
    search::touch_shop(state, &mut tx, shop.id).await?;
    letters::lifted(state, &mut tx, &shop).await?;
    tell_terminals(state, &mut tx, shop.id, "suspension lifted").await?;
    audit::note(state, &mut tx, Verb::ShopLift, shop.id).await?;
    Ok(tx.commit().await?)
}

async fn tell_terminals(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    line: &str,
) -> Result<(), Error> {
    super::note(state, tx, shop, EventKind::ShopChanged, shop.to_string(), line.to_owned()).await
}
