//! A button that is pressed twice: the browser shows the answer to the second press, so that must be
//! what the first one did, and nothing is done a second time.

use api::Page;
use api::account::DeviceCode;
use api::address::SavedAddress;
use api::sign_in::Session;
use serde_json::json;

use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};
use crate::unsaved::hidden;

on_both_engines![
    opening_an_account_twice_opens_one_and_says_so_once,
    signing_in_twice_opens_one_session,
    a_new_password_is_taken_once,
    a_terminal_is_approved_once,
    a_shop_is_opened_once,
    an_address_is_kept_once_however_close_the_presses_are,
    a_token_is_made_once_and_still_shown,
    an_account_is_deleted_once_and_the_page_says_so,
    what_was_refused_can_be_sent_again,
    the_same_words_on_a_page_opened_anew_are_something_new,
];

impl Person {
    /// Fills in the form of a page and presses its button twice: what the browser shows in the end.
    async fn presses_twice(&self, at: &str, to: &str, typed: &[(&str, &str)]) -> (Answer, Answer) {
        let page = self.gets(at).await;
        assert_eq!(hidden(&page, to).first().map(|field| &*field.0), Some("once"), "{at}");
        let before = self.cookies();
        let first = self.goes_on(to, &page, typed).await;
        let after = self.cookies();
        // The second press leaves before the first answer has come.
        for (name, value) in &before {
            self.set_cookie(name, value);
        }
        let second = self.goes_on(to, &page, typed).await;
        let told = |answer: &Answer| (answer.status, answer.location().to_owned());
        assert_eq!(told(&second), told(&first), "{}", second.words());
        assert_eq!(second.body, first.body);
        assert_eq!(self.cookies(), after, "and nobody is signed out by it");
        (first, second)
    }
}

const JENA: [(&str, &str); 5] = [
    ("name", "Ana Ng"),
    ("line1", "Kirchgasse 4"),
    ("postal_code", "07743"),
    ("city", "Jena"),
    ("country", "DE"),
];

async fn opening_an_account_twice_opens_one_and_says_so_once(market: Market) {
    let ana = market.visitor();
    let email = email_of("Ana");
    let form = [("email", &*email), ("name", "Ana"), ("password", PASSWORD)];
    let (_, answer) = ana.presses_twice("/register", "/register", &form).await;
    assert_eq!(answer.status, 303);
    market.settle().await;
    let letters = market.letters_to(&email).await;
    assert_eq!(letters.len(), 1, "{:?}", letters.iter().map(|it| &it.subject).collect::<Vec<_>>());
    assert!(letters[0].body.contains("/verify-email?token="), "{}", letters[0].body);
}

async fn signing_in_twice_opens_one_session(market: Market) {
    market.register("Ana").await;
    let (ana, email) = (market.visitor(), email_of("Ana"));
    let form = [("email", &*email), ("password", PASSWORD)];
    ana.presses_twice("/login", "/login", &form).await;
    let listed: Page<Session> = ana.gets("/api/v1/sessions").await.expect(200);
    assert_eq!(listed.items.len(), 1);
}

async fn a_new_password_is_taken_once(market: Market) {
    let ana = market.shopper("Ana").await;
    let form = [("current_password", PASSWORD), ("new_password", "nine dry herons resting")];
    let path = "/account/password";
    let (_, answer) = ana.presses_twice(path, path, &form).await;
    assert_eq!(answer.location(), "/account/security?done=password");
    assert_eq!(ana.gets("/account").await.status, 200);
    let letters = market.letters_to(&email_of("Ana")).await;
    let told = letters.iter().filter(|letter| letter.subject.contains("password")).count();
    assert_eq!(told, 1);
}

async fn a_terminal_is_approved_once(market: Market) {
    let ana = market.shopper("Ana").await;
    let device: DeviceCode = market
        .visitor()
        .posts("/api/v1/device/codes", &json!({ "name": "studio laptop" }))
        .await
        .expect(201);
    let at = format!("/device?code={}", device.user_code);
    let (_, answer) = ana.presses_twice(&at, "/device/approve", &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let poll = json!({ "device_code": device.device_code });
    assert_eq!(market.visitor().posts("/api/v1/device/tokens", &poll).await.status, 201);
}

async fn a_shop_is_opened_once(market: Market) {
    market.terminal("Ines").await;
    let ines = market.visitor();
    let form = [("email", &*email_of("Ines")), ("password", PASSWORD)];
    assert_eq!(ines.submits("/login", &form).await.status, 303);
    let form = [("name", "Oat & Ash"), ("place", "Jena"), ("story", "Clay.")];
    let (_, answer) = ines.presses_twice("/sell", "/sell", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
}

async fn an_address_is_kept_once_however_close_the_presses_are(market: Market) {
    let ana = market.shopper("Ana").await;
    let (at, to) = ("/account/addresses/new", "/account/addresses");
    ana.presses_twice(at, to, &JENA).await;
    let book = || async { ana.gets("/api/v1/addresses").await.expect::<Page<SavedAddress>>(200) };
    assert_eq!(book().await.items.len(), 1);
    let page = ana.gets(at).await;
    let press = || ana.goes_on(to, &page, &JENA);
    let (first, second) = tokio::join!(press(), press());
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(book().await.items.len(), 2, "one more");
}

async fn a_token_is_made_once_and_still_shown(market: Market) {
    let ana = market.shopper("Ana").await;
    let path = "/account/tokens";
    let form = [("name", "night backup"), ("scope", "profile:read")];
    let (_, answer) = ana.presses_twice(path, path, &form).await;
    let (_, rest) = answer.body.split_once("id=\"token\">").expect("the token");
    let program = market.visitor().with_token(rest.split_once('<').unwrap().0.to_owned());
    assert_eq!(program.gets("/api/v1/profile").await.status, 200, "the one that is shown works");
    let listed: Page<Session> = ana.gets("/api/v1/sessions").await.expect(200);
    let made = listed.items.iter().filter(|session| session.name == "night backup").count();
    assert_eq!(made, 1);
}

async fn an_account_is_deleted_once_and_the_page_says_so(market: Market) {
    let ana = market.shopper("Ana").await;
    let path = "/account/privacy/delete";
    let (_, answer) = ana.presses_twice(path, path, &[("current_password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/privacy?gone=true");
}

async fn what_was_refused_can_be_sent_again(market: Market) {
    let ana = market.visitor();
    let form = [("email", &*email_of("Ana")), ("password", PASSWORD)];
    let page = ana.gets("/login").await;
    assert_eq!(ana.goes_on("/login", &page, &form).await.status, 422);
    market.register("Ana").await;
    assert_eq!(ana.goes_on("/login", &page, &form).await.status, 303, "the very same form");
}

async fn the_same_words_on_a_page_opened_anew_are_something_new(market: Market) {
    let ana = market.shopper("Ana").await;
    let (at, to) = ("/account/addresses/new", "/account/addresses");
    for _ in 0..2 {
        let page = ana.gets(at).await;
        assert_eq!(ana.goes_on(to, &page, &JENA).await.status, 303);
    }
    let book: Page<SavedAddress> = ana.gets("/api/v1/addresses").await.expect(200);
    assert_eq!(book.items.len(), 2, "she may keep it twice if she wants to");
}
