//! What rows would do, worked out and kept; nothing else is written.

use std::collections::{HashMap, HashSet};

use api::Id;
use api::import::{
    BatchPlan, Import, ImportBatch, ImportRow, ImportStatus, PlannedAction, PlannedRow, RowCode,
    RowError,
};
use api::listing::{GalleryEntry, GalleryImage, Listing};

use super::difference::{self, Difference};
use super::merge::{self, Intent};
use super::store;
use crate::error::Error;
use crate::listings::{self, By, Wanted};
use crate::shops;
use crate::state::AppState;
use crate::web::people::Artisan;

/// Rows of one batch.
const MOST_ROWS: usize = 200;
/// Longest key, in characters: a title and the number of a picture.
const LONGEST_KEY: usize = 200;

/// Plans a batch. A row with the line or the key of an earlier one takes its place, so a batch may
/// be sent again.
pub(crate) async fn plan(
    state: &AppState,
    artisan: &Artisan,
    id: Id<Import>,
    batch: &ImportBatch,
) -> Result<BatchPlan, Error> {
    check(batch)?;
    let import = store::find(&state.db, artisan.shop.id, id).await?.ok_or(Error::NotFound)?;
    still_planning(import.status)?;
    let silent = shops::profile::silence(state, &artisan.shop).await?;
    let planner = Planner { state, artisan, id, allow_delete: import.allow_delete, silent };
    let targets = planner.targets(&batch.rows).await?;
    let ids: Vec<_> = targets.iter().flatten().map(|listing| listing.id).collect();
    let bases = store::last_said(&state.db, &ids).await?;
    let mut rows = Vec::with_capacity(batch.rows.len());
    let mut planned = Vec::with_capacity(batch.rows.len());
    for (row, target) in batch.rows.iter().zip(targets) {
        let base = target.as_ref().and_then(|listing| bases.get(&listing.id));
        let row = merge::completed(row, target.as_ref(), base);
        let plan = planner.row(&row, target.as_ref(), base)?;
        rows.push(store::NewRow::new(row, target.map(|listing| listing.id), &plan));
        planned.push(plan);
    }
    let mut tx = state.db.begin().await?;
    let import = store::lock(&mut tx, artisan.shop.id, id).await?.ok_or(Error::NotFound)?;
    still_planning(import.status)?;
    store::replace_rows(&mut tx, id, rows).await?;
    tx.commit().await?;
    Ok(BatchPlan { rows: planned })
}

fn check(batch: &ImportBatch) -> Result<(), Error> {
    if batch.rows.len() > MOST_ROWS {
        return Err(Error::invalid("rows", format!("send at most {MOST_ROWS} rows at once")));
    }
    // PostgreSQL's JSON cannot hold it, and no text of people does.
    if serde_json::to_string(batch)?.contains("\\u0000") {
        return Err(Error::invalid("rows", "a row holds the character NUL; remove it"));
    }
    let (mut keys, mut lines) = (HashSet::new(), HashSet::new());
    for row in &batch.rows {
        if row.key.trim().is_empty() || row.key.chars().nth(LONGEST_KEY).is_some() {
            let message = format!("line {}: a key has 1 to {LONGEST_KEY} characters", row.line);
            return Err(Error::invalid("rows.key", message));
        }
        if !keys.insert(&row.key) || !lines.insert(row.line) {
            let message = format!("line {}: every row has its own line and its own key", row.line);
            return Err(Error::invalid("rows.key", message));
        }
    }
    Ok(())
}

fn still_planning(status: ImportStatus) -> Result<(), Error> {
    match status {
        ImportStatus::Planning => Ok(()),
        ImportStatus::Applying | ImportStatus::Applied => {
            Err(Error::conflict("this plan is being applied already; open a new import"))
        }
    }
}

struct Planner<'a> {
    state: &'a AppState,
    artisan: &'a Artisan,
    id: Id<Import>,
    allow_delete: bool,
    /// What a business still has to say about itself before it may publish, in words.
    silent: Option<String>,
}

impl Planner<'_> {
    /// The listing that each row means: the one imported under its key; else the one listing with
    /// its first SKU; else the one with its title. No listing is meant by two rows.
    async fn targets(&self, rows: &[ImportRow]) -> Result<Vec<Option<Listing>>, Error> {
        let keys = rows.iter().map(|row| row.key.clone()).collect();
        let mut by_key = self.find(By::ImportKey, keys).await?;
        let strange: Vec<_> = rows.iter().filter(|row| !by_key.contains_key(&row.key)).collect();
        let by_sku =
            self.find(By::Sku, strange.iter().filter_map(|row| sku(row)).collect()).await?;
        let by_title = self.find(By::Title, strange.iter().map(|row| title(row)).collect()).await?;
        let alike = by_sku.values().chain(by_title.values()).map(|listing| listing.id);
        let alike: Vec<_> = alike.collect();
        let meant = store::meant(&self.state.db, self.id, &alike).await?;
        let mut targets: Vec<_> = rows.iter().map(|row| by_key.remove(&row.key)).collect();
        let mut taken: HashSet<_> = targets.iter().flatten().map(|listing| listing.id).collect();
        for (row, target) in rows.iter().zip(&mut targets).filter(|(_, target)| target.is_none()) {
            let found =
                sku(row).and_then(|sku| by_sku.get(&sku)).or_else(|| by_title.get(&title(row)));
            let by_other = |id| meant.iter().any(|(meant, key)| *meant == id && *key != row.key);
            let found = found.filter(|it| !by_other(it.id)).filter(|it| taken.insert(it.id));
            *target = found.cloned();
        }
        Ok(targets)
    }

    async fn find(&self, by: By, words: Vec<String>) -> Result<HashMap<String, Listing>, Error> {
        listings::find_by(self.state, self.artisan.shop.id, by, words).await
    }

    fn row(
        &self,
        row: &ImportRow,
        target: Option<&Listing>,
        base: Option<&ImportRow>,
    ) -> Result<PlannedRow, Error> {
        Ok(match self.weighed(row, target, base) {
            Ok((action, difference)) => planned(row, action, difference, None),
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(refusal) => {
                let variants = row.draft.variants.len();
                let mut difference = Difference::default();
                difference.variants.created = u32::try_from(variants).unwrap_or(u32::MAX);
                planned(row, PlannedAction::Fail, difference, Some(refused(row, &refusal)))
            }
        })
    }

    /// Judges the listing as it would be saved.
    fn weighed(
        &self,
        row: &ImportRow,
        target: Option<&Listing>,
        base: Option<&ImportRow>,
    ) -> Result<(PlannedAction, Difference), Error> {
        let Intent { draft, publish, gallery } = merge::intended(row, target, base);
        let drafted = draft.variants.len();
        // A picture that is still to be sent is only known by its name.
        let pictures = gallery.as_deref().map(|all| all.iter().map(unseen).collect());
        let wanted = Wanted {
            before: target.cloned(),
            import_key: &row.key,
            draft,
            publish,
            gallery,
            allow_delete: self.allow_delete,
        };
        let after = listings::intended(self.state, &self.artisan.shop, &wanted, pictures);
        let after = after.map_err(|refusal| self.explained(refusal, &wanted))?;
        if publish {
            self.may_publish()?;
        }
        let Some(now) = target else {
            let mut difference = Difference::default();
            difference.variants.created = u32::try_from(drafted).unwrap_or(u32::MAX);
            return Ok((PlannedAction::Create, difference));
        };
        let mut difference = difference::between(now, &after, drafted);
        let gallery = wanted.gallery.as_deref();
        difference.fields.extend(gallery.and_then(|wanted| difference::gallery(now, wanted)));
        let goes = self.allow_delete && !difference.absent.is_empty();
        let nothing = difference.fields.is_empty() && difference.variants.created == 0 && !goes;
        Ok((if nothing { PlannedAction::Keep } else { PlannedAction::Change }, difference))
    }

    /// Where only variants that the file no longer has are in the way, what to do about them.
    fn explained(&self, refusal: Error, wanted: &Wanted<'_>) -> Error {
        let without = Wanted {
            before: wanted.before.clone(),
            draft: wanted.draft.clone(),
            gallery: None,
            allow_delete: true,
            ..*wanted
        };
        match (refusal, listings::intended(self.state, &self.artisan.shop, &without, None)) {
            (Error::Invalid { field, message }, Ok(_)) if !self.allow_delete => {
                let message = format!(
                    "{message}: variants that the file no longer has stay and are in the way; allow that they go"
                );
                Error::Invalid { field, message }
            }
            (refusal, _) => refusal,
        }
    }

    /// Said in the plan already, so that nobody applies it in vain.
    fn may_publish(&self) -> Result<(), Error> {
        if !self.artisan.account.email_verified {
            return Err(Error::forbidden(
                "confirm your e-mail address before you publish, or import without publishing",
            ));
        }
        match &self.silent {
            Some(words) => Err(Error::forbidden(words)),
            None => Ok(()),
        }
    }
}

/// A picture of which nothing but its name and text is looked at.
fn unseen(entry: &GalleryEntry) -> GalleryImage {
    let (hash, alt) = (entry.hash.clone(), entry.alt.clone());
    GalleryImage { hash, alt, width: 0, height: 0, tint: 0 }
}

/// The first SKU of a row.
fn sku(row: &ImportRow) -> Option<String> {
    row.draft.variants.iter().map(|variant| &variant.sku).find(|sku| !sku.is_empty()).cloned()
}

/// The title of a row as its listing would have it.
fn title(row: &ImportRow) -> String {
    listings::clean_line(&row.draft.title)
}

fn planned(
    row: &ImportRow,
    action: PlannedAction,
    difference: Difference,
    error: Option<RowError>,
) -> PlannedRow {
    let Difference { fields, variants, absent } = difference;
    PlannedRow {
        line: row.line,
        key: row.key.clone(),
        title: row.draft.title.clone(),
        action,
        changes: fields,
        variants_created: variants.created,
        variants_changed: variants.changed,
        variants_unchanged: variants.unchanged,
        absent,
        error,
    }
}

/// A refusal as the row's own error.
pub(super) fn refused(row: &ImportRow, error: &Error) -> RowError {
    RowError::new(row.line, "", RowCode::ListingRefused, error.to_string())
}
