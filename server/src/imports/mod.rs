//! Imports: rows become a plan, and a plan is applied, a part at a time.
//!
//! Planning writes nothing but the plan. Applying writes some listings in a transaction together
//! with the note that they are done, so it goes on where it was stopped, whatever stopped it. Each
//! row that changed a listing keeps the listing as it was.

mod apply;
mod difference;
mod merge;
mod plan;
pub(crate) mod routes;
mod store;

use api::audit::Verb;
use api::import::{Counts, Import, ImportStatus, NewImport};
use api::page::PageRequest;
use api::shop::Shop;
use api::{Id, Page};

use crate::audit;
use crate::cursor::{Cursor, page};
use crate::error::Error;
use crate::state::AppState;
use crate::web::idempotency;
use crate::web::people::Artisan;

pub(crate) use apply::apply;
pub(crate) use plan::plan;

const LONGEST_NAME: usize = 200;

/// Opens an import whose plan is still empty.
pub(crate) async fn open(
    state: &AppState,
    artisan: &Artisan,
    new: &NewImport,
) -> Result<Import, Error> {
    let file: String = new.file.chars().filter(|letter| !letter.is_control()).collect();
    if file.trim().is_empty() || file.chars().nth(LONGEST_NAME).is_some() {
        let message = format!("name the file, in at most {LONGEST_NAME} characters");
        return Err(Error::invalid("file", message));
    }
    let now = state.clock.now();
    let id = state.entropy.id(now);
    let mut tx = state.db.begin().await?;
    let new = NewImport { file, ..new.clone() };
    store::insert(&mut tx, artisan.shop.id, id, &new, now).await?;
    audit::note(state, &mut tx, Verb::ImportBegin, id).await?;
    let import = Import {
        id,
        file: new.file,
        format: new.format,
        status: ImportStatus::Planning,
        allow_delete: new.allow_delete,
        created_at: now,
        applied_at: None,
        planned: 0,
        done: 0,
        listings: Counts { failed: i64::from(new.kept_out), ..Counts::default() },
        variants: Counts::default(),
        errors: Vec::new(),
    };
    idempotency::created(&mut tx, &import).await?;
    tx.commit().await?;
    Ok(import)
}

/// One of a shop's imports, with what was done so far and what failed.
pub(crate) async fn find(
    state: &AppState,
    shop: Id<Shop>,
    id: Id<Import>,
) -> Result<Import, Error> {
    let import = store::find(&state.db, shop, id).await?.ok_or(Error::NotFound)?;
    Ok(Import { errors: store::errors(&state.db, id).await?, ..import })
}

/// A shop's imports, newest first, without their errors.
pub(crate) async fn list(
    state: &AppState,
    shop: Id<Shop>,
    request: &PageRequest,
) -> Result<Page<Import>, Error> {
    let after = Cursor::parse(request.after.as_deref())?;
    let rows = store::list(&state.db, shop, after, None, i64::from(request.rows()) + 1).await?;
    Ok(page(rows, request.rows(), |import: &Import| Cursor {
        at: import.created_at,
        id: import.id,
    }))
}

/// Forgets a plan that nobody began to apply.
pub(crate) async fn drop_plan(
    state: &AppState,
    shop: Id<Shop>,
    id: Id<Import>,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    match store::lock(&mut tx, shop, id).await?.ok_or(Error::NotFound)?.status {
        ImportStatus::Planning => store::delete(&mut tx, id).await?,
        ImportStatus::Applying | ImportStatus::Applied => {
            return Err(Error::conflict("this import is part of the history and stays"));
        }
    }
    audit::note(state, &mut tx, Verb::ImportDrop, id).await?;
    Ok(tx.commit().await?)
}
