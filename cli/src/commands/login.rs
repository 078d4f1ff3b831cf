//! `stall login`.

mod device;

use std::path::PathBuf;

use api::Code;
use api::account::TokenRequest;
use api::client::{Client, ClientError};
use api::sign_in::Scope;
use clap::builder::FalseyValueParser;

use super::whoami;
use crate::context::{Context, same_market};
use crate::credentials::{self, Kept, Login};
use crate::environment::Secret;
use crate::exit::{Exit, Failure, advise};
use crate::secret;

/// Sign this terminal in
///
/// Without options a code is shown that you approve in the browser, on this machine or any other.
/// The token is kept in the keyring of your system. Where there is none, or it does not answer
/// within a second, it is kept in credentials.json, a file that only you can read (mode 0600), with
/// a warning. The token that this terminal had before ends.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall login --server https://market.example
  stall login --no-browser                                    over SSH
  pass show stall | stall login --email ana@example.org --password-stdin
  stall login --token-file /run/secrets/stall                 in CI")]
pub(crate) struct Args {
    /// Sign in with an address and a password
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["token_stdin", "token_file", "no_browser"])]
    email: Option<String>,
    /// Read the password from standard input; a second line holds the code of your app, if you have one
    #[arg(long, requires = "email")]
    password_stdin: bool,
    /// Read a token from standard input
    #[arg(long, conflicts_with = "token_file")]
    token_stdin: bool,
    /// Read a token from a file
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Only look: this terminal will be allowed to read, not to change anything
    #[arg(long, conflicts_with_all = ["token_stdin", "token_file"])]
    read_only: bool,
    /// Show the code, but open no browser
    #[arg(long, conflicts_with_all = ["token_stdin", "token_file"])]
    no_browser: bool,
    /// Keep the token in the file without asking the keyring
    #[arg(long, env = "STALL_INSECURE_STORAGE", hide_env = true, value_parser = FalseyValueParser::new())]
    insecure_storage: bool,
}

/// Signs in and keeps the token.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let guest = ctx.guest()?;
    ctx.state_dir()?;
    warn_of_plain_http(ctx, &guest);
    let brought = args.token_stdin || args.token_file.is_some();
    let insecure_storage = args.insecure_storage;
    let token = Secret::from(token(ctx, &guest, args).await?);
    let client = guest.with_token(token.expose());
    let me =
        client.me().await.map_err(|error| if brought { ended(error) } else { error.into() })?;
    let server = client.server().to_owned();
    let kept =
        if insecure_storage { Kept::File(token.clone()) } else { keep(ctx, &server, &token) };
    let login = Login { server, token: kept, email: me.account.email.clone() };
    // A token that no file leads to would lie in the keyring for good.
    let before = write(ctx, &login).inspect_err(|_| ctx.forget_token(&login))?;
    if let Some(before) = before {
        end(ctx, &guest, &before, &token).await;
        ctx.forget_token(&before);
    }
    whoami::show(ctx, &client, &me)?;
    ctx.talk.note(match login.token {
        Kept::Keyring(_) => "Signed in; the token is in your keyring.".to_owned(),
        Kept::File(_) => {
            let file = credentials::path(ctx.state_dir()?);
            format!("Signed in; the token is in {}, readable by you alone.", file.display())
        }
    });
    if ctx.environment.token.is_some() {
        ctx.talk.warn("STALL_TOKEN is set and will be used instead");
    }
    Ok(Exit::Done)
}

/// Says of a token that somebody brought along why it opens nothing.
fn ended(error: ClientError) -> anyhow::Error {
    match error {
        ClientError::Problem(problem) if problem.code == Code::Unauthenticated => Failure::new(
            Exit::SignIn,
            "this token has ended, or it is of another market",
            "make another with `stall token create` where you are signed in, or sign in without one: `stall login`",
        )
        .into(),
        other => other.into(),
    }
}

/// Puts the token into the keyring, or leaves it to the file if there is trouble.
fn keep(ctx: &Context, server: &str, token: &Secret) -> Kept {
    match ctx.keyring.keep(server, token.expose(), rand::random()) {
        Ok(account) => Kept::Keyring(account),
        Err(trouble) => {
            ctx.talk.warn(format!("{trouble}; the token is kept in a file instead"));
            Kept::File(token.clone())
        }
    }
}

/// Writes the sign-in down; gives the one that it replaces.
fn write(ctx: &Context, login: &Login) -> anyhow::Result<Option<Login>> {
    let mut credentials = ctx.credentials()?;
    let before = credentials.set(ctx.globals.profile(), login.clone());
    credentials.save(ctx.state_dir()?, rand::random())?;
    Ok(before)
}

/// Ends the token that gave way to another, so that none lives on unseen.
async fn end(ctx: &Context, guest: &Client, before: &Login, now: &Secret) {
    if !same_market(&before.server, guest.server()) {
        return;
    }
    let ended = match before.token.token(&ctx.keyring) {
        Ok(token) if token == *now => return,
        Ok(token) => guest.with_token(token.expose()).revoke_token().await.map_err(Some),
        Err(_) => Err(None),
    };
    match ended {
        Ok(()) => ctx.talk.note("The token that this terminal had before has ended."),
        Err(Some(ClientError::Problem(problem))) if problem.code == Code::Unauthenticated => {}
        Err(_) => ctx.talk.warn(
            "the token that this terminal had before could not be ended; `stall token list` shows it",
        ),
    }
}

async fn token(ctx: &Context, guest: &Client, args: Args) -> anyhow::Result<String> {
    let scopes = args.read_only.then(|| Scope::READING.to_vec());
    if let Some(email) = args.email {
        let password = secret::password(ctx, args.password_stdin, "password").await?;
        let mut request = TokenRequest::new(email, password, ctx.environment.host.clone());
        request.scopes = scopes;
        let token = secret::with_code(ctx, args.password_stdin, async |code| {
            guest.create_token(&TokenRequest { code, ..request.clone() }).await
        });
        return match token.await {
            Ok(token) => Ok(token.token),
            Err(error) => {
                let forgotten = format!("{}/password/forgot", guest.server());
                let help = format!(
                    "check both; if the password is forgotten, choose a new one at {forgotten}"
                );
                Err(advise(error, Code::Forbidden, help))
            }
        };
    }
    if args.token_stdin {
        return shaped(&secret::password(ctx, true, "token").await?);
    }
    if let Some(file) = args.token_file {
        return shaped(&secret::from_file(&file, "token")?);
    }
    device::sign_in(ctx, guest, scopes, args.no_browser).await
}

/// Refuses what cannot be a token before it is sent anywhere.
fn shaped(line: &str) -> anyhow::Result<String> {
    let token = line.trim();
    if token.starts_with("stall_") && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(token.to_owned());
    }
    Err(Failure::usage("that is no token of a market", "a token begins with stall_").into())
}

fn warn_of_plain_http(ctx: &Context, guest: &Client) {
    let here = ["http://127.", "http://localhost", "http://[::1]"];
    let server = guest.server();
    if server.starts_with("http://") && !here.iter().any(|start| server.starts_with(start)) {
        ctx.talk.warn(format!("{server} is not encrypted; others on the way can read the sign-in"));
    }
}
