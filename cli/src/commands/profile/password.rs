//! `stall profile password`.

use api::Code;
use api::client::ClientError;
use api::sign_in::PasswordChange;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::View;
use crate::secret;

/// Change your password
///
/// The password so far and the new one are typed unseen, or read as two lines from standard input.
/// With a second step of signing in, the code of your app is asked for as well. All other browsers
/// and terminals are signed out; this one stays.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall profile password
  printf '%s\\n' \"$OLD\" \"$NEW\" | stall profile password --password-stdin")]
pub(crate) struct Args {
    /// Read two lines from standard input: the password so far, then the new one; a third line holds
    /// the code of your app, if you have one
    #[arg(long)]
    password_stdin: bool,
}

/// Changes it.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let from_input = args.password_stdin;
    let mut change = PasswordChange {
        current_password: secret::password(ctx, from_input, "password so far").await?,
        new_password: secret::password(ctx, from_input, "new password").await?,
        code: None,
    };
    let ended = match client.change_password(&change).await {
        Err(ClientError::Problem(problem)) if problem.code == Code::CodeNeeded => {
            change.code = Some(secret::code(ctx, from_input).await?);
            client.change_password(&change).await?
        }
        answer => answer?,
    };
    ctx.out.one(&ended, || View::default().pairs([("signed out", ended.ended.to_string())]))?;
    ctx.talk.note("Your password is changed; this terminal stays signed in.");
    Ok(Exit::Done)
}
