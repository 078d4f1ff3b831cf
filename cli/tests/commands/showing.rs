//! What a person and a shop show of themselves.

use serde_json::{Value, json};

use crate::market::Market;
use crate::samples;

#[test]
fn a_profile_says_who_sees_what() {
    let market = Market::start();
    market.answers("GET /profile", 200, &samples::profile());
    market.answers("GET /me/sign-in", 200, &samples::sign_in(None, true));
    insta::assert_snapshot!(market.stall(&["profile", "show"]).stdout, @r"
    name	Ana Ng  (public)
    page	/people/ana-ng
    about	I throw pots.  (customers)
    links	https://example.org/ana  (public)
    e-mail	ana@example.org
    second step	on, 9 recovery codes left
    ");
    let told = market.stall(&["profile", "show", "-o", "json", "--fields", "slug,show.about"]);
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(told, json!({ "slug": "ana-ng", "show.about": "customers" }));
}

#[test]
fn a_profile_is_changed_as_it_was_seen() {
    let market = Market::start();
    market.answers("GET /profile", 200, &samples::profile());
    market.answers("PATCH /profile", 200, &samples::profile());
    let edit = ["profile", "edit", "--place", "Jena", "--show", "place=public", "--link", ""];
    assert_eq!(market.stall(&edit).code, 0);
    let request = market.requests().pop().unwrap();
    assert_eq!(request.headers["if-match"], "\"3\"");
    assert_eq!(request.body, r#"{"place":"Jena","links":[""],"show":{"place":"public"}}"#);

    for wrong in [vec!["profile", "edit"], vec!["profile", "edit", "--show", "place=all"]] {
        assert_eq!(market.stall(&wrong).code, 2, "{wrong:?}");
    }
    let missing = market.stall(&["profile", "edit", "--avatar", "nowhere.jpg"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("nowhere.jpg cannot be read"), "{}", missing.stderr);
}

#[test]
fn a_shop_says_what_it_tells_shoppers() {
    let market = Market::start();
    market.answers("GET /shop/profile", 200, &samples::shop_profile());
    insta::assert_snapshot!(market.stall(&["shop", "show"]).stdout, @r"
    shop	Oat & Ash
    address	/shops/oat-and-ash
    place	Leipzig, Germany
    story	Two hands, one wheel. Since 2019.
    currency	EUR
    commission	6.5 %
    payments	connected, you can sell and are paid out
    since	1 Nov 2026
    pictures	no banner, no portrait, 2 of making
    returns	within 30 days. You pay the post.
    custom work	on request
    lead time	3 to 10 days
    seller	business. Oat & Ash GmbH · Markt 1, 04109 Leipzig · +49 341 1234567 · hello@example.org
    holiday	from 22 Nov 2026, back on 27 Dec 2026
    ");
}

#[test]
fn a_shop_is_changed_as_it_was_seen() {
    let market = Market::start();
    market.answers("GET /shop/profile", 200, &samples::shop_profile());
    market.answers("PATCH /shop/profile", 200, &samples::shop_profile());
    let edit =
        ["shop", "edit", "--returns-days", "14", "--lead-time", "2-5", "--custom-work", "yes"];
    let run = market.stall(&edit);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let request = market.requests().pop().unwrap();
    assert_eq!(request.headers["if-match"], "\"7\"");
    assert!(request.body.contains(r#""returns":"You pay the post.""#), "what was not named stays");
    assert!(request.body.contains(r#""lead_time":{"from":2,"to":5}"#), "{}", request.body);
    for wrong in [["shop", "edit", "--lead-time=soon"], ["shop", "edit", "--alt=Ana"]] {
        assert_eq!(market.stall(&wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn a_holiday_begins_and_ends_with_a_word() {
    let market = Market::start();
    market.answers("POST /shop/pause", 200, &samples::shop_profile());
    market.answers("POST /shop/resume", 200, &samples::shop_profile());
    let run = market.stall(&["shop", "pause", "--until", "2026-12-27"]);
    assert!(run.stdout.contains("back on 27 Dec 2026"), "{}", run.stdout);
    let request = market.requests().pop().unwrap();
    assert_eq!(request.body, r#"{"until":"2026-12-27T00:00:00Z"}"#);
    assert_eq!(market.stall(&["shop", "pause", "--until", "tomorrow"]).code, 2);
    assert_eq!(market.stall(&["shop", "resume"]).code, 0);
}

#[test]
fn photographs_of_making_are_described_ordered_and_removed() {
    let market = Market::start();
    market.answers("GET /shop/profile", 200, &samples::shop_profile());
    market.answers("PATCH /shop/profile", 200, &samples::shop_profile());
    insta::assert_snapshot!(market.stall(&["shop", "process", "list"]).stdout, @r"
    1	A bowl on the wheel	1600 × 1200
    2	The kiln	1200 × 1600
    ");
    let sent = |args: &[&str]| {
        let run = market.stall(&[&["shop", "process"], args].concat());
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
        let request = market.requests().pop().unwrap();
        assert_eq!(request.headers["if-match"], "\"7\"", "as it was seen");
        serde_json::from_str::<Value>(&request.body).unwrap()
    };
    let (bowl, kiln) = (
        json!({"hash": "ab", "alt": "A bowl on the wheel"}),
        json!({"hash": "cd", "alt": "The kiln"}),
    );
    assert_eq!(
        sent(&["describe", "2", "The kiln, opened"]),
        json!({"process": [bowl, {"hash": "cd", "alt": "The kiln, opened"}]})
    );
    assert_eq!(sent(&["move", "2", "1"]), json!({"process": [kiln, bowl]}));
    assert_eq!(sent(&["remove", "1"]), json!({"process": [kiln]}));
    assert_eq!(sent(&["remove", "2", "1"]), json!({"process": []}));

    let file = market.folder.path().join("wheel.jpg");
    std::fs::write(&file, "a picture").unwrap();
    let file = file.to_str().unwrap();
    let stored = json!({"hash": "ef", "upload_sha256": "00", "width": 4, "height": 3});
    market.answers("POST /images", 201, &stored);
    let wheel = json!({"hash": "ef", "alt": "The wheel"});
    assert_eq!(sent(&["add", file, "--alt", "The wheel"]), json!({"process": [bowl, kiln, wheel]}));
    assert_eq!(
        sent(&["add", file, "--alt", "The wheel", "--at", "1"]),
        json!({"process": [wheel, bowl, kiln]})
    );
    let wrong = market.stall(&["shop", "process", "move", "3", "1"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("places go from 1 to 2"), "{}", wrong.stderr);
}
