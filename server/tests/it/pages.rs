//! Pages of somebody who has signed in, in a real browser: they fit, axe and html-validate find
//! nothing, and all of it works by keyboard.

use std::collections::BTreeMap;

use api::profile::Profile;
use api::shop::Shop;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::images::{halves, jpeg_with_place};
use crate::letters::{bodies_to, reset_token, token_in};
use crate::looks::browser::Browser;
use crate::market::{Answer, Engine, Market, PASSWORD, Person, email_of};
use crate::mistakes::shop_form;
use crate::profiles::filled;
use crate::unsaved::hidden;

/// What a browser finds fault with on these pages.
async fn faults(market: &Market, person: &Person, paths: &[&str]) -> Value {
    faults_of_answers(market, person, json!(paths)).await
}

/// The same for pages some of which answer to a form: `{ "path", "form", "status" }`.
async fn faults_of_answers(market: &Market, person: &Person, paths: Value) -> Value {
    let wish = json!({ "paths": paths, "cookies": person.cookies() });
    visits(market, "look", wish).await
}

/// Sends a browser on an errand.
async fn visits(market: &Market, errand: &'static str, wish: Value) -> Value {
    let folder = TempDir::new().unwrap();
    let browser = Browser::new(folder.path(), format!("http://{}", market.address));
    tokio::task::spawn_blocking(move || browser.visits(errand, &wish)).await.unwrap()
}

impl Market {
    /// Somebody who has an account already, in a browser of her own.
    async fn signs_in(&self, name: &str) -> Person {
        let person = self.visitor();
        let form = [("email", &*email_of(name)), ("password", PASSWORD)];
        assert_eq!(person.submits("/login", &form).await.status, 303);
        person
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_no_account_can_read_and_use_every_page() {
    let market = Market::start(Engine::Sqlite).await;
    market.register("Ana").await;
    let reset = format!("/password/reset?token={}", reset_token(&market, &email_of("Ana")).await);
    let letters = bodies_to(&market, &email_of("Ana")).await;
    let proof = format!("/verify-email?token={}", token_in(&letters, "/verify-email"));
    let paths = [
        "/register",
        "/login",
        "/login?news=registered",
        "/password/forgot",
        &reset,
        &proof,
        "/cart",
        "/about",
        "/terms",
        "/privacy",
        "/dev/mail",
    ];
    assert_eq!(faults(&market, &market.visitor(), &paths).await, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shoppers_and_artisans_can_read_and_use_every_page() {
    let market = Market::start(Engine::Sqlite).await;
    let terminal = market.seller("Ana").await;
    let mug = terminal.offers("Oat mug", 3_800, 3).await;
    let ana = market.signs_in("Ana").await;
    let hash = ana.stores(1).await.hash;
    let second = ana.stores(2).await.hash;
    let making = json!({ "process": [{ "hash": hash, "alt": "A bowl on the wheel" }, { "hash": second, "alt": "The kiln" }] });
    ana.tells(&making).await;
    let photo = jpeg_with_place(&halves(300, 300));
    assert_eq!(ana.uploads("/account/profile/avatar", &photo, &[]).await.status, 303);
    let remove = format!("/sell/shop/pictures/remove?hash={hash}");
    let describe = format!("/sell/shop/pictures/describe?hash={hash}");
    let links = json!({ "about": "Clay.", "place": "Jena", "links": ["https://example.org"] });
    let profile: Profile = ana.patches("/api/v1/profile", &links).await.expect(200);
    let address = [
        ("name", "Ana Ng"),
        ("line1", "Kirchgasse 4"),
        ("postal_code", "07743"),
        ("city", "Jena"),
        ("country", "DE"),
    ];
    assert_eq!(ana.submits("/account/addresses", &address).await.status, 303);
    ana.buys(&mug).await;
    market.settle().await;
    let order = format!("/orders/{}", ana.order_number().await);
    ana.takes(&mug, 1).await;
    let person = format!("/people/{}", profile.slug.unwrap_or_else(|| profile.account.to_string()));
    let confirm = [("current_password", PASSWORD)];
    assert_eq!(ana.submits("/account/confirm", &confirm).await.status, 303);
    assert_eq!(ana.submits("/account/factor", &[]).await.status, 303);
    let paths = [
        "/cart",
        "/checkout",
        &order,
        &person,
        "/account",
        "/account/orders",
        "/account/favourites",
        "/account/profile",
        "/account/profile/avatar",
        "/account/addresses",
        "/account/addresses/new",
        "/account/security",
        "/account/password",
        "/account/email",
        "/account/factor",
        "/account/factor/app",
        "/account/tokens",
        "/account/privacy",
        "/account/privacy/delete",
        "/account/privacy/log",
        "/device",
        "/sell",
        "/sell/shop?saved=true",
        "/sell/shop/pause?saved=true",
        "/sell/shop/pictures?news=saved",
        "/sell/shop/pictures/add",
        &describe,
        &remove,
        "/account/profile/avatar/remove",
        "/sell/onboarding",
    ];
    assert_eq!(faults(&market, &ana, &paths).await, json!([]));
}

/// What goes along with a form, in no order: without the mark of its page, which stands first.
fn along(page: &Answer, to: &str) -> BTreeMap<String, String> {
    hidden(page, to).into_iter().filter(|(name, _)| name != "once").collect()
}

/// Pages that come in place of what a form should have led to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_could_not_save_can_read_and_use_every_page() {
    let market = Market::start(Engine::Sqlite).await;
    let ana = market.shopper("Ana").await;
    let fields = ["about", "place", "links"].map(|field| (field, "https://example.org/ana"));
    let form = filled(&fields);
    let mut typed: BTreeMap<String, String> =
        form.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    typed.extend(along(&ana.gets("/account/profile").await, "/account/profile"));
    let visitor = market.visitor();
    let asked = visitor.submits("/account/profile", &form).await;
    let email = email_of("Ana");
    let mut login = along(&asked, "/login");
    login.extend([("email".to_owned(), email), ("password".to_owned(), PASSWORD.to_owned())]);
    let again = along(&asked, "/login");
    let paths = json!([
        { "path": "/account/profile", "form": typed, "status": 401 },
        { "path": "/login", "form": login, "status": 200 },
        { "path": "/login/again", "form": again, "status": 200 },
        "/login?next=%2Faccount%2Fpassword&news=lost",
    ]);
    assert_eq!(faults_of_answers(&market, &visitor, paths).await, json!([]));
    ana.patches("/api/v1/profile", &json!({ "about": "Clay.", "place": "Jena" })).await;
    let shop: BTreeMap<&str, &str> = shop_form(&[]).into_iter().collect();
    let nothing = json!({ "email": "new@example.org" });
    market.passes(301).await;
    let paths = json!([
        { "path": "/account/profile", "form": typed, "status": 409 },
        { "path": "/sell/shop", "form": shop, "status": 403 },
        { "path": "/nowhere", "form": nothing, "status": 404 },
        { "path": "/account/email", "form": nothing, "status": 403 },
    ]);
    assert_eq!(faults_of_answers(&market, &ana, paths).await, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_can_read_and_use_every_page() {
    let market = Market::start(Engine::Sqlite).await;
    let stella = market.staff("Stella").await;
    let ana = market.artisan("Ana").await;
    let ben = market.artisan("Ben").await;
    let suspended = market.suspends(&stella, &ben).await;
    let shop: Shop = ana.gets("/api/v1/shop").await.expect(200);
    let paths = [
        "/staff",
        "/staff?q=nobody",
        &format!("/staff/shops/{}", shop.id),
        &format!("/staff/shops/{suspended}?done=suspended"),
    ];
    assert_eq!(faults(&market, &stella, &paths).await, json!([]));
}

/// From the first page to a shop profile and out again, without a mouse.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_opened_and_looked_after_by_keys_alone() {
    let market = Market::start(Engine::Sqlite).await;
    let told = visits(&market, "keys", json!({ "password": PASSWORD })).await;
    assert_eq!(told, json!({ "complaints": [] }));
    let ana = market.signs_in("Ana").await;
    let profile: Profile = ana.gets("/api/v1/profile").await.expect(200);
    assert_eq!((&*profile.name, &*profile.about), ("Ana", "Clay, mostly."));
    let shop: Shop = ana.gets("/api/v1/shop").await.expect(200);
    assert_eq!(shop.name, "Ana’s kiln");
}
