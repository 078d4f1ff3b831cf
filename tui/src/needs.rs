//! What needs the artisan now, read out of the bench: a pure rule.

use api::account::{Account, Me};
use api::order::OrderSummary;
use api::payout::Payout;
use api::shop::{OnboardingStatus, Shop};
use api::staff::Suspension;
use api::today::{LowStock, Today};
use api::{Money, Timestamp};

use crate::filter::Filtered;
use crate::list::Row;
use crate::screens::day;
use crate::theme::Role;

const DAY_SECONDS: i64 = 86_400;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// Whether it cannot wait.
    pub(crate) urgent: bool,
    /// What it is about, never cut: an order number, a SKU.
    pub(crate) subject: String,
    /// Whom or what it concerns; a person's name when `personal`.
    pub(crate) about: String,
    /// Whether `about` names a person.
    pub(crate) personal: bool,
    /// Why it is here.
    pub(crate) why: String,
    /// What it is worth.
    pub(crate) amount: Option<Money>,
    /// Where it is dealt with.
    pub(crate) target: Target,
}

/// Where a need is dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// An order by its number.
    Order(String),
    /// Listings, narrowed by a filter.
    Listings(String),
    /// A payout by Stripe's id.
    Payout(String),
    /// Stripe's own pages, which the command line opens.
    Stripe,
    /// A letter, which the command line sends again.
    Letter,
    /// The market's staff, whose letter says how to answer.
    Suspension,
    /// Who sells, which the command line says.
    Seller,
}

impl Filtered for Need {
    const STATES: &'static [&'static str] = &["urgent"];

    fn is(&self, _state: &str) -> bool {
        self.urgent
    }
}

impl Row for Need {
    fn key(&self) -> String {
        format!("{} {} {:?}", self.subject, self.about, self.target)
    }

    fn haystack(&self) -> String {
        [self.subject.as_str(), &self.about, &self.why].join(" ").to_lowercase()
    }
}

/// How long ago, in few columns: `now`, `14 min`, `5 h`, `6 d`.
pub(crate) fn age(from: Timestamp, to: Timestamp) -> String {
    let seconds = (to.seconds() - from.seconds()).max(0);
    match seconds {
        0..60 => "now".to_owned(),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..DAY_SECONDS => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / DAY_SECONDS),
    }
}

/// Everything to do, most urgent first.
pub(crate) fn needs(today: &Today, me: Option<&Me>, now: Timestamp) -> Vec<Need> {
    let mut all: Vec<Need> = me.and_then(|me| email_need(&me.account)).into_iter().collect();
    all.extend(me.and_then(|me| me.suspension.as_ref()).map(suspension_need));
    all.extend(seller_need(&today.seller_lacks));
    all.extend(me.and_then(|me| me.shop.as_ref()).and_then(stripe_need));
    all.extend(today.oldest.iter().map(|order| order_need(order, now)));
    all.extend(today.last_payout.as_ref().and_then(payout_need));
    all.extend(today.low_stock.iter().map(stock_need));
    if today.without_pictures > 0 {
        all.push(picture_need(today.without_pictures));
    }
    all.sort_by_key(|need| !need.urgent);
    all
}

/// What keeps pieces from being offered.
fn email_need(account: &Account) -> Option<Need> {
    (!account.email_verified).then(|| Need {
        urgent: true,
        subject: "E-mail".to_owned(),
        about: account.email.clone(),
        personal: true,
        why: "not verified, cannot publish".to_owned(),
        amount: None,
        target: Target::Letter,
    })
}

/// What keeps a shop out of sight.
fn suspension_need(suspension: &Suspension) -> Need {
    Need {
        urgent: true,
        subject: "Suspended".to_owned(),
        about: suspension.reason.lines().next().unwrap_or_default().to_owned(),
        personal: false,
        why: "nobody sees your pieces".to_owned(),
        amount: None,
        target: Target::Suspension,
    }
}

/// What keeps a business from offering anything.
fn seller_need(lacks: &[String]) -> Option<Need> {
    (!lacks.is_empty()).then(|| Need {
        urgent: true,
        subject: "Seller".to_owned(),
        about: format!("say {}", lacks.join(", ")),
        personal: false,
        why: "not named, cannot publish".to_owned(),
        amount: None,
        target: Target::Seller,
    })
}

/// What keeps money from reaching the artisan.
fn stripe_need(shop: &Shop) -> Option<Need> {
    let why = match shop.onboarding {
        OnboardingStatus::NotStarted => "not connected, cannot sell",
        OnboardingStatus::Pending => "wants details",
        OnboardingStatus::Restricted => "wants more details",
        OnboardingStatus::TransfersActive | OnboardingStatus::Complete => return None,
    };
    Some(Need {
        urgent: true,
        subject: "Stripe".to_owned(),
        about: "stall shop onboard".to_owned(),
        personal: false,
        why: why.to_owned(),
        amount: None,
        target: Target::Stripe,
    })
}

fn order_need(order: &OrderSummary, now: Timestamp) -> Need {
    let paid = order.paid_at.unwrap_or(order.placed_at);
    let ago = age(paid, now);
    let why = match order.ready_by {
        Some(by) => format!("send by {}", day(by)),
        None if ago == "now" => "paid just now".to_owned(),
        None => format!("paid {ago} ago"),
    };
    Need {
        urgent: order.late,
        subject: order.number.clone(),
        about: order.customer.clone(),
        personal: true,
        why,
        amount: Some(order.total),
        target: Target::Order(order.number.clone()),
    }
}

fn payout_need(payout: &Payout) -> Option<Need> {
    let (_, why, role) = crate::words::verdict(payout);
    (role == Role::Bad).then(|| Need {
        urgent: true,
        subject: "Payout".to_owned(),
        about: crate::text::short_id(&payout.stripe_id),
        personal: false,
        why,
        amount: Some(payout.amount),
        target: Target::Payout(payout.stripe_id.clone()),
    })
}

fn stock_need(stock: &LowStock) -> Need {
    let key = if stock.sku.is_empty() { &stock.title } else { &stock.sku };
    let choice = if stock.option.is_empty() { "" } else { ", " };
    Need {
        urgent: false,
        subject: "Stock".to_owned(),
        about: format!("{}{choice}{}", stock.title, stock.option),
        personal: false,
        why: match stock.available {
            0 => "none left".to_owned(),
            left => format!("{left} left"),
        },
        amount: None,
        target: Target::Listings(key.clone()),
    }
}

fn picture_need(listings: i64) -> Need {
    Need {
        urgent: false,
        subject: "Pictures".to_owned(),
        about: if listings == 1 { "1 listing".to_owned() } else { format!("{listings} listings") },
        personal: false,
        why: "for sale, no picture".to_owned(),
        amount: None,
        target: Target::Listings("is:active is:no-picture".to_owned()),
    }
}
