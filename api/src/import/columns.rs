//! The header of a file, and the cells of a row by the names of their columns.

use std::collections::{BTreeMap, BTreeSet};

use super::product::ImageRef;
use super::{Record, RowCode, RowError, Silence};
use crate::attribute::Attribute;

/// A column that a dialect reads, and other spellings of its header, in lower case.
pub(super) type Name = (&'static str, &'static [&'static str]);

/// Which cell holds what.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    headers: Vec<String>,
    index: BTreeMap<&'static str, usize>,
    attributes: Vec<(&'static Attribute, usize)>,
}

impl Columns {
    /// Finds columns by their headers, whatever their case, order and padding.
    pub(super) fn by_name(headers: &[String], names: &[Name]) -> Self {
        let lower: Vec<String> = headers.iter().map(|header| header.to_lowercase()).collect();
        let find = |(name, others): &Name| {
            let wanted = name.to_lowercase();
            let at = lower
                .iter()
                .position(|header| *header == wanted || others.contains(&header.as_str()))?;
            Some((*name, at))
        };
        Self {
            headers: headers.to_vec(),
            index: names.iter().filter_map(find).collect(),
            attributes: Vec::new(),
        }
    }

    /// Takes the columns of attributes as well; `name` is what a header calls one, if it does.
    pub(super) fn with_attributes(mut self, name: fn(&str) -> Option<&str>) -> Self {
        for (at, header) in self.headers.iter().enumerate() {
            let attribute = name(header).and_then(Attribute::named);
            let attribute = attribute.filter(|it| self.attributes.iter().all(|(own, _)| own != it));
            self.attributes.extend(attribute.map(|it| (it, at)));
        }
        self
    }

    /// Takes columns in the order of `names`; those that begin with `_` are ours and are passed over.
    pub(super) fn by_position(headers: &[String], names: &[&'static str]) -> Self {
        let theirs = (0..headers.len()).filter(|at| !is_ours(&headers[*at]));
        let index = names.iter().copied().zip(theirs).collect();
        Self { headers: headers.to_vec(), index, attributes: Vec::new() }
    }

    /// Number of columns.
    pub(super) fn width(&self) -> usize {
        self.headers.len()
    }

    /// Number of columns that are read.
    pub(super) fn known(&self) -> usize {
        self.index.len() + self.attributes.len()
    }

    /// Whether the file has this column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// What the file cannot speak of because it has none of the columns that would.
    pub(super) fn silent(&self, speaking: &[(Silence, &[&str])]) -> Vec<Silence> {
        let lacks = |names: &[&str]| !names.iter().any(|name| self.has(name));
        speaking.iter().filter(|(_, names)| lacks(names)).map(|(what, _)| *what).collect()
    }

    /// Headers of the columns that nobody reads.
    pub(super) fn unread(&self) -> Vec<String> {
        let attributes = self.attributes.iter().map(|(_, at)| *at);
        let used: BTreeSet<usize> = self.index.values().copied().chain(attributes).collect();
        let read = |at: usize| used.contains(&at);
        let left = self
            .headers
            .iter()
            .enumerate()
            .filter(|(at, header)| !read(*at) && !header.is_empty() && !is_ours(header));
        left.map(|(_, header)| header.clone()).collect()
    }

    /// The header over a cell.
    pub(super) fn header(&self, at: usize) -> &str {
        self.headers.get(at).map_or("", String::as_str)
    }

    /// What the file itself calls a column.
    fn label<'a>(&'a self, name: &'a str) -> &'a str {
        self.index.get(name).and_then(|at| self.headers.get(*at)).map_or(name, String::as_str)
    }
}

/// Whether a header is one that an error file adds.
pub(super) fn is_ours(header: &str) -> bool {
    matches!(header, "_line" | "_column" | "_code" | "_message")
}

/// The headers of a file as it has them, without padding.
pub(super) fn headers(record: &Record) -> Vec<String> {
    record.cells().map(|cell| cell.trim_matches(is_padding).to_owned()).collect()
}

fn is_padding(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\u{feff}'
}

/// One record, read by column names.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) record: &'a Record,
    pub(super) columns: &'a Columns,
}

impl<'a> Row<'a> {
    /// The cell without padding; empty where the column or the cell is missing.
    pub(super) fn cell(&self, name: &str) -> &'a str {
        let cell = self.columns.index.get(name).map_or("", |at| self.record.cell(*at));
        cell.trim_matches(is_padding)
    }

    /// The cell as text for people: line ends are `\n`, control characters and the apostrophe that
    /// guards a formula are gone.
    pub(super) fn text(&self, name: &str) -> String {
        Self::plain(self.cell(name))
    }

    /// The attributes that the file has columns for, with their headers and what stands in them.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'static Attribute, &'a str, String)> {
        let columns = self.columns.attributes.iter();
        columns.map(move |(attribute, at)| {
            let cell = self.record.cell(*at).trim_matches(is_padding);
            (*attribute, self.columns.header(*at), Self::plain(cell))
        })
    }

    fn plain(cell: &str) -> String {
        let guarded = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
        let text = guarded.unwrap_or(cell).replace("\r\n", "\n").replace('\r', "\n");
        text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
    }

    /// The cell as text on one line.
    pub(super) fn line_of_text(&self, name: &str) -> String {
        self.text(name).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The parts of a cell that is a list with commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        for part in
            self.line_of_text(name).split(',').map(str::trim).filter(|part| !part.is_empty())
        {
            if !parts.iter().any(|known| known.eq_ignore_ascii_case(part)) {
                parts.push(part.to_owned());
            }
        }
        parts
    }

    /// Whether nothing stands in any of these columns.
    pub(super) fn lacks(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.cell(name).is_empty())
    }

    /// The picture that a cell names, without a place and a text.
    pub(super) fn image(&self, name: &str) -> ImageRef {
        ImageRef {
            source: self.cell(name).to_owned(),
            position: None,
            alt: String::new(),
            line: self.record.line(),
            column: self.columns.label(name).to_owned(),
        }
    }

    /// Something to say about a cell of this row.
    pub(super) fn finding(
        &self,
        name: &str,
        code: RowCode,
        message: impl Into<String>,
    ) -> RowError {
        let label = if name.is_empty() { "" } else { self.columns.label(name) };
        RowError::new(self.record.line(), label, code, message)
    }
}
