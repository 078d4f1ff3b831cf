//! `stall profile`.

mod delete;
mod edit;
mod email;
mod export;
mod log;
mod password;
pub(super) mod sessions;
mod two_factor;
mod view;

use api::profile::Profile;
use api::sign_in::SignIn;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::paging::Paging;

/// What can be done with one's account.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Show what others see of you and who sees it, and how you sign in
    #[command(after_help = "Example:
  stall profile show -o json --fields name,show,sign_in.email")]
    Show,
    Edit(edit::Args),
    /// Change the address that you sign in with
    #[command(subcommand)]
    Email(email::Command),
    Password(password::Args),
    /// Ask for a code of an authenticator app after your password
    #[command(subcommand)]
    TwoFactor(two_factor::Command),
    Sessions(sessions::Args),
    Export(export::Args),
    Delete(delete::Args),
    /// List what was done in your name, newest first
    #[command(after_help = log::help())]
    Log(Paging),
}

/// Everything about oneself.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    profile: &'a Profile,
    sign_in: &'a SignIn,
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Show => {
            let client = ctx.client()?;
            let (profile, sign_in) = (client.profile().await?, client.sign_in().await?);
            let whole = Whole { profile: &profile, sign_in: &sign_in };
            let pairs = view::sign_in(&sign_in);
            ctx.out.one(&whole, || view::profile(&profile).pairs(pairs))?;
            Ok(Exit::Done)
        }
        Command::Edit(args) => edit::run(ctx, args).await,
        Command::Email(command) => email::run(ctx, command).await,
        Command::Password(args) => password::run(ctx, args).await,
        Command::TwoFactor(command) => two_factor::run(ctx, command).await,
        Command::Sessions(args) => sessions::run(ctx, args).await,
        Command::Export(args) => export::run(ctx, args).await,
        Command::Delete(args) => delete::run(ctx, args).await,
        Command::Log(paging) => log::run(ctx, paging).await,
    }
}
