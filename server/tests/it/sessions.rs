//! Where people are signed in, and how that ends.

use api::Page;
use api::problem::Code;
use api::sign_in::{Session, SessionKind, SessionsEnded};
use api::{Id, Problem};
use reqwest::Method;
use serde_json::json;

use crate::listings::{drafts, mug};
use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    the_list_shows_where_somebody_is_signed_in,
    one_session_is_ended_and_the_others_live_on,
    all_others_are_ended_at_once,
    whoever_was_signed_out_hears_nothing_more,
    nobody_sees_or_ends_the_sessions_of_others,
    a_session_has_another_secret_after_every_step_up,
    a_browser_of_a_seller_signs_in_sooner,
    a_login_with_the_password_of_before_is_worth_nothing,
    after_the_password_nobody_is_led_elsewhere,
];

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

async fn signs_in_with(person: &Person, name: &str, agent: &str) -> Answer {
    let email = email_of(name);
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    person
        .sends(Method::POST, "/login", |request| request.header("user-agent", agent).form(&form))
        .await
}

async fn sessions_of(person: &Person) -> Vec<Session> {
    let page: Page<Session> = person.gets("/api/v1/sessions").await.expect(200);
    page.items
}

async fn ends(person: &Person, session: Id<Session>) -> u16 {
    let path = format!("/api/v1/sessions/{session}");
    person.sends(Method::DELETE, &path, |request| request).await.status
}

async fn the_list_shows_where_somebody_is_signed_in(market: Market) {
    let terminal = market.terminal("Ana").await;
    let (laptop, phone) = (market.visitor(), market.visitor());
    market.passes(60).await;
    signs_in_with(&laptop, "Ana", FIREFOX).await;
    market.passes(60).await;
    signs_in_with(&phone, "Ana", IPHONE).await;

    let listed = sessions_of(&laptop).await;
    let lines: Vec<(&str, SessionKind, bool)> =
        listed.iter().map(|one| (one.name.as_str(), one.kind, one.current)).collect();
    assert_eq!(
        lines,
        [
            ("Safari on iPhone", SessionKind::Web, false),
            ("Firefox on Linux", SessionKind::Web, true),
            ("test", SessionKind::Token, false),
        ]
    );
    assert!(sessions_of(&terminal).await[2].current, "each sees itself");

    market.passes(400).await;
    let page = laptop.gets("/account/security").await;
    assert_eq!(page.status, 200);
    let words = page.words();
    assert!(words.contains("Firefox on Linux") && words.contains("this one"), "{words}");
    assert!(words.contains("last used 22 Nov 2026, 12:08"), "its use was noted: {words}");
    assert!(!page.body.contains("127.0.0.1"), "no place, no address");
    let secret = laptop.cookie("session").unwrap();
    assert!(!page.body.contains(&secret) && !page.body.contains("Mozilla"));
    assert_eq!(market.visitor().gets("/api/v1/sessions").await.status, 401);
}

async fn one_session_is_ended_and_the_others_live_on(market: Market) {
    let terminal = market.terminal("Ana").await;
    let (laptop, phone) = (market.visitor(), market.visitor());
    signs_in_with(&laptop, "Ana", FIREFOX).await;
    signs_in_with(&phone, "Ana", IPHONE).await;
    let find = |listed: Vec<Session>, name: &str| {
        listed.into_iter().find(|one| one.name == name).map(|one| one.id).expect("it is listed")
    };
    let phones = find(sessions_of(&laptop).await, "Safari on iPhone");
    let form = format!("/account/security/sessions/{phones}/end");
    let done = laptop.submits(&form, &[]).await;
    assert_eq!(done.location(), "/account/security?done=ended");
    assert_eq!(phone.gets("/account").await.status, 303);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 200);
    assert_eq!(laptop.submits(&form, &[]).await.status, 404, "a second click finds nothing");

    let terminals = find(sessions_of(&laptop).await, "test");
    assert_eq!(ends(&laptop, terminals).await, 204);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 401);
    let own = sessions_of(&laptop).await[0].id;
    assert_eq!(ends(&laptop, own).await, 204, "one’s own, too");
    assert_eq!(laptop.gets("/account").await.status, 303);
}

async fn all_others_are_ended_at_once(market: Market) {
    let terminal = market.terminal("Ana").await;
    let (laptop, phone, ben) = (market.visitor(), market.visitor(), market.shopper("Ben").await);
    signs_in_with(&laptop, "Ana", FIREFOX).await;
    signs_in_with(&phone, "Ana", IPHONE).await;
    let done = laptop.submits("/account/security/sessions/end", &[]).await;
    assert_eq!(done.location(), "/account/security?done=others");
    assert_eq!(phone.gets("/account").await.status, 303);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 401);
    assert_eq!(laptop.gets("/account").await.status, 200);
    assert_eq!(ben.gets("/account").await.status, 200);

    signs_in_with(&phone, "Ana", IPHONE).await;
    let all = phone.sends(Method::DELETE, "/api/v1/sessions", |request| request).await;
    assert_eq!(all.expect::<SessionsEnded>(200).ended, 1);
    assert_eq!(laptop.gets("/account").await.status, 303);
    assert_eq!(sessions_of(&phone).await.len(), 1);
}

async fn whoever_was_signed_out_hears_nothing_more(market: Market) {
    let (stolen, laptop) = (market.artisan("Ana").await, market.visitor());
    market.passes(60).await;
    signs_in_with(&laptop, "Ana", FIREFOX).await;
    let mut feed = stolen.follows("/api/v1/events").await;
    drafts(&laptop, &mug("Cup", 2400, 1)).await;
    let first = feed.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&first).contains("Cup: drafted"), "{first:?}");

    let ended = laptop.sends(Method::DELETE, "/api/v1/sessions", |request| request).await;
    assert_eq!(ended.expect::<SessionsEnded>(200).ended, 1);
    drafts(&laptop, &mug("Bowl", 3800, 1)).await;
    let mut rest = Vec::new();
    while let Some(chunk) = feed.chunk().await.unwrap() {
        rest.extend_from_slice(&chunk);
        assert!(!String::from_utf8_lossy(&rest).contains("Bowl"), "the feed goes on");
    }
}

async fn nobody_sees_or_ends_the_sessions_of_others(market: Market) {
    let (ana, ben) = (market.shopper("Ana").await, market.shopper("Ben").await);
    let anas = sessions_of(&ana).await[0].id;
    assert!(sessions_of(&ben).await.iter().all(|one| one.id != anas));
    let path = format!("/api/v1/sessions/{anas}");
    let absent = "/api/v1/sessions/ses_01J00000000000000000000000";
    let foreign = ben.sends(Method::DELETE, &path, |request| request).await;
    let absent = ben.sends(Method::DELETE, absent, |request| request).await;
    let (foreign, absent): (Problem, Problem) = (foreign.expect(404), absent.expect(404));
    assert_eq!(foreign.code, Code::NotFound);
    assert_eq!((foreign.detail, foreign.field), (absent.detail, absent.field));
    let form = format!("/account/security/sessions/{anas}/end");
    assert_eq!(ben.submits(&form, &[]).await.status, 404);
    assert_eq!(ana.gets("/account").await.status, 200);
}

async fn a_session_has_another_secret_after_every_step_up(market: Market) {
    market.register("Ana").await;
    let ana = market.visitor();
    let planted = "0".repeat(64);
    ana.set_cookie("session", &planted);
    let mut seen = vec![planted];
    signs_in_with(&ana, "Ana", FIREFOX).await;
    seen.push(ana.cookie("session").unwrap());
    ana.submits("/account/confirm", &[("current_password", PASSWORD)]).await;
    seen.push(ana.cookie("session").unwrap());
    let form = [("current_password", PASSWORD), ("new_password", "nine dry otters singing")];
    ana.submits("/account/password", &form).await;
    assert!(!seen.contains(&ana.cookie("session").unwrap()));
    for old in seen {
        let thief = market.visitor();
        thief.set_cookie("session", &old);
        assert_eq!(thief.gets("/account").await.status, 303);
    }
    assert_eq!(sessions_of(&ana).await.len(), 1, "it is one session all the time");
}

async fn a_browser_of_a_seller_signs_in_sooner(market: Market) {
    let (hour, day) = (3600, 24 * 3600);
    let seller = market.artisan("Ines").await;
    let (browser, busy) = (market.visitor(), market.visitor());
    signs_in_with(&browser, "Ines", FIREFOX).await;
    signs_in_with(&busy, "Ines", IPHONE).await;
    for _ in 0..13 {
        market.passes(11 * hour).await;
        assert_eq!(busy.gets("/account").await.status, 200);
    }
    assert_eq!(browser.gets("/account").await.status, 303, "after twelve hours away");
    market.passes(11 * hour).await;
    market.passes(11 * hour).await;
    assert_eq!(busy.gets("/account").await.status, 303, "after seven days at the latest");
    assert_eq!(seller.gets("/api/v1/me").await.status, 200, "a terminal has its own time");
    assert_eq!(sessions_of(&seller).await.len(), 1, "what has ended is not listed");
    market.passes(80 * day).await;
    assert_eq!(seller.gets("/api/v1/me").await.status, 200, "use carries it on");
    market.passes(91 * day).await;
    assert_eq!(seller.gets("/api/v1/me").await.status, 401);
}

/// The password is compared, then it changes, and only then the session is written down.
async fn a_login_with_the_password_of_before_is_worth_nothing(market: Market) {
    let ana = market.shopper("Ana").await;
    let thief = market.visitor();
    let form = [("current_password", PASSWORD), ("new_password", "nine dry otters singing")];
    let logins = (0..12).map(|_| signs_in_with(&thief, "Ana", FIREFOX));
    let (changed, _) = tokio::join!(
        ana.submits("/account/password", &form),
        futures_util::future::join_all(logins)
    );
    assert_eq!(changed.status, 303);
    assert_eq!(thief.gets("/account").await.status, 303, "whichever came first");
    let listed = sessions_of(&ana).await;
    assert_eq!(listed.len(), 1, "{listed:?}");
}

async fn after_the_password_nobody_is_led_elsewhere(market: Market) {
    let ana = market.shopper("Ana").await;
    let elsewhere = [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/%09//evil.example/..//",
        "javascript:alert(1)",
        "data:text/html,x",
        "/.//evil.example",
        "/..//evil.example",
        "/%2e//evil.example",
        "http:/evil.example",
        "https:evil.example",
        " //evil.example",
        "@evil.example",
        "evil.example",
        "/x\r\nSet-Cookie: session=1",
    ];
    for next in elsewhere {
        let form = [("current_password", PASSWORD), ("next", next)];
        let led = ana.submits("/account/confirm", &form).await;
        assert_eq!(led.status, 303, "{next:?}");
        let there = url::Url::parse("http://here.invalid").unwrap().join(led.location()).unwrap();
        assert_eq!(there.host_str(), Some("here.invalid"), "{next:?} leads to {there}");
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let page = ana.gets(&format!("/account/confirm?{query}")).await;
        assert!(!page.body.contains("value=\"https:") && !page.body.contains("value=\"//"));
    }
    let body = json!({ "current_password": PASSWORD });
    assert_eq!(ana.posts("/account/confirm", &body).await.status, 415, "only a form");
}
