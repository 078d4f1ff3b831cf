//! What people were told, and whether it still holds.

use std::collections::BTreeMap;
use std::fmt;

use api::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom as _;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::browser::{Browser, text};
use crate::goods::{self, KINDS};
use crate::maker::Shop;

/// Older promises that are looked at after a kill, of each kind; the newest always are.
const SAMPLE: usize = 4;

/// Somebody was told something.
#[derive(Debug)]
pub(crate) enum Told {
    /// The shop is open and has everything in it.
    Shop(Shop),
    /// The first shop has a draft of this title.
    Draft(String),
    /// How far a purchase is.
    Purchase { number: String, link: String, email: String, promise: Promise },
    /// The artisan has a paid order in her list.
    Seen { order: String, token: String },
    /// The artisan was told that the parcel is noted.
    Shipped { order: String, token: String, tracking: String },
    /// The payout has arrived and is right to the cent.
    Payout { token: String, payout: Value },
    /// It is so late.
    Time(Timestamp),
}

/// What a shopper may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    /// The payment page was opened: the purchase exists.
    Placed,
    /// The payment page said that it was paid. The market hears of it from Stripe, in time.
    Paid,
    /// The order page said that the maker has been told.
    Confirmed,
}

/// A purchase and how it can be looked at.
#[derive(Debug)]
pub(crate) struct Purchase {
    link: String,
    pub(crate) email: String,
    pub(crate) promise: Promise,
}

/// An order of a shop; with its parcel, once that was noted.
#[derive(Debug)]
pub(crate) struct Order {
    token: String,
    pub(crate) tracking: Option<String>,
}

/// So much must have been promised before the trial says anything: shops that were filled from a
/// file, drafts, payments, parcels, payouts.
const ENOUGH: [usize; 5] = [3, 10, 20, 10, 2];

/// Everything that was promised so far.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    pub(crate) shops: Vec<Shop>,
    drafts: Vec<String>,
    pub(crate) purchases: BTreeMap<String, Purchase>,
    pub(crate) orders: BTreeMap<String, Order>,
    pub(crate) payouts: BTreeMap<String, (String, Value)>,
    time: Option<Timestamp>,
    /// Purchases and orders since the last look.
    fresh: Vec<String>,
}

impl Promises {
    /// Takes note of everything that was told meanwhile.
    pub(crate) fn hears(&mut self, told: &mut UnboundedReceiver<Told>) {
        while let Ok(told) = told.try_recv() {
            match told {
                Told::Shop(shop) => self.shops.push(shop),
                Told::Draft(title) => self.drafts.push(title),
                Told::Purchase { number, link, email, promise } => {
                    self.fresh.push(number.clone());
                    let purchase = Purchase { link, email, promise };
                    let known = self.purchases.entry(number).or_insert(purchase);
                    known.promise = known.promise.max(promise);
                }
                Told::Seen { order, token } => self.order(order, token, None),
                Told::Shipped { order, token, tracking } => {
                    self.order(order, token, Some(tracking));
                }
                Told::Payout { token, payout } => {
                    self.payouts.insert(text(&payout["id"]), (token, payout));
                }
                Told::Time(now) => self.time = self.time.max(Some(now)),
            }
        }
    }

    fn order(&mut self, order: String, token: String, tracking: Option<String>) {
        self.fresh.push(order.clone());
        let known = self.orders.entry(order).or_insert(Order { token, tracking: None });
        known.tracking = known.tracking.take().or(tracking);
    }

    /// Looks at what was promised since the last time and at some of what is older.
    pub(crate) async fn hold(&mut self, market: &Browser, random: &mut StdRng) {
        let mut looked_at = std::mem::take(&mut self.fresh);
        looked_at.extend(self.purchases.keys().cloned().sample(random, SAMPLE));
        looked_at.extend(self.orders.keys().cloned().sample(random, SAMPLE));
        self.look(market, &looked_at).await;
        let payouts = self.payouts.values().sample(random, SAMPLE);
        stand(market, &payouts).await;
        for shop in self.shops.iter().rev().take(2) {
            is_open(market, shop).await;
        }
        self.drafts_are_there(market).await;
        self.time_stands(market).await;
    }

    /// Looks at every promise.
    pub(crate) async fn all_hold(&mut self, market: &Browser) {
        let all: Vec<String> = self.purchases.keys().chain(self.orders.keys()).cloned().collect();
        self.look(market, &all).await;
        stand(market, &self.payouts.values().collect::<Vec<_>>()).await;
        for shop in &self.shops {
            is_open(market, shop).await;
        }
        self.drafts_are_there(market).await;
        self.time_stands(market).await;
    }

    /// Every draft of the first shop, and each of them once.
    async fn drafts_are_there(&self, market: &Browser) {
        let found = market.finds_all(&self.shops[0].token, "/listings?status=draft").await;
        let mut titles: Vec<String> = found.iter().map(|draft| text(&draft["title"])).collect();
        titles.sort();
        let all = titles.len();
        titles.dedup();
        assert_eq!(titles.len(), all, "one was written twice: {titles:?}");
        let lost = self.drafts.iter().find(|title| titles.binary_search(title).is_err());
        assert!(lost.is_none(), "{lost:?} is not among {titles:?}");
    }

    async fn look(&mut self, market: &Browser, names: &[String]) {
        for name in names {
            if let Some(purchase) = self.purchases.get_mut(name) {
                purchase.holds(market, name).await;
            } else if let Some(order) = self.orders.get(name) {
                order.holds(market, name).await;
            }
        }
    }

    /// Time goes on from where it was.
    async fn time_stands(&self, market: &Browser) {
        let clock = market.finds(&self.shops[0].token, "/simulator/clock").await;
        let now: Timestamp = serde_json::from_value(clock["now"].clone()).expect("a moment");
        assert!(self.time.is_none_or(|told| told <= now), "time went back from {:?}", self.time);
    }

    /// Whether the promises say something about the whole story.
    pub(crate) fn are_enough(&self) -> bool {
        self.counts().iter().zip(ENOUGH).all(|(count, least)| *count >= least)
    }

    /// Shops, drafts, payments, parcels, payouts.
    fn counts(&self) -> [usize; 5] {
        let paid = self.purchases.values().filter(|bought| bought.promise >= Promise::Paid);
        let sent = self.orders.values().filter(|order| order.tracking.is_some());
        let (shops, drafts, payouts) = (self.shops.len(), self.drafts.len(), self.payouts.len());
        [shops, drafts, paid.count(), sent.count(), payouts]
    }
}

impl fmt::Display for Promises {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [shops, drafts, paid, sent, payouts] = self.counts();
        write!(
            f,
            "{shops} shops, {drafts} drafts, {paid} payments, {sent} parcels, {payouts} payouts"
        )
    }
}

impl Purchase {
    /// The page says no less than the shopper was told.
    async fn holds(&mut self, market: &Browser, number: &str) {
        market.remembers("orders", &self.link);
        let page = market.reads(&format!("/orders/{number}")).await.expect("the order page");
        let standing = Standing::on(&page);
        let fits = match self.promise {
            Promise::Placed => true,
            Promise::Paid => standing != Standing::Cancelled,
            Promise::Confirmed => standing >= Standing::Confirmed,
        };
        assert!(fits, "{number} was {:?} and is {standing:?}", self.promise);
        if standing >= Standing::Confirmed {
            self.promise = Promise::Confirmed;
        }
    }
}

impl Order {
    /// The artisan sees it, paid for, and the parcel that she noted.
    async fn holds(&self, market: &Browser, number: &str) {
        let order = market.finds(&self.token, &format!("/orders/{number}")).await;
        assert!(order["status"] == "paid" || order["status"] == "shipped", "{order}");
        if let Some(tracking) = &self.tracking {
            assert_eq!(order["status"], "shipped", "{order}");
            assert_eq!(order["fulfillments"][0]["tracking"], *tracking);
        }
    }
}

/// Payouts are what they were.
async fn stand(market: &Browser, payouts: &[&(String, Value)]) {
    for (token, told) in payouts {
        let found = market.finds(token, &format!("/payouts/{}", text(&told["id"]))).await;
        assert_eq!(found["payout"], *told);
    }
}

/// The shop is connected, its listings are there and are found.
async fn is_open(market: &Browser, shop: &Shop) {
    assert_eq!(market.finds(&shop.token, "/shop").await["onboarding"], "complete");
    let listings = market.finds_all(&shop.token, "/listings?status=active").await;
    assert_eq!(listings.len(), KINDS.len(), "{listings:?}");
    let found = market.reads(&format!("/search?q={}", goods::word(shop.number))).await;
    let found = found.expect("a ready market finds");
    for kind in &KINDS {
        let title = goods::title(shop.number, kind);
        assert!(found.contains(&title), "{title} is not found: {found}");
    }
}

/// Where a purchase stands, as its page says: no further than the slowest of its orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Cancelled,
    Open,
    Confirmed,
    Shipped,
}

impl Standing {
    fn on(page: &str) -> Self {
        let words = [
            ("This order was cancelled", Self::Cancelled),
            ("Waiting for the payment", Self::Open),
            ("Being made ready", Self::Confirmed),
            ("On its way", Self::Shipped),
        ];
        let found = words.iter().find(|(words, _)| page.contains(words));
        found.unwrap_or_else(|| panic!("an order that stands nowhere: {page}")).1
    }
}
