//! Signing in and out, and where the token goes.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::market::Market;
use crate::samples;

fn credentials(market: &Market) -> std::path::PathBuf {
    market.folder.path().join(".local/state/stall/credentials.json")
}

fn signed_in() -> Market {
    let market = Market::start();
    market.answers("POST /tokens", 201, &samples::token()).answers("GET /me", 200, &samples::me());
    let run = market
        .fed(&["login", "--email", "ana@example.org", "--password-stdin"], "a pass word \r\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    market
}

#[test]
fn the_token_is_kept_where_only_its_owner_can_read_it() {
    let market = signed_in();
    let file = credentials(&market);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(file.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(
        kept.contains("stall_fresh") && kept.contains(&market.url),
        "server and token together"
    );
    assert_eq!(
        std::fs::read_dir(file.parent().unwrap()).unwrap().count(),
        1,
        "no half-written file is left"
    );
    let sent: serde_json::Value = serde_json::from_str(&market.requests()[0].body).unwrap();
    assert_eq!(sent["password"], "a pass word ", "only the line end is cut");
    let run = market.fed(&["whoami"], "");
    assert_eq!(market.requests().last().unwrap().headers["authorization"], "Bearer stall_fresh");
    assert!(!format!("{run:?}").contains("stall_fresh"));
}

#[test]
fn a_new_login_ends_the_token_before_it() {
    let market = signed_in();
    let mut fresh = samples::token();
    fresh["token"] = json!("stall_fresher");
    market.answers("POST /tokens", 201, &fresh);
    market.answers_with("DELETE /tokens/current", 204, "", "");
    let login = ["login", "--email", "ana@example.org", "--password-stdin"];
    let again = market.fed(&login, "a pass word\n");
    assert_eq!(again.code, 0, "{}", again.stderr);
    let ends = |market: &Market| {
        let sent = market.requests().into_iter();
        sent.filter(|request| request.line == "DELETE /api/v1/tokens/current").collect::<Vec<_>>()
    };
    assert!(ends(&market).is_empty(), "the same token is not ended");
    let again = market.fed(&login, "a pass word\n");
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(ends(&market).len(), 1);
    assert_eq!(ends(&market)[0].headers["authorization"], "Bearer stall_fresh");
    assert!(std::fs::read_to_string(credentials(&market)).unwrap().contains("stall_fresher"));
}

#[test]
fn a_login_elsewhere_sends_the_token_to_no_other_market() {
    let (market, other) = (signed_in(), Market::start());
    other.answers("GET /me", 200, &samples::me());
    let elsewhere = ["login", "--server", &other.url, "--token-stdin"];
    assert_eq!(market.fed(&elsewhere, "stall_other\n").code, 0);
    let asked = other.requests();
    assert!(asked.iter().all(|request| request.headers["authorization"] == "Bearer stall_other"));
}

#[test]
fn a_kept_token_goes_to_no_other_market() {
    let (market, other) = (signed_in(), Market::start());
    let run = market.fed(&["whoami", "--server", &other.url], "");
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(other.requests().is_empty());
}

#[test]
fn without_a_named_server_the_sign_in_knows_its_market() {
    let market = signed_in();
    let mut command =
        market.stranger(&["whoami", "-o", "json", "--fields", "market,account.email"]);
    let output = command.env_remove("STALL_SERVER").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        shown,
        "{\n  \"market\": \"Loomstead\",\n  \"account.email\": \"ana@example.org\"\n}\n"
    );
}

#[test]
fn a_code_is_approved_in_the_browser() {
    let market = Market::start();
    market.answers("POST /device/codes", 201, &json!({
        "device_code": "secret", "user_code": "BCDF-GHJK", "verification_url": format!("{}/device", market.url),
        "verification_url_complete": format!("{}/device?code=BCDF-GHJK", market.url), "interval": 1, "expires_in": 600
    }));
    market.refuses("POST /device/tokens", 400, "device.pending", "not yet");
    market.answers("POST /device/tokens", 201, &samples::token()).answers(
        "GET /me",
        200,
        &samples::me(),
    );
    let run = market.fed(&["login", "--no-browser"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("BCDF-GHJK") && run.stderr.contains("/device"), "{}", run.stderr);
    assert!(!run.stderr.contains("secret"));
    assert!(credentials(&market).exists());
}

#[test]
fn a_second_line_holds_the_code_of_the_app() {
    let market = Market::start();
    market.refuses("POST /tokens", 403, "code_needed", "the code is needed as well");
    market.answers("POST /tokens", 201, &samples::token()).answers("GET /me", 200, &samples::me());
    let login = ["login", "--email", "ana@example.org", "--password-stdin"];
    let run = market.fed(&login, "a pass word\n123 456\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let sent: Vec<serde_json::Value> = market.requests()[..2]
        .iter()
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect();
    assert!(sent[0].get("code").is_none(), "the first try is the password alone");
    assert_eq!(
        (&sent[1]["password"], &sent[1]["code"]),
        (&json!("a pass word"), &json!("123 456"))
    );
    assert!(!format!("{run:?}").contains("123 456"));
}

#[test]
fn without_the_code_the_login_says_where_it_belongs() {
    let market = Market::start();
    market.refuses("POST /tokens", 403, "code_needed", "the code is needed as well");
    let login = ["login", "--email", "ana@example.org", "--password-stdin"];
    let run = market.fed(&login, "a pass word\n");
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(run.stderr.contains("last line"), "{}", run.stderr);
    assert!(!credentials(&market).exists());
}

#[test]
fn a_terminal_that_only_looks_asks_for_nothing_else() {
    let market = Market::start();
    market.answers("POST /tokens", 201, &samples::token()).answers("GET /me", 200, &samples::me());
    let login = ["login", "--read-only", "--email", "ana@example.org", "--password-stdin"];
    assert_eq!(market.fed(&login, "a pass word\n").code, 0);
    let sent: serde_json::Value = serde_json::from_str(&market.requests()[0].body).unwrap();
    let scopes = sent["scopes"].as_array().unwrap();
    assert!(scopes.len() > 3 && scopes.iter().all(|s| s.as_str().unwrap().ends_with(":read")));
    assert_eq!(market.fed(&["login", "--read-only", "--token-stdin"], "stall_x\n").code, 2);
}

#[test]
fn a_refused_code_leaves_nothing_behind() {
    let market = Market::start();
    market.answers("POST /device/codes", 201, &json!({
        "device_code": "secret", "user_code": "BCDF-GHJK", "verification_url": "http://m/device",
        "verification_url_complete": "http://m/device?code=BCDF-GHJK", "interval": 1, "expires_in": 600
    }));
    market.refuses("POST /device/tokens", 400, "device.denied", "refused in the browser");
    assert_eq!(market.fed(&["login", "--no-browser"], "").code, 4);
    assert!(!credentials(&market).exists());
}

#[test]
fn a_token_comes_from_standard_input_or_a_file_and_never_from_a_typo() {
    let market = Market::start();
    market.answers("GET /me", 200, &samples::me());
    assert_eq!(market.fed(&["login", "--token-stdin"], "stall_piped\n").code, 0);
    assert_eq!(market.requests()[0].headers["authorization"], "Bearer stall_piped");
    let file = market.folder.path().join("token");
    std::fs::write(&file, "sk_live_of_somebody_else\n").unwrap();
    let run = market.fed(&["login", "--token-file", file.to_str().unwrap()], "");
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(market.requests().len(), 1, "what is no token is sent nowhere");
}

#[test]
fn signing_out_ends_the_token_even_when_the_market_is_away() {
    let market = signed_in();
    market.answers_with("DELETE /tokens/current", 503, "retry-after: 0\r\n", "");
    let run = market.fed(&["logout"], "");
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("end it on the web"), "{}", run.stderr);
    assert!(!std::fs::read_to_string(credentials(&market)).unwrap().contains("stall_fresh"));
    assert_eq!(market.fed(&["whoami"], "").code, 4);
}

#[test]
fn a_token_that_has_ended_says_so_and_is_not_kept() {
    let market = Market::start();
    market.refuses("GET /me", 401, "unauthenticated", "sign in first");
    let run = market.fed(&["login", "--token-stdin"], "stall_ended\n");
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("this token has ended"), "{}", run.stderr);
    assert!(run.stderr.contains("`stall token create`"), "{}", run.stderr);
    assert!(!credentials(&market).exists());
}

#[test]
fn whoever_asks_learns_what_the_terminal_may_do() {
    let market = Market::start();
    let mut me = samples::me();
    market.answers("GET /me", 200, &me);
    assert!(market.stall(&["whoami"]).stdout.contains("may\teverything"));
    me["scopes"] = serde_json::json!(["orders:read", "shop:read"]);
    let market = Market::start();
    market.answers("GET /me", 200, &me);
    let run = market.stall(&["whoami"]);
    assert!(run.stdout.contains("may\torders:read shop:read"), "{}", run.stdout);
}

#[test]
fn a_spent_token_of_the_variable_is_told_apart_from_a_spent_sign_in() {
    let market = signed_in();
    let ended = Market::start();
    ended.refuses("GET /me", 401, "unauthenticated", "sign in first");
    let run = ended.stall(&["whoami"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("STALL_TOKEN holds a token"), "{}", run.stderr);
    assert!(!run.stderr.contains("stall login"), "signing in would not help: {}", run.stderr);

    market.refuses("GET /orders/7K39QF2M-1", 401, "unauthenticated", "sign in first");
    let run = market.fed(&["orders", "show", "7K39QF2M-1"], "");
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("run `stall login`"), "{}", run.stderr);
    assert!(!run.stderr.contains("STALL_TOKEN"), "{}", run.stderr);
}

#[test]
fn a_file_of_tokens_that_others_could_read_is_made_private_and_said_once() {
    let market = signed_in();
    let file = credentials(&market);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = market.fed(&["whoami", "-o", "json", "--quiet"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        run.stderr.matches("could be read by others (mode 0644)").count(),
        1,
        "{}",
        run.stderr
    );
    let again = market.fed(&["whoami", "-o", "json"], "");
    assert_eq!((again.code, again.stderr.as_str()), (0, ""));
}
