//! `stall shop edit`.

use std::path::PathBuf;

use api::client::Client;
use api::shop_profile::{
    CustomWork, LeadTime, LeadTimeError, Policies, Seller, SellerKind, ShopProfile, ShopProfileEdit,
};

use super::view;
use crate::commands::picture;
use crate::context::Context;

/// What is to change; everything else stays.
#[derive(Debug, clap::Args)]
#[command(override_usage = "stall shop edit [OPTIONS]")]
#[group(required = true, multiple = true)]
pub(crate) struct Args {
    /// New name; the shop's address follows, and the old one leads there
    #[arg(long)]
    name: Option<String>,
    /// New place of making
    #[arg(long)]
    place: Option<String>,
    /// New story: plain text with a little Markdown
    #[arg(long, value_name = "TEXT")]
    story: Option<String>,
    /// A wide picture above everything; an empty name takes it away
    #[arg(long, value_name = "FILE", value_parser = picture::or_none())]
    banner: Option<PathBuf>,
    /// What the banner shows, for those who cannot see it
    #[arg(long, value_name = "TEXT")]
    banner_alt: Option<String>,
    /// A picture of yourself; an empty name takes it away
    #[arg(long, value_name = "FILE", value_parser = picture::or_none())]
    portrait: Option<PathBuf>,
    /// What the portrait shows, for those who cannot see it
    #[arg(long, value_name = "TEXT")]
    portrait_alt: Option<String>,
    /// Days in which a piece may be sent back; 0 is never
    #[arg(long, value_name = "DAYS")]
    returns_days: Option<u32>,
    /// More about returns
    #[arg(long, value_name = "TEXT")]
    returns: Option<String>,
    /// Whether you make to order: no, `on_request` or yes
    #[arg(long, value_name = "HOW")]
    custom_work: Option<CustomWork>,
    /// More about custom work
    #[arg(long, value_name = "TEXT")]
    custom: Option<String>,
    /// Days until a piece is sent, such as 5 or 3..10; empty says nothing
    #[arg(long, value_name = "DAYS", value_parser = lead_time)]
    lead_time: Option<Said>,
    /// In what capacity you sell: private or business
    #[arg(long, value_name = "KIND")]
    seller: Option<SellerKind>,
    /// Name of the business
    #[arg(long, value_name = "NAME")]
    seller_name: Option<String>,
    /// Its postal address
    #[arg(long, value_name = "TEXT")]
    seller_address: Option<String>,
    /// Its telephone number
    #[arg(long, value_name = "NUMBER")]
    seller_phone: Option<String>,
    /// Its e-mail address for shoppers
    #[arg(long, value_name = "ADDRESS")]
    seller_email: Option<String>,
    /// Its trade register and number
    #[arg(long, value_name = "TEXT")]
    seller_register: Option<String>,
}

/// What is said of the lead time; nothing where it is taken back.
#[derive(Clone, Copy, Debug)]
struct Said(Option<LeadTime>);

/// Changes the shop as it is now, or says that somebody else changed it meanwhile.
pub(super) async fn run(ctx: &Context, client: &Client, args: Args) -> anyhow::Result<()> {
    let before = super::opened(client).await?;
    let version = before.version;
    let edit = edit(client, args, before).await?;
    let after = client.edit_shop_profile(version, &edit).await?;
    ctx.out.one(&after, || view::profile(&after))
}

async fn edit(client: &Client, args: Args, before: ShopProfile) -> anyhow::Result<ShopProfileEdit> {
    let policies = policies(&args, before.policies);
    let seller = seller(&args, before.seller);
    let banner = picture::Described { name: "banner", file: args.banner, alt: args.banner_alt };
    let portrait =
        picture::Described { name: "portrait", file: args.portrait, alt: args.portrait_alt };
    Ok(ShopProfileEdit {
        name: args.name,
        place: args.place,
        story: args.story,
        banner: banner.entry(client, before.banner).await?,
        portrait: portrait.entry(client, before.portrait).await?,
        process: None,
        policies: Some(policies),
        seller: Some(seller),
    })
}

fn policies(args: &Args, before: Policies) -> Policies {
    Policies {
        returns_days: args.returns_days.or(before.returns_days),
        returns: args.returns.clone().unwrap_or(before.returns),
        custom_work: args.custom_work.unwrap_or(before.custom_work),
        custom: args.custom.clone().unwrap_or(before.custom),
        lead_time: args.lead_time.map_or(before.lead_time, |Said(lead_time)| lead_time),
    }
}

/// A lead time, or none where the text is empty.
fn lead_time(text: &str) -> Result<Said, LeadTimeError> {
    if text.is_empty() { Ok(Said(None)) } else { text.parse().map(|days| Said(Some(days))) }
}

fn seller(args: &Args, before: Seller) -> Seller {
    let text = |given: &Option<String>, before: String| given.clone().unwrap_or(before);
    Seller {
        kind: args.seller.unwrap_or(before.kind),
        name: text(&args.seller_name, before.name),
        address: text(&args.seller_address, before.address),
        phone: text(&args.seller_phone, before.phone),
        email: text(&args.seller_email, before.email),
        register: text(&args.seller_register, before.register),
    }
}
