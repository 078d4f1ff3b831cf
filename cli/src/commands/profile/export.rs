//! `stall profile export`.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use api::client::Client;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{Cell, Output, View};

/// Take a copy of everything that is kept about you
///
/// One zip file: a page to read, the same as JSON, and your pictures. With - it goes to standard
/// output, if that is no terminal.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall profile export my-data.zip
  stall profile export - | age -r RECIPIENT > my-data.zip.age")]
pub(crate) struct Args {
    /// File to write, or - for standard output; one that is there already is left alone
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
    if args.file == Path::new("-") {
        return to_stdout(ctx).await;
    }
    if args.file.exists() {
        return Err(taken(&args.file).into());
    }
    let folder = match args.file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let client = ctx.client()?;
    let mut half = NamedTempFile::new_in(folder).map_err(|error| closed(folder, &error))?;
    let place = args.file.display().to_string();
    let bytes = fetch(&client, half.as_file_mut(), &place).await?;
    half.as_file().sync_all()?;
    half.persist_noclobber(&args.file).map_err(|_| taken(&args.file))?;
    let written = Written { file: place, bytes };
    ctx.out.one(&written, || {
        View::default().pairs([
            ("written", Cell::new(&written.file)),
            ("bytes", Cell::new(written.bytes)),
            ("begin with", Cell::new("index.html in it")),
        ])
    })?;
    Ok(Exit::Done)
}

/// Fetches the whole before the first byte goes out, so that a reader never takes half a copy for one.
async fn to_stdout(ctx: &Context) -> anyhow::Result<Exit> {
    if ctx.environment.terminal.stdout {
        return Err(Failure::usage(
            "the copy is an archive, not text for a terminal",
            "name a file: `stall profile export my-data.zip`",
        )
        .into());
    }
    let mut whole = tempfile::tempfile().context("making room for the copy")?;
    let bytes = fetch(&ctx.client()?, &mut whole, "a temporary file").await?;
    whole.rewind()?;
    Output::bytes(&mut whole)?;
    ctx.talk.note(format!("Written: {bytes} bytes; begin with index.html in it."));
    Ok(Exit::Done)
}

/// Writes the copy into a file, called `place`; gives how many bytes it has.
async fn fetch(client: &Client, file: &mut File, place: &str) -> anyhow::Result<u64> {
    let mut download = client.export_profile().await?;
    let mut bytes = 0;
    while let Some(chunk) = download.next().await? {
        file.write_all(&chunk).with_context(|| format!("writing {place}"))?;
        bytes += u64::try_from(chunk.len())?;
    }
    Ok(bytes)
}

/// Why nothing can be written into a folder; without the name of the half file, which nobody chose.
fn closed(folder: &Path, error: &io::Error) -> Failure {
    let folder = folder.display();
    if error.kind() == io::ErrorKind::NotFound {
        let help = "make it first, or choose a folder that is there";
        return Failure::usage(format!("there is no folder {folder}"), help);
    }
    let why = io::Error::from(error.kind());
    Failure::usage(format!("nothing can be written into {folder}: {why}"), "choose another folder")
}

fn taken(file: &Path) -> Failure {
    Failure::usage(format!("{} is there already", file.display()), "choose another name")
}
