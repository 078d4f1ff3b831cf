//! `stall profile`.

mod delete;
mod export;
mod log;

use crate::context::Context;
use crate::exit::Exit;
use crate::paging::Paging;

/// What can be done with one's own account.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Take a copy of everything that is kept about you
    ///
    /// One zip file: a page to read, the same as JSON, and your pictures.
    #[command(after_help = "Example:
  stall profile export my-data.zip")]
    Export(export::Args),
    /// Delete your account for good
    ///
    /// Says first what goes and what stays, and why. A shop closes and its pieces leave the
    /// shelves. Receipts stay as long as law asks.
    #[command(after_help = "Examples:
  stall profile delete
  stall profile delete --password-stdin --yes < password.txt")]
    Delete(delete::Args),
    /// List what was done in your name, newest first
    #[command(after_help = "Example:
  stall profile log --limit 20")]
    Log(Paging),
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Export(args) => export::run(ctx, args).await,
        Command::Delete(args) => delete::run(ctx, args).await,
        Command::Log(paging) => log::run(ctx, paging).await,
    }
}
