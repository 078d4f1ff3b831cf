//! In a script no command asks, paints or panics, and each ends with the code it promises.

use std::collections::BTreeSet;

use serde_json::json;

use crate::market::{Market, Run};
use crate::samples;

/// A market with an answer for every route.
fn market() -> Market {
    let market = Market::start();
    let listing = "/listings/lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E";
    market
        .answers("POST /accounts", 201, &samples::account())
        .answers("POST /tokens", 201, &samples::token())
        .answers_with("DELETE /tokens/current", 204, "", "")
        .answers("GET /me", 200, &samples::me())
        .answers("POST /me/password", 200, &json!({"ended": 2}))
        .answers("GET /me/sign-in", 200, &samples::sign_in(None, false))
        .answers_with("DELETE /me/email", 204, "", "")
        .answers_with("POST /me/email/proof", 202, "", "")
        .answers_with("POST /password/forgot", 202, "", "")
        .answers("GET /sessions", 200, &samples::sessions())
        .answers("DELETE /sessions", 200, &json!({"ended": 2}))
        .answers_with("DELETE /sessions/ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 204, "", "")
        .answers("POST /shop", 201, &samples::shop())
        .answers("GET /shop", 200, &samples::shop())
        .answers("GET /shop/profile", 200, &samples::shop_profile())
        .answers("PATCH /shop/profile", 200, &samples::shop_profile())
        .answers("POST /shop/pause", 200, &samples::shop_profile())
        .answers("POST /shop/resume", 200, &samples::shop_profile())
        .answers("GET /profile", 200, &samples::profile())
        .answers("PATCH /profile", 200, &samples::profile())
        .answers("POST /shop/onboarding", 200, &json!({"status": "complete", "url": null}))
        .answers("GET /shop/fees", 200, &samples::fees())
        .answers("GET /listings", 200, &samples::listings())
        .answers(&format!("GET {listing}"), 200, &samples::listing())
        .answers(&format!("PATCH {listing}"), 200, &samples::listing())
        .answers(&format!("POST {listing}/publish"), 200, &samples::listing())
        .answers(&format!("POST {listing}/pause"), 200, &samples::listing())
        .answers(&format!("POST {listing}/archive"), 200, &samples::listing())
        .answers(&format!("POST {listing}/duplicate"), 201, &samples::listing())
        .answers(&format!("GET {listing}/history"), 200, &samples::history())
        .answers(&format!("GET {listing}/history/2"), 200, &samples::version_detail(&json!([])))
        .answers(
            "GET /edits",
            200,
            &json!({"items": [samples::bulk_edit("applied", 2, 0)], "next": null}),
        )
        .answers("POST /edits", 201, &samples::bulk_edit("planning", 0, 0))
        .answers(&format!("POST {EDIT}/plan"), 200, &samples::bulk_edit("planned", 0, 0))
        .answers(&format!("GET {EDIT}/rows"), 200, &samples::bulk_rows())
        .answers_with(&format!("DELETE {EDIT}"), 204, "", "")
        .answers("GET /orders", 200, &samples::orders())
        .answers("GET /orders/7K39QF2M-1", 200, &samples::order())
        .answers("POST /orders/7K39QF2M-1/ship", 200, &samples::order())
        .answers_with(
            "GET /events",
            200,
            EVENT_STREAM,
            &samples::event(1, "order.paid", "order 7K39QF2M-1  €48.00"),
        )
        .answers("GET /imports", 200, &json!({"items": [samples::import()], "next": null}))
        .answers("GET /imports/imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 200, &samples::import())
        .answers("POST /imports/imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E/apply", 200, &samples::import())
        .answers("GET /payouts", 200, &json!({"items": [samples::payout(false)], "next": null}))
        .answers("GET /payouts/po_1", 200, &samples::payout_detail(false))
        .answers("POST /payouts/reconcile", 200, &samples::reconciliation(true))
        .answers("GET /profile/erasure", 200, &samples::erasure(&json!([])))
        .answers("GET /profile/log", 200, &samples::log())
        .answers("GET /simulator/clock", 200, &json!({"now": "2026-11-22T14:02:11Z"}))
        .answers("POST /simulator/clock", 200, &json!({"now": "2026-11-30T14:02:11Z"}));
    market
}

const EDIT: &str = "/edits/edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E";
const EVENT_STREAM: &str = "content-type: text/event-stream\r\n";

/// Every command and its exit code with standard input closed.
const RUNS: &[(&str, i32)] = &[
    ("register --email ana@example.org --name Ana", 5),
    ("register --email ana@example.org --name Ana --password-stdin", 5),
    ("login", 5),
    ("login --email ana@example.org", 5),
    ("login --email ana@example.org --password-stdin", 5),
    ("login --token-stdin", 5),
    ("login --token-file nowhere", 2),
    ("logout", 0),
    ("whoami", 0),
    ("profile password", 5),
    ("profile password --password-stdin", 5),
    ("profile password reset ana@example.org", 0),
    ("profile password reset", 2),
    ("profile email change ana@new.example", 5),
    ("profile email change ana@new.example --password-stdin", 5),
    ("profile email change", 2),
    ("profile email cancel", 0),
    ("profile email verify", 0),
    ("profile two-factor status", 0),
    ("profile two-factor enable", 5),
    ("profile two-factor enable --password-stdin", 5),
    ("profile two-factor confirm --password-stdin", 5),
    ("profile two-factor disable", 5),
    ("profile two-factor recovery-codes --password-stdin", 5),
    ("token create till", 2),
    ("token create till --scope orders:burn", 2),
    ("token create till --scope orders:read", 5),
    ("token list", 0),
    ("token revoke", 2),
    ("token revoke ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 0),
    ("profile sessions", 0),
    ("profile sessions revoke", 2),
    ("profile sessions revoke ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 0),
    ("profile sessions revoke lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 2),
    ("profile sessions revoke --others", 0),
    ("shop create --name Oat", 0),
    ("shop show", 0),
    ("shop edit --place Halle", 0),
    ("shop edit --banner nowhere.jpg", 2),
    ("shop process list", 0),
    ("shop process add nowhere.jpg --alt Wheel", 2),
    ("shop process add nowhere.jpg", 2),
    ("shop process describe 1 Wheel", 0),
    ("shop process describe 3 Wheel", 2),
    ("shop process move 2 1", 0),
    ("shop process remove 1", 0),
    ("shop process remove 0", 2),
    ("shop pause --until 2026-12-27", 0),
    ("shop pause --from 2026-12-20 --until 2026-12-27", 0),
    ("shop pause --until tomorrow", 2),
    ("shop pause --from -1", 2),
    ("shop resume", 0),
    ("profile show", 0),
    ("profile edit --place Halle", 0),
    ("profile edit --show place=all", 2),
    ("shop onboard --complete-test-data", 0),
    ("shop fees --price 24.00", 0),
    ("shop fees --price twelve", 2),
    ("listings list", 0),
    ("listings show MUG-SAGE", 0),
    ("listings show MUG-NONE", 1),
    ("listings publish MUG-OAT", 0),
    ("listings publish MUG-OAT MUG-NONE", 6),
    ("listings pause lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 0),
    ("listings archive 4b0c1d2e", 0),
    ("listings set MUG-OAT --price 26.00 --stock 12", 0),
    ("listings set 4b0c1d2e --title Mug --description Thrown", 0),
    ("listings set 4b0c1d2e --variant sage --stock 1", 0),
    ("listings set 4b0c1d2e --variant gold --stock 1", 2),
    ("listings set MUG-OAT --price 26.005", 2),
    ("listings set MUG-OAT --stock -1", 2),
    ("listings set lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E --stock 1", 2),
    ("listings set MUG-OAT", 2),
    ("listings duplicate MUG-OAT", 0),
    ("listings attributes", 0),
    ("listings attributes --category clay", 0),
    ("listings attributes MUG-OAT", 0),
    ("listings attributes MUG-OAT glaze=matt", 0),
    ("listings attributes MUG-OAT glaze=blue", 2),
    ("listings questions MUG-OAT", 0),
    ("listings questions MUG-OAT --add Name --longest 20", 0),
    ("listings questions MUG-OAT --remove Name", 2),
    ("listings history MUG-OAT", 0),
    ("listings history stoneware-mug-4b0c1d2e", 0),
    ("listings history MUG-NONE", 1),
    ("listings restore MUG-OAT --version 2", 0),
    ("listings restore MUG-OAT", 2),
    ("listings edit", 2),
    ("listings edit --where tag:gift", 2),
    ("listings edit --where colour:red --set stock=1", 2),
    ("listings edit --where tag:gift --set stock=some", 2),
    ("listings edit --where tag:gift --set price=+5% --dry-run", 6),
    ("listings edit --where tag:gift --set price=+5%", 5),
    ("listings edit --all --set price=1 --set price=2", 2),
    ("listings edits", 0),
    ("listings undo", 5),
    ("listings undo edt_1", 2),
    ("orders list", 0),
    ("orders list --status lost", 2),
    ("orders show 7K39QF2M-1", 0),
    ("orders ship 7K39QF2M-1 --tracking 00340434161094021501", 0),
    ("orders ship 7K39QF2M-1 8L40RG3N-2 --tracking 00340434161094021501", 2),
    ("orders ship 7K39QF2M-1 7K39QF2M-1", 0),
    ("orders ship 7K39QF2M-1 --carrier stork", 2),
    ("whoami --timeout 0", 2),
    ("orders tail --limit 1", 0),
    ("payouts list", 0),
    ("payouts show po_1", 0),
    ("payouts reconcile", 0),
    ("payouts reconcile --month 2026-11 --check", 8),
    ("payouts reconcile --month 2026-13", 2),
    ("payouts reconcile --month 2026-11 --since 2026-11-01", 2),
    ("profile export nowhere/copy.zip", 2),
    ("profile delete", 5),
    ("profile delete --password-stdin", 5),
    ("profile log", 0),
    ("sim clock", 0),
    ("sim clock +8d", 0),
    ("sim clock +8w", 2),
    ("import nowhere.csv", 2),
    ("import list", 0),
    ("import show imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 0),
    ("import resume imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E", 0),
    ("import template", 0),
    ("console", 2),
    ("completions bash", 0),
    ("help exit-codes", 0),
    ("help environment", 0),
    ("--version", 0),
    ("frobnicate", 2),
    ("", 2),
];

#[test]
fn no_command_asks_paints_or_panics() {
    let market = market();
    for (line, code) in RUNS {
        for format in ["table", "json", "jsonl", "csv"] {
            let args: Vec<&str> = line.split_whitespace().collect();
            let mut command = market.command(&args);
            let run = Run::from(command.env("STALL_OUTPUT", format));
            assert_eq!(run.code, *code, "stall {line} ({format})\n{}", run.stderr);
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains(['\x1b', '\r', '\x07']), "stall {line} paints: {text:?}");
                assert!(
                    !text.contains("Password:") && !text.contains("panicked"),
                    "stall {line}: {text}"
                );
            }
            let said = run
                .stderr
                .lines()
                .any(|line| line.starts_with("error: ") || line.starts_with("stall: "));
            assert_eq!(
                said,
                !matches!(*code, 0 | 8),
                "stall {line} ({format}) says why it failed: {}",
                run.stderr
            );
            if *code == 0
                && format == "json"
                && !line.contains("help")
                && line.contains(' ')
                && !line.contains("comp")
                && !line.contains("template")
            {
                assert!(
                    serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok(),
                    "{line}: {}",
                    run.stdout
                );
            }
        }
    }
}

#[test]
fn the_table_above_holds_every_command() {
    let market = Market::start();
    let mut leaves = BTreeSet::new();
    collect(&market, "", false, &mut leaves);
    assert!(leaves.len() > 15, "{leaves:?}");
    for leaf in leaves {
        assert!(RUNS.iter().any(|(line, _)| line.starts_with(&leaf)), "{leaf} is not tried");
    }
}

/// Follows the lists of commands in the help; an example stands with each command or its noun.
fn collect(market: &Market, path: &str, shown: bool, leaves: &mut BTreeSet<String>) {
    let args: Vec<&str> = path.split_whitespace().chain(["--help"]).collect();
    let help = market.stall(&args).stdout;
    let shown = help.contains("\nExample") || shown;
    let Some((_, commands)) = help.split_once("\nCommands:\n") else {
        assert!(shown, "{path} lacks an example");
        leaves.insert(path.to_owned());
        return;
    };
    for line in commands.lines().take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap();
        if name != "help" {
            collect(market, format!("{path} {name}").trim(), shown && !path.is_empty(), leaves);
        }
    }
}
