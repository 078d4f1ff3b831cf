//! What a person sees on a terminal of 80 columns.

use std::io::Read;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::json;

use crate::market::Market;
use crate::samples;

/// Runs `stall` in a terminal and gives what stands on the screen.
fn screen(market: &Market, args: &[&str]) -> String {
    let pty =
        native_pty_system().openpty(PtySize { rows: 40, cols: 80, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_stall"));
    command.args(args);
    command.env_clear();
    for (name, value) in [
        ("STALL_SERVER", market.url.as_str()),
        ("STALL_TOKEN", "stall_test"),
        ("TERM", "xterm-256color"),
    ] {
        command.env(name, value);
    }
    command.env("HOME", market.folder.path());
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut bytes = Vec::new();
    let mut reader = pty.master.try_clone_reader().unwrap();
    // Linux reports the closed terminal as an error; what came before it counts.
    let _ = reader.read_to_end(&mut bytes);
    child.wait().unwrap();
    let mut parser = vt100::Parser::new(rows(40), rows(80), 0);
    parser.process(&bytes);
    let rows: Vec<String> =
        parser.screen().rows(0, 80).map(|row| row.trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

fn rows(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).unwrap()
}

#[test]
fn orders() {
    let market = Market::start();
    market.answers("GET /orders", 200, &samples::orders());
    insta::assert_snapshot!(screen(&market, &["orders", "list"]), @"");
    market.answers("GET /orders/7K39QF2M-1", 200, &samples::order());
    insta::assert_snapshot!(screen(&market, &["orders", "show", "7K39QF2M-1"]), @"");
    market.answers("POST /orders/7K39QF2M-1/ship", 200, &samples::order());
    insta::assert_snapshot!(screen(&market, &["orders", "ship", "7K39QF2M-1", "--tracking", "00340434161094021501"]), @"");
}

#[test]
fn payouts() {
    let market = Market::start();
    market.answers("GET /payouts", 200, &json!({"items": [samples::payout(true)], "next": null}));
    insta::assert_snapshot!(screen(&market, &["payouts", "list"]), @"");
    market.answers("GET /payouts/po_1", 200, &samples::payout_detail(true));
    insta::assert_snapshot!(screen(&market, &["payouts", "show", "po_1"]), @"");
    market.answers("POST /payouts/reconcile", 200, &samples::reconciliation(true));
    insta::assert_snapshot!(screen(&market, &["payouts", "reconcile"]), @"");
}

#[test]
fn listings_and_shop() {
    let market = Market::start();
    market.answers("GET /listings", 200, &samples::listings());
    insta::assert_snapshot!(screen(&market, &["listings", "list"]), @"");
    market.answers("GET /listings/lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 200, &samples::listing());
    insta::assert_snapshot!(screen(&market, &["listings", "show", "MUG-OAT"]), @"");
    market.answers("GET /shop", 200, &samples::shop());
    insta::assert_snapshot!(screen(&market, &["shop", "show"]), @"");
    market.answers("GET /shop/fees", 200, &samples::fees());
    insta::assert_snapshot!(screen(&market, &["shop", "fees", "--price", "24.00"]), @"");
}

#[test]
fn the_password_is_typed_unseen() {
    use std::io::Write;
    let market = Market::start();
    market.answers("POST /accounts", 201, &samples::account());
    let pty =
        native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_stall"));
    command.args([
        "register",
        "--email",
        "ana@example.org",
        "--name",
        "Ana",
        "--server",
        &market.url,
    ]);
    command.env("HOME", market.folder.path());
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut seen = String::new();
    let mut byte = [0];
    while !seen.ends_with("Password: ") {
        assert_eq!(reader.read(&mut byte).unwrap(), 1, "{seen}");
        seen.push(char::from(byte[0]));
    }
    pty.master.take_writer().unwrap().write_all(b"correct horse battery\r").unwrap();
    let mut rest = Vec::new();
    let _ = reader.read_to_end(&mut rest);
    assert!(child.wait().unwrap().success());
    assert!(market.requests()[0].body.contains("correct horse battery"));
    assert!(!String::from_utf8_lossy(&rest).contains("horse"));
}
