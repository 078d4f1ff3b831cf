//! Records become listings, one at a time.

use std::collections::hash_map::{DefaultHasher, Entry as Slot};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::io::{self, Read};

use super::columns::{Columns, Row};
use super::decode::Decoded;
use super::findings::Findings;
use super::price::Decimal;
use super::product::{ImportDraft, Terms};
use super::records::Records;
use super::sniff::Layout;
use super::{Format, Record, RowCode, RowError, etsy, shopify, stall};
use crate::Currency;

/// Longest line that is kept for showing, in bytes.
const SHOWN_LINE: usize = 16 * 1024;

/// One listing of a file: its rows, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Line that it begins on.
    pub line: u64,
    /// What stays the same when the file is read again; may be empty when it cannot be read.
    pub key: String,
    /// Its rows as the file has them, for an error file.
    pub rows: Vec<Record>,
    /// The listing, or everything that keeps it out.
    pub outcome: Result<ImportDraft, Vec<RowError>>,
}

impl Entry {
    /// Where a finding about this entry points: line, character (both from 1) and number of characters.
    #[must_use]
    pub fn place(&self, layout: &Layout, finding: &RowError) -> (u64, u64, usize) {
        let row = self.rows.iter().rev().find(|row| row.line() <= finding.line);
        if let Some(fault) = row.and_then(|row| row.fault).filter(|_| finding.column.is_empty()) {
            return (fault.at.line, fault.at.column, 1);
        }
        let cell = layout.headers.iter().position(|header| *header == finding.column);
        let found =
            row.zip(cell).and_then(|(row, at)| row.place(at).map(|place| (place, row.cell(at))));
        found.map_or((finding.line, 1, 1), |((line, column), text)| {
            let first_line = text.lines().next().unwrap_or_default().trim_end();
            (line, column, first_line.chars().count().max(1))
        })
    }
}

/// The listings of a file, in order. Made by [`read`].
pub struct Drafts<R> {
    records: Records<R>,
    format: Format,
    columns: Columns,
    terms: Terms,
    header_passed: bool,
    waiting: Option<Record>,
    keys: HashMap<u64, u64>,
    skus: HashMap<u64, u64>,
}

/// Reads the listings of a file whose layout [`sniff`](super::sniff()) found.
///
/// A listing whose key or SKU came before is refused; the one that came first is not. Whoever
/// sends entries on should read the file once before, and leave out every key that was refused
/// anywhere: a product is imported whole or not at all.
pub fn read<R: Read>(
    source: R,
    layout: &Layout,
    currency: Currency,
    decimal: Decimal,
) -> Drafts<R> {
    Drafts {
        records: Records::new(Decoded::new(source, layout.encoding), layout.separator()),
        format: layout.format,
        columns: layout.columns(),
        terms: Terms { currency, decimal },
        header_passed: false,
        waiting: None,
        keys: HashMap::new(),
        skus: HashMap::new(),
    }
}

impl<R: Read> Iterator for Drafts<R> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.group() {
            Ok(rows) if rows.is_empty() => None,
            Ok(rows) => Some(Ok(self.entry(rows))),
            Err(error) => Some(Err(error)),
        }
    }
}

impl<R: Read> Drafts<R> {
    /// The rows of the next listing; none at the end.
    fn group(&mut self) -> io::Result<Vec<Record>> {
        let mut rows: Vec<Record> = Vec::new();
        loop {
            let Some(record) =
                self.waiting.take().map_or_else(|| self.next_row(), |row| Ok(Some(row)))?
            else {
                return Ok(rows);
            };
            if rows.first().is_none_or(|first| self.continues(first, &record)) {
                rows.push(record);
            } else {
                self.waiting = Some(record);
                return Ok(rows);
            }
        }
    }

    /// The next record after the header that is not blank.
    fn next_row(&mut self) -> io::Result<Option<Record>> {
        loop {
            match self.records.next_record()? {
                Some(record) if record.is_blank() => {}
                Some(_) if !self.header_passed => self.header_passed = true,
                other => return Ok(other),
            }
        }
    }

    fn continues(&self, first: &Record, record: &Record) -> bool {
        let [first, row] = [first, record].map(|record| Row { record, columns: &self.columns });
        match self.format {
            Format::Stall => stall::continues(&first, &row),
            Format::Shopify => shopify::continues(&first, &row),
            Format::Etsy => false,
        }
    }

    fn entry(&mut self, records: Vec<Record>) -> Entry {
        let rows: Vec<Row<'_>> =
            records.iter().map(|record| Row { record, columns: &self.columns }).collect();
        let first = rows[0];
        let key = match self.format {
            Format::Stall => stall::key(&first),
            Format::Shopify => shopify::key(&first),
            Format::Etsy => etsy::key(&first),
        };
        let mut findings = Findings::default();
        findings.errors.extend(rows.iter().filter_map(broken));
        if findings.errors.is_empty() {
            findings.errors.extend(repeated_key(&mut self.keys, &key, &first));
            findings.errors.extend(repeated_skus(&mut self.skus, sku_column(self.format), &rows));
        }
        let draft = findings
            .errors
            .is_empty()
            .then(|| product(self.format, &rows, self.terms, &mut findings));
        let outcome = match draft {
            Some(draft) if findings.errors.is_empty() => {
                Ok(ImportDraft { notes: findings.notes, ..draft })
            }
            _ => Err(findings.errors),
        };
        Entry { line: first.record.line(), key, rows: records, outcome }
    }
}

fn product(format: Format, rows: &[Row<'_>], terms: Terms, findings: &mut Findings) -> ImportDraft {
    match format {
        Format::Stall => stall::product(rows, &rows[0], terms, findings),
        Format::Shopify => shopify::product(rows, &rows[0], terms, findings),
        Format::Etsy => etsy::product(&rows[0], terms, findings),
    }
}

const fn sku_column(format: Format) -> &'static str {
    match format {
        Format::Stall => "sku",
        Format::Shopify => "Variant SKU",
        Format::Etsy => "SKU",
    }
}

/// What is wrong with a row before anybody asks what it means.
fn broken(row: &Row<'_>) -> Option<RowError> {
    if let Some(fault) = row.record.fault {
        let message = match fault.code {
            RowCode::QuoteUnclosed => {
                "the quote that opens here is never closed, so nothing after it can be read; close it"
            }
            RowCode::QuoteStray => {
                "this quoted cell holds a single quote; double it (\"\") or remove it"
            }
            _ => "the row is longer than a megabyte; look for a missing line end",
        };
        return Some(RowError::new(fault.at.line, "", fault.code, message));
    }
    let width = row.columns.width();
    if row.record.cells().skip(width).any(|cell| !cell.trim().is_empty()) {
        let message = format!(
            "the row has {} cells for {width} columns; put quotes around a cell that holds the separator",
            row.record.width()
        );
        return Some(row.finding("", RowCode::RowRagged, message));
    }
    let lost = row.record.cells().position(|cell| cell.contains(char::REPLACEMENT_CHARACTER))?;
    let column = row.columns.header(lost);
    let message = "the cell holds bytes that are no text; name the file's encoding with --encoding, or type it anew";
    Some(RowError::new(row.record.line(), column, RowCode::TextUndecodable, message))
}

/// Remembers a key; an error when it came before.
fn repeated_key(keys: &mut HashMap<u64, u64>, key: &str, first: &Row<'_>) -> Option<RowError> {
    let line = seen_before(keys, key, first.record.line())?;
    let message = format!(
        "“{key}” already stands on line {line}; put its rows together, or give this one a key of its own"
    );
    Some(first.finding("", RowCode::KeyScattered, message))
}

/// Remembers SKUs; an error for each that came before.
fn repeated_skus(skus: &mut HashMap<u64, u64>, column: &str, rows: &[Row<'_>]) -> Vec<RowError> {
    let mut errors = Vec::new();
    for row in rows {
        for sku in row.list(column) {
            if let Some(line) = seen_before(skus, &sku, row.record.line()) {
                let message = format!(
                    "the SKU “{sku}” already stands on line {line}; give each variant its own"
                );
                errors.push(row.finding(column, RowCode::SkuDuplicate, message));
            }
        }
    }
    errors
}

/// The line on which a text came first, when it did; a hash is remembered, not the text.
fn seen_before(seen: &mut HashMap<u64, u64>, text: &str, line: u64) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    match seen.entry(hasher.finish()) {
        Slot::Occupied(first) => Some(*first.get()),
        Slot::Vacant(slot) => {
            slot.insert(line);
            None
        }
    }
}

/// The physical lines with these numbers, decoded, for showing where an error is.
///
/// # Errors
/// When the source cannot be read.
pub fn lines<R: Read>(
    source: R,
    layout: &Layout,
    wanted: &BTreeSet<u64>,
) -> io::Result<BTreeMap<u64, String>> {
    let mut input = Decoded::new(source, layout.encoding);
    let (mut line, mut after_cr) = (1, false);
    let mut found: BTreeMap<u64, Vec<u8>> = wanted.iter().map(|line| (*line, Vec::new())).collect();
    let last = wanted.last().copied().unwrap_or_default();
    while let Some(byte) = input.byte()? {
        if byte == b'\r' || (byte == b'\n' && !after_cr) {
            line += 1;
        } else if byte != b'\n'
            && let Some(text) = found.get_mut(&line).filter(|text| text.len() < SHOWN_LINE)
        {
            text.push(byte);
        }
        after_cr = byte == b'\r';
        if line > last {
            break;
        }
    }
    Ok(found
        .into_iter()
        .map(|(line, text)| (line, String::from_utf8_lossy(&text).into_owned()))
        .collect())
}
