//! What an artisan needs of her account, by `stall` itself against the real server.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::authenticator::Authenticator;
use crate::letters::{bodies_to, letter_with, token_in};
use crate::market::{Market, PASSWORD, email_of, on_both_engines};

on_both_engines![
    an_address_changes_from_the_terminal,
    a_forgotten_password_is_answered_alike_for_everybody,
    the_second_step_comes_and_goes_from_the_terminal,
    tokens_are_made_listed_and_revoked_from_the_terminal,
    a_login_replaces_the_token_before_it,
    photographs_of_making_are_arranged_from_the_terminal,
];

/// A terminal with settings of its own.
pub(crate) struct Terminal {
    pub(crate) folder: TempDir,
    server: String,
}

impl Terminal {
    pub(crate) fn new(market: &Market) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self { folder, server: format!("http://{}", market.address) }
    }

    /// The terminal of somebody who has an account and signed in here.
    pub(crate) async fn of(market: &Market, name: &str) -> Self {
        market.register(name).await;
        let email = email_of(name);
        server::accounts::verify_by_operator(&market.state, &email).await.expect("proved");
        let terminal = Self::new(market);
        terminal.signs_in(&email).await;
        terminal
    }

    pub(crate) async fn signs_in(&self, email: &str) {
        let login = self.types(&["login", "--email", email, "--password-stdin"], &[PASSWORD]).await;
        assert_eq!(login.status.code(), Some(0), "{login:?}");
    }

    /// Runs a command with some lines on standard input. The market answers meanwhile.
    pub(crate) async fn types(&self, args: &[&str], lines: &[&str]) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_stall-server")).with_file_name("stall");
        assert!(program.is_file(), "run scripts/test, or cargo build -p cli first");
        let mut command = Command::new(program);
        command.args(args).env_clear().current_dir(self.folder.path());
        command.env("STALL_SERVER", &self.server).env("STALL_NO_INPUT", "1");
        command.env("HOME", self.folder.path()).env("TERM", "dumb");
        command.env("STALL_INSECURE_STORAGE", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let input: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
        let run = move || {
            let mut child = command.spawn().expect("stall starts");
            let mut stdin = child.stdin.take().expect("its input");
            stdin.write_all(input.as_bytes()).expect("it reads");
            drop(stdin);
            child.wait_with_output().expect("stall ends")
        };
        tokio::task::spawn_blocking(run).await.expect("it ran")
    }

    /// What a command that must succeed answers as JSON.
    pub(crate) async fn reads(&self, args: &[&str], lines: &[&str]) -> Value {
        let output = self.types(&[args, &["-o", "json"]].concat(), lines).await;
        assert_eq!(output.status.code(), Some(0), "stall {args:?}: {output:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    async fn sign_in(&self) -> Value {
        self.reads(&["profile", "show"], &[]).await["sign_in"].clone()
    }

    async fn count(&self, args: &[&str]) -> usize {
        self.reads(args, &[]).await.as_array().expect("a list").len()
    }
}

async fn an_address_changes_from_the_terminal(market: Market) {
    let terminal = Terminal::of(&market, "Ana").await;
    let change = ["profile", "email", "change", "ana@new.example", "--password-stdin"];
    let wrong = terminal.types(&change, &["a wrong guess"]).await;
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let asked = terminal.reads(&change, &[PASSWORD]).await;
    assert_eq!(asked["pending_email"], "ana@new.example");
    letter_with(&bodies_to(&market, "ana@example.org").await, &["ana@new.example"]);
    assert_eq!(terminal.sign_in().await["pending_email"], "ana@new.example");
    let kept = terminal.reads(&["profile", "email", "cancel"], &[]).await;
    assert_eq!(kept["pending_email"], Value::Null);
    terminal.reads(&["profile", "email", "cancel"], &[]).await;

    let other = ["profile", "email", "change", "ana@other.example", "--password-stdin"];
    terminal.reads(&other, &[PASSWORD]).await;
    let link = token_in(&bodies_to(&market, "ana@other.example").await, "/account/email/confirm");
    let browser = market.visitor();
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];
    assert_eq!(browser.submits("/login", &form).await.status, 303);
    let confirmed = browser.submits("/account/email/confirm", &[("token", &link)]).await;
    assert_eq!(confirmed.status, 303);
    let now = terminal.sign_in().await;
    assert_eq!((&now["email"], &now["pending_email"]), (&json!("ana@other.example"), &Value::Null));
}

async fn a_forgotten_password_is_answered_alike_for_everybody(market: Market) {
    market.register("Ana").await;
    let stranger = Terminal::new(&market);
    let mut told = Vec::new();
    for email in ["ana@example.org", "nobody@example.org"] {
        let run = stranger.types(&["profile", "password", "reset", email], &[]).await;
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        let text = [run.stdout, run.stderr].concat();
        told.push(String::from_utf8(text).expect("UTF-8").replace(email, "…"));
    }
    assert_eq!(told[0], told[1]);
    token_in(&bodies_to(&market, "ana@example.org").await, "/password/reset");
    assert!(bodies_to(&market, "nobody@example.org").await.is_empty());
}

async fn the_second_step_comes_and_goes_from_the_terminal(market: Market) {
    let terminal = Terminal::of(&market, "Ana").await;
    let two_factor = |command| ["profile", "two-factor", command, "--password-stdin"];
    let setup = terminal.reads(&two_factor("enable"), &[PASSWORD]).await;
    let app = Authenticator::from_secret(setup["secret"].as_str().expect("a secret"));
    let wrong = terminal.types(&two_factor("confirm"), &[PASSWORD, "000000"]).await;
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let code = app.code(&market);
    let drawn = terminal.reads(&two_factor("confirm"), &[PASSWORD, &code]).await;
    assert_eq!(drawn["codes"].as_array().map(Vec::len), Some(10));
    let status = terminal.reads(&["profile", "two-factor", "status"], &[]).await;
    assert_eq!((&status["on"], &status["recovery_codes"]), (&json!(true), &json!(10)));
    assert_eq!(terminal.types(&two_factor("enable"), &[PASSWORD]).await.status.code(), Some(7));

    let alone = terminal.types(&two_factor("recovery-codes"), &[PASSWORD]).await;
    assert_eq!(alone.status.code(), Some(5), "the code is asked for: {alone:?}");
    let code = app.next_code(&market).await;
    let fresh = terminal.reads(&two_factor("recovery-codes"), &[PASSWORD, &code]).await;
    assert_ne!(fresh, drawn);
    let recovery = fresh["codes"][0].as_str().expect("a code");
    let status = terminal.reads(&two_factor("disable"), &[PASSWORD, recovery]).await;
    assert_eq!(status["on"], false);
}

async fn tokens_are_made_listed_and_revoked_from_the_terminal(market: Market) {
    let terminal = Terminal::of(&market, "Ana").await;
    let create = ["token", "create", "night backup", "--scope", "profile:read,orders:read"];
    let create = [&create[..], &["--password-stdin"]].concat();
    let made = terminal.reads(&create, &[PASSWORD]).await;
    let token = made["token"].as_str().expect("the token");
    let program = market.visitor().with_token(token.to_owned());
    assert_eq!(program.gets("/api/v1/sessions").await.status, 200);
    assert_eq!(program.gets("/api/v1/listings").await.status, 403);
    let listed = terminal.types(&["token", "list"], &[]).await;
    let listed = String::from_utf8(listed.stdout).expect("UTF-8");
    assert!(listed.contains("night backup\torders:read profile:read\t"), "{listed}");
    assert!(listed.contains("this one") && !listed.contains(token), "{listed}");
    let id = made["session"]["id"].as_str().expect("its id");
    let ended = terminal.reads(&["token", "revoke", id], &[]).await;
    assert_eq!(ended["ended"], 1);
    assert_eq!(program.gets("/api/v1/me").await.status, 401);
    assert_eq!(terminal.types(&["token", "revoke", id], &[]).await.status.code(), Some(1));
}

async fn a_login_replaces_the_token_before_it(market: Market) {
    let terminal = Terminal::of(&market, "Ana").await;
    let other = Terminal::new(&market);
    other.signs_in("ana@example.org").await;
    assert_eq!(terminal.count(&["token", "list"]).await, 2);
    terminal.signs_in("ana@example.org").await;
    assert_eq!(terminal.count(&["token", "list"]).await, 2, "one for each terminal");
    assert_eq!(other.count(&["profile", "sessions"]).await, 2, "the other one lives on");
}

async fn photographs_of_making_are_arranged_from_the_terminal(market: Market) {
    let terminal = Terminal::of(&market, "Ines").await;
    terminal.reads(&["shop", "create", "--name", "Oat & Ash"], &[]).await;
    for (name, tint) in [("wheel.png", 40), ("kiln.png", 200)] {
        let picture = RgbImage::from_pixel(64, 48, image::Rgb([tint, 90, 60]));
        let file = terminal.folder.path().join(name);
        DynamicImage::from(picture).save_with_format(file, ImageFormat::Png).expect("a file");
        terminal.reads(&["shop", "process", "add", name, "--alt", name], &[]).await;
    }
    let twice = ["shop", "process", "add", "kiln.png", "--alt", "again"];
    assert_eq!(terminal.types(&twice, &[]).await.status.code(), Some(7));
    let nameless = ["shop", "process", "describe", "1", ""];
    assert_eq!(terminal.types(&nameless, &[]).await.status.code(), Some(2));
    terminal.reads(&["shop", "process", "move", "2", "1"], &[]).await;
    let described = ["shop", "process", "describe", "1", "The kiln, opened"];
    let shown = terminal.reads(&described, &[]).await;
    let alts: Vec<&Value> =
        shown.as_array().expect("a list").iter().map(|one| &one["alt"]).collect();
    assert_eq!(alts, ["The kiln, opened", "wheel.png"]);
    let page = market.visitor().gets("/shops/oat-and-ash").await.body;
    let place = |alt: &str| page.find(alt).unwrap_or_else(|| panic!("no {alt} in {page}"));
    assert!(place("The kiln, opened") < place("wheel.png"));
    let left = terminal.reads(&["shop", "process", "remove", "1"], &[]).await;
    assert_eq!(left.as_array().map(Vec::len), Some(1));
}
