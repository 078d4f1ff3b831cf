//! The history of a listing and changes to many.

use serde_json::{Value, json};

use crate::market::Market;
use crate::samples;

const LISTING: &str = "/listings/lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E";
const EDIT: &str = "/edits/edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E";

/// A market with a listing, and with a bulk edit that becomes two listings.
fn market() -> Market {
    let market = Market::start();
    market
        .answers("GET /shop", 200, &samples::shop())
        .answers("GET /listings", 200, &samples::listings())
        .answers(&format!("GET {LISTING}"), 200, &samples::listing())
        .answers(&format!("GET {LISTING}/history"), 200, &samples::history())
        .answers("POST /edits", 201, &samples::bulk_edit("planning", 0, 0))
        .answers(&format!("POST {EDIT}/plan"), 200, &samples::bulk_edit("planning", 0, 0))
        .answers(&format!("POST {EDIT}/plan"), 200, &samples::bulk_edit("planned", 0, 0))
        .answers(&format!("GET {EDIT}/rows"), 200, &samples::bulk_rows())
        .answers(&format!("POST {EDIT}/apply"), 200, &samples::bulk_edit("applying", 1, 0))
        .answers(&format!("POST {EDIT}/apply"), 200, &samples::bulk_edit("applied", 2, 0))
        .answers_with(&format!("DELETE {EDIT}"), 204, "", "");
    market
}

/// Methods and paths of everything that changed something.
fn writes(market: &Market) -> Vec<String> {
    let lines = market.requests().into_iter().map(|request| request.line);
    lines.filter(|line| !line.starts_with("GET ")).collect()
}

#[test]
fn a_history_says_who_changed_what_and_why() {
    let run = market().stall(&["listings", "history", "stoneware-mug-4b0c1d2e"]);
    insta::assert_snapshot!(run.stdout, @r"
    4	20 Nov 2026, 10:30	Ana	terminal	bulk edit	variants.MUG-OAT.price €24.00 → €25.20, tags nothing → mug, 1 more
    2	20 Nov 2026, 10:30	Ana	terminal	edited	title Stonewear mug → Stoneware mug
    1	20 Nov 2026, 10:30	the market	terminal	written
    ");
}

#[test]
fn an_old_version_comes_back_after_its_changes_were_shown() {
    let market = market();
    let changes = json!([{"field": "title", "from": "Stoneware mug", "to": "Stonewear mug"}]);
    market.answers(&format!("GET {LISTING}/history/2"), 200, &samples::version_detail(&changes));
    market.answers(&format!("POST {LISTING}/restore"), 200, &samples::listing());
    let restore = ["listings", "restore", "MUG-OAT", "--version", "2"];
    let unasked = market.stall(&restore);
    assert_eq!((unasked.code, unasked.stdout.as_str()), (5, ""));
    assert!(writes(&market).is_empty());
    insta::assert_snapshot!(unasked.stderr, @r"
          title: Stoneware mug → Stonewear mug
      Stock and state stay as they are now.
    error: nothing was changed, since nobody may be asked
     help: add --yes to restore it
    ");

    let done = market.stall(&[&restore[..], &["--yes", "-o", "json"]].concat());
    assert_eq!(done.code, 0, "{}", done.stderr);
    let sent = market.requests().pop().unwrap();
    assert_eq!(
        (sent.headers["if-match"].as_str(), sent.body.as_str()),
        ("\"4\"", r#"{"version":2}"#)
    );
    assert_eq!(serde_json::from_str::<Value>(&done.stdout).unwrap(), samples::listing());

    market.refuses(&format!("GET {LISTING}/history/9"), 404, "not_found", "not found");
    let missing = market.stall(&["listings", "restore", "MUG-OAT", "--version", "9"]);
    assert_eq!(missing.code, 1);
    assert!(
        missing.stderr.contains("no version 9 of “Stoneware mug” is kept"),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_bulk_edit_shows_its_plan_and_leaves_nothing_behind_when_nobody_agrees() {
    let market = market();
    let edit = ["listings", "edit", "--where", "status:active tag:gift", "--set", "price=+5%"];
    let run = market.stall(&[&edit[..], &["--dry-run"]].concat());
    assert_eq!(run.code, 6);
    insta::assert_snapshot!(format!("{}{}", run.stderr, run.stdout), @r"
      change     2   unchanged     1   fail     1
      Stoneware mug
          variants.MUG-OAT.price: €24.00 → €25.20
      Bowl
          variants.MUG-OAT.price: €38.00 → €39.90
    error: Bead: variant BEAD: a price is at least €0.50 and at most €999,999.99, not €0.48
    Nothing was changed.
    status	dry run
    would change	2
    unchanged	1
    failed	1
    ");
    let opened =
        r#"{"filter":{"status":["active"],"tags":["gift"]},"change":{"price_percent":500}}"#;
    assert_eq!(market.requests()[1].body, opened);
    assert_eq!(
        writes(&market).last().unwrap(),
        "DELETE /api/v1/edits/edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E"
    );

    let unasked = market.stall(&edit);
    assert_eq!(unasked.code, 5);
    assert!(writes(&market).last().unwrap().starts_with("DELETE "));
    let (done, rest) = crate::asking::typed(&market, &edit, "Change 2 listings? [y/N] ", "n\r");
    assert!(done && rest.contains("Nothing was changed."), "{rest}");
    assert!(!writes(&market).iter().any(|line| line.ends_with("/apply")));
}

#[test]
fn a_bulk_edit_that_means_nothing_says_so_in_the_words_that_were_typed() {
    let market = Market::start();
    let mut nothing = samples::bulk_edit("planned", 0, 0);
    for count in ["planned", "unchanged", "failed"] {
        nothing[count] = json!(0);
    }
    nothing["errors"] = json!([]);
    nothing["filter"] = json!({"tags": ["zzz"]});
    market
        .answers("GET /shop", 200, &samples::shop())
        .answers("POST /edits", 201, &nothing)
        .answers(&format!("POST {EDIT}/plan"), 200, &nothing)
        .answers(&format!("GET {EDIT}/rows"), 200, &json!({"items": [], "next": null}))
        .answers_with(&format!("DELETE {EDIT}"), 204, "", "");
    let edit = ["listings", "edit", "--where", "tag:zzz", "--set", "price=+5%", "--yes"];
    let run = market.stall(&edit);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(format!("{}{}", run.stderr, run.stdout), @r"
      change     0   unchanged     0   fail     0
    No listing matches: tag:zzz
    Nothing was changed.
    status	nothing to change
    would change	0
    unchanged	0
    failed	0
    ");

    let field = json!({"status": 422, "code": "invalid", "detail": "no price is both", "field": "filter.price_to"});
    let refusing = Market::start();
    refusing.answers("GET /shop", 200, &samples::shop()).answers("POST /edits", 422, &field);
    let run = refusing.stall(&["listings", "edit", "--where", "price:9..5", "--set", "stock=1"]);
    assert!(
        run.stderr.contains("help: repeat the command with another --where price:…"),
        "{}",
        run.stderr
    );
}

#[test]
fn bulk_edits_of_the_past_are_listed_in_the_words_that_were_typed() {
    let market = Market::start();
    let mut all = samples::bulk_edit("applied", 2, 0);
    all["filter"] = json!({});
    all["change"] = json!({"stock_add": -1, "tags_add": ["gift"]});
    market.answers(
        "GET /edits",
        200,
        &json!({"items": [samples::bulk_edit("undone", 2, 2), all], "next": null}),
    );
    insta::assert_snapshot!(market.stall(&["listings", "edits"]).stdout, @r"
    edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E	22 Nov 2026, 14:02	tag:gift	price=+5%	undone	2	2
    edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E	22 Nov 2026, 14:02	--all	stock=-1 tag=+gift	applied	2	0
    ");
}

#[test]
fn a_bulk_edit_is_applied_to_its_end_and_taken_back() {
    let market = market();
    let edit = ["listings", "edit", "--all", "--set", "price=+5%", "--yes", "-o", "json"];
    let run = market.stall(&edit);
    assert_eq!(run.code, 6, "one of them cannot be changed: {}", run.stderr);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&told["done"], &told["failed"], &told["status"]),
        (&json!(2), &json!(1), &json!("applied"))
    );
    assert_eq!(told["listings"].as_array().unwrap().len(), 2);
    assert!(run.stderr.contains("error: Bead: variant BEAD"), "{}", run.stderr);
    assert!(run.stderr.contains("Undo it with: `stall listings undo edt_"), "{}", run.stderr);
    let applied = writes(&market).iter().filter(|line| line.ends_with("/apply")).count();
    assert_eq!(applied, 2);

    let applied = samples::bulk_edit("applied", 2, 0);
    market.answers(
        "GET /edits",
        200,
        &json!({"items": [samples::bulk_edit("undone", 2, 2), applied], "next": null}),
    );
    market.answers(&format!("POST {EDIT}/undo"), 200, &samples::bulk_edit("undoing", 2, 1));
    market.answers(&format!("POST {EDIT}/undo"), 200, &samples::bulk_edit("undone", 2, 2));
    let undo = market.stall(&["listings", "undo", "--yes"]);
    assert_eq!(undo.code, 0, "{}", undo.stderr);
    insta::assert_snapshot!(undo.stdout, @r"
    edit	edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E
    status	undone
    changed	2
    unchanged	1
    failed	1
    as before	2
    left as is	0
    ");

    let other = Market::start();
    let done = json!({"items": [samples::bulk_edit("undone", 2, 2)], "next": null});
    other.answers("GET /edits", 200, &done);
    let nothing = other.stall(&["listings", "undo", "--yes"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.stderr.contains("there is no bulk edit to undo"), "{}", nothing.stderr);
}
