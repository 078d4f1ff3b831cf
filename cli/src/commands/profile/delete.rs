//! `stall profile delete`.

use std::fmt::Write as _;

use api::privacy::{ErasurePreview, ErasureRequest};

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::secret;

/// Arguments of `profile delete`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Read the password from standard input; needs --yes, because nobody is asked
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
    let current_password = secret::password(ctx, args.password_stdin).await?;
    client.erase_profile(&ErasureRequest { current_password }).await?;
    let mut credentials = ctx.credentials()?;
    if ctx.environment.token.is_none() && credentials.remove(ctx.globals.profile()) {
        credentials.save(ctx.state_dir()?, rand::random())?;
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
