//! Registering, signing in and out, tokens and terminals.

use api::Problem;
use api::account::{Account, DeviceCode, Me, Token, TokenRequest};
use api::problem::Code;
use reqwest::Method;
use serde_json::json;

use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_known_address_is_answered_like_a_new_one,
    what_cannot_be_registered_is_said_beside_the_field,
    the_letter_proves_the_address_once,
    guessing_is_slowed_down_and_the_right_one_gets_in,
    a_session_is_new_with_each_login,
    a_logout_ends_the_session_everywhere,
    sessions_end_by_themselves,
    a_token_works_until_it_is_given_back,
    a_cookie_is_no_token_and_a_token_no_cookie,
    a_terminal_is_approved_in_the_browser,
    a_terminal_is_refused_in_the_browser,
    a_terminal_that_was_approved_can_be_refused_until_it_is_signed_in,
    a_terminal_that_nobody_approves_lapses,
    codes_of_terminals_cannot_be_guessed,
    after_signing_in_nobody_is_led_elsewhere,
    a_page_for_members_asks_to_sign_in_and_comes_back,
];

async fn signs_in(person: &Person, name: &str, password: &str) -> Answer {
    let email = email_of(name);
    person.submits("/login", &[("email", &email), ("password", password)]).await
}

async fn a_known_address_is_answered_like_a_new_one(market: Market) {
    let anybody = market.visitor();
    let first = json!({ "email": "Ana@example.org", "name": "Ana", "password": PASSWORD });
    let again =
        json!({ "email": "ana@EXAMPLE.org", "name": "Eve", "password": "eve knows nothing yet" });
    let (new, known) = (
        anybody.posts("/api/v1/accounts", &first).await,
        anybody.posts("/api/v1/accounts", &again).await,
    );
    let (new, known): (Account, Account) = (new.expect(201), known.expect(201));
    assert_eq!(known.name, "Eve");
    assert_eq!((new.email_verified, known.email_verified), (false, false));
    assert_ne!(new.id, known.id);

    let page = |email| [("email", email), ("name", "Eve"), ("password", "eve knows nothing yet")];
    let known = anybody.submits("/register", &page("ana@example.org")).await;
    let new = anybody.submits("/register", &page("eve@example.org")).await;
    assert_eq!((known.status, known.location()), (new.status, new.location()));
    assert_eq!(known.status, 303);

    market.settle().await;
    let letters = market.letters_to("Ana@example.org").await;
    let count = |words: &str| letters.iter().filter(|l| l.subject.starts_with(words)).count();
    let counts = (count("Verify your address"), count("You have an account"));
    assert_eq!((counts, letters.len()), ((1, 2), 3));
    assert!(market.letters_to("ana@EXAMPLE.org").await.is_empty());

    assert_eq!(signs_in(&anybody, "ana", "eve knows nothing yet").await.status, 422);
    assert_eq!(signs_in(&anybody, "ana", PASSWORD).await.status, 303);
}

async fn what_cannot_be_registered_is_said_beside_the_field(market: Market) {
    let refused = [
        ("email", json!({ "email": "ana", "name": "Ana", "password": PASSWORD })),
        ("email", json!({ "email": "a@b\r\nBcc: c@d", "name": "Ana", "password": PASSWORD })),
        ("name", json!({ "email": "ana@example.org", "name": " ", "password": PASSWORD })),
        ("name", json!({ "email": "ana@example.org", "name": "A\u{7}B", "password": PASSWORD })),
        ("name", json!({ "email": "ana@example.org", "name": "\u{202e} ", "password": PASSWORD })),
        ("name", json!({ "email": "ana@example.org", "name": "\u{200b}", "password": PASSWORD })),
        (
            "password",
            json!({ "email": "ana@example.org", "name": "Ana", "password": "fourteen chars" }),
        ),
        (
            "password",
            json!({ "email": "ana@example.org", "name": "Ana", "password": "loomstead-loomstead" }),
        ),
    ];
    for (field, body) in refused {
        let problem: Problem = market.visitor().posts("/api/v1/accounts", &body).await.expect(422);
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::Invalid, Some(field)),
            "{body}"
        );
    }
    let admin =
        json!({ "email": "a@b.c", "name": "A", "password": PASSWORD, "email_verified": true });
    assert_eq!(market.visitor().posts("/api/v1/accounts", &admin).await.status, 422);

    let form = [("email", "ana"), ("name", ""), ("password", "short")];
    let all = market.visitor().submits("/register", &form).await.words();
    for remark in
        ["A name has 1 to 80 characters", "This is no e-mail address", "at least 15 characters"]
    {
        assert!(all.contains(remark), "everything is said at once: {remark}: {all}");
    }
    let form = [("email", "ana@example.org"), ("name", "Ana <3"), ("password", "short")];
    let page = market.visitor().submits("/register", &form).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("value=\"ana@example.org\""), "typed values stay");
    assert!(page.body.contains("Ana &#60;3"), "and are escaped");
    assert!(!page.body.contains("value=\"short\""), "but the password does not");
    assert!(page.words().contains("at least 15 characters (this one has 5)"));
    assert!(page.words().contains("For signing in"), "and what the address is for is told whole");
}

async fn the_letter_proves_the_address_once(market: Market) {
    let ana = market.shopper("Ana").await;
    assert!(ana.gets("/account").await.words().contains("not verified yet"));
    let letter = &market.letters_to("ana@example.org").await[0];
    let link = letter.body.lines().find(|line| line.starts_with("http")).expect("a link");
    let (_, token) = link.split_once("/verify-email?token=").expect("the link of the page");

    let stranger = market.visitor();
    let page = stranger.gets(&format!("/verify-email?token={token}")).await;
    assert_eq!(page.status, 200);
    let looked = ana.gets("/account").await;
    assert!(looked.words().contains("not verified yet"), "looking at it proves nothing");

    assert_eq!(stranger.submits("/verify-email", &[("token", token)]).await.status, 303);
    assert!(!ana.gets("/account").await.words().contains("not verified yet"));
    assert_eq!(stranger.submits("/verify-email", &[("token", token)]).await.status, 410);
    assert_eq!(stranger.submits("/verify-email", &[("token", "guess")]).await.status, 410);

    let ben = market.shopper("Ben").await;
    assert_eq!(ben.submits("/verify-email/send", &[]).await.status, 303);
    assert_eq!(market.letters_to("ben@example.org").await.len(), 2);
    market.passes(24 * 3600 + 1).await;
    let late = market.letters_to("ben@example.org").await[0].body.clone();
    let late = late.split("token=").nth(1).unwrap().lines().next().unwrap().to_owned();
    assert_eq!(ben.submits("/verify-email", &[("token", &late)]).await.status, 410);
}

async fn guessing_is_slowed_down_and_the_right_one_gets_in(market: Market) {
    market.register("Ana").await;
    let guesser = market.visitor();
    for _ in 0..10 {
        assert_eq!(signs_in(&guesser, "ana", "a wrong password").await.status, 422);
    }
    let stopped = signs_in(&guesser, "ana", PASSWORD).await;
    assert_eq!((stopped.status, stopped.header("retry-after")), (429, "1"));
    assert!(stopped.words().contains("Too many attempts; try again in 1 second."));
    assert!(stopped.body.contains("value=\"ana@example.org\""), "the form is still there");
    market.passes(1).await;
    assert_eq!(signs_in(&guesser, "ANA", "a wrong password").await.status, 422);
    let stopped = signs_in(&guesser, "ana", PASSWORD).await;
    assert_eq!((stopped.status, stopped.header("retry-after")), (429, "4"));
    market.passes(3).await;
    assert_eq!(signs_in(&guesser, "ana", PASSWORD).await.header("retry-after"), "1");

    // Nobody learns whether there is an account: the unknown is slowed down the same way.
    for _ in 0..10 {
        assert_eq!(signs_in(&guesser, "nobody", "a wrong password").await.status, 422);
    }
    assert_eq!(signs_in(&guesser, "nobody", "a wrong password").await.status, 429);

    market.passes(1).await;
    assert_eq!(signs_in(&guesser, "ana", PASSWORD).await.status, 303, "the wait is over");
    let home = market.visitor();
    assert_eq!(signs_in(&home, "ana", "a wrong password").await.status, 422, "and forgotten");
    assert_eq!(signs_in(&home, "ana", PASSWORD).await.status, 303);
}

async fn a_session_is_new_with_each_login(market: Market) {
    market.register("Ana").await;
    let ana = market.visitor();
    ana.set_cookie("session", &"0".repeat(64));
    let first = signs_in(&ana, "ana", PASSWORD).await;
    let line = first.header("set-cookie").to_owned();
    for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=7776000"] {
        assert!(line.contains(part), "{line}");
    }
    let first = ana.cookie("session").unwrap();
    assert_ne!(first, "0".repeat(64), "a planted session is not taken over");
    signs_in(&ana, "ana", PASSWORD).await;
    assert_ne!(ana.cookie("session").unwrap(), first);
    let thief = market.visitor();
    thief.set_cookie("session", &first);
    assert_eq!(thief.gets("/account").await.status, 303, "the earlier session has ended");
}

async fn a_logout_ends_the_session_everywhere(market: Market) {
    let ana = market.shopper("Ana").await;
    let copy = market.visitor();
    copy.set_cookie("session", &ana.cookie("session").unwrap());
    assert_eq!(copy.gets("/account").await.status, 200);
    assert_eq!(ana.gets("/logout").await.status, 405, "looking at an address signs nobody out");
    assert_eq!(ana.submits("/logout", &[]).await.status, 303);
    assert_eq!(ana.cookie("session"), None);
    assert_eq!(copy.gets("/account").await.status, 303);
}

async fn sessions_end_by_themselves(market: Market) {
    let day = 24 * 3600;
    let (idle, busy) = (market.shopper("Ana").await, market.shopper("Ben").await);
    for _ in 0..8 {
        market.passes(10 * day).await;
        assert_eq!(busy.gets("/account").await.status, 200);
    }
    assert_eq!(idle.gets("/account").await.status, 303, "after fourteen days away");
    market.passes(10 * day).await;
    assert_eq!(busy.gets("/account").await.status, 303, "after ninety days at the latest");
}

async fn a_token_works_until_it_is_given_back(market: Market) {
    let ana = market.terminal("Ana").await;
    let me: Me = ana.gets("/api/v1/me").await.expect(200);
    assert_eq!((me.account.name.as_str(), me.shop, me.market.as_str()), ("Ana", None, "Loomstead"));
    let gone = ana.sends(Method::DELETE, "/api/v1/tokens/current", |request| request).await;
    assert_eq!(gone.status, 204);
    let problem: Problem = ana.gets("/api/v1/me").await.expect(401);
    assert_eq!(problem.code, Code::Unauthenticated);

    let ines = market.artisan("Ines").await;
    let me: Me = ines.gets("/api/v1/me").await.expect(200);
    assert_eq!(me.shop.expect("her shop").name, "Ines’s workshop");

    let wrong = TokenRequest::new(email_of("Ines"), "x", "t");
    let problem: Problem = market.visitor().posts("/api/v1/tokens", &wrong).await.expect(403);
    assert_eq!(problem.code, Code::Forbidden);
}

async fn a_cookie_is_no_token_and_a_token_no_cookie(market: Market) {
    let browser = market.shopper("Ana").await;
    assert_eq!(browser.gets("/api/v1/me").await.status, 200, "a browser may ask the API");
    let secret = browser.cookie("session").unwrap();
    let thief = market.visitor().with_token(format!("stall_{secret}"));
    assert_eq!(thief.gets("/api/v1/me").await.status, 401);

    let asked = TokenRequest::new(email_of("Ana"), PASSWORD, "t");
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let thief = market.visitor();
    thief.set_cookie("session", token.token.strip_prefix("stall_").unwrap());
    assert_eq!(thief.gets("/api/v1/me").await.status, 401);
}

async fn asks_to_sign_in(market: &Market) -> DeviceCode {
    let asked = json!({ "name": "studio laptop" });
    market.visitor().posts("/api/v1/device/codes", &asked).await.expect(201)
}

async fn polls(market: &Market, device: &DeviceCode) -> Answer {
    let poll = json!({ "device_code": device.device_code });
    market.visitor().posts("/api/v1/device/tokens", &poll).await
}

async fn a_terminal_is_approved_in_the_browser(market: Market) {
    let ana = market.shopper("Ana").await;
    let device = asks_to_sign_in(&market).await;
    let waiting: Problem = polls(&market, &device).await.expect(400);
    assert_eq!(waiting.code, Code::DevicePending);

    let path = device.verification_url_complete.split_once(&market.address.to_string()).unwrap().1;
    let stranger = market.visitor().gets(path).await;
    assert_eq!(stranger.status, 303, "sign in first");
    assert!(stranger.location().starts_with("/login?next=%2Fdevice%3Fcode%3D"));

    let page = ana.gets(path).await;
    assert_eq!(page.status, 200);
    assert!(page.words().contains(&device.user_code), "the code to compare");
    assert!(page.words().contains("studio laptop"));
    let typed = device.user_code.to_lowercase().replace('-', " ");
    let approved = ana.submits("/device/approve", &[("code", &typed)]).await;
    assert_eq!(approved.location(), "/device/done?approved=true");

    let token: Token = polls(&market, &device).await.expect(201);
    let me: Me = market.visitor().with_token(token.token).gets("/api/v1/me").await.expect(200);
    assert_eq!(me.account.name, "Ana");
    let again: Problem = polls(&market, &device).await.expect(400);
    assert_eq!(again.code, Code::DeviceExpired, "an approval is taken once");
}

async fn a_terminal_is_refused_in_the_browser(market: Market) {
    let ana = market.shopper("Ana").await;
    let device = asks_to_sign_in(&market).await;
    assert_eq!(ana.submits("/device/deny", &[("code", &device.user_code)]).await.status, 303);
    let problem: Problem = polls(&market, &device).await.expect(400);
    assert_eq!(problem.code, Code::DeviceDenied);
    let late = ana.submits("/device/approve", &[("code", &device.user_code)]).await;
    assert_eq!(late.status, 422, "what was refused stays refused");
}

async fn a_terminal_that_was_approved_can_be_refused_until_it_is_signed_in(market: Market) {
    let (ana, ben) = (market.shopper("Ana").await, market.shopper("Ben").await);
    let device = asks_to_sign_in(&market).await;
    let code = [("code", device.user_code.as_str())];
    assert_eq!(ana.submits("/device/approve", &code).await.status, 303);
    assert_eq!(ben.submits("/device/deny", &code).await.status, 422, "it is not his");
    assert_eq!(ana.submits("/device/deny", &code).await.status, 303, "in another window");
    let problem: Problem = polls(&market, &device).await.expect(400);
    assert_eq!(problem.code, Code::DeviceDenied);

    let device = asks_to_sign_in(&market).await;
    let code = [("code", device.user_code.as_str())];
    assert_eq!(ana.submits("/device/approve", &code).await.status, 303);
    let token: Token = polls(&market, &device).await.expect(201);
    let late = ana.submits("/device/deny", &code).await;
    assert_eq!(late.status, 409);
    assert!(late.words().contains("is signed in by now"), "{}", late.words());
    assert!(late.body.contains("href=\"/account/security\""), "where it can be ended");
    let terminal = market.visitor().with_token(token.token);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 200);
}

async fn a_terminal_that_nobody_approves_lapses(market: Market) {
    let ana = market.shopper("Ana").await;
    let device = asks_to_sign_in(&market).await;
    market.passes(u64::from(device.expires_in)).await;
    let problem: Problem = polls(&market, &device).await.expect(400);
    assert_eq!(problem.code, Code::DeviceExpired);
    assert_eq!(ana.submits("/device/approve", &[("code", &device.user_code)]).await.status, 422);
}

async fn codes_of_terminals_cannot_be_guessed(market: Market) {
    let ana = market.shopper("Ana").await;
    for _ in 0..10 {
        assert_eq!(ana.gets("/device?code=BCDF-GHJK").await.status, 422);
    }
    assert_eq!(ana.gets("/device?code=BCDF-GHJK").await.status, 429);
}

async fn after_signing_in_nobody_is_led_elsewhere(market: Market) {
    market.register("Ana").await;
    let email = email_of("Ana");
    let cases = [
        ("/device?code=BCDF-GHJK", "/device?code=BCDF-GHJK"),
        ("/cart", "/cart"),
        ("", "/account"),
        ("https://evil.example", "/account"),
        ("//evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("/\t/evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
    ];
    for (next, lands) in cases {
        let form = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
        let ana = market.visitor();
        assert_eq!(ana.submits("/login", &form).await.location(), lands, "{next:?}");
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        assert_eq!(ana.gets(&format!("/login?{query}")).await.location(), lands, "{next:?}");
        let form =
            [("email", "x@example.org"), ("name", "X"), ("password", PASSWORD), ("next", next)];
        let registered = ana.submits("/register", &form).await;
        assert!(!registered.location().contains("evil"), "{}", registered.location());
    }
}

async fn a_page_for_members_asks_to_sign_in_and_comes_back(market: Market) {
    let visitor = market.visitor();
    let sent = visitor.gets("/account?letter=true").await;
    assert_eq!((sent.status, sent.location()), (303, "/login?next=%2Faccount%3Fletter%3Dtrue"));
    let sent = visitor.submits("/device/approve", &[("code", "x")]).await;
    assert_eq!(
        (sent.status, sent.location()),
        (303, "/login?news=lost"),
        "a form cannot be sent again"
    );
}
