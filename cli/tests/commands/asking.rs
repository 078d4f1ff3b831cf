//! What a person is asked on a terminal, and what happens with her answers.

use std::io::{Read, Write};

use portable_pty::native_pty_system;
use serde_json::{Value, json};

use crate::market::Market;
use crate::samples;
use crate::terminal::{command, rows, size};

const REGISTER: [&str; 5] = ["register", "--email", "ana@example.org", "--name", "Ana"];
/// How a new password is asked for.
const NEW: &str = "Password (15 characters or more): ";

/// What is typed after a prompt, and what stood on the terminal.
pub(crate) fn typed(market: &Market, args: &[&str], prompt: &str, keys: &str) -> (bool, String) {
    let mut command = command(market, args);
    command.cwd(market.folder.path());
    let pty = native_pty_system().openpty(size(24)).unwrap();
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    let mut byte = [0];
    while !seen.ends_with(prompt.as_bytes()) {
        assert_eq!(reader.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&seen));
        seen.push(byte[0]);
    }
    pty.master.take_writer().unwrap().write_all(keys.as_bytes()).unwrap();
    let mut rest = Vec::new();
    let _ = reader.read_to_end(&mut rest);
    (child.wait().unwrap().success(), String::from_utf8_lossy(&rest).into_owned())
}

#[test]
fn a_terminal_prompts_for_the_password_that_would_come_from_a_pipe() {
    let market = Market::start();
    market.answers("POST /tokens", 201, &samples::token()).answers("GET /me", 200, &samples::me());
    let login = ["login", "--email", "ana@example.org", "--password-stdin"];
    let (done, rest) = typed(&market, &login, "Password: ", "correct horse battery\r");
    assert!(done, "{rest}");
    assert!(market.requests()[0].body.contains("correct horse battery"));
    assert!(!rest.contains("horse"));
    let (done, rest) = typed(&market, &["login", "--token-stdin"], "Token: ", "stall_piped\r");
    assert!(done && !rest.contains("piped"), "{rest}");
}

#[test]
fn the_password_is_typed_unseen() {
    let market = Market::start();
    market.answers("POST /accounts", 201, &samples::account());
    let mut talk = Talk::begin(&market, &REGISTER, 24);
    talk.answers(NEW, 1, "correct horse battery");
    talk.answers("Password once more: ", 1, "correct horse battery");
    let text = talk.ends();
    assert!(market.requests()[0].body.contains("correct horse battery"));
    assert!(!text.contains("horse"), "{text}");
}

/// Somebody who answers what a command asks, on a terminal of so many rows.
struct Talk {
    screen: vt100::Parser,
    keys: Box<dyn Write + Send>,
    reader: Box<dyn Read + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _terminal: Box<dyn portable_pty::MasterPty + Send>,
}

impl Talk {
    fn begin(market: &Market, args: &[&str], height: u16) -> Self {
        let pty = native_pty_system().openpty(size(height)).unwrap();
        let child = pty.slave.spawn_command(command(market, args)).unwrap();
        drop(pty.slave);
        let reader = pty.master.try_clone_reader().unwrap();
        let keys = pty.master.take_writer().unwrap();
        let screen = vt100::Parser::new(rows(height), rows(80), 0);
        Self { screen, keys, reader, child, _terminal: pty.master }
    }

    fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits for the so-manieth question.
    fn sees(&mut self, question: &str, times: usize) {
        let mut chunk = [0; 4096];
        while self.text().matches(question).count() < times {
            let count = self.reader.read(&mut chunk).unwrap_or(0);
            assert_ne!(count, 0, "{}", self.text());
            self.screen.process(&chunk[..count]);
        }
    }

    /// Answers the so-manieth question.
    fn answers(&mut self, question: &str, times: usize, answer: &str) {
        self.sees(question, times);
        self.keys.write_all(format!("{answer}\r").as_bytes()).unwrap();
    }

    /// What stands on the screen in the end.
    fn ends(mut self) -> String {
        let mut rest = Vec::new();
        let _ = self.reader.read_to_end(&mut rest);
        self.screen.process(&rest);
        assert!(self.child.wait().unwrap().success(), "{}", self.text());
        self.text()
    }
}

/// Whether the screen holds all three corners of a code, black on white as they are drawn.
fn has_whole_code(screen: &str) -> bool {
    let corners = |corner: &str| screen.matches(corner).count();
    corners("█▀▀▀▀▀█") >= 2 && corners("█ ▀▀▀ █") + corners("▀▀▀▀▀▀▀") >= 3
}

#[test]
fn the_second_step_is_set_up_with_a_picture_and_a_second_try() {
    let market = Market::start();
    market.answers("GET /me/sign-in", 200, &samples::sign_in(None, false));
    market.answers("POST /me/factor", 200, &samples::setup());
    let wrong = json!({
        "status": 422, "code": "invalid", "field": "code",
        "detail": "this is not the code that the app shows now; is its clock right?"
    });
    market.answers("POST /me/factor/confirm", 422, &wrong);
    market.answers("POST /me/factor/confirm", 200, &samples::recovery_codes());
    let mut talk = Talk::begin(&market, &["profile", "two-factor", "enable"], 24);
    talk.answers("Password: ", 1, "a pass word");
    talk.sees("Code of your authenticator app: ", 1);
    let shown = talk.text();
    assert!(has_whole_code(&shown), "{shown}");
    assert!(shown.contains("Secret, to type:"), "{shown}");
    talk.answers("Code of your authenticator app: ", 1, "000000");
    talk.answers("Code of your authenticator app: ", 2, "123456");
    let text = talk.ends();
    for words in ["is its clock right?", "The second step is on.", "012345-6789AB-CDEFGH-JKMN10"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("pass word") && !text.contains("000000"), "{text}");
}

#[test]
fn a_terminal_too_small_for_the_picture_gets_the_address_and_says_why() {
    let market = Market::start();
    market.answers("GET /me/sign-in", 200, &samples::sign_in(None, false));
    market.answers("POST /me/factor", 200, &samples::setup());
    market.answers("POST /me/factor/confirm", 200, &samples::recovery_codes());
    let mut talk = Talk::begin(&market, &["profile", "two-factor", "enable"], 20);
    talk.answers("Password: ", 1, "a pass word");
    talk.answers("Code of your authenticator app: ", 1, "123456");
    let text = talk.ends();
    assert!(!text.contains(['█', '▀', '▄']), "{text}");
    for words in [
        "A QR code takes 22 rows and 41 columns here; this terminal has 20 and 80.",
        "Address  otpauth://totp/Loomstead:ana%40example.org?secret=",
        "Secret   GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn the_picture_of_a_sign_in_stands_whole_beside_its_words() {
    let market = Market::start();
    let address = "https://market.loomstead.example/device";
    market.answers("POST /device/codes", 201, &json!({
        "device_code": "secret", "user_code": "BCDF-GHJK", "verification_url": address,
        "verification_url_complete": format!("{address}?code=BCDF-GHJK"), "interval": 1, "expires_in": 600
    }));
    market.answers("POST /device/tokens", 201, &samples::token());
    market.answers("GET /me", 200, &samples::me());
    let mut talk = Talk::begin(&market, &["login", "--no-browser"], 24);
    talk.sees("Ctrl-C stops.", 1);
    let text = talk.text();
    assert!(has_whole_code(&text), "{text}");
    assert!(text.contains(address) && text.contains("Code  BCDF-GHJK"), "{text}");
    talk.ends();
}

#[test]
fn a_new_password_is_asked_for_until_both_are_the_same() {
    let market = Market::start();
    market.answers("POST /accounts", 201, &samples::account());
    let mut talk = Talk::begin(&market, &REGISTER, 24);
    talk.answers(NEW, 1, "too short");
    talk.answers(NEW, 2, "correct horse battery");
    assert!(talk.text().contains("at least 15 characters (this one has 9)"), "{}", talk.text());
    talk.answers("Password once more: ", 1, "correct horse batery");
    talk.answers(NEW, 3, "correct horse battery");
    assert!(talk.text().contains("the two passwords differ"), "{}", talk.text());
    talk.answers("Password once more: ", 2, "correct horse battery");
    talk.ends();
    let sent = market.requests();
    assert_eq!(sent.len(), 1, "nothing is sent before both are the same");
    assert!(sent[0].body.contains("correct horse battery"));
}

#[test]
fn a_password_that_the_market_refuses_is_asked_for_again() {
    let market = Market::start();
    let guessed = json!({
        "status": 422, "code": "invalid", "field": "new_password",
        "detail": "this password is among the first that are guessed"
    });
    market.answers("POST /me/password", 422, &guessed);
    market.answers("POST /me/password", 200, &json!({"ended": 3}));
    let mut talk = Talk::begin(&market, &["profile", "password"], 24);
    talk.answers("Password so far: ", 1, "old");
    for (time, word) in [(1, "passwordpassword"), (2, "seven wet herons")] {
        talk.answers("New password (15 characters or more): ", time, word);
        talk.answers("New password once more: ", time, word);
    }
    let text = talk.ends();
    assert!(text.contains("among the first that are guessed"), "{text}");
    let sent: Vec<Value> = market
        .requests()
        .iter()
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect();
    assert_eq!(
        (&sent[1]["current_password"], &sent[1]["new_password"]),
        (&json!("old"), &json!("seven wet herons"))
    );
}

#[test]
fn a_copy_is_not_poured_onto_a_terminal() {
    let market = Market::start();
    let mut talk = Talk::begin(&market, &["profile", "export", "-"], 24);
    talk.sees("not text for a terminal", 1);
    talk.sees("stall profile export my-data.zip", 1);
    assert!(market.requests().is_empty());
}

#[test]
fn how_one_signs_in_stands_in_one_column_with_what_others_see() {
    let market = Market::start();
    market.answers("GET /profile", 200, &samples::profile());
    market.answers("GET /me/sign-in", 200, &samples::sign_in(None, true));
    let text = Talk::begin(&market, &["profile", "show"], 24).ends();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        name.len() + line.len() - line.trim_start().len()
    };
    assert_eq!(value("second step"), "second step  ".len(), "{text}");
    assert_eq!(["page", "e-mail"].map(value), [value("second step"); 2], "{text}");
}
