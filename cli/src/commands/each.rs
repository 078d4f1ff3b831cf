//! Doing one thing to many objects: every one is tried, failures are said one by one.

use crate::context::Context;
use crate::exit::Exit;

/// Tries the step on each; gives what worked and the code for the whole.
///
/// # Errors
/// The only error, when there was one object; so a single failure ends with its own code.
pub(crate) async fn of<N: AsRef<str>, T>(
    ctx: &Context,
    names: &[N],
    step: impl AsyncFn(&N) -> anyhow::Result<T>,
) -> anyhow::Result<(Vec<T>, Exit)> {
    let mut done = Vec::new();
    let mut failed = None;
    for name in names {
        match step(name).await {
            Ok(thing) => done.push(thing),
            Err(error) if names.len() == 1 => return Err(error),
            Err(error) => {
                failed = failed.or_else(|| Some(Exit::of(&error)));
                ctx.talk.error(&ctx.explained(error).context(name.as_ref().to_owned()));
            }
        }
    }
    let exit = match failed {
        None => Exit::Done,
        Some(_) if !done.is_empty() => Exit::Partly,
        Some(first) => first,
    };
    Ok((done, exit))
}
