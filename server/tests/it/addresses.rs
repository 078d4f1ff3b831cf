//! The address book, and what checkout makes of it.

use api::address::SavedAddress;
use api::order::Order;
use api::{Page, Problem};
use reqwest::Method;
use serde_json::{Value, json};

use crate::market::{Market, Person, on_both_engines};
use crate::shopping::GOOD_CARD;

on_both_engines![
    an_address_is_kept_changed_and_deleted,
    one_of_them_is_where_checkout_begins,
    an_address_is_nobody_elses,
    each_country_asks_for_its_own_fields,
    a_book_has_an_end,
    checkout_begins_with_the_default_and_keeps_a_new_one,
];

fn jena() -> Value {
    json!({ "name": "Ana Ng", "line1": "Kirchgasse 4", "postal_code": "07743", "city": "Jena", "country": "DE" })
}

fn faenza() -> Value {
    json!({ "name": "Ana Ng", "line1": "Via Severoli 2", "postal_code": "48018", "city": "Faenza", "region": "RA", "country": "IT" })
}

impl Person {
    async fn keeps(&self, address: &Value) -> SavedAddress {
        self.posts("/api/v1/addresses", address).await.expect(201)
    }

    async fn book(&self) -> Vec<SavedAddress> {
        self.gets("/api/v1/addresses").await.expect::<Page<SavedAddress>>(200).items
    }
}

async fn an_address_is_kept_changed_and_deleted(market: Market) {
    let ana = market.terminal("Ana").await;
    let kept = ana.keeps(&jena()).await;
    assert_eq!((kept.fields.city.as_str(), kept.is_default, kept.version), ("Jena", true, 1));
    let path = format!("/api/v1/addresses/{}", kept.id);
    let mut moved = jena();
    moved["line1"] = json!("Markt 1");
    let put = |version: &'static str| {
        let moved = moved.clone();
        ana.sends(Method::PUT, &path, move |request| {
            request.header("if-match", version).json(&moved)
        })
    };
    let changed = put("\"1\"").await;
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed.expect::<SavedAddress>(200).fields.line1, "Markt 1");
    assert_eq!(put("\"1\"").await.status, 409, "somebody changed it meanwhile");
    assert_eq!(ana.gets(&path).await.expect::<SavedAddress>(200).fields.line1, "Markt 1");
    assert_eq!(ana.sends(Method::DELETE, &path, |request| request).await.status, 204);
    assert_eq!(ana.sends(Method::DELETE, &path, |request| request).await.status, 404);
    assert!(ana.book().await.is_empty());
}

async fn one_of_them_is_where_checkout_begins(market: Market) {
    let ana = market.shopper("Ana").await;
    let page = ana.gets("/account/addresses").await;
    assert!(page.words().contains("No address yet"));
    let (first, second) = (ana.keeps(&jena()).await, ana.keeps(&faenza()).await);
    assert!(!second.is_default);
    let path = format!("/account/addresses/{}", second.id);
    assert_eq!(ana.submits(&format!("{path}/default"), &[]).await.status, 303);
    let order = |book: Vec<SavedAddress>| -> Vec<_> {
        book.iter().map(|saved| (saved.id, saved.is_default)).collect()
    };
    assert_eq!(order(ana.book().await), [(second.id, true), (first.id, false)]);
    let words = ana.gets("/account/addresses").await.words();
    assert!(words.contains("48018 Faenza RA"), "{words}");
    let question = ana.gets(&format!("{path}/delete")).await.words();
    assert!(question.contains("Delete this address?"), "{question}");
    assert!(question.contains("48018 Faenza RA"), "{question}");
    assert_eq!(ana.book().await.len(), 2, "a question deletes nothing");
    assert_eq!(ana.submits(&format!("{path}/delete"), &[]).await.status, 303);
    assert_eq!(order(ana.book().await), [(first.id, true)], "the one that is left");
}

async fn an_address_is_nobody_elses(market: Market) {
    let (ana, eve) = (market.shopper("Ana").await, market.shopper("Eve").await);
    let kept = ana.keeps(&jena()).await;
    let path = format!("/api/v1/addresses/{}", kept.id);
    assert_eq!(eve.gets(&path).await.status, 404);
    assert_eq!(eve.sends(Method::PUT, &path, |request| request.json(&faenza())).await.status, 404);
    assert_eq!(eve.sends(Method::DELETE, &path, |request| request).await.status, 404);
    assert_eq!(eve.posts(&format!("{path}/default"), &json!({})).await.status, 404);
    let page = format!("/account/addresses/{}", kept.id);
    assert_eq!(eve.gets(&page).await.status, 404);
    assert_eq!(eve.submits(&format!("{page}/delete"), &[]).await.status, 404);
    assert!(eve.book().await.is_empty());
    assert_eq!(market.visitor().gets("/api/v1/addresses").await.status, 401);
    assert_eq!(ana.book().await, [kept]);
}

async fn each_country_asks_for_its_own_fields(market: Market) {
    let ana = market.shopper("Ana").await;
    let germany = ana.gets("/account/addresses/new").await.words();
    assert!(!germany.contains("Province"), "{germany}");
    let warsaw = [("name", "Ana"), ("line1", "Freta 4"), ("city", "Warszawa")];
    let chosen = |country: &'static str, code: &'static str| {
        let rest = [("postal_code", code), ("country", country), ("fields_of", "DE")];
        [&warsaw[..], &rest].concat()
    };
    let kept = ana.submits("/account/addresses", &chosen("PL", "00-238")).await;
    assert_eq!(kept.status, 303, "{}", kept.words());
    assert_eq!(ana.book().await[0].fields.country, "PL", "what was chosen, not what was shown");
    for (country, code, label) in [
        ("IT", "00187", "Province"),
        ("IE", "", "Eircode (optional)"),
        ("IE", "", "may name a county"),
        ("GB", "00-238", "A postcode in the United Kingdom looks like SY8 1AZ."),
    ] {
        let page = ana.submits("/account/addresses", &chosen(country, code)).await;
        assert_eq!(page.status, 422, "{country}");
        assert!(page.words().contains(label), "{country}: {}", page.words());
        assert!(page.body.contains("value=\"Freta 4\""), "what was typed stays");
    }
    let without = [&chosen("IE", "")[..3], &[("country", "IE"), ("fields_of", "IE")]].concat();
    assert_eq!(ana.submits("/account/addresses", &without).await.status, 303, "it is optional");

    let mut without = faenza();
    without["region"] = json!("");
    let problem: Problem = ana.posts("/api/v1/addresses", &without).await.expect(422);
    assert_eq!(problem.field.as_deref(), Some("region"));
    assert_eq!(problem.detail, "An address in Italy needs a province.");
    let form = [
        ("name", "Ana"),
        ("line1", "Via Severoli 2"),
        ("city", "Faenza"),
        ("postal_code", "48018"),
        ("region", ""),
        ("country", "IT"),
    ];
    let page = ana.submits("/account/addresses", &form).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("id=\"region-wrong\"") && page.body.contains("Via Severoli 2"));
    let nowhere = json!({ "name": "Ana", "line1": "x", "city": "y", "country": "XX" });
    let problem: Problem = ana.posts("/api/v1/addresses", &nowhere).await.expect(422);
    assert_eq!(problem.field.as_deref(), Some("country"));
}

async fn a_book_has_an_end(market: Market) {
    let ana = market.shopper("Ana").await;
    for number in 1..=20 {
        let mut address = jena();
        address["line1"] = json!(format!("Kirchgasse {number}"));
        ana.keeps(&address).await;
    }
    let full: Problem = ana.posts("/api/v1/addresses", &faenza()).await.expect(409);
    assert!(full.detail.contains("up to 20"), "{}", full.detail);
    assert_eq!(ana.book().await.len(), 20);
    assert!(ana.gets("/account/addresses").await.words().contains("The book is full"));
}

async fn checkout_begins_with_the_default_and_keeps_a_new_one(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let ana = market.shopper("Ana").await;
    ana.keeps(&jena()).await;
    let italy = ana.keeps(&faenza()).await;
    ana.takes(&mug, 1).await;

    let page = ana.gets("/checkout").await;
    assert!(page.body.contains("value=\"Kirchgasse 4\"") && page.body.contains("Via Severoli 2"));
    let page = ana.gets(&format!("/checkout?address={}", italy.id)).await;
    assert!(page.body.contains("value=\"Via Severoli 2\"") && page.body.contains("value=\"RA\""));
    let eve = market.shopper("Eve").await;
    eve.takes(&mug, 1).await;
    let foreign = eve.gets(&format!("/checkout?address={}", italy.id)).await;
    assert!(!foreign.body.contains("Via Severoli 2"), "somebody else's is not there");

    let mut form = ana.fills_in("ana@example.org").await;
    form.retain(|(name, _)| !["line1", "city", "postal_code", "country"].contains(name));
    let place = [("line1", "Calle Mayor 1"), ("city", "Getafe"), ("postal_code", "28901")];
    form.extend(place.map(|(name, value)| (name, value.to_owned())));
    form.extend([("country", "ES".to_owned()), ("keep", "1".to_owned())]);
    let asked = ana.orders(&form).await;
    assert_eq!(asked.status, 422);
    assert!(asked.words().contains("An address in Spain needs a province."), "{}", asked.words());
    assert!(asked.body.contains("name=\"region\""), "and now there is a field for it");
    form.push(("region", "Madrid".to_owned()));
    let answer = ana.orders(&form).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    assert_eq!(ana.orders(&form).await.status, 303, "sent twice");
    assert_eq!(ana.book().await.len(), 3, "kept once");
    let path = crate::shopping::path_of(answer.location()).to_owned();
    ana.pays(&crate::shopping::Payment { path }, GOOD_CARD).await;
    market.settle().await;
    let order: Order = ines.only_order().await;
    assert_eq!(
        (order.ship_to.city.as_str(), order.ship_to.country.as_str()),
        ("Getafe (Madrid)", "ES")
    );
    assert!(ana.order_page().await.contains("28901 Getafe (Madrid)"));
    assert!(ines.book().await.is_empty());
}
