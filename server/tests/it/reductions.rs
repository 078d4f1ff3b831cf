//! A lowered price beside the lowest one of the thirty days before.

use api::listing::Listing;
use serde_json::{Value, json};

use crate::listings::{does, edits as changes, mug, offers};
use crate::market::{Market, Person, on_both_engines};

on_both_engines![
    a_lowered_price_names_the_lowest_of_thirty_days,
    putting_a_price_up_first_makes_no_reduction,
    who_is_new_on_the_shelf_has_nothing_to_lower,
    it_counts_from_when_shoppers_could_pay_it,
    each_variant_has_its_own,
    a_bulk_edit_lowers_and_its_undo_ends_it,
];

const DAY: u64 = 24 * 3600;
const SAID: &str = "was the lowest price in the 30 days before";

async fn costs(maker: &Person, listing: &Listing, variant: usize, minor: i64) {
    let id = listing.variants[variant].id;
    let price =
        json!({ "variants": [{ "id": id, "price": { "minor": minor, "currency": "EUR" } }] });
    changes(maker, listing, &price).await.expect::<Listing>(200);
}

async fn moves(maker: &Person, listing: &Listing, to: &str) {
    does(maker, listing, to).await.expect::<Listing>(200);
}

async fn page(market: &Market, listing: &Listing) -> String {
    market.visitor().gets(&format!("/listings/{}", listing.slug)).await.words()
}

async fn a_lowered_price_names_the_lowest_of_thirty_days(market: Market) {
    let ana = market.seller("Ana").await;
    let cup = offers(&ana, &mug("Cup", 2400, 3)).await;
    market.passes(40 * DAY).await;
    costs(&ana, &cup, 0, 2200).await;
    let seen = page(&market, &cup).await;
    assert!(seen.contains(&format!("€22.00 8 % less: €24.00 {SAID}")), "{seen}");
    let card = market.visitor().gets("/c/clay").await.words();
    assert!(card.contains("€22.00 Reduced. Lowest price in the 30 days before: €24.00"), "{card}");

    market.passes(10 * DAY).await;
    costs(&ana, &cup, 0, 1800).await;
    let seen = page(&market, &cup).await;
    assert!(seen.contains(&format!("€18.00 18 % less: €22.00 {SAID}")), "the first one: {seen}");

    market.passes(30 * DAY).await;
    let seen = page(&market, &cup).await;
    assert!(seen.contains("€18.00") && !seen.contains(SAID), "it is the price by now: {seen}");
    let card = market.visitor().gets("/c/clay").await.words();
    assert!(card.contains("€18.00") && !card.contains("Reduced"), "{card}");
}

async fn putting_a_price_up_first_makes_no_reduction(market: Market) {
    let ana = market.seller("Ana").await;
    let cup = offers(&ana, &mug("Cup", 2400, 3)).await;
    market.passes(40 * DAY).await;
    costs(&ana, &cup, 0, 4800).await;
    market.passes(7 * DAY).await;
    costs(&ana, &cup, 0, 2400).await;
    assert!(!page(&market, &cup).await.contains(SAID));
    costs(&ana, &cup, 0, 2300).await;
    let seen = page(&market, &cup).await;
    assert!(seen.contains(&format!("€24.00 {SAID}")), "and not 48: {seen}");
    market.passes(DAY).await;
    costs(&ana, &cup, 0, 2350).await;
    assert!(!page(&market, &cup).await.contains(SAID), "going up is no reduction");
}

async fn who_is_new_on_the_shelf_has_nothing_to_lower(market: Market) {
    let ana = market.seller("Ana").await;
    let cup = offers(&ana, &mug("Cup", 24_000, 3)).await;
    market.passes(29 * DAY).await;
    costs(&ana, &cup, 0, 2400).await;
    assert!(!page(&market, &cup).await.contains(SAID));
}

async fn it_counts_from_when_shoppers_could_pay_it(market: Market) {
    let ana = market.seller("Ana").await;
    let cup = offers(&ana, &mug("Cup", 2400, 3)).await;
    market.passes(40 * DAY).await;
    moves(&ana, &cup, "pause").await;
    costs(&ana, &cup, 0, 9900).await;
    costs(&ana, &cup, 0, 2000).await;
    moves(&ana, &cup, "publish").await;
    let seen = page(&market, &cup).await;
    assert!(seen.contains(&format!("€20.00 16 % less: €24.00 {SAID}")), "{seen}");
    market.passes(DAY).await;
    moves(&ana, &cup, "pause").await;
    market.passes(DAY).await;
    moves(&ana, &cup, "publish").await;
    assert!(page(&market, &cup).await.contains(SAID), "a pause is no new price");
}

async fn each_variant_has_its_own(market: Market) {
    let ana = market.seller("Ana").await;
    let mut draft = mug("Bowl", 3000, 3);
    draft["options"] = json!(["Size"]);
    let variant = |size: &str, minor: i64| json!({ "sku": size, "values": [size], "price": { "minor": minor, "currency": "EUR" }, "stock": 2 });
    draft["variants"] = Value::from(vec![variant("Small", 3000), variant("Large", 5000)]);
    let bowl = offers(&ana, &draft).await;
    market.passes(40 * DAY).await;
    costs(&ana, &bowl, 1, 4500).await;
    let seen = page(&market, &bowl).await;
    assert!(seen.contains("Large, €45.00 (before €50.00)"), "{seen}");
    assert!(
        seen.contains("Small, €30.00") && !seen.contains(SAID),
        "the lowest price stands: {seen}"
    );
    let card = market.visitor().gets("/c/clay").await.words();
    assert!(!card.contains("Reduced"), "{card}");
}

async fn a_bulk_edit_lowers_and_its_undo_ends_it(market: Market) {
    let ana = market.seller("Ana").await;
    let cup = offers(&ana, &mug("Cup", 2400, 3)).await;
    market.passes(40 * DAY).await;
    let edit = crate::edits::plans(&ana, &json!({}), &json!({ "price_percent": -1000 })).await;
    crate::edits::applies(&ana, edit.id).await;
    let seen = page(&market, &cup).await;
    assert!(seen.contains(&format!("€21.60 10 % less: €24.00 {SAID}")), "{seen}");
    crate::edits::undoes(&ana, edit.id).await;
    let seen = page(&market, &cup).await;
    assert!(seen.contains("€24.00") && !seen.contains(SAID), "{seen}");
}
