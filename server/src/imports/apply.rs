//! A plan is carried out, some listings at a time.

use std::collections::{HashMap, HashSet};

use api::Id;
use api::audit::Verb;
use api::event::EventKind;
use api::import::{
    ApplyRequest, Import, ImportRow, ImportStatus, PlannedAction, RowCode, RowError,
};
use api::listing::Listing;

use super::difference::{self, Tally};
use super::merge::{self, Intent};
use super::store::OpenRow;
use super::{find, plan, store};
use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::listings::{self, By, Upserted, Wanted};
use crate::shops;
use crate::state::AppState;
use crate::web::people::Artisan;

/// Rows that one call works through.
const ROWS: i64 = 200;
/// Listings of one transaction. Each is written whole or not at all all the same: a listing that is
/// refused is refused before anything of it is written.
const AT_ONCE: usize = 100;

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
    let allow_delete = import.allow_delete || request.allow_delete;
    store::begin(&mut tx, id, allow_delete).await?;
    audit::note(state, &mut tx, Verb::ImportApply, id).await?;
    // Whether what is absent goes may not have been known when it was planned.
    store::take_settled(&mut tx, id, !allow_delete, state.clock.now()).await?;
    tx.commit().await?;
    Ok(allow_delete)
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
        let (state, shop) = (self.state, self.artisan.shop.id);
        let keys = rows.iter().map(|row| row.payload.key.clone()).collect();
        let known = listings::find_by(state, shop, By::ImportKey, keys).await?;
        let mut tx = state.db.begin().await?;
        let claimed = store::claim(&mut tx, self.id, rows, state.clock.now()).await?;
        let rows: Vec<_> = rows.iter().filter(|row| claimed.contains(&row.position)).collect();
        let targets = rows
            .iter()
            .map(|row| known.get(&row.payload.key).map(|listing| listing.id).or(row.listing_id));
        let targets: Vec<_> = targets.collect();
        if !all_different(&targets) {
            return Err(Error::internal("two rows mean one listing"));
        }
        let (said, wanted) = self.wanted(&mut tx, &rows, &targets).await?.into_iter().unzip();
        let mut done = Vec::with_capacity(rows.len());
        let changes = listings::upsert(state, &mut tx, self.artisan, wanted).await?;
        for ((row, said), change) in rows.iter().zip::<Vec<ImportRow>>(said).zip(changes) {
            match change {
                Ok(change) => done.push((row.position, outcome(said, change))),
                Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => return Err(error),
                Err(refusal) => {
                    let error = plan::refused(&row.payload, &refusal);
                    store::note_failed(&mut tx, self.id, row, &error).await?;
                }
            }
        }
        store::note_done(&mut tx, self.id, done).await?;
        Ok(tx.commit().await?)
    }

    /// Completes the rows and weighs them anew, for the shop went on since they were planned.
    async fn wanted<'r>(
        &self,
        tx: &mut Tx,
        rows: &[&'r OpenRow],
        targets: &[Option<Id<Listing>>],
    ) -> Result<Vec<(ImportRow, Wanted<'r>)>, Error> {
        let ids: Vec<_> = targets.iter().copied().flatten().collect();
        let locked = listings::lock_all(tx, self.artisan.shop.id, &ids).await?;
        let mut now: HashMap<_, _> = locked.into_iter().map(|it| (it.id, it)).collect();
        let bases = store::last_said_before(tx, &ids).await?;
        let rows = rows.iter().zip(targets).map(|(row, target)| {
            let before = target.and_then(|id| now.remove(&id));
            let base = target.and_then(|id| bases.get(&id));
            let said = merge::completed(&row.payload, before.as_ref(), base);
            let Intent { draft, publish, gallery } = merge::intended(&said, before.as_ref(), base);
            let import_key = &*row.payload.key;
            let allow_delete = self.allow_delete;
            (said, Wanted { before, import_key, draft, publish, gallery, allow_delete })
        });
        Ok(rows.collect())
    }

    async fn give_up(&self, row: &OpenRow) -> Result<(), Error> {
        let message = "this listing could not be written, which is our fault; try it again later";
        let error = RowError::new(row.payload.line, "", RowCode::ListingRefused, message);
        let mut tx = self.state.db.begin().await?;
        let now = self.state.clock.now();
        if store::claim(&mut tx, self.id, std::slice::from_ref(row), now)
            .await?
            .contains(&row.position)
        {
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

fn all_different(targets: &[Option<Id<Listing>>]) -> bool {
    let mut seen = HashSet::new();
    targets.iter().flatten().all(|id| seen.insert(id))
}

/// What applying a row did.
fn outcome(said: ImportRow, change: Upserted) -> store::Done {
    let drafted = said.draft.variants.len();
    let (action, variants) = match &change.before {
        None => {
            let created = u32::try_from(drafted).unwrap_or(u32::MAX);
            (PlannedAction::Create, Tally { created, ..Tally::default() })
        }
        Some(before) => {
            let same = *before == change.after;
            let action = if same { PlannedAction::Keep } else { PlannedAction::Change };
            (action, difference::between(before, &change.after, drafted).variants)
        }
    };
    store::Done { action, listing: change.after.id, said, before: change.before, variants }
}
