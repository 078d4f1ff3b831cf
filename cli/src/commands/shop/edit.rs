//! `stall shop edit`.

use std::path::PathBuf;

use api::client::Client;
use api::shop_profile::{
    CustomWork, LeadTime, Policies, Seller, SellerKind, ShopProfile, ShopProfileEdit,
};

use super::view;
use crate::commands::picture;
use crate::context::Context;
use crate::exit::Failure;

/// What is to change; everything else stays.
#[derive(Debug, clap::Args)]
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
    #[arg(long, value_name = "FILE")]
    banner: Option<PathBuf>,
    /// A picture of yourself; an empty name takes it away
    #[arg(long, value_name = "FILE")]
    portrait: Option<PathBuf>,
    /// What the picture shows, for those who cannot see it
    #[arg(long, value_name = "TEXT")]
    alt: Option<String>,
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
    /// Days until a piece is sent, such as 3-10; empty says nothing
    #[arg(long, value_name = "FROM-TO")]
    lead_time: Option<String>,
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

/// Changes the shop as it is now, or says that somebody else changed it meanwhile.
pub(super) async fn run(ctx: &Context, client: &Client, args: Args) -> anyhow::Result<()> {
    if args.alt.is_some() && args.banner.is_none() && args.portrait.is_none() {
        let help = "name a picture with --banner or --portrait";
        return Err(Failure::usage("--alt speaks of no picture", help).into());
    }
    let before = super::opened(client).await?;
    let version = before.version;
    let edit = edit(client, args, before).await?;
    let after = client.edit_shop_profile(version, &edit).await?;
    ctx.out.one(&after, || view::profile(&after))
}

async fn edit(client: &Client, args: Args, before: ShopProfile) -> anyhow::Result<ShopProfileEdit> {
    let policies = policies(&args, before.policies.clone())?;
    let seller = seller(&args, before.seller.clone());
    let alt = args.alt.unwrap_or_default();
    Ok(ShopProfileEdit {
        name: args.name,
        place: args.place,
        story: args.story,
        banner: picture::chosen(client, args.banner.as_deref(), &alt).await?,
        portrait: picture::chosen(client, args.portrait.as_deref(), &alt).await?,
        process: None,
        policies: Some(policies),
        seller: Some(seller),
    })
}

fn policies(args: &Args, before: Policies) -> Result<Policies, Failure> {
    let lead_time = match args.lead_time.as_deref() {
        None => before.lead_time,
        Some("") => None,
        Some(given) => Some(lead_time(given)?),
    };
    Ok(Policies {
        returns_days: args.returns_days.or(before.returns_days),
        returns: args.returns.clone().unwrap_or(before.returns),
        custom_work: args.custom_work.unwrap_or(before.custom_work),
        custom: args.custom.clone().unwrap_or(before.custom),
        lead_time,
    })
}

fn lead_time(given: &str) -> Result<LeadTime, Failure> {
    let (from, to) = given.split_once('-').unwrap_or((given, given));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) => Ok(LeadTime { from, to }),
        _ => Err(Failure::usage(format!("“{given}” is no lead time"), "use days such as 3-10")),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_time_is_one_number_or_two() {
        assert_eq!(lead_time("3-10").unwrap(), LeadTime { from: 3, to: 10 });
        assert_eq!(lead_time("5").unwrap(), LeadTime { from: 5, to: 5 });
        assert!(lead_time("soon").is_err() && lead_time("3-").is_err());
    }
}
