//! Personal data: what is kept and why, a copy of it, and leaving.
//!
//! Everything follows from one map, `server/privacy.toml`: `export`, `erase`, `purge` and
//! the page at `/privacy`. A test compares it with the schema of both engines, so nothing that is
//! added is forgotten.

mod copy;
mod hindrance;
pub(crate) mod jobs;
pub mod map;
pub(crate) mod pages;
mod processors;
pub(crate) mod routes;
mod store;

use std::io;
use std::time::Duration;

use api::account::Account;
use api::audit::{AuditEntry, Verb};
use api::page::PageRequest;
use api::privacy::{ErasurePreview, Hindrance, Kept};
use api::shop::Shop;
use api::{Id, Page};
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::Instrument as _;

use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::{accounts, audit, listings, shops};
use copy::Archive;
use map::map;

/// Copies that one server writes at a time.
static HANDS: Semaphore = Semaphore::const_new(4);
/// Somebody who takes longer to fetch one keeps others waiting.
const LONGEST: Duration = Duration::from_hours(1);
/// A picture that was sent gets a day to be put into its place.
const UNNAMED_SECONDS: i64 = 24 * 3600;

/// A copy on its way to whoever asked for it.
pub(crate) struct Export<S> {
    /// What the file is called.
    pub(crate) file: String,
    /// The zip file, as it is written. It breaks off when something fails.
    pub(crate) bytes: S,
}

/// Takes a copy of everything that is kept about somebody.
pub(crate) async fn export(
    state: &AppState,
    account: Account,
) -> Result<Export<impl Stream<Item = io::Result<Bytes>> + use<>>, Error> {
    let hand = HANDS.try_acquire().map_err(|_| {
        Error::Unavailable("many copies are being written right now; try again in a minute".into())
    })?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    audit::note(state, &mut tx, Verb::AccountExport, "").await?;
    tx.commit().await?;
    let (archive, bytes) = Archive::open(now);
    let market = shops::slug::slug(&state.config.market_name, "market");
    let file = format!("{market}-your-data-{}.zip", now.date_time().date());
    let its_state = state.clone();
    let work = async move {
        match timeout(LONGEST, copy::fill(&its_state, &account, archive)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = format!("{error:#}"), "a copy of personal data broke off");
            }
            Err(_) => tracing::warn!("a copy of personal data was fetched too slowly"),
        }
        drop(hand);
    };
    tokio::spawn(work.in_current_span());
    Ok(Export { file, bytes })
}

/// What deleting the account would do to what there is, and what stands in its way.
pub(crate) async fn preview(
    state: &AppState,
    account: Id<Account>,
) -> Result<ErasurePreview, Error> {
    let shop = shop_of(state, account).await?;
    let mut tx = state.db.begin().await?;
    let hindrances = hindrances(state, &mut tx, account, shop).await?;
    let (mut goes, mut stays) = (Vec::new(), Vec::new());
    for table in map().exported() {
        let Some(what) = table.title.clone() else { continue };
        if store::Reader::new(&state.db, account, table)?.next().await?.is_empty() {
            continue;
        }
        match table.stays.clone() {
            Some(why) => stays.push(Kept { what, why }),
            None => goes.push(what),
        }
    }
    Ok(ErasurePreview { goes, stays, hindrances })
}

async fn shop_of(state: &AppState, account: Id<Account>) -> Result<Option<Id<Shop>>, Error> {
    Ok(shops::find_for_account(state, account).await?.map(|shop| shop.id))
}

async fn hindrances(
    state: &AppState,
    tx: &mut Tx,
    account: Id<Account>,
    shop: Option<Id<Shop>>,
) -> Result<Vec<Hindrance>, Error> {
    let standing = store::standing(tx, account, shop, state.config.currency).await?;
    Ok(hindrance::hindrances(&standing))
}

/// Deletes an account: the person goes at once, books and receipts stay without her.
///
/// The shop is closed and its pieces leave the shelf before anybody looks for open orders, so
/// that no order can slip in between.
pub(crate) async fn erase(state: &AppState, account: Id<Account>) -> Result<(), Error> {
    let who = accounts::find(state, account).await?;
    let pictures = store::own_pictures(&state.db, account).await?;
    let shop = shop_of(state, account).await?;
    let mut tx = state.db.begin().await?;
    accounts::retire(&mut tx, account).await?;
    if let Some(shop) = shops::close(state, &mut tx, account).await? {
        listings::withdraw(state, &mut tx, shop).await?;
    }
    if let Some(first) = hindrances(state, &mut tx, account, shop).await?.first() {
        return Err(Error::conflict(format!(
            "the account cannot be deleted yet: {}. {}",
            first.what, first.remedy
        )));
    }
    audit::note(state, &mut tx, Verb::AccountErase, "").await?;
    store::erase(&mut tx, account).await?;
    accounts::say_goodbye(state, &mut tx, &who).await?;
    let spare = store::drop_pictures(&mut tx, pictures).await?;
    jobs::remove_later(state, &mut tx, spare).await?;
    tx.commit().await?;
    tracing::info!("an account was erased");
    // Whatever has no period left to wait for, such as the name of a shop that never sold. The
    // account is gone already; should this fail, housekeeping does it within the hour.
    if let Err(error) = purge(state).await {
        tracing::warn!(error = format!("{error:#}"), "what lapsed waits for housekeeping");
    }
    Ok(())
}

/// What somebody did, from new to old.
pub(crate) async fn log(
    state: &AppState,
    account: Id<Account>,
    request: &PageRequest,
) -> Result<Page<AuditEntry>, Error> {
    audit::list(state, account, request).await
}

/// Lets everything lapse whose period is over, and forgets pictures that nothing names any more,
/// such as a portrait that was replaced. Returns how much that was.
pub async fn purge(state: &AppState) -> Result<u64, Error> {
    let lapsed = store::lapse(&state.db, &state.config.country, state.clock.now()).await?;
    Ok(lapsed + forget_pictures(state).await?)
}

async fn forget_pictures(state: &AppState) -> Result<u64, Error> {
    let before = state.clock.now().plus_seconds(-UNNAMED_SECONDS);
    let mut all = 0;
    loop {
        let found = store::unnamed_pictures(&state.db, before).await?;
        let mut tx = state.db.begin().await?;
        let spare = store::drop_pictures(&mut tx, found).await?;
        let dropped = u64::try_from(spare.len()).map_err(Error::internal)?;
        jobs::remove_later(state, &mut tx, spare).await?;
        tx.commit().await?;
        if dropped == 0 {
            return Ok(all);
        }
        all += dropped;
    }
}
