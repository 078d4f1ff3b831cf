//! Everybody else: shoppers, the artisans at their packing tables, and the time.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::World;
use crate::browser::{Browser, Lost, between, text};
use crate::goods;
use crate::maker::{self, PASSWORD, Shop};
use crate::promises::{Promise, Told};

const BREATH: Duration = Duration::from_millis(20);
/// Steps of the simulator's clock, in seconds: a payout takes four days.
const STEPS: std::ops::RangeInclusive<u64> = 2 * 3600..=14 * 3600;
/// Opening a shop is a lot of work; others want to be served, too.
const BETWEEN_SHOPS: Duration = Duration::from_millis(500);
/// How many purchases a customer makes with one account.
const FAITHFUL: usize = 4;

/// One shop after the other is opened.
pub(crate) async fn opens_shops(world: World, numbers: std::ops::Range<usize>) {
    for number in numbers {
        if world.is_closing() {
            return;
        }
        tokio::time::sleep(BETWEEN_SHOPS).await;
        let shop = maker::opens_shop(&world, number).await;
        world.tells(Told::Shop(shop.clone()));
        world.shops().push(shop);
    }
}

/// Shoppers without an account, one after the other.
pub(crate) async fn guests(world: World, mut random: StdRng) {
    for number in 0.. {
        if world.is_closing() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(100..700))).await;
        let guest = Browser::new(world.gate.origin());
        let email = format!("guest{number}@example.org");
        if buys(&world, &guest, &email, &mut random).await.is_err() {
            // The server is away; a person would try again, too.
            tokio::time::sleep(BREATH).await;
        }
    }
}

/// Shoppers with an account, who stay for some purchases.
pub(crate) async fn customers(world: World, mut random: StdRng) {
    for number in 0.. {
        let email = format!("ana{number}@example.org");
        let browser = Browser::new(world.gate.origin());
        let account = [("email", email.as_str()), ("name", "Ana Ng"), ("password", PASSWORD)];
        assert_eq!(browser.sends_until_answered("/register", &account).await.status, 303);
        let signed_in = browser.sends_until_answered("/login", &account).await;
        assert_eq!(signed_in.status, 303, "an account that was opened is there");
        for _ in 0..FAITHFUL {
            if world.is_closing() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(random.random_range(100..700))).await;
            match buys(&world, &browser, &email, &mut random).await {
                Ok(bought) => lists(&browser, &bought).await,
                Err(Lost) => tokio::time::sleep(BREATH).await,
            }
        }
    }
}

/// A customer's list has what was paid, as soon as the market has heard of it.
async fn lists(browser: &Browser, number: &str) {
    for _ in 0..1000 {
        let page = browser.reads("/account/orders").await;
        if page.is_ok_and(|page| page.contains(number)) {
            return;
        }
        tokio::time::sleep(BREATH).await;
    }
    panic!("{number} is not in the customer's list");
}

/// Looks for something, fills a cart from one shop or two, checks out and pays; the number of it.
async fn buys(
    world: &World,
    browser: &Browser,
    email: &str,
    random: &mut StdRng,
) -> Result<String, Lost> {
    let count = random.random_range(1..=2);
    let shops: Vec<Shop> = world.shops().sample(random, count).cloned().collect();
    for shop in &shops {
        browser.reads(&format!("/search?q={}", goods::word(shop.number))).await?;
        let variant = shop.variants.choose(random).ok_or(Lost)?;
        let line = [("variant", variant.as_str()), ("quantity", "1")];
        browser.sends("/cart/lines", &line).await?.is(303)?;
    }
    let page = browser.reads("/checkout").await?;
    let attempt = between(&page, "name=\"attempt\" value=\"", "\"")?;
    let form = [
        ("attempt", attempt),
        ("email", email),
        ("name", "Ana Ng"),
        ("line1", "Kirchgasse 4"),
        ("postal_code", "07743"),
        ("city", "Jena"),
        ("country", "DE"),
    ];
    // Without an answer nobody knows whether the form arrived; sent again it is the same purchase.
    let placed = browser.sends_until_answered("/checkout", &form).await.is(303)?;
    let link = browser.cookie("orders").ok_or(Lost)?;
    let link = link.split('-').next().unwrap_or_default().to_owned();
    let opened = browser.opens(&format!("/orders/link/{link}")).await?;
    let number = opened.location().rsplit('/').next().unwrap_or_default().to_owned();
    let tells = |promise| {
        let (number, link, email) = (number.clone(), link.clone(), email.to_owned());
        world.tells(Told::Purchase { number, link, email, promise });
    };
    tells(Promise::Placed);

    let card = [
        ("email", email),
        ("number", "4242424242424242"),
        ("expiry", "12/34"),
        ("cvc", "123"),
        ("name", "Ana Ng"),
    ];
    browser.sends_until_answered(placed.path(), &card).await.is(303)?;
    tells(Promise::Paid);
    Ok(number)
}

/// A program drafts listings for the first shop. Each has a key of its own, so that what is sent
/// again is written once.
pub(crate) async fn drafts(world: World) {
    let browser = Browser::new(world.gate.origin());
    let shop = world.shops().first().cloned().expect("a shop");
    for number in 0.. {
        if world.is_closing() {
            return;
        }
        let title = format!("{}{number}", goods::DRAFT);
        let draft = json!({
            "title": title, "category": "clay",
            "variants": [{ "price": { "minor": 100, "currency": "EUR" }, "stock": 1 }],
        });
        let answer = browser.posts_once(&shop.token, "/listings", &title, &draft).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        world.tells(Told::Draft(title));
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Artisans look at their orders and send most of them off.
pub(crate) async fn packs(world: World, mut random: StdRng) {
    let browser = Browser::new(world.gate.origin());
    let mut parcels: u64 = 0;
    while !world.is_closing() {
        let shop = world.shops().choose(&mut random).cloned().expect("a shop");
        let paid = browser.finds(&shop.token, "/orders?status=paid&limit=20").await;
        for order in paid["items"].as_array().expect("a list") {
            let order = text(&order["number"]);
            world.tells(Told::Seen { order: order.clone(), token: shop.token.clone() });
            if random.random_bool(0.3) {
                continue;
            }
            parcels += 1;
            let tracking = format!("{:020}", 340_434_161_094_000_000 + parcels);
            let parcel = json!({ "tracking": tracking });
            let path = format!("/orders/{order}/ship");
            let told = browser.posts_as(&shop.token, &path, &parcel).await;
            if told.and_then(|answer| answer.is(200)).is_ok() {
                world.tells(Told::Shipped { order, token: shop.token.clone(), tracking });
            }
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(10..150))).await;
    }
}

/// Time moves on by hours, and artisans look whether their payouts are right.
pub(crate) async fn lives(world: World, mut random: StdRng) {
    let browser = Browser::new(world.gate.origin());
    while !world.is_closing() {
        let shop = world.shops().choose(&mut random).cloned().expect("a shop");
        let step = json!({ "advance_seconds": random.random_range(STEPS) });
        if let Ok(now) = answer(&browser, &shop.token, "/simulator/clock", &step).await {
            let now = serde_json::from_value(now["now"].clone()).expect("a moment");
            world.tells(Told::Time(now));
        }
        if let Ok(found) = answer(&browser, &shop.token, "/payouts/reconcile", &json!({})).await {
            for payout in found["payouts"].as_array().expect("a list") {
                let payout = &payout["payout"];
                if payout["status"] == "paid" && payout["reconciled"] == true {
                    let (token, payout) = (shop.token.clone(), payout.clone());
                    world.tells(Told::Payout { token, payout });
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(50..700))).await;
    }
}

async fn answer(browser: &Browser, token: &str, path: &str, body: &Value) -> Result<Value, Lost> {
    browser.posts_as(token, path, body).await?.is(200)?.json()
}

/// Somebody's own randomness.
pub(crate) fn chance(seed: u64, who: u64) -> StdRng {
    StdRng::seed_from_u64(seed ^ who.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}
