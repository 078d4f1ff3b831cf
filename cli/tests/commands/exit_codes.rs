//! What goes wrong at the market becomes the code that scripts rely on.

use std::fmt::Write as _;

use crate::market::Market;

#[test]
fn every_refusal_has_its_code_and_a_remedy() {
    let mut table = String::new();
    for (status, code) in [
        (404, "not_found"),
        (401, "unauthenticated"),
        (403, "forbidden"),
        (422, "invalid"),
        (409, "conflict"),
        (413, "too_large"),
        (500, "internal"),
    ] {
        let market = Market::start();
        market.refuses("POST /orders/7K39QF2M-1/ship", status, code, "that cannot be done");
        let run = market.stall(&["orders", "ship", "7K39QF2M-1"]);
        assert_eq!(run.stdout, "");
        let _ = write!(table, "{code} → {}\n{}", run.code, run.stderr);
    }
    insta::assert_snapshot!(table, @r"
    not_found → 1
    error: that cannot be done
     help: `stall orders list` shows the numbers
    unauthenticated → 4
    error: that cannot be done
     help: run `stall login`
    forbidden → 4
    error: that cannot be done
     help: `stall whoami` shows who is signed in and what is still missing
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
