//! The second step of signing in, from a terminal.

use api::Problem;
use api::account::Token;
use api::problem::Code;
use api::sign_in::{RecoveryCodes, SecondStep, SecondStepSetup, SignIn};
use serde_json::json;

use crate::authenticator::Authenticator;
use crate::letters::{bodies_to, letter_with};
use crate::market::{Market, PASSWORD, Person, on_both_engines};

on_both_engines![
    a_terminal_brings_its_code_along,
    a_terminal_sets_the_second_step_up_and_turns_it_off,
    a_terminal_needs_the_password_for_all_of_it,
];

const NEW: &str = "nine dry otters singing";

/// Asks for Ana's token.
pub(crate) fn for_terminal(code: Option<&str>) -> serde_json::Value {
    json!({ "email": "ana@example.org", "password": PASSWORD, "name": "bench", "code": code })
}

async fn a_terminal_brings_its_code_along(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, codes) = Authenticator::set_up(&market, &ana).await;
    let terminal = market.visitor();
    let problem: Problem = terminal.posts("/api/v1/tokens", &for_terminal(None)).await.expect(403);
    assert_eq!(problem.code, Code::CodeNeeded);
    let wrong: Problem =
        terminal.posts("/api/v1/tokens", &for_terminal(Some("000000"))).await.expect(422);
    assert_eq!(wrong.field.as_deref(), Some("code"));
    let code = app.next_code(&market).await;
    let token: Token =
        terminal.posts("/api/v1/tokens", &for_terminal(Some(&code))).await.expect(201);
    let terminal = market.visitor().with_token(token.token);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 200);
    let token: Token =
        market.visitor().posts("/api/v1/tokens", &for_terminal(Some(&codes[0]))).await.expect(201);
    assert!(token.token.starts_with("stall_"));

    let wish = |code: Option<&str>| json!({ "email": "ana@new.example", "current_password": PASSWORD, "code": code });
    let problem: Problem = terminal.posts("/api/v1/me/email", &wish(None)).await.expect(403);
    assert_eq!(problem.code, Code::CodeNeeded, "a password alone changes no address");
    let code = app.next_code(&market).await;
    assert_eq!(terminal.posts("/api/v1/me/email", &wish(Some(&code))).await.status, 202);
    let change = |code: Option<&str>| json!({ "current_password": PASSWORD, "new_password": NEW, "code": code });
    let problem: Problem = terminal.posts("/api/v1/me/password", &change(None)).await.expect(403);
    assert_eq!(problem.code, Code::CodeNeeded, "nor a password");
    let used: Problem =
        terminal.posts("/api/v1/me/password", &change(Some(&code))).await.expect(422);
    assert_eq!(used.field.as_deref(), Some("code"));
    let code = app.next_code(&market).await;
    assert_eq!(terminal.posts("/api/v1/me/password", &change(Some(&code))).await.status, 200);
}

fn proof(code: Option<&str>) -> serde_json::Value {
    json!({ "current_password": PASSWORD, "code": code })
}

async fn standing(person: &Person) -> SecondStep {
    person.gets("/api/v1/me/sign-in").await.expect::<SignIn>(200).second_step
}

async fn a_terminal_sets_the_second_step_up_and_turns_it_off(market: Market) {
    let ana = market.terminal("Ana").await;
    let off = SecondStep { on: false, demanded: false, staff: false, recovery_codes: 0 };
    assert_eq!(standing(&ana).await, off);
    let nothing = ana.posts("/api/v1/me/factor/confirm", &proof(Some("000000"))).await;
    assert_eq!(nothing.status, 409, "nothing was begun");
    assert_eq!(ana.posts("/api/v1/me/factor/codes", &proof(None)).await.status, 409);

    let begun = ana.posts("/api/v1/me/factor", &proof(None)).await;
    assert_eq!(begun.header("cache-control"), "no-store");
    let setup: SecondStepSetup = begun.expect(200);
    assert!(setup.url.starts_with("otpauth://totp/Loomstead"), "{}", setup.url);
    assert!(setup.url.contains(&setup.secret.replace(' ', "")));
    assert_eq!(standing(&ana).await, off, "not before the first code");
    let app = Authenticator::from_secret(&setup.secret);
    let wrong: Problem =
        ana.posts("/api/v1/me/factor/confirm", &proof(Some("000000"))).await.expect(422);
    assert_eq!(wrong.field.as_deref(), Some("code"));
    let first = app.code(&market);
    let drawn: RecoveryCodes =
        ana.posts("/api/v1/me/factor/confirm", &proof(Some(&first))).await.expect(200);
    assert_eq!(drawn.codes.len(), 10);
    assert_eq!(standing(&ana).await, SecondStep { on: true, recovery_codes: 10, ..off });
    letter_with(&bodies_to(&market, "ana@example.org").await, &["second step", "turned on"]);

    for path in ["/api/v1/me/factor", "/api/v1/me/factor/codes", "/api/v1/me/factor/off"] {
        let problem: Problem = ana.posts(path, &proof(None)).await.expect(403);
        assert_eq!(problem.code, Code::CodeNeeded, "{path}");
        let used: Problem = ana.posts(path, &proof(Some(&first))).await.expect(422);
        assert_eq!(used.field.as_deref(), Some("code"), "{path}");
    }
    let again = ana.posts("/api/v1/me/factor", &proof(Some(&drawn.codes[0]))).await;
    assert_eq!(again.status, 409, "one app at a time");
    let fresh = ana.posts("/api/v1/me/factor/codes", &proof(Some(&drawn.codes[1]))).await;
    let fresh: RecoveryCodes = fresh.expect(200);
    let old = ana.posts("/api/v1/me/factor/off", &proof(Some(&drawn.codes[2]))).await;
    assert_eq!(old.status, 422, "of before");
    let done = ana.posts("/api/v1/me/factor/off", &proof(Some(&fresh.codes[0]))).await;
    assert_eq!(done.status, 204);
    assert_eq!(standing(&ana).await, off);
    letter_with(&bodies_to(&market, "ana@example.org").await, &["second step", "turned off"]);
}

async fn a_terminal_needs_the_password_for_all_of_it(market: Market) {
    let ana = market.terminal("Ana").await;
    let guess = json!({ "current_password": "a wrong guess", "code": "000000" });
    for part in ["", "/confirm", "/codes", "/off"] {
        let path = format!("/api/v1/me/factor{part}");
        let problem: Problem = ana.posts(&path, &guess).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some("current_password"), "{path}");
        assert_eq!(ana.posts(&path, &json!({})).await.status, 422, "{path}");
        let stranger = json!({ "current_password": PASSWORD, "code": "000000", "account": "ben" });
        assert_eq!(ana.posts(&path, &stranger).await.status, 422, "{path}: an unknown field");
        assert_eq!(market.visitor().posts(&path, &guess).await.status, 401, "{path}");
    }
    assert!(!standing(&ana).await.on);
}
