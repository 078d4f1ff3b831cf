//! Bulk edits: a filter and a change become a plan, the plan is applied a part at a time, and what
//! was applied can be taken back exactly.
//!
//! Planning writes nothing but the plan. Applying changes a listing only if exactly that would
//! become of it which the plan says, and notes so in the same transaction, so it goes on where it
//! was stopped, whatever stopped it. Undoing works from the history of the listings and leaves
//! alone what says something else since.

mod apply;
mod change;
mod filter;
mod plan;
pub(crate) mod routes;
mod store;
mod undo;

use api::audit::Verb;
use api::bulk_edit::{BulkEdit, BulkEditStatus, BulkRow, NewBulkEdit};
use api::event::EventKind;
use api::import::PlannedAction;
use api::page::PageRequest;
use api::shop::Shop;
use api::{Id, Page};

use crate::audit;
use crate::cursor::{self, Cursor};
use crate::db::Tx;
use crate::error::Error;
use crate::shops;
use crate::state::AppState;
use crate::web::idempotency;
use crate::web::people::Artisan;

pub(crate) use apply::apply;
pub(crate) use plan::plan;
pub(crate) use undo::undo;

/// Listings of one transaction.
const AT_ONCE: i64 = 100;
/// Transactions of one call.
const TURNS: usize = 5;

/// Opens a bulk edit whose plan is still empty.
pub(crate) async fn open(
    state: &AppState,
    artisan: &Artisan,
    new: &NewBulkEdit,
) -> Result<BulkEdit, Error> {
    filter::check(&new.filter, artisan.shop.currency)?;
    let change = change::checked(&new.change, artisan.shop.currency)?;
    let now = state.clock.now();
    let edit = BulkEdit {
        id: state.entropy.id(now),
        filter: new.filter.clone(),
        change,
        status: BulkEditStatus::Planning,
        created_at: now,
        applied_at: None,
        undone_at: None,
        planned: 0,
        unchanged: 0,
        failed: 0,
        done: 0,
        undone: 0,
        skipped: 0,
        errors: Vec::new(),
    };
    let mut tx = state.db.begin().await?;
    store::insert(&mut tx, artisan.shop.id, &edit).await?;
    audit::note(state, &mut tx, Verb::BulkEditBegin, edit.id).await?;
    idempotency::created(&mut tx, &edit).await?;
    tx.commit().await?;
    Ok(edit)
}

/// One of a shop's bulk edits, with what was done so far and what failed.
pub(crate) async fn find(
    state: &AppState,
    shop: Id<Shop>,
    id: Id<BulkEdit>,
) -> Result<BulkEdit, Error> {
    let edit = store::find(&state.db, shop, id).await?.ok_or(Error::NotFound)?;
    Ok(BulkEdit { errors: store::errors(&state.db, id).await?, ..edit })
}

/// A shop's bulk edits, newest first, without their errors.
pub(crate) async fn list(
    state: &AppState,
    shop: Id<Shop>,
    request: &PageRequest,
) -> Result<Page<BulkEdit>, Error> {
    let after = Cursor::parse(request.after.as_deref())?;
    let rows = store::list(&state.db, shop, after, None, i64::from(request.rows()) + 1).await?;
    Ok(cursor::page(rows, request.rows(), |edit| Cursor { at: edit.created_at, id: edit.id }))
}

/// What the plan says of each listing, in its order; `action` narrows it.
pub(crate) async fn rows(
    state: &AppState,
    shop: Id<Shop>,
    id: Id<BulkEdit>,
    action: Option<PlannedAction>,
    request: &PageRequest,
) -> Result<Page<BulkRow>, Error> {
    store::find(&state.db, shop, id).await?.ok_or(Error::NotFound)?;
    let after = match request.after.as_deref() {
        None => 0,
        Some(after) => after.parse().map_err(|_| {
            Error::invalid("after", "this is not a cursor of this list; leave it out to begin anew")
        })?,
    };
    let wanted = usize::try_from(request.rows()).unwrap_or(usize::MAX);
    let limit = i64::from(request.rows()) + 1;
    let mut items = store::page(&state.db, id, after, action, limit).await?;
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next = items.last().filter(|_| more).map(|last| last.position.to_string());
    Ok(Page { items, next })
}

/// Forgets a plan that nobody began to apply.
pub(crate) async fn drop_plan(
    state: &AppState,
    shop: Id<Shop>,
    id: Id<BulkEdit>,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    match store::lock(&mut tx, shop, id).await?.ok_or(Error::NotFound)?.status {
        BulkEditStatus::Planning | BulkEditStatus::Planned => store::delete(&mut tx, id).await?,
        _ => return Err(Error::conflict("this edit was applied; undo it instead")),
    }
    audit::note(state, &mut tx, Verb::BulkEditDrop, id).await?;
    Ok(tx.commit().await?)
}

/// Takes turns at an edit as long as it stands so, each in a transaction of its own that holds its
/// lock; a few of them make one call.
async fn turns(
    state: &AppState,
    artisan: &Artisan,
    edit: &BulkEdit,
    status: BulkEditStatus,
) -> Result<(), Error> {
    for _ in 0..TURNS {
        let mut tx = state.db.begin().await?;
        let locked =
            store::lock(&mut tx, artisan.shop.id, edit.id).await?.ok_or(Error::NotFound)?;
        if locked.status != status {
            break;
        }
        if status == BulkEditStatus::Undoing {
            undo::turn(state, &mut tx, artisan, edit.id).await?;
        } else {
            apply::turn(state, &mut tx, artisan, edit).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// A line of the shop's feed about all of them.
async fn tell(
    state: &AppState,
    tx: &mut Tx,
    artisan: &Artisan,
    id: Id<BulkEdit>,
    text: String,
) -> Result<(), Error> {
    let kind = EventKind::BulkEditDone;
    shops::note(state, tx, artisan.shop.id, kind, id.to_string(), text).await
}

/// `1 listing`, `2 listings`.
fn counted(count: i64) -> String {
    if count == 1 { "1 listing".to_owned() } else { format!("{count} listings") }
}
