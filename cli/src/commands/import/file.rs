//! The file to import, which is read more than once.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::error_file::folder_of;
use crate::exit::Failure;

/// A file that can be read from its beginning as often as needed.
pub(super) struct File {
    path: PathBuf,
    /// What cannot be read twice, such as a pipe, lies here.
    spooled: Option<tempfile::NamedTempFile>,
}

impl File {
    /// Opens a file; `-` and pipes are read to their end at once.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self { path: path.to_owned(), spooled: Some(spool(io::stdin().lock())?) });
        }
        let refuse = |error: &io::Error| {
            Failure::usage(format!("{} cannot be read: {error}", path.display()), "check the path")
        };
        let file = std::fs::File::open(path).map_err(|error| refuse(&error))?;
        let kind = file.metadata().map_err(|error| refuse(&error))?;
        if kind.is_dir() {
            let message = format!("{} is a folder", path.display());
            return Err(Failure::usage(message, "name the file; pictures go with --images").into());
        }
        let spooled = if kind.is_file() { None } else { Some(spool(file)?) };
        Ok(Self { path: path.to_owned(), spooled })
    }

    /// From the beginning.
    pub(super) fn reader(&self) -> io::Result<impl Read + use<>> {
        let mut file = match &self.spooled {
            Some(spooled) => spooled.reopen()?,
            None => std::fs::File::open(&self.path)?,
        };
        file.seek(SeekFrom::Start(0))?;
        Ok(BufReader::new(file))
    }

    /// What people call it.
    pub(super) fn name(&self) -> String {
        if self.path == Path::new("-") {
            return "standard input".to_owned();
        }
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().chars().filter(|c| !c.is_control()).collect()
    }

    /// The folder it lies in; the current one for standard input.
    pub(super) fn folder(&self) -> PathBuf {
        folder_of(&self.path)
    }

    /// Where its error file may go when nobody says, the best name first.
    pub(super) fn error_paths(&self) -> impl Iterator<Item = PathBuf> {
        let stem = match self.path.file_stem() {
            Some(stem) if self.path != Path::new("-") => stem.to_string_lossy().into_owned(),
            _ => "import".to_owned(),
        };
        let first = std::iter::once(format!("{stem}.errors.csv"));
        let names = first.chain((2_u32..).map(move |number| format!("{stem}.errors-{number}.csv")));
        names.map(|name| self.path.with_file_name(name))
    }
}

fn spool(mut source: impl Read) -> anyhow::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new().context("making a temporary file")?;
    io::copy(&mut source, &mut file).context("reading the file")?;
    Ok(file)
}
