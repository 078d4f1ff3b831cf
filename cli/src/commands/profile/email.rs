//! `stall profile email`.

use api::client::Client;
use api::sign_in::EmailChange;

use super::view;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::View;
use crate::secret;

/// What can be done with the address.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Ask for another address
    ///
    /// The link in the letter to the new address makes the change; both addresses are told. Browsers
    /// and terminals stay signed in; from then on the new address signs in, the one so far does not.
    #[command(after_help = "Examples:
  stall profile email change ana@new.example
  pass show stall | stall profile email change ana@new.example --password-stdin")]
    Change(Change),
    /// Call a change off that waits for its link
    #[command(after_help = "Example:
  stall profile email cancel")]
    Cancel,
    /// Send the e-mail again whose link verifies your address
    #[command(after_help = "Example:
  stall profile email verify")]
    Verify,
}

/// Arguments of `profile email change`.
#[derive(Debug, clap::Args)]
pub(crate) struct Change {
    /// The new address
    #[arg(value_name = "ADDRESS")]
    email: String,
    /// Read the password from standard input; a second line holds the code of your app, if you have one
    #[arg(long)]
    password_stdin: bool,
}

/// Does it, then shows how one signs in.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    match command {
        Command::Change(Change { email, password_stdin }) => {
            let current_password = secret::password(ctx, password_stdin, "password").await?;
            let asked = secret::with_code(ctx, password_stdin, async |code| {
                let (email, current_password) = (email.clone(), current_password.clone());
                client.change_email(&EmailChange { email, current_password, code }).await
            });
            asked.await?;
            show(ctx, &client).await?;
            ctx.talk.note(format!(
                "A letter is on its way to {email}; the link in it makes the change within an hour."
            ));
        }
        Command::Verify => {
            let sign_in = client.sign_in().await?;
            if sign_in.email_verified {
                ctx.talk.note(format!("Nothing to do: {} is verified.", sign_in.email));
            } else {
                client.prove_email().await?;
                let email = &sign_in.email;
                ctx.talk
                    .note(format!("A letter is on its way to {email}; its link works for a day."));
            }
            show(ctx, &client).await?;
        }
        Command::Cancel => {
            let pending = client.sign_in().await?.pending_email;
            client.keep_email().await?;
            show(ctx, &client).await?;
            ctx.talk.note(match pending {
                Some(email) => format!(
                    "The change to {email} is called off; the link in that letter does nothing now."
                ),
                None => "No change was waiting; your address stays as it is.".to_owned(),
            });
        }
    }
    Ok(Exit::Done)
}

async fn show(ctx: &Context, client: &Client) -> anyhow::Result<()> {
    let sign_in = client.sign_in().await?;
    ctx.out.one(&sign_in, || View::default().pairs(view::sign_in(&sign_in)))
}
