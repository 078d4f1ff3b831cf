//! `stall profile export`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{Cell, View};

/// Take a copy of everything that is kept about you
///
/// One zip file: a page to read, the same as JSON, and your pictures.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  stall profile export my-data.zip")]
pub(crate) struct Args {
    /// File to write; one that is there already is left alone
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
}

/// What was written.
#[derive(Serialize)]
struct Written {
    file: String,
    bytes: u64,
}

/// Writes the copy beside its place first, so that a half one never bears its name. Only its owner
/// can read it.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    if args.file.exists() {
        return Err(taken(&args.file).into());
    }
    let folder = match args.file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let client = ctx.client()?;
    let mut half = NamedTempFile::new_in(folder).map_err(|error| {
        Failure::usage(format!("{}: {error}", folder.display()), "check the path")
    })?;
    let mut download = client.export_profile().await?;
    let mut bytes = 0;
    while let Some(chunk) = download.next().await? {
        half.write_all(&chunk).with_context(|| format!("writing {}", args.file.display()))?;
        bytes += u64::try_from(chunk.len())?;
    }
    half.as_file().sync_all()?;
    half.persist_noclobber(&args.file).map_err(|_| taken(&args.file))?;
    let written = Written { file: args.file.display().to_string(), bytes };
    ctx.out.one(&written, || {
        View::default().pairs([
            ("written", Cell::new(&written.file)),
            ("bytes", Cell::new(written.bytes)),
            ("begin with", Cell::new("index.html in it")),
        ])
    })?;
    Ok(Exit::Done)
}

fn taken(file: &Path) -> Failure {
    Failure::usage(format!("{} is there already", file.display()), "choose another name")
}
