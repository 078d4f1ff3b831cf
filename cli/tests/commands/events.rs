//! Following orders as they happen.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::market::Market;
use crate::samples::event;

const STREAM: &str = "content-type: text/event-stream\r\n";

#[test]
fn a_broken_stream_is_taken_up_where_it_broke() {
    let market = Market::start();
    let first = format!(
        ": hello\n\n{}{}",
        event(7, "order.paid", "€48.00"),
        event(8, "listing.changed", "mug")
    );
    market.answers_with("GET /events", 200, STREAM, &first);
    market.answers_with("GET /events", 503, "", "");
    market.answers_with("GET /events", 200, STREAM, &event(9, "order.shipped", "DHL"));
    let run = market.stall(&["orders", "tail", "--since", "6", "--limit", "2"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "22 Nov 2026, 14:02\torder.paid\t7K39QF2M-1\t€48.00\n22 Nov 2026, 14:02\torder.shipped\t7K39QF2M-1\tDHL\n"
    );
    let last: Vec<String> =
        market.requests().iter().map(|request| request.headers["last-event-id"].clone()).collect();
    assert_eq!(last, ["6", "8", "8"]);
}

#[test]
fn a_spent_token_ends_the_waiting() {
    let market = Market::start();
    market.answers_with("GET /events", 200, STREAM, &event(7, "order.paid", "€48.00"));
    market.refuses("GET /events", 401, "unauthenticated", "the token has ended");
    let run = market.stall(&["orders", "tail", "-o", "csv"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
}

#[test]
fn signals_end_it_with_their_codes() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let market = Market::start();
        market.answers_with("GET /events", 200, STREAM, &event(7, "order.paid", "€48.00"));
        let mut child = market
            .command(&["orders", "tail", "-o", "jsonl"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let killed =
            Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "SIG{signal}");
    }
}
