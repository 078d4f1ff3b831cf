//! A keyring that accepts every question and answers none, as one does that waits for its owner.

use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::market::{Market, Run};
use crate::samples;

/// Longer than a keyring is waited for, shorter than a hanging one would be noticed.
const SOON: Duration = Duration::from_secs(8);

/// A session bus that is silent for as long as it lives.
struct SilentBus {
    address: String,
    _listener: UnixListener,
}

impl SilentBus {
    fn start(market: &Market) -> Self {
        let path = market.folder.path().join("bus");
        let address = format!("unix:path={}", path.display());
        Self { address, _listener: UnixListener::bind(path).unwrap() }
    }

    fn command(&self, market: &Market, args: &[&str]) -> Command {
        let mut command = market.stranger(args);
        command.env_remove("STALL_INSECURE_STORAGE").env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command
    }

    fn run(&self, market: &Market, args: &[&str], input: &str) -> Run {
        let begun = Instant::now();
        let run = Run::fed(&mut self.command(market, args), input);
        assert!(begun.elapsed() < SOON, "it waited for the keyring");
        run
    }
}

fn index(market: &Market) -> String {
    let file = market.folder.path().join(".local/state/stall/credentials.json");
    std::fs::read_to_string(file).unwrap()
}

/// Signed in by a token that lies in a keyring, as the file says.
fn kept_in_the_keyring(market: &Market) {
    let login = json!({"server": market.url, "email": "ana@example.org", "keyring": market.url});
    let folder = market.folder.path().join(".local/state/stall");
    std::fs::create_dir_all(&folder).unwrap();
    let text = json!({"profiles": {"default": login}}).to_string();
    let file = folder.join("credentials.json");
    std::fs::write(&file, text).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(file, private).unwrap();
}

#[test]
fn a_login_falls_back_to_the_file_and_says_so_once() {
    let market = Market::start();
    market.answers("GET /me", 200, &samples::me());
    let bus = SilentBus::start(&market);
    let run = bus.run(&market, &["login", "--token-stdin", "--quiet"], "stall_fresh\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "warning: the keyring did not answer within a second; the token is kept in a file instead\n"
    );
    assert!(index(&market).contains("stall_fresh"));
    let run = bus.run(&market, &["whoami"], "");
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, ""),
        "what is in the file is asked for nowhere"
    );
}

#[test]
fn whoever_asks_for_the_file_is_not_warned() {
    let market = Market::start();
    market.answers("GET /me", 200, &samples::me());
    let bus = SilentBus::start(&market);
    let login = ["login", "--token-stdin", "--quiet", "--insecure-storage"];
    let run = bus.run(&market, &login, "stall_fresh\n");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(index(&market).contains("stall_fresh"));
}

#[test]
fn without_any_keyring_the_login_says_so() {
    let market = Market::start();
    market.answers("GET /me", 200, &samples::me());
    let nowhere = format!("unix:path={}/nothing", market.folder.path().display());
    let mut command = market.stranger(&["login", "--token-stdin", "--quiet"]);
    command.env_remove("STALL_INSECURE_STORAGE").env("DBUS_SESSION_BUS_ADDRESS", nowhere);
    let run = Run::fed(&mut command, "stall_fresh\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "warning: there is no keyring here; the token is kept in a file instead\n"
    );
}

#[test]
fn a_token_out_of_reach_is_an_error_with_its_remedy() {
    let market = Market::start();
    kept_in_the_keyring(&market);
    let bus = SilentBus::start(&market);
    let run = bus.run(&market, &["whoami"], "");
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("is in the keyring, but the keyring did not answer"), "{run:?}");
    assert!(run.stderr.contains("`stall login`") && run.stderr.contains("STALL_TOKEN"), "{run:?}");
    assert!(market.requests().is_empty());
    market.answers("GET /me", 200, &samples::me());
    let mut command = bus.command(&market, &["whoami"]);
    let run = Run::from(command.env("STALL_TOKEN", "stall_test"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "the variable needs no keyring");
}

#[test]
fn a_keyring_out_of_reach_keeps_nobody_signed_in() {
    let market = Market::start();
    kept_in_the_keyring(&market);
    let bus = SilentBus::start(&market);
    let run = bus.run(&market, &["logout"], "");
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("end it on the web"), "{}", run.stderr);
    assert!(run.stderr.contains("stays in the keyring under “stallwright”"), "{}", run.stderr);
    assert!(!index(&market).contains(&market.url), "it is signed out here");
}

#[test]
fn a_new_login_gets_along_without_the_old_token() {
    let market = Market::start();
    kept_in_the_keyring(&market);
    market.answers("GET /me", 200, &samples::me());
    let bus = SilentBus::start(&market);
    let login = ["login", "--token-stdin", "--insecure-storage"];
    let run = bus.run(&market, &login, "stall_fresh\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("had before could not be ended"), "{}", run.stderr);
    assert!(index(&market).contains("stall_fresh"));
}
