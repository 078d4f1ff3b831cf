//! A plan is carried out, some listings at a time.

use api::Id;
use api::audit::Verb;
use api::event::EventKind;
use api::import::{ApplyRequest, Import, ImportStatus, PlannedAction, RowCode, RowError};

use super::difference::{self, Tally};
use super::store::OpenRow;
use super::{find, merge, plan, store};
use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::listings::{self, Wanted};
use crate::shops;
use crate::state::AppState;
use crate::web::people::Artisan;

/// Rows that one call works through.
const ROWS: i64 = 200;
/// Listings of one transaction. Each is written whole or not at all all the same: a listing that is
/// refused is refused before anything of it is written.
const AT_ONCE: usize = 25;

/// Applies some more of a plan; to be called until the status is `applied`. The first call decides
/// whether variants are removed.
pub(crate) async fn apply(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Import>,
    request: &ApplyRequest,
) -> Result<Import, Error> {
    let allow_delete = begin(state, artisan, id, request).await?;
    let work = Work { state, artisan, id, allow_delete };
    let rows = store::open_rows(&state.db, id, ROWS).await?;
    for rows in rows.chunks(AT_ONCE) {
        work.apply(rows).await?;
    }
    work.finish().await?;
    find(state, artisan.shop.id, id).await
}

/// Notes that it is being applied, and takes everything that there is nothing to do for.
async fn begin(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Import>,
    request: &ApplyRequest,
) -> Result<bool, Error> {
    let mut tx = state.db.begin().await?;
    let import = store::lock(&mut tx, artisan.shop.id, id).await?.ok_or(Error::NotFound)?;
    if import.status != ImportStatus::Planning {
        return Ok(import.allow_delete);
    }
    store::begin(&mut tx, id, request.allow_delete).await?;
    audit::note(state, &mut tx, Verb::ImportApply, id).await?;
    // Whether what is absent goes was not known when it was planned.
    store::take_settled(&mut tx, id, !request.allow_delete, state.clock.now()).await?;
    tx.commit().await?;
    Ok(request.allow_delete)
}

struct Work<'a> {
    state: &'a AppState,
    artisan: &'a Artisan,
    id: Id<Import>,
    allow_delete: bool,
}

impl Work<'_> {
    /// Applies rows together; should the database refuse that, one by one, so that one listing that
    /// cannot be written never stops the others.
    async fn apply(&self, rows: &[OpenRow]) -> Result<(), Error> {
        let cause = match self.together(rows).await {
            Err(Error::Internal(cause)) => cause,
            other => return other,
        };
        tracing::error!(cause = format!("{cause:#}"), "an import's rows are applied one by one");
        for row in rows {
            match self.together(std::slice::from_ref(row)).await {
                Err(Error::Internal(cause)) => {
                    tracing::error!(cause = format!("{cause:#}"), "a row cannot be applied");
                    self.give_up(row).await?;
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn together(&self, rows: &[OpenRow]) -> Result<(), Error> {
        let mut tx = self.state.db.begin().await?;
        for row in rows {
            if !store::claim(&mut tx, self.id, row.position, self.state.clock.now()).await? {
                continue;
            }
            match self.one(&mut tx, row).await {
                Ok(done) => store::note_done(&mut tx, self.id, row.position, done).await?,
                Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => return Err(error),
                Err(refusal) => {
                    let error = plan::refused(&row.payload, &refusal);
                    store::note_failed(&mut tx, self.id, row, &error).await?;
                }
            }
        }
        Ok(tx.commit().await?)
    }

    /// Weighs the row anew, for the shop went on since it was planned, and writes it.
    async fn one(&self, tx: &mut Tx, row: &OpenRow) -> Result<store::Done, Error> {
        let (shop, said) = (self.artisan.shop.id, &*row.payload);
        let by_key = listings::find_by_import_key(self.state, shop, &said.key).await?;
        let target = by_key.map(|listing| listing.id).or(row.listing_id);
        let (now, base) = match target {
            None => (None, None),
            Some(id) => (
                Some(listings::lock_listing(tx, shop, id).await?.ok_or(Error::NotFound)?),
                store::last_said_before(tx, id).await?,
            ),
        };
        let intent = merge::intended(said, now.as_ref(), base.as_ref());
        let wanted = Wanted {
            import_key: &said.key,
            draft: &intent.draft,
            publish: intent.publish,
            gallery: intent.gallery.as_deref(),
            allow_delete: self.allow_delete,
        };
        let written = listings::upsert(self.state, tx, self.artisan, target, &wanted).await?;
        let drafted = intent.draft.variants.len();
        let (action, variants) = match &written.before {
            None => {
                let created = u32::try_from(drafted).unwrap_or(u32::MAX);
                (PlannedAction::Create, Tally { created, ..Tally::default() })
            }
            Some(before) => {
                let same = *before == written.after;
                let action = if same { PlannedAction::Keep } else { PlannedAction::Change };
                (action, difference::between(before, &written.after, drafted).variants)
            }
        };
        Ok(store::Done { action, listing: written.after.id, before: written.before, variants })
    }

    async fn give_up(&self, row: &OpenRow) -> Result<(), Error> {
        let message = "this listing could not be written, which is our fault; try it again later";
        let error = RowError::new(row.payload.line, "", RowCode::ListingRefused, message);
        let mut tx = self.state.db.begin().await?;
        if store::claim(&mut tx, self.id, row.position, self.state.clock.now()).await? {
            store::note_failed(&mut tx, self.id, row, &error).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Ends the import when nothing is left of its plan, and tells the shop once.
    async fn finish(&self) -> Result<(), Error> {
        let now = self.state.clock.now();
        let mut tx = self.state.db.begin().await?;
        if let Some(file) = store::finish(&mut tx, self.id, now).await? {
            let (shop, object) = (self.artisan.shop.id, self.id.to_string());
            let text = format!("{file}: imported");
            shops::note(self.state, &mut tx, shop, EventKind::ImportApplied, object, text).await?;
        }
        Ok(tx.commit().await?)
    }
}
