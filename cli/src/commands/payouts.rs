//! `stall payouts`.

mod reconcile;
mod view;

use api::client::ClientError;

use crate::context::Context;
use crate::exit::{Exit, lookup};
use crate::paging::Paging;

/// What can be done with payouts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List payouts, newest first
    #[command(after_help = "Example:
  stall payouts list -o csv > payouts.csv")]
    List(Paging),
    /// Show one payout, line by line
    #[command(after_help = "Example:
  stall payouts show po_1QJx8sLkdIwHu7ix0snrBa8d")]
    Show(One),
    /// Compare what reached your bank with the books, to the cent
    ///
    /// Asks Stripe anew. Nothing is adjusted: what differs is shown, line by line.
    #[command(after_help = "Examples:
  stall payouts reconcile --month 2026-11
  stall payouts reconcile --payout po_1QJx8sLkdIwHu7ix0snrBa8d
  stall payouts reconcile --since 2026-01-01 --check    code 8 if it differs")]
    Reconcile(reconcile::Args),
}

/// Arguments of `payouts show`.
#[derive(Debug, clap::Args)]
pub(crate) struct One {
    /// Its id, or Stripe's
    #[arg(value_name = "PAYOUT")]
    payout: String,
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    match command {
        Command::List(paging) => {
            let rows = paging.collect(&ctx.talk, async |page| client.payouts(&page).await).await?;
            if rows.is_empty() {
                ctx.talk.note("No payouts yet.");
            }
            ctx.out.list(&rows, view::ROWS)?;
            Ok(Exit::Done)
        }
        Command::Show(args) => {
            let payout = client.payout(&args.payout).await;
            let payout = payout.map_err(|error| unknown(error, &args.payout))?;
            ctx.out.one(&payout, || view::payout(&payout))?;
            Ok(Exit::Done)
        }
        Command::Reconcile(args) => reconcile::run(ctx, &client, args).await,
    }
}

fn unknown(error: ClientError, payout: &str) -> anyhow::Error {
    lookup(error, format!("you have no payout {payout}"), "`stall payouts list` shows the ids")
}
