//! Attributes: what is said of a piece by the rule of its shelf, shown, kept and carried along.

use api::Page;
use api::history::ListingVersion;
use api::import::BatchPlan;
use api::listing::Listing;
use reqwest::Method;
use serde_json::{Value, json};

use crate::listings::{does, drafts, edits, mug, offers};
use crate::market::{Market, Person, email_of, on_both_engines};
use crate::search::{comes_to_find, titles};
use crate::stall::Terminal;

on_both_engines![
    what_is_said_is_shown_and_what_does_not_fit_is_named,
    a_new_shelf_hides_what_it_does_not_have_and_loses_nothing,
    a_file_speaks_of_the_attributes_that_it_has_columns_for,
    the_terminal_says_attributes_in_words,
    lists_are_narrowed_by_what_the_shelf_has,
];

/// Pieces of a page that was asked for, and its words.
async fn narrowed(market: &Market, address: &str) -> (Vec<String>, String) {
    let page = market.visitor().gets(address).await;
    assert_eq!(page.status, 200, "{address}");
    let mut found = titles(&page);
    found.sort();
    (found, page.words())
}

async fn lists_are_narrowed_by_what_the_shelf_has(market: Market) {
    let ana = market.seller("Ana").await;
    offers(&ana, &glazed()).await;
    let mut other = mug("Oat bowl", 4800, 3);
    other["attributes"] = json!({ "glaze": "satin" });
    other["options"] = json!(["Color"]);
    let price = json!({ "minor": 4800, "currency": "EUR" });
    let variant = |colour: &str| json!({ "values": [colour], "price": price, "stock": 1 });
    other["variants"] = json!([variant("Blue"), variant("Porridge")]);
    let bowl = offers(&ana, &other).await;
    comes_to_find(&market, "q=oat&glaze=satin", &["Oat bowl"]).await;

    let (found, words) = narrowed(&market, "/c/clay").await;
    assert_eq!(found, ["Oat bowl", "Oat mug"]);
    assert!(words.contains("Colour White (1) Blue (2)"), "{words}");
    assert!(words.contains("Glaze Matt (1) Satin (1)"), "{words}");
    assert!(!words.contains("Porridge ("), "{words}");
    assert_eq!(narrowed(&market, "/c/clay?glaze=Matt&colour=blue").await.0, ["Oat mug"]);
    assert_eq!(narrowed(&market, "/search?colour=blue").await.0, ["Oat bowl", "Oat mug"]);
    let (found, words) = narrowed(&market, "/search?glaze=satin&glaze=crackle").await;
    assert_eq!(found, ["Oat bowl"]);
    assert!(words.contains("Remove Glaze: satin"), "{words}");
    let words = narrowed(&market, "/search").await.1;
    assert!(words.contains("Blue (2)") && !words.contains("Satin ("), "{words}");

    for (address, told, count) in [
        ("/c/wood?glaze=matt", "The shelf “Wood” has no glaze; these are of any.", 0),
        ("/search?glaze=plaid", "Glaze: “plaid” is not possible; use one of matt, satin", 2),
        ("/c/clay?glaze=crackle", "Glaze: any (2)", 0),
    ] {
        let (found, words) = narrowed(&market, address).await;
        assert_eq!(found.len(), count, "{address}: {found:?}");
        assert!(words.contains(told), "{address}: {words}");
    }
    let page = market.visitor().gets("/c/clay?glaze=matt").await;
    assert!(!page.body.contains("noindex"), "one limit of a shelf may be kept");
    edits(&ana, &bowl, &json!({ "category": "wood" })).await.expect::<Listing>(200);
    comes_to_find(&market, "q=oat&glaze=satin", &[]).await;
    assert_eq!(narrowed(&market, "/c/wood?colour=blue").await.0, ["Oat bowl"]);
}

/// A mug with a glaze, two colours and a capacity.
fn glazed() -> Value {
    let mut draft = mug("Oat mug", 3800, 3);
    draft["attributes"] = json!({ "glaze": "Matt", "colour": ["Blue", "white"], "capacity": 350 });
    draft
}

fn said(listing: &Listing) -> Value {
    serde_json::to_value(&listing.attributes).unwrap()
}

async fn says(artisan: &Person, listing: &Listing, attributes: Value) -> Listing {
    edits(artisan, listing, &json!({ "attributes": attributes })).await.expect(200)
}

async fn what_is_said_is_shown_and_what_does_not_fit_is_named(market: Market) {
    let ana = market.seller("Ana").await;
    let listing = offers(&ana, &glazed()).await;
    let kept = json!({ "glaze": ["matt"], "colour": ["white", "blue"], "capacity": 350 });
    assert_eq!(said(&listing), kept);

    let page = market.visitor().gets(&format!("/listings/{}", listing.slug)).await;
    let facts = "MaterialStonewareColourwhite, blueGlazemattCapacity350 ml";
    assert!(page.words().contains(facts), "{}", page.words());
    let property = r#"{"@type":"PropertyValue","name":"Capacity","unitText":"ml","value":350}"#;
    assert!(page.body.contains(property), "{}", page.body);

    let listing = says(&ana, &listing, json!({ "dishwasher": true, "colour": null })).await;
    assert_eq!(said(&listing), json!({ "glaze": ["matt"], "capacity": 350, "dishwasher": true }));
    for (attributes, words) in [
        (json!({ "glaze": "blue" }), "Glaze: “blue” is not possible; use one of matt, satin"),
        (json!({ "capacity": 0 }), "Capacity: “0” is not possible; use a whole number of ml"),
        (json!({ "dishwasher": "yes" }), "Dishwasher safe: “yes” is not possible; use yes or no"),
        (json!({ "tanning": "oil" }), "the shelf Clay has no attribute “tanning”; it has colour"),
    ] {
        let refused = edits(&ana, &listing, &json!({ "attributes": attributes })).await;
        let problem: Value = refused.expect(422);
        assert_eq!(problem["field"], "attributes");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
    }
    assert_eq!(edits(&ana, &listing, &json!({ "attributes": { "glaze": {} } })).await.status, 422);

    let copy: Listing = does(&ana, &listing, "duplicate").await.expect(201);
    assert_eq!(said(&copy), said(&listing));
    let all: Vec<Value> = ana.gets("/api/v1/attributes").await.expect(200);
    let glaze = all.iter().find(|it| it["key"] == "glaze").unwrap();
    assert_eq!((&glaze["kind"], &glaze["categories"]), (&json!("choice"), &json!(["clay"])));
    assert_eq!((&glaze["facet"], &glaze["axis"]), (&json!(true), &json!(true)));
}

async fn a_new_shelf_hides_what_it_does_not_have_and_loses_nothing(market: Market) {
    let ana = market.seller("Ana").await;
    let listing = offers(&ana, &glazed()).await;
    let moved: Listing =
        edits(&ana, &listing, &json!({ "category": "textiles" })).await.expect(200);
    assert_eq!(said(&moved), said(&listing), "nothing is lost");
    let page = market.visitor().gets(&format!("/listings/{}", listing.slug)).await;
    let facts = "MaterialStonewareColourwhite, blue\n";
    assert!(page.words().contains(facts), "{}", page.words());

    let dearer = json!({ "title": "Oat cup", "attributes": { "glaze": ["matt"] } });
    let dearer: Listing = edits(&ana, &moved, &dearer).await.expect(200);
    assert_eq!(said(&dearer), said(&listing), "what is there may be said again");
    let new = json!({ "attributes": { "glaze": "satin" } });
    assert_eq!(edits(&ana, &dearer, &new).await.status, 422, "but nothing new");

    let path = format!("/api/v1/listings/{}/history", listing.id);
    let history: Page<ListingVersion> = ana.gets(&path).await.expect(200);
    let change = history.items.iter().find(|it| it.version == moved.version).unwrap();
    let told = |field: &str| {
        let change = change.changes.iter().find(|it| it.field == field);
        change.map(|it| (it.from.as_str(), it.to.as_str()))
    };
    let hidden = "matt (not shown on the shelf Wool & linen)";
    assert_eq!(told("attributes.glaze"), Some(("matt", hidden)));
    assert_eq!(told("attributes.colour"), None);

    let cleared = says(&ana, &dearer, json!({ "glaze": null, "capacity": null })).await;
    assert_eq!(said(&cleared), json!({ "colour": ["white", "blue"] }));
    let back = json!({ "version": listing.version });
    let back: Listing =
        ana.posts(&format!("/api/v1/listings/{}/restore", listing.id), &back).await.expect(200);
    assert_eq!((said(&back), back.category), (said(&listing), listing.category));
}

/// What a file plans, after it was applied.
async fn imports(artisan: &Person, attributes: &Value) -> Vec<String> {
    let new = json!({ "file": "a.csv", "format": "stall" });
    let import: Value = artisan.posts("/api/v1/imports", &new).await.expect(201);
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    let mut draft = mug("Oat mug", 3800, 3);
    if !attributes.is_null() {
        draft["attributes"] = attributes.clone();
    }
    let rows = json!({ "rows": [{ "line": 2, "key": "mug", "draft": draft }] });
    let plan: BatchPlan = artisan.posts(&format!("{path}/rows"), &rows).await.expect(200);
    let applied = artisan.posts(&format!("{path}/apply"), &json!({})).await;
    assert_eq!(applied.status, 200, "{}", applied.body);
    let row = &plan.rows[0];
    let changes = row.changes.iter().map(|it| format!("{} {}→{}", it.field, it.from, it.to));
    let error = row.error.as_ref().map(|error| error.message.clone());
    changes.chain(error).collect()
}

async fn a_file_speaks_of_the_attributes_that_it_has_columns_for(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &glazed()).await;
    let (matt, satin) = (json!({ "glaze": ["matt"] }), json!({ "glaze": ["satin"] }));
    assert!(imports(&ana, &Value::Null).await.is_empty(), "a file without a column is silent");
    assert!(imports(&ana, &matt).await.is_empty());
    says(&ana, &listing_of(&ana, &listing).await, json!({ "glaze": "glossy" })).await;
    assert!(imports(&ana, &matt).await.is_empty(), "the same file asks for nothing");
    assert!(imports(&ana, &Value::Null).await.is_empty());
    assert!(imports(&ana, &matt).await.is_empty(), "nor after one that was silent");
    assert_eq!(imports(&ana, &satin).await, ["attributes.glaze glossy→satin"]);
    assert_eq!(imports(&ana, &json!({ "glaze": null })).await, ["attributes.glaze satin→"]);
    let wrong = imports(&ana, &json!({ "glaze": ["matt"], "tanning": ["oil"] })).await;
    assert!(wrong[0].starts_with("the shelf Clay has no attribute “tanning”"), "{wrong:?}");
    let now = listing_of(&ana, &listing).await;
    assert_eq!(said(&now), json!({ "colour": ["white", "blue"], "capacity": 350 }));
}

async fn listing_of(artisan: &Person, listing: &Listing) -> Listing {
    let path = format!("/api/v1/listings/{}", listing.id);
    artisan.sends(Method::GET, &path, |request| request).await.expect(200)
}

async fn the_terminal_says_attributes_in_words(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let terminal = Terminal::new(&market);
    terminal.signs_in(&email_of("Ana")).await;
    let id = listing.id.to_string();
    let stall = async |args: &[&str]| {
        let output = terminal.types(&[&["listings"], args].concat(), &[]).await;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, out, errors) = stall(&["attributes", &id, "Glaze=MATT", "capacity=350 ml"]).await;
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.contains("glaze\tGlaze\tmatt\tyes"), "{out}");
    let (_, out, _) = stall(&["attributes", &id, "glaze="]).await;
    assert_eq!(out, "capacity\tCapacity\t350 ml\tyes\n");
    for (wrong, words) in [
        ("glaze=like porridge", "Glaze: “like porridge” is not possible; use one of matt"),
        ("glase=matt", "the shelf Clay has no attribute “glase”; it has colour"),
        ("glaze", "“glaze” has no ="),
        ("tanning=oil", "the shelf Clay has no attribute “tanning”"),
    ] {
        let (code, _, errors) = stall(&["attributes", &id, wrong]).await;
        assert_ne!(code, Some(0), "{wrong}");
        assert!(errors.contains(words), "{wrong}: {errors}");
    }
    let (_, out, errors) = stall(&["set", &id, "--category", "paper"]).await;
    assert!(out.contains("Capacity: 350 (not shown on this shelf)"), "{out}{errors}");
}
