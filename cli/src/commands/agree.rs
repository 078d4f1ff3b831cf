//! Asking before something is changed.

use std::io::{Write as _, stderr, stdin};

use crate::context::Context;
use crate::exit::{Exit, Failure};

/// Whether the person agrees; `--yes` has answered already. Where nobody may be asked, `help` says
/// what to add.
pub(crate) async fn to(ctx: &Context, question: String, help: &str) -> anyhow::Result<bool> {
    if ctx.globals.yes {
        return Ok(true);
    }
    if !ctx.may_ask() {
        let message = "nothing was changed, since nobody may be asked";
        return Err(Failure::new(Exit::InputNeeded, message, help).into());
    }
    Ok(tokio::task::spawn_blocking(move || ask(&question)).await??)
}

/// Asks a question that is answered with yes or no.
pub(crate) fn ask(question: &str) -> std::io::Result<bool> {
    let mut out = stderr();
    write!(out, "{question} ")?;
    out.flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
