//! `stall logout`.

use api::Code;
use api::client::{Client, ClientError};

use crate::context::Context;
use crate::exit::Exit;

/// Sign this terminal out
///
/// The token is ended at the market and removed from this machine, file and keyring alike.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall logout
  stall logout --profile fair")]
pub(crate) struct Args {}

/// Signs out: here first, so that neither a market nor a keyring out of reach keeps anybody
/// signed in.
pub(crate) async fn run(ctx: &Context, _args: Args) -> anyhow::Result<Exit> {
    let server = ctx.guest()?.server().to_owned();
    let client = if ctx.environment.token.is_some() {
        ctx.client()
    } else {
        ctx.login()?;
        let client = ctx.client();
        ctx.forget_login()?;
        client
    };
    match end(client).await {
        Ok(()) => ctx.talk.note(format!("Signed out of {server}.")),
        Err(error) if had_ended(&error) => {
            ctx.talk.note("Signed out; the token had ended already.");
        }
        Err(error) => {
            ctx.talk.warn("signed out here, but the token could not be ended; end it on the web");
            return Err(error);
        }
    }
    if ctx.environment.token.is_some() {
        ctx.talk.note("STALL_TOKEN is still set, but its token has ended.");
    }
    Ok(Exit::Done)
}

async fn end(client: anyhow::Result<Client>) -> anyhow::Result<()> {
    Ok(client?.revoke_token().await?)
}

fn had_ended(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(ClientError::Problem(problem)) if problem.code == Code::Unauthenticated
    )
}
