//! `stall profile`.

mod delete;
mod edit;
mod export;
mod log;
mod password;
mod sessions;
mod view;

use crate::context::Context;
use crate::exit::Exit;
use crate::paging::Paging;

/// What can be done with one's account.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Show what others see of you, and who sees it
    #[command(after_help = "Example:
  stall profile show -o json --fields name,show")]
    Show,
    Edit(edit::Args),
    Password(password::Args),
    Sessions(sessions::Args),
    Export(export::Args),
    Delete(delete::Args),
    /// List what was done in your name, newest first
    #[command(after_help = "Example:
  stall profile log --limit 20")]
    Log(Paging),
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Show => {
            let profile = ctx.client()?.profile().await?;
            ctx.out.one(&profile, || view::profile(&profile))?;
            Ok(Exit::Done)
        }
        Command::Edit(args) => edit::run(ctx, args).await,
        Command::Password(args) => password::run(ctx, args).await,
        Command::Sessions(args) => sessions::run(ctx, args).await,
        Command::Export(args) => export::run(ctx, args).await,
        Command::Delete(args) => delete::run(ctx, args).await,
        Command::Log(paging) => log::run(ctx, paging).await,
    }
}
