//! A shop, as lines.

use api::listing::GalleryImage;
use api::shop::{Fees, Onboarding, OnboardingStatus, Shop};
use api::shop_profile::{CustomWork, SellerKind, ShopProfile};

use crate::output::{Cell, Grid, Tone, View};

/// Everything that a shop tells.
pub(super) fn profile(profile: &ShopProfile) -> View {
    let policies = &profile.policies;
    let days = |days: u32| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let returns = match policies.returns_days {
        None => policies.returns.clone(),
        Some(0) => format!("not taken back. {}", policies.returns),
        Some(within) => format!("within {}. {}", days(within), policies.returns),
    };
    let custom = match policies.custom_work {
        CustomWork::No => "no",
        CustomWork::OnRequest => "on request",
        CustomWork::Yes => "yes",
    };
    let lead = policies.lead_time.map(|lead| format!("{} to {}", lead.from, days(lead.to)));
    shop(&profile.shop).pairs([
        ("suspended", suspended(profile)),
        ("banner", picture(profile.banner.as_ref(), "banner")),
        ("portrait", picture(profile.portrait.as_ref(), "portrait")),
        ("making", Cell::new(making(profile.process.len()))),
        ("returns", Cell::new(returns.trim())),
        ("custom work", Cell::new(format!("{custom}. {}", policies.custom).trim_end_matches(". "))),
        ("lead time", Cell::new(lead.unwrap_or_default())),
        ("seller", Cell::new(seller(profile))),
        ("holiday", away(profile).unwrap_or_else(|| Cell::new("no"))),
    ])
}

/// What a picture shows, and how to say it where nobody has.
fn picture(picture: Option<&GalleryImage>, name: &str) -> Cell {
    match picture {
        None => Cell::new("none"),
        Some(picture) if picture.alt.is_empty() => {
            let words = format!("not described; say what it shows: --{name}-alt TEXT");
            Cell::new(words).tone(Tone::Warn)
        }
        Some(picture) => Cell::new(&picture.alt),
    }
}

/// Since when and why a shop is out of sight; empty while it is not.
fn suspended(profile: &ShopProfile) -> Cell {
    profile.suspension.as_ref().map_or_else(Cell::default, |suspension| {
        let (since, reason) = (suspension.suspended_at.day(), &suspension.reason);
        Cell::new(format!("since {since}. {reason}")).tone(Tone::Bad)
    })
}

fn making(photographs: usize) -> String {
    match photographs {
        0 => "no photographs".to_owned(),
        1 => "1 photograph".to_owned(),
        many => format!("{many} photographs"),
    }
}

/// Whether a shop is on holiday, after it went or came back.
pub(super) fn holiday(profile: &ShopProfile) -> View {
    let holiday = away(profile)
        .unwrap_or_else(|| Cell::new("none; pieces with stock can be bought").tone(Tone::Good));
    View::default().pairs([("shop", Cell::new(&profile.shop.name)), ("holiday", holiday)])
}

fn away(profile: &ShopProfile) -> Option<Cell> {
    let holiday = profile.holiday?;
    let back = holiday.until.map_or_else(
        || "until you say: stall shop resume".to_owned(),
        |until| format!("back on {}", until.day()),
    );
    Some(Cell::new(format!("from {}, {back}", holiday.from.day())).tone(Tone::Warn))
}

fn seller(profile: &ShopProfile) -> String {
    let seller = &profile.seller;
    if seller.kind == SellerKind::Private {
        return "private".to_owned();
    }
    let told = [&seller.name, &seller.address, &seller.phone, &seller.email, &seller.register];
    let told: Vec<String> =
        told.iter().filter(|text| !text.is_empty()).map(|text| text.replace('\n', ", ")).collect();
    format!("business. {}", told.join(" · ")).trim_end_matches(". ").to_owned()
}

/// A shop in a few lines.
pub(super) fn shop(shop: &Shop) -> View {
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

/// How far Stripe has come.
pub(super) fn onboarding(onboarding: &Onboarding) -> View {
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

/// What is kept of a price.
pub(super) fn fees(fees: &Fees) -> View {
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
