//! `stall register`.

use api::account::{Account, Registration};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::View;
use crate::secret;

/// Open an account
///
/// The password is typed unseen, twice, or read as one line from standard input; 15 characters or
/// more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall register --email ana@example.org --name Ana
  pass show stall | stall register --email ana@example.org --name Ana --password-stdin")]
pub(crate) struct Args {
    /// Address to sign in with
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Name that people see
    #[arg(long)]
    name: String,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

/// Opens the account.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let client = ctx.guest()?;
    let account = secret::with_new_password(
        ctx,
        args.password_stdin,
        "password",
        "password",
        async |password| {
            let (email, name) = (args.email.clone(), args.name.clone());
            Ok(client.register(&Registration { email, name, password }).await?)
        },
    );
    let account = account.await?;
    ctx.out.one(&account, || view(&account))?;
    if !account.email_verified {
        ctx.talk.note("An e-mail is on its way; open its link before you publish.");
    }
    ctx.talk.note(format!("Next: `stall login --email {}`", account.email));
    if !account.email_verified {
        ctx.talk.note("Once signed in, `stall profile email verify` sends that e-mail again.");
    }
    Ok(Exit::Done)
}

fn view(account: &Account) -> View {
    View::default().pairs([
        ("account", account.id.to_string()),
        ("name", account.name.clone()),
        ("e-mail", account.email.clone()),
    ])
}
