//! Nonsense never breaks the server: thousands of requests that make no sense, over every route,
//! without one answer that says that the fault is ours.
//!
//! `STALL_FUZZ_SEED=7 cargo nextest run -p server --test it -E 'test(nonsense_breaks_nothing)'`
//! makes the requests of seed 7; a failure names its seed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::actors::Actor;
use super::call::{Call, Content};
use super::nonsense::{Dice, has_body};
use super::on_both_stages;
use super::stage::Stage;
use super::table::{Described, TABLE};
use crate::market::Engine;

on_both_stages![a_zero_in_a_name_finds_nothing];

/// Requests on SQLite, and on PostgreSQL, where only the store is another.
const ON_SQLITE: usize = 4000;
const ON_POSTGRES: usize = 1000;
/// What is tried with when nobody says otherwise.
const SEED: u64 = 20_261_122;
/// Time passes when somebody asks for it, which costs minutes; its edges are tried below.
const LEFT_OUT: &str = "POST /api/v1/simulator/clock";
const ACTORS: [&str; 5] =
    ["anonymous", "shopper A, token", "artisan A, browser", "artisan A, token", "staff, token"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_breaks_nothing_on_sqlite() {
    nonsense_breaks_nothing(&Stage::set(Engine::Sqlite).await, ON_SQLITE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_breaks_nothing_on_postgres() {
    nonsense_breaks_nothing(&Stage::set(Engine::Postgres).await, ON_POSTGRES).await;
}

async fn nonsense_breaks_nothing(stage: &Stage, requests: usize) {
    let seed = std::env::var("STALL_FUZZ_SEED").ok();
    let seed = seed.map_or(SEED, |text| text.parse().expect("STALL_FUZZ_SEED is a number"));
    let goods = goods(stage).await;
    let mut dice = Dice::new(seed);
    let (mut complaints, mut statuses) = (Vec::new(), BTreeMap::<u16, usize>::new());
    let mut reached = BTreeSet::new();
    for number in 0..requests {
        let (described, actor, good, thing) = dice.pick(&goods);
        let (call, extras) = dice.breaks(good, thing.as_deref());
        let response = actor.begins(&call, |request| extras.put(request)).await;
        let status = response.status().as_u16();
        let endless = described.is_endless && status == 200;
        let body = if endless || !has_body(&call.method) {
            String::new()
        } else {
            response.text().await.unwrap_or_default()
        };
        if status >= 500 {
            let told = body.chars().take(200).collect::<String>();
            complaints
                .push(format!("{number}: {status} for {} {call:?} {extras:?}: {told}", actor.name));
        }
        if ![401, 403, 405].contains(&status) {
            reached.insert(described.route);
        }
        *statuses.entry(status).or_default() += 1;
    }
    let complaints: Vec<String> =
        complaints.iter().map(|words| words.chars().take(1500).collect()).collect();
    assert!(complaints.is_empty(), "STALL_FUZZ_SEED={seed}\n{}", complaints.join("\n"));
    let count = |of: std::ops::Range<u16>| statuses.range(of).map(|(_, n)| n).sum::<usize>();
    assert!(count(200..400) * 10 > requests, "hardly anything was accepted: {statuses:?}");
    assert!(count(400..500) * 3 > requests, "hardly anything was refused: {statuses:?}");
    // Whoever calls a route that ends sessions is nobody here, so that the others stay signed in.
    let missed = goods.iter().map(|(described, ..)| *described);
    let missed = missed.filter(|it| !it.spends_caller && !reached.contains(it.route));
    let missed: BTreeSet<&str> = missed.map(|described| described.route).collect();
    assert!(requests < ON_SQLITE || missed.is_empty(), "no handler of {missed:?} was reached");
    stage.market.settle().await;
    stage.market.holds().await;
}

/// PostgreSQL keeps no U+0000 in a text, so nothing may be looked for by one.
async fn a_zero_in_a_name_finds_nothing(stage: Stage) {
    let artisan = stage.actor("artisan A, token");
    for described in TABLE.iter().filter(|described| described.path().contains('{')) {
        let mut call = stage.call(described, Some("%00")).await;
        for path in [call.path.clone(), format!("{}%00", call.path)] {
            call.path = path;
            let answer = artisan.asks(&call, false).await;
            assert_eq!(answer.status, 404, "{}: {}", described.route, answer.body);
        }
    }
    for (path, body) in [
        ("/api/v1/payouts/reconcile", json!({ "payout": "\0" })),
        ("/api/v1/device/tokens", json!({ "device_code": "\0" })),
        ("/api/v1/images/known", json!({ "sha256": ["\0"] })),
        ("/api/v1/tokens", json!({ "email": "\0", "password": "\0", "name": "\0" })),
    ] {
        let body = Content::Json(body.to_string());
        let call = Call { method: Method::POST, path: path.to_owned(), body };
        let answer = artisan.asks(&call, false).await;
        assert!(answer.status < 500, "{path}: {}", answer.body);
    }
}

/// For every route and everybody who tries it, a request that works.
async fn goods(stage: &Stage) -> Vec<(&'static Described, &Actor, Call, Option<String>)> {
    let mut goods = Vec::new();
    for described in TABLE.iter().filter(|described| described.route != LEFT_OUT) {
        for actor in stage.actors.iter().filter(|actor| ACTORS.contains(&actor.name)) {
            if described.spends_caller && actor.name != "anonymous" {
                continue;
            }
            let thing = match described.object {
                Some(object) => stage.own(object, &actor.account).await,
                None => None,
            };
            let thing = match (described.object, thing) {
                (Some(object), None) => Stage::absent(object, &actor.account),
                (_, thing) => thing,
            };
            goods.push((described, actor, stage.call(described, thing.as_deref()).await, thing));
        }
    }
    goods
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_does_not_pass_backwards_or_for_ever() {
    let stage = Stage::set(Engine::Sqlite).await;
    let before = stage.market.state.clock.now();
    let ana = stage.market.terminal("Tess").await;
    for seconds in [
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(366 * 24 * 3600 + 1),
        json!(1.5),
        json!("1"),
        json!(null),
    ] {
        let answer =
            ana.posts("/api/v1/simulator/clock", &json!({ "advance_seconds": seconds })).await;
        assert_eq!(answer.status, 422, "{seconds}: {}", answer.body);
    }
    assert_eq!(stage.market.state.clock.now(), before);
}

/// What no HTTP client sends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_request_are_refused() {
    let stage = Stage::set(Engine::Sqlite).await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(60_000));
    let requests: [&[u8]; 14] = [
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /search?q=\xc3\x28 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET ../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\r\nCookie: session=\xff\xfe\r\nConnection: close\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked, x\r\n\r\n",
        long.as_bytes(),
    ];
    for request in requests {
        let mut stream = TcpStream::connect(stage.market.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // A server that has heard enough may hang up before the end, which is an answer too.
        let _cut =
            stream.write_all(request).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
        let mut answer = Vec::new();
        let _cut = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        let shown = String::from_utf8_lossy(&request[..request.len().min(80)]);
        assert!(!answer.starts_with("HTTP/1.1 5"), "{shown:?}: {answer}");
        assert_eq!(stage.market.visitor().gets("/healthz").await.status, 200, "after {shown:?}");
    }
}
