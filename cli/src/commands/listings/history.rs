//! `stall listings history` and `restore`.

use api::Code;
use api::client::Client;
use api::history::{Cause, ListingVersion, VersionDetail};
use api::import::FieldChange;
use api::listing::{Listing, Variant};

use super::{find, view};
use crate::commands::agree;
use crate::context::Context;
use crate::exit::{Exit, advise, lookup};
use crate::output::{Cell, Column};
use crate::paging::Paging;
use crate::words::{self, counted};

/// Changes shown in one row of the list.
const SHOWN: usize = 2;

/// Arguments of `listings history`.
#[derive(Debug, clap::Args)]
pub(crate) struct History {
    /// Its id as the list shows it, or a SKU of it
    #[arg(value_name = "LISTING")]
    listing: String,
    #[command(flatten)]
    paging: Paging,
}

/// Arguments of `listings restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// Its id as the list shows it, or a SKU of it
    #[arg(value_name = "LISTING")]
    listing: String,
    /// Which version, as `stall listings history` numbers them
    #[arg(long, value_name = "N")]
    version: i64,
}

const ROWS: &[Column<ListingVersion>] = &[
    Column { title: "VERSION", cell: |row| Cell::number(row.version) },
    Column { title: "WHEN", cell: |row| Cell::new(row.at.minute()) },
    Column { title: "WHO", cell: |row| Cell::long(row.by.as_deref().unwrap_or("the market")) },
    Column { title: "WITH", cell: |row| Cell::new(row.means).minor() },
    Column { title: "WHY", cell: |row| Cell::new(why(row.cause)) },
    Column { title: "CHANGES", cell: |row| Cell::long(summary(&row.changes)) },
];

/// Lists what was saved.
pub(super) async fn list(ctx: &Context, client: &Client, args: History) -> anyhow::Result<Exit> {
    let listing = find::listing(client, &args.listing).await?;
    let rows = args
        .paging
        .collect(&ctx.talk, async |page| client.listing_history(listing.id, &page).await)
        .await?;
    ctx.out.list(&rows, ROWS)?;
    Ok(Exit::Done)
}

/// Shows what would change, asks, and puts an old version back.
pub(super) async fn restore(ctx: &Context, client: &Client, args: Restore) -> anyhow::Result<Exit> {
    let listing = find::listing(client, &args.listing).await?;
    let old = client.listing_version(listing.id, args.version).await.map_err(|error| {
        let what = format!("no version {} of “{}” is kept", args.version, listing.title);
        let listing = &args.listing;
        lookup(error, what, &format!("`stall listings history {listing}` shows those that are"))
    })?;
    if old.restoring.is_empty() {
        ctx.talk.note(format!("Nothing to do: version {} says what stands now.", args.version));
        ctx.out.one(&listing, || view::listing(&listing))?;
        return Ok(Exit::Done);
    }
    for change in &old.restoring {
        ctx.talk.note(line(change));
    }
    for words in stock_and_state(&listing, &old) {
        ctx.talk.note(format!("  {words}"));
    }
    let question = format!("Restore version {} of “{}”? [y/N]", args.version, listing.title);
    if !agree::to(ctx, question, "add --yes to restore it").await? {
        ctx.talk.note("Nothing was changed.");
        return Ok(Exit::Done);
    }
    let restored = client.restore_listing(listing.id, listing.version, args.version).await;
    let restored = restored.map_err(|error| {
        advise(error.into(), Code::Conflict, "repeat the command to see what would change now")
    })?;
    ctx.out.one(&restored, || view::listing(&restored))?;
    Ok(Exit::Done)
}

/// What becomes of pieces and state, which a version does not bring back.
fn stock_and_state(now: &Listing, old: &VersionDetail) -> Vec<String> {
    let (stands, comes) = (&now.variants, &old.content.variants);
    let has = |variants: &[Variant], one: &Variant| variants.iter().any(|it| it.id == one.id);
    let goes = |it: &&Variant| it.available > 0 && !has(comes, it);
    let mut words: Vec<String> = stands
        .iter()
        .filter(goes)
        .map(|it| format!("{} goes, and its {} with it.", name(it), counted(it.available, "piece")))
        .collect();
    let returns = comes.iter().filter(|it| !has(stands, it));
    words.extend(returns.map(|it| format!("{} comes back without pieces.", name(it))));
    let state = old.restoring.iter().find(|change| change.field == "status");
    words.extend(state.map(|_| "No piece is left then, so it is sold out.".to_owned()));
    words.push(match (words.is_empty(), state) {
        (true, _) => "Stock and state stay as they are now.".to_owned(),
        (false, None) => "All other stock and the state stay as they are now.".to_owned(),
        (false, Some(_)) => "All other stock stays as it is now.".to_owned(),
    });
    words
}

/// What people call a variant: its SKU, else its values.
fn name(variant: &Variant) -> String {
    let values = variant.values.join(", ");
    let known = [variant.sku.as_str(), &values].into_iter().find(|text| !text.is_empty());
    known.unwrap_or("the only variant").to_owned()
}

/// A field that changes, on a line of its own.
pub(super) fn line(change: &FieldChange) -> String {
    let (from, to) = words::change(change);
    format!("      {}: {from} → {to}", shown(&change.field))
}

fn summary(changes: &[FieldChange]) -> String {
    let mut parts: Vec<String> = changes
        .iter()
        .take(SHOWN)
        .map(|change| {
            let (from, to) = words::change(change);
            format!("{} {from} → {to}", shown(&change.field))
        })
        .collect();
    if changes.len() > SHOWN {
        parts.push(format!("{} more", changes.len() - SHOWN));
    }
    parts.join(", ")
}

/// A name in one short line.
pub(super) fn shown(text: &str) -> String {
    const LENGTH: usize = 60;
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    match text.chars().count() {
        0..=LENGTH => text.chars().map(plain).collect(),
        _ => text.chars().map(plain).take(LENGTH).chain(['…']).collect(),
    }
}

const fn why(cause: Cause) -> &'static str {
    match cause {
        Cause::Draft => "written",
        Cause::Edit => "edited",
        Cause::Import => "import",
        Cause::BulkEdit => "bulk edit",
        Cause::Restore => "restored",
        Cause::Undo => "undo",
        Cause::Duplicate => "duplicate",
        Cause::Earlier => "until then",
    }
}
