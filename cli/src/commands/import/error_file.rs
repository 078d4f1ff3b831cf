//! Rows that were kept out, in a file that can be corrected and imported like the first.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use api::import::{Record, RowError};

use super::file::File;
use super::survey::Survey;

/// What stands before the columns of the file; they are passed over when it is read again.
const OURS: [&str; 4] = ["_line", "_column", "_code", "_message"];

/// Writes every row of every listing that was kept out; says where.
///
/// The file appears whole or not at all, and may have the name of the one that is read.
pub(super) fn write(
    file: &File,
    survey: &Survey,
    errors: &[RowError],
    path: Option<&Path>,
) -> anyhow::Result<PathBuf> {
    let path = path.map_or_else(|| file.error_path(), Path::to_owned);
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let failed = || format!("writing {}", path.display());
    let temporary = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(survey.layout.separator())
        .flexible(true)
        .from_writer(std::io::BufWriter::new(temporary));
    let skipped: Vec<bool> =
        survey.layout.headers.iter().map(|header| OURS.contains(&header.as_str())).collect();
    let theirs = |cells: Vec<String>| {
        let skip = skipped.iter().copied().chain(std::iter::repeat(false));
        cells
            .into_iter()
            .zip(skip)
            .filter(|(_, skip)| !skip)
            .map(|(cell, _)| cell)
            .collect::<Vec<_>>()
    };
    let header = OURS.map(str::to_owned).into_iter().chain(theirs(survey.layout.headers.clone()));
    writer.write_record(header.collect::<Vec<_>>()).with_context(failed)?;
    let refused: HashSet<u64> = errors.iter().map(|error| error.line).collect();
    for entry in survey.entries(file)? {
        let entry = entry?;
        if survey.sends(&entry) && !refused.contains(&entry.line) {
            continue;
        }
        for (at, row) in entry.rows.iter().enumerate() {
            let next = entry.rows.get(at + 1).map_or(u64::MAX, Record::line);
            let last = if at + 1 == entry.rows.len() { last_line(row) } else { next - 1 };
            let marks = marks(row, last, errors);
            let cells = theirs(row.cells().map(str::to_owned).collect());
            writer.write_record(marks.into_iter().chain(cells)).with_context(failed)?;
        }
    }
    let buffered =
        writer.into_inner().map_err(csv::IntoInnerError::into_error).with_context(failed)?;
    buffered
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .persist(&path)
        .with_context(failed)?;
    Ok(path)
}

/// The line on which a row ends.
fn last_line(row: &Record) -> u64 {
    let breaks = row.cells().map(|cell| cell.lines().count().saturating_sub(1)).sum::<usize>();
    row.line().saturating_add(u64::try_from(breaks).unwrap_or_default())
}

/// Line, column, code and message of what is wrong with a row.
fn marks(row: &Record, last: u64, errors: &[RowError]) -> Vec<String> {
    let of_row: Vec<&RowError> =
        errors.iter().filter(|error| (row.line()..=last).contains(&error.line)).collect();
    let (column, code) =
        of_row.first().map_or_else(Default::default, |e| (e.column.clone(), e.code.clone()));
    let messages: Vec<&str> = of_row.iter().map(|error| error.message.as_str()).collect();
    vec![row.line().to_string(), column, code, messages.join("; ")]
}
