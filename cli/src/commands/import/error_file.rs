//! Rows that were kept out or lack a picture, in a file that can be corrected and imported like
//! the first.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use api::import::{Entry, Record, RowError};
use tempfile::NamedTempFile;

use super::file::File;
use super::survey::Survey;

/// What stands before the columns of the file; they are passed over when it is read again.
const OURS: [&str; 4] = ["_line", "_column", "_code", "_message"];

/// Errors by line.
type ByLine<'a> = BTreeMap<u64, Vec<&'a RowError>>;

/// Writes every row of every listing that was kept out or lacks a picture; says where.
///
/// The file appears whole or not at all, and may have the name of the one that is read. Where
/// nobody names one, no other file is written over.
pub(super) fn write(
    file: &File,
    survey: &Survey,
    errors: &[RowError],
    path: Option<&Path>,
) -> anyhow::Result<PathBuf> {
    let folder = path.map_or_else(|| file.folder(), folder_of);
    let failed = || format!("writing the error file into {}", folder.display());
    let written = fill(file, survey, errors, &folder).with_context(failed)?;
    let path = match path {
        Some(path) => path.to_owned(),
        None => match free(file, written.path()) {
            Free::New(path) => path,
            Free::Same(path) => return Ok(path),
        },
    };
    written.persist(&path).with_context(failed)?;
    Ok(path)
}

/// The folder that a path lies in.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    folder.unwrap_or(Path::new(".")).to_owned()
}

enum Free {
    /// No file has this name.
    New(PathBuf),
    /// This one says the same already.
    Same(PathBuf),
}

fn free(file: &File, written: &Path) -> Free {
    let text = std::fs::read(written).unwrap_or_default();
    for path in file.error_paths() {
        match std::fs::read(&path) {
            Ok(there) if there == text => return Free::Same(path),
            Ok(_) => {}
            Err(_) => return Free::New(path),
        }
    }
    Free::New(written.to_owned())
}

fn fill(
    file: &File,
    survey: &Survey,
    errors: &[RowError],
    folder: &Path,
) -> anyhow::Result<NamedTempFile> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(survey.layout.separator())
        .flexible(true)
        .from_writer(BufWriter::new(NamedTempFile::new_in(folder)?));
    let theirs =
        Theirs(survey.layout.headers.iter().map(|header| !OURS.contains(&&**header)).collect());
    let headers = survey.layout.headers.iter().map(String::as_str);
    writer.write_record(OURS.into_iter().chain(theirs.of(headers)))?;
    let mut by_line = ByLine::new();
    for error in errors {
        by_line.entry(error.line).or_default().push(error);
    }
    for entry in survey.entries(file)? {
        let entry = entry?;
        let rows = rows(&entry, &by_line);
        let is_fine = |(_, [.., code, _]): &(_, [String; 4])| code.is_empty();
        if survey.sends(&entry) && rows.iter().all(is_fine) {
            continue;
        }
        for (row, marks) in rows {
            let cells = marks.iter().map(String::as_str).chain(theirs.of(row.cells()));
            writer.write_record(cells.map(readable))?;
        }
    }
    let buffered = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(buffered.into_inner().map_err(std::io::IntoInnerError::into_error)?)
}

/// A cell without what could paint on the terminal that looks at the file.
fn readable(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// Which columns are the file's own, for it may be an error file itself.
struct Theirs(Vec<bool>);

impl Theirs {
    fn of<'a>(&self, cells: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
        let keep = self.0.iter().copied().chain(std::iter::repeat(true));
        cells.zip(keep).filter(|(_, keep)| *keep).map(|(cell, _)| cell)
    }
}

/// The rows of an entry, each with what is wrong with it: line, column, code and message.
fn rows<'a>(entry: &'a Entry, errors: &ByLine<'_>) -> Vec<(&'a Record, [String; 4])> {
    let ends = entry.rows.iter().skip(1).map(|next| next.line() - 1);
    let ends = ends.chain(entry.rows.last().map(last_line));
    let marked = entry.rows.iter().zip(ends).map(|(row, last)| {
        let found: Vec<&&RowError> = errors
            .range(row.line()..=last.max(row.line()))
            .flat_map(|(_, errors)| errors)
            .collect();
        let (column, code) =
            found.first().map_or_else(Default::default, |e| (e.column.clone(), e.code.clone()));
        let messages: Vec<&str> = found.iter().map(|error| error.message.as_str()).collect();
        (row, [row.line().to_string(), column, code, messages.join("; ")])
    });
    marked.collect()
}

/// The line on which a row ends.
fn last_line(row: &Record) -> u64 {
    let breaks = row.cells().map(|cell| cell.lines().count().saturating_sub(1)).sum::<usize>();
    row.line().saturating_add(u64::try_from(breaks).unwrap_or_default())
}
