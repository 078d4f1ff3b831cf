//! The log of what one did tells it from the first moment on: opening the account, orders, and what
//! programs do. That no route is forgotten is seen to in `every_route/logged.rs`.

use api::Page;
use api::account::Account;
use api::audit::{AuditEntry, Means, Role, Verb};
use api::sign_in::{RecoveryCodes, SecondStepSetup, Session};
use reqwest::Method;
use serde_json::json;

use crate::authenticator::Authenticator;
use crate::letters::{bodies_to, token_in};
use crate::market::{Market, PASSWORD, Person, on_both_engines};
use crate::shopping::{GOOD_CARD, Payment, Piece, path_of};

on_both_engines![
    a_log_begins_with_opening_the_account,
    an_order_stands_in_the_log_of_whoever_placed_it,
    what_a_guest_ordered_comes_to_the_log_with_the_order,
    what_programs_change_of_signing_in_stands_in_the_log,
    connecting_a_shop_stands_in_the_log,
];

async fn log(person: &Person) -> Vec<AuditEntry> {
    person.gets("/api/v1/profile/log?limit=100").await.expect::<Page<AuditEntry>>(200).items
}

/// The only entry of this verb.
#[track_caller]
fn only(log: &[AuditEntry], verb: Verb) -> &AuditEntry {
    let found: Vec<_> = log.iter().filter(|entry| entry.verb == verb).collect();
    assert_eq!(found.len(), 1, "{verb}: {log:?}");
    found[0]
}

async fn places(browser: &Person, piece: &Piece, email: &str) -> (String, Payment) {
    browser.takes(piece, 1).await;
    let answer = browser.orders(&browser.fills_in(email).await).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let payment = Payment { path: path_of(answer.location()).to_owned() };
    (browser.order_number().await, payment)
}

async fn a_log_begins_with_opening_the_account(market: Market) {
    let browser = market.visitor();
    let form =
        [("name", "Ana"), ("email", "ana@example.org"), ("password", PASSWORD), ("next", "")];
    assert_eq!(browser.submits("/register", &form).await.status, 303);
    let login = [("email", "ana@example.org"), ("password", PASSWORD)];
    assert_eq!(browser.submits("/login", &login).await.status, 303);
    let account: api::account::Me = browser.gets("/api/v1/me").await.expect(200);
    let entries = log(&browser).await;
    let opened = only(&entries, Verb::AccountOpen);
    assert_eq!(
        (opened.object.clone(), opened.role, opened.means),
        (account.account.id.to_string(), Role::Shopper, Means::Browser)
    );
    let page = browser.gets("/account/privacy/log").await.words();
    assert!(page.contains("You opened the account, with a browser"), "{page}");
    assert!(page.contains("Pieces marked with a heart."), "{page}");

    // Whoever types an address that has an account does nothing in its owner's name.
    assert_eq!(market.visitor().submits("/register", &form).await.status, 303);
    only(&log(&browser).await, Verb::AccountOpen);
    let program: Account = market.register("Ben").await;
    let ben = market.visitor();
    let login = [("email", program.email.as_str()), ("password", PASSWORD)];
    assert_eq!(ben.submits("/login", &login).await.status, 303);
    assert_eq!(only(&log(&ben).await, Verb::AccountOpen).means, Means::Terminal);
}

async fn an_order_stands_in_the_log_of_whoever_placed_it(market: Market) {
    let maker = market.seller("Bo").await;
    let piece = maker.offers("Mug", 2800, 3).await;
    let ana = market.shopper("Ana").await;
    let (number, payment) = places(&ana, &piece, "ana@example.org").await;
    let entries = log(&ana).await;
    let placed = only(&entries, Verb::PurchasePlace);
    assert_eq!(
        (placed.object.clone(), placed.role, placed.means),
        (number.clone(), Role::Shopper, Means::Browser)
    );
    ana.pays(&payment, GOOD_CARD).await;
    market.settle().await;
    let page = ana.gets("/account/privacy/log").await.words();
    assert!(page.contains(&format!("You placed an order {number}, with a browser")), "{page}");
    assert!(!log(&maker).await.iter().any(|entry| entry.verb == Verb::PurchasePlace));
    only(&log(&ana).await, Verb::PurchasePlace);

    let (number, _) = places(&ana, &piece, "ana@example.org").await;
    assert_eq!(ana.submits(&format!("/orders/{number}/cancel"), &[]).await.status, 303);
    assert_eq!(only(&log(&ana).await, Verb::PurchaseGiveUp).object, number);
}

async fn what_a_guest_ordered_comes_to_the_log_with_the_order(market: Market) {
    let maker = market.seller("Bo").await;
    let piece = maker.offers("Mug", 2800, 3).await;
    let guest = market.visitor();
    let (number, payment) = places(&guest, &piece, "ana@example.org").await;
    guest.pays(&payment, GOOD_CARD).await;
    market.settle().await;
    let ana = market.shopper("Ana").await;
    let entries = log(&ana).await;
    assert!(entries.iter().all(|entry| !entry.object.contains(&number)), "{entries:?}");
    let token = token_in(&bodies_to(&market, "ana@example.org").await, "/verify-email");
    assert_eq!(ana.submits("/verify-email", &[("token", &token)]).await.status, 303);
    market.settle().await;
    let entries = log(&ana).await;
    let claimed = only(&entries, Verb::PurchaseClaim);
    assert_eq!(
        (claimed.object.clone(), claimed.role, claimed.means),
        (number.clone(), Role::System, Means::System)
    );
    assert!(entries.iter().all(|entry| entry.verb != Verb::PurchasePlace), "{entries:?}");
    let page = ana.gets("/account/privacy/log").await.words();
    let told = format!(
        "You were given an order that you placed as a guest {number}, by the market itself"
    );
    assert!(page.contains(&told), "{page}");
}

async fn what_programs_change_of_signing_in_stands_in_the_log(market: Market) {
    const NEW: &str = "nine dry otters singing";
    let ana = market.terminal("Ana").await;
    let proof = |code: Option<&str>| json!({ "current_password": PASSWORD, "code": code });
    let ask = json!({ "email": "ana@other.example", "current_password": PASSWORD });
    assert_eq!(ana.posts("/api/v1/me/email", &ask).await.status, 202);
    let deletes =
        async |path: &str| ana.sends(Method::DELETE, path, |request| request).await.status;
    assert_eq!(deletes("/api/v1/me/email").await, 204);
    let browser = crate::privacy::browser_of(&market, "Ana").await;
    let sessions: Page<Session> = ana.gets("/api/v1/sessions").await.expect(200);
    let other = sessions.items.iter().find(|session| !session.current).expect("the browser");
    assert!(deletes(&format!("/api/v1/sessions/{}", other.id)).await < 300);
    assert_eq!(browser.gets("/account").await.status, 303);
    assert!(deletes("/api/v1/sessions").await < 300);
    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    assert_eq!(ana.posts("/api/v1/me/password", &change).await.status, 200);
    let change = json!({ "current_password": NEW, "new_password": PASSWORD });
    assert_eq!(ana.posts("/api/v1/me/password", &change).await.status, 200);
    let setup: SecondStepSetup = ana.posts("/api/v1/me/factor", &proof(None)).await.expect(200);
    let app = Authenticator::from_secret(&setup.secret);
    let first = app.code(&market);
    let confirmed = ana.posts("/api/v1/me/factor/confirm", &proof(Some(&first))).await;
    let drawn: RecoveryCodes = confirmed.expect(200);
    let renewed = ana.posts("/api/v1/me/factor/codes", &proof(Some(&drawn.codes[0]))).await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    let entries = log(&ana).await;
    for verb in [
        Verb::EmailAsk,
        Verb::EmailKeep,
        Verb::SessionRevoke,
        Verb::SessionRevokeOthers,
        Verb::FactorOn,
        Verb::FactorRenew,
    ] {
        assert_eq!(only(&entries, verb).means, Means::Terminal);
    }
    assert_eq!(entries.iter().filter(|entry| entry.verb == Verb::PasswordChange).count(), 2);
}

async fn connecting_a_shop_stands_in_the_log(market: Market) {
    let [program, other] = [market.artisan("Bo").await, market.artisan("Cleo").await];
    let asked = json!({ "complete_test_data": true });
    assert_eq!(program.posts("/api/v1/shop/onboarding", &asked).await.status, 200);
    assert_eq!(only(&log(&program).await, Verb::ShopOnboard).means, Means::Terminal);
    let browser = crate::privacy::browser_of(&market, "Cleo").await;
    assert_eq!(browser.submits("/sell/onboarding", &[]).await.status, 303);
    assert_eq!(only(&log(&other).await, Verb::ShopOnboard).means, Means::Browser);
}
