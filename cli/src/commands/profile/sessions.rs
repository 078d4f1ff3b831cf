//! `stall profile sessions`.

use api::Id;
use api::client::Client;
use api::sign_in::{Scope, Session, SessionKind, SessionsEnded};

use super::super::each;
use crate::context::Context;
use crate::exit::{Exit, Failure, lookup};
use crate::output::{Cell, Column, Tone, View};

const ROWS: &[Column<Session>] = &[
    Column { title: "SESSION", cell: |row| Cell::new(row.id) },
    Column { title: "NAME", cell: |row| Cell::long(&row.name) },
    Column { title: "KIND", cell: |row| Cell::new(kind(row)).minor() },
    Column { title: "MAY", cell: |row| may(row.scopes.as_deref()).minor() },
    Column { title: "LAST USED (UTC)", cell: used },
];

/// See where you are signed in, and sign out what is not yours
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall profile sessions
  stall profile sessions revoke ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E
  stall profile sessions revoke --others")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Sign browsers or terminals out
    Revoke(Revoke),
}

/// Arguments of `profile sessions revoke`.
#[derive(Debug, clap::Args)]
#[group(required = true)]
struct Revoke {
    /// Which; `stall profile sessions` shows the ids
    #[arg(value_name = "SESSION")]
    sessions: Vec<String>,
    /// All but this terminal
    #[arg(long, conflicts_with = "sessions")]
    others: bool,
}

/// Shows or ends them.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    match args.command {
        None => {
            ctx.out.list(&client.sessions().await?.items, ROWS)?;
            Ok(Exit::Done)
        }
        Some(What::Revoke(Revoke { others: true, .. })) => {
            show(ctx, client.end_other_sessions().await?)?;
            Ok(Exit::Done)
        }
        Some(What::Revoke(Revoke { sessions, .. })) => revoke(ctx, &client, &sessions).await,
    }
}

/// Ends sessions by their ids.
pub(in crate::commands) async fn revoke(
    ctx: &Context,
    client: &Client,
    ids: &[String],
) -> anyhow::Result<Exit> {
    let (ended, exit) = each::of(ctx, ids, async |id| end(client, id).await).await?;
    show(ctx, SessionsEnded { ended: u64::try_from(ended.len())? })?;
    Ok(exit)
}

fn show(ctx: &Context, ended: SessionsEnded) -> anyhow::Result<()> {
    ctx.out.one(&ended, || View::default().pairs([("signed out", ended.ended.to_string())]))
}

async fn end(client: &Client, session: &str) -> anyhow::Result<()> {
    let id: Id<Session> = session.parse().map_err(|error: api::id::IdError| {
        Failure::usage(error.to_string(), "`stall profile sessions` shows the ids")
    })?;
    let ended = client.end_session(id).await;
    let help = "`stall profile sessions` shows the ids";
    ended.map_err(|error| lookup(error, format!("you have no sign-in {id}"), help))?;
    Ok(())
}

/// What a token with these scopes may do.
pub(in crate::commands) fn may(scopes: Option<&[Scope]>) -> Cell {
    let Some(scopes) = scopes else { return Cell::long("everything") };
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    Cell::long(scopes.join(" "))
}

/// When it was used last; the one that asks says so.
pub(in crate::commands) fn used(session: &Session) -> Cell {
    if session.current {
        return Cell::new("this one").tone(Tone::Good);
    }
    Cell::new(session.used_at.minute())
}

/// A program's token has its limits, a terminal that signed in has none.
const fn kind(session: &Session) -> &'static str {
    match (session.kind, &session.scopes) {
        (SessionKind::Web, _) => "browser",
        (SessionKind::Token, None) => "terminal",
        (SessionKind::Token, Some(_)) => "token",
    }
}
