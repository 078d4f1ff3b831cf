//! `stall shop`.

use api::shop::{Fees, NewShop, Onboarding, OnboardingRequest, OnboardingStatus, Shop, ShopEdit};

use crate::context::Context;
use crate::exit::{Exit, Failure, lookup};
use crate::output::{Cell, Grid, Tone, View};

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
    /// Change name, place or story
    #[command(after_help = "Example:
  stall shop edit --place 'Halle, Germany' --story \"$(cat story.txt)\"")]
    Edit(Edit),
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
    /// What you tell about yourself; plain text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    story: String,
}

/// Arguments of `shop edit`.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Edit {
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// New place
    #[arg(long)]
    place: Option<String>,
    /// New story
    #[arg(long, value_name = "TEXT")]
    story: Option<String>,
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
            let shop = client.open_shop(&NewShop { name, place, story }).await?;
            ctx.out.one(&shop, || view(&shop))?;
            ctx.talk.note("Next: stall shop onboard, so that you can be paid");
        }
        Command::Show => {
            let shop = client
                .shop()
                .await
                .map_err(|error| lookup(error, "open one: stall shop create --name NAME"))?;
            ctx.out.one(&shop, || view(&shop))?;
        }
        Command::Edit(Edit { name, place, story }) => {
            let shop = client.edit_shop(&ShopEdit { name, place, story }).await?;
            ctx.out.one(&shop, || view(&shop))?;
        }
        Command::Onboard(Onboard { complete_test_data }) => {
            let onboarding = client.onboard(&OnboardingRequest { complete_test_data }).await?;
            ctx.out.one(&onboarding, || onboarding_view(&onboarding))?;
        }
        Command::Fees(FeesOf { price }) => {
            if !price.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                return Err(Failure::usage(
                    format!("“{price}” is no price"),
                    "use digits, for example 24.00",
                )
                .into());
            }
            let fees = client.fees(&price).await?;
            ctx.out.one(&fees, || fees_view(&fees))?;
        }
    }
    Ok(Exit::Done)
}

fn view(shop: &Shop) -> View {
    View::default().pairs([
        ("shop", Cell::new(&shop.name)),
        ("address", Cell::new(format!("/shops/{}", shop.slug))),
        ("place", Cell::new(&shop.place)),
        ("story", Cell::new(&shop.story)),
        ("currency", Cell::new(shop.currency)),
        ("commission", Cell::new(percent(shop.commission_bps))),
        ("payments", standing(shop.onboarding)),
        ("since", Cell::new(shop.created_at.day())),
    ])
}

fn onboarding_view(onboarding: &Onboarding) -> View {
    let url = onboarding.url.as_deref().unwrap_or_default();
    View::default().pairs([("payments", standing(onboarding.status)), ("go on at", Cell::new(url))])
}

fn standing(status: OnboardingStatus) -> Cell {
    let (text, tone) = match status {
        OnboardingStatus::NotStarted => ("not connected; stall shop onboard", Tone::Warn),
        OnboardingStatus::Pending => ("Stripe asks for details", Tone::Warn),
        OnboardingStatus::Restricted => ("Stripe needs more before money can move", Tone::Bad),
        OnboardingStatus::TransfersActive => {
            ("you can sell; Stripe needs more before it pays out", Tone::Warn)
        }
        OnboardingStatus::Complete => ("connected, you can sell and are paid out", Tone::Good),
    };
    Cell::new(text).tone(tone)
}

fn fees_view(fees: &Fees) -> View {
    let mut grid = Grid::default();
    let commission = format!("commission, {}", percent(fees.commission_bps));
    for (name, money) in [
        ("shopper pays", fees.price.to_string()),
        (commission.as_str(), format!("-{}", fees.commission)),
        ("you get", fees.you_get.to_string()),
    ] {
        grid.rows.push(vec![Cell::new(name), Cell::number(money)]);
    }
    View::default().grid(grid)
}

/// Basis points as people read them: 650 is `6.5 %`.
fn percent(bps: u32) -> String {
    let (whole, rest) = (bps / 100, format!("{:02}", bps % 100));
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { format!("{whole} %") } else { format!("{whole}.{rest} %") }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn rates_lose_no_digit() {
        assert_eq!(percent(650), "6.5 %");
        assert_eq!(percent(1205), "12.05 %");
        assert_eq!(percent(700), "7 %");
        assert_eq!(percent(5), "0.05 %");
    }
}
