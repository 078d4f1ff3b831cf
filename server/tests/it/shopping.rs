//! Buying and selling: what artisans and shoppers do before and after they meet.

use api::listing::{Listing, Variant};
use api::order::{Order, OrderStatus, OrderSummary};
use api::payout::Reconciliation;
use api::shop::{Onboarding, OnboardingStatus};
use api::{Id, Page};
use reqwest::Method;
use serde_json::{Value, json};

use crate::market::{Answer, Market, Person, http};

/// Cards of the simulator.
pub(crate) const GOOD_CARD: &str = "4242 4242 4242 4242";
pub(crate) const DECLINED_CARD: &str = "4000 0000 0000 0002";
pub(crate) const CHALLENGED_CARD: &str = "4000 0025 0000 3155";

/// A published listing with one variant.
pub(crate) struct Piece {
    pub(crate) listing: Id<Listing>,
    pub(crate) variant: Id<Variant>,
    pub(crate) slug: String,
}

impl Payment {
    /// Where the checkout page leads.
    pub(crate) fn of(answer: &Answer) -> Self {
        Self { path: path_of(answer.location()).to_owned() }
    }
}

impl Market {
    /// An artisan whose shop may sell and is paid out.
    pub(crate) async fn seller(&self, name: &str) -> Person {
        let person = self.artisan(name).await;
        let form = json!({ "complete_test_data": true });
        let onboarding: Onboarding =
            person.posts("/api/v1/shop/onboarding", &form).await.expect(200);
        assert_eq!(onboarding.status, OnboardingStatus::Complete);
        person
    }

    /// Every promise about books, stock, orders and pictures holds.
    #[track_caller]
    pub(crate) fn holds(&self) -> impl Future<Output = ()> {
        let state = self.state.clone();
        async move {
            for finding in server::verify::run(&state).await.expect("a look at the books") {
                assert!(finding.holds, "{}", finding.line());
            }
        }
    }

    /// Asks the simulated Stripe for a list of objects.
    pub(crate) async fn stripe_list(&self, path: &str) -> Vec<Value> {
        let list = self.asks_stripe(Method::GET, path, None).await;
        list["data"].as_array().expect("a list").clone()
    }

    /// Charges that took money.
    pub(crate) async fn charges(&self) -> usize {
        let charges = self.stripe_list("/v1/charges?limit=100").await;
        charges.iter().filter(|charge| charge["status"] == "succeeded").count()
    }

    /// Has the simulated Stripe misbehave.
    pub(crate) async fn misbehaves(&self, faults: &Value) {
        self.asks_stripe(Method::POST, "/_sim/faults", Some(faults)).await;
    }

    /// Has it behave again.
    pub(crate) async fn behaves(&self) {
        self.asks_stripe(Method::DELETE, "/_sim/faults", None).await;
    }

    /// Has Stripe keep artisans' money until somebody asks for it.
    pub(crate) async fn holds_payouts_back(&self) {
        let (url, key) = self.state.simulator.as_ref().expect("a simulator").access();
        for account in self.stripe_list("/v1/accounts").await {
            let url = format!("{url}/v1/accounts/{}", account["id"].as_str().expect("an id"));
            let form = [("settings[payouts][schedule][interval]", "manual")];
            let answer = http().post(url).bearer_auth(key).form(&form).send().await;
            let answer = answer.expect("the simulated Stripe answers");
            assert!(answer.status().is_success(), "{answer:?}");
        }
    }

    async fn asks_stripe(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let (url, key) = self.state.simulator.as_ref().expect("a simulator").access();
        let request = http().request(method, format!("{url}{path}")).bearer_auth(key);
        let request = if let Some(body) = body { request.json(body) } else { request };
        let answer = request.send().await.expect("the simulated Stripe answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }
}

impl Person {
    /// Puts something up for sale.
    pub(crate) async fn offers(&self, title: &str, minor: i64, stock: i64) -> Piece {
        let draft = json!({
            "title": title, "category": "clay",
            "variants": [{ "price": { "minor": minor, "currency": "EUR" }, "stock": stock }],
        });
        let listing: Listing = self.posts("/api/v1/listings", &draft).await.expect(201);
        let path = format!("/api/v1/listings/{}/publish", listing.id);
        let listing: Listing = self.posts(&path, &json!({})).await.expect(200);
        Piece { listing: listing.id, variant: listing.variants[0].id, slug: listing.slug }
    }

    /// How many pieces are left to sell.
    pub(crate) async fn has_left(&self, piece: &Piece) -> i64 {
        let path = format!("/api/v1/listings/{}", piece.listing);
        self.gets(&path).await.expect::<Listing>(200).variants[0].available
    }

    /// Puts pieces into the cart.
    pub(crate) async fn takes(&self, piece: &Piece, quantity: u32) {
        let (variant, quantity) = (piece.variant.to_string(), quantity.to_string());
        let form = [("variant", variant.as_str()), ("quantity", quantity.as_str())];
        let answer = self.submits("/cart/lines", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
    }

    /// Opens the checkout page and fills it in; nothing is sent yet.
    pub(crate) async fn fills_in(&self, email: &str) -> Vec<(&'static str, String)> {
        let page = self.gets("/checkout").await;
        assert_eq!(page.status, 200, "{}", page.words());
        let (_, rest) = page.body.split_once("name=\"attempt\" value=\"").expect("an attempt");
        let attempt = rest.split('"').next().unwrap_or_default();
        let address = [
            ("attempt", attempt),
            ("email", email),
            ("name", "Ana Ng"),
            ("line1", "Kirchgasse 4"),
            ("postal_code", "07743"),
            ("city", "Jena"),
            ("country", "DE"),
        ];
        let told = page.body.split("name=\"ready\" value=\"").skip(1);
        let told = told.map(|rest| ("ready", rest.split('"').next().unwrap_or_default()));
        address.into_iter().chain(told).map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// Sends the checkout page.
    pub(crate) async fn orders(&self, form: &[(&str, String)]) -> Answer {
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.submits("/checkout", &form).await
    }

    /// Goes from the cart to the payment page.
    pub(crate) async fn checks_out(&self) -> Payment {
        let answer = self.orders(&self.fills_in("ana@example.org").await).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        Payment::of(&answer)
    }

    /// Fills in the payment page.
    pub(crate) async fn pays(&self, payment: &Payment, card: &str) -> Answer {
        let form = [
            ("email", "ana@example.org"),
            ("number", card),
            ("expiry", "12/34"),
            ("cvc", "123"),
            ("name", "Ana Ng"),
        ];
        self.submits(&payment.path, &form).await
    }

    /// Buys one piece with a good card, from the shelf to Stripe's thanks.
    pub(crate) async fn buys(&self, piece: &Piece) {
        self.takes(piece, 1).await;
        let payment = self.checks_out().await;
        assert_eq!(self.pays(&payment, GOOD_CARD).await.status, 303);
    }

    /// The number of the purchase that this browser made last.
    pub(crate) async fn order_number(&self) -> String {
        let links = self.cookie("orders").expect("a link to an order");
        let newest = links.split('-').next().expect("a secret");
        let answer = self.gets(&format!("/orders/link/{newest}")).await;
        answer.location().strip_prefix("/orders/").expect("a clean address").to_owned()
    }

    /// What the order page of the last purchase says.
    pub(crate) async fn order_page(&self) -> String {
        let number = self.order_number().await;
        let page = self.gets(&format!("/orders/{number}")).await;
        assert_eq!(page.status, 200);
        page.words()
    }

    /// An artisan's orders in one state.
    pub(crate) async fn orders_in(&self, status: OrderStatus) -> Vec<OrderSummary> {
        let path = format!("/api/v1/orders?status={status}");
        self.gets(&path).await.expect::<Page<OrderSummary>>(200).items
    }

    /// An artisan's only order, whatever its state.
    pub(crate) async fn only_order(&self) -> Order {
        let mut found = Vec::new();
        for status in OrderStatus::ALL {
            found.extend(self.orders_in(*status).await);
        }
        assert_eq!(found.len(), 1, "{found:?}");
        self.gets(&format!("/api/v1/orders/{}", found[0].number)).await.expect(200)
    }

    /// Compares an artisan's payouts with the books.
    pub(crate) async fn reconciles(&self) -> Reconciliation {
        self.posts("/api/v1/payouts/reconcile", &json!({})).await.expect(200)
    }
}

/// An open payment page.
pub(crate) struct Payment {
    pub(crate) path: String,
}

/// The path of an address of this market.
pub(crate) fn path_of(url: &str) -> &str {
    let rest = url.strip_prefix("http://").expect("an address of this market");
    rest.find('/').map_or("/", |at| &rest[at..])
}
