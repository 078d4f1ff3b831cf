//! What goes wrong at the market becomes the code that scripts rely on.

use std::fmt::Write as _;

use crate::market::Market;
use crate::samples;

#[test]
fn every_refusal_has_its_code_and_a_remedy() {
    let mut table = String::new();
    for (status, code) in [
        (404, "not_found"),
        (401, "unauthenticated"),
        (403, "forbidden"),
        (403, "shop.needed"),
        (422, "invalid"),
        (409, "conflict"),
        (413, "too_large"),
        (500, "internal"),
    ] {
        let market = Market::start();
        market.answers("GET /shop/profile", 200, &samples::shop_profile());
        market.refuses("POST /shop/resume", status, code, "that cannot be done");
        let run = market.stall(&["shop", "resume"]);
        assert_eq!(run.stdout, "");
        let _ = write!(table, "{code} → {}\n{}", run.code, run.stderr);
    }
    insta::assert_snapshot!(table, @r"
    not_found → 1
    error: that cannot be done
     help: the list commands show what is there
    unauthenticated → 4
    error: STALL_TOKEN holds a token that is not valid any more, or it is of another market
     help: unset it, or give it another: `stall token create` makes one
    forbidden → 4
    error: that cannot be done
     help: `stall whoami` shows who is signed in, what this terminal may do and what is missing
    shop.needed → 4
    error: that cannot be done
     help: open one: `stall shop create --name NAME`
    invalid → 2
    error: that cannot be done
     help: correct it and repeat the command
    conflict → 7
    error: that cannot be done
     help: look at it again, then repeat the command
    too_large → 1
    error: that cannot be done
     help: send less at once
    internal → 3
    error: that cannot be done
     help: repeat the command in a moment
    ");
}

#[test]
fn what_is_not_there_is_named() {
    let import = "imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E";
    let mut table = String::new();
    for (request, args) in [
        ("GET /orders/NOPE", &["orders", "show", "NOPE"][..]),
        ("POST /orders/NOPE/ship", &["orders", "ship", "NOPE"]),
        ("GET /payouts/po_x", &["payouts", "show", "po_x"]),
        ("POST /payouts/reconcile", &["payouts", "reconcile", "--payout", "po_x"]),
        (&format!("GET /imports/{import}"), &["import", "show", import]),
        ("GET /shop/profile", &["shop", "show"]),
        ("GET /shop/profile", &["shop", "edit", "--place", "Jena"]),
    ] {
        let market = Market::start();
        market.refuses(request, 404, "not_found", "not found");
        let run = market.stall(args);
        assert_eq!(run.code, 1, "{}", run.stderr);
        table.push_str(&run.stderr);
    }
    insta::assert_snapshot!(table, @r"
    error: you have no order NOPE
     help: `stall orders list` shows the numbers
    error: you have no order NOPE
     help: `stall orders list` shows the numbers
    error: you have no payout po_x
     help: `stall payouts list` shows the ids
    error: you have no payout po_x
     help: `stall payouts list` shows the ids
    error: you have no import imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E
     help: `stall import list` shows the ids
    error: you have no shop yet
     help: open one: `stall shop create --name NAME`
    error: you have no shop yet
     help: open one: `stall shop create --name NAME`
    ");
}

#[test]
fn what_is_done_already_says_where_to_look() {
    let market = Market::start();
    market.refuses("POST /shop", 409, "conflict", "you have a shop already; change it instead");
    market.refuses("POST /orders/7K39QF2M-1/ship", 409, "conflict", "order 7K39QF2M-1 is shipped");
    let shop = market.stall(&["shop", "create", "--name", "Oat"]);
    let ship = market.stall(&["orders", "ship", "7K39QF2M-1"]);
    assert_eq!((shop.code, ship.code), (7, 7));
    insta::assert_snapshot!(shop.stderr + &ship.stderr, @r"
    error: you have a shop already; change it instead
     help: `stall shop show` shows the shop you have, `stall shop edit` changes it
    error: order 7K39QF2M-1 is shipped
     help: `stall orders show 7K39QF2M-1` shows where it stands
    ");
}

#[test]
fn a_wrong_password_is_told_of_as_one() {
    let market = Market::start();
    market.refuses(
        "POST /tokens",
        403,
        "forbidden",
        "this address and this password do not belong together",
    );
    let run = market.fed(&["login", "--email", "ana@example.org", "--password-stdin"], "wrong\n");
    assert_eq!(run.code, 4);
    let help = format!(
        "help: check both; if the password is forgotten, choose a new one at {}/password/forgot",
        market.url
    );
    assert!(run.stderr.contains(&help) && !run.stderr.contains("whoami"), "{}", run.stderr);
}

#[test]
fn prices_with_a_comma_are_told_how_to_be_typed() {
    let market = Market::start();
    market.answers("GET /listings", 200, &crate::samples::listings());
    let listing = "lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E";
    market.answers(&format!("GET /listings/{listing}"), 200, &crate::samples::listing());
    for args in [
        &["shop", "fees", "--price", "24,50"][..],
        &["listings", "set", "MUG-OAT", "--price", "24,50"],
    ] {
        let run = market.stall(args);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("type it with a point: 24.50"), "{}", run.stderr);
    }
}

#[test]
fn an_address_needs_no_scheme() {
    let market = Market::start();
    market.answers("GET /me", 200, &crate::samples::me());
    let bare = market.url.strip_prefix("http://").unwrap();
    assert_eq!(market.stall(&["whoami", "--server", bare]).code, 0);
    let elsewhere = market.stall(&["whoami", "--server", "market.invalid:1"]);
    assert!(elsewhere.stderr.contains("https://market.invalid:1"), "{}", elsewhere.stderr);
}

#[test]
fn nobody_there_is_three_and_nothing_is_lost() {
    let market = Market::start();
    let run = market.stall(&["whoami", "--server", "http://127.0.0.1:1"]);
    insta::assert_snapshot!(format!("{} {}", run.code, run.stderr), @r"
    3 error: http://127.0.0.1:1 cannot be reached: Connection refused
     help: try again in a moment, or name another market with --server URL
    ");
}

#[test]
fn nobody_signed_in_is_four() {
    let market = Market::start();
    let output = market.stranger(&["orders", "list"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8(output.stderr).unwrap().contains("help: run `stall login`"));
    assert!(market.requests().is_empty(), "nothing is sent without a token");
}

#[test]
fn a_market_that_was_typed_stays_in_commands_that_come_next() {
    let market = Market::start();
    market.answers("POST /accounts", 201, &crate::samples::account());
    let register = ["register", "--email", "ana@example.org", "--name", "Ana", "--password-stdin"];
    let here = ["--server", &market.url];
    let run = market.fed(&[&register[..], &here].concat(), "a long enough password\n");
    let next = format!("Next: `stall login --email ana@example.org --server {}`", market.url);
    assert!(run.stderr.contains(&next), "{}", run.stderr);
    let run = market.fed(&register, "a long enough password\n");
    assert!(run.stderr.contains("Next: `stall login --email ana@example.org`"), "{}", run.stderr);

    let output = market.stranger(&[&["orders", "list"][..], &here].concat()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("run `stall login --server {}`", market.url)), "{said}");
}

#[test]
fn no_time_to_wait_is_refused_as_it_is_typed() {
    let run = Market::start().stall(&["whoami", "--timeout", "0"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no answer comes in no time; write 1s or more"), "{}", run.stderr);
}

#[test]
fn several_orders_are_shipped_at_once_and_failures_are_named() {
    let market = Market::start();
    market.answers("POST /orders/7K39QF2M-1/ship", 200, &crate::samples::order());
    market.refuses("POST /orders/NOPE/ship", 404, "not_found", "not found");
    let run = market.stall(&["orders", "ship", "7K39QF2M-1", "NOPE", "-o", "json"]);
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert!(run.stderr.contains("NOPE: you have no order NOPE"), "{}", run.stderr);
    let shipped: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(shipped.as_array().unwrap().len(), 1);
    assert_eq!(shipped[0]["number"], "7K39QF2M-1");
}

#[test]
fn something_that_is_no_market_is_named_so() {
    let market = Market::start();
    market.answers_with("GET /me", 200, "content-type: text/html\r\n", "<h1>It works!</h1>");
    market.answers_with("GET /shop/profile", 302, "location: https://elsewhere.example/\r\n", "");
    for command in [["whoami"].as_slice(), &["shop", "show"]] {
        let run = market.stall(command);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(
            run.stderr.contains("is this the address of a Stallwright market?"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_broken_configuration_names_file_and_line() {
    let market = Market::start();
    let folder = market.folder.path().join("config");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "profile = \"fair\"\nservre = \"http://x\"\n")
        .unwrap();
    let output = market.command(&["whoami"]).env("STALL_CONFIG_DIR", &folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("config.toml") && said.contains("line 2") && said.contains("servre"),
        "{said}"
    );
}
