//! `stall token`: tokens for programs. They are sessions as those of terminals are, so listing and
//! ending them is the work of `profile/sessions.rs`.

use api::sign_in::{CreatedToken, NewToken, Scope, Session, SessionKind};

use super::profile::sessions;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Cell, Column, View};
use crate::secret;

const ROWS: &[Column<Session>] = &[
    Column { title: "TOKEN", cell: |row| Cell::new(row.id) },
    Column { title: "NAME", cell: |row| Cell::long(&row.name) },
    Column { title: "MAY", cell: |row| sessions::may(row.scopes.as_deref()) },
    Column { title: "LAST USED (UTC)", cell: sessions::used },
    Column { title: "ENDS", cell: |row| Cell::new(row.expires_at.day()).minor() },
];

/// What can be done with tokens.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a token for a program; it is shown once
    ///
    /// It may do what its scopes say and no more, and ends after ninety days without use.
    #[command(after_help = "Examples:
  stall token create 'night backup' --scope orders:read --scope payouts:read
  pass show stall | stall token create till --scope orders:read,shop:read --password-stdin")]
    Create(Create),
    /// List the tokens of programs and terminals
    #[command(after_help = "Example:
  stall token list")]
    List,
    /// End tokens; whoever uses them is signed out
    #[command(after_help = "Example:
  stall token revoke ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E")]
    Revoke(Revoke),
}

/// Arguments of `token create`.
#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// What it is called in the list
    name: String,
    /// What it may do: listings, orders, payouts, shop or profile, each with :read or :write; several
    /// with commas
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
    scopes: Vec<Scope>,
    /// Read the password from standard input; a second line holds the code of your app, if you have one
    #[arg(long)]
    password_stdin: bool,
}

/// Arguments of `token revoke`.
#[derive(Debug, clap::Args)]
pub(crate) struct Revoke {
    /// Which; `stall token list` shows the ids
    #[arg(value_name = "TOKEN", required = true)]
    tokens: Vec<String>,
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    match command {
        Command::Create(Create { name, scopes, password_stdin }) => {
            let current_password = secret::password(ctx, password_stdin, "password").await?;
            let new = NewToken { name, scopes, current_password, code: None };
            let created = secret::with_code(ctx, password_stdin, async |code| {
                client.create_named_token(&NewToken { code, ..new.clone() }).await
            });
            let created = created.await?;
            ctx.out.one(&created, || view(&created))?;
            ctx.talk.note("Keep it where the program reads it: it is shown only now.");
            Ok(Exit::Done)
        }
        Command::List => {
            let mut rows = client.sessions().await?.items;
            rows.retain(|session| session.kind == SessionKind::Token);
            ctx.out.list(&rows, ROWS)?;
            Ok(Exit::Done)
        }
        Command::Revoke(Revoke { tokens }) => sessions::revoke(ctx, &client, &tokens).await,
    }
}

fn view(created: &CreatedToken) -> View {
    let session = &created.session;
    let ends = format!("{}, or ninety days after its last use", session.expires_at.day());
    View::default().pairs([
        ("token", Cell::new(&created.token)),
        ("name", Cell::new(&session.name)),
        ("may", sessions::may(session.scopes.as_deref())),
        ("ends", Cell::new(ends)),
        ("id", Cell::new(session.id)),
    ])
}
