//! A maker with the real `stall` at a terminal: she opens a shop from nothing and fills it from a
//! file. What a kill has cut off she types again, and in the end the shop is what the file says.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::World;
use crate::browser::{Browser, Lost, between, text};
use crate::goods::{self, KINDS, STOCK};
use crate::house::SERVER;

pub(crate) const PASSWORD: &str = "seven wet herons dancing";
/// How long a letter or a search may keep people waiting, kills included.
const PATIENCE: Duration = Duration::from_mins(1);
const BREATH: Duration = Duration::from_millis(50);

/// Exit codes of `stall`: the market could not be reached; some of it was done, the rest was not;
/// it was done already.
const UNREACHABLE: i32 = 3;
const PARTLY: i32 = 6;
const CONFLICT: i32 = 7;
/// What the market answers to a link that is used up or too old.
const GONE: u16 = 410;

/// A shop that is open, with everything in it.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) number: usize,
    pub(crate) token: String,
    /// Variants that can be bought.
    pub(crate) variants: Vec<String>,
    terminal: Terminal,
}

#[derive(Clone, Debug)]
struct Terminal {
    server: String,
    email: String,
    folder: PathBuf,
}

/// How a command ended.
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

/// Opens the shop of this number, step by step.
pub(crate) async fn opens_shop(world: &World, number: usize) -> Shop {
    let folder = world.folder.join(format!("maker-{number}"));
    std::fs::create_dir(&folder).expect("a folder");
    goods::write(&folder, number);
    let email = format!("maker{number}@example.org");
    let terminal = Terminal { server: world.gate.origin(), email, folder };
    let (email, password) = (terminal.email.as_str(), format!("{PASSWORD}\n"));
    let name = format!("Workshop {number}");
    terminal
        .does(&["register", "--email", email, "--name", &name, "--password-stdin"], &password)
        .await;
    terminal.does(&["login", "--email", email, "--password-stdin"], &password).await;
    let browser = Browser::new(world.gate.origin());
    let token = token(&browser, email).await;
    proves_address(&browser, email, &token).await;
    terminal.opens(&name).await;
    let onboarded = terminal.reads(&["shop", "onboard", "--complete-test-data"]).await;
    assert_eq!(onboarded["status"], "complete");
    terminal.imports().await;
    let listings = is_as_the_file_says(&browser, &token, number, "draft").await;
    terminal.publishes(number).await;
    is_found(&browser, number).await;
    terminal.imports_again().await;
    let again = is_as_the_file_says(&browser, &token, number, "active").await;
    assert_eq!(ids(&again), ids(&listings));
    let variants = listings.iter().flat_map(|listing| {
        let variants = listing["variants"].as_array().expect("variants");
        variants.iter().map(|variant| text(&variant["id"])).collect::<Vec<_>>()
    });
    Shop { number, token, variants: variants.collect(), terminal }
}

impl Shop {
    /// The same file once more changes nothing, whatever was sold meanwhile.
    pub(crate) async fn imports_again(&self) {
        self.terminal.imports_again().await;
    }
}

impl Terminal {
    /// Opens the shop; when the answer was lost, the shop may be there already.
    async fn opens(&self, name: &str) {
        let mut lost = false;
        loop {
            let ended = self.runs(&["shop", "create", "--name", name], "").await;
            match ended.code {
                0 => return,
                CONFLICT if lost => break,
                UNREACHABLE => lost = true,
                _ => ended.is_wrong("shop create"),
            }
            tokio::time::sleep(BREATH).await;
        }
        assert_eq!(self.reads(&["shop", "show"]).await["name"], name);
    }

    /// Imports the file; stopped, the same command goes on.
    async fn imports(&self) {
        let imported = self.reads(&IMPORT).await;
        let listings = &imported["listings"];
        let done = ["created", "changed", "unchanged"].map(|what| listings[what].as_u64());
        let done: u64 = done.into_iter().flatten().sum();
        assert_eq!(done, u64::try_from(KINDS.len()).expect("few"), "{imported}");
        assert_eq!((&listings["failed"], &imported["errors"]), (&json!(0), &json!([])));
    }

    async fn imports_again(&self) {
        let imported = self.reads(&IMPORT).await;
        let unchanged =
            json!({ "created": 0, "changed": 0, "unchanged": KINDS.len(), "failed": 0 });
        assert_eq!(imported["listings"], unchanged, "{imported}");
        assert_eq!((&imported["images"]["uploaded"], &imported["errors"]), (&json!(0), &json!([])));
    }

    async fn publishes(&self, number: usize) {
        let skus = KINDS.each_ref().map(|kind| goods::sku(number, kind, 0));
        let skus = skus.each_ref().map(String::as_str);
        let publish = [["listings", "publish"].as_slice(), &skus].concat();
        loop {
            let ended = self.runs(&publish, "").await;
            match ended.code {
                0 => return,
                UNREACHABLE | PARTLY => tokio::time::sleep(BREATH).await,
                _ => ended.is_wrong("listings publish"),
            }
        }
    }

    /// Types a command, and again whenever the market could not be reached; it answers with JSON.
    async fn reads(&self, args: &[&str]) -> Value {
        let ended = self.does(&[args, &["-o", "json"]].concat(), "").await;
        serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("stall {args:?}: {error} in {}", ended.stdout))
    }

    async fn does(&self, args: &[&str], input: &str) -> Ended {
        loop {
            let ended = self.runs(args, input).await;
            match ended.code {
                0 => return ended,
                UNREACHABLE => tokio::time::sleep(BREATH).await,
                _ => ended.is_wrong(&args.join(" ")),
            }
        }
    }

    async fn runs(&self, args: &[&str], input: &str) -> Ended {
        let mut child = Command::new(program())
            .args(args)
            .env_clear()
            .env("STALL_SERVER", &self.server)
            .env("STALL_CONFIG_DIR", self.folder.join("config"))
            .env("STALL_STATE_DIR", self.folder.join("state"))
            .env("STALL_NO_INPUT", "1")
            .env("STALL_INSECURE_STORAGE", "1")
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("stall starts");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(input.as_bytes()).await.expect("it reads");
        drop(stdin);
        let output = child.wait_with_output().await.expect("stall ends");
        Ended {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

const IMPORT: [&str; 5] = ["import", "products.csv", "--images", "photos", "--yes"];

impl Ended {
    #[track_caller]
    fn is_wrong(&self, command: &str) {
        panic!("stall {command} ended with {}\n{}\n{}", self.code, self.stdout, self.stderr);
    }
}

/// Signs a program in.
async fn token(browser: &Browser, email: &str) -> String {
    let asked = json!({ "email": email, "password": PASSWORD, "name": "test" });
    loop {
        match browser.posts_as("", "/tokens", &asked).await.and_then(|answer| answer.is(201)) {
            Ok(answer) => return text(&answer.json().expect("JSON")["token"]),
            Err(Lost) => tokio::time::sleep(BREATH).await,
        }
    }
}

/// Follows the link in the letter, which must have come. When the answer is lost the link is spent,
/// and the account says so; when a day has passed, or a hundred letters to others were written
/// meanwhile, she asks for another letter.
async fn proves_address(browser: &Browser, email: &str, token: &str) {
    let begun = Instant::now();
    while browser.finds(token, "/me").await["account"]["email_verified"] != true {
        assert!(begun.elapsed() < PATIENCE, "no letter for {email}");
        if let Ok(false) = follows_the_link(browser, email).await {
            asks_for_a_letter(browser, email).await;
        }
        tokio::time::sleep(BREATH).await;
    }
}

/// Whether there was a letter and its link was still good.
async fn follows_the_link(browser: &Browser, email: &str) -> Result<bool, Lost> {
    let Some(secret) = secret_of_letter(browser, email).await? else { return Ok(false) };
    let answer = browser.sends("/verify-email", &[("token", &secret)]).await?;
    Ok(answer.status != GONE)
}

async fn asks_for_a_letter(browser: &Browser, email: &str) {
    let account = [("email", email), ("password", PASSWORD)];
    assert_eq!(browser.sends_until_answered("/login", &account).await.status, 303);
    let _again = browser.sends("/verify-email/send", &[]).await;
}

async fn secret_of_letter(browser: &Browser, email: &str) -> Result<Option<String>, Lost> {
    let list = browser.reads("/dev/mail").await?;
    let row = list.split("<li>").find(|row| row.contains("Verify your") && row.contains(email));
    let Some(row) = row else { return Ok(None) };
    let letter = browser.reads(between(row, "href=\"", "\"")?).await?;
    Ok(Some(between(&letter, "/verify-email?token=", "\"")?.to_owned()))
}

/// The shop has the listings of the file, each of them once, and every word and picture of them.
async fn is_as_the_file_says(
    browser: &Browser,
    token: &str,
    number: usize,
    status: &str,
) -> Vec<Value> {
    let all = browser.finds_all(token, "/listings").await;
    let mut titles: Vec<String> = all.iter().map(|listing| text(&listing["title"])).collect();
    titles.sort();
    let mut wanted = KINDS.each_ref().map(|kind| goods::title(number, kind));
    wanted.sort();
    assert_eq!(titles, wanted);
    let mut listings = Vec::new();
    for kind in &KINDS {
        let title = goods::title(number, kind);
        let summary = all.iter().find(|listing| listing["title"] == *title).expect("it is there");
        let listing = browser.finds(token, &format!("/listings/{}", text(&summary["id"]))).await;
        assert_eq!(listing["status"], status, "{listing}");
        assert_eq!(listing["tags"], json!(["gift", kind.name]));
        let variants = listing["variants"].as_array().expect("variants");
        assert_eq!(variants.len(), kind.variants.len(), "{listing}");
        for (place, (variant, (value, price))) in variants.iter().zip(kind.variants).enumerate() {
            assert_eq!(variant["sku"], goods::sku(number, kind, place));
            assert_eq!(variant["price"]["minor"], *price);
            assert!(variant["available"] == STOCK || status != "draft", "{variant}");
            let values = if value.is_empty() { json!([]) } else { json!([value]) };
            assert_eq!(variant["values"], values);
        }
        let images = listing["images"].as_array().expect("images");
        let alts: Vec<String> = images.iter().map(|image| text(&image["alt"])).collect();
        let wanted: Vec<String> =
            (1..=kind.pictures).map(|number| goods::alt(kind, number)).collect();
        assert_eq!(alts, wanted);
        listings.push(listing);
    }
    listings
}

fn ids(listings: &[Value]) -> Vec<&Value> {
    listings.iter().map(|listing| &listing["id"]).collect()
}

/// Who looks for the maker's word finds everything of hers.
async fn is_found(browser: &Browser, number: usize) {
    let begun = Instant::now();
    let path = format!("/search?q={}", goods::word(number));
    loop {
        let page = browser.reads(&path).await.unwrap_or_default();
        if KINDS.iter().all(|kind| page.contains(&goods::title(number, kind))) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "not found: {page}");
        tokio::time::sleep(BREATH).await;
    }
}

/// `stall`, as it was built beside the server.
fn program() -> PathBuf {
    let path = Path::new(SERVER).with_file_name("stall");
    let remedy = "run scripts/test, or cargo build -p cli first";
    assert!(path.is_file(), "{} is missing: {remedy}", path.display());
    path
}
