//! `stall listings`.

mod attributes;
mod bulk;
mod find;
mod history;
mod questions;
mod view;

use api::client::{Client, ClientError};
use api::listing::{Category, Listing, ListingEdit, ListingStatus, VariantEdit};
use api::making::{Making, MakingError, ToOrder};
use api::{Id, Money};

use super::{each, price};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::paging::Paging;

/// What can be done with listings.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List what you offer, newest change first
    #[command(after_help = "Examples:
  stall listings list --status active
  stall listings list --limit 0 -o csv > listings.csv
  stall listings list -o jsonl | jq -r 'select(.available < 3).title'")]
    List(List),
    /// Show one listing with its variants
    #[command(after_help = "Examples:
  stall listings show MUG-OAT
  stall listings show lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E -o json")]
    Show(One),
    /// Put listings up for sale
    #[command(after_help = "Example:
  stall listings publish MUG-OAT MUG-SAGE")]
    Publish(Many),
    /// Take listings off the shelf for a while
    #[command(after_help = "Example:
  stall listings pause MUG-OAT")]
    Pause(Many),
    /// Put listings away; publishing brings them back
    #[command(after_help = "Example:
  stall listings archive MUG-OAT")]
    Archive(Many),
    /// Change the words of a listing and how it is made, or price, stock and SKU of a variant
    #[command(after_help = "Examples:
  stall listings set MUG-OAT --price 26.00
  stall listings set MUG-OAT --stock 12 --title 'Oat mug, small'
  stall listings set 4b0c1d2e --variant 'Oat, large' --sku MUG-OAT-L
  stall listings set MUG-OAT --made-in 10..14 --weekly 5
  stall listings set MUG-OAT --from-stock

`stall listings publish`, `pause` and `archive` change its state, `edit` many listings at once.")]
    Set(Set),
    /// Show or change what whoever orders a piece is asked
    #[command(after_help = "Examples:
  stall listings questions MUG-OAT
  stall listings questions MUG-OAT --add 'Name on the mug' --longest 20 --surcharge 5.00
  stall listings questions MUG-OAT --add Ribbon --choice red --choice green --required
  stall listings questions MUG-OAT --remove Ribbon

Up to five questions. What was ordered before keeps its answers; carts that hold other answers are
told.")]
    Questions(questions::Args),
    /// Show what can be said of the pieces of each shelf, or say it of a listing
    #[command(after_help = "Examples:
  stall listings attributes --category clay                what there is
  stall listings attributes MUG-OAT                        what the listing says
  stall listings attributes MUG-OAT glaze=matt 'colour=blue, white' capacity=350
  stall listings attributes MUG-OAT glaze=                 say nothing of it any more

Shoppers read them on the page of the piece and narrow lists by some of them. After a change of the
shelf, what the new one does not have stays with the listing and is not shown to anybody else.")]
    Attributes(attributes::Args),
    /// Copy a listing as a draft
    #[command(after_help = "Example:
  stall listings duplicate MUG-OAT

Words, attributes, options, variants, prices, questions and the gallery are those of the original; SKUs and stock
are empty. Name them with: stall listings set LISTING --variant VALUES --sku SKU")]
    Duplicate(One),
    /// Change many listings at once, after a preview
    #[command(after_help = "Examples:
  stall listings edit --where 'status:active tag:gift' --set price=+5%
  stall listings edit --where 'sku:MUG- price:20..40' --set price=24.00 --set stock=+10
  stall listings edit --where 'category:clay \"sea green\"' --set tag=+sea --set tag=-green --dry-run
  stall listings edit --where tag:throw --set made-in=10..14/5      made to order, 5 a week
  stall listings edit --where status:paused --set status=archived --yes -o json

Filter: status:a,b · category:a,b · tag:… · sku:PREFIX · price:20..40 · words of title or text.
Price and sku pick variants; price and stock change for those alone. Archived listings are left
out unless status names them. A percentage is rounded to the nearest cent, half a cent upwards.")]
    Edit(bulk::Edit),
    /// List the bulk edits of the last 30 days, newest first
    #[command(after_help = "Example:
  stall listings edits --limit 5")]
    Edits(bulk::Edits),
    /// Take a bulk edit back
    #[command(after_help = "Examples:
  stall listings undo                                      the last one
  stall listings undo edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E --yes   one that `stall listings edits` shows

Every listing gets back exactly what it had, stock and state included. Those that were changed or
sold since are named and keep what they have.")]
    Undo(bulk::Undo),
    /// Show who changed what of a listing, newest first
    #[command(after_help = "Examples:
  stall listings history MUG-OAT
  stall listings history MUG-OAT --limit 0 -o json | jq '.[].changes'

The newest hundred versions are kept. Sales change only the stock and make no version.")]
    History(history::History),
    /// Put an old version of a listing back
    #[command(after_help = "Examples:
  stall listings restore MUG-OAT --version 3
  stall listings restore MUG-OAT --version 3 --yes

Shows first what would change. Texts, tags, attributes, options, variants, prices, questions and the gallery
come back, as a new version. Stock and state stay as they are now; but a variant that comes back has
no pieces, one that goes takes its pieces with it, and what has none left is sold out.")]
    Restore(history::Restore),
}

/// Arguments of `listings list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only these: draft, active, paused, sold-out or archived
    #[arg(long, value_parser = status)]
    status: Option<ListingStatus>,
    #[command(flatten)]
    paging: Paging,
}

/// Arguments of `listings show` and `duplicate`.
#[derive(Debug, clap::Args)]
pub(crate) struct One {
    /// Its id as the list shows it, or a SKU of it
    #[arg(value_name = "LISTING")]
    listing: String,
}

/// Arguments of `listings publish`, `pause` and `archive`.
#[derive(Debug, clap::Args)]
pub(crate) struct Many {
    /// Ids or SKUs
    #[arg(value_name = "LISTING", required = true)]
    listings: Vec<String>,
}

/// Arguments of `listings set`.
#[derive(Debug, clap::Args)]
#[command(override_usage = "stall listings set [OPTIONS] <LISTING>")]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true)
    .args(["title", "description", "category", "sku", "price", "stock", "made_in", "from_stock"]))]
pub(crate) struct Set {
    /// Its id as the list shows it, or the SKU of the variant
    #[arg(value_name = "LISTING")]
    listing: String,
    /// Which variant: its SKU or its values, such as 'Oat, large'; not needed where there is one
    #[arg(long)]
    variant: Option<String>,
    /// New title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// New description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// New shelf, such as clay
    #[arg(long)]
    category: Option<Category>,
    /// New SKU of the variant
    #[arg(long)]
    sku: Option<String>,
    /// New price, such as 24.00
    #[arg(long)]
    price: Option<String>,
    /// New number of pieces
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    stock: Option<i64>,
    /// Make it to order from now on, ready in so many days, such as 14 or 10..14
    #[arg(long, value_name = "DAYS", conflicts_with = "from_stock")]
    made_in: Option<String>,
    /// Pieces that you can begin in a week; without it there is no limit
    #[arg(long, value_name = "N", requires = "made_in")]
    weekly: Option<String>,
    /// Sell it from stock again
    #[arg(long)]
    from_stock: bool,
}

/// A state as the list shows it, or as JSON does.
fn status(given: &str) -> Result<ListingStatus, String> {
    let plain = given.to_lowercase().replace(['-', ' '], "_");
    plain.parse().map_err(|_| "use draft, active, paused, sold-out or archived".to_owned())
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    match command {
        Command::List(args) => list(ctx, &client, args).await,
        Command::Show(args) => {
            let listing = find::listing(&client, &args.listing).await?;
            ctx.out.one(&listing, || view::listing(&listing))?;
            Ok(Exit::Done)
        }
        Command::Publish(args) => move_each(ctx, &client, args, Client::publish_listing).await,
        Command::Pause(args) => move_each(ctx, &client, args, Client::pause_listing).await,
        Command::Archive(args) => move_each(ctx, &client, args, Client::archive_listing).await,
        Command::Set(args) => set(ctx, &client, args).await,
        Command::Questions(args) => questions::run(ctx, &client, args).await,
        Command::Attributes(args) => attributes::run(ctx, &client, args).await,
        Command::Duplicate(args) => {
            let original = find::listing(&client, &args.listing).await?;
            let copy = client.duplicate_listing(original.id).await?;
            ctx.out.one(&copy, || view::listing(&copy))?;
            Ok(Exit::Done)
        }
        Command::Edit(args) => bulk::edit(ctx, &client, args).await,
        Command::Edits(args) => bulk::list(ctx, &client, args).await,
        Command::Undo(args) => bulk::undo(ctx, &client, args).await,
        Command::History(args) => history::list(ctx, &client, args).await,
        Command::Restore(args) => history::restore(ctx, &client, args).await,
    }
}

async fn list(ctx: &Context, client: &Client, args: List) -> anyhow::Result<Exit> {
    let rows = args
        .paging
        .collect(&ctx.talk, async |page| client.listings(&page, args.status).await)
        .await?;
    if rows.is_empty() {
        ctx.talk.note("No listings here.");
    }
    ctx.out.list(&rows, view::ROWS)?;
    Ok(Exit::Done)
}

/// Publishes each of them, pauses it or puts it away.
async fn move_each(
    ctx: &Context,
    client: &Client,
    args: Many,
    verb: impl AsyncFn(&Client, Id<Listing>) -> Result<Listing, ClientError>,
) -> anyhow::Result<Exit> {
    let step = async |name: &String| {
        let listing = find::listing(client, name).await?;
        Ok(verb(client, listing.id).await?)
    };
    let (moved, exit) = each::of(ctx, &args.listings, step).await?;
    ctx.out.list(&moved, view::MOVED)?;
    Ok(exit)
}

async fn set(ctx: &Context, client: &Client, args: Set) -> anyhow::Result<Exit> {
    let listing = find::listing(client, &args.listing).await?;
    let terms = args.made_in.map(|days| ToOrder::read(&days, args.weekly.as_deref()));
    let terms = terms.transpose().map_err(|error| {
        let option = if error == MakingError::Weekly { "--weekly" } else { "--made-in" };
        Failure::usage(format!("{option}: {error}"), "for example --made-in 10..14 --weekly 5")
    })?;
    let mut edit = ListingEdit {
        title: args.title,
        description: args.description,
        category: args.category,
        making: terms.map(Making::ToOrder).or(args.from_stock.then(Making::default)),
        ..ListingEdit::default()
    };
    if args.sku.is_some() || args.price.is_some() || args.stock.is_some() {
        let name = args.variant.as_deref().unwrap_or(&args.listing);
        let variant = find::variant(&listing, name, args.variant.is_some())?;
        let parsed = |text: String| {
            let price = Money::parse(&text, variant.price.currency());
            price.map_err(|error| Failure::usage(error.to_string(), price::remedy(&text)))
        };
        let price = args.price.map(parsed).transpose()?;
        edit.variants.push(VariantEdit { id: variant.id, sku: args.sku, price, stock: args.stock });
    }
    let listing = client.edit_listing(listing.id, listing.version, &edit).await?;
    ctx.out.one(&listing, || view::listing(&listing))?;
    Ok(Exit::Done)
}
