//! `stall profile delete`.

use std::fmt::Write as _;

use api::privacy::ErasurePreview;
use api::sign_in::Proof;

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::secret;

/// Delete your account for good
///
/// Says first what goes and what stays, and why. A shop closes and its pieces leave the shelves.
/// Receipts stay as long as law asks.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall profile delete
  stall profile delete --password-stdin --yes < password.txt")]
pub(crate) struct Args {
    /// Read the password from standard input; needs --yes, because nobody is asked. A second line
    /// holds the code of your app, if you have one
    #[arg(long)]
    password_stdin: bool,
}

/// Says what it does, then does it. On a terminal the password typed is the consent.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let preview = client.erasure_preview().await?;
    if let Some(first) = preview.hindrances.first() {
        for hindrance in &preview.hindrances {
            ctx.talk.warn(format!("{}: {}", hindrance.what, hindrance.remedy));
        }
        let message = format!("the account cannot be deleted yet: {}", first.what);
        return Err(Failure::new(Exit::Conflict, message, &first.remedy).into());
    }
    ctx.talk.note(told(&preview));
    if args.password_stdin && !ctx.globals.yes {
        let help = "add --yes to delete the account for good";
        return Err(Failure::new(Exit::InputNeeded, "nothing was deleted", help).into());
    }
    let from_input = args.password_stdin;
    let current_password = secret::password(ctx, from_input, "password").await?;
    let erased = secret::with_code(ctx, from_input, async |code| {
        let current_password = current_password.clone();
        client.erase_profile(&Proof { current_password, code }).await
    });
    erased.await?;
    if ctx.environment.token.is_none() {
        ctx.forget_login()?;
    }
    ctx.talk.note(format!("Your account at {} is deleted.", client.server()));
    Ok(Exit::Done)
}

/// What goes and what stays, for people.
fn told(preview: &ErasurePreview) -> String {
    let mut text = format!("Goes at once: {}.\nStays:", preview.goes.join(", "));
    for kept in &preview.stays {
        // A string takes everything.
        let _ = write!(text, "\n  {}: {}", kept.what, kept.why);
    }
    text
}
