//! The second reading: rows go to the market, which answers what it would do with them.

use api::import::{
    Counts, ImageRef, Import, ImportBatch, ImportDraft, ImportRow, PlannedAction, PlannedRow,
    RowCode, RowError,
};
use api::listing::GalleryEntry;
use serde::Serialize;

use super::Run;
use super::photos::{file_name, shown};
use super::upload::Photos;
use crate::progress::Progress;

/// Rows of one batch; the market takes no more.
const ROWS: usize = 200;
/// Text of one batch in bytes, beyond which no further row is added.
const BYTES: usize = 512 * 1024;
/// Changed listings that are kept to be shown.
const SHOWN: usize = 20;

/// What the market would do.
pub(super) struct Plan {
    /// The import that holds it.
    pub(super) import: Import,
    /// Listings by what would be done.
    pub(super) listings: Counts,
    /// Variants by what would be done.
    pub(super) variants: Counts,
    /// Variants that the file no longer has.
    pub(super) absent: Vec<Absent>,
    /// The first listings with changed fields.
    pub(super) changed: Vec<PlannedRow>,
    /// How many more there are of them.
    pub(super) more_changed: u64,
    /// Why listings cannot be applied.
    pub(super) errors: Vec<RowError>,
    /// Pictures that listings have to do without.
    pub(super) without: Vec<Without>,
}

/// A variant that the file no longer has.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Absent {
    /// Line of its listing in the file.
    pub(super) line: u64,
    /// Title of its listing.
    pub(super) listing: String,
    /// Its SKU; may be empty.
    pub(super) sku: String,
    /// Its option values.
    pub(super) values: Vec<String>,
    /// Its pieces, which go with it.
    pub(super) pieces: i64,
    /// Whether it is removed; it stays without `--allow-delete`.
    pub(super) removed: bool,
}

/// A picture that a listing has to do without; it does not keep the listing out.
pub(super) struct Without {
    /// Title of the listing.
    pub(super) listing: String,
    /// Which picture, and why.
    pub(super) error: RowError,
}

impl Plan {
    /// An empty one.
    pub(super) fn new(import: Import) -> Self {
        Self {
            import,
            listings: Counts::default(),
            variants: Counts::default(),
            absent: Vec::new(),
            changed: Vec::new(),
            more_changed: 0,
            errors: Vec::new(),
            without: Vec::new(),
        }
    }

    /// Sends everything that can be sent.
    pub(super) async fn fill(
        &mut self,
        run: &Run<'_>,
        photos: &Photos,
        progress: &Progress<'_>,
    ) -> anyhow::Result<()> {
        let bar = progress.bar("plan", run.survey.listings);
        let (mut rows, mut bytes) = (Vec::new(), 0);
        for entry in run.survey.entries(run.file)? {
            let entry = entry?;
            let sends = run.survey.sends(&entry);
            let Some(draft) = entry.outcome.ok().filter(|_| sends) else { continue };
            bytes += weight(&draft);
            rows.push(self.row(run, photos, draft));
            if rows.len() == ROWS || bytes > BYTES {
                bar.add(self.send(run, std::mem::take(&mut rows)).await?);
                bytes = 0;
            }
        }
        if !rows.is_empty() {
            bar.add(self.send(run, rows).await?);
        }
        Ok(())
    }

    /// Whether applying it would write anything.
    pub(super) const fn changes_something(&self) -> bool {
        self.listings.created + self.listings.changed > 0
    }

    /// Variants that would be removed.
    pub(super) fn to_remove(&self) -> usize {
        self.absent.iter().filter(|variant| variant.removed).count()
    }

    /// The gallery is absent when none of its pictures is at hand, so that a file without its folder
    /// never empties a gallery.
    fn row(&mut self, run: &Run<'_>, photos: &Photos, draft: ImportDraft) -> ImportRow {
        let gallery = run.folder.gallery(&draft);
        let mut images = Vec::new();
        let mut misses = |image: &ImageRef, code: RowCode, message: String| {
            let error = RowError::new(image.line, &image.column, code, message);
            self.without.push(Without { listing: draft.draft.title.clone(), error });
        };
        for (path, image) in gallery.found {
            if let Some(hash) = photos.hashes.get(&path) {
                images.push(GalleryEntry { hash: hash.clone(), alt: image.alt });
            } else if let Some(reason) = photos.refused.get(&path) {
                let message = format!("{} was not taken: {reason}", shown(&path));
                misses(&image, RowCode::ImageRefused, message);
            }
        }
        // Without a folder nobody looked for them.
        for image in gallery.missing.iter().filter(|_| run.args.images.is_some()) {
            let name = file_name(image.identity());
            let hint = run.folder.resembling(&name).map(|hint| format!("; {hint}"));
            let message = format!("{name} is missing{}", hint.unwrap_or_default());
            misses(image, RowCode::ImageMissing, message);
        }
        ImportRow {
            line: draft.line,
            key: draft.key,
            silent: draft.silent,
            publish: draft.publish && run.args.publish,
            images: (!images.is_empty()).then_some(images),
            draft: draft.draft,
        }
    }

    async fn send(&mut self, run: &Run<'_>, rows: Vec<ImportRow>) -> anyhow::Result<u64> {
        let batch = ImportBatch { rows };
        let plan = run.client.plan_rows(self.import.id, &batch).await?;
        for (planned, sent) in plan.rows.into_iter().zip(&batch.rows) {
            self.count(planned, i64::try_from(sent.draft.variants.len()).unwrap_or_default());
        }
        let sent = batch.rows.len();
        self.import.planned += i64::try_from(sent).unwrap_or_default();
        Ok(u64::try_from(sent).unwrap_or_default())
    }

    fn count(&mut self, row: PlannedRow, variants: i64) {
        if row.action != PlannedAction::Fail {
            self.variants.created += i64::from(row.variants_created);
            self.variants.changed += i64::from(row.variants_changed);
            self.variants.unchanged += i64::from(row.variants_unchanged);
        }
        self.absent.extend(row.absent.iter().map(|variant| Absent {
            line: row.line,
            listing: row.title.clone(),
            sku: variant.sku.clone(),
            values: variant.values.clone(),
            pieces: variant.pieces,
            removed: self.import.allow_delete,
        }));
        match row.action {
            PlannedAction::Create => self.listings.created += 1,
            PlannedAction::Keep => self.listings.unchanged += 1,
            PlannedAction::Change => {
                self.listings.changed += 1;
                // Where only variants go, these are told of by themselves.
                if !row.changes.is_empty() {
                    if self.changed.len() < SHOWN {
                        self.changed.push(row);
                    } else {
                        self.more_changed += 1;
                    }
                }
            }
            PlannedAction::Fail => {
                self.listings.failed += 1;
                self.variants.failed += variants;
                self.errors.extend(row.error);
            }
        }
    }
}

/// About how many bytes a draft has on its way.
fn weight(draft: &ImportDraft) -> usize {
    const VARIANT: usize = 200;
    const REST: usize = 600;
    draft.draft.description.len() + draft.draft.variants.len() * VARIANT + REST
}
