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
    about	I throw pots.  (customers only)
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

    assert_eq!(market.stall(&["profile", "edit"]).code, 2);
    let missing = market.stall(&["profile", "edit", "--avatar", "nowhere.jpg"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("nowhere.jpg cannot be read"), "{}", missing.stderr);
}

#[test]
fn who_sees_a_field_is_one_of_three_words() {
    let market = Market::start();
    let said = |pair: &str| {
        let run = market.stall(&["profile", "edit", "--show", pair]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        let error = run.stderr.lines().next().unwrap();
        error.strip_prefix("error: invalid value '").unwrap().to_owned()
    };
    assert_eq!(
        ["about=everyone", "email=public", "about"].map(said),
        [
            "about=everyone' for '--show <FIELD=WHO>': “everyone” is not known here; use one of: public, customers, private",
            "email=public' for '--show <FIELD=WHO>': “email” is no field; use one of: name, avatar, about, place, links",
            "about' for '--show <FIELD=WHO>': write FIELD=WHO, such as about=public",
        ]
    );
    assert!(market.requests().is_empty());
}

#[test]
fn an_empty_file_takes_no_picture_away() {
    let market = Market::start();
    market.answers("GET /profile", 200, &samples::profile());
    market.answers("DELETE /profile/avatar", 200, &samples::profile());
    std::fs::write(market.folder.path().join("me.png"), "").unwrap();
    let file = market.folder.path().join("me.png");
    let run = market.stall(&["profile", "edit", "--avatar", file.to_str().unwrap()]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("me.png is empty"), "{}", run.stderr);
    assert!(market.requests().is_empty(), "nothing was asked for");
}

#[test]
fn a_portrait_that_nobody_sees_is_told_with_the_remedy() {
    let remedy = "Nobody but you sees it: `stall profile edit --show avatar=public`";
    for (who, told) in [("private", true), ("customers", false), ("public", false)] {
        let market = Market::start();
        let file = market.folder.path().join("me.jpg");
        std::fs::write(&file, "a picture").unwrap();
        let mut profile = samples::profile();
        profile["show"]["avatar"] = json!(who);
        profile["avatar"] = json!({"hash": "ab", "alt": "", "width": 4, "height": 3, "tint": 9});
        market.answers("GET /profile", 200, &profile).answers("PUT /profile/avatar", 200, &profile);
        let run = market.stall(&["profile", "edit", "--avatar", file.to_str().unwrap()]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stderr.contains(remedy), told, "{who}: {}", run.stderr);

        market.answers("DELETE /profile/avatar", 200, &profile);
        let run = market.stall(&["profile", "edit", "--avatar", ""]);
        assert_eq!(run.code, 0, "an empty name takes it away: {}", run.stderr);
        assert!(!run.stderr.contains(remedy), "{}", run.stderr);
    }
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
    banner	none
    portrait	none
    making	2 photographs
    returns	within 30 days. You pay the post.
    custom work	on request
    lead time	3 to 10 days
    seller	business. Oat & Ash GmbH · Markt 1, 04109 Leipzig · +49 341 1234567 · hello@example.org
    holiday	from 22 Nov 2026, back on 27 Dec 2026
    ");
}

#[test]
fn a_suspended_shop_says_so_and_why() {
    let market = Market::start();
    let suspension = json!({"id": "sus_01JD3V7M8K6Q2Z5X9T4B0C1D2E",
        "reason": "Two mugs are factory goods.", "suspended_at": "2026-11-20T09:00:00Z", "lifted_at": null});
    let (mut shop, mut me) = (samples::shop_profile(), samples::me());
    shop["suspension"] = suspension.clone();
    me["suspension"] = suspension;
    market.answers("GET /shop/profile", 200, &shop);
    market.answers("GET /me", 200, &me);
    let shown = market.stall(&["shop", "show"]).stdout;
    let line = "suspended\tsince 20 Nov 2026. Two mugs are factory goods.\n";
    assert!(shown.contains(line), "{shown}");
    let who = market.stall(&["whoami"]).stdout;
    assert!(who.contains("shop\tOat & Ash, suspended; the reason: stall shop show\n"), "{who}");
}

#[test]
fn pictures_of_a_shop_say_what_they_show() {
    let market = Market::start();
    let mut shop = samples::shop_profile();
    shop["banner"] = json!({"hash": "ba", "alt": "The street", "width": 4, "height": 3, "tint": 9});
    shop["portrait"] = json!({"hash": "bb", "alt": "", "width": 4, "height": 3, "tint": 9});
    market.answers("GET /shop/profile", 200, &shop);
    let shown = market.stall(&["shop", "show"]).stdout;
    assert!(shown.contains("banner\tThe street\n"), "{shown}");
    assert!(
        shown.contains("portrait\tnot described; say what it shows: --portrait-alt"),
        "{shown}"
    );
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
    let soon = market.stall(&["shop", "edit", "--lead-time=soon"]);
    assert_eq!(soon.code, 2);
    assert!(soon.stderr.contains("write 3..10"), "{}", soon.stderr);
}

#[test]
fn days_from_and_to_are_written_in_one_way() {
    let market = Market::start();
    market.answers("GET /shop/profile", 200, &samples::shop_profile());
    market.answers("PATCH /shop/profile", 200, &samples::shop_profile());
    for (days, sent) in [
        ("3..10", r#""lead_time":{"from":3,"to":10}"#),
        ("3-10", r#""lead_time":{"from":3,"to":10}"#),
        ("5", r#""lead_time":{"from":5,"to":5}"#),
        ("", r#""lead_time":null"#),
    ] {
        let run = market.stall(&["shop", "edit", "--lead-time", days]);
        assert_eq!(run.code, 0, "{days}: {}", run.stderr);
        let body = market.requests().pop().unwrap().body;
        assert!(body.contains(sent), "{days}: {body}");
    }
}

#[test]
fn each_picture_of_a_shop_has_its_own_description() {
    let market = Market::start();
    let mut before = samples::shop_profile();
    before["banner"] = json!({"hash": "ba", "alt": "", "width": 4, "height": 3, "tint": 9});
    market.answers("GET /shop/profile", 200, &before);
    market.answers("PATCH /shop/profile", 200, &before);
    let stored = json!({"hash": "ef", "upload_sha256": "00", "width": 4, "height": 3});
    market.answers("POST /images", 201, &stored);
    let file = market.folder.path().join("wheel.jpg");
    std::fs::write(&file, "a picture").unwrap();
    let file = file.to_str().unwrap();
    let sent = |args: &[&str]| {
        let run = market.stall(&[&["shop", "edit"], args].concat());
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
        let body: Value = serde_json::from_str(&market.requests().pop().unwrap().body).unwrap();
        (body["banner"].clone(), body["portrait"].clone())
    };
    let both = [
        "--banner",
        file,
        "--banner-alt",
        "The street",
        "--portrait",
        file,
        "--portrait-alt",
        "Ana",
    ];
    let one = |hash: &str, alt: &str| json!({"hash": hash, "alt": alt});
    assert_eq!(sent(&both), (one("ef", "The street"), one("ef", "Ana")));
    assert_eq!(sent(&both[..2]), (one("ef", ""), Value::Null));
    assert_eq!(sent(&both[2..4]), (one("ba", "The street"), Value::Null), "the banner stays");
    assert_eq!(sent(&["--banner", ""]), (one("", ""), Value::Null));

    let nothing = market.stall(&["shop", "edit", "--portrait-alt", "Ana"]);
    assert_eq!(nothing.code, 2);
    insta::assert_snapshot!(nothing.stderr, @r"
    error: --portrait-alt describes a portrait, and there is none
     help: add one with --portrait FILE
    ");
}

#[test]
fn the_same_picture_of_a_shop_keeps_its_description() {
    let market = Market::start();
    let mut shop = samples::shop_profile();
    shop["banner"] = json!({"hash": "ef", "alt": "The street", "width": 4, "height": 3, "tint": 9});
    market.answers("GET /shop/profile", 200, &shop);
    market.answers("PATCH /shop/profile", 200, &shop);
    let stored = json!({"hash": "ef", "upload_sha256": "00", "width": 4, "height": 3});
    market.answers("POST /images", 200, &stored);
    let file = market.folder.path().join("street.jpg");
    std::fs::write(&file, "a picture").unwrap();
    let run = market.stall(&["shop", "edit", "--banner", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let body: Value = serde_json::from_str(&market.requests().pop().unwrap().body).unwrap();
    assert_eq!(body["banner"], json!({"hash": "ef", "alt": "The street"}));
}

#[test]
fn without_a_shop_there_is_no_holiday() {
    let market = Market::start();
    market.refuses("GET /shop/profile", 404, "not_found", "not found");
    for verb in ["pause", "resume"] {
        let run = market.stall(&["shop", verb]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains("you have no shop yet"), "{}", run.stderr);
        assert!(run.stderr.contains("stall shop create"), "{}", run.stderr);
    }
}

#[test]
fn a_holiday_begins_and_ends_with_a_word() {
    let market = Market::start();
    market.answers("POST /shop/pause", 200, &samples::shop_profile());
    market.answers("POST /shop/resume", 200, &samples::shop_profile());
    market.answers("GET /shop/profile", 200, &samples::shop_profile());
    let run = market.stall(&["shop", "pause", "--until", "2026-12-27"]);
    assert!(run.stdout.contains("back on 27 Dec 2026"), "{}", run.stdout);
    let request = market.requests().pop().unwrap();
    assert_eq!(request.body, r#"{"until":"2026-12-27T00:00:00Z"}"#);
    assert_eq!(request.headers["if-match"], "\"7\"", "as it was seen");
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
