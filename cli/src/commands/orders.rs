//! `stall orders`.

mod tail;
mod view;

use api::Code;
use api::client::{Client, ClientError};
use api::order::{Carrier, Order, OrderStatus, Parcel};

use super::each;
use crate::context::Context;
use crate::exit::{Exit, Failure, advise, lookup};
use crate::paging::Paging;

/// What can be done with orders.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List orders, newest first
    #[command(after_help = "Examples:
  stall orders list --status to-pack                    what is to be packed
  stall orders list --due                               the same, what has to be sent first first
  stall orders list --limit 0 -o csv > orders.csv
  stall orders list -o jsonl | jq -r .number")]
    List(List),
    /// Show one order: address, pieces, money, parcels
    #[command(after_help = "Example:
  stall orders show 7K39QF2M-1")]
    Show(One),
    /// Record a parcel; the shopper gets an e-mail with the tracking number
    #[command(after_help = "Examples:
  stall orders ship 7K39QF2M-1 --tracking 00340434161094021501
  stall orders ship 7K39QF2M-1 --tracking RR123456785DE --carrier post
  stall orders ship 7K39QF2M-1 8L40RG3N-2     several, without tracking")]
    Ship(Ship),
    /// Show what happens to orders as it happens
    #[command(after_help = "Examples:
  stall orders tail
  stall orders tail -o jsonl | while read -r event; do …; done")]
    Tail(tail::Args),
}

/// Arguments of `orders list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only these: to-pack, shipped, cancelled, refunded or waiting-for-payment
    #[arg(long, value_parser = status)]
    status: Option<OrderStatus>,
    /// What is to be packed: first what has to be sent first
    #[arg(long, conflicts_with = "status")]
    due: bool,
    #[command(flatten)]
    paging: Paging,
}

/// Arguments of `orders show`.
#[derive(Debug, clap::Args)]
pub(crate) struct One {
    /// Its number, or its id
    #[arg(value_name = "ORDER")]
    order: String,
}

/// Arguments of `orders ship`.
#[derive(Debug, clap::Args)]
pub(crate) struct Ship {
    /// Number or id of the order; several only without --tracking
    #[arg(value_name = "ORDER", required = true)]
    orders: Vec<String>,
    /// Tracking number, if there is one
    #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    tracking: String,
    /// dhl, dpd, gls, hermes, ups, fedex, post or other; guessed when absent
    #[arg(long)]
    carrier: Option<Carrier>,
}

/// A state as the list shows it, or as JSON does.
fn status(given: &str) -> Result<OrderStatus, String> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], " ");
    let means = |status: &&OrderStatus| {
        [status.label(), status.as_str()].iter().any(|name| plain(name) == plain(given))
    };
    OrderStatus::ALL.iter().find(means).copied().ok_or_else(|| {
        "use to-pack, shipped, cancelled, refunded or waiting-for-payment".to_owned()
    })
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::List(args) => list(ctx, &ctx.client()?, args).await,
        Command::Show(args) => {
            let order = ctx.client()?.order(&args.order).await;
            let order = order.map_err(|error| unknown(error, &args.order))?;
            ctx.out.one(&order, || view::order(&order))?;
            Ok(Exit::Done)
        }
        Command::Ship(args) => ship(ctx, args).await,
        Command::Tail(args) => tail::run(ctx, &ctx.client()?, args).await,
    }
}

async fn list(ctx: &Context, client: &Client, args: List) -> anyhow::Result<Exit> {
    let rows = args
        .paging
        .collect(&ctx.talk, async |page| {
            if args.due {
                client.orders_due(&page).await
            } else {
                client.orders(&page, args.status).await
            }
        })
        .await?;
    if rows.is_empty() {
        ctx.talk.note("No orders here.");
    }
    ctx.out.list(&rows, view::ROWS)?;
    Ok(Exit::Done)
}

/// One parcel is one order: a number for many of them would tell shoppers of other people's post.
async fn ship(ctx: &Context, args: Ship) -> anyhow::Result<Exit> {
    let parcel = Parcel { tracking: args.tracking.trim().to_owned(), carrier: args.carrier };
    if args.orders.len() > 1 && !parcel.tracking.is_empty() {
        let message = format!("{} orders but 1 tracking number", args.orders.len());
        let help = "ship them one by one, each with its own --tracking";
        return Err(Failure::usage(message, help).into());
    }
    let client = ctx.client()?;
    let step = async |number: &String| {
        let shipped = client.ship_order(number, &parcel).await;
        shipped.map_err(|error| {
            let help = format!("`stall orders show {number}` shows where it stands");
            advise(unknown(error, number), Code::Conflict, help)
        })
    };
    let (shipped, exit) = each::of(ctx, &args.orders, step).await?;
    match (args.orders.len(), shipped.as_slice()) {
        (1, [order]) => ctx.out.one(order, || view::shipped(order))?,
        _ => ctx.out.list(&shipped, &view::SHIPPED)?,
    }
    for order in &shipped {
        say_shipped(ctx, order);
    }
    Ok(exit)
}

fn unknown(error: ClientError, number: &str) -> anyhow::Error {
    lookup(error, format!("you have no order {number}"), "`stall orders list` shows the numbers")
}

fn say_shipped(ctx: &Context, order: &Order) {
    ctx.talk.note(format!("An e-mail to {} is on its way.", order.ship_to.name));
}
