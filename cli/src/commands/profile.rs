//! `stall profile`.

mod password;
mod sessions;

use crate::context::Context;
use crate::exit::Exit;

/// What can be done with one's account.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Password(password::Args),
    Sessions(sessions::Args),
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Password(args) => password::run(ctx, args).await,
        Command::Sessions(args) => sessions::run(ctx, args).await,
    }
}
