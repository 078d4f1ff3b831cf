//! `stall listings attributes`.

use api::attribute::{Attribute, AttributeEdits, Misfit, Told};
use api::client::Client;
use api::listing::{Category, ListingEdit};

use super::find;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{Cell, Column};

/// Arguments of `listings attributes`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its id as the list shows it, or a SKU of it; without one, what there is on every shelf
    #[arg(value_name = "LISTING")]
    listing: Option<String>,
    /// What to say, such as glaze=matt; nothing behind = takes it away
    #[arg(value_name = "ATTRIBUTE=VALUE")]
    values: Vec<String>,
    /// What there is on one shelf, such as clay
    #[arg(long, conflicts_with = "listing")]
    category: Option<Category>,
}

const ALL: &[Column<Attribute>] = &[
    Column { title: "ATTRIBUTE", cell: |row| Cell::new(row.key) },
    Column { title: "CALLED", cell: |row| Cell::new(row.label) },
    Column { title: "SHELVES", cell: |row| Cell::long(shelves(row)) },
    Column { title: "VALUES", cell: |row| Cell::long(row.kind) },
    Column { title: "NARROWS", cell: |row| Cell::new(if row.facet { "yes" } else { "no" }) },
    Column { title: "OPTION", cell: |row| Cell::new(if row.axis { "yes" } else { "no" }) },
];

const SAID: &[Column<Told>] = &[
    Column { title: "ATTRIBUTE", cell: |row| Cell::new(&row.attribute) },
    Column { title: "CALLED", cell: |row| Cell::new(&row.label) },
    Column { title: "VALUE", cell: |row| Cell::long(&row.value) },
    Column { title: "SHOWN", cell: |row| Cell::new(if row.shown { "yes" } else { "no" }) },
];

/// Shows what there is, or what a listing says, after a change if there is one to make.
pub(super) async fn run(ctx: &Context, client: &Client, args: Args) -> anyhow::Result<Exit> {
    let Some(name) = &args.listing else {
        let is_wanted = |it: &&Attribute| args.category.is_none_or(|own| it.shelves.contains(&own));
        let all: Vec<Attribute> = Attribute::all().iter().filter(is_wanted).copied().collect();
        ctx.out.list(&all, ALL)?;
        return Ok(Exit::Done);
    };
    let mut listing = find::listing(client, name).await?;
    if !args.values.is_empty() {
        let attributes = edits(listing.category, &args.values)?;
        let edit = ListingEdit { attributes, ..ListingEdit::default() };
        listing = client.edit_listing(listing.id, listing.version, &edit).await?;
    }
    let rows = listing.attributes.told(listing.category);
    if rows.is_empty() {
        ctx.talk.note(format!("“{}” says nothing of its attributes.", listing.title));
    }
    ctx.out.list(&rows, SAID)?;
    Ok(Exit::Done)
}

/// What was typed, for pieces of a shelf.
fn edits(shelf: Category, typed: &[String]) -> Result<AttributeEdits, Failure> {
    let mut edits = AttributeEdits::new();
    for text in typed {
        let refused = |message: String| {
            Failure::usage(message, "for example glaze=matt, or glaze= to say nothing of it")
        };
        let pair = text.split_once('=');
        let (name, value) = pair.ok_or_else(|| refused(format!("“{text}” has no =")))?;
        let attribute = Attribute::named(name);
        let key = attribute.map_or(name.trim(), |it| it.key).to_owned();
        if value.trim().is_empty() {
            edits.insert(key, None);
            continue;
        }
        let attribute = attribute.ok_or(Misfit::Shelf { name: name.to_owned(), shelf });
        let read = attribute.and_then(|it| it.read(value));
        edits.insert(key, Some(read.map_err(|misfit| refused(misfit.to_string()))?));
    }
    Ok(edits)
}

fn shelves(attribute: &Attribute) -> String {
    if attribute.shelves.len() == Category::ALL.len() {
        return "every shelf".to_owned();
    }
    attribute.shelves.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(", ")
}
