//! `stall shop process`: photographs of how things are made.

use std::path::PathBuf;

use api::client::Client;
use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::{PROCESS, ShopProfileEdit};
use serde::Serialize;

use crate::commands::picture;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{Cell, Column};

/// What can be done with the photographs; each is named by its place, from 1 on.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List them in the order that shoppers see
    #[command(after_help = "Example:
  stall shop process list")]
    List,
    /// Add one
    #[command(after_help = "Examples:
  stall shop process add wheel.jpg --alt 'A bowl on the wheel'
  stall shop process add kiln.jpg --alt 'The kiln, opened' --at 1")]
    Add(Add),
    /// Say anew what one shows, for those who cannot see it
    #[command(after_help = "Example:
  stall shop process describe 2 'The kiln, opened after two days'")]
    Describe(Describe),
    /// Move one to another place; the others make room
    #[command(after_help = "Example:
  stall shop process move 3 1")]
    Move(Move),
    /// Take some away
    #[command(after_help = "Example:
  stall shop process remove 2 4")]
    Remove(Remove),
}

/// Arguments of `shop process add`.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// A JPEG, PNG or WebP file
    file: PathBuf,
    /// What it shows, for those who cannot see it
    #[arg(long, value_name = "TEXT")]
    alt: String,
    /// Its place; the last one if not given
    #[arg(long, value_name = "PLACE")]
    at: Option<usize>,
}

/// Arguments of `shop process describe`.
#[derive(Debug, clap::Args)]
pub(crate) struct Describe {
    /// Which
    place: usize,
    /// What it shows
    #[arg(value_name = "TEXT")]
    alt: String,
}

/// Arguments of `shop process move`.
#[derive(Debug, clap::Args)]
pub(crate) struct Move {
    /// Which
    #[arg(value_name = "PLACE")]
    from: usize,
    /// Where to
    to: usize,
}

/// Arguments of `shop process remove`.
#[derive(Debug, clap::Args)]
pub(crate) struct Remove {
    /// Which
    #[arg(value_name = "PLACE", required = true)]
    places: Vec<usize>,
}

/// A photograph with its place.
#[derive(Serialize)]
struct Placed {
    place: usize,
    #[serde(flatten)]
    image: GalleryImage,
}

const ROWS: &[Column<Placed>] = &[
    Column { title: "PLACE", cell: |row| Cell::number(row.place) },
    Column { title: "SHOWS", cell: |row| Cell::long(&row.image.alt) },
    Column {
        title: "SIZE",
        cell: |row| Cell::new(format!("{} × {}", row.image.width, row.image.height)),
    },
];

/// Changes the photographs as they are now, or says that somebody else changed the shop meanwhile;
/// then lists them.
pub(super) async fn run(ctx: &Context, client: &Client, command: Command) -> anyhow::Result<()> {
    let before = super::opened(client).await?;
    let entries = before.process.iter().map(GalleryEntry::from).collect();
    let after = match changed(client, command, entries).await? {
        Some(process) => {
            let edit = ShopProfileEdit { process: Some(process), ..ShopProfileEdit::default() };
            client.edit_shop_profile(before.version, &edit).await?
        }
        None => before,
    };
    let images = after.process.into_iter().enumerate();
    let rows: Vec<Placed> =
        images.map(|(index, image)| Placed { place: index + 1, image }).collect();
    if rows.is_empty() {
        ctx.talk.note("No photographs yet: `stall shop process add FILE --alt TEXT`");
    }
    ctx.out.list(&rows, ROWS)
}

/// The photographs as they shall be; nothing where they only are looked at.
async fn changed(
    client: &Client,
    command: Command,
    mut all: Vec<GalleryEntry>,
) -> anyhow::Result<Option<Vec<GalleryEntry>>> {
    match command {
        Command::List => return Ok(None),
        Command::Add(Add { file, alt, at }) => {
            let at = at.map_or(Ok(all.len()), |at| index(at, all.len() + 1))?;
            if all.len() >= PROCESS {
                let help = "take one away first: `stall shop process remove PLACE`";
                let message = format!("there are {PROCESS} photographs already");
                return Err(Failure::new(Exit::Conflict, message, help).into());
            }
            let entry = picture::entry(client, &file, &alt).await?;
            if let Some(place) = all.iter().position(|one| one.hash == entry.hash) {
                let place = place + 1;
                let help = format!("`stall shop process describe {place}`, or move {place}");
                let message = format!("this photograph is there already, at place {place}");
                return Err(Failure::new(Exit::Conflict, message, help).into());
            }
            all.insert(at, entry);
        }
        Command::Describe(Describe { place, alt }) => {
            let index = index(place, all.len())?;
            all[index].alt = alt;
        }
        Command::Move(Move { from, to }) => {
            let (from, to) = (index(from, all.len())?, index(to, all.len())?);
            let entry = all.remove(from);
            all.insert(to, entry);
        }
        Command::Remove(Remove { places }) => {
            let gone = places
                .iter()
                .map(|place| index(*place, all.len()))
                .collect::<Result<Vec<_>, _>>()?;
            let kept = all.into_iter().enumerate().filter(|(index, _)| !gone.contains(index));
            return Ok(Some(kept.map(|(_, entry)| entry).collect()));
        }
    }
    Ok(Some(all))
}

/// Where a place from 1 to `last` stands in the list.
fn index(place: usize, last: usize) -> Result<usize, Failure> {
    if (1..=last).contains(&place) {
        return Ok(place - 1);
    }
    let message = format!("there is no place {place}");
    Err(Failure::usage(
        message,
        match last {
            0 => "there are no photographs yet: `stall shop process add`".to_owned(),
            _ => format!("places go from 1 to {last}; `stall shop process list` shows them"),
        },
    ))
}
