//! The simulator loses nothing that it answered, whenever it is killed.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rand::RngExt as _;
use serde_json::Value;
use stripe_simulator::Simulator;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::books::{all, check};
use crate::market::{DAY, Market, config, listen, origin, session_form, spawn};
use crate::story::text;

const KILLS: u32 = 20;
/// Where the process that is to be killed lives and reports to.
const FOLDER: &str = "SIMULATOR_CRASH_FOLDER";
const HOOKS: &str = "SIMULATOR_CRASH_HOOKS";

/// What was answered before a kill.
#[derive(Default)]
struct Answered {
    /// Keys and the ids of the sessions made under them.
    sessions: Vec<(String, String)>,
    paid: Vec<String>,
    transfers: Vec<(String, String)>,
}

#[tokio::test]
async fn killed_at_any_moment_it_keeps_what_it_answered() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    market.sim.close().await;
    let mut answered = Answered::default();
    let mut latest = 150;
    for round in 0..KILLS {
        let mut victim = Victim::start(&market).await;
        let moment = Duration::from_millis(rand::rng().random_range(5..latest));
        tokio::select! {
            () = victim.trade(&market, &anna, round, &mut answered) => unreachable!(),
            () = tokio::time::sleep(moment) => victim.process.kill().await.unwrap(),
        }
        if answered.transfers.is_empty() {
            // Nothing comes that far on a machine that is busy; it gets more time.
            latest *= 2;
        }
    }
    assert!(!answered.transfers.is_empty(), "the kills came too early to prove anything");

    let market = market.restarted().await;
    for (key, id) in &answered.sessions {
        let replay = market.post_with_key(key, "/v1/checkout/sessions", &session_form(6_800)).await;
        assert_eq!(replay.headers["idempotent-replayed"], "true");
        assert_eq!(text(&replay.body, "id"), id);
    }
    for id in &answered.paid {
        let session = market.get(&format!("/v1/checkout/sessions/{id}")).await.ok();
        assert_eq!(session["payment_status"], "paid");
    }
    for (key, id) in &answered.transfers {
        let transfer = market.get(&format!("/v1/transfers/{id}")).await.ok();
        assert_eq!(transfer["metadata"]["key"], key.as_str());
    }
    assert_charged_once(&market).await;
    market.advance(8 * DAY).await;
    check(&market, &[anna]).await;
    let waiting = market.get("/v1/events?delivery_success=false").await.ok();
    assert_eq!(waiting["data"], serde_json::json!([]));
}

/// Every paid session has one charge, and no other charge was made.
async fn assert_charged_once(market: &Market) {
    let platform = text(&market.get("/v1/account").await.ok(), "id").to_owned();
    let paid = all(market, &platform, "/v1/checkout/sessions?limit=100&status=complete").await;
    let charges = all(market, &platform, "/v1/charges?limit=100").await;
    assert_eq!(paid.len(), charges.len());
}

/// A simulator in a process of its own.
struct Victim {
    process: Child,
    api: String,
    pages: String,
}

impl Victim {
    async fn start(market: &Market) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::the_process_that_is_killed", "--ignored", "--nocapture"])
            .env(FOLDER, market.folder())
            .env(HOOKS, &market.hooks)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        loop {
            let line = lines.next_line().await.unwrap().expect("it starts");
            // The test runner may have begun the line with the test's name.
            if let Some((_, ready)) = line.split_once("READY ") {
                let (api, pages) = ready.split_once(' ').unwrap();
                return Self { process, api: api.to_owned(), pages: pages.to_owned() };
            }
        }
    }

    /// Sells, is paid and pays on until killed, noting every answer.
    async fn trade(&self, market: &Market, anna: &str, round: u32, answered: &mut Answered) {
        for sale in 0_u32.. {
            let key = format!("session:{round}:{sale}");
            let form = session_form(6_800);
            let Some(session) = self.post(market, &key, "/v1/checkout/sessions", &form).await
            else {
                return std::future::pending().await;
            };
            let id = text(&session, "id").to_owned();
            answered.sessions.push((key, id.clone()));
            if self.pay(market, &id).await {
                answered.paid.push(id.clone());
            }
            let key = format!("transfer:{round}:{sale}");
            if let Some(transfer) = self.transfer(market, anna, &key, &id).await {
                answered.transfers.push((key, text(&transfer, "id").to_owned()));
            }
        }
    }

    async fn pay(&self, market: &Market, id: &str) -> bool {
        let fields = [
            ("email", "ana@example.com"),
            ("number", "4242424242424242"),
            ("expiry", "12/34"),
            ("cvc", "123"),
            ("name", "Ana Test"),
        ];
        let url = format!("{}/sim/checkout/{id}", self.pages);
        let answer = market.http.post(url).form(&fields).send().await;
        answer.is_ok_and(|answer| answer.status() == 303)
    }

    async fn transfer(&self, market: &Market, to: &str, key: &str, id: &str) -> Option<Value> {
        let path = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent");
        let request = market.http.get(format!("{}{path}", self.api));
        let session = send(market, request).await?;
        let charge = session["payment_intent"]["latest_charge"].as_str()?;
        let form = format!(
            "amount=6000&currency=eur&destination={to}&source_transaction={charge}&metadata[key]={key}"
        );
        self.post(market, key, "/v1/transfers", &form).await
    }

    async fn post(&self, market: &Market, key: &str, path: &str, form: &str) -> Option<Value> {
        let request = market.http.post(format!("{}{path}", self.api)).body(form.to_owned());
        send(market, request.header("idempotency-key", key)).await
    }
}

/// The answer, when the process lived long enough to give one.
async fn send(market: &Market, request: reqwest::RequestBuilder) -> Option<Value> {
    let answer = request.bearer_auth(market.sim.secret_key()).send().await.ok()?;
    let (status, text) = (answer.status(), answer.text().await.ok()?);
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).ok()
}

#[tokio::test]
#[ignore = "started and killed by another test"]
async fn the_process_that_is_killed() {
    let (folder, hooks) = (std::env::var(FOLDER).unwrap(), std::env::var(HOOKS).unwrap());
    let (api, pages) = (listen().await, listen().await);
    let config = config(Path::new(&folder), &hooks, &origin(&pages));
    let sim = Simulator::open(config).await.unwrap();
    println!("READY {} {}", origin(&api), origin(&pages));
    spawn(pages, sim.payer_pages());
    spawn(api, sim.api_router());
    sim.run(CancellationToken::new()).await;
}
