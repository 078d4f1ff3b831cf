//! Rules that hold for every route: headers, limits, writes from elsewhere, problems, keys.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use api::Problem;
use api::problem::Code;
use reqwest::Method;
use serde_json::json;
use server::sql;

use crate::market::{Answer, Engine, Market, PASSWORD, Person, on_both_engines};

on_both_engines![
    every_answer_carries_the_same_guard,
    problems_name_the_request_and_suit_the_asker,
    writes_from_other_sites_are_refused,
    bodies_that_are_too_large_are_refused,
    a_write_sent_twice_happens_once,
    a_key_belongs_to_one_request_of_one_person,
    one_key_sent_by_many_at_once_happens_once,
    what_a_dead_server_had_in_hand_is_carried_out_by_the_next,
    requests_with_secrets_are_not_remembered,
    private_pages_are_kept_nowhere,
    the_server_says_when_it_can_work,
];

/// What every answer carries, whatever its status.
pub(crate) const GUARD: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; \
         connect-src 'self'; form-action 'self' https://checkout.stripe.com \
         https://connect.stripe.com; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

async fn every_answer_carries_the_same_guard(market: Market) {
    let (visitor, ana) = (market.visitor(), market.terminal("Ana").await);
    let huge = "x".repeat(100_000);
    let mut answers = vec![
        (200, visitor.gets("/login").await),
        (200, visitor.gets("/healthz").await),
        (303, visitor.gets("/account").await),
        (401, visitor.gets("/api/v1/me").await),
        (403, visitor.sends(Method::POST, "/logout", |r| r.header("origin", "null")).await),
        (404, visitor.gets("/nowhere").await),
        (404, visitor.gets("/api/v1/nowhere").await),
        (405, visitor.gets("/logout").await),
        (413, visitor.sends(Method::POST, "/api/v1/accounts", |r| r.json(&huge)).await),
        (415, visitor.sends(Method::POST, "/api/v1/accounts", |r| r.body("{}")).await),
    ];
    market.state.db.close().await;
    answers.push((500, ana.gets("/api/v1/me").await));
    answers.push((500, visitor.submits("/login", &[]).await));
    for (status, answer) in &answers {
        assert_eq!(answer.status, *status, "{}", answer.body);
        for (name, value) in GUARD {
            assert_eq!(answer.header(name), value, "{name} on {status}");
        }
        assert_eq!(answer.header("x-request-id").len(), 36, "{status}");
        assert_eq!(answer.header("strict-transport-security"), "", "only over TLS");
    }
}

#[tokio::test]
async fn over_tls_cookies_and_transport_are_pinned() {
    let market = Market::start_with(Engine::Sqlite, |config| {
        config.public_url = Some("https://loomstead.example".to_owned());
    })
    .await;
    market.register("Ana").await;
    let form = [("email", "ana@example.org"), ("password", crate::market::PASSWORD)];
    let answer = market.visitor().submits("/login", &form).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session=") && cookie.ends_with("; Secure"), "{cookie}");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    let from_own = |request: reqwest::RequestBuilder| {
        request.header("origin", "https://loomstead.example").form(&form)
    };
    let answer = market.visitor().sends(Method::POST, "/login", from_own).await;
    assert_eq!(answer.status, 303, "a proxy may have changed the host, not the origin");
}

async fn problems_name_the_request_and_suit_the_asker(market: Market) {
    let visitor = market.visitor();
    let program = visitor.gets("/api/v1/nowhere").await;
    assert_eq!(program.header("content-type"), "application/problem+json");
    let id = program.header("x-request-id").to_owned();
    let problem: Problem = program.expect(404);
    assert_eq!((problem.code, problem.request_id), (Code::NotFound, Some(id)));

    let person = visitor.gets("/nowhere/<script>?x=<script>").await;
    assert_eq!(person.status, 404);
    assert!(person.header("content-type").starts_with("text/html"));
    assert!(!person.body.contains("<script>"), "nothing of the address is on the page");

    let bare = visitor.submits("/cart/lines", &[("quantity", "many")]).await;
    assert!(bare.words().contains("The form arrived incomplete"), "{}", bare.words());
    let odd = visitor.gets("/password/forgot?sent=perhaps").await;
    assert!(odd.words().contains("part of this address was not understood"), "{}", odd.words());
    assert!(!format!("{}{}", bare.body, odd.body).contains("deserialize"));

    let unreadable = |request: reqwest::RequestBuilder| {
        request.header("content-type", "application/json").body("{")
    };
    let problem: Problem =
        visitor.sends(Method::POST, "/api/v1/accounts", unreadable).await.expect(400);
    assert_eq!(problem.code, Code::Invalid);
    let head = visitor.sends(Method::HEAD, "/nowhere", |request| request).await;
    assert_eq!((head.status, head.body.as_str()), (404, ""));
}

async fn writes_from_other_sites_are_refused(market: Market) {
    let own = format!("http://{}", market.address);
    let cases: [(u16, &[(&str, &str)]); 9] = [
        (303, &[("sec-fetch-site", "same-origin")]),
        (303, &[("sec-fetch-site", "none")]),
        (303, &[("origin", &own)]),
        (303, &[]),
        (403, &[("sec-fetch-site", "cross-site")]),
        (403, &[("sec-fetch-site", "same-site")]),
        (403, &[("origin", "null")]),
        (403, &[("origin", "https://evil.example")]),
        (403, &[("origin", "http://127.0.0.1:1"), ("sec-fetch-site", "cross-site")]),
    ];
    let ana = market.shopper("Ana").await;
    for (status, headers) in cases {
        let complete = |request: reqwest::RequestBuilder| {
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        };
        let answer = ana.sends(Method::POST, "/verify-email/send", complete).await;
        assert_eq!(answer.status, status, "{headers:?}");
        market.passes(3601).await;
    }
    let program = market.terminal("Ben").await;
    let shop = json!({ "name": "Ben’s bench" });
    assert_eq!(program.posts("/api/v1/shop", &shop).await.status, 201, "a program has no origin");
    let hook = |request: reqwest::RequestBuilder| request.header("origin", "https://evil.example");
    let hook = market.visitor().sends(Method::POST, "/webhooks/nowhere", hook).await;
    assert_eq!(hook.status, 404, "webhooks prove themselves by signature");
}

async fn bodies_that_are_too_large_are_refused(market: Market) {
    let ana = market.terminal("Ana").await;
    let shop = |letters: usize| json!({ "name": "Ana’s", "story": "x".repeat(letters) });
    let problem: Problem = ana.posts("/api/v1/shop", &shop(70_000)).await.expect(413);
    assert_eq!(problem.code, Code::TooLarge);
    let chunked = |request: reqwest::RequestBuilder| {
        let chunks = (0..70).map(|_| Ok::<_, std::io::Error>("x".repeat(1000)));
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
        request.header("content-type", "application/json").body(body)
    };
    let answer = ana.sends(Method::POST, "/api/v1/shop", chunked).await;
    assert_eq!(answer.status, 413, "without a length, too");
    assert_eq!(ana.posts("/api/v1/shop", &shop(100)).await.status, 201);
}

/// Opens a shop under a key.
pub(crate) async fn opens_shop(person: &Person, key: &str, name: &str) -> Answer {
    let body = json!({ "name": name });
    person
        .sends(Method::POST, "/api/v1/shop", |request| {
            request.header("idempotency-key", key).json(&body)
        })
        .await
}

async fn a_write_sent_twice_happens_once(market: Market) {
    let ana = market.terminal("Ana").await;
    let first = opens_shop(&ana, "key-1", "Ana’s bench").await;
    let again = opens_shop(&ana, "key-1", "Ana’s bench").await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(first.body, again.body);
    assert_eq!(first.header("content-type"), again.header("content-type"));

    let refused = opens_shop(&ana, "key-2", "Ana’s bench").await;
    let again = opens_shop(&ana, "key-2", "Ana’s bench").await;
    assert_eq!((refused.status, again.status), (409, 409), "one shop each");
    let problem: Problem = again.expect(409);
    assert_eq!(problem.request_id.as_deref(), Some(again.header("x-request-id")));
    assert_eq!(again.header("content-type"), "application/problem+json");
}

async fn a_key_belongs_to_one_request_of_one_person(market: Market) {
    let (ana, ben) = (market.terminal("Ana").await, market.terminal("Ben").await);
    assert_eq!(opens_shop(&ana, "key", "Ana’s bench").await.status, 201);
    let other = opens_shop(&ana, "key", "Another bench").await;
    assert_eq!((other.status, other.header("idempotent-replayed")), (409, ""));
    let bens = opens_shop(&ben, "key", "Ben’s bench").await;
    assert_eq!((bens.status, bens.header("idempotent-replayed")), (201, ""));
    let long = opens_shop(&ana, &"k".repeat(256), "Ana’s bench").await;
    assert_eq!(long.status, 422);
    let nobody = opens_shop(&market.visitor(), "key", "Ana’s bench").await;
    assert_eq!(nobody.status, 401);
}

async fn one_key_sent_by_many_at_once_happens_once(market: Market) {
    let ana = market.terminal("Ana").await;
    let many = (0..16).map(|_| opens_shop(&ana, "key", "Ana’s bench"));
    let answers = futures_util::future::join_all(many).await;
    let fresh = answers
        .iter()
        .filter(|answer| answer.status == 201 && answer.header("idempotent-replayed").is_empty());
    assert_eq!(fresh.count(), 1);
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body), "all get its answer");
    }
}

async fn what_a_dead_server_had_in_hand_is_carried_out_by_the_next(market: Market) {
    let ana = market.terminal("Ana").await;
    assert_eq!(opens_shop(&ana, "key", "Ana’s bench").await.status, 201);
    let died = sql!("UPDATE idempotency_keys SET status = 0, locked_until = 0");
    assert_eq!(market.state.db.write(died).exec().await.unwrap(), 1);
    let anew = opens_shop(&ana, "key", "Ana’s bench").await;
    assert_eq!((anew.status, anew.header("idempotent-replayed")), (409, ""), "{}", anew.body);
    assert!(anew.body.contains("you have a shop already"), "{}", anew.body);
    let again = opens_shop(&ana, "key", "Ana’s bench").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (409, "true"));
}

async fn requests_with_secrets_are_not_remembered(market: Market) {
    let ana = market.terminal("Ana").await;
    let new = "eight dry otters singing";
    let cases = [
        ("/accounts", json!({ "email": "ben@example.org", "name": "Ben", "password": new })),
        ("/tokens", json!({ "email": "ana@example.org", "password": PASSWORD, "name": "laptop" })),
        ("/device/codes", json!({ "name": "laptop" })),
        ("/device/tokens", json!({ "device_code": "x" })),
        ("/password/forgot", json!({ "email": "ana@example.org" })),
        ("/password/reset", json!({ "token": "x", "password": new })),
        ("/me/email", json!({ "email": "ana@example.com", "current_password": PASSWORD })),
        ("/me/password", json!({ "current_password": PASSWORD, "new_password": new })),
    ];
    for (path, body) in cases {
        let request =
            |request: reqwest::RequestBuilder| request.header("idempotency-key", path).json(&body);
        let path = format!("/api/v1{path}");
        let answer = ana.sends(Method::POST, &path, request).await;
        assert!(answer.status != 404 && answer.status < 500, "{path}: {}", answer.body);
        let read = market.state.db.read(sql!("SELECT COUNT(*) FROM idempotency_keys"));
        assert_eq!(read.one::<(i64,)>().await.unwrap(), (0,), "{path}");
    }
}

async fn private_pages_are_kept_nowhere(market: Market) {
    let ana = market.shopper("Ana").await;
    let visitor = market.visitor();
    assert_eq!(ana.gets("/account").await.header("cache-control"), "no-store");
    assert_eq!(
        ana.gets("/register").await.header("cache-control"),
        "no-store",
        "her name is on it"
    );
    assert_eq!(visitor.gets("/api/v1/me").await.header("cache-control"), "no-store");
    assert_eq!(visitor.gets("/nowhere").await.header("cache-control"), "no-store");
    let form = visitor.gets("/register").await;
    assert_eq!(form.header("cache-control"), "no-store", "its form is known by its page");
    let public = visitor.gets("/sell").await;
    assert_eq!(public.header("cache-control"), "public, max-age=0");
    assert_eq!(public.header("vary"), "cookie");
}

async fn the_server_says_when_it_can_work(market: Market) {
    let visitor = market.visitor();
    assert_eq!(visitor.gets("/healthz").await.body, "alive\n");
    assert_eq!(visitor.gets("/readyz").await.body, "ready\n");
    market.state.db.close().await;
    assert_eq!(visitor.gets("/healthz").await.status, 200);
    let problem: Problem = visitor.gets("/readyz").await.expect(503);
    assert_eq!(problem.code, Code::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_feed_does_not_hold_the_server_back() {
    let mut market = Market::start(Engine::Sqlite).await;
    let ines = market.artisan("Ines").await;
    let feed = async {
        let started = Instant::now();
        let feed = ines.gets("/api/v1/events").await;
        (feed.status, started.elapsed())
    };
    let closing = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        market.closes().await;
    };
    let ((status, took), ()) = tokio::join!(feed, closing);
    assert_eq!(status, 200);
    assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(10), "{took:?}");
}

/// Reads until the other end closes; how long that took and what came.
fn reads_to_the_end(mut stream: TcpStream) -> (Duration, String) {
    let started = Instant::now();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut text = String::new();
    let _cut = stream.read_to_string(&mut text);
    (started.elapsed(), text)
}

fn sends_raw(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_ends_its_headers_is_cut() {
    let market = Market::start(Engine::Sqlite).await;
    let address = market.address;
    let slow = tokio::task::spawn_blocking(move || {
        reads_to_the_end(sends_raw(address, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "))
    });
    let (took, _) = slow.await.unwrap();
    assert!(took >= Duration::from_secs(4) && took < Duration::from_secs(15), "{took:?}");
    assert_eq!(market.visitor().gets("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_too_large_are_refused() {
    let market = Market::start(Engine::Sqlite).await;
    let address = market.address;
    let many = (0..100).fold(String::new(), |all, n| all + &format!("X-{n}: y\r\n"));
    let long = format!("X-Long: {}\r\n", "y".repeat(64 * 1024));
    for headers in [many, long] {
        let text = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        let answer =
            tokio::task::spawn_blocking(move || reads_to_the_end(sends_raw(address, &text)).1);
        let answer = answer.await.unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}
