//! The demo market as whoever starts it finds it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use api::Page;
use api::account::{Token, TokenRequest};
use api::listing::{Listing, ListingStatus, ListingSummary};
use api::order::{OrderStatus, OrderSummary};
use api::payout::{PayoutStatus, Reconciliation};
use clap::Parser as _;
use server::clock::Clock;
use server::config::Config;
use server::demo;
use server::entropy::Entropy;
use server::run;
use server::state::AppState;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::market::{Engine, Market};
use crate::person::Person;
use crate::postgres;

const ARTISANS: [&str; 5] = [
    "ines@example.com",
    "chidi@example.com",
    "osric@example.com",
    "wren@example.com",
    "maud@example.com",
];

#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// A demo that runs, as `stall-server demo` runs it.
struct Running {
    state: AppState,
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

fn settings(folder: &TempDir, database_url: Option<String>) -> Config {
    let mut config = Settings::parse_from(["demo"]).config;
    config.data = folder.path().join("data");
    (config.public_url, config.mail_url, config.blobs_url) = (None, None, None);
    config.database_url = database_url;
    config
}

impl Running {
    async fn start(config: &Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let config = Config { listen: address, ..config.clone() };
        demo::prepare(&config, false).await.unwrap();
        let state = run::open(config, Clock::system(), Entropy::os()).await.unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(run::serve(state.clone(), listener, stop.clone(), true));
        Self { state, address, stop, serving }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }

    async fn signed_in(&self, email: &str) -> Person {
        let asked = TokenRequest::new(email, demo::PASSWORD, "test");
        let visitor = Person::new(self.address);
        let token: Token = visitor.posts("/api/v1/tokens", &asked).await.expect(201);
        visitor.with_token(token.token)
    }

    /// Every listing of every shop, and the numbers of all orders by state.
    async fn inventory(&self) -> (Vec<ListingSummary>, BTreeMap<String, Vec<String>>) {
        let (mut listings, mut orders) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
        for email in ARTISANS {
            let artisan = self.signed_in(email).await;
            let page: Page<ListingSummary> =
                artisan.gets("/api/v1/listings?limit=100").await.expect(200);
            listings.extend(page.items);
            for status in OrderStatus::ALL {
                let path = format!("/api/v1/orders?limit=100&status={status}");
                let page: Page<OrderSummary> = artisan.gets(&path).await.expect(200);
                let numbers = page.items.into_iter().map(|order| order.number);
                orders.entry(status.to_string()).or_default().extend(numbers);
            }
        }
        (listings, orders)
    }
}

async fn a_demo_has_everything_that_a_market_has(database_url: Option<String>) {
    let folder = TempDir::new().unwrap();
    let config = settings(&folder, database_url);
    let running = Running::start(&config).await;
    demo::seed(&running.state).await.unwrap();

    let (listings, orders) = running.inventory().await;
    let count = |status| listings.iter().filter(|listing| listing.status == status).count();
    assert!(count(ListingStatus::Active) >= 40, "{} for sale", count(ListingStatus::Active));
    assert!(count(ListingStatus::SoldOut) >= 1, "something was bought up");
    for status in ["pending", "paid", "shipped", "cancelled"] {
        assert!(!orders[status].is_empty(), "no order is {status}: {orders:?}");
    }
    pictures_are_served(&running, &listings).await;
    people_and_shops_show_themselves(&running).await;
    a_payout_is_at_the_bank_and_fits_the_books(&running).await;
    for finding in server::verify::run(&running.state).await.unwrap() {
        assert!(finding.holds, "{}", finding.line());
    }
    running.stop().await;

    let again = Running::start(&config).await;
    demo::seed(&again.state).await.unwrap();
    let (listings_again, orders_again) = again.inventory().await;
    assert_eq!(listings_again.len(), listings.len(), "a second start adds nothing");
    let numbers = |orders: BTreeMap<String, Vec<String>>| {
        let mut numbers: Vec<_> = orders.into_values().flatten().collect();
        numbers.sort();
        numbers
    };
    assert_eq!(numbers(orders_again), numbers(orders));
    again.stop().await;
}

/// The artisan has a face, a story with pictures and policies, and the shopper an address to begin
/// checkout with.
async fn people_and_shops_show_themselves(running: &Running) {
    let visitor = Person::new(running.address);
    let shop = visitor.gets("/shops/ines-marchetti").await;
    for words in ["<h2>A week in the studio</h2>", "How it is made", "Pieces are taken back"] {
        assert!(shop.body.contains(words), "{words}: {}", shop.words());
    }
    assert!(shop.body.contains("href=\"/people/ines\""));
    assert!(visitor.gets("/people/ines").await.words().contains("I throw pots"));
    let hanna = running.signed_in(demo::SHOPPER).await;
    assert!(hanna.gets("/account/addresses").await.words().contains("07743 Jena"));
}

/// Every listing has two pictures or more, and each is there.
async fn pictures_are_served(running: &Running, listings: &[ListingSummary]) {
    let visitor = Person::new(running.address);
    let ines = running.signed_in(demo::ARTISAN).await;
    let mut opened = 0;
    for listing in listings {
        assert!((2..=4).contains(&listing.images), "{}", listing.title);
        let cover = listing.cover.as_ref().expect("a cover");
        for name in [format!("/img/{cover}-800.webp"), format!("/img/{cover}-400.jpg")] {
            assert_eq!(visitor.gets(&name).await.status, 200, "{name}");
        }
        let page = visitor.gets(&format!("/listings/{}", listing.slug)).await;
        assert_eq!(page.status, 200, "{}", listing.title);
        let own = ines.gets(&format!("/api/v1/listings/{}", listing.id)).await;
        if own.status == 200 {
            let own: Listing = own.expect(200);
            for image in own.images {
                assert!(!image.alt.is_empty(), "{}", own.title);
                let name = format!("/img/{}-800.webp", image.hash);
                assert_eq!(visitor.gets(&name).await.status, 200, "{name}");
            }
            opened += 1;
        }
    }
    assert_eq!(opened, 12, "the pieces of one shop");
    let home = visitor.gets("/").await;
    assert!(home.body.contains("Carafe in weld yellow"), "the last piece stands first");
}

async fn a_payout_is_at_the_bank_and_fits_the_books(running: &Running) {
    let ines = running.signed_in(demo::ARTISAN).await;
    let checked: Reconciliation =
        ines.posts("/api/v1/payouts/reconcile", &serde_json::json!({})).await.expect(200);
    assert!(checked.clean);
    let arrived = checked.payouts.iter().filter(|detail| {
        detail.payout.status == PayoutStatus::Paid
            && detail.payout.reconciled
            && detail.net == detail.payout.amount
    });
    assert!(arrived.count() >= 1, "{:?}", checked.payouts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_in_its_own_folder_has_everything_that_a_market_has() {
    a_demo_has_everything_that_a_market_has(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_on_postgresql_has_everything_that_a_market_has() {
    a_demo_has_everything_that_a_market_has(Some(postgres::new_database().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_market_that_is_no_demo_is_refused_and_left_alone() {
    let market = Market::start(Engine::Sqlite).await;
    market.register("Ana").await;
    let mut config = market.state.config.clone();
    for fresh in [false, true] {
        let refusal = demo::prepare(&config, fresh).await.unwrap_err().to_string();
        assert!(refusal.contains("not a demo; nothing was touched"), "{refusal}");
    }
    config.database_url = None;
    assert!(demo::prepare(&config, true).await.is_err(), "also when the folder is the default's");
    market.shopper("Ben").await;

    let folder = TempDir::new().unwrap();
    let config = settings(&folder, None);
    std::fs::create_dir(&config.data).unwrap();
    std::fs::write(config.data.join("thesis.txt"), "three years of work").unwrap();
    assert!(demo::prepare(&config, true).await.is_err(), "somebody's own folder");
    assert!(!config.data.join("stall.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_demo_is_built_anew() {
    let folder = TempDir::new().unwrap();
    let config = settings(&folder, None);
    let first = Running::start(&config).await;
    let half = serde_json::json!({ "email": demo::ARTISAN, "name": "Half", "password": "seven wet herons dancing" });
    assert_eq!(Person::new(first.address).posts("/api/v1/accounts", &half).await.status, 201);
    first.stop().await;

    let second = Running::start(&config).await;
    let gone = server::accounts::verify_by_operator(&second.state, demo::ARTISAN).await;
    assert!(gone.is_err(), "nothing is left of the first attempt");
    second.stop().await;

    // Killed in the middle of removing it.
    let discarded = config.data.join("discarded-demo");
    std::fs::create_dir(&discarded).unwrap();
    std::fs::rename(config.data.join("stall.db"), discarded.join("stall.db")).unwrap();
    Running::start(&config).await.stop().await;
    assert!(!discarded.exists());
}
