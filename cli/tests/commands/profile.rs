//! Taking one's data along, and leaving.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::market::Market;
use crate::samples;

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
fn what_stands_in_the_way_is_named_with_its_remedy() {
    let market = Market::start();
    let hindrances = json!([{ "what": "a payout is on its way to your bank", "remedy": "Wait until it has arrived." }]);
    market.answers("GET /profile/erasure", 200, &samples::erasure(&hindrances));
    let run = market.stall(&["profile", "delete"]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(run.stderr.contains("a payout is on its way to your bank"), "{}", run.stderr);
    assert!(run.stderr.contains("Wait until it has arrived."), "{}", run.stderr);
}
