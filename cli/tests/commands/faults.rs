//! A market that is slow, away or hostile.

use std::io::Read;
use std::process::Stdio;

use serde_json::json;

use crate::market::Market;
use crate::samples;

#[test]
fn a_write_is_repeated_with_the_same_key_until_the_market_is_back() {
    let market = Market::start();
    let ship = "POST /orders/7K39QF2M-1/ship";
    market.answers_with(ship, 503, "retry-after: 0\r\n", "");
    market.answers_with(ship, 429, "retry-after: 0\r\n", "");
    market.answers(ship, 200, &samples::order());
    let run = market.stall(&["orders", "ship", "7K39QF2M-1", "--tracking", "1Z"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let requests = market.requests();
    assert_eq!(requests.len(), 3);
    let keys: Vec<&String> =
        requests.iter().map(|request| &request.headers["idempotency-key"]).collect();
    assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 32), "{keys:?}");
    assert_eq!(requests[2].headers["authorization"], "Bearer stall_test");
    assert_eq!(requests[2].body, r#"{"tracking":"1Z"}"#);
}

#[test]
fn after_three_attempts_it_is_the_callers_turn() {
    let market = Market::start();
    market.answers_with("GET /me", 503, "retry-after: 0\r\n", "");
    assert_eq!(market.stall(&["whoami"]).code, 3);
    assert_eq!(market.requests().len(), 3);
}

#[test]
fn a_market_that_asks_for_a_long_pause_is_not_waited_for() {
    let market = Market::start();
    market.answers_with("GET /me", 429, "retry-after: 3600\r\n", "");
    assert_eq!(market.stall(&["whoami"]).code, 3);
    assert_eq!(market.requests().len(), 1);
}

#[test]
fn what_people_wrote_cannot_paint_on_the_terminal() {
    let market = Market::start();
    let evil =
        samples::order_row("7K39QF2M-1", "Mallory\u{1b}[2J\u{9b}31m\u{7}\u{202e}\ttxt\u{200b}");
    market.answers("GET /orders", 200, &json!({"items": [evil], "next": null}));
    for format in ["table", "json", "csv"] {
        let run = market.stall(&["orders", "list", "-o", format]);
        assert!(run.stdout.contains("Mallory[2J31m txt"), "{:?}", run.stdout);
        assert!(!run.stdout.contains("\\u001b"), "{:?}", run.stdout);
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let market = Market::start();
    let many: Vec<_> =
        (0..2000).map(|index| samples::order_row(&format!("N{index}"), "Ana")).collect();
    market.answers("GET /orders", 200, &json!({"items": many, "next": null}));
    let mut command = market.command(&["orders", "list", "-o", "jsonl"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}
