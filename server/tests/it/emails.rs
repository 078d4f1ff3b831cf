//! An address that gives way to another.

use api::Problem;
use api::account::Me;
use api::sign_in::{RecoveryCodes, SignIn};
use reqwest::Method;
use serde_json::json;
use server::config::Config;

use crate::authenticator::Authenticator;
use crate::letters::{bodies_to, letter_with, token_in};
use crate::market::{Answer, Engine, Market, PASSWORD, Person, email_of, on_both_engines};
use crate::privacy::browser_of;
use crate::relay::Relay;

on_both_engines![
    an_address_changes_when_the_link_at_the_new_one_is_followed,
    an_address_does_not_change_before_the_password_was_given,
    a_terminal_outlives_a_new_address_new_codes_and_the_second_step,
    what_waits_is_told_to_its_owner_alone,
    a_change_that_waits_is_told_where_another_is_asked_for,
    a_change_that_was_not_wanted_is_called_off,
    a_new_password_calls_a_change_off_and_says_so,
    a_taken_address_is_answered_like_a_free_one,
    a_link_is_good_for_its_owner_and_its_purpose_only,
    links_to_an_address_of_the_past_are_worth_nothing,
    the_address_taken_meanwhile_is_no_longer_free,
];

async fn asks_for(person: &Person, email: &str) -> Answer {
    person.submits("/account/email", &[("email", email)]).await
}

async fn confirms(person: &Person, token: &str) -> Answer {
    person.submits("/account/email/confirm", &[("token", token)]).await
}

async fn address_of(person: &Person) -> (String, bool) {
    let me: Me = person.gets("/api/v1/me").await.expect(200);
    (me.account.email, me.account.email_verified)
}

async fn an_address_changes_when_the_link_at_the_new_one_is_followed(market: Market) {
    let ana = market.shopper("Ana").await;
    let asked = asks_for(&ana, "Ana@new.example").await;
    assert_eq!((asked.status, asked.location()), (303, "/account/security?done=asked"));
    assert_eq!(address_of(&ana).await, ("ana@example.org".to_owned(), false), "not yet");
    assert!(ana.gets("/account/security").await.words().contains("Ana@new.example"));
    let told = bodies_to(&market, "ana@example.org").await;
    let told = letter_with(&told, &["Ana@new.example"]);
    assert!(!told.contains("token="), "{told}");

    let token = token_in(&bodies_to(&market, "Ana@new.example").await, "/account/email/confirm");
    let path = format!("/account/email/confirm?token={token}");
    let stranger = market.visitor().gets(&path).await;
    assert!(stranger.location().starts_with("/login?next=%2Faccount%2Femail%2Fconfirm%3Ftoken"));
    assert_eq!(ana.gets(&path).await.status, 200);
    assert_eq!(address_of(&ana).await.0, "ana@example.org", "looking at it changes nothing");

    assert_eq!(confirms(&ana, &token).await.location(), "/account/security?done=email");
    assert_eq!(address_of(&ana).await, ("Ana@new.example".to_owned(), true));
    for address in ["ana@example.org", "Ana@new.example"] {
        letter_with(&bodies_to(&market, address).await, &["now has the address Ana@new.example"]);
    }
    assert_eq!(confirms(&ana, &token).await.status, 410, "once");
    let form = |email| [("email", email), ("password", PASSWORD)];
    assert_eq!(market.visitor().submits("/login", &form("ana@new.example")).await.status, 303);
    assert_eq!(market.visitor().submits("/login", &form("ana@example.org")).await.status, 422);
}

async fn an_address_does_not_change_before_the_password_was_given(market: Market) {
    let ana = market.shopper("Ana").await;
    market.passes(301).await;
    let sent = ana.gets("/account/email").await;
    assert_eq!((sent.status, sent.location()), (303, "/account/confirm?next=%2Faccount%2Femail"));
    let sent = asks_for(&ana, "eve@example.org").await;
    assert_eq!(sent.status, 403);
    assert!(sent.words().contains("Your password first"), "{}", sent.words());
    assert!(bodies_to(&market, "eve@example.org").await.is_empty());

    let before = ana.cookie("session").unwrap();
    let answer = |password| [("current_password", password), ("next", "/account/email")];
    assert_eq!(ana.submits("/account/confirm", &answer("a wrong guess")).await.status, 422);
    let confirmed = ana.submits("/account/confirm", &answer(PASSWORD)).await;
    assert_eq!((confirmed.status, confirmed.location()), (303, "/account/email"));
    assert_ne!(ana.cookie("session").unwrap(), before, "a new secret");
    let thief = market.visitor();
    thief.set_cookie("session", &before);
    assert_eq!(thief.gets("/account").await.status, 303, "the one before is worth nothing");
    assert_eq!(asks_for(&ana, "ana@new.example").await.status, 303);

    let terminal = market.terminal("Ben").await;
    let ask = |password| json!({ "email": "ben@new.example", "current_password": password });
    let problem: Problem =
        terminal.posts("/api/v1/me/email", &ask("a wrong guess")).await.expect(422);
    assert_eq!(problem.field.as_deref(), Some("current_password"));
    assert_eq!(terminal.posts("/api/v1/me/email", &ask(PASSWORD)).await.status, 202);
    assert_eq!(bodies_to(&market, "ben@new.example").await.len(), 1);
}

async fn a_terminal_outlives_a_new_address_new_codes_and_the_second_step(market: Market) {
    let terminal = market.terminal("Ana").await;
    let browser = browser_of(&market, "Ana").await;
    let (_, codes) = Authenticator::set_up(&market, &browser).await;
    let ask = json!({ "email": "Ana@new.example", "current_password": PASSWORD, "code": codes[0] });
    assert_eq!(terminal.posts("/api/v1/me/email", &ask).await.status, 202);
    let token = token_in(&bodies_to(&market, "Ana@new.example").await, "/account/email/confirm");
    assert_eq!(confirms(&browser, &token).await.location(), "/account/security?done=email");

    let proof = |code: &str| json!({ "current_password": PASSWORD, "code": code });
    let drawn = terminal.posts("/api/v1/me/factor/codes", &proof(&codes[1])).await;
    let drawn: RecoveryCodes = drawn.expect(200);
    let off = terminal.posts("/api/v1/me/factor/off", &proof(&drawn.codes[0])).await;
    assert_eq!(off.status, 204);
    for person in [&terminal, &browser] {
        assert_eq!(address_of(person).await, ("Ana@new.example".to_owned(), true));
    }
    let change = json!({ "current_password": PASSWORD, "new_password": "nine dry spoons dancing" });
    assert_eq!(terminal.posts("/api/v1/me/password", &change).await.status, 200);
    assert_eq!(browser.gets("/api/v1/me").await.status, 401, "what a new password ends");
    assert_eq!(terminal.gets("/api/v1/me").await.status, 200, "and whom it leaves");
}

async fn what_waits_is_told_to_its_owner_alone(market: Market) {
    let (ana, ben) = (market.terminal("Ana").await, market.terminal("Ben").await);
    let told =
        async |person: &Person| -> SignIn { person.gets("/api/v1/me/sign-in").await.expect(200) };
    assert_eq!(told(&ana).await.pending_email, None);
    let ask = json!({ "email": "Ana@new.example", "current_password": PASSWORD });
    assert_eq!(ana.posts("/api/v1/me/email", &ask).await.status, 202);
    let waiting = told(&ana).await;
    assert_eq!(waiting.pending_email.as_deref(), Some("Ana@new.example"));
    assert_eq!((waiting.email.as_str(), waiting.email_verified), ("ana@example.org", true));
    assert_eq!(told(&ben).await.pending_email, None);
    market.passes(3601).await;
    assert_eq!(told(&ana).await.pending_email, None, "the link works for an hour");
}

async fn a_new_password_calls_a_change_off_and_says_so(market: Market) {
    let ana = market.shopper("Ana").await;
    let words = "calls that change off";
    assert!(!ana.gets("/account/password").await.words().contains(words), "nothing waits");
    asks_for(&ana, "Ana@new.example").await;
    let token = token_in(&bodies_to(&market, "Ana@new.example").await, "/account/email/confirm");
    let page = ana.gets("/account/password").await.words();
    assert!(page.contains("Ana@new.example") && page.contains(words), "{page}");
    let change = |from, to| [("current_password", from), ("new_password", to)];
    let other = "nine dry spoons dancing";
    assert_eq!(ana.submits("/account/password", &change(PASSWORD, other)).await.status, 303);
    let called_off = "The change of your address that waited for its link was called off";
    let told = bodies_to(&market, "ana@example.org").await;
    letter_with(&told, &["password of your account", called_off]);
    let late = confirms(&ana, &token).await;
    assert_eq!(late.status, 410);
    assert!(late.words().contains("A new password calls a change off"), "{}", late.words());

    assert_eq!(ana.submits("/account/password", &change(other, PASSWORD)).await.status, 303);
    let told = bodies_to(&market, "ana@example.org").await;
    let silent = told.iter().filter(|body| body.contains("password of your account"));
    assert_eq!(silent.filter(|body| !body.contains(called_off)).count(), 1, "nothing waited");
}

async fn a_change_that_waits_is_told_where_another_is_asked_for(market: Market) {
    let ana = market.shopper("Ana").await;
    let cancel = "action=\"/account/email/cancel\"";
    let page = ana.gets("/account/email").await;
    assert!(!page.body.contains(cancel) && !page.words().contains("waits"), "{}", page.words());
    asks_for(&ana, "ana@new.example").await;
    let refused = asks_for(&ana, "no address").await;
    for page in [ana.gets("/account/email").await, refused] {
        assert!(page.words().contains("A change to ana@new.example waits"), "{}", page.words());
        assert!(page.body.contains(cancel), "{}", page.body);
    }
    let done = ana.submits("/account/email/cancel", &[]).await;
    assert_eq!(done.location(), "/account/security?done=called_off");
    assert!(!ana.gets("/account/email").await.words().contains("waits"));
}

async fn a_change_that_was_not_wanted_is_called_off(market: Market) {
    let ana = market.shopper("Ana").await;
    asks_for(&ana, "eve@example.org").await;
    let token = token_in(&bodies_to(&market, "eve@example.org").await, "/account/email/confirm");
    assert_eq!(ana.submits("/account/email/cancel", &[]).await.status, 303);
    assert!(!ana.gets("/account/security").await.words().contains("eve@example.org"));
    assert_eq!(confirms(&ana, &token).await.status, 410);

    asks_for(&ana, "one@example.org").await;
    let one = token_in(&bodies_to(&market, "one@example.org").await, "/account/email/confirm");
    asks_for(&ana, "two@example.org").await;
    assert_eq!(confirms(&ana, &one).await.status, 410, "the later wish counts");
    let two = token_in(&bodies_to(&market, "two@example.org").await, "/account/email/confirm");
    let gone = ana.sends(Method::DELETE, "/api/v1/me/email", |request| request).await;
    assert_eq!(gone.status, 204);
    assert_eq!(confirms(&ana, &two).await.status, 410);
    assert_eq!(address_of(&ana).await.0, "ana@example.org");
}

async fn a_taken_address_is_answered_like_a_free_one(market: Market) {
    let ana = market.shopper("Ana").await;
    market.register("Ben").await;
    let free = asks_for(&ana, "free@example.org").await;
    let free_page = ana.gets("/account/security").await.words();
    let taken = asks_for(&ana, "BEN@example.org").await;
    let taken_page = ana.gets("/account/security").await.words();
    assert_eq!((free.status, free.location(), &free.body), (303, taken.location(), &taken.body));
    assert_eq!(taken.status, 303);
    assert_eq!(
        free_page.replace("free@example.org", ""),
        taken_page.replace("BEN@example.org", "")
    );

    let ben = bodies_to(&market, "ben@example.org").await;
    let told = letter_with(&ben, &["belongs to yours"]);
    assert!(!told.contains("token=") && !told.contains("Ana"), "nor does he learn who: {told}");
    for (typed, status) in [("ana@EXAMPLE.org", 422), ("no address", 422), ("", 422)] {
        assert_eq!(asks_for(&ana, typed).await.status, status, "{typed:?}");
    }
}

async fn a_link_is_good_for_its_owner_and_its_purpose_only(market: Market) {
    let (ana, ben) = (market.shopper("Ana").await, market.shopper("Ben").await);
    asks_for(&ana, "ana@new.example").await;
    ana.submits("/password/forgot", &[("email", "ana@example.org")]).await;
    let old = bodies_to(&market, "ana@example.org").await;
    let new = bodies_to(&market, "ana@new.example").await;
    let verify = token_in(&old, "/verify-email");
    let reset = token_in(&old, "/password/reset");
    let change = token_in(&new, "/account/email/confirm");

    let choose = |token: &str| json!({ "token": token, "password": "nine dry otters singing" });
    for wrong in [&verify, &change] {
        assert_eq!(ana.posts("/api/v1/password/reset", &choose(wrong)).await.status, 409);
    }
    for wrong in [&reset, &change] {
        assert_eq!(ana.submits("/verify-email", &[("token", wrong)]).await.status, 410);
    }
    for wrong in [&verify, &reset] {
        assert_eq!(confirms(&ana, wrong).await.status, 410);
    }
    assert_eq!(confirms(&ben, &change).await.status, 410, "somebody else’s link");
    for secret in [&verify, &reset, &change] {
        let thief = market.visitor();
        thief.set_cookie("session", secret);
        assert_eq!(thief.gets("/account").await.status, 303);
        let thief = market.visitor().with_token(format!("stall_{secret}"));
        assert_eq!(thief.gets("/api/v1/me").await.status, 401);
        let poll = json!({ "device_code": secret });
        assert_eq!(thief.posts("/api/v1/device/tokens", &poll).await.status, 400);
    }
    let session = ana.cookie("session").unwrap();
    assert_eq!(ana.submits("/verify-email", &[("token", &session)]).await.status, 410);
    assert_eq!(ana.posts("/api/v1/password/reset", &choose(&session)).await.status, 409);

    assert_eq!(ana.submits("/verify-email", &[("token", &verify)]).await.status, 303);
    assert_eq!(confirms(&ana, &change).await.status, 303, "none of that used it up");
}

async fn links_to_an_address_of_the_past_are_worth_nothing(market: Market) {
    let ana = market.shopper("Ana").await;
    ana.submits("/password/forgot", &[("email", "ana@example.org")]).await;
    let old = bodies_to(&market, "ana@example.org").await;
    let (verify, reset) = (token_in(&old, "/verify-email"), token_in(&old, "/password/reset"));
    asks_for(&ana, "ana@new.example").await;
    let change = token_in(&bodies_to(&market, "ana@new.example").await, "/account/email/confirm");
    assert_eq!(confirms(&ana, &change).await.status, 303);
    assert_eq!(ana.submits("/verify-email", &[("token", &verify)]).await.status, 410);
    let form = [("token", reset.as_str()), ("password", "nine dry otters singing")];
    assert_eq!(ana.submits("/password/reset", &form).await.status, 410);
}

async fn the_address_taken_meanwhile_is_no_longer_free(market: Market) {
    let ana = market.shopper("Ana").await;
    asks_for(&ana, "ben@example.org").await;
    let change = token_in(&bodies_to(&market, "ben@example.org").await, "/account/email/confirm");
    market.register("Ben").await;
    let late = confirms(&ana, &change).await;
    assert_eq!(late.status, 409);
    assert!(late.words().contains("This address has an account of its own"), "{}", late.words());
    assert!(late.body.contains("action=\"/account/email\""), "and another can be asked for");
    assert_eq!(address_of(&ana).await.0, "ana@example.org");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_is_told_once_and_the_letter_is_forgotten() {
    let relay = Relay::open().await;
    let settings = |config: &mut Config| config.mail_url = Some(relay.url());
    let market = Market::start_with(Engine::Sqlite, settings).await;
    let email = email_of("Ana");
    market.register("Ana").await;
    relay.has_callers(1).await;
    relay.greets(0);
    relay.has_letters(1).await;
    server::accounts::verify_by_operator(&market.state, &email).await.unwrap();
    let ana = browser_of(&market, "Ana").await;
    let gone = ana.submits("/account/privacy/delete", &[("current_password", PASSWORD)]).await;
    assert_eq!(gone.location(), "/privacy?gone=true");
    relay.has_callers(2).await;
    relay.greets(1);
    let letters = relay.has_letters(2).await;
    assert!(letters[1].contains("Your account at Loomstead is deleted"), "{}", letters[1]);
    assert!(letters[1].contains(&email), "{}", letters[1]);
    market.settle().await;
    assert!(market.letters_to(&email).await.is_empty(), "nothing of it stays");
}
