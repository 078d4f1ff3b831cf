//! `stall login`.

mod device;

use std::path::PathBuf;

use api::Code;
use api::account::TokenRequest;
use api::client::{Client, ClientError};
use api::sign_in::Scope;

use super::whoami;
use crate::context::Context;
use crate::credentials::{self, Login};
use crate::exit::{Exit, Failure, advise};
use crate::secret;

/// Sign this terminal in
///
/// Without options a code is shown that you approve in the browser, on this machine or any other.
/// The token is kept with its market in credentials.json, a file that only you can read (mode
/// 0600).
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
}

/// Signs in with a password, and with the code of the second step if the market asks for one.
async fn with_password(
    ctx: &Context,
    guest: &Client,
    mut request: TokenRequest,
    from_input: bool,
) -> anyhow::Result<String> {
    let answer = match guest.create_token(&request).await {
        Err(ClientError::Problem(problem)) if problem.code == Code::CodeNeeded => {
            request.code = Some(secret::code(ctx, from_input).await?);
            guest.create_token(&request).await
        }
        answer => answer,
    };
    let token = answer.map_err(|error| {
        let forgotten = format!("{}/password/forgot", guest.server());
        let help =
            format!("check both; if the password is forgotten, choose a new one at {forgotten}");
        advise(error.into(), Code::Forbidden, help)
    })?;
    Ok(token.token)
}

/// Signs in and keeps the token.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let guest = ctx.guest()?;
    ctx.state_dir()?;
    warn_of_plain_http(ctx, &guest);
    let token = token(ctx, &guest, args).await?;
    let client = guest.with_token(&token);
    let me = client.me().await?;
    let mut credentials = ctx.credentials()?;
    let login =
        Login { server: client.server().to_owned(), token, email: me.account.email.clone() };
    credentials.set(ctx.globals.profile(), login);
    credentials.save(ctx.state_dir()?, rand::random())?;
    whoami::show(ctx, &client, &me)?;
    let file = credentials::path(ctx.state_dir()?);
    ctx.talk.note(format!("Signed in; the token is in {}, readable by you alone.", file.display()));
    if ctx.environment.token.is_some() {
        ctx.talk.warn("STALL_TOKEN is set and will be used instead");
    }
    Ok(Exit::Done)
}

async fn token(ctx: &Context, guest: &Client, args: Args) -> anyhow::Result<String> {
    let scopes = args.read_only.then(|| Scope::READING.to_vec());
    if let Some(email) = args.email {
        let password = secret::password(ctx, args.password_stdin, "password").await?;
        let mut request = TokenRequest::new(email, password, ctx.environment.host.clone());
        request.scopes = scopes;
        return with_password(ctx, guest, request, args.password_stdin).await;
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
