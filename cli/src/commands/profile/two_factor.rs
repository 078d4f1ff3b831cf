//! `stall profile two-factor`: the second step of signing in.

use api::client::{Client, ClientError};
use api::sign_in::{Proof, RecoveryCodes, SecondStepConfirm, SecondStepSetup};

use super::view;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{Cell, Grid, View};
use crate::{qr, secret};

/// What can be done with the second step.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Show whether it is on, and how many recovery codes are left
    #[command(after_help = "Example:
  stall profile two-factor status -o json --fields on,recovery_codes")]
    Status,
    /// Set it up with an authenticator app
    ///
    /// Shows a picture for the app's camera and the secret for typing (where the terminal is too
    /// small for the picture, the app's address instead), asks for the first code and gives ten
    /// recovery codes, once. With --password-stdin it only shows the secret; `confirm`
    /// goes on.
    #[command(after_help = "Examples:
  stall profile two-factor enable
  pass show stall | stall profile two-factor enable --password-stdin -o json")]
    Enable(Proved),
    /// Finish what `enable` began, with the first code of the app
    #[command(after_help = "Examples:
  stall profile two-factor confirm
  printf '%s\\n' \"$PASSWORD\" \"$CODE\" | stall profile two-factor confirm --password-stdin")]
    Confirm(Proved),
    /// Turn it off
    ///
    /// Browsers and terminals stay signed in; the recovery codes that are left are worth nothing then.
    #[command(after_help = "Example:
  stall profile two-factor disable")]
    Disable(Proved),
    /// Draw ten new recovery codes; those that are left are worth nothing then
    #[command(after_help = "Example:
  stall profile two-factor recovery-codes")]
    RecoveryCodes(Proved),
}

/// How the password comes in.
#[derive(Debug, clap::Args)]
pub(crate) struct Proved {
    /// Read the password from standard input; a second line holds the code of your app
    #[arg(long)]
    password_stdin: bool,
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    match command {
        Command::Status => show(ctx, &client).await?,
        Command::Enable(args) => enable(ctx, &client, args.password_stdin).await?,
        Command::Confirm(args) => {
            let password = secret::password(ctx, args.password_stdin, "password").await?;
            confirm(ctx, &client, &password, args.password_stdin).await?;
        }
        Command::Disable(args) => {
            let off = async |proof: Proof| client.turn_second_step_off(&proof).await;
            proved(ctx, args.password_stdin, off).await?;
            show(ctx, &client).await?;
        }
        Command::RecoveryCodes(args) => {
            let renew = async |proof: Proof| client.renew_recovery_codes(&proof).await;
            shown(ctx, &proved(ctx, args.password_stdin, renew).await?)?;
        }
    }
    Ok(Exit::Done)
}

/// Does what needs the password, and the code where there is one.
async fn proved<T>(
    ctx: &Context,
    from_input: bool,
    step: impl AsyncFn(Proof) -> Result<T, ClientError>,
) -> anyhow::Result<T> {
    let current_password = secret::password(ctx, from_input, "password").await?;
    secret::with_code(ctx, from_input, async |code| {
        step(Proof { current_password: current_password.clone(), code }).await
    })
    .await
}

async fn show(ctx: &Context, client: &Client) -> anyhow::Result<()> {
    let second = client.sign_in().await?.second_step;
    ctx.out.one(&second, || View::default().pairs([("second step", view::second_step(second))]))
}

/// A person goes on to the first code at once; a script gets the secret and confirms later.
async fn enable(ctx: &Context, client: &Client, from_input: bool) -> anyhow::Result<()> {
    if client.sign_in().await?.second_step.on {
        let help = "to use another app: `stall profile two-factor disable`, then enable";
        return Err(Failure::new(Exit::Conflict, "the second step is on already", help).into());
    }
    let current_password = secret::password(ctx, from_input, "password").await?;
    let proof = Proof { current_password: current_password.clone(), code: None };
    let setup = client.begin_second_step(&proof).await?;
    let SecondStepSetup { url, secret } = &setup;
    if from_input {
        let pairs = [("address", url), ("secret", secret)];
        ctx.out.one(&setup, || View::default().pairs(pairs))?;
        ctx.talk.note("Next: `stall profile two-factor confirm`, with the first code of the app");
        return Ok(());
    }
    let instead = format!("Address  {url}\nSecret   {secret}");
    qr::show(ctx, url, &format!("Secret, to type:\n{secret}"), &instead);
    ctx.talk
        .if_stopped("the second step is not on; go on with: `stall profile two-factor confirm`");
    confirm(ctx, client, &current_password, false).await
}

/// Asks for the first code until it is right, where a person can be asked again.
async fn confirm(
    ctx: &Context,
    client: &Client,
    password: &str,
    from_input: bool,
) -> anyhow::Result<()> {
    let codes = loop {
        let code = secret::code(ctx, from_input).await?;
        let confirm = SecondStepConfirm { current_password: password.to_owned(), code };
        match client.confirm_second_step(&confirm).await {
            Err(ClientError::Problem(problem))
                if !from_input && problem.field.as_deref() == Some("code") =>
            {
                ctx.talk.warn(problem.detail);
            }
            answer => break answer?,
        }
    };
    ctx.talk.note("The second step is on.");
    shown(ctx, &codes)
}

/// The codes, one on each line.
fn shown(ctx: &Context, drawn: &RecoveryCodes) -> anyhow::Result<()> {
    let rows = drawn.codes.iter().map(|code| vec![Cell::new(code)]).collect();
    let grid = Grid { rows, ..Grid::default() };
    ctx.out.one(drawn, || View::default().heading("Recovery codes").grid(grid))?;
    ctx.talk.note(
        "Each signs you in once, on the day your phone is gone. Keep them: they are shown only now.",
    );
    Ok(())
}
