//! One's own account from the terminal.

use crate::market::Market;
use crate::samples;

#[test]
fn a_password_is_changed_with_two_lines() {
    let market = Market::start();
    market.answers("POST /me/password", 200, &serde_json::json!({"ended": 3}));
    let run =
        market.stall_fed(&["profile", "password", "--password-stdin"], "old words \r\nnew words\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let sent: serde_json::Value = serde_json::from_str(&market.requests()[0].body).unwrap();
    assert_eq!(sent["current_password"], "old words ", "only the line end is cut");
    assert_eq!(sent["new_password"], "new words");
    assert!(run.stdout.contains("signed out") && run.stdout.contains('3'), "{}", run.stdout);
    assert!(!format!("{run:?}").contains("words"), "no password is shown");
}

#[test]
fn a_third_line_holds_the_code_of_the_app() {
    let market = Market::start();
    market.refuses("POST /me/password", 403, "code_needed", "the code is needed as well");
    market.answers("POST /me/password", 200, &serde_json::json!({"ended": 0}));
    let lines = "old words\nnew words\n123 456\n";
    let run = market.stall_fed(&["profile", "password", "--password-stdin"], lines);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let sent: Vec<serde_json::Value> = market
        .requests()
        .iter()
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect();
    assert!(sent[0].get("code").is_none(), "the first try is the passwords alone");
    assert_eq!(
        (&sent[1]["new_password"], &sent[1]["code"]),
        (&"new words".into(), &"123 456".into())
    );
}

#[test]
fn one_line_is_no_new_password() {
    let market = Market::start();
    let run = market.stall_fed(&["profile", "password", "--password-stdin"], "old words\n");
    assert_eq!(run.code, 5);
    assert!(run.stderr.contains("new password"), "{}", run.stderr);
    assert!(market.requests().is_empty());
}

#[test]
fn a_refused_password_says_why() {
    let market = Market::start();
    let detail = "this is not your password";
    market.refuses("POST /me/password", 422, "invalid", detail);
    let run = market.stall_fed(&["profile", "password", "--password-stdin"], "wrong\nnew words\n");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(detail), "{}", run.stderr);
}

#[test]
fn sessions_are_listed_and_this_one_is_marked() {
    let market = Market::start();
    market.answers("GET /sessions", 200, &samples::sessions());
    let run = market.stall(&["profile", "sessions"]);
    insta::assert_snapshot!(run.stdout.replace('\t', "  "), @r"
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E  studio laptop (this one)  terminal  1 Nov 2026  22 Nov 2026, 14:00 UTC
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2F  Firefox on Linux  browser  20 Nov 2026  21 Nov 2026, 19:12 UTC
    ");
}

#[test]
fn sessions_are_signed_out_by_their_ids() {
    let market = Market::start();
    let (one, two) = ("ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "ses_01JD3V7M8K6Q2Z5X9T4B0C1D2F");
    market.answers_with(&format!("DELETE /sessions/{one}"), 204, "", "");
    market.refuses(&format!("DELETE /sessions/{two}"), 404, "not_found", "not found");
    let run = market.stall(&["profile", "sessions", "revoke", one, two, "-o", "json"]);
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert_eq!(run.stdout, "{\n  \"ended\": 1\n}\n");
    assert!(run.stderr.contains(two), "{}", run.stderr);
    market.answers("DELETE /sessions", 200, &serde_json::json!({"ended": 4}));
    let run = market.stall(&["profile", "sessions", "revoke", "--others", "-o", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "{\n  \"ended\": 4\n}\n"));
    assert_eq!(market.stall(&["profile", "sessions", "revoke", one, "--others"]).code, 2);
}
