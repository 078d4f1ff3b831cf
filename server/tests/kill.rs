//! The server is killed at random moments of a sale, again and again. Whatever it had acknowledged
//! is there when it comes back, and in the end every cent and every piece is where it belongs.

#[path = "story/house.rs"]
mod house;
#[path = "kill/shopper.rs"]
mod shopper;

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use house::{House, client};
use shopper::{Lost, Shopper};

const KILLS: usize = 24;
const SHOPPERS: u64 = 4;
const PASSWORD: &str = "seven wet herons dancing";
/// Pieces on the shelf; more than can be sold here.
const STOCK: i64 = 5000;
const PRICE: i64 = 2400;
/// Between a restart and the next kill.
const SHORTEST_LIFE: u64 = 30;
const LONGEST_LIFE: u64 = 900;
/// Acknowledged purchases without which the test says nothing; it goes on killing until then.
const ENOUGH_PAID: usize = 10;
const ENOUGH_IN_FLIGHT: usize = 5;

/// What the server has acknowledged, and what a shopper may therefore rely on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Promise {
    /// The payment page was opened: the purchase exists.
    Placed,
    /// The payment page said that it was paid. The market hears of it from Stripe, in time.
    Paid,
    /// The order page said that the maker has been told.
    Confirmed,
    /// The artisan was told that the parcel is noted.
    Shipped,
}

/// Somebody was promised something about a purchase.
struct Told {
    number: String,
    link: String,
    promise: Promise,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_acknowledged_is_lost() {
    let seed = std::env::var("STALL_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(rand::random::<u64>);
    println!("STALL_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut house = House::new(None);
    house.opens().await;
    let seller = Seller::opens_shop(&house).await;
    let (tell, mut told) = unbounded_channel();
    let mut shoppers = JoinSet::new();
    for number in 0..SHOPPERS {
        let random = StdRng::seed_from_u64(seed ^ (number + 1));
        shoppers.spawn(shops_for_ever(house.origin(), seller.clone(), tell.clone(), random));
    }

    let mut promised: BTreeMap<String, (String, Promise)> = BTreeMap::new();
    let (mut kills, mut in_flight) = (0, 0);
    while kills < KILLS || paid(&promised) < ENOUGH_PAID || in_flight < ENOUGH_IN_FLIGHT {
        assert!(kills < 10 * KILLS, "too little happens: {kills} kills, {promised:?}");
        let life = random.random_range(SHORTEST_LIFE..=LONGEST_LIFE);
        tokio::time::sleep(Duration::from_millis(life)).await;
        let cut = shopper::cut_requests();
        house.ends("KILL");
        kills += 1;
        let took = house.opens().await;
        in_flight += usize::from(shopper::cut_requests() > cut);
        assert!(took < Duration::from_secs(10), "the restart took {took:?}");
        hear(&mut told, &mut promised);
        keeps(&house, &mut promised).await;
    }
    shoppers.shutdown().await;
    hear(&mut told, &mut promised);
    println!(
        "{kills} kills, {in_flight} while somebody waited; {} purchases, {} paid",
        promised.len(),
        paid(&promised)
    );

    seller.lets_an_hour_pass(&house).await;
    keeps(&house, &mut promised).await;
    is_settled(&promised);
    seller.has_sold_what_was_paid(&house).await;
    assert!(house.ends("TERM").success());
    house.verifies();
}

fn paid(promised: &BTreeMap<String, (String, Promise)>) -> usize {
    promised.values().filter(|(_, promise)| *promise >= Promise::Paid).count()
}

fn hear(told: &mut UnboundedReceiver<Told>, promised: &mut BTreeMap<String, (String, Promise)>) {
    while let Ok(told) = told.try_recv() {
        let known = promised.entry(told.number).or_insert((told.link, told.promise));
        known.1 = known.1.max(told.promise);
    }
}

/// Every purchase that was acknowledged is there, and no less far than was said.
async fn keeps(house: &House, promised: &mut BTreeMap<String, (String, Promise)>) {
    for (number, (link, promise)) in promised {
        let guest = Shopper::new(house.origin());
        guest.remembers("orders", link);
        let page = guest.reads(&format!("/orders/{number}")).await.expect("the order page");
        let standing = Standing::on(&page);
        let fits = match promise {
            Promise::Placed => true,
            Promise::Paid => standing != Standing::Cancelled,
            Promise::Confirmed => standing >= Standing::Confirmed,
            Promise::Shipped => standing == Standing::Shipped,
        };
        assert!(fits, "{number} was {promise:?} and is {standing:?}");
        if standing >= Standing::Confirmed {
            *promise = (*promise).max(Promise::Confirmed);
        }
    }
}

/// Nothing that was paid is open any more.
fn is_settled(promised: &BTreeMap<String, (String, Promise)>) {
    let open = promised.iter().find(|(_, (_, promise))| *promise == Promise::Paid);
    assert!(open.is_none(), "paid and not confirmed: {open:?}");
}

/// Where an order stands, as its page says.
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

/// One shopper after the other: fills a cart, pays, and sometimes the artisan ships at once.
async fn shops_for_ever(
    origin: String,
    seller: Seller,
    tell: UnboundedSender<Told>,
    mut random: StdRng,
) {
    loop {
        let ships = random.random_bool(0.5);
        let guest = Shopper::new(origin.clone());
        let bought = buys(&guest, &seller, &tell, ships).await;
        if bought.is_err() {
            // The server is away; a person would try again, too.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn buys(
    guest: &Shopper,
    seller: &Seller,
    tell: &UnboundedSender<Told>,
    ships: bool,
) -> Result<(), Lost> {
    guest
        .sends("/cart/lines", &[("variant", &seller.variant), ("quantity", "1")])
        .await?
        .is(303)?;
    let page = guest.reads("/checkout").await?;
    let attempt = shopper::between(&page, "name=\"attempt\" value=\"", "\"")?;
    let form = [
        ("attempt", attempt),
        ("email", "ana@example.org"),
        ("name", "Ana Ng"),
        ("line1", "Kirchgasse 4"),
        ("postal_code", "07743"),
        ("city", "Jena"),
        ("country", "DE"),
    ];
    // Without an answer nobody knows whether the form arrived; sent again it is the same purchase.
    let placed = guest.sends_until_answered("/checkout", &form).await.is(303)?;
    let link = guest.cookie("orders").ok_or(Lost)?;
    let opened = guest
        .reads_head(&format!("/orders/link/{}", link.split('-').next().unwrap_or_default()))
        .await?;
    let number = opened.location().rsplit('/').next().unwrap_or_default().to_owned();
    let tells = |promise| tell.send(Told { number: number.clone(), link: link.clone(), promise });
    let _gone = tells(Promise::Placed);

    let card = [
        ("email", "ana@example.org"),
        ("number", "4242424242424242"),
        ("expiry", "12/34"),
        ("cvc", "123"),
        ("name", "Ana Ng"),
    ];
    guest.sends_until_answered(placed.path(), &card).await.is(303)?;
    let _gone = tells(Promise::Paid);
    if ships && seller.ships(guest, &format!("{number}-1")).await.is_ok() {
        let _gone = tells(Promise::Shipped);
    }
    Ok(())
}

/// The artisan, by the API.
#[derive(Clone)]
struct Seller {
    http: Client,
    token: String,
    listing: String,
    variant: String,
}

impl Seller {
    async fn opens_shop(house: &House) -> Self {
        let mut seller = Self {
            http: client(),
            token: String::new(),
            listing: String::new(),
            variant: String::new(),
        };
        let account = json!({ "email": "ines@example.org", "name": "Ines", "password": PASSWORD });
        seller.posts(house, "/accounts", &account).await;
        let proved = house.runs(&["admin", "accounts", "verify", "ines@example.org"]);
        assert!(proved.status.success(), "{}", String::from_utf8_lossy(&proved.stderr));
        let asked = json!({ "email": "ines@example.org", "password": PASSWORD, "name": "test" });
        let token = seller.posts(house, "/tokens", &asked).await;
        seller.token = text(&token["token"]);
        seller.posts(house, "/shop", &json!({ "name": "Ines’s workshop" })).await;
        seller.posts(house, "/shop/onboarding", &json!({ "complete_test_data": true })).await;
        let draft = json!({
            "title": "Stoneware mug", "category": "clay",
            "variants": [{ "price": { "minor": PRICE, "currency": "EUR" }, "stock": STOCK }],
        });
        let listing = seller.posts(house, "/listings", &draft).await;
        seller.listing = text(&listing["id"]);
        seller.variant = text(&listing["variants"][0]["id"]);
        seller.posts(house, &format!("/listings/{}/publish", seller.listing), &json!({})).await;
        seller
    }

    async fn posts(&self, house: &House, path: &str, body: &Value) -> Value {
        let url = format!("{}/api/v1{path}", house.origin());
        let answer = self.http.post(url).bearer_auth(&self.token).json(body).send().await;
        let answer = answer.expect("the server answers");
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.expect("JSON")
    }

    async fn gets(&self, house: &House, path: &str) -> Value {
        let url = format!("{}/api/v1{path}", house.origin());
        let answer = self.http.get(url).bearer_auth(&self.token).send().await;
        answer.expect("the server answers").json().await.expect("JSON")
    }

    /// Notes a parcel; a paid order may be a moment away, then it is left.
    async fn ships(&self, guest: &Shopper, order: &str) -> Result<(), Lost> {
        let parcel = json!({ "tracking": "00340434161094021501" });
        let path = format!("/api/v1/orders/{order}/ship");
        guest.posts_as(&self.token, &path, &parcel).await?.is(200).map(|_| ())
    }

    /// Unpaid purchases lapse, fees and transfers are settled.
    async fn lets_an_hour_pass(&self, house: &House) {
        self.posts(house, "/simulator/clock", &json!({ "advance_seconds": 3600 })).await;
    }

    /// Pieces that left the shelf are those of paid orders, and no order is open any more.
    async fn has_sold_what_was_paid(&self, house: &House) {
        let mut sold = 0;
        for status in ["pending", "paid", "shipped"] {
            let mut after = String::new();
            loop {
                let page =
                    self.gets(house, &format!("/orders?status={status}&limit=100{after}")).await;
                let orders = page["items"].as_array().expect("a list");
                assert!(status != "pending" || orders.is_empty(), "{page}");
                sold += i64::try_from(orders.len()).expect("few");
                match page["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }
        }
        let listing = self.gets(house, &format!("/listings/{}", self.listing)).await;
        assert_eq!(listing["variants"][0]["available"], STOCK - sold);
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
