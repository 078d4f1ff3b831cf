//! Several servers on one PostgreSQL: what one has in hand when it dies, another does; what one
//! writes, the others hear of.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use server::config::Config;
use server::db::Tx;
use server::sql;
use sqlx::{Connection as _, PgConnection};

use crate::market::{Engine, Market, email_of};
use crate::relay::Relay;
use crate::web::opens_shop;

/// Long enough that nothing in a test is found by looking for it.
const NEVER: Duration = Duration::from_hours(1);
/// A short lease, so that tests are quick.
const LEASE_SECONDS: u64 = 3;
const LEASE: Duration = Duration::from_secs(LEASE_SECONDS);
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_server_had_in_hand_another_does_within_seconds() {
    let relay = Relay::open().await;
    let settings = |config: &mut Config| {
        config.mail_url = Some(relay.url());
        config.lease_seconds = LEASE_SECONDS;
    };
    let mut first = Market::start_with(Engine::Postgres, settings).await;
    first.register("Ana").await;
    relay.has_callers(1).await;
    let second = first.beside(settings).await;
    first.dies().await;
    let died = Instant::now();
    relay.has_callers(2).await;
    assert!(died.elapsed() < LEASE * 3, "it took {:?}", died.elapsed());
    relay.greets(1);
    let letters = relay.has_letters(1).await;
    assert!(letters[0].contains(&email_of("Ana")), "{letters:?}");
    second.settle().await;
    assert_eq!((relay.callers(), relay.has_letters(1).await.len()), (2, 1), "sent once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_job_stays_with_its_server_while_that_lives() {
    let relay = Relay::open().await;
    let settings = |config: &mut Config| {
        config.mail_url = Some(relay.url());
        config.lease_seconds = LEASE_SECONDS;
    };
    let first = Market::start_with(Engine::Postgres, settings).await;
    first.register("Ana").await;
    relay.has_callers(1).await;
    let second = first.beside(settings).await;
    // Without renewals the second server would call by now.
    tokio::time::sleep(LEASE * 2).await;
    relay.greets(0);
    relay.has_letters(1).await;
    second.settle().await;
    assert_eq!((relay.callers(), relay.has_letters(1).await.len()), (1, 1), "sent once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_lost_a_job_to_another_does_not_end_it() {
    let relay = Relay::open().await;
    let settings = |config: &mut Config| {
        config.mail_url = Some(relay.url());
        config.lease_seconds = NEVER.as_secs();
        config.pace.hands = 1;
    };
    let mut first = Market::start_with(Engine::Postgres, settings).await;
    first.register("Ana").await;
    relay.has_callers(1).await;
    let second = first.beside(settings).await;
    // As if the first had not been able to say a word for a while.
    let lapsed = second.state.db.write(sql!("UPDATE jobs SET locked_until = 0")).exec().await;
    assert_eq!(lapsed.unwrap(), 1);
    relay.has_callers(2).await;

    relay.greets(0);
    first.closes().await;
    assert_eq!(state_of_the_job(&second).await, (2, true, false), "the second still has it");
    relay.greets(1);
    second.settle().await;
    assert_eq!(state_of_the_job(&second).await, (2, false, true));
}

/// Attempts, whether somebody has it in hand, and whether it is done.
async fn state_of_the_job(market: &Market) -> (i64, bool, bool) {
    let job =
        market.state.db.read(sql!("SELECT attempts, locked_until > 0, done_at > 0 FROM jobs"));
    let (attempts, held, done): (i64, bool, Option<bool>) = job.one().await.unwrap();
    (attempts, held, done.unwrap_or(false))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_lost_a_request_to_another_makes_nothing() {
    let market = Market::start(Engine::Postgres).await;
    let ana = market.terminal("Ana").await;
    let mut slow = PgConnection::connect(&market.state.config.database_url()).await.unwrap();
    let mut stall = slow.begin().await.unwrap();
    sqlx::query("LOCK TABLE shops IN EXCLUSIVE MODE").execute(&mut *stall).await.unwrap();
    let loses_it = async {
        while !is_taken_over(&market).await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stall.rollback().await.unwrap();
    };
    let opens = || opens_shop(&ana, "key", "Ana’s bench");
    let (lost, ()) = tokio::join!(opens(), loses_it);
    assert_eq!(lost.status, 503, "{}", lost.body);
    assert_eq!(ana.gets("/api/v1/shop").await.status, 404);
    assert_eq!(
        market
            .state
            .db
            .write(sql!("UPDATE idempotency_keys SET locked_until = 0"))
            .exec()
            .await
            .unwrap(),
        1,
        "the key is not free"
    );
    let again = opens().await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, ""));
}

/// Had the server died between writing and answering, the next one would write it once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_and_the_answer_that_tells_of_it_are_one_transaction() {
    let market = Market::start(Engine::Postgres).await;
    let ana = market.terminal("Ana").await;
    assert_eq!(opens_shop(&ana, "shop", "Ana’s bench").await.status, 201);
    let draft = json!({
        "title": "Mug", "category": "clay",
        "variants": [{ "price": { "minor": 2400, "currency": "EUR" }, "stock": 1 }],
    });
    let drafts =
        |request: reqwest::RequestBuilder| request.header("idempotency-key", "draft").json(&draft);
    assert_eq!(ana.sends(Method::POST, "/api/v1/listings", drafts).await.status, 201);
    let plan = json!({ "file": "shop.csv", "format": "stall" });
    let opens =
        |request: reqwest::RequestBuilder| request.header("idempotency-key", "import").json(&plan);
    assert_eq!(ana.sends(Method::POST, "/api/v1/imports", opens).await.status, 201);
    let mut admin = PgConnection::connect(&market.state.config.database_url()).await.unwrap();
    let together: Vec<(String,)> = sqlx::query_as(
        "SELECT key FROM idempotency_keys k
          WHERE EXISTS (SELECT 1 FROM shops s WHERE s.xmin = k.xmin)
             OR EXISTS (SELECT 1 FROM listings l WHERE l.xmin = k.xmin)
             OR EXISTS (SELECT 1 FROM imports i WHERE i.xmin = k.xmin)
          ORDER BY key",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(together, ["draft", "import", "shop"].map(|key| (key.to_owned(),)));
}

/// As if another server had taken the only request over, once there is one.
async fn is_taken_over(market: &Market) -> bool {
    let taken = sql!("UPDATE idempotency_keys SET turn = turn + 1");
    market.state.db.write(taken).exec().await.unwrap() == 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_run_by_another_server_without_being_looked_for() {
    let relay = Relay::open().await;
    let settings = |config: &mut Config| {
        config.mail_url = Some(relay.url());
        config.pace.poll = NEVER;
    };
    let first = Market::start_with(Engine::Postgres, |config| {
        settings(config);
        config.pace.hands = 0;
    });
    let first = first.await;
    let _second = first.beside(settings).await;
    for (caller, name) in ["Ana", "Ben"].into_iter().enumerate() {
        first.register(name).await;
        relay.has_callers(caller + 1).await;
        relay.greets(caller);
        relay.has_letters(caller + 1).await;
        // Whoever loses the line to the others finds it again.
        lines_are_cut(&first).await;
    }
}

/// Ends the connections on which servers hear of each other.
async fn lines_are_cut(market: &Market) {
    let url = market.state.config.database_url();
    let mut admin = PgConnection::connect(&url).await.unwrap();
    let cut: Vec<(bool,)> = sqlx::query_as(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(cut.len(), 2, "each server has such a line");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_hears_what_happens_on_another_server() {
    let first = Market::start(Engine::Postgres).await;
    let ines = first.artisan("Ines").await;
    let second = first.beside(|config| config.pace.poll = NEVER).await;
    let mut feed = ines.at(second.address).follows("/api/v1/events").await;
    onboards(&ines).await;
    assert_eq!(hears(&mut feed, 1).await, ["onboarding.changed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_committed_late_is_not_passed_over() {
    let market = Market::start(Engine::Postgres).await;
    let ines = market.artisan("Ines").await;
    let mut feed = ines.follows("/api/v1/events").await;
    let mut late = market.state.db.begin().await.unwrap();
    writes_a_line(&mut late).await;
    onboards(&ines).await;
    late.commit().await.unwrap();
    assert_eq!(hears(&mut feed, 2).await, ["listing.changed", "onboarding.changed"]);
}

/// What any server may have written a moment ago.
async fn writes_a_line(tx: &mut Tx) {
    let written = tx.query(sql!(
        "INSERT INTO shop_events (shop_id, kind, object, text, at)
         SELECT id, 'listing.changed', 'lst_1', 'Mug', created_at FROM shops"
    ));
    assert_eq!(written.exec().await.unwrap(), 1);
}

async fn onboards(artisan: &crate::person::Person) {
    let step = json!({ "complete_test_data": true });
    assert_eq!(artisan.posts("/api/v1/shop/onboarding", &step).await.status, 200);
}

/// The next events on a feed.
async fn hears(feed: &mut reqwest::Response, count: usize) -> Vec<String> {
    let mut text = String::new();
    let events = |text: &str| -> Vec<String> {
        text.lines().filter_map(|line| line.strip_prefix("event: ")).map(str::to_owned).collect()
    };
    let heard = async {
        while events(&text).len() < count {
            let chunk = feed.chunk().await.expect("the feed goes on").expect("it has no end");
            text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    };
    tokio::time::timeout(PATIENCE, heard).await.expect("something happens");
    events(&text)
}
