//! One file for each noun.

mod agree;
mod completions;
mod console;
mod each;
mod import;
mod listings;
mod login;
mod logout;
mod orders;
mod payouts;
mod picture;
mod price;
mod profile;
mod register;
mod shop;
mod sim;
mod token;
mod topics;
mod whoami;

use crate::args::SHORT;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::Output;
use crate::talk::Talk;

/// What can be done.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Register(register::Args),
    Login(login::Args),
    Logout(logout::Args),
    Whoami(whoami::Args),
    Console(console::Args),
    /// What others see of you, your password and sign-ins, your data
    #[command(subcommand)]
    Profile(profile::Command),
    /// Tokens for programs: make, list, revoke
    #[command(subcommand)]
    Token(token::Command),
    /// Open, edit, pause and connect your shop
    #[command(subcommand)]
    Shop(shop::Command),
    /// See and change what you offer
    #[command(subcommand)]
    Listings(listings::Command),
    /// Bring listings and their pictures from a file
    Import(import::Args),
    /// See and ship what was bought
    #[command(subcommand)]
    Orders(orders::Command),
    /// See what reached your bank, and why
    #[command(subcommand)]
    Payouts(payouts::Command),
    /// Move the simulator's clock
    #[command(subcommand)]
    Sim(sim::Command),
    Completions(completions::Args),
    /// What the exit codes mean
    #[command(hide = true, override_help = topics::EXIT_CODES)]
    ExitCodes,
    /// Variables and files
    #[command(hide = true, override_help = topics::ENVIRONMENT)]
    Environment,
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Option<Command>) -> anyhow::Result<Exit> {
    match command {
        None => without_command(ctx).await,
        Some(Command::Console(args)) => console::run(ctx, args).await,
        Some(Command::Register(args)) => register::run(ctx, args).await,
        Some(Command::Login(args)) => login::run(ctx, args).await,
        Some(Command::Logout(args)) => logout::run(ctx, args).await,
        Some(Command::Whoami(args)) => whoami::run(ctx, args).await,
        Some(Command::Profile(command)) => profile::run(ctx, command).await,
        Some(Command::Token(command)) => token::run(ctx, command).await,
        Some(Command::Shop(command)) => shop::run(ctx, command).await,
        Some(Command::Listings(command)) => listings::run(ctx, command).await,
        Some(Command::Import(args)) => import::run(ctx, args).await,
        Some(Command::Orders(command)) => orders::run(ctx, command).await,
        Some(Command::Payouts(command)) => payouts::run(ctx, command).await,
        Some(Command::Sim(command)) => sim::run(ctx, command).await,
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::ExitCodes) => topic(topics::EXIT_CODES),
        Some(Command::Environment) => topic(topics::ENVIRONMENT),
    }
}

/// `stall` alone: the console for a person, short help for a script.
async fn without_command(ctx: &Context) -> anyhow::Result<Exit> {
    if console::possible(ctx) {
        return console::run(ctx, console::Args::default()).await;
    }
    Talk::plain(SHORT);
    Ok(Exit::Usage)
}

fn topic(text: &str) -> anyhow::Result<Exit> {
    Output::text(text)?;
    Ok(Exit::Done)
}
