//! The first reading: every row is checked before anything is sent.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use api::Currency;
use api::import::{Decimal, Entry, ImportDraft, Layout, RowError, read};
use serde::Serialize;

use super::file::File;
use super::photos::{Folder, Gallery, file_name};

/// Listings between two moments in which something else may run.
const BREATH: usize = 500;

/// What a file holds.
pub(super) struct Survey {
    /// Whose columns, in what encoding.
    pub(super) layout: Layout,
    /// Currency of the shop, in which prices are read.
    pub(super) currency: Currency,
    /// How prices are read.
    pub(super) decimal: Decimal,
    /// Rows, the header not counted.
    pub(super) rows: u64,
    /// Listings that can be sent.
    pub(super) listings: u64,
    /// Listings that are kept out.
    pub(super) failed: i64,
    /// Everything that keeps listings out, with its place.
    pub(super) findings: Vec<Finding>,
    /// What a person should look at.
    pub(super) notes: Vec<RowError>,
    /// Listings that the file has for sale.
    pub(super) for_sale: u64,
    /// Pictures to have, in the order of the file.
    pub(super) photos: Vec<PathBuf>,
    /// Pictures that listings name or that are named after them.
    pub(super) referenced: u64,
    /// Of these, those that are in the folder.
    pub(super) found: u64,
    /// The others.
    pub(super) missing: Vec<Missing>,
    refused: HashSet<String>,
}

/// A picture that a listing names and the folder does not hold.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Missing {
    /// Line that names it.
    pub(super) line: u64,
    /// Title of the listing.
    pub(super) listing: String,
    /// Name of the file.
    pub(super) file: String,
}

/// An error and where it points.
pub(super) struct Finding {
    /// What is wrong.
    pub(super) error: RowError,
    /// Line in the file, which is not the row's first line when a cell has several.
    pub(super) line: u64,
    /// First character, counted from 1.
    pub(super) column: u64,
    /// Number of characters.
    pub(super) width: usize,
}

impl Survey {
    /// Reads the whole file; lets go now and then, so that Ctrl-C is heard.
    pub(super) async fn of(
        file: &File,
        layout: Layout,
        (currency, decimal): (Currency, Decimal),
        folder: &Folder,
    ) -> anyhow::Result<Self> {
        let mut survey = Self {
            layout,
            currency,
            decimal,
            rows: 0,
            listings: 0,
            failed: 0,
            findings: Vec::new(),
            notes: Vec::new(),
            for_sale: 0,
            photos: Vec::new(),
            referenced: 0,
            found: 0,
            missing: Vec::new(),
            refused: HashSet::new(),
        };
        let mut wanted = BTreeSet::new();
        for (count, entry) in survey.entries(file)?.enumerate() {
            if count % BREATH == 0 {
                tokio::task::yield_now().await;
            }
            let entry = entry?;
            survey.rows += u64::try_from(entry.rows.len()).unwrap_or_default();
            match &entry.outcome {
                Ok(draft) => survey.accept(draft, folder.gallery(draft), &mut wanted),
                Err(errors) => survey.refuse(&entry, errors),
            }
        }
        Ok(survey)
    }

    /// The listings of the file, once more.
    pub(super) fn entries(
        &self,
        file: &File,
    ) -> std::io::Result<impl Iterator<Item = std::io::Result<Entry>> + use<>> {
        Ok(read(file.reader()?, &self.layout, self.currency, self.decimal))
    }

    /// Whether an entry can be sent: neither it nor another with its key was refused.
    pub(super) fn sends(&self, entry: &Entry) -> bool {
        entry.outcome.is_ok() && !self.refused.contains(&entry.key)
    }

    fn accept(&mut self, draft: &ImportDraft, gallery: Gallery, wanted: &mut BTreeSet<PathBuf>) {
        self.listings += 1;
        self.for_sale += u64::from(draft.publish);
        self.notes.extend(draft.notes.iter().cloned());
        let count = |length: usize| u64::try_from(length).unwrap_or_default();
        self.found += count(gallery.found.len());
        self.referenced += count(gallery.found.len() + gallery.missing.len());
        for (path, _) in gallery.found {
            if wanted.insert(path.clone()) {
                self.photos.push(path);
            }
        }
        let title = &draft.draft.title;
        let missing = gallery.missing.into_iter();
        self.missing.extend(missing.map(|image| Missing {
            line: image.line,
            listing: title.clone(),
            file: file_name(image.identity()),
        }));
    }

    fn refuse(&mut self, entry: &Entry, errors: &[RowError]) {
        if entry.key.is_empty() || self.refused.insert(entry.key.clone()) {
            self.failed += 1;
        }
        for error in errors {
            let (line, column, width) = entry.place(&self.layout, error);
            self.findings.push(Finding { error: error.clone(), line, column, width });
        }
    }
}
