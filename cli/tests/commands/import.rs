//! Files of artisans on their way to a market.

use std::fs;

use serde_json::{Value, json};

use crate::market::{Market, Run};

const ID: &str = "imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E";
const FILE: &str = "\
key,title,price,stock,sku,image1,alt1
mug,Oat mug,28.00,6,MUG,Mug.JPG,A mug
cup,Sea cup,12.00,3,CUP,cup.jpg,
bowl,Bowl,twelve,1,BOWL,,
dish,Dish \u{1b}[31m,9.00,many,DISH,,
";

fn import(status: &str, done: i64) -> Value {
    import_without(status, done, 0)
}

/// The same with so many listings that failed or were kept out.
fn import_without(status: &str, done: i64, failed: i64) -> Value {
    let variants = json!({"created": done, "changed": 0, "unchanged": 0, "failed": 0});
    let listings = json!({"created": done, "changed": 0, "unchanged": 0, "failed": failed});
    let import = json!({
        "id": ID, "file": "shop.csv", "format": "stall", "status": status,
        "created_at": "2026-11-20T10:30:00Z", "applied_at": null, "planned": done, "done": done,
        "listings": listings, "variants": variants, "errors": []
    });
    serde_json::to_value(serde_json::from_value::<api::import::Import>(import).unwrap()).unwrap()
}

/// Listings that stay or change have lost a variant.
fn absent(action: &str) -> Value {
    match action {
        "keep" | "change" => json!([{"sku": "MUG-SAGE", "values": ["sage", "large"], "pieces": 2}]),
        _ => json!([]),
    }
}

fn planned(rows: &[(u64, &str, &str)]) -> Value {
    let rows = rows.iter().map(|(line, action, field)| {
        let changes = if field.is_empty() {
            json!([])
        } else {
            json!([{"field": field, "from": "€30.00", "to": "€28.00"}])
        };
        json!({
            "line": line, "key": "k", "title": "Oat mug", "action": action, "changes": changes,
            "variants_created": u8::from(*action == "create"), "variants_changed": u8::from(*action == "change"),
            "variants_unchanged": u8::from(*action == "keep"), "absent": absent(action), "error": null
        })
    });
    let plan = json!({ "rows": rows.collect::<Vec<_>>() });
    serde_json::to_value(serde_json::from_value::<api::import::BatchPlan>(plan).unwrap()).unwrap()
}

fn stored(hash: char, sha256: &str) -> Value {
    let hash = hash.to_string().repeat(64);
    json!({"hash": hash, "upload_sha256": sha256, "width": 800, "height": 600})
}

/// What a photograph begins with, and its SHA-256.
const PHOTO: &[u8] = b"\xff\xd8\xffmug";
const MUG: &str = "95288ab47df14b35cb6a81b08d9bf77ad4885db260eb37f20c6e27815f692aae";

/// A market that knows no picture and would make two listings.
fn market() -> Market {
    market_with(&json!([]))
}

/// A market that knows these pictures and would make two listings.
fn market_with(pictures: &Value) -> Market {
    let market = Market::start();
    market
        .answers("GET /shop", 200, &crate::samples::shop())
        .answers("POST /images/known", 200, &json!({ "images": pictures }))
        .answers("POST /images", 201, &stored('b', MUG))
        .answers("POST /imports", 201, &import("planning", 0))
        .answers(
            &format!("POST /imports/{ID}/rows"),
            200,
            &planned(&[(2, "create", ""), (3, "create", "")]),
        )
        .answers(&format!("POST /imports/{ID}/apply"), 200, &import_without("applied", 2, 2))
        .answers_with(&format!("DELETE /imports/{ID}"), 204, "", "");
    fs::write(market.folder.path().join("shop.csv"), FILE).unwrap();
    fs::create_dir(market.folder.path().join("photos")).unwrap();
    fs::write(market.folder.path().join("photos/mug.jpg"), PHOTO).unwrap();
    market
}

fn stall(market: &Market, args: &[&str]) -> Run {
    let mut command = market.command(&[&["import"], args].concat());
    Run::from(command.current_dir(market.folder.path()))
}

/// What was asked of the market, without addresses of ids.
fn asked(market: &Market) -> Vec<String> {
    let short = |line: String| line.replace("/api/v1", "").replace(ID, "ID");
    market.requests().into_iter().map(|request| short(request.line)).collect()
}

fn rows_sent(market: &Market) -> Value {
    let sent = market.requests().into_iter().find(|request| request.line.ends_with("/rows"));
    serde_json::from_str(&sent.unwrap().body).unwrap()
}

#[test]
fn a_dry_run_says_everything_and_leaves_nothing_behind() {
    let market = market();
    let run = stall(&market, &["shop.csv", "--images", "photos", "--dry-run", "-o", "json"]);
    assert_eq!(run.code, 6);
    insta::assert_snapshot!(run.stderr, @r"
    shop.csv  Stallwright columns, utf-8, “,” separated
    error: the price is not a number
      --> shop.csv:4:11
       |
     4 | bowl,Bowl,twelve,1,BOWL,,
       |           ^^^^^^ use digits, for example 12.00

    error: the number of pieces is not a whole number
      --> shop.csv:5:22
       |
     5 | dish,Dish  [31m,9.00,many,DISH,,
       |                      ^^^^ use digits, for example 3

      create     2   change     0   unchanged     0   fail     2
      photos 2 referenced · 1 found · 1 missing · 0 not taken · 0 already there · 1 to be sent
          line 3, Sea cup: cup.jpg is missing
    Nothing was changed. Run without --dry-run to apply it.
    ");
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        summary,
        json!({
            "dry_run": true, "import": null, "format": "stall", "encoding": "utf-8", "delimiter": ",", "rows": 4,
            "listings": {"created": 2, "changed": 0, "unchanged": 0, "failed": 2},
            "variants": {"created": 2, "changed": 0, "unchanged": 0, "failed": 0},
            "images": {
                "referenced": 2, "found": 1, "missing": 1, "waiting": 1, "uploaded": 0, "already": 0, "refused": 0,
                "missing_files": [{"line": 3, "listing": "Sea cup", "file": "cup.jpg"}]
            },
            "absent": [],
            "errors": [
                {"line": 3, "column": "image1", "code": "image.missing", "message": "cup.jpg is missing"},
                {"line": 4, "column": "price", "code": "price.not_a_number",
                 "message": "the price is not a number; use digits, for example 12.00"},
                {"line": 5, "column": "stock", "code": "stock.not_a_number",
                 "message": "the number of pieces is not a whole number; use digits, for example 3"}
            ]
        })
    );
    assert_eq!(
        asked(&market),
        [
            "GET /shop",
            "POST /images/known",
            "POST /imports",
            "POST /imports/ID/rows",
            "DELETE /imports/ID"
        ]
    );
    assert!(!market.folder.path().join("shop.errors.csv").exists());
}

#[test]
fn pictures_that_the_market_lacks_are_sent_and_named_in_the_rows() {
    let market = market();
    let run = stall(&market, &["shop.csv", "--images", "photos", "--yes"]);
    assert_eq!(run.code, 6);
    assert!(asked(&market).contains(&"POST /images".to_owned()));
    let rows = rows_sent(&market);
    assert_eq!(rows["rows"][0]["images"], json!([{"hash": "b".repeat(64), "alt": "A mug"}]));
    assert_eq!(rows["rows"][1].get("images"), None, "not at hand: the gallery is left alone");
    insta::assert_snapshot!(run.stdout.replace('\t', "  "), @r"
    import  imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E
    rows  4
    listings  2 created, 0 changed, 0 unchanged, 2 failed
    variants  2 created, 0 changed, 0 unchanged, 0 failed
    photos  2 referenced, 1 found, 1 missing, 1 sent, 0 there before, 0 refused
    ");
    let errors = fs::read_to_string(market.folder.path().join("shop.errors.csv")).unwrap();
    insta::assert_snapshot!(errors, @r#"
    _line,_column,_code,_message,key,title,price,stock,sku,image1,alt1
    3,image1,image.missing,cup.jpg is missing,cup,Sea cup,12.00,3,CUP,cup.jpg,
    4,price,price.not_a_number,"the price is not a number; use digits, for example 12.00",bowl,Bowl,twelve,1,BOWL,,
    5,stock,stock.not_a_number,"the number of pieces is not a whole number; use digits, for example 3",dish,Dish [31m,9.00,many,DISH,,
    "#);
}

#[test]
fn known_pictures_do_not_travel() {
    let market = market_with(&json!([stored('c', MUG)]));
    let run = stall(&market, &["shop.csv", "--images", "photos", "--yes", "-o", "json"]);
    assert!(!asked(&market).contains(&"POST /images".to_owned()));
    assert_eq!(rows_sent(&market)["rows"][0]["images"][0]["hash"], "c".repeat(64));
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&summary["images"]["already"], &summary["images"]["uploaded"]),
        (&json!(1), &json!(0))
    );
}

#[test]
fn a_picture_that_the_market_refuses_is_told_with_its_line_and_does_not_keep_its_listing_out() {
    let market = market();
    let refusing = Market::start();
    refusing
        .answers("GET /shop", 200, &crate::samples::shop())
        .answers("POST /images/known", 200, &json!({"images": []}))
        .refuses("POST /images", 422, "invalid", "this is no picture")
        .answers("POST /imports", 201, &import("planning", 0))
        .answers(&format!("POST /imports/{ID}/rows"), 200, &planned(&[(2, "create", "")]))
        .answers(&format!("POST /imports/{ID}/apply"), 200, &import("applied", 1));
    let file = "title,price,stock,image1\nOat mug,28.00,6,Mug.JPG\n";
    fs::write(market.folder.path().join("shop.csv"), file).unwrap();
    let mut command =
        refusing.command(&["import", "shop.csv", "--images", "photos", "--yes", "-o", "json"]);
    let run = Run::from(command.current_dir(market.folder.path()));
    assert_eq!(run.code, 6, "{}", run.stderr);
    let told = "line 2, Oat mug: mug.jpg was not taken: this is no picture";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let errors = fs::read_to_string(market.folder.path().join("shop.errors.csv")).unwrap();
    assert!(
        errors.contains("2,image1,image.refused,mug.jpg was not taken: this is no picture,"),
        "{errors}"
    );
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&summary["images"]["refused"], &summary["listings"]["created"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn without_yes_a_script_ends_with_5_and_sends_no_picture() {
    let market = market();
    let run = stall(&market, &["shop.csv", "--images", "photos"]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(run.stderr.contains("add --yes"), "{}", run.stderr);
    let asked = asked(&market);
    assert!(!asked.contains(&"POST /images".to_owned()), "{asked:?}");
    assert_eq!(asked.last().unwrap(), "DELETE /imports/ID");
}

#[test]
fn nothing_to_change_needs_no_answer() {
    let market = Market::start();
    market
        .answers("GET /shop", 200, &crate::samples::shop())
        .answers("POST /imports", 201, &import("planning", 0))
        .answers(&format!("POST /imports/{ID}/rows"), 200, &planned(&[(2, "keep", "")]))
        .answers(&format!("POST /imports/{ID}/apply"), 200, &import("applied", 1));
    fs::write(market.folder.path().join("shop.csv"), "title,price,stock\nMug,28.00,6\n").unwrap();
    assert_eq!(stall(&market, &["shop.csv"]).code, 0);
}

#[test]
fn changes_are_shown_field_by_field() {
    let market = Market::start();
    market
        .answers("GET /shop", 200, &crate::samples::shop())
        .answers("POST /imports", 201, &import("planning", 0))
        .answers(
            &format!("POST /imports/{ID}/rows"),
            200,
            &planned(&[(2, "change", "variants.MUG.price")]),
        )
        .answers_with(&format!("DELETE /imports/{ID}"), 204, "", "");
    fs::write(market.folder.path().join("shop.csv"), "title;price;stock\nMug;28,00;6\n").unwrap();
    let run = stall(&market, &["shop.csv", "--dry-run"]);
    insta::assert_snapshot!(run.stderr, @r"
    shop.csv  Stallwright columns, utf-8, “;” separated
      create     0   change     1   unchanged     0   fail     0
      line 2: Oat mug
          variants.MUG.price: €30.00 → €28.00
      1 variant is no longer in the file; it stays unless you add --allow-delete:
          line 2, Oat mug: MUG-SAGE (sage, large), 2 pieces
    Nothing was changed. Run without --dry-run to apply it.
    ");
    assert_eq!(run.code, 0);
}

#[test]
fn the_error_file_is_written_once_and_never_over_another() {
    let market = market();
    let errors = |name: &str| market.folder.path().join(name);
    stall(&market, &["shop.csv", "--yes"]);
    stall(&market, &["shop.csv", "--yes"]);
    assert!(errors("shop.errors.csv").exists() && !errors("shop.errors-2.csv").exists());
    fs::write(errors("shop.errors.csv"), "being corrected").unwrap();
    stall(&market, &["shop.csv", "--yes"]);
    assert_eq!(fs::read_to_string(errors("shop.errors.csv")).unwrap(), "being corrected");
    assert!(errors("shop.errors-2.csv").exists());
    stall(&market, &["shop.csv", "--yes", "--errors", "mine.csv"]);
    let corrected = fs::read_to_string(errors("mine.csv")).unwrap();
    let other = removing();
    let corrected = corrected.replace("twelve", "12.00").replace("many", "1");
    fs::write(other.folder.path().join("mine.csv"), corrected).unwrap();
    assert_eq!(
        stall(&other, &["mine.csv", "--yes"]).code,
        0,
        "an error file is a file like any other"
    );
}

#[test]
fn an_unreachable_market_half_way_says_how_to_go_on() {
    let half = Market::start();
    half.answers("GET /shop", 200, &crate::samples::shop())
        .answers("POST /imports", 201, &import("planning", 0))
        .answers(&format!("POST /imports/{ID}/rows"), 200, &planned(&[(2, "create", "")]))
        .answers(&format!("POST /imports/{ID}/apply"), 200, &import("applying", 1))
        .refuses(&format!("POST /imports/{ID}/apply"), 500, "internal", "broken");
    fs::write(half.folder.path().join("shop.csv"), "title,price,stock\nMug,28.00,6\n").unwrap();
    let run = stall(&half, &["shop.csv", "--yes"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains(&format!("stall import resume {ID}")), "{}", run.stderr);
}

#[test]
fn files_that_cannot_be_read_end_with_2() {
    let market = market();
    fs::write(market.folder.path().join("odd.csv"), "Foo,Bar\n1,2\n").unwrap();
    for args in [&["odd.csv"][..], &["none.csv"], &["photos"], &["shop.csv", "--images", "none"]] {
        let run = stall(&market, args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.stderr);
    }
    assert!(!asked(&market).iter().any(|line| line.starts_with("POST")));
}

#[test]
fn the_template_is_the_documented_one() {
    let market = Market::start();
    assert_eq!(stall(&market, &["template"]).stdout, api::import::TEMPLATE);
}

#[test]
fn a_plan_that_nobody_agreed_to_is_not_resumed() {
    let market = Market::start();
    market.answers(&format!("GET /imports/{ID}"), 200, &import("planning", 0));
    let run = stall(&market, &["resume", ID]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(!asked(&market).iter().any(|line| line.starts_with("POST")));
}

/// A market whose plan changes a listing in nothing but that a variant goes, in a folder with a file of one row.
fn removing() -> Market {
    let market = Market::start();
    let mut deleting = import("planning", 0);
    deleting["allow_delete"] = json!(true);
    market
        .answers("GET /shop", 200, &crate::samples::shop())
        .answers("POST /imports", 201, &deleting)
        .answers(&format!("POST /imports/{ID}/rows"), 200, &planned(&[(2, "change", "")]))
        .answers(&format!("POST /imports/{ID}/apply"), 200, &import("applied", 1))
        .answers_with(&format!("DELETE /imports/{ID}"), 204, "", "");
    fs::write(market.folder.path().join("shop.csv"), "title,price,stock\nMug,28.00,6\n").unwrap();
    market
}

#[test]
fn what_allow_delete_removes_is_named() {
    let run = stall(&removing(), &["shop.csv", "--allow-delete", "--dry-run"]);
    insta::assert_snapshot!(run.stderr, @r"
    shop.csv  Stallwright columns, utf-8, “,” separated
      create     0   change     1   unchanged     0   fail     0
      1 variant is no longer in the file and will be removed:
          line 2, Oat mug: MUG-SAGE (sage, large), 2 pieces
    Nothing was changed. Run without --dry-run to apply it.
    ");
    insta::assert_snapshot!(run.stdout.replace('\t', "  "), @r"
    rows  1
    listings  would create 0, change 1, leave 0 as is, fail 0
    variants  would create 0, change 1, leave 0 as is, fail 0
    photos  0 referenced, 0 found, 0 missing, 0 to be sent, 0 there before, 0 refused
    2  Oat mug  MUG-SAGE  sage, large
    ");
    let run = stall(&removing(), &["shop.csv", "--allow-delete", "--yes", "-o", "json"]);
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        summary["absent"],
        json!([{"line": 2, "listing": "Oat mug", "sku": "MUG-SAGE", "values": ["sage", "large"], "pieces": 2, "removed": true}])
    );
}

#[test]
fn photographs_that_are_missing_are_named_up_to_a_bound_and_all_of_them_in_json() {
    let market = market();
    let rows: Vec<_> = (1..=23).map(|n| format!("Mug {n},9.00,1,mug-{n:02}-grey.jpg")).collect();
    let file = format!("title,price,stock,image1\n{}\n", rows.join("\n"));
    fs::write(market.folder.path().join("many.csv"), file).unwrap();
    fs::write(market.folder.path().join("photos/mug-01-gray.jpg"), "grey").unwrap();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    fs::write(market.folder.path().join("photos/mug-02-grey.heic"), heic).unwrap();
    let run = stall(&market, &["many.csv", "--images", "photos", "--dry-run", "-o", "json"]);
    let named: Vec<&str> = run.stderr.lines().filter(|line| line.contains(", Mug ")).collect();
    assert_eq!(named.len(), 20, "{}", run.stderr);
    assert_eq!(
        named[0].trim(),
        "line 2, Mug 1: mug-01-grey.jpg is missing; did you mean mug-01-gray.jpg?"
    );
    assert_eq!(
        named[1].trim(),
        "line 3, Mug 2: mug-02-grey.heic was not taken: this is a HEIC picture, which not every browser can show; \
         export it as JPEG and send that"
    );
    assert!(run.stderr.contains("… and 3 more; -o json names all of them"), "{}", run.stderr);
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(summary["images"]["missing_files"].as_array().unwrap().len(), 22);
    assert_eq!(
        summary["images"]["missing_files"][21],
        json!({"line": 24, "listing": "Mug 23", "file": "mug-23-grey.jpg"})
    );
}

#[test]
fn the_question_counts_and_a_no_says_what_stays() {
    let market = market();
    fs::write(
        market.folder.path().join("shop.csv"),
        FILE.lines().take(3).collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    let import = ["import", "shop.csv", "--images", "photos"];
    let (done, rest) = crate::asking::typed(&market, &import, "Create 2 listings? [y/N] ", "n\r");
    assert!(done, "{rest}");
    assert!(
        rest.contains("No listing was changed. 1 photo was sent; the market forgets after a day what no listing shows."),
        "{rest}"
    );
}

#[test]
fn a_dry_run_speaks_of_what_would_be() {
    let run = stall(&market(), &["shop.csv", "--dry-run"]);
    assert!(run.stdout.contains("listings\twould create 2, change 0"), "{}", run.stdout);
    assert!(!run.stdout.contains("created"), "{}", run.stdout);
}

#[test]
fn a_file_without_a_column_that_is_needed_names_it() {
    let market = market();
    fs::write(market.folder.path().join("odd.csv"), "title,stock,sku\nMug,6,MUG\n").unwrap();
    let run = stall(&market, &["odd.csv", "--dry-run"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("lacks the column price"), "{}", run.stderr);
}
