//! A platform in miniature: a simulator on a loopback port, a client, and a webhook receiver.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use stripe_simulator::{Config, Fees, Simulator};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Sunday, 22 November 2026, noon UTC.
pub(crate) const NOON: i64 = 1_795_348_800;
pub(crate) const DAY: u64 = 86_400;

/// One webhook as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: &'static str,
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.event()["type"].as_str().unwrap().to_owned()
    }
}

/// What the platform heard, and the statuses it will answer with before it is content.
#[derive(Clone, Default)]
pub(crate) struct Inbox {
    received: Arc<Mutex<Vec<Received>>>,
    refusals: Arc<Mutex<VecDeque<u16>>>,
}

pub(crate) struct Market {
    pub(crate) sim: Simulator,
    pub(crate) inbox: Inbox,
    pub(crate) api: String,
    pub(crate) pages: String,
    pub(crate) http: reqwest::Client,
    /// Where the webhooks go.
    pub(crate) hooks: String,
    folder: TempDir,
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{:#}", self.body);
        self.body
    }

    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(self.body["error"]["code"], code, "{:#}", self.body);
        self.body["error"].clone()
    }
}

impl Market {
    /// A market whose time stands still until it is moved.
    pub(crate) async fn start() -> Self {
        let frozen_at = Some(NOON * 1_000_000);
        Self::start_in(TempDir::new().unwrap(), Inbox::default(), frozen_at).await
    }

    /// A market that lives with the real time, in the background.
    pub(crate) async fn start_live() -> Self {
        let market = Self::start_in(TempDir::new().unwrap(), Inbox::default(), None).await;
        let sim = market.sim.clone();
        tokio::spawn(async move { sim.run(CancellationToken::new()).await });
        market
    }

    async fn start_in(folder: TempDir, inbox: Inbox, frozen_at: Option<i64>) -> Self {
        let hooks = serve(inbox.router()).await;
        let pages_listener = listen().await;
        let pages = origin(&pages_listener);
        let sim = Simulator::open(Config { frozen_at, ..config(folder.path(), &hooks, &pages) });
        let sim = sim.await.unwrap();
        spawn(pages_listener, sim.payer_pages());
        let api = serve(sim.api_router()).await;
        // Only when another test of this process was first does this fail, and then it is done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { sim, inbox, api, pages, http, hooks, folder }
    }

    /// The same file opened again, as after a crash: nothing is told to the old one.
    pub(crate) async fn restarted(self) -> Self {
        let frozen_at = Some(NOON * 1_000_000);
        Self::start_in(self.folder, self.inbox, frozen_at).await
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.api))).await
    }

    pub(crate) async fn get_as(&self, account: &str, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.api));
        self.send(request.header("stripe-account", account)).await
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        self.send(self.form(path, form)).await
    }

    pub(crate) async fn post_as(&self, account: &str, path: &str, form: &str) -> Answer {
        self.send(self.form(path, form).header("stripe-account", account)).await
    }

    pub(crate) async fn post_with_key(&self, key: &str, path: &str, form: &str) -> Answer {
        self.send(self.form(path, form).header("idempotency-key", key)).await
    }

    pub(crate) fn form(&self, path: &str, form: &str) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}{path}", self.api))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = request.bearer_auth(self.sim.secret_key()).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default() }
    }

    pub(crate) async fn switch(&self, faults: Value) {
        let request = self.http.post(format!("{}/_sim/faults", self.api)).json(&faults);
        assert_eq!(self.send(request).await.status, 200);
    }

    /// A connected account that may receive transfers.
    pub(crate) async fn artisan(&self, name: &str) -> String {
        let form = format!(
            "country=DE&email={name}@example.com&business_type=individual\
             &controller[fees][payer]=application&controller[losses][payments]=application\
             &controller[stripe_dashboard][type]=express\
             &controller[requirement_collection]=stripe\
             &capabilities[transfers][requested]=true&business_profile[name]={name}\
             &metadata[artisan]={name}"
        );
        let account = self.post("/v1/accounts", &form).await.ok();
        let id = account["id"].as_str().unwrap().to_owned();
        self.post(&format!("/_sim/accounts/{id}/complete_onboarding"), "").await.ok();
        id
    }

    /// An open session for one thing at this price.
    pub(crate) async fn session(&self, minor: i64) -> Value {
        self.post("/v1/checkout/sessions", &session_form(minor)).await.ok()
    }

    /// Fills in the payment page.
    pub(crate) async fn pays(&self, session: &Value, card: &str) -> reqwest::Response {
        let fields = [
            ("email", "ana@example.com"),
            ("number", card),
            ("expiry", "12/34"),
            ("cvc", "123"),
            ("name", "Ana Test"),
        ];
        self.http.post(session["url"].as_str().unwrap()).form(&fields).send().await.unwrap()
    }

    /// A paid charge, with its books written.
    pub(crate) async fn charge(&self, minor: i64) -> Value {
        let session = self.session(minor).await;
        assert_eq!(self.pays(&session, "4242424242424242").await.status(), 303);
        self.advance(2).await;
        let id = session["id"].as_str().unwrap();
        let path = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent.latest_charge");
        self.get(&path).await.ok()["payment_intent"]["latest_charge"].clone()
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.sim.advance(Duration::from_secs(seconds)).await.unwrap();
    }
}

pub(crate) fn session_form(minor: i64) -> String {
    format!(
        "mode=payment&success_url=http://shop.test/thanks?sid={{CHECKOUT_SESSION_ID}}\
         &cancel_url=http://shop.test/cart&client_reference_id=ord_1&metadata[order]=ord_1\
         &line_items[0][quantity]=1&line_items[0][price_data][currency]=eur\
         &line_items[0][price_data][unit_amount]={minor}\
         &line_items[0][price_data][product_data][name]=Mug\
         &payment_intent_data[transfer_group]=order_1&payment_intent_data[metadata][order]=ord_1"
    )
}

impl Inbox {
    fn router(&self) -> Router {
        let hook = |path: &'static str| {
            post(async move |State(inbox): State<Self>, headers: HeaderMap, body: String| {
                take(path, &inbox, &headers, body)
            })
        };
        Router::new()
            .route("/account", hook("account"))
            .route("/connect", hook("connect"))
            .with_state(self.clone())
    }

    /// Answers the next deliveries with these statuses.
    pub(crate) fn refuse(&self, statuses: &[u16]) {
        self.refusals.lock().unwrap().extend(statuses);
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn clear(&self) {
        self.received.lock().unwrap().clear();
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.all().iter().map(Received::kind).collect()
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Received> {
        self.all().into_iter().filter(|received| received.kind() == kind).collect()
    }
}

fn take(path: &'static str, inbox: &Inbox, headers: &HeaderMap, body: String) -> StatusCode {
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    inbox.received.lock().unwrap().push(Received { path, signature, body });
    let refusal = inbox.refusals.lock().unwrap().pop_front();
    refusal.map_or(StatusCode::OK, |status| StatusCode::from_u16(status).unwrap())
}

pub(crate) fn config(folder: &Path, hooks: &str, pages: &str) -> Config {
    Config {
        database: folder.join("stripe.db"),
        webhook_url: format!("{hooks}/account"),
        connect_webhook_url: format!("{hooks}/connect"),
        public_url: pages.to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        fees: Fees::default(),
        frozen_at: Some(NOON * 1_000_000),
    }
}

pub(crate) async fn listen() -> tokio::net::TcpListener {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap()
}

pub(crate) fn origin(listener: &tokio::net::TcpListener) -> String {
    format!("http://{}", listener.local_addr().unwrap())
}

pub(crate) fn spawn(listener: tokio::net::TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
}

async fn serve(router: Router) -> String {
    let listener = listen().await;
    let origin = origin(&listener);
    spawn(listener, router);
    origin
}
