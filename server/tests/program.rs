//! `stall-server` as a process: what it does with the place and the terminal that it is given.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_mins(1);

/// The program with a data folder and none of our own settings.
fn program(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stall-server"));
    command
        .args(arguments)
        .current_dir(data)
        .env_clear()
        .env("STALL_LISTEN", "127.0.0.1:0")
        .env("STALL_DATA", data.join("market"))
        .env("STALL_LOG", "info")
        .env("STALL_LOG_FORMAT", "text")
        .stdin(Stdio::null());
    command
}

fn says(data: &Path, arguments: &[&str]) -> (Output, String) {
    let output = program(data, arguments).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, words)
}

/// A server that runs; it is killed when it is dropped.
struct Running {
    process: Child,
    log: Option<BufReader<ChildStderr>>,
    address: String,
}

impl Running {
    fn start(data: &Path) -> Self {
        Self::of(program(data, &["serve"]))
    }

    fn of(mut command: Command) -> Self {
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "the server ended");
            if let Some((_, address)) = line.trim_end().split_once("open for business address=") {
                break address.to_owned();
            }
        };
        Self { process, log: Some(log), address }
    }

    async fn is_alive(&self) -> bool {
        let asked = reqwest::get(format!("http://{}/healthz", self.address)).await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

#[tokio::test]
async fn a_folder_has_one_server() {
    let _already = rustls::crypto::ring::default_provider().install_default();
    let folder = TempDir::new().unwrap();
    let first = Running::start(folder.path());
    for second in [&["serve"][..], &["demo", "--fresh"]] {
        let (output, words) = says(folder.path(), second);
        assert!(!output.status.success());
        assert!(words.contains("a server is running on"), "{words}");
    }
    assert!(first.is_alive().await);
    let (verified, words) = says(folder.path(), &["verify"]);
    assert!(verified.status.success(), "who only looks may come in: {words}");
    drop(first);
    assert!(Running::start(folder.path()).is_alive().await, "the place is free again");
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_nothing_up() {
    let _already = rustls::crypto::ring::default_provider().install_default();
    let folder = TempDir::new().unwrap();
    let mut server = Running::start(folder.path());
    drop(server.log.take());
    for _ in 0..20 {
        assert!(server.is_alive().await);
    }
    let told = Command::new("kill").arg(server.process.id().to_string()).status();
    assert!(told.unwrap().success());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = server.process.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < PATIENCE, "it does not stop");
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_start_that_failed_decides_nothing() {
    let _already = rustls::crypto::ring::default_provider().install_default();
    let folder = TempDir::new().unwrap();
    let (output, words) = says(folder.path(), &["serve", "--payments", "stripe-test"]);
    assert!(!output.status.success());
    assert!(words.contains("STALL_STRIPE_SECRET_KEY"), "{words}");
    let server = Running::start(folder.path());
    assert!(server.is_alive().await);
    drop(server);
    let (output, words) = says(folder.path(), &["serve", "--payments", "stripe-test"]);
    assert!(!output.status.success());
    assert!(words.contains("was started with STALL_PAYMENTS=simulator"), "{words}");
}

#[test]
fn what_is_no_database_or_currency_is_refused_in_plain_words() {
    let folder = TempDir::new().unwrap();
    let (output, words) =
        says(folder.path(), &["migrate", "--database-url", "foo://me:secret@nowhere.invalid/x"]);
    assert!(!output.status.success());
    assert!(words.contains("“foo:…” is no database; use sqlite://FILE or postgres://"), "{words}");
    assert!(!words.contains("secret"), "{words}");
    let (_, words) =
        says(folder.path(), &["migrate", "--database-url", "postgres://nowhere.invalid/x"]);
    assert_eq!(words.matches("lookup").count(), 1, "{words}");
    let (output, words) = says(folder.path(), &["migrate", "--currency", "ABC"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(words.contains("“ABC” is not a currency") && words.contains("EUR, "), "{words}");
}

/// Only who is at the machine makes anybody staff.
#[tokio::test]
async fn the_operator_says_who_is_staff() {
    let _already = rustls::crypto::ring::default_provider().install_default();
    let folder = TempDir::new().unwrap();
    let (output, words) = says(folder.path(), &["staff", "list"]);
    assert!(!output.status.success() && words.contains("there is no market"), "{words}");
    let server = Running::start(folder.path());
    let stella = serde_json::json!({ "email": "stella@example.org", "name": "Stella Ng",
        "password": "seven wet herons dancing" });
    let accounts = format!("http://{}/api/v1/accounts", server.address);
    let opened = reqwest::Client::new().post(accounts).json(&stella).send().await.unwrap();
    assert_eq!(opened.status(), 201);

    let email = "stella@example.org";
    let (output, words) = says(folder.path(), &["staff", "add", email]);
    let asked = "names the market's address, so set STALL_PUBLIC_URL";
    assert!(!output.status.success() && words.contains(asked), "before a letter goes: {words}");
    let staff = |arguments: &[&str]| {
        let mut staff = program(folder.path(), &[&["staff"], arguments].concat());
        let output = staff.env("STALL_PUBLIC_URL", "https://loomstead.example").output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), words, told)
    };
    let (done, words, _) = staff(&["add", email]);
    assert!(!done && words.contains("no account has verified the address"), "{words}");
    let (output, words) = says(folder.path(), &["admin", "accounts", "verify", email]);
    assert!(output.status.success(), "{words}");
    let (done, words, _) = staff(&["add", email]);
    assert!(done && words.contains("is staff; https://loomstead.example/staff"), "{words}");
    let (done, words, _) = staff(&["add", email]);
    assert!(done && words.contains("another letter is on its way"), "{words}");
    let (done, _, told) = staff(&["list"]);
    assert!(done && told.starts_with("stella@example.org  Stella Ng, since "), "{told}");
    assert!(told.contains("without a second step yet"), "{told}");
    let (done, words, _) = staff(&["remove", email]);
    assert!(done && words.contains("is staff no more"), "{words}");
    let (done, words, told) = staff(&["list"]);
    assert!(done && told.is_empty() && words.contains("nobody is staff"), "{words}");
}

/// Who looks after a market that is there is asked for nothing that only serving it needs.
#[test]
fn help_lists_the_settings_that_matter() {
    let folder = TempDir::new().unwrap();
    let help = |command: &str| {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let (output, words) = says(folder.path(), &arguments);
        assert!(output.status.success(), "{words}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for command in ["verify", "staff add", "staff list", "admin accounts verify", "migrate"] {
        let help = help(command);
        assert!(help.contains("STALL_DATA") && help.contains("STALL_DATABASE_URL"), "{help}");
        for other in ["STRIPE", "STALL_LISTEN", "STALL_TRUSTED_PROXIES", "STALL_COMMISSION_BPS"] {
            assert!(!help.contains(other), "{command}: {help}");
        }
        assert!(help.contains("stall-server serve --help"), "{command}: {help}");
    }
    let demo = help("demo");
    assert!(demo.contains("STALL_LISTEN") && !demo.contains("STRIPE"), "{demo}");
    let serve = help("serve");
    assert!(serve.contains("STALL_STRIPE_SECRET_KEY"), "{serve}");
    assert!(serve.contains("STALL_TRUSTED_PROXIES") && !serve.contains("[default: ]"), "{serve}");
    assert!(!serve.contains("[default: \"\"]"), "{serve}");
}

/// Made-up pieces go nowhere near real money, and no key is asked for to say so.
#[test]
fn a_market_on_stripe_is_not_filled_with_made_up_pieces() {
    let folder = TempDir::new().unwrap();
    let mut seeding = program(folder.path(), &["seed", "--listings", "10"]);
    let output = seeding.env("STALL_PAYMENTS", "stripe-test").output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && words.contains("money is real here"), "{words}");
    assert!(!words.contains("SECRET"), "{words}");
    assert!(!folder.path().join("market").exists(), "nothing was begun");
}

/// The keys are for moving money. What is kept is looked at without them.
#[test]
fn a_market_on_stripe_is_looked_after_without_its_keys() {
    let folder = TempDir::new().unwrap();
    let mut serving = program(folder.path(), &["serve"]);
    serving.env("STALL_PAYMENTS", "stripe-live");
    for name in ["SECRET_KEY", "WEBHOOK_SECRET", "CONNECT_WEBHOOK_SECRET"] {
        serving.env(format!("STALL_STRIPE_{name}"), "sk_live_of_nobody");
    }
    drop(Running::of(serving));
    let (output, words) = says(folder.path(), &["verify"]);
    assert!(output.status.success(), "{words}");
    let (output, words) = says(folder.path(), &["staff", "list"]);
    assert!(output.status.success() && words.contains("nobody is staff"), "{words}");
    let (output, words) = says(folder.path(), &["serve"]);
    assert!(!output.status.success() && words.contains("STALL_PAYMENTS=stripe-live"), "{words}");
}
