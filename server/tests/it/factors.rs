//! The second step of signing in, with a browser.

use api::Problem;
use api::account::DeviceCode;
use api::problem::Code;
use serde_json::json;

use crate::authenticator::{Authenticator, codes_on};
use crate::factors_of_terminals::for_terminal;
use crate::letters::{bodies_to, letter_with, reset_token};
use crate::market::{Answer, Engine, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_second_step_is_set_up_with_an_app_and_asked_for_ever_after,
    a_code_is_good_for_one_login,
    of_many_who_bring_one_code_one_gets_in,
    a_recovery_code_works_once_on_the_day_the_phone_is_gone,
    a_letter_does_not_get_around_the_second_step,
    guessing_codes_is_slowed_down,
    a_login_waits_for_its_code_ten_minutes,
    a_login_that_waits_ends_with_a_new_password,
    password_and_code_together_turn_it_off,
    the_code_is_asked_for_before_a_change_and_before_a_terminal,
    an_app_that_was_not_confirmed_changes_nothing,
    strangers_set_nothing_up,
];

const NEW: &str = "nine dry otters singing";

/// The first step: the password.
async fn gives_password(person: &Person, name: &str, password: &str) -> Answer {
    let email = email_of(name);
    person.submits("/login", &[("email", &email), ("password", password)]).await
}

/// Both steps.
async fn signs_in(person: &Person, name: &str, code: &str) -> Answer {
    let first = gives_password(person, name, PASSWORD).await;
    assert!(first.location().starts_with("/login/code"), "{} {}", first.status, first.location());
    person.submits("/login/code", &[("code", code)]).await
}

async fn a_second_step_is_set_up_with_an_app_and_asked_for_ever_after(market: Market) {
    let ana = market.shopper("Ana").await;
    assert!(ana.gets("/account/security").await.words().contains("Off"));
    ana.submits("/account/factor", &[]).await;
    let page = ana.gets("/account/factor/app").await;
    assert!(page.body.contains("<svg") && page.body.contains("otpauth://totp/Loomstead"));
    assert!(!page.body.contains("<script>") && !page.body.contains("style="));
    let app = Authenticator::from_page(&page);
    let wrong = ana.submits("/account/factor/app", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    let secret = app.code(&market);
    assert_eq!(Authenticator::from_page(&wrong).code(&market), secret, "the same secret again");
    let done = ana.submits("/account/factor/app", &[("code", &secret)]).await;
    assert_eq!(done.status, 200);
    assert_eq!(codes_on(&done).len(), 10);
    assert_eq!(done.header("cache-control"), "no-store");
    let again = ana.submits("/account/factor/app", &[("code", &secret)]).await;
    assert_eq!(again.status, 409, "sent twice, it changes nothing");
    assert!(codes_on(&ana.gets("/account/factor").await).is_empty(), "they are shown once");
    letter_with(&bodies_to(&market, "ana@example.org").await, &["second step", "turned on"]);

    let browser = market.visitor();
    let first = browser
        .submits(
            "/login",
            &[("email", "ana@example.org"), ("password", PASSWORD), ("next", "/cart")],
        )
        .await;
    assert_eq!((first.status, first.location()), (303, "/login/code?next=%2Fcart"));
    assert_eq!(browser.cookie("session"), None, "a password alone is no session");
    assert_eq!(browser.gets("/account").await.status, 303);
    assert_eq!(browser.gets("/login/code?next=%2Fcart").await.status, 200);
    let code = app.next_code(&market).await;
    let form = [("code", code.as_str()), ("next", "/cart")];
    let second = browser.submits("/login/code", &form).await;
    assert_eq!((second.status, second.location()), (303, "/cart"));
    assert_eq!(browser.gets("/account").await.status, 200);
    assert_eq!(browser.cookie("login"), None, "nothing waits any more");
    assert_eq!(gives_password(&market.visitor(), "Ana", "a wrong one").await.status, 422);
}

async fn a_code_is_good_for_one_login(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    let spent = app.code(&market);
    assert_eq!(signs_in(&market.visitor(), "Ana", &spent).await.status, 422, "it set the app up");
    let code = app.next_code(&market).await;
    assert_eq!(signs_in(&market.visitor(), "Ana", &code).await.status, 303);
    assert_eq!(signs_in(&market.visitor(), "Ana", &code).await.status, 422, "again");
    let terminal = market.visitor().posts("/api/v1/tokens", &for_terminal(Some(&code))).await;
    assert_eq!(terminal.status, 422, "nor at the other door");
    let later = app.next_code(&market).await;
    assert_eq!(signs_in(&market.visitor(), "Ana", &code).await.status, 422, "nor a step later");
    assert_eq!(signs_in(&market.visitor(), "Ana", &later).await.status, 303);
}

async fn of_many_who_bring_one_code_one_gets_in(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    let code = app.next_code(&market).await;
    let browsers: Vec<Person> = (0..4).map(|_| market.visitor()).collect();
    for browser in &browsers {
        gives_password(browser, "Ana", PASSWORD).await;
    }
    let form = [("code", code.as_str())];
    let many = browsers.iter().map(|browser| browser.submits("/login/code", &form));
    let answers = futures_util::future::join_all(many).await;
    let inside = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(inside, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    let sessions = browsers.iter().filter(|browser| browser.cookie("session").is_some()).count();
    assert_eq!(sessions, 1);
}

async fn a_recovery_code_works_once_on_the_day_the_phone_is_gone(market: Market) {
    let ana = market.shopper("Ana").await;
    let (_, codes) = Authenticator::set_up(&market, &ana).await;
    let browser = market.visitor();
    let typed = codes[3].to_lowercase().replace('-', " ");
    assert_eq!(signs_in(&browser, "Ana", &typed).await.status, 303);
    assert!(browser.gets("/account/factor").await.words().contains("9 of 10"));
    letter_with(&bodies_to(&market, "ana@example.org").await, &["recovery code"]);
    assert_eq!(signs_in(&market.visitor(), "Ana", &codes[3]).await.status, 422);

    let confirm = [("current_password", PASSWORD), ("code", codes[4].as_str())];
    assert_eq!(browser.submits("/account/confirm", &confirm).await.status, 303);
    let fresh = codes_on(&browser.submits("/account/factor/codes", &[]).await);
    assert_eq!(fresh.len(), 10);
    letter_with(&bodies_to(&market, "ana@example.org").await, &["new recovery codes were drawn"]);
    assert_eq!(signs_in(&market.visitor(), "Ana", &codes[5]).await.status, 422, "of before");
    assert_eq!(signs_in(&market.visitor(), "Ana", &fresh[5]).await.status, 303);

    let ben = market.shopper("Ben").await;
    Authenticator::set_up(&market, &ben).await;
    let first = gives_password(&market.visitor(), "Ben", PASSWORD).await;
    assert_eq!(first.status, 303);
    let thief = market.visitor();
    gives_password(&thief, "Ben", PASSWORD).await;
    let foreign = thief.submits("/login/code", &[("code", &fresh[6])]).await;
    assert_eq!(foreign.status, 422, "somebody else’s code");
}

async fn a_letter_does_not_get_around_the_second_step(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    let token = reset_token(&market, "ana@example.org").await;
    let thief = market.visitor();
    let form = [("token", token.as_str()), ("password", NEW)];
    assert_eq!(thief.submits("/password/reset", &form).await.status, 303);
    assert_eq!(thief.cookie("session"), None);
    let first = gives_password(&thief, "Ana", NEW).await;
    assert!(first.location().starts_with("/login/code"));
    assert_eq!(thief.gets("/account").await.status, 303);
    let code = app.next_code(&market).await;
    assert_eq!(thief.submits("/login/code", &[("code", &code)]).await.status, 303);
}

async fn guessing_codes_is_slowed_down(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    market.passes(30).await;
    let guesser = market.visitor();
    gives_password(&guesser, "Ana", PASSWORD).await;
    for _ in 0..5 {
        let guess = guesser.submits("/login/code", &[("code", "123123")]).await;
        assert_eq!(guess.status, 422);
    }
    let code = app.code(&market);
    let stopped = guesser.submits("/login/code", &[("code", &code)]).await;
    assert_eq!((stopped.status, stopped.header("retry-after")), (429, "1"));
    let terminal = market.visitor().posts("/api/v1/tokens", &for_terminal(Some(&code))).await;
    assert_eq!(terminal.status, 429, "the same counter at every door");
    market.passes(1).await;
    assert_eq!(guesser.submits("/login/code", &[("code", &code)]).await.status, 303);
}

async fn a_login_waits_for_its_code_ten_minutes(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    let browser = market.visitor();
    gives_password(&browser, "Ana", PASSWORD).await;
    market.passes(601).await;
    let late = browser.submits("/login/code", &[("code", &app.code(&market))]).await;
    assert_eq!(late.status, 409);
    let page = browser.gets("/login/code?next=%2Fcart").await;
    assert_eq!((page.status, page.location()), (303, "/login?next=%2Fcart"));
    let nobody = market.visitor();
    assert_eq!(nobody.gets("/login/code").await.status, 303);
    assert_eq!(nobody.submits("/login/code", &[("code", "123456")]).await.status, 409);
    nobody.set_cookie("session", &browser.cookie("login").unwrap());
    assert_eq!(nobody.gets("/account").await.status, 303, "what waits is no session");
}

async fn a_login_that_waits_ends_with_a_new_password(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    let thief = market.visitor();
    gives_password(&thief, "Ana", PASSWORD).await;
    let code = app.next_code(&market).await;
    let change = |code| [("current_password", PASSWORD), ("new_password", NEW), ("code", code)];
    assert!(ana.gets("/account/password").await.body.contains("name=\"code\""), "it is asked for");
    assert_eq!(ana.submits("/account/password", &change("")).await.status, 422);
    assert_eq!(ana.submits("/account/password", &change(&code)).await.status, 303);
    let code = app.next_code(&market).await;
    assert_eq!(thief.submits("/login/code", &[("code", &code)]).await.status, 409);
}

async fn password_and_code_together_turn_it_off(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    let code = app.next_code(&market).await;
    let wrong = [
        [("current_password", "a wrong one"), ("code", code.as_str())],
        [("current_password", PASSWORD), ("code", "000000")],
        [("current_password", PASSWORD), ("code", "")],
    ];
    for form in wrong {
        assert_eq!(ana.submits("/account/factor/off", &form).await.status, 422);
    }
    assert!(ana.gets("/account/factor").await.words().contains("10 of 10"));
    let right = [("current_password", PASSWORD), ("code", code.as_str())];
    let done = ana.submits("/account/factor/off", &right).await;
    assert_eq!(done.location(), "/account/security?done=factor_off");
    assert_eq!(gives_password(&market.visitor(), "Ana", PASSWORD).await.location(), "/account");
    letter_with(&bodies_to(&market, "ana@example.org").await, &["second step", "turned off"]);
    Authenticator::set_up(&market, &ana).await;
    let first = gives_password(&market.visitor(), "Ana", PASSWORD).await;
    assert!(first.location().starts_with("/login/code"), "and it can be turned on again");
}

async fn the_code_is_asked_for_before_a_change_and_before_a_terminal(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, _) = Authenticator::set_up(&market, &ana).await;
    market.passes(301).await;
    let asked = json!({ "name": "studio laptop" });
    let device: DeviceCode =
        market.visitor().posts("/api/v1/device/codes", &asked).await.expect(201);
    let form = [("code", device.user_code.as_str())];
    let sent = ana.submits("/device/approve", &form).await;
    let there = format!("/account/confirm?next=%2Fdevice%3Fcode%3D{}", device.user_code);
    assert_eq!((sent.status, sent.location()), (303, there.as_str()));
    let poll = json!({ "device_code": device.device_code });
    let problem: Problem = market.visitor().posts("/api/v1/device/tokens", &poll).await.expect(400);
    assert_eq!(problem.code, Code::DevicePending);

    let page = ana.gets("/account/confirm").await;
    assert!(page.body.contains("name=\"code\""), "both are asked for");
    let half = [("current_password", PASSWORD), ("code", "")];
    assert_eq!(ana.submits("/account/confirm", &half).await.status, 422);
    assert_eq!(ana.gets("/account/email").await.status, 303, "a password alone proves nothing");
    let code = app.code(&market);
    let both = [("current_password", PASSWORD), ("code", code.as_str())];
    assert_eq!(ana.submits("/account/confirm", &both).await.status, 303);
    assert_eq!(ana.gets("/account/email").await.status, 200);
    let approved = ana.submits("/device/approve", &form).await;
    assert_eq!(approved.location(), "/device/done?approved=true");
    assert_eq!(market.visitor().posts("/api/v1/device/tokens", &poll).await.status, 201);
}

async fn an_app_that_was_not_confirmed_changes_nothing(market: Market) {
    let ana = market.shopper("Ana").await;
    assert_eq!(ana.gets("/account/factor/app").await.status, 409, "nothing was begun");
    ana.submits("/account/factor", &[]).await;
    let before = Authenticator::from_page(&ana.gets("/account/factor/app").await);
    assert_eq!(gives_password(&market.visitor(), "Ana", PASSWORD).await.location(), "/account");
    ana.submits("/account/factor", &[]).await;
    let after = Authenticator::from_page(&ana.gets("/account/factor/app").await);
    assert_ne!(before.code(&market), after.code(&market), "a secret that was seen is given up");
    let old = before.code(&market);
    assert_eq!(ana.submits("/account/factor/app", &[("code", &old)]).await.status, 422);
    let codes = "/account/factor/codes";
    for without in [ana.gets(codes).await, ana.submits(codes, &[]).await] {
        assert_eq!(without.location(), "/account/factor", "what is not on has no codes");
    }
    market.passes(301).await;
    for path in ["/account/factor/app", "/account/factor/codes"] {
        assert!(ana.gets(path).await.location().starts_with("/account/confirm"), "{path}");
    }
    let sent = ana.submits("/account/factor", &[]).await;
    assert_eq!(sent.location(), "/account/confirm?next=%2Faccount%2Ffactor");
}

async fn strangers_set_nothing_up(market: Market) {
    let (stranger, form) = (market.visitor(), [("code", "123456")]);
    for path in ["/account/factor", "/account/factor/app", "/account/factor/codes"] {
        for sent in [stranger.gets(path).await, stranger.submits(path, &form).await] {
            assert_eq!(sent.status, 303, "{path}");
            assert_eq!(sent.location().split('?').next(), Some("/login"), "{path}");
        }
    }
}

#[tokio::test]
async fn where_the_market_wants_it_money_waits_for_the_second_step() {
    let market = Market::start_with(Engine::Sqlite, |config| {
        config.require_second_factor = Some(true);
    })
    .await;
    let ines = market.artisan("Ines").await;
    let whole = json!({ "complete_test_data": true });
    for asked in [&whole, &json!({ "complete_test_data": false })] {
        let problem: Problem = ines.posts("/api/v1/shop/onboarding", asked).await.expect(403);
        assert_eq!(problem.code, Code::FactorNeeded);
        assert!(problem.detail.contains("/account/factor"), "{}", problem.detail);
    }
    let browser = market.visitor();
    gives_password(&browser, "Ines", PASSWORD).await;
    let sent = browser.submits("/sell/onboarding", &[]).await;
    assert_eq!((sent.status, sent.location()), (303, "/account/factor"));
    assert!(browser.gets("/account/factor").await.words().contains("Before money can reach you"));
    let (app, _) = Authenticator::set_up(&market, &browser).await;
    assert_eq!(ines.posts("/api/v1/shop/onboarding", &whole).await.status, 200);
    let code = app.next_code(&market).await;
    let off = [("current_password", PASSWORD), ("code", code.as_str())];
    let refused = browser.submits("/account/factor/off", &off).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("stays on"));
    assert!(!browser.gets("/account/factor").await.body.contains("/account/factor/off"));
    let shopper = market.shopper("Ana").await;
    assert_eq!(shopper.gets("/account").await.status, 200, "shoppers need none");
}
