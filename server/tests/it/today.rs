//! The bench in the morning, as the console reads it.

use api::event::EventKind;
use api::listing::Listing;
use api::today::Today;
use api::{Code, Problem};
use serde_json::json;

use crate::market::{Market, on_both_engines};

on_both_engines!(
    what_runs_out_and_what_happened_are_named_one_by_one,
    a_business_learns_what_keeps_it_from_selling,
    who_has_no_shop_is_told_that_one_is_needed,
);

async fn what_runs_out_and_what_happened_are_named_one_by_one(market: Market) {
    let (ines, omar) = (market.artisan("Ines").await, market.artisan("Omar").await);
    let form = json!({ "complete_test_data": true });
    assert_eq!(ines.posts("/api/v1/shop/onboarding", &form).await.status, 200);
    let price = json!({ "minor": 2600, "currency": "EUR" });
    let variant = |colour: &str, stock: i64| json!({ "sku": "", "values": [colour], "price": price, "stock": stock });
    let draft = json!({
        "title": "Carafe", "description": "", "category": "clay", "materials": [], "tags": [],
        "options": ["Colour"], "variants": [variant("Blue", 9), variant("Red", 1), variant("Ash", 2)],
    });
    let listing: Listing = ines.posts("/api/v1/listings", &draft).await.expect(201);
    ines.posts(&format!("/api/v1/listings/{}/publish", listing.id), &json!({})).await;

    let today: Today = ines.gets("/api/v1/today").await.expect(200);
    let low: Vec<_> = today.low_stock.iter().map(|low| (&*low.option, low.available)).collect();
    assert_eq!(low, [("Red", 1), ("Ash", 2)]);
    let last = today.latest.first().expect("an event");
    assert_eq!((last.kind, &last.object), (EventKind::ListingChanged, &listing.id.to_string()));
    assert!(today.latest.is_sorted_by(|one, next| one.seq > next.seq), "newest first");

    let foreign: Today = omar.gets("/api/v1/today").await.expect(200);
    assert!(foreign.latest.iter().all(|event| event.object != listing.id.to_string()));
}

async fn a_business_learns_what_keeps_it_from_selling(market: Market) {
    let ines = market.artisan("Ines").await;
    let today: Today = ines.gets("/api/v1/today").await.expect(200);
    assert!(today.seller_lacks.is_empty(), "a private seller may stay so");
    let named = json!({ "seller": {
        "kind": "business", "name": "Marchetti S.r.l.", "phone": "+39 0546 123456",
    }});
    let profile: api::shop_profile::ShopProfile =
        ines.patches("/api/v1/shop/profile", &named).await.expect(200);
    assert_eq!(profile.seller.name, "Marchetti S.r.l.");
    let today: Today = ines.gets("/api/v1/today").await.expect(200);
    assert_eq!(today.seller_lacks, ["the postal address", "the e-mail address"]);
}

async fn who_has_no_shop_is_told_that_one_is_needed(market: Market) {
    let ana = market.terminal("Ana").await;
    for path in ["/api/v1/today", "/api/v1/orders", "/api/v1/listings", "/api/v1/payouts"] {
        let problem: Problem = ana.gets(path).await.expect(403);
        assert_eq!((problem.code, &*problem.detail), (Code::ShopNeeded, "open a shop first"));
    }
}
