//! What an import came to: the object on standard output.

use api::Id;
use api::import::{Counts, Format, Import, RowError};
use serde::Serialize;

use super::plan::{Absent, Plan};
use super::survey::{Missing, Survey};
use super::upload::Photos;
use crate::output::{Cell, Grid, View};

/// The result of an import, or of a dry run. Its keys are an interface.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    import: Option<Id<Import>>,
    format: Format,
    encoding: String,
    delimiter: String,
    rows: u64,
    /// What was done to listings, or would be.
    pub(super) listings: Counts,
    /// Variants of listings that the file itself keeps out are not counted.
    variants: Counts,
    images: Images,
    /// Variants that the file no longer has.
    absent: Vec<Absent>,
    /// Everything that kept listings out, and pictures that they do without.
    pub(super) errors: Vec<RowError>,
}

/// What became of pictures. Those found are listed by gallery, the others are files.
#[derive(Debug, Serialize)]
struct Images {
    referenced: u64,
    found: u64,
    missing: u64,
    missing_files: Vec<Missing>,
    waiting: u64,
    uploaded: u64,
    already: u64,
    refused: u64,
}

impl Summary {
    /// Of a dry run.
    pub(super) fn planned(survey: &Survey, plan: &Plan, photos: &Photos) -> Self {
        let mut listings = plan.listings;
        listings.failed += survey.failed;
        let found = survey.findings.iter().map(|finding| &finding.error);
        Self {
            dry_run: true,
            import: None,
            format: survey.layout.format,
            encoding: survey.layout.encoding(),
            delimiter: char::from(survey.layout.separator()).to_string(),
            rows: survey.rows,
            listings,
            variants: plan.variants,
            images: Images {
                referenced: survey.referenced,
                found: survey.found,
                missing: survey.referenced.saturating_sub(survey.found),
                missing_files: survey.missing.clone(),
                waiting: photos.waiting,
                uploaded: photos.uploaded,
                already: photos.already,
                refused: u64::try_from(photos.refused.len()).unwrap_or(u64::MAX),
            },
            absent: plan.absent.clone(),
            errors: found.chain(&plan.errors).chain(without(plan)).cloned().collect(),
        }
    }

    /// Of an import that was applied.
    pub(super) fn applied(survey: &Survey, plan: &Plan, photos: &Photos, import: Import) -> Self {
        let planned = Self::planned(survey, plan, photos);
        let found = survey.findings.iter().map(|finding| finding.error.clone());
        let failed = |line| import.errors.iter().any(|error| error.line == line);
        let mut absent = planned.absent;
        for variant in &mut absent {
            variant.removed &= !failed(variant.line);
        }
        Self {
            dry_run: false,
            import: Some(import.id),
            listings: import.listings,
            variants: import.variants,
            absent,
            errors: found.chain(import.errors).chain(without(plan).cloned()).collect(),
            ..planned
        }
    }

    /// For people.
    pub(super) fn view(&self) -> View {
        let id = self.import.map(|id| id.to_string()).unwrap_or_default();
        let counts = if self.dry_run { planned_counts } else { counts };
        let view = View::default().pairs([
            ("import", Cell::new(id)),
            ("rows", Cell::new(self.rows)),
            ("listings", Cell::new(counts(&self.listings))),
            ("variants", Cell::new(counts(&self.variants))),
            ("photos", Cell::new(self.images.words(self.dry_run))),
        ]);
        let removed: Vec<Vec<Cell>> =
            self.absent.iter().filter(|variant| variant.removed).map(removed_row).collect();
        if removed.is_empty() {
            return view;
        }
        let mut grid = Grid::new(["LINE", "LISTING", "SKU", "VARIANT"]);
        grid.rows = removed;
        view.heading(if self.dry_run { "Would be removed" } else { "Removed" }).grid(grid)
    }
}

fn without(plan: &Plan) -> impl Iterator<Item = &RowError> {
    plan.without.iter().map(|photo| &photo.error)
}

impl Images {
    fn words(&self, dry_run: bool) -> String {
        let sent = if dry_run {
            format!("{} to be sent", self.waiting)
        } else {
            format!("{} sent", self.uploaded)
        };
        format!(
            "{} referenced, {} found, {} missing, {sent}, {} there before, {} refused",
            self.referenced, self.found, self.missing, self.already, self.refused
        )
    }
}

fn removed_row(gone: &Absent) -> Vec<Cell> {
    vec![
        Cell::number(gone.line).minor(),
        Cell::long(&gone.listing),
        Cell::long(&gone.sku),
        Cell::long(gone.values.join(", ")),
    ]
}

/// What was done, in words.
pub(super) fn counts(counts: &Counts) -> String {
    let Counts { created, changed, unchanged, failed } = counts;
    format!("{created} created, {changed} changed, {unchanged} unchanged, {failed} failed")
}

/// What would be done, in words.
fn planned_counts(counts: &Counts) -> String {
    let Counts { created, changed, unchanged, failed } = counts;
    format!("would create {created}, change {changed}, leave {unchanged} as is, fail {failed}")
}
