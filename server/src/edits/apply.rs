//! A plan is carried out, some listings at a time.

use std::collections::HashMap;

use api::Id;
use api::audit::Verb;
use api::bulk_edit::{BulkEdit, BulkEditStatus};
use api::history::Cause;
use api::listing::{Listing, ListingStatus};

use super::{AT_ONCE, change, counted, find, store, tell, turns};
use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::listings::{self, Change, difference};
use crate::state::AppState;
use crate::web::people::Artisan;

/// Why a listing is left alone that is not any more what the plan was made for.
const CHANGED_SINCE: &str =
    "it was changed since the plan was made, so something else would become of it; edit it anew";

/// Applies some more of a plan; to be called until the status is `applied`.
pub(crate) async fn apply(
    state: &AppState,
    artisan: &Artisan,
    id: Id<BulkEdit>,
) -> Result<BulkEdit, Error> {
    begin(state, artisan, id).await?;
    let edit = store::find(&state.db, artisan.shop.id, id).await?.ok_or(Error::NotFound)?;
    turns(state, artisan, &edit, BulkEditStatus::Applying).await?;
    find(state, artisan.shop.id, id).await
}

/// Changes the next listings, or ends it.
pub(super) async fn turn(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    edit: &BulkEdit,
) -> Result<(), Error> {
    let rows = store::open_rows(tx, edit.id, AT_ONCE).await?;
    if rows.is_empty() {
        return finish(state, tx, artisan, edit.id).await;
    }
    some(state, tx, artisan, edit, rows).await
}

/// Notes that it is being applied, and takes everything that cannot be.
async fn begin(state: &AppState, artisan: &Artisan, id: Id<BulkEdit>) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    match store::lock(&mut tx, artisan.shop.id, id).await?.ok_or(Error::NotFound)?.status {
        BulkEditStatus::Applying | BulkEditStatus::Applied => return Ok(()),
        BulkEditStatus::Planning => {
            return Err(Error::conflict(
                "not every listing was looked at yet; finish the plan first",
            ));
        }
        BulkEditStatus::Undoing | BulkEditStatus::Undone => {
            return Err(Error::conflict("this edit was undone; make a new one"));
        }
        BulkEditStatus::Planned => {}
    }
    store::set_status(&mut tx, id, BulkEditStatus::Applying).await?;
    store::take_failed(&mut tx, id, state.clock.now()).await?;
    audit::note(state, &mut tx, Verb::BulkEditApply, id).await?;
    Ok(tx.commit().await?)
}

/// Changes those of these listings of which the same would become as when the plan was made.
async fn some(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    edit: &BulkEdit,
    rows: Vec<store::OpenRow>,
) -> Result<(), Error> {
    let ids: Vec<Id<Listing>> = rows.iter().map(|row| row.listing_id).collect();
    let locked = listings::lock_all(tx, artisan.shop.id, &ids).await?;
    let refusal = refusal(state, tx, artisan, edit).await?;
    let places: HashMap<_, _> = rows.iter().map(|row| (row.listing_id, row.position)).collect();
    let (mut changes, mut failed) = (Vec::new(), Vec::new());
    for row in rows {
        let now = locked.iter().find(|listing| listing.id == row.listing_id);
        match weighed(artisan, edit, &row, now, refusal.as_deref()) {
            Ok(change) => changes.push(change),
            Err(words) => failed.push((row.position, words)),
        }
    }
    let written: Vec<Id<Listing>> = changes.iter().map(|change| change.after.id).collect();
    let published = listings::published(tx, &written).await?;
    listings::save_all(state, tx, &artisan.shop, &mut changes, Cause::BulkEdit).await?;
    let done: Vec<store::Done> = published
        .into_iter()
        .filter_map(|(listing, published)| {
            let change = changes.iter().find(|change| change.after.id == listing)?;
            let position = *places.get(&listing)?;
            Some(store::Done { position, version: change.after.version, published })
        })
        .collect();
    store::note_done(tx, edit.id, &done, state.clock.now()).await?;
    store::note_failed(tx, edit.id, &failed, state.clock.now()).await
}

/// Why nothing may be put on the shelf, if the edit wants that.
async fn refusal(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    edit: &BulkEdit,
) -> Result<Option<String>, Error> {
    if edit.change.status != Some(ListingStatus::Active) {
        return Ok(None);
    }
    match listings::may_publish(state, tx, artisan).await {
        Ok(()) => Ok(None),
        Err(Error::Forbidden(words)) => Ok(Some(words)),
        Err(error) => Err(error),
    }
}

/// The change that the plan shows, or why it is not made.
fn weighed<'a>(
    artisan: &Artisan,
    edit: &BulkEdit,
    row: &store::OpenRow,
    now: Option<&'a Listing>,
    refusal: Option<&str>,
) -> Result<Change<'a>, String> {
    let now = now.ok_or("it is not there any more")?;
    let after = change::changed(now, &edit.filter, &edit.change, artisan.shop.currency);
    let after = after.map_err(|error| error.to_string())?;
    if difference::between(now, &after) != row.changes.0 {
        return Err(CHANGED_SINCE.to_owned());
    }
    match refusal {
        Some(words) if now.status != after.status => Err(words.to_owned()),
        _ => Ok(Change { before: Some(now), after }),
    }
}

async fn finish(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    id: Id<BulkEdit>,
) -> Result<(), Error> {
    let count = store::applied(tx, id, state.clock.now()).await?;
    tell(state, tx, artisan, id, format!("{}: changed together", counted(count))).await
}
