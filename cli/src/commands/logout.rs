//! `stall logout`.

use api::Code;
use api::client::ClientError;

use crate::context::Context;
use crate::exit::Exit;

/// Sign this terminal out
///
/// The token is ended at the market and removed from this machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall logout
  stall logout --profile fair")]
pub(crate) struct Args {}

/// Signs out: here first, so that a market out of reach keeps nobody signed in.
pub(crate) async fn run(ctx: &Context, _args: Args) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let mut credentials = ctx.credentials()?;
    if ctx.environment.token.is_none() && credentials.remove(ctx.globals.profile()) {
        credentials.save(ctx.state_dir()?, rand::random())?;
    }
    match client.revoke_token().await {
        Ok(()) => ctx.talk.note(format!("Signed out of {}.", client.server())),
        Err(ClientError::Problem(problem)) if problem.code == Code::Unauthenticated => {
            ctx.talk.note("Signed out; the token had ended already.");
        }
        Err(error) => {
            ctx.talk.warn("signed out here, but the token could not be ended; end it on the web");
            return Err(error.into());
        }
    }
    if ctx.environment.token.is_some() {
        ctx.talk.note("STALL_TOKEN is still set, but its token has ended.");
    }
    Ok(Exit::Done)
}
