//! Passwords that are changed, and those that were forgotten.

use api::Problem;
use api::account::{Token, TokenRequest};
use api::problem::Code;
use api::sign_in::SessionsEnded;
use reqwest::Method;
use serde_json::json;

use crate::letters::{bodies_to, letter_with, reset_token};
use crate::market::{Answer, Engine, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_forgotten_password_is_chosen_anew_with_a_letter,
    a_link_to_reset_works_once_and_for_ten_minutes,
    of_many_who_follow_one_link_one_gets_in,
    asking_for_a_reset_tells_nobody_who_has_an_account,
    a_password_that_is_refused_leaves_the_link,
    a_new_password_ends_everything_else,
    a_new_password_ends_what_is_being_approved,
    the_current_password_is_needed_for_a_new_one,
    guessing_the_current_password_is_slowed_down,
    long_words_in_any_script_are_one_password,
    what_is_sent_back_with_a_change_is_refused,
    a_request_with_a_password_is_not_kept_for_repeats,
];

const NEW: &str = "nine dry otters singing";

async fn signs_in(person: &Person, name: &str, password: &str) -> Answer {
    let email = email_of(name);
    person.submits("/login", &[("email", &email), ("password", password)]).await
}

async fn resets(market: &Market, token: &str, password: &str) -> Answer {
    let form = [("token", token), ("password", password)];
    market.visitor().submits("/password/reset", &form).await
}

async fn terminal_of(market: &Market, name: &str) -> Person {
    let asked = TokenRequest::new(email_of(name), PASSWORD, "bench");
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    market.visitor().with_token(token.token)
}

async fn a_forgotten_password_is_chosen_anew_with_a_letter(market: Market) {
    let ana = market.shopper("Ana").await;
    let terminal = terminal_of(&market, "Ana").await;
    let token = reset_token(&market, "ana@example.org").await;
    let stranger = market.visitor();
    let page = stranger.gets(&format!("/password/reset?token={token}")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"referrer\" content=\"no-referrer\""));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(ana.gets("/account").await.status, 200, "looking at it changes nothing");

    let done = resets(&market, &token, NEW).await;
    assert_eq!((done.status, done.location()), (303, "/login?news=reset"));
    assert_eq!(stranger.cookie("session"), None, "a letter signs nobody in");
    assert_eq!(ana.gets("/account").await.status, 303, "every browser signs in again");
    assert_eq!(terminal.gets("/api/v1/me").await.status, 401, "and every terminal");
    assert_eq!(signs_in(&market.visitor(), "Ana", PASSWORD).await.status, 422);
    assert_eq!(signs_in(&ana, "Ana", NEW).await.status, 303);
    assert!(!ana.gets("/account").await.words().contains("not verified yet"), "the letter arrived");
    let letters = bodies_to(&market, "ana@example.org").await;
    letter_with(&letters, &["the password of your account", "was changed"]);

    let asked = json!({ "email": "ana@example.org" });
    assert_eq!(stranger.posts("/api/v1/password/forgot", &asked).await.status, 202);
    let letters = bodies_to(&market, "ana@example.org").await;
    let tokens: Vec<&str> = letters
        .iter()
        .filter_map(|body| body.split_once("/password/reset?token="))
        .filter_map(|(_, rest)| rest.lines().next())
        .collect();
    let [fresh] = tokens.iter().filter(|one| **one != token).collect::<Vec<_>>()[..] else {
        panic!("one more letter: {tokens:?}")
    };
    let chosen = json!({ "token": fresh, "password": PASSWORD });
    assert_eq!(stranger.posts("/api/v1/password/reset", &chosen).await.status, 204);
    assert_eq!(signs_in(&market.visitor(), "Ana", PASSWORD).await.status, 303);
}

async fn a_link_to_reset_works_once_and_for_ten_minutes(market: Market) {
    market.register("Ana").await;
    let late = reset_token(&market, "ana@example.org").await;
    market.passes(601).await;
    assert_eq!(resets(&market, &late, NEW).await.status, 410);
    let token = reset_token(&market, "ana@example.org").await;
    market.passes(590).await;
    assert_eq!(resets(&market, &token, NEW).await.status, 303);
    let again = resets(&market, &token, "somebody else was here").await;
    assert_eq!(again.status, 410);
    assert!(again.words().contains("This link no longer works"));
    let problem: Problem = market
        .visitor()
        .posts("/api/v1/password/reset", &json!({ "token": token, "password": NEW }))
        .await
        .expect(409);
    assert_eq!(problem.code, Code::Conflict);
    assert_eq!(signs_in(&market.visitor(), "Ana", NEW).await.status, 303);
}

async fn of_many_who_follow_one_link_one_gets_in(market: Market) {
    market.register("Ana").await;
    let token = reset_token(&market, "ana@example.org").await;
    let passwords: Vec<String> = (0..8).map(|n| format!("wet herons dance on {n} roofs")).collect();
    let many = passwords.iter().map(|password| resets(&market, &token, password));
    let answers = futures_util::future::join_all(many).await;
    let lucky: Vec<&String> = std::iter::zip(&passwords, &answers)
        .filter(|(_, answer)| answer.status == 303)
        .map(|(password, _)| password)
        .collect();
    let [lucky] = lucky[..] else { panic!("{} got in", lucky.len()) };
    assert_eq!(signs_in(&market.visitor(), "Ana", lucky).await.status, 303);
}

async fn asking_for_a_reset_tells_nobody_who_has_an_account(market: Market) {
    market.register("Ana").await;
    let visitor = market.visitor();
    for _ in 0..3 {
        let known = visitor.submits("/password/forgot", &[("email", "ana@example.org")]).await;
        let new = visitor.submits("/password/forgot", &[("email", "eve@example.org")]).await;
        assert_eq!((known.status, known.location()), (new.status, new.location()));
        assert_eq!((known.status, &known.body), (303, &new.body));
    }
    let ask = |email: &str| json!({ "email": email });
    market.passes(3600).await;
    let known = visitor.posts("/api/v1/password/forgot", &ask("ana@example.org")).await;
    let new = visitor.posts("/api/v1/password/forgot", &ask("eve@example.org")).await;
    assert_eq!((known.status, &known.body), (202, &new.body));
    assert_eq!(new.status, 202);
    // Nor does the limit: it counts what is typed, whoever that is.
    for _ in 0..3 {
        visitor.posts("/api/v1/password/forgot", &ask("ana@example.org")).await;
        visitor.posts("/api/v1/password/forgot", &ask("eve@example.org")).await;
    }
    let known = visitor.posts("/api/v1/password/forgot", &ask("ana@example.org")).await;
    let new = visitor.posts("/api/v1/password/forgot", &ask("eve@example.org")).await;
    assert_eq!((known.status, known.header("retry-after")), (429, new.header("retry-after")));
    assert_eq!(new.status, 429);

    let letters = bodies_to(&market, "ana@example.org").await;
    let resets = letters.iter().filter(|body| body.contains("/password/reset?token=")).count();
    assert_eq!(resets, 6, "three, and three an hour later");
    assert!(bodies_to(&market, "eve@example.org").await.is_empty());
    assert_eq!(visitor.submits("/password/forgot", &[("email", "nobody")]).await.status, 422);
}

async fn a_password_that_is_refused_leaves_the_link(market: Market) {
    market.register("Ana").await;
    let token = reset_token(&market, "ana@example.org").await;
    for weak in ["short", "ana@example.org ana", "loomstead-loomstead", "aaaaaaaaaaaaaaaaaaaa"] {
        let refused = resets(&market, &token, weak).await;
        assert_eq!(refused.status, 422, "{weak}");
        assert!(refused.body.contains(&token), "the form can be sent again");
        assert!(!refused.body.contains(&format!("value=\"{weak}\"")));
    }
    assert_eq!(resets(&market, &token, NEW).await.status, 303);
}

async fn a_new_password_ends_everything_else(market: Market) {
    let ana = market.shopper("Ana").await;
    let (phone, terminal) = (market.visitor(), terminal_of(&market, "Ana").await);
    assert_eq!(signs_in(&phone, "Ana", PASSWORD).await.status, 303);
    let ben = market.shopper("Ben").await;
    let before = ana.cookie("session").unwrap();

    let form = [("current_password", PASSWORD), ("new_password", NEW)];
    let done = ana.submits("/account/password", &form).await;
    assert_eq!((done.status, done.location()), (303, "/account/security?done=password"));
    assert_eq!(phone.gets("/account").await.status, 303);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 401);
    assert_eq!(ana.gets("/account").await.status, 200, "this browser stays");
    assert_eq!(ben.gets("/account").await.status, 200, "and so does everybody else");
    assert_ne!(ana.cookie("session").unwrap(), before, "with a new secret");
    let thief = market.visitor();
    thief.set_cookie("session", &before);
    assert_eq!(thief.gets("/account").await.status, 303);

    let form = [("email", "ana@example.org"), ("password", NEW)];
    assert_eq!(phone.submits("/login", &form).await.status, 303);
    let asked = TokenRequest::new(email_of("Ana"), NEW, "bench");
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let terminal = market.visitor().with_token(token.token);
    let change = json!({ "current_password": NEW, "new_password": PASSWORD });
    let ended: SessionsEnded = terminal.posts("/api/v1/me/password", &change).await.expect(200);
    assert_eq!(ended.ended, 2, "two browsers");
    assert_eq!(terminal.gets("/api/v1/me").await.status, 200, "this terminal stays");
    assert_eq!(ana.gets("/account").await.status, 303);
}

async fn a_new_password_ends_what_is_being_approved(market: Market) {
    let ana = market.shopper("Ana").await;
    let asked = json!({ "name": "a thief’s laptop" });
    let device: api::account::DeviceCode =
        market.visitor().posts("/api/v1/device/codes", &asked).await.expect(201);
    assert_eq!(ana.submits("/device/approve", &[("code", &device.user_code)]).await.status, 303);
    let form = [("current_password", PASSWORD), ("new_password", NEW)];
    assert_eq!(ana.submits("/account/password", &form).await.status, 303);
    let poll = json!({ "device_code": device.device_code });
    let problem: Problem = market.visitor().posts("/api/v1/device/tokens", &poll).await.expect(400);
    assert_eq!(problem.code, Code::DeviceExpired);
}

async fn the_current_password_is_needed_for_a_new_one(market: Market) {
    let ana = market.shopper("Ana").await;
    let terminal = terminal_of(&market, "Ana").await;
    let cases = [
        ("current_password", "not my password", NEW),
        ("current_password", "", NEW),
        ("new_password", PASSWORD, "short"),
        ("new_password", PASSWORD, PASSWORD),
        ("new_password", PASSWORD, "ana ana ana ana ana"),
    ];
    for (field, current, new) in cases {
        let change = json!({ "current_password": current, "new_password": new });
        let problem: Problem = terminal.posts("/api/v1/me/password", &change).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some(field), "{current} {new}");
        let form = [("current_password", current), ("new_password", new)];
        let page = ana.submits("/account/password", &form).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains(&format!("id=\"{field}-wrong\"")), "{current} {new}");
    }
    assert_eq!(signs_in(&market.visitor(), "Ana", PASSWORD).await.status, 303, "nothing changed");
    assert_eq!(market.visitor().gets("/account/password").await.status, 303);
    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    assert_eq!(market.visitor().posts("/api/v1/me/password", &change).await.status, 401);
}

async fn guessing_the_current_password_is_slowed_down(market: Market) {
    let ana = market.shopper("Ana").await;
    let form = [("current_password", "a wrong guess"), ("new_password", NEW)];
    for _ in 0..10 {
        assert_eq!(ana.submits("/account/password", &form).await.status, 422);
    }
    let right = [("current_password", PASSWORD), ("new_password", NEW)];
    assert_eq!(ana.submits("/account/password", &right).await.status, 429);
    let confirm = [("current_password", PASSWORD)];
    assert_eq!(ana.submits("/account/confirm", &confirm).await.status, 429, "the same counter");
    assert_eq!(signs_in(&market.visitor(), "Ana", PASSWORD).await.status, 303, "nobody else waits");
    market.passes(1).await;
    assert_eq!(ana.submits("/account/password", &right).await.status, 303);
}

async fn long_words_in_any_script_are_one_password(market: Market) {
    market.register("Ana").await;
    let long = "wheel thrown und glasiert 七つの濡れた鷺 ".repeat(15);
    let composed = format!("caf\u{e9} {long}");
    let token = reset_token(&market, "ana@example.org").await;
    assert!((700..1024).contains(&composed.len()), "{} bytes", composed.len());
    assert_eq!(resets(&market, &token, &composed).await.status, 303);
    let typed_elsewhere = format!("cafe\u{301} {long}");
    assert_eq!(signs_in(&market.visitor(), "Ana", &typed_elsewhere).await.status, 303);
    let cut = composed.chars().take(100).collect::<String>();
    assert_eq!(signs_in(&market.visitor(), "Ana", &cut).await.status, 422, "nothing is cut off");
}

async fn what_is_sent_back_with_a_change_is_refused(market: Market) {
    let ana = terminal_of_new(&market).await;
    let me: serde_json::Value = ana.gets("/api/v1/me").await.expect(200);
    for field in me["account"].as_object().unwrap().keys() {
        for path in ["/api/v1/me/password", "/api/v1/me/email", "/api/v1/password/reset"] {
            let body = json!({
                "current_password": PASSWORD, "new_password": NEW, field: me["account"][field]
            });
            assert_eq!(ana.posts(path, &body).await.status, 422, "{path} {field}");
        }
        let body =
            json!({ "email": "eve@example.org", "current_password": PASSWORD, "kind": "web" });
        assert_eq!(ana.posts("/api/v1/me/email", &body).await.status, 422);
    }
    let again: serde_json::Value = ana.gets("/api/v1/me").await.expect(200);
    assert_eq!(again["account"], me["account"]);
}

async fn a_request_with_a_password_is_not_kept_for_repeats(market: Market) {
    let ana = terminal_of_new(&market).await;
    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    let keyed =
        |request: reqwest::RequestBuilder| request.header("idempotency-key", "1").json(&change);
    assert_eq!(ana.sends(Method::POST, "/api/v1/me/password", keyed).await.status, 200);
    let again = ana.sends(Method::POST, "/api/v1/me/password", keyed).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (422, ""));
}

async fn terminal_of_new(market: &Market) -> Person {
    market.register("Ana").await;
    terminal_of(market, "Ana").await
}

#[tokio::test]
async fn links_in_letters_lead_to_the_configured_address_whatever_host_was_asked() {
    let market = Market::start_with(Engine::Sqlite, |config| {
        config.public_url = Some("https://loomstead.example".to_owned());
    })
    .await;
    let visitor = market.visitor();
    let lies = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-server", "evil.example"),
        ("x-original-host", "evil.example"),
        ("x-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-forwarded-proto", "javascript"),
    ];
    let lying = |request: reqwest::RequestBuilder| {
        lies.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    let person = json!({ "email": "ana@example.org", "name": "Ana", "password": PASSWORD });
    let path = "/api/v1/accounts";
    let answer = visitor.sends(Method::POST, path, |r| lying(r).json(&person)).await;
    assert_eq!(answer.status, 201);
    let form = [("email", "ana@example.org")];
    let answer = visitor.sends(Method::POST, "/password/forgot", |r| lying(r).form(&form)).await;
    assert_eq!((answer.status, answer.location()), (303, "/password/forgot?sent=true"));
    let device = json!({ "name": "bench" });
    let path = "/api/v1/device/codes";
    let answer = visitor.sends(Method::POST, path, |r| lying(r).json(&device)).await;
    assert!(!answer.body.contains("evil"), "{}", answer.body);
    let page = visitor.sends(Method::GET, "/login", lying).await;
    assert!(!page.body.contains("evil"));

    let letters = bodies_to(&market, "ana@example.org").await;
    assert_eq!(letters.len(), 2);
    for body in letters {
        assert!(!body.contains("evil") && body.contains("\nhttps://loomstead.example/"), "{body}");
    }
}
