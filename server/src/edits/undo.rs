//! What was applied is taken back, some listings at a time.

use api::Id;
use api::audit::Verb;
use api::bulk_edit::{BulkEdit, BulkEditStatus};
use api::history::Cause;
use api::listing::Listing;

use super::{AT_ONCE, counted, find, store, tell, turns};
use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::listings::{self, Change};
use crate::state::AppState;
use crate::web::people::Artisan;

/// Why a listing keeps what the edit made of it.
const CHANGED_SINCE: &str = "it was changed or sold since, so it stays as it is now";

/// Takes some more back; to be called until the status is `undone`. It may begin while the edit is
/// still being applied, which ends that.
pub(crate) async fn undo(
    state: &AppState,
    artisan: &Artisan,
    id: Id<BulkEdit>,
) -> Result<BulkEdit, Error> {
    begin(state, artisan, id).await?;
    let edit = store::find(&state.db, artisan.shop.id, id).await?.ok_or(Error::NotFound)?;
    turns(state, artisan, &edit, BulkEditStatus::Undoing).await?;
    find(state, artisan.shop.id, id).await
}

/// Takes the next listings back, or ends it.
pub(super) async fn turn(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    id: Id<BulkEdit>,
) -> Result<(), Error> {
    let rows = store::done_rows(tx, id, AT_ONCE).await?;
    if rows.is_empty() {
        let count = store::undone(tx, id, state.clock.now()).await?;
        return tell(state, tx, artisan, id, format!("{}: as before", counted(count))).await;
    }
    some(state, tx, artisan, id, rows).await
}

async fn begin(state: &AppState, artisan: &Artisan, id: Id<BulkEdit>) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    match store::lock(&mut tx, artisan.shop.id, id).await?.ok_or(Error::NotFound)?.status {
        BulkEditStatus::Undoing | BulkEditStatus::Undone => return Ok(()),
        BulkEditStatus::Planning | BulkEditStatus::Planned => {
            return Err(Error::conflict(
                "nothing of this edit was applied, so there is nothing to undo",
            ));
        }
        BulkEditStatus::Applying | BulkEditStatus::Applied => {}
    }
    store::set_status(&mut tx, id, BulkEditStatus::Undoing).await?;
    audit::note(state, &mut tx, Verb::BulkEditUndo, id).await?;
    Ok(tx.commit().await?)
}

/// Gives these listings back what they had, save those that were changed since.
async fn some(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    id: Id<BulkEdit>,
    rows: Vec<store::DoneRow>,
) -> Result<(), Error> {
    let ids: Vec<Id<Listing>> = rows.iter().map(|row| row.listing_id).collect();
    let locked = listings::lock_all(tx, artisan.shop.id, &ids).await?;
    let now = |row: &store::DoneRow| locked.iter().find(|listing| listing.id == row.listing_id);
    let written: Vec<(&Listing, i64)> =
        rows.iter().filter_map(|row| Some((now(row)?, row.version))).collect();
    let before = listings::as_before(tx, &written).await?;
    let refusal = refusal(state, tx, artisan, &locked, &before).await?;
    let (mut changes, mut published, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let now = now(row);
        let was = before.iter().find(|listing| listing.id == row.listing_id);
        let skipped = match (now, was, &refusal) {
            (Some(now), Some(was), Some(words)) if comes_back(now, was) => Some(words.clone()),
            (Some(now), Some(was), _) => {
                changes.push(Change { before: Some(now), after: was.clone() });
                published.push((row.listing_id, row.published_at));
                None
            }
            _ => Some(CHANGED_SINCE.to_owned()),
        };
        outcomes.push((row.position, skipped));
    }
    listings::save_all(state, tx, &artisan.shop, &mut changes, Cause::Undo).await?;
    listings::set_published(tx, &published).await?;
    store::note_undone(tx, id, &outcomes, state.clock.now()).await
}

/// Why nothing may come back onto the shelf, if something would.
async fn refusal(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    now: &[Listing],
    before: &[Listing],
) -> Result<Option<String>, Error> {
    let would = |listing: &Listing| {
        before.iter().any(|was| was.id == listing.id && comes_back(listing, was))
    };
    if !now.iter().any(would) {
        return Ok(None);
    }
    match listings::may_publish(state, tx, artisan).await {
        Ok(()) => Ok(None),
        Err(Error::Forbidden(words)) => Ok(Some(words)),
        Err(error) => Err(error),
    }
}

/// Whether undoing puts a listing on the shelf.
fn comes_back(now: &Listing, was: &Listing) -> bool {
    was.status.is_on_shelf() && !now.status.is_on_shelf()
}
