//! Tokens of programs and how far they reach.

use api::account::{DeviceCode, Token, TokenRequest};
use api::problem::Code;
use api::sign_in::{CreatedToken, Scope, Session};
use api::{Page, Problem};
use reqwest::Method;
use serde_json::json;

use crate::every_route::source;
use crate::letters::{bodies_to, letter_with};
use crate::market::{Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_token_reaches_as_far_as_its_scopes,
    no_route_is_open_to_a_token_without_its_scope,
    a_token_is_made_on_its_page_and_shown_once,
    a_token_is_made_at_a_terminal_with_the_password,
    a_limited_token_opens_no_page_and_none_makes_another,
    a_terminal_asks_for_no_more_than_it_needs,
    a_key_for_repeats_is_no_way_around_scopes,
];

const ABSENT: &str = "lst_01J00000000000000000000000";

async fn token_with(market: &Market, name: &str, scopes: &[Scope]) -> Person {
    let mut asked = TokenRequest::new(email_of(name), PASSWORD, "narrow");
    asked.scopes = Some(scopes.to_vec());
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    market.visitor().with_token(token.token)
}

async fn a_token_reaches_as_far_as_its_scopes(market: Market) {
    let ines = market.artisan("Ines").await;
    let reader = token_with(&market, "Ines", &[Scope::OrdersRead]).await;
    assert_eq!(reader.gets("/api/v1/orders").await.status, 200);
    assert_eq!(reader.gets("/api/v1/today").await.status, 200);
    assert_eq!(reader.gets("/api/v1/me").await.status, 200, "whose it is, every token may know");
    let parcel = json!({ "carrier": "dhl", "tracking": "00340434161094021501" });
    let problem: Problem =
        reader.posts("/api/v1/orders/7K39QF2M-1/ship", &parcel).await.expect(403);
    assert_eq!(problem.code, Code::Forbidden);
    assert!(problem.detail.contains("orders:write"), "{}", problem.detail);
    assert_eq!(reader.gets("/api/v1/listings").await.status, 403);
    let writer = token_with(&market, "Ines", &[Scope::OrdersRead, Scope::OrdersWrite]).await;
    let absent = writer.posts("/api/v1/orders/7K39QF2M-1/ship", &parcel).await;
    assert_eq!(absent.status, 404, "with the scope the question is only whose order it is");

    let looking = token_with(&market, "Ines", &Scope::READING).await;
    for path in ["orders", "listings", "payouts", "shop", "sessions", "imports"] {
        assert_eq!(looking.gets(&format!("/api/v1/{path}")).await.status, 200, "{path}");
    }
    let edit = json!({ "place": "Halle" });
    let refused = looking.sends(Method::PATCH, "/api/v1/shop/profile", |r| r.json(&edit)).await;
    assert_eq!(refused.status, 403);
    let wide = ines.sends(Method::PATCH, "/api/v1/shop/profile", |r| r.json(&edit)).await;
    assert_eq!(wide.status, 200, "a login without wishes has no limits");

    let gone = reader.sends(Method::DELETE, "/api/v1/tokens/current", |r| r).await;
    assert_eq!(gone.status, 204, "any token may be given back");
    assert_eq!(reader.gets("/api/v1/orders").await.status, 401);
}

/// Every route of the JSON API, asked with a token for something else.
async fn no_route_is_open_to_a_token_without_its_scope(market: Market) {
    market.artisan("Ines").await;
    let narrow = token_with(&market, "Ines", &[Scope::ShopRead]).await;
    let reached =
        ["GET /shop", "GET /shop/profile", "GET /shop/fees", "GET /me", "DELETE /tokens/current"];
    let asks_nobody = ["/accounts", "/device/", "/password/"];
    // These are not there at all for whoever is not staff.
    let unseen = "/staff/";
    let mut closed = 0;
    for route in source::routes().into_keys() {
        let Some((method, path)) = route.split_once(" /api/v1") else { continue };
        let asks_nobody = asks_nobody.iter().any(|start| path.starts_with(start));
        if asks_nobody
            || path == "/tokens"
            || reached.contains(&format!("{method} {path}").as_str())
        {
            continue;
        }
        let id =
            |part: &str| if part.starts_with('{') { ABSENT.to_owned() } else { part.to_owned() };
        let path = path.split('/').map(id).collect::<Vec<_>>().join("/");
        let method: Method = method.parse().unwrap();
        let address = format!("/api/v1{path}");
        let answer = narrow.sends(method, &address, |request| request.json(&json!({}))).await;
        let closes = if path.starts_with(unseen) { 404 } else { 403 };
        assert_eq!(answer.status, closes, "{route}: {}", answer.body);
        closed += 1;
    }
    assert!(closed > 25, "only {closed} routes were tried");
}

async fn a_token_is_made_on_its_page_and_shown_once(market: Market) {
    let ana = market.shopper("Ana").await;
    let page = ana.gets("/account/tokens").await;
    assert!(page.words().contains("payouts:read"));
    assert!(
        !page.body.contains(" checked") && !page.body.contains("value=\"name\""),
        "nothing is chosen for her"
    );
    let nothing = ana.submits("/account/tokens", &[("name", "night backup")]).await;
    assert_eq!(nothing.status, 422);
    assert!(
        nothing.words().contains("Say at least one thing that it may do"),
        "{}",
        nothing.words()
    );
    assert!(nothing.body.contains("value=\"night backup\""), "what was typed stays");
    let blank = ana.submits("/account/tokens", &[("name", " ")]).await.words();
    for remark in ["Give the token a name", "Say at least one thing that it may do"] {
        assert!(blank.contains(remark), "{blank}");
    }
    let form = [("name", "night backup"), ("scope", "orders:read"), ("scope", "profile:read")];
    let made = ana.submits("/account/tokens", &form).await;
    assert_eq!((made.status, made.header("cache-control")), (200, "no-store"));
    let (_, rest) = made.body.split_once("id=\"token\">").expect("the token");
    let text = rest.split_once('<').unwrap().0.to_owned();
    let program = market.visitor().with_token(text.clone());
    let listed: Page<Session> = program.gets("/api/v1/sessions").await.expect(200);
    let own = listed.items.iter().find(|session| session.current).expect("itself");
    assert_eq!(own.name, "night backup");
    assert_eq!(own.scopes.as_deref(), Some(&[Scope::OrdersRead, Scope::ProfileRead][..]));
    assert_eq!(program.gets("/api/v1/listings").await.status, 403);
    let security = ana.gets("/account/security").await;
    let told = "A token that may orders:read, profile:read";
    assert!(security.words().contains("night backup") && security.words().contains(told));
    assert!(!security.body.contains(&text), "it is not shown again");
    letter_with(&bodies_to(&market, "ana@example.org").await, &["night backup", "was created"]);

    let stranger = [("name", "x"), ("scope", "orders:read"), ("account", "ben")];
    assert_eq!(ana.submits("/account/tokens", &stranger).await.status, 422);
    for wrong in [[("name", " "), ("scope", "orders:read")], [("name", "x"), ("scope", "all")]] {
        assert_eq!(ana.submits("/account/tokens", &wrong).await.status, 422);
    }
    let partly = [("name", "x"), ("scope", "orders:read"), ("scope", "orders:burn")];
    assert_eq!(ana.submits("/account/tokens", &partly).await.status, 422, "nothing is left out");
    let end = format!("/account/security/sessions/{}/end", own.id);
    assert_eq!(ana.submits(&end, &[]).await.status, 303);
    assert_eq!(program.gets("/api/v1/me").await.status, 401);
    market.passes(301).await;
    for sent in [ana.gets("/account/tokens").await, ana.submits("/account/tokens", &form).await] {
        assert_eq!(sent.location(), "/account/confirm?next=%2Faccount%2Ftokens");
    }
}

async fn a_token_is_made_at_a_terminal_with_the_password(market: Market) {
    let ana = market.terminal("Ana").await;
    let new = |name: &str, password: &str, scopes: &[&str]| json!({ "name": name, "scopes": scopes, "current_password": password });
    let wrong: Problem = ana
        .posts("/api/v1/me/tokens", &new("backup", "a wrong guess", &["orders:read"]))
        .await
        .expect(422);
    assert_eq!(wrong.field.as_deref(), Some("current_password"));
    for (name, scopes) in [(" ", &["orders:read"][..]), ("x", &[]), ("x", &["orders:burn"])] {
        let answer = ana.posts("/api/v1/me/tokens", &new(name, PASSWORD, scopes)).await;
        assert_eq!(answer.status, 422, "{name:?} {scopes:?}");
    }
    let listed: Page<Session> = ana.gets("/api/v1/sessions").await.expect(200);
    assert_eq!(listed.items.len(), 1, "none of that made one");

    let scopes = ["profile:read", "orders:read", "orders:read"];
    let made = ana.posts("/api/v1/me/tokens", &new(" night\nbackup ", PASSWORD, &scopes)).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made: CreatedToken = made.expect(201);
    let program = market.visitor().with_token(made.token.clone());
    let listed = program.gets("/api/v1/sessions").await;
    assert!(!listed.body.contains(&made.token), "it is not shown again");
    let listed: Page<Session> = listed.expect(200);
    let own = listed.items.into_iter().find(|session| session.current).expect("itself");
    assert_eq!(own, Session { current: true, ..made.session });
    assert_eq!(own.name, "nightbackup");
    assert_eq!(own.scopes.as_deref(), Some(&[Scope::OrdersRead, Scope::ProfileRead][..]));
    assert_eq!(program.gets("/api/v1/listings").await.status, 403);
    letter_with(&bodies_to(&market, "ana@example.org").await, &["nightbackup", "was created"]);

    let writer = token_with(&market, "Ana", &[Scope::ProfileRead, Scope::ProfileWrite]).await;
    let refused = writer.posts("/api/v1/me/tokens", &new("x", PASSWORD, &["orders:read"])).await;
    assert_eq!(refused.status, 403, "a limited one makes no other");
    assert_eq!(market.visitor().posts("/api/v1/me/tokens", &json!({})).await.status, 401);
    let path = format!("/api/v1/sessions/{}", own.id);
    assert_eq!(ana.sends(Method::DELETE, &path, |request| request).await.status, 204);
    assert_eq!(program.gets("/api/v1/me").await.status, 401);
}

async fn a_limited_token_opens_no_page_and_none_makes_another(market: Market) {
    let wide = market.terminal("Ana").await;
    let narrow = token_with(&market, "Ana", &Scope::READING).await;
    for path in [
        "/account",
        "/account/security",
        "/account/orders",
        "/account/factor",
        "/account/factor/app",
        "/account/factor/codes",
        "/account/factor/off",
        "/account/tokens",
        "/device",
    ] {
        assert_eq!(narrow.gets(path).await.status, 403, "{path}");
    }
    for path in ["/account/factor", "/account/factor/app", "/account/factor/codes"] {
        assert_eq!(narrow.submits(path, &[]).await.status, 403, "{path}");
    }
    let sell = narrow.gets("/sell").await;
    assert!(sell.status == 200 && !sell.words().contains("Ana"), "pages know it as nobody");
    let stranger = market.visitor();
    for sent in
        [stranger.gets("/account/tokens").await, stranger.submits("/account/tokens", &[]).await]
    {
        assert_eq!(sent.location().split('?').next(), Some("/login"));
    }
    let form = [("name", "another"), ("scope", "orders:read")];
    assert_eq!(narrow.submits("/account/tokens", &form).await.status, 403);
    assert_eq!(narrow.submits("/device/approve", &[("code", "BCDF-GHJK")]).await.status, 403);
    let confirm = [("current_password", PASSWORD)];
    assert_eq!(narrow.submits("/account/confirm", &confirm).await.status, 403);
    let sent = wide.submits("/account/tokens", &form).await;
    assert!(sent.location().starts_with("/account/confirm"), "only a browser is ever proved");
    let listed: Page<Session> = wide.gets("/api/v1/sessions").await.expect(200);
    assert_eq!(listed.items.len(), 2);
}

async fn a_terminal_asks_for_no_more_than_it_needs(market: Market) {
    let ana = market.shopper("Ana").await;
    let asked = json!({ "name": "till", "scopes": ["orders:read", "shop:read"] });
    let device: DeviceCode =
        market.visitor().posts("/api/v1/device/codes", &asked).await.expect(201);
    let page = ana.gets(&format!("/device?code={}", device.user_code)).await;
    assert!(page.words().contains("see orders, see the shop"), "{}", page.words());
    ana.submits("/device/approve", &[("code", &device.user_code)]).await;
    let poll = json!({ "device_code": device.device_code });
    let token: Token = market.visitor().posts("/api/v1/device/tokens", &poll).await.expect(201);
    let till = market.visitor().with_token(token.token);
    assert_eq!(till.gets("/api/v1/sessions").await.status, 403);
    assert_eq!(till.gets("/api/v1/me").await.status, 200);

    for scopes in [json!([]), json!(["orders:burn"]), json!("orders:read")] {
        let body = json!({ "name": "till", "scopes": scopes });
        assert_eq!(market.visitor().posts("/api/v1/device/codes", &body).await.status, 422);
        let body = json!({
            "email": "ana@example.org", "password": PASSWORD, "name": "till", "scopes": scopes
        });
        assert_eq!(market.visitor().posts("/api/v1/tokens", &body).await.status, 422);
    }
}

async fn a_key_for_repeats_is_no_way_around_scopes(market: Market) {
    let ines = market.artisan("Ines").await;
    let narrow = token_with(&market, "Ines", &[Scope::OrdersRead]).await;
    let body = json!({ "complete_test_data": true });
    let keyed =
        |request: reqwest::RequestBuilder| request.header("idempotency-key", "key-1").json(&body);
    let path = "/api/v1/shop/onboarding";
    assert_eq!(ines.sends(Method::POST, path, keyed).await.status, 200);
    let repeated = narrow.sends(Method::POST, path, keyed).await;
    assert_eq!(repeated.status, 403, "{}", repeated.body);
}
