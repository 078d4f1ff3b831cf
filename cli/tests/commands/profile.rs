//! One's own account from the terminal: password and sessions, taking one's data along, leaving.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::market::{Market, Run};
use crate::samples;

#[test]
fn a_password_is_changed_with_two_lines() {
    let market = Market::start();
    market.answers("POST /me/password", 200, &json!({"ended": 3}));
    let run =
        market.stall_fed(&["profile", "password", "--password-stdin"], "old words \r\nnew words\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let sent: Value = serde_json::from_str(&market.requests()[0].body).unwrap();
    assert_eq!(sent["current_password"], "old words ", "only the line end is cut");
    assert_eq!(sent["new_password"], "new words");
    assert!(run.stdout.contains("signed out") && run.stdout.contains('3'), "{}", run.stdout);
    assert!(!format!("{run:?}").contains("words"), "no password is shown");
}

#[test]
fn a_third_line_holds_the_code_of_the_app() {
    let market = Market::start();
    market.refuses("POST /me/password", 403, "code_needed", "the code is needed as well");
    market.answers("POST /me/password", 200, &json!({"ended": 0}));
    let lines = "old words\nnew words\n123 456\n";
    let run = market.stall_fed(&["profile", "password", "--password-stdin"], lines);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let sent: Vec<Value> = market
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
fn sessions_are_listed_with_what_they_may_and_this_one_is_marked() {
    let market = Market::start();
    market.answers("GET /sessions", 200, &samples::sessions());
    let run = market.stall(&["profile", "sessions"]);
    insta::assert_snapshot!(run.stdout.replace('\t', "  "), @r"
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E  studio laptop  terminal  everything  this one
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2F  Firefox on Linux  browser  everything  21 Nov 2026, 19:12
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2G  night backup  token  orders:read payouts:read  22 Nov 2026, 03:00
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
    market.answers("DELETE /sessions", 200, &json!({"ended": 4}));
    let run = market.stall(&["profile", "sessions", "revoke", "--others", "-o", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "{\n  \"ended\": 4\n}\n"));
    assert_eq!(market.stall(&["profile", "sessions", "revoke", one, "--others"]).code, 2);
}

#[test]
fn a_copy_is_written_whole_or_not_at_all() {
    let market = Market::start();
    market.answers_with(
        "GET /profile/export",
        200,
        "content-type: application/zip\r\n",
        "PK whole",
    );
    let file = market.folder.path().join("my-data.zip");
    let name = file.to_str().unwrap();
    let run = market.stall(&["profile", "export", name, "-o", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((told["file"].as_str(), told["bytes"].as_i64()), (Some(name), Some(8)));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "PK whole");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    let again = market.stall(&["profile", "export", name]);
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);

    // The market promises more than it sends.
    let broken = Market::start();
    let head = "content-type: application/zip\r\ntransfer-encoding: chunked\r\nx-content-type: text/event-stream\r\n";
    broken.answers_with("GET /profile/export", 200, head, "8\r\nPK half \r\n");
    let file = broken.folder.path().join("half.zip");
    let run = broken.stall(&["profile", "export", file.to_str().unwrap()]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let left = broken.folder.path().read_dir().unwrap().count();
    assert_eq!(left, 0, "nothing bears the name of a copy, and nothing is left of half a one");
}

#[test]
fn a_copy_goes_to_standard_output_whole_or_not_at_all() {
    let market = Market::start();
    let head = "content-type: application/zip\r\n";
    market.answers_with("GET /profile/export", 200, head, "PK whole");
    let mut command = market.command(&["profile", "export", "-"]);
    let run = Run::from(command.current_dir(market.folder.path()));
    assert_eq!((run.code, run.stdout.as_str()), (0, "PK whole"), "{}", run.stderr);
    assert!(!market.folder.path().join("-").exists());

    let broken = Market::start();
    let head = "content-type: application/zip\r\ntransfer-encoding: chunked\r\nx-content-type: text/event-stream\r\n";
    broken.answers_with("GET /profile/export", 200, head, "8\r\nPK half \r\n");
    let run = broken.stall(&["profile", "export", "-"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
}

#[test]
fn a_copy_names_the_folder_that_is_not_there() {
    let market = Market::start();
    let run = market.stall(&["profile", "export", "no/such/x.zip"]);
    assert_eq!(run.code, 2);
    insta::assert_snapshot!(run.stderr, @r"
    error: there is no folder no/such
     help: make it first, or choose a folder that is there
    ");
    let file = market.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let run = market.stall(&["profile", "export", file.join("x.zip").to_str().unwrap()]);
    assert_eq!(run.code, 2);
    let said = format!("nothing can be written into {}: not a directory", file.display());
    assert!(run.stderr.contains(&said) && !run.stderr.contains("file/.tmp"), "{}", run.stderr);
}

#[test]
fn leaving_says_what_stays_and_signs_out() {
    let market = Market::start();
    market.answers("POST /tokens", 201, &samples::token()).answers("GET /me", 200, &samples::me());
    market.fed(&["login", "--email", "ana@example.org", "--password-stdin"], "a pass word\n");
    market.answers("GET /profile/erasure", 200, &samples::erasure(&json!([])));
    market.answers_with("POST /profile/erasure", 204, "", "");

    let unsure = market.fed(&["profile", "delete", "--password-stdin"], "a pass word\n");
    assert_eq!(unsure.code, 5, "{}", unsure.stderr);
    assert!(unsure.stderr.contains("Your purchases: Law asks for receipts."), "{}", unsure.stderr);
    let run = market.fed(&["profile", "delete", "--password-stdin", "--yes"], "a pass word\n");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let sent = market.requests().into_iter().filter(|r| r.line.starts_with("POST /api/v1/profile"));
    let bodies: Vec<String> = sent.map(|request| request.body).collect();
    assert_eq!(bodies, [r#"{"current_password":"a pass word"}"#], "asked once, and only when sure");
    assert_eq!(market.fed(&["whoami"], "").code, 4, "signed out");
}

#[test]
fn leaving_with_a_second_step_takes_its_code() {
    let market = Market::start();
    market.answers("GET /profile/erasure", 200, &samples::erasure(&json!([])));
    market.refuses("POST /profile/erasure", 403, "code_needed", "the code is needed as well");
    market.answers_with("POST /profile/erasure", 204, "", "");
    let args = ["profile", "delete", "--password-stdin", "--yes"];
    let run = market.stall_fed(&args, "a pass word\n123 456\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let last = market.requests().pop().unwrap();
    assert_eq!(last.body, r#"{"current_password":"a pass word","code":"123 456"}"#);
}

#[test]
fn a_wrong_password_deletes_nothing_and_says_what_to_do() {
    let market = Market::start();
    market.answers("GET /profile/erasure", 200, &samples::erasure(&json!([])));
    let detail = "this is not your password";
    let problem =
        json!({"status": 422, "code": "invalid", "detail": detail, "field": "current_password"});
    market.answers("POST /profile/erasure", 422, &problem);
    let args = ["profile", "delete", "--password-stdin", "--yes"];
    let run = market.stall_fed(&args, "another pass word\n");
    assert_eq!(run.code, 2);
    let said = run.stderr.lines().skip_while(|line| !line.starts_with("error")).collect::<Vec<_>>();
    insta::assert_snapshot!(said.join("\n"), @r"
    error: this is not your password
     help: nothing was changed; repeat the command with the password that you sign in with, or choose a new one: `stall profile password reset ADDRESS`
    ");
}

#[test]
fn what_stands_in_the_way_is_named_with_its_remedy() {
    let market = Market::start();
    let hindrances = json!([{ "what": "a payout is on its way to your bank", "remedy": "Wait until it has arrived." }]);
    market.answers("GET /profile/erasure", 200, &samples::erasure(&hindrances));
    let run = market.stall(&["profile", "delete"]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(run.stderr.contains("a payout is on its way to your bank"), "{}", run.stderr);
    assert!(run.stderr.contains("Wait until it has arrived."), "{}", run.stderr);
}
