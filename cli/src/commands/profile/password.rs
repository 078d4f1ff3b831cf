//! `stall profile password`.

use api::sign_in::{ForgottenPassword, PasswordChange};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::View;
use crate::secret;

/// Change your password
///
/// The password so far and, twice, the new one are typed unseen, or read as two lines from standard input.
/// With a second step of signing in, the code of your app is asked for as well. All other browsers
/// and terminals are signed out; this one stays. A change of your address that waits for its link is
/// called off.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  stall profile password
  printf '%s\\n' \"$OLD\" \"$NEW\" | stall profile password --password-stdin
  stall profile password reset ana@example.org"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<What>,
    /// Read two lines from standard input: the password so far, then the new one; a third line holds
    /// the code of your app, if you have one
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Ask for a letter with a link to choose a new password, when the old one is forgotten
    Reset(Reset),
}

/// Arguments of `profile password reset`.
#[derive(Debug, clap::Args)]
struct Reset {
    /// The address that you sign in with
    #[arg(value_name = "ADDRESS")]
    email: String,
}

/// Changes it, or asks for the letter.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    if let Some(What::Reset(Reset { email })) = args.command {
        return reset(ctx, email).await;
    }
    let client = ctx.client()?;
    let from_input = args.password_stdin;
    let current = secret::password(ctx, from_input, "password so far").await?;
    let change = async |new: String| {
        secret::with_code(ctx, from_input, async |code| {
            let (current_password, new_password) = (current.clone(), new.clone());
            client.change_password(&PasswordChange { current_password, new_password, code }).await
        })
        .await
    };
    let ended = secret::with_new_password(ctx, from_input, "new password", "new_password", change);
    let ended = ended.await?;
    ctx.out.one(&ended, || View::default().pairs([("signed out", ended.ended.to_string())]))?;
    ctx.talk.note(
        "Your password is changed; this terminal stays signed in. If a change of your address waited \
         for its link, it is called off.",
    );
    Ok(Exit::Done)
}

/// Says the same whether the address has an account or not.
async fn reset(ctx: &Context, email: String) -> anyhow::Result<Exit> {
    let forgotten = ForgottenPassword { email };
    ctx.guest()?.forgot_password(&forgotten).await?;
    ctx.out.one(&forgotten, || View::default().pairs([("e-mail", forgotten.email.clone())]))?;
    ctx.talk.note(
        "If this address has an account, a letter is on its way; its link works for ten minutes.",
    );
    Ok(Exit::Done)
}
