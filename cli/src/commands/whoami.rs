//! `stall whoami`.

use api::account::{Me, PaymentsMode};
use api::client::Client;

use super::profile::sessions;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Cell, Tone, View};

/// Show who is signed in, and where
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall whoami
  stall whoami -o json --fields account.email,payments")]
pub(crate) struct Args {}

/// Shows it.
pub(crate) async fn run(ctx: &Context, _args: Args) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let me = client.me().await?;
    show(ctx, &client, &me)?;
    Ok(Exit::Done)
}

/// Writes who is signed in.
pub(crate) fn show(ctx: &Context, client: &Client, me: &Me) -> anyhow::Result<()> {
    ctx.out.one(me, || view(client.server(), ctx.globals.profile(), me))
}

fn view(server: &str, profile: &str, me: &Me) -> View {
    let verified = if me.account.email_verified { "" } else { " (not verified)" };
    let shop = match (&me.shop, &me.suspension) {
        (None, _) => Cell::new("none yet; stall shop create"),
        (Some(shop), None) => Cell::new(&shop.name),
        (Some(shop), Some(_)) => {
            let words = format!("{}, suspended; the reason: stall shop show", shop.name);
            Cell::new(words).tone(Tone::Bad)
        }
    };
    let payments = match me.payments {
        PaymentsMode::Simulator => Cell::new("simulated, no real money").tone(Tone::Warn),
        PaymentsMode::StripeTest => Cell::new("Stripe's test mode, no real money").tone(Tone::Warn),
        PaymentsMode::StripeLive => Cell::new("live, real money"),
    };
    View::default().pairs([
        ("name", Cell::new(&me.account.name)),
        ("e-mail", Cell::new(format!("{}{verified}", me.account.email))),
        ("shop", shop),
        ("market", Cell::new(format!("{} at {server}", me.market))),
        ("payments", payments),
        ("may", sessions::may(me.scopes.as_deref())),
        ("profile", Cell::new(profile)),
    ])
}
