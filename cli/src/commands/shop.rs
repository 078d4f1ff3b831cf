//! `stall shop`.

mod edit;
mod process;
mod view;

use api::client::{Client, ClientError};
use api::shop::{NewShop, OnboardingRequest};
use api::shop_profile::{Pause, ShopProfile};
use api::{Code, Timestamp};

use crate::commands::price;
use crate::context::Context;
use crate::exit::{Exit, Failure, OPEN_A_SHOP, advise, lookup};

/// What can be done with a shop.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Open your shop
    #[command(after_help = "Example:
  stall shop create --name 'Oat & Ash' --place 'Leipzig, Germany'")]
    Create(Create),
    /// Show your shop
    #[command(after_help = "Example:
  stall shop show -o json --fields name,onboarding")]
    Show,
    /// Change what your shop tells: words, pictures, policies, who sells
    #[command(after_help = "Examples:
  stall shop edit --place 'Halle, Germany' --story \"$(cat story.md)\"
  stall shop edit --portrait me.jpg --portrait-alt 'Ana at the wheel'
  stall shop edit --returns-days 30 --lead-time 3..10 --custom-work on_request")]
    Edit(Box<edit::Args>),
    /// Photographs of how things are made: add, describe, move, remove
    #[command(subcommand)]
    Process(process::Command),
    /// Go on holiday: your pieces stay on show and cannot be bought
    #[command(after_help = "Examples:
  stall shop pause --until 2026-12-27     back by itself on that day
  stall shop pause --from 2026-12-20 --until 2027-01-04
  stall shop pause                        until: stall shop resume")]
    Pause(Pausing),
    /// Come back from holiday
    #[command(after_help = "Example:
  stall shop resume")]
    Resume,
    /// Connect your shop to Stripe, which pays you
    #[command(after_help = "Examples:
  stall shop onboard                         shows where to go on
  stall shop onboard --complete-test-data    simulator: done at once")]
    Onboard(Onboard),
    /// What you will get for a price
    #[command(after_help = "Example:
  stall shop fees --price 24.00")]
    Fees(FeesOf),
}

/// Arguments of `shop create`.
#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// Its name, 2 to 60 characters
    #[arg(long)]
    name: String,
    /// Town and country of the workshop
    #[arg(long, default_value = "", hide_default_value = true)]
    place: String,
    /// What you tell about yourself: plain text with a little Markdown
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    story: String,
}

/// Arguments of `shop pause`.
#[derive(Debug, clap::Args)]
pub(crate) struct Pausing {
    /// First day on which nothing can be bought; today when it is not said
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Day on which the shop opens again by itself, such as 2026-12-27
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// Arguments of `shop onboard`.
#[derive(Debug, clap::Args)]
pub(crate) struct Onboard {
    /// Fill every form with test data; simulator only
    #[arg(long)]
    complete_test_data: bool,
}

/// Arguments of `shop fees`.
#[derive(Debug, clap::Args)]
pub(crate) struct FeesOf {
    /// What the shopper pays, such as 24.00
    #[arg(long)]
    price: String,
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    match command {
        Command::Create(Create { name, place, story }) => {
            let shop =
                client.open_shop(&NewShop { name, place, story }).await.map_err(|error| {
                    let help =
                        "`stall shop show` shows the shop you have, `stall shop edit` changes it";
                    advise(error.into(), Code::Conflict, help)
                })?;
            ctx.out.one(&shop, || view::shop(&shop))?;
            ctx.talk.note("Next: `stall shop onboard`, so that you can be paid");
        }
        Command::Show => {
            let profile = opened(&client).await?;
            ctx.out.one(&profile, || view::profile(&profile))?;
        }
        Command::Edit(args) => edit::run(ctx, &client, *args).await?,
        Command::Process(command) => process::run(ctx, &client, command).await?,
        Command::Pause(Pausing { from, until }) => {
            let [from, until] = [from, until].map(|given| given.as_deref().map(day).transpose());
            let pause = Pause { from: from?, until: until? };
            let before = opened(&client).await?;
            let profile = client.pause_shop(before.version, &pause).await?;
            ctx.out.one(&profile, || view::holiday(&profile))?;
        }
        Command::Resume => {
            let before = opened(&client).await?;
            let profile = client.resume_shop(before.version).await?;
            ctx.out.one(&profile, || view::holiday(&profile))?;
        }
        Command::Onboard(Onboard { complete_test_data }) => {
            let onboarding = client.onboard(&OnboardingRequest { complete_test_data }).await?;
            ctx.out.one(&onboarding, || view::onboarding(&onboarding))?;
        }
        Command::Fees(FeesOf { price }) => {
            if !price.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                let message = format!("“{price}” is no price");
                return Err(Failure::usage(message, price::remedy(&price)).into());
            }
            let fees = client.fees(&price).await?;
            ctx.out.one(&fees, || view::fees(&fees))?;
        }
    }
    Ok(Exit::Done)
}

/// The shop as it is.
async fn opened(client: &Client) -> anyhow::Result<ShopProfile> {
    client.shop_profile().await.map_err(none)
}

/// Says of “not found” that there is no shop yet.
pub(super) fn none(error: ClientError) -> anyhow::Error {
    lookup(error, "you have no shop yet", OPEN_A_SHOP)
}

/// The beginning of a day.
fn day(given: &str) -> Result<Timestamp, Failure> {
    Timestamp::of_day(given)
        .ok_or_else(|| Failure::usage(format!("“{given}” is no day"), "use one such as 2026-12-27"))
}
