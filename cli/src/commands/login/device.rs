//! Signing in with a code that is approved in the browser (the shape of RFC 8628).

use std::process::Stdio;
use std::time::Duration;

use api::Code;
use api::account::{DeviceCode, DeviceCodeRequest, DeviceTokenRequest};
use api::client::{Client, ClientError};
use api::sign_in::Scope;

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::qr;

/// Shows the code and waits until it is approved; gives the token.
pub(super) async fn sign_in(
    ctx: &Context,
    guest: &Client,
    scopes: Option<Vec<Scope>>,
    no_browser: bool,
) -> anyhow::Result<String> {
    // A person who asks for no browser has one elsewhere; otherwise somebody must be watching.
    if ctx.globals.no_input || !(no_browser || ctx.environment.terminal.stderr) {
        let help = "add --no-browser to approve a code elsewhere, or use --token-stdin, --token-file or --email";
        return Err(Failure::new(Exit::InputNeeded, "signing in needs a person", help).into());
    }
    let request = DeviceCodeRequest { name: ctx.environment.host.clone(), scopes };
    let code = guest.begin_device_login(&request).await?;
    show(ctx, &code);
    if !no_browser && ctx.may_ask() && ctx.environment.display {
        open_browser(&code.verification_url_complete);
    }
    ctx.talk.if_stopped("not signed in");
    let lifetime = Duration::from_secs(code.expires_in.into());
    tokio::time::timeout(lifetime, approval(guest, &code)).await.map_err(|_| {
        Failure::new(Exit::SignIn, "the code was not approved in time", "run `stall login` again")
    })?
}

/// Asks at the interval that the market wants; a market out of reach for a moment is no reason
/// to give up a code that may be approved already.
async fn approval(guest: &Client, code: &DeviceCode) -> anyhow::Result<String> {
    let interval = Duration::from_secs(code.interval.max(1).into());
    let request = DeviceTokenRequest { device_code: code.device_code.clone() };
    loop {
        tokio::time::sleep(interval).await;
        match guest.poll_device_login(&request).await {
            Ok(token) => return Ok(token.token),
            Err(ClientError::Unreachable { .. }) => {}
            Err(ClientError::Problem(problem))
                if matches!(
                    problem.code,
                    Code::DevicePending | Code::RateLimited | Code::Unavailable
                ) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn show(ctx: &Context, code: &DeviceCode) {
    let minutes = code.expires_in.div_ceil(60);
    let words = |open: &str| {
        format!(
            "Open  {open}\nCode  {}\nCompare the code, approve it, and this terminal goes on by itself.\nWaiting for up to {minutes} minutes; Ctrl-C stops.",
            code.user_code
        )
    };
    let link = &code.verification_url_complete;
    qr::show(ctx, link, &words(&code.verification_url), &words(link));
}

/// Opens the page if the desktop can; the address stands on the screen in any case.
fn open_browser(url: &str) {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return;
    }
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = || Stdio::null();
    // Without an opener the person follows the address by hand.
    let _ = std::process::Command::new(opener)
        .arg(url)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn();
}
