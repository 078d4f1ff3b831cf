//! Passwords and tokens from standard input, a file or the keyboard; never from the command line.

use std::io::{self, BufRead, Write, stderr};
use std::path::Path;

use anyhow::Context as _;
use api::Code;
use api::client::ClientError;
use api::password::{SHORTEST, check_length};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::context::Context;
use crate::exit::{Exit, Failure};

/// One line of standard input, without its line end.
async fn from_stdin(what: &str) -> anyhow::Result<String> {
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let line = line.await?.with_context(|| format!("reading the {what} from standard input"))?;
    present(&line, what, "standard input")
}

/// The first line of a file.
pub(crate) fn from_file(path: &Path, what: &str) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("{} cannot be read: {error}", path.display()), "check the path")
    })?;
    present(text.lines().next().unwrap_or_default(), what, &path.display().to_string())
}

/// A secret, called `what`: typed unseen where somebody can be asked, else one line of standard
/// input if so wished.
pub(crate) async fn password(
    ctx: &Context,
    from_input: bool,
    what: &'static str,
) -> anyhow::Result<String> {
    if ctx.may_ask() {
        return asked(what, what.to_owned()).await;
    }
    if from_input {
        return from_stdin(what).await;
    }
    let help = "add --password-stdin and write the password to standard input";
    Err(Failure::new(Exit::InputNeeded, format!("a {what} is needed"), help).into())
}

/// Does a step with a new password, called `what` and `field` by the market. Where somebody can be
/// asked it is typed twice, and asked for again until both are the same and neither its length nor
/// the market is against it.
pub(crate) async fn with_new_password<T>(
    ctx: &Context,
    from_input: bool,
    what: &'static str,
    field: &str,
    step: impl AsyncFn(String) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    loop {
        let password = new_password(ctx, from_input, what).await?;
        match step(password).await {
            Err(error) if ctx.may_ask() && is_about(&error, field) => {
                ctx.talk.warn(format!("{error:#}"));
            }
            answer => return answer,
        }
    }
}

async fn new_password(
    ctx: &Context,
    from_input: bool,
    what: &'static str,
) -> anyhow::Result<String> {
    if !ctx.may_ask() {
        return password(ctx, from_input, what).await;
    }
    loop {
        let first = asked(what, format!("{what} ({SHORTEST} characters or more)")).await?;
        if let Err(error) = check_length(&first) {
            ctx.talk.warn(error.to_string());
        } else if asked(what, format!("{what} once more")).await? == first {
            return Ok(first);
        } else {
            ctx.talk.warn("the two passwords differ; nothing was sent");
        }
    }
}

/// Whether the market refuses what was given for a field.
fn is_about(error: &anyhow::Error, field: &str) -> bool {
    matches!(
        error.downcast_ref(),
        Some(ClientError::Problem(problem))
            if problem.code == Code::Invalid && problem.field.as_deref() == Some(field)
    )
}

/// The code of an authenticator app: the line after the passwords, or typed unseen.
pub(crate) async fn code(ctx: &Context, from_input: bool) -> anyhow::Result<String> {
    const WHAT: &str = "code of your authenticator app";
    let help = "write it to standard input as the last line, after the password";
    if from_input && !ctx.may_ask() {
        let missing = |_| Failure::new(Exit::InputNeeded, format!("the {WHAT} is needed"), help);
        return Ok(from_stdin(WHAT).await.map_err(missing)?);
    }
    password(ctx, false, WHAT).await
}

/// Tries a step without a code, and once more with the one that the market asks for.
pub(crate) async fn with_code<T>(
    ctx: &Context,
    from_input: bool,
    step: impl AsyncFn(Option<String>) -> Result<T, ClientError>,
) -> anyhow::Result<T> {
    match step(None).await {
        Err(ClientError::Problem(problem)) if problem.code == Code::CodeNeeded => {
            Ok(step(Some(code(ctx, from_input).await?)).await?)
        }
        answer => Ok(answer?),
    }
}

fn present(line: &str, what: &str, place: &str) -> anyhow::Result<String> {
    let text = line.strip_suffix('\n').unwrap_or(line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(Failure::new(
            Exit::InputNeeded,
            format!("{place} holds no {what}"),
            format!("write the {what} there as one line"),
        )
        .into());
    }
    Ok(text.to_owned())
}

/// Asks for what is typed unseen.
async fn asked(what: &'static str, question: String) -> anyhow::Result<String> {
    tokio::task::spawn_blocking(move || typed(what, &question)).await?
}

/// Reads keys until Enter; nothing shows, not even what was typed before the question. The
/// terminal is itself again in every case.
fn typed(what: &str, question: &str) -> anyhow::Result<String> {
    enable_raw_mode()?;
    let (first, rest) = question.split_at(1);
    let question = format!("{}{rest}: ", first.to_uppercase());
    let typed = ask(&question).and_then(|()| keys(what));
    let restored = disable_raw_mode();
    ask("\n")?;
    restored?;
    typed
}

fn ask(text: &str) -> anyhow::Result<()> {
    let mut out = stderr();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn keys(what: &str) -> anyhow::Result<String> {
    let mut typed = String::new();
    loop {
        let Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. }) = read()?
        else {
            continue;
        };
        match code {
            KeyCode::Enter => return Ok(typed),
            KeyCode::Backspace => {
                typed.pop();
            }
            // A line end that came before raw mode did.
            KeyCode::Char('j') if modifiers.contains(KeyModifiers::CONTROL) => return Ok(typed),
            KeyCode::Char('u') if modifiers.contains(KeyModifiers::CONTROL) => typed.clear(),
            KeyCode::Char('c' | 'd') if modifiers.contains(KeyModifiers::CONTROL) => {
                return Err(Failure::new(
                    Exit::Interrupted,
                    format!("no {what} was given"),
                    "repeat the command",
                )
                .into());
            }
            KeyCode::Char(letter) => typed.push(letter),
            _ => {}
        }
    }
}
