//! How one signs in, from the terminal: address, forgotten password, second step, tokens.

use serde_json::{Value, json};

use crate::market::Market;
use crate::samples;

fn bodies(market: &Market, start: &str) -> Vec<Value> {
    let sent = market.requests().into_iter().filter(|request| request.line.starts_with(start));
    sent.map(|request| serde_json::from_str(&request.body).unwrap()).collect()
}

#[test]
fn another_address_waits_for_its_link_and_can_be_called_off() {
    let market = Market::start();
    market.refuses("POST /me/email", 403, "code_needed", "the code is needed as well");
    market.answers_with("POST /me/email", 202, "", "");
    market.answers("GET /me/sign-in", 200, &samples::sign_in(Some("ana@new.example"), false));
    let change = ["profile", "email", "change", "ana@new.example", "--password-stdin"];
    let run = market.stall_fed(&change, "a pass word\n123 456\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let waiting = "new e-mail\tana@new.example, waiting for the link in the letter to it\n";
    assert!(run.stdout.contains(waiting), "{}", run.stdout);
    assert!(run.stderr.contains("on its way to ana@new.example"), "{}", run.stderr);
    assert!(!format!("{run:?}").contains("pass word"), "no password is shown");
    assert_eq!(
        bodies(&market, "POST /api/v1/me/email"),
        [
            json!({"email": "ana@new.example", "current_password": "a pass word"}),
            json!({"email": "ana@new.example", "current_password": "a pass word", "code": "123 456"}),
        ]
    );
    market.answers("GET /profile", 200, &samples::profile());
    let shown = market.stall(&["profile", "show"]);
    assert!(shown.stdout.contains(waiting), "{}", shown.stdout);
    let shown =
        market.stall(&["profile", "show", "-o", "json", "--fields", "name,sign_in.pending_email"]);
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(shown, json!({"name": "Ana Ng", "sign_in.pending_email": "ana@new.example"}));

    market.answers_with("DELETE /me/email", 204, "", "");
    let cancelled = market.stall(&["profile", "email", "cancel"]);
    assert_eq!(cancelled.code, 0);
    let words = "The change to ana@new.example is called off";
    assert!(cancelled.stderr.contains(words), "{}", cancelled.stderr);
    assert!(market.requests().iter().any(|r| r.line == "DELETE /api/v1/me/email"));
}

#[test]
fn a_refused_address_says_why() {
    let market = Market::start();
    let detail = "this is no e-mail address; one reads name@example.org";
    market.refuses("POST /me/email", 422, "invalid", detail);
    let run =
        market.stall_fed(&["profile", "email", "change", "ana", "--password-stdin"], "words\n");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(detail), "{}", run.stderr);
}

#[test]
fn a_forgotten_password_needs_no_sign_in_and_tells_nothing() {
    let market = Market::start();
    market.answers_with("POST /password/forgot", 202, "", "");
    let run = market.fed(&["profile", "password", "reset", "ana@example.org", "-o", "json"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout, "{\n  \"email\": \"ana@example.org\"\n}\n");
    assert!(run.stderr.contains("If this address has an account"), "{}", run.stderr);
    let request = market.requests().pop().unwrap();
    assert!(!request.headers.contains_key("authorization"));
    assert_eq!(request.body, r#"{"email":"ana@example.org"}"#);
}

#[test]
fn a_script_sets_the_second_step_up_in_two_calls() {
    let market = Market::start();
    market.answers("GET /me/sign-in", 200, &samples::sign_in(None, false));
    market.answers("POST /me/factor", 200, &samples::setup());
    let enable = ["profile", "two-factor", "enable", "--password-stdin", "-o", "json"];
    let run = market.stall_fed(&enable, "a pass word\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), samples::setup());
    assert!(run.stderr.contains("stall profile two-factor confirm"), "{}", run.stderr);
    assert!(!run.stderr.contains('█'), "nobody sees a picture");

    market.answers("POST /me/factor/confirm", 200, &samples::recovery_codes());
    let confirm = ["profile", "two-factor", "confirm", "--password-stdin"];
    let run = market.stall_fed(&confirm, "a pass word\n123 456\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout, "012345-6789AB-CDEFGH-JKMN10\n112345-6789AB-CDEFGH-JKMN10\n");
    assert!(run.stderr.contains("shown only now"), "{}", run.stderr);
    assert_eq!(
        bodies(&market, "POST /api/v1/me/factor/confirm"),
        [json!({"current_password": "a pass word", "code": "123 456"})]
    );
}

#[test]
fn a_second_step_that_is_on_asks_for_nothing() {
    let market = Market::start();
    market.answers("GET /me/sign-in", 200, &samples::sign_in(None, true));
    let run =
        market.stall_fed(&["profile", "two-factor", "enable", "--password-stdin"], "a pass word\n");
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(run.stderr.contains("on already") && run.stderr.contains("disable"), "{}", run.stderr);
    assert_eq!(market.requests().len(), 1);
    let status = market.stall(&["profile", "two-factor", "status"]);
    assert_eq!(status.stdout, "second step\ton, 9 recovery codes left\n");
}

#[test]
fn a_second_step_that_is_off_says_who_needs_it_on() {
    for (demanded, staff, says) in [
        (false, false, "off"),
        (true, false, "off; you are paid once it is on"),
        (true, true, "off; staff need it on"),
    ] {
        let market = Market::start();
        let mut sign_in = samples::sign_in(None, false);
        sign_in["second_step"]["demanded"] = demanded.into();
        sign_in["second_step"]["staff"] = staff.into();
        market.answers("GET /me/sign-in", 200, &sign_in);
        let status = market.stall(&["profile", "two-factor", "status"]);
        assert_eq!(status.stdout, format!("second step\t{says}\n"), "{}", status.stderr);
    }
}

#[test]
fn the_second_step_is_turned_off_and_its_codes_renewed_with_password_and_code() {
    let market = Market::start();
    market.answers("GET /me/sign-in", 200, &samples::sign_in(None, false));
    for (command, route) in [("disable", "off"), ("recovery-codes", "codes")] {
        let route = format!("POST /me/factor/{route}");
        market.refuses(&route, 403, "code_needed", "the code is needed as well");
        market.answers(&route, 200, &samples::recovery_codes());
        let args = ["profile", "two-factor", command, "--password-stdin"];
        let run = market.stall_fed(&args, "a pass word\n123 456\n");
        assert_eq!(run.code, 0, "{}", run.stderr);
        let sent = bodies(&market, &route.replace(" /", " /api/v1/"));
        assert_eq!(sent[1], json!({"current_password": "a pass word", "code": "123 456"}));
    }
}

#[test]
fn a_token_is_made_with_its_scopes_and_shown_once() {
    let market = Market::start();
    market.answers("POST /me/tokens", 201, &samples::created_token());
    let create = ["token", "create", "night backup", "--scope", "orders:read,payouts:read"];
    let run = market.stall_fed(&[&create[..], &["--password-stdin"]].concat(), "a pass word\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout.replace('\t', "  "), @r"
    token  stall_shown_once
    name  night backup
    may  orders:read payouts:read
    ends  20 Feb 2027, or ninety days after its last use
    id  ses_01JD3V7M8K6Q2Z5X9T4B0C1D2G
    ");
    assert_eq!(
        bodies(&market, "POST /api/v1/me/tokens"),
        [json!({
            "name": "night backup", "scopes": ["orders:read", "payouts:read"],
            "current_password": "a pass word"
        })]
    );
    let wrong = market.stall(&["token", "create", "till", "--scope", "orders:burn"]);
    assert!(wrong.stderr.contains("orders:burn"), "{}", wrong.stderr);
}

#[test]
fn tokens_are_listed_without_browsers_and_revoked() {
    let market = Market::start();
    market.answers("GET /sessions", 200, &samples::sessions());
    let run = market.stall(&["token", "list"]);
    insta::assert_snapshot!(run.stdout.replace('\t', "  "), @r"
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E  studio laptop  everything  this one  20 Feb 2027
    ses_01JD3V7M8K6Q2Z5X9T4B0C1D2G  night backup  orders:read payouts:read  22 Nov 2026, 03:00  20 Feb 2027
    ");
    let id = "ses_01JD3V7M8K6Q2Z5X9T4B0C1D2G";
    market.answers_with(&format!("DELETE /sessions/{id}"), 204, "", "");
    let run = market.stall(&["token", "revoke", id, "-o", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "{\n  \"ended\": 1\n}\n"));
}

#[test]
fn another_letter_that_proves_the_address_is_sent_while_it_is_not_proved() {
    for (proved, letters, words) in [(false, 1, "A letter is on its way"), (true, 0, "is verified")]
    {
        let market = Market::start();
        let mut sign_in = samples::sign_in(None, false);
        sign_in["email_verified"] = json!(proved);
        market.answers("GET /me/sign-in", 200, &sign_in);
        market.answers_with("POST /me/email/proof", 202, "", "");
        let run = market.stall(&["profile", "email", "verify"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        let asked = market.requests();
        let asked = asked.iter().filter(|request| request.line == "POST /api/v1/me/email/proof");
        assert_eq!(asked.count(), letters);
    }
}
