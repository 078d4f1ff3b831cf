//! The same form in two windows: whoever saves second sees what the first one saved, loses nothing
//! and can save all the same.

use api::address::SavedAddress;
use api::profile::Profile;
use serde_json::json;

use crate::market::{Answer, Market, PASSWORD, email_of, on_both_engines};
use crate::mistakes::shop_form;
use crate::profiles::filled;

on_both_engines![
    a_profile_saved_twice_shows_both_and_keeps_the_second,
    the_same_links_are_saved_twice,
    whoever_touched_nothing_takes_nothing_back,
    a_shop_saved_twice_shows_both_and_keeps_the_second,
    another_picture_stands_in_no_forms_way,
    an_address_saved_twice_shows_both_and_keeps_the_second,
    a_holiday_planned_meanwhile_is_shown_and_can_be_changed,
    a_holiday_that_nobody_looked_at_is_not_called_off,
    an_address_that_nobody_looked_at_is_not_deleted,
    a_photograph_described_twice_shows_both_and_keeps_the_second,
    a_mistake_does_not_hide_that_something_else_was_saved,
    a_form_from_before_the_session_ended_is_saved_all_the_same,
];

/// What stands beside fields about what is saved now, in their order on the page.
fn saved(page: &Answer) -> Vec<(&str, &str)> {
    let beside = page.body.split("<span class=\"saved\" id=\"").skip(1);
    beside
        .map(|part| {
            let (field, rest) =
                part.split_once("-saved\">Now saved: <span class=\"said\">").unwrap();
            (field, rest.split_once('<').unwrap().0)
        })
        .collect()
}

/// The form came back because something else was saved meanwhile.
#[track_caller]
fn was_changed(page: &Answer) {
    assert_eq!(page.status, 409, "{}", page.words());
    let words = page.words();
    assert!(words.contains("Something else was saved meanwhile"), "{words}");
    assert!(words.contains("Save once more"), "{words}");
}

async fn a_profile_saved_twice_shows_both_and_keeps_the_second(market: Market) {
    let ana = market.shopper("Ana").await;
    let path = "/account/profile";
    let open = ana.gets(path).await;
    let first = filled(&[("about", "One.\r\nTwo."), ("show_about", "customers"), ("place", "Ulm")]);
    assert_eq!(ana.goes_on(path, &open, &first).await.status, 303);
    let second = filled(&[("place", "Jena <3"), ("name", "Ana Ng")]);
    let page = ana.goes_on(path, &open, &second).await;
    was_changed(&page);
    let stands = [("about", "One.\nTwo."), ("show_about", "Customers only"), ("place", "Ulm")];
    assert_eq!(saved(&page), stands, "what the first window changed, and nothing else");
    assert!(page.body.contains("value=\"Jena &#60;3\""), "what was typed stays");
    assert!(page.body.contains(">\nOne.\nTwo.</textarea>"), "what was not touched is as saved");
    assert!(page.body.contains("value=\"customers\" selected"), "{}", page.body);
    let typed = filled(&[
        ("place", "Jena <3"),
        ("name", "Ana Ng"),
        ("about", "One.\r\nTwo."),
        ("show_about", "customers"),
    ]);
    assert_eq!(ana.goes_on(path, &page, &typed).await.status, 303);
    let profile: Profile = ana.gets("/api/v1/profile").await.expect(200);
    assert_eq!((&*profile.place, &*profile.name), ("Jena <3", "Ana Ng"));
    assert_eq!(profile.about, "One.\nTwo.", "of the first window nothing is lost");
    let again = ana.goes_on(path, &page, &typed).await;
    assert_eq!(again.status, 303, "pressed twice, and nothing differs: {}", again.words());
}

async fn the_same_links_are_saved_twice(market: Market) {
    let ana = market.shopper("Ana").await;
    let path = "/account/profile";
    let open = ana.gets(path).await;
    let links = filled(&[("links", "https://example.org\r\n\r\nhttps://Example.com/ana ")]);
    assert_eq!(ana.goes_on(path, &open, &links).await.status, 303);
    assert_eq!(ana.goes_on(path, &open, &links).await.status, 303, "pressed twice");
}

async fn whoever_touched_nothing_takes_nothing_back(market: Market) {
    let ana = market.shopper("Ana").await;
    let path = "/account/profile";
    let open = ana.gets(path).await;
    assert_eq!(ana.goes_on(path, &open, &filled(&[("place", "Ulm")])).await.status, 303);
    assert_eq!(ana.goes_on(path, &open, &filled(&[])).await.status, 303, "there is nothing to ask");
    let profile: Profile = ana.gets("/api/v1/profile").await.expect(200);
    assert_eq!(profile.place, "Ulm");
}

async fn a_shop_saved_twice_shows_both_and_keeps_the_second(market: Market) {
    let ines = market.seller("Ines").await;
    let path = "/sell/shop";
    assert_eq!(ines.submits(path, &shop_form(&[])).await.status, 303);
    let open = ines.gets(path).await;
    let first = shop_form(&[("story", "Clay."), ("lead_to", "12"), ("seller_phone", "+49 30 1")]);
    assert_eq!(ines.goes_on(path, &open, &first).await.status, 303);
    let second = shop_form(&[("story", "Wood."), ("custom_work", "no")]);
    let page = ines.goes_on(path, &open, &second).await;
    was_changed(&page);
    let stands = [("story", "Clay."), ("lead_to", "12"), ("seller_phone", "+49 30 1")];
    assert_eq!(saved(&page), stands);
    let untouched = [("lead_to", "12"), ("seller_phone", "+49 30 1")];
    for (field, value) in untouched {
        let input = page.body.split_once(&format!("id=\"{field}\"")).unwrap().1;
        let input = input.split_once('>').unwrap().0;
        assert!(input.contains(&format!("value=\"{value}\"")), "{field}: {input}");
    }
    let typed = shop_form(&[&untouched[..], &[("story", "Wood."), ("custom_work", "no")]].concat());
    assert_eq!(ines.goes_on(path, &page, &typed).await.status, 303);
    let told = ines.shop_profile().await;
    assert_eq!((&*told.shop.story, told.policies.custom_work.as_str()), ("Wood.", "no"));
    assert_eq!(told.seller.phone, "+49 30 1");
}

async fn another_picture_stands_in_no_forms_way(market: Market) {
    let ines = market.seller("Ines").await;
    let path = "/sell/shop";
    assert_eq!(ines.submits(path, &shop_form(&[])).await.status, 303);
    let open = ines.gets(path).await;
    let hash = ines.stores(1).await.hash;
    ines.tells(&json!({ "portrait": { "hash": hash, "alt": "Ines" } })).await;
    let saved = ines.goes_on(path, &open, &shop_form(&[("story", "Wood.")])).await;
    assert_eq!(saved.status, 303, "no field was changed elsewhere: {}", saved.words());
    let told = ines.shop_profile().await;
    assert_eq!((&*told.shop.story, told.portrait.is_some()), ("Wood.", true));
}

async fn an_address_saved_twice_shows_both_and_keeps_the_second(market: Market) {
    let ana = market.shopper("Ana").await;
    let place = json!({ "name": "Ana Ng", "line1": "Kirchgasse 4", "postal_code": "07743",
        "city": "Jena", "country": "DE" });
    let kept: SavedAddress = ana.posts("/api/v1/addresses", &place).await.expect(201);
    let path = format!("/account/addresses/{}", kept.id);
    let form = |line1: &'static str, country: &'static str, code: &'static str| {
        [
            ("name", "Ana Ng"),
            ("line1", line1),
            ("line2", ""),
            ("postal_code", code),
            ("city", "Jena"),
            ("country", country),
        ]
    };
    let open = ana.gets(&path).await;
    assert_eq!(ana.goes_on(&path, &open, &form("Markt 1", "AT", "1010")).await.status, 303);
    let page = ana.goes_on(&path, &open, &form("Ring 9", "DE", "07743")).await;
    was_changed(&page);
    let stands = [("country", "Austria"), ("line1", "Markt 1"), ("postal_code", "1010")];
    assert_eq!(saved(&page), stands);
    assert!(page.body.contains("value=\"1010\""), "nobody sends a parcel to half of each");
    assert_eq!(ana.goes_on(&path, &page, &form("Ring 9", "DE", "07743")).await.status, 303);
    let now: SavedAddress = ana.gets(&format!("/api/v1/addresses/{}", kept.id)).await.expect(200);
    assert_eq!((&*now.fields.line1, &*now.fields.country), ("Ring 9", "DE"));
}

async fn a_holiday_planned_meanwhile_is_shown_and_can_be_changed(market: Market) {
    let ines = market.shopper("Ines").await;
    assert_eq!(ines.submits("/sell", &[("name", "Oat & Ash")]).await.status, 303);
    let path = "/sell/shop/pause";
    let open = ines.gets(path).await;
    let planned = [("from", "2026-12-20"), ("until", "2027-01-10")];
    assert_eq!(ines.goes_on(path, &open, &planned).await.status, 303);
    let page = ines.goes_on(path, &open, &[("from", ""), ("until", "2027-02-01")]).await;
    was_changed(&page);
    assert_eq!(saved(&page), [("from", "20 Dec 2026"), ("until", "10 Jan 2027")]);
    let holiday = || async { ines.shop_profile().await.holiday.unwrap() };
    assert_eq!(holiday().await.from.date(), "2026-12-20", "nothing was overwritten");

    let at_once = ines.goes_on(path, &open, &[("from", ""), ("until", "")]).await;
    was_changed(&at_once);
    assert_eq!(holiday().await.from.date(), "2026-12-20", "no days are a choice, too");

    let later = [("from", "2026-12-22"), ("until", "2027-02-01")];
    assert_eq!(ines.goes_on(path, &page, &later).await.status, 303);
    assert_eq!(holiday().await.from.date(), "2026-12-22");
    assert_eq!(ines.goes_on(path, &page, &later).await.status, 303, "pressed twice");

    let planned = ines.gets(path).await;
    assert!(planned.body.contains("value=\"2026-12-22\""), "its days can be changed");
    assert_eq!(ines.goes_on(path, &planned, &[("from", ""), ("until", "")]).await.status, 303);
    let begun = holiday().await.from;
    market.passes(3600).await;
    let away = ines.gets(path).await;
    assert_eq!(
        ines.goes_on(path, &away, &[("from", ""), ("until", "2027-03-01")]).await.status,
        303
    );
    assert_eq!(
        (holiday().await.from, holiday().await.until.unwrap().date()),
        (begun, "2027-03-01".to_owned())
    );
}

async fn a_holiday_that_nobody_looked_at_is_not_called_off(market: Market) {
    let ines = market.shopper("Ines").await;
    assert_eq!(ines.submits("/sell", &[("name", "Oat & Ash")]).await.status, 303);
    let (path, off) = ("/sell/shop/pause", "/sell/shop/resume");
    let plan =
        async |from: &str| ines.submits(path, &[("from", from), ("until", "2027-01-10")]).await;
    assert_eq!(plan("2026-12-20").await.status, 303);
    let open = ines.gets(path).await;
    assert_eq!(plan("2027-01-02").await.status, 303);
    let page = ines.goes_on(off, &open, &[]).await;
    assert_eq!(page.status, 409, "{}", page.words());
    let words = page.words();
    assert!(words.contains("The holiday is another one now"), "{words}");
    assert!(words.contains("planned from 2 Jan 2027 to 10 Jan 2027"), "{words}");
    assert!(ines.shop_profile().await.holiday.is_some());
    assert_eq!(ines.goes_on(off, &page, &[]).await.status, 303, "she has seen it now");
    assert_eq!(ines.shop_profile().await.holiday, None);
    assert_eq!(ines.goes_on(off, &open, &[]).await.status, 303, "there is none; nothing to ask");
}

async fn an_address_that_nobody_looked_at_is_not_deleted(market: Market) {
    let ana = market.shopper("Ana").await;
    let place = json!({ "name": "Ana Ng", "line1": "Kirchgasse 4", "postal_code": "07743",
        "city": "Jena", "country": "DE" });
    let kept: SavedAddress = ana.posts("/api/v1/addresses", &place).await.expect(201);
    let path = format!("/account/addresses/{}/delete", kept.id);
    let open = ana.gets(&path).await;
    let there = format!("/api/v1/addresses/{}", kept.id);
    let mut moved = place.clone();
    moved["line1"] = json!("Markt 1");
    let put = |request: reqwest::RequestBuilder| request.json(&moved);
    assert_eq!(ana.sends(reqwest::Method::PUT, &there, put).await.status, 200);
    let page = ana.goes_on(&path, &open, &[]).await;
    assert_eq!(page.status, 409, "{}", page.words());
    let words = page.words();
    assert!(words.contains("changed elsewhere meanwhile") && words.contains("Markt 1"), "{words}");
    assert_eq!(ana.gets(&there).await.status, 200, "it is still there");
    let stale = |request: reqwest::RequestBuilder| request.header("if-match", "\"1\"");
    assert_eq!(ana.sends(reqwest::Method::DELETE, &there, stale).await.status, 409);
    assert_eq!(ana.goes_on(&path, &page, &[]).await.status, 303, "she has seen it now");
    assert_eq!(ana.gets(&there).await.status, 404);
}

async fn a_photograph_described_twice_shows_both_and_keeps_the_second(market: Market) {
    let ines = market.seller("Ines").await;
    let [hash] = ines.shows_making(1).await.try_into().unwrap();
    let path = "/sell/shop/pictures/describe";
    let open = ines.gets(&format!("{path}?place=process&hash={hash}")).await;
    let says = |alt: &'static str| [("alt", alt)];
    assert_eq!(ines.goes_on(path, &open, &says("The kiln")).await.status, 303);
    let page = ines.goes_on(path, &open, &says("Two hands")).await;
    was_changed(&page);
    assert_eq!(saved(&page), [("alt", "The kiln")]);
    assert!(page.body.contains("value=\"Two hands\""), "what was typed stays");
    assert_eq!(ines.goes_on(path, &page, &says("Two hands")).await.status, 303);
    assert_eq!(ines.goes_on(path, &page, &says("Two hands")).await.status, 303, "pressed twice");
    assert_eq!(ines.shop_profile().await.process[0].alt, "Two hands");
}

async fn a_mistake_does_not_hide_that_something_else_was_saved(market: Market) {
    let ana = market.shopper("Ana").await;
    let place = json!({ "name": "Ana Ng", "line1": "Kirchgasse 4", "postal_code": "07743",
        "city": "Jena", "country": "DE" });
    let kept: SavedAddress = ana.posts("/api/v1/addresses", &place).await.expect(201);
    let path = format!("/account/addresses/{}", kept.id);
    let open = ana.gets(&path).await;
    let mut moved = place.clone();
    moved["line1"] = json!("Markt 1");
    let api = format!("/api/v1/addresses/{}", kept.id);
    let put = ana.sends(reqwest::Method::PUT, &api, |request| request.json(&moved)).await;
    assert_eq!(put.status, 200);
    let form = |code: &'static str| {
        [
            ("name", "Ana"),
            ("line1", "Kirchgasse 4"),
            ("postal_code", code),
            ("city", "Jena"),
            ("country", "DE"),
        ]
    };
    let page = ana.goes_on(&path, &open, &form("x")).await;
    was_changed(&page);
    assert_eq!(saved(&page), [("line1", "Markt 1")]);
    let page = ana.goes_on(&path, &page, &form("x")).await;
    assert_eq!(page.status, 422, "then the mistake");
    assert_eq!(ana.goes_on(&path, &page, &form("07743")).await.status, 303);
}

async fn a_form_from_before_the_session_ended_is_saved_all_the_same(market: Market) {
    let ana = market.shopper("Ana").await;
    let open = ana.gets("/account/profile").await;
    let first = filled(&[("about", "One.")]);
    assert_eq!(ana.submits("/account/profile", &first).await.status, 303);
    market.passes(15 * 24 * 3600).await;
    let second = filled(&[("about", "Two.")]);
    let page = ana.goes_on("/account/profile", &open, &second).await;
    let email = email_of("Ana");
    let typed = [("email", email.as_str()), ("password", PASSWORD)];
    let page = ana.goes_on("/login", &page, &typed).await;
    let page = ana.goes_on("/account/profile", &page, &[]).await;
    was_changed(&page);
    assert_eq!(saved(&page), [("about", "One.")]);
    assert_eq!(ana.goes_on("/account/profile", &page, &second).await.status, 303);
    let profile: Profile = ana.gets("/api/v1/profile").await.expect(200);
    assert_eq!(profile.about, "Two.");
}
