//! Pieces that are made when they are ordered: bought without stock, promised by a date.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::Timestamp;
use api::listing::{Listing, ListingStatus};
use api::order::{Order, OrderStatus};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::listings::{edits, mug, offers};
use crate::market::{Market, Person, on_both_engines};
use crate::shopping::{GOOD_CARD, Piece};

on_both_engines![
    it_is_bought_without_stock_and_promised_by_a_date,
    who_was_told_another_day_is_asked_once_more,
    a_large_order_takes_several_weeks,
    what_one_has_begun_to_pay_for_is_not_in_ones_own_way,
    open_carts_follow_a_piece_from_stock_to_order_and_back,
    late_money_is_promised_anew,
    what_is_due_first_comes_first_and_is_called_late,
    history_and_bulk_edits_say_it_in_words,
    what_cannot_be_promised_is_named,
    of_shoppers_at_once_each_gets_a_week_with_room,
    a_week_that_is_given_up_is_free_again,
    from_stock_and_back_keeps_every_piece,
];

fn to_order(weekly: Option<u32>) -> Value {
    json!({ "kind": "to_order", "from": 10, "to": 14, "weekly": weekly })
}

async fn made(maker: &Person, weekly: Option<u32>) -> (Listing, Piece) {
    let mut draft = mug("Oat mug", 2400, 0);
    draft["making"] = to_order(weekly);
    let listing = offers(maker, &draft).await;
    let piece =
        Piece { listing: listing.id, variant: listing.variants[0].id, slug: listing.slug.clone() };
    (listing, piece)
}

async fn every_order(maker: &Person) -> Vec<Order> {
    let mut orders = Vec::new();
    for status in OrderStatus::ALL {
        for row in maker.orders_in(*status).await {
            orders.push(maker.gets(&format!("/api/v1/orders/{}", row.number)).await.expect(200));
        }
    }
    orders
}

async fn it_is_bought_without_stock_and_promised_by_a_date(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let (listing, piece) = made(&ana, Some(3)).await;
    assert_eq!(listing.status, ListingStatus::Active, "without a piece it is for sale");
    let page = ben.gets(&format!("/listings/{}", piece.slug)).await.words();
    assert!(page.contains("Made to order in 10 to 14 days: ready to ship by 6 Dec 2026"), "{page}");
    let about = ben.gets(&format!("/listings/{}", piece.slug)).await.body;
    assert!(about.contains("https://schema.org/MadeToOrder"), "{about}");
    assert!(ben.gets("/c/clay").await.words().contains("Made in 10 to 14 days"));
    ben.takes(&piece, 2).await;
    let cart = ben.gets("/cart").await.words();
    assert!(cart.contains("Made to order, ready to ship by 6 Dec 2026"), "{cart}");
    let payment = ben.checks_out().await;
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;

    let order = ana.only_order().await;
    assert_eq!(order.lines[0].ready_by.map(Timestamp::day).as_deref(), Some("6 Dec 2026"));
    assert!(ben.order_page().await.contains("ready to ship by 6 Dec 2026"));
    let letters = market.letters_to("ana@example.org").await;
    assert!(letters.iter().any(|letter| letter.body.contains("ready to be sent by 6 Dec 2026")));
    assert_eq!(ana.has_left(&piece).await, 0);
    // What is promised stays, whatever is asked of the piece later; the next one is for the next week.
    let slower = json!({ "making": { "kind": "to_order", "from": 20, "to": 30, "weekly": 3 } });
    edits(&ana, &listing, &slower).await.expect::<Listing>(200);
    assert_eq!(ana.only_order().await.lines[0].ready_by, order.lines[0].ready_by);
    market.holds().await;
}

async fn who_was_told_another_day_is_asked_once_more(market: Market) {
    let ana = market.seller("Ana").await;
    let (_, piece) = made(&ana, Some(1)).await;
    let (ben, cleo) = (market.visitor(), market.visitor());
    ben.takes(&piece, 1).await;
    let form = ben.fills_in("ben@example.org").await;
    cleo.buys(&piece).await;
    market.passes(0).await;
    let asked = ben.orders(&form).await;
    assert_eq!(asked.status, 409);
    let words = asked.words();
    assert!(
        words.contains("“Oat mug” is made to order and would be ready by 7 Dec 2026 now"),
        "{words}"
    );
    assert!(words.contains("Made to order, ready to ship by 7 Dec 2026"), "{words}");
    assert_eq!(market.charges().await, 1);
    // The page that she got tells the new day, so it can be sent as it is.
    let again = ben.orders(&ben.fills_in("ben@example.org").await).await;
    assert_eq!(again.status, 303, "{}", again.words());
    let payment = crate::shopping::Payment::of(&again);
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    assert!(ben.order_page().await.contains("ready to ship by 7 Dec 2026"));
    market.holds().await;
}

async fn a_large_order_takes_several_weeks(market: Market) {
    let ana = market.seller("Ana").await;
    let (_, piece) = made(&ana, Some(2)).await;
    let (ben, cleo) = (market.visitor(), market.visitor());
    ben.takes(&piece, 5).await;
    assert!(ben.gets("/cart").await.words().contains("ready to ship by 14 Dec 2026"));
    let payment = ben.checks_out().await;
    // Two this week, two in the next, one in the third: there one more has room.
    let page = cleo.gets(&format!("/listings/{}", piece.slug)).await.words();
    assert!(
        page.contains("begun in the week of 30 Nov 2026: ready to ship by 14 Dec 2026"),
        "{page}"
    );
    cleo.takes(&piece, 2).await;
    assert!(cleo.gets("/cart").await.words().contains("ready to ship by 21 Dec 2026"));
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    market.holds().await;
}

async fn what_one_has_begun_to_pay_for_is_not_in_ones_own_way(market: Market) {
    let ana = market.seller("Ana").await;
    let mut draft = mug("Oat mug", 2400, 0);
    draft["making"] = to_order(Some(1));
    draft["options"] = json!(["Glaze"]);
    let variant = |value: &str| {
        json!({ "sku": value, "values": [value], "stock": 0,
        "price": { "minor": 2400, "currency": "EUR" } })
    };
    draft["variants"] = json!([variant("Oat"), variant("Sea")]);
    let listing = offers(&ana, &draft).await;
    let ben = market.visitor();
    for variant in &listing.variants {
        let piece = Piece { listing: listing.id, variant: variant.id, slug: listing.slug.clone() };
        ben.takes(&piece, 1).await;
    }
    // One a week: the glazes share it, and the cart says so before it is ordered.
    let both = |words: String| words.contains("by 6 Dec 2026") && words.contains("by 7 Dec 2026");
    assert!(both(ben.gets("/cart").await.words()));
    ben.checks_out().await;
    let cart = ben.gets("/cart").await.words();
    assert!(both(cart.clone()) && !cart.contains("14 Dec 2026"), "{cart}");
    let order = ben.checks_out().await;
    assert_eq!(ben.pays(&order, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    let paid = ana.orders_in(OrderStatus::Paid).await;
    assert_eq!(
        paid[0].ready_by.map(Timestamp::day).as_deref(),
        Some("7 Dec 2026"),
        "the later one"
    );
    market.holds().await;
}

async fn open_carts_follow_a_piece_from_stock_to_order_and_back(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let piece = ana.offers("Oat mug", 2400, 5).await;
    let path = format!("/api/v1/listings/{}", piece.listing);
    ben.takes(&piece, 4).await;
    let form = ben.fills_in("ben@example.org").await;
    let change = json!({ "making": to_order(None) });
    ana.patches(&path, &change).await.expect::<Listing>(200);
    let asked = ben.orders(&form).await;
    assert_eq!(asked.status, 409, "nobody told her of a day yet");
    assert!(asked.words().contains("would be ready by 6 Dec 2026"), "{}", asked.words());
    // Begun while it was made to order, and left there: nothing of that is stock.
    ben.checks_out().await;
    let stocked = json!({ "making": { "kind": "from_stock" },
        "variants": [{ "id": piece.variant, "stock": 2 }] });
    ana.patches(&path, &stocked).await.expect::<Listing>(200);
    let cart = ben.gets("/cart").await.words();
    assert!(cart.contains("Only 2 are left"), "{cart}");
    assert!(!cart.contains("Made to order"), "{cart}");
    assert_eq!(ben.gets("/checkout").await.status, 303, "back to the cart");
    let set = [("quantity", "2")];
    assert_eq!(ben.submits(&format!("/cart/lines/{}", piece.variant), &set).await.status, 303);
    let payment = ben.checks_out().await;
    assert_eq!(ana.has_left(&piece).await, 0);
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    assert_eq!(ana.orders_in(OrderStatus::Paid).await[0].ready_by, None);
    market.holds().await;
}

async fn late_money_is_promised_anew(market: Market) {
    let ana = market.seller("Ana").await;
    let (_, piece) = made(&ana, Some(1)).await;
    let [ben, cleo] = [market.visitor(), market.visitor()];
    ben.takes(&piece, 1).await;
    let payment = ben.checks_out().await;
    let path = format!("/orders/{}/cancel", ben.order_number().await);
    assert_eq!(ben.submits(&path, &[]).await.status, 303);
    market.settle().await;
    cleo.buys(&piece).await;
    market.settle().await;
    market.misbehaves(&json!({ "late_payments": true })).await;
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    let mut days: Vec<String> = every_order(&ana)
        .await
        .iter()
        .map(|order| order.lines[0].ready_by.unwrap().day())
        .collect();
    days.sort();
    assert_eq!(days, ["6 Dec 2026", "7 Dec 2026"], "the week that he gave up is hers");
    assert_eq!(ana.orders_in(OrderStatus::Paid).await.len(), 2);
    market.holds().await;
}

async fn what_is_due_first_comes_first_and_is_called_late(market: Market) {
    let ana = market.seller("Ana").await;
    let (_, slow) = made(&ana, None).await;
    let quick = ana.offers("Bowl", 2400, 5).await;
    market.visitor().buys(&slow).await;
    market.settle().await;
    market.passes(24 * 3600).await;
    market.visitor().buys(&quick).await;
    market.settle().await;
    let due = async |query: &str| {
        let path = format!("/api/v1/orders?{query}");
        let page: api::Page<api::order::OrderSummary> = ana.gets(&path).await.expect(200);
        let brief = page.items.iter().map(|row| (row.summary.clone(), row.late));
        (brief.collect::<Vec<_>>(), page.next)
    };
    let (mug, bowl) = ("Oat mug".to_owned(), "Bowl".to_owned());
    assert_eq!(due("by=due").await.0, [(bowl.clone(), false), (mug.clone(), false)]);
    assert_eq!(due("").await.0, [(bowl.clone(), false), (mug.clone(), false)]);
    market.passes(4 * 24 * 3600).await;
    assert_eq!(due("by=due").await.0, [(bowl.clone(), true), (mug.clone(), false)]);
    market.visitor().buys(&quick).await;
    market.settle().await;
    market.passes(10 * 24 * 3600).await;
    let all = [(bowl.clone(), true), (bowl.clone(), true), (mug.clone(), true)];
    assert_eq!(due("by=due").await.0, all, "6 Dec is over");
    let (first, next) = due("by=due&limit=2").await;
    assert_eq!(first, all[..2]);
    let rest = due(&format!("by=due&limit=2&after={}", next.expect("more"))).await;
    assert_eq!(rest, (all[2..].to_vec(), None));
    assert_eq!(ana.gets("/api/v1/orders?by=due&status=shipped").await.status, 422);
    let today: api::today::Today = ana.gets("/api/v1/today").await.expect(200);
    let oldest: Vec<_> = today.oldest.iter().map(|row| row.summary.as_str()).collect();
    assert_eq!(oldest, ["Bowl", "Bowl", "Oat mug"]);
}

async fn history_and_bulk_edits_say_it_in_words(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = offers(&ana, &mug("Oat mug", 2400, 3)).await;
    let change = json!({ "making": to_order(Some(5)) });
    let plan = crate::edits::plans(&ana, &json!({}), &change).await;
    let rows = crate::edits::rows(&ana, plan.id).await;
    let said = |change: &api::import::FieldChange| {
        format!("{}: {} → {}", change.field, change.from, change.to)
    };
    let wanted = "making: from stock → to order in 10 to 14 days, 5 a week";
    assert_eq!(rows[0].changes.iter().map(said).collect::<Vec<_>>(), [wanted]);
    crate::edits::applies(&ana, plan.id).await;
    let path = format!("/api/v1/listings/{}", listing.id);
    let now = async || ana.gets(&path).await.expect::<Listing>(200).making;
    assert_eq!(serde_json::to_value(now().await).unwrap(), to_order(Some(5)));
    let history: api::Page<api::history::ListingVersion> =
        ana.gets(&format!("{path}/history")).await.expect(200);
    assert_eq!(history.items[0].changes.iter().map(said).collect::<Vec<_>>(), [wanted]);
    crate::edits::undoes(&ana, plan.id).await;
    assert_eq!(now().await, api::making::Making::default());
    market.holds().await;
}

async fn what_cannot_be_promised_is_named(market: Market) {
    let ana = market.artisan("Ana").await;
    let (listing, _) = made(&ana, None).await;
    for (from, to, weekly, field) in [
        (0, 5, Value::Null, "making.to"),
        (9, 5, Value::Null, "making.to"),
        (9, 366, Value::Null, "making.to"),
        (9, 12, json!(0), "making.weekly"),
        (9, 12, json!(10_001), "making.weekly"),
    ] {
        let making = json!({ "kind": "to_order", "from": from, "to": to, "weekly": weekly });
        let problem: api::Problem =
            edits(&ana, &listing, &json!({ "making": making })).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some(field), "{}", problem.detail);
    }
}

async fn of_shoppers_at_once_each_gets_a_week_with_room(market: Market) {
    const SHOPPERS: usize = 6;
    let ana = market.seller("Ana").await;
    let (_, piece) = made(&ana, Some(2)).await;
    let (market, piece) = (Arc::new(market), Arc::new(piece));
    // Whoever was told a day that is taken meanwhile is told the next one before she pays, and agrees.
    let start = Arc::new(Barrier::new(SHOPPERS));
    let buying: Vec<_> = (0..SHOPPERS)
        .map(|_| {
            let (market, piece, start) = (market.clone(), piece.clone(), start.clone());
            tokio::spawn(async move {
                let shopper = market.visitor();
                shopper.takes(&piece, 1).await;
                let form = shopper.fills_in("ana@example.org").await;
                start.wait().await;
                let mut answer = shopper.orders(&form).await;
                let mut asked = 1;
                while answer.status == 409 {
                    assert!(answer.words().contains("would be ready by"), "{}", answer.words());
                    asked += 1;
                    let form = shopper.fills_in("ana@example.org").await;
                    answer = shopper.orders(&form).await;
                }
                (answer.status, asked)
            })
        })
        .collect();
    let mut asked = 0;
    for bought in buying {
        let (status, times) = bought.await.unwrap();
        assert_eq!(status, 303);
        asked += usize::from(times > 1);
    }
    assert_eq!(asked, SHOPPERS - 2, "only two of them could have the day that all were told");
    let orders = every_order(&ana).await;
    let mut dates: Vec<String> =
        orders.iter().map(|order| order.lines[0].ready_by.unwrap().day()).collect();
    dates.sort();
    let twice =
        ["14 Dec 2026", "14 Dec 2026", "6 Dec 2026", "6 Dec 2026", "7 Dec 2026", "7 Dec 2026"];
    assert_eq!(dates, twice);
    assert_eq!(dates.iter().collect::<BTreeSet<_>>().len(), 3);
    market.holds().await;
}

async fn a_week_that_is_given_up_is_free_again(market: Market) {
    let ana = market.seller("Ana").await;
    let (_, piece) = made(&ana, Some(1)).await;
    let [ben, cleo, dora] = [market.visitor(), market.visitor(), market.visitor()];
    ben.takes(&piece, 1).await;
    ben.checks_out().await;
    cleo.takes(&piece, 1).await;
    assert!(cleo.gets("/cart").await.words().contains("ready to ship by 7 Dec 2026"));
    let number = ben.order_number().await;
    assert_eq!(ben.submits(&format!("/orders/{number}/cancel"), &[]).await.status, 303);
    assert!(cleo.gets("/cart").await.words().contains("ready to ship by 6 Dec 2026"));
    dora.buys(&piece).await;
    market.passes(0).await;
    let paid = ana.orders_in(OrderStatus::Paid).await;
    let order: Order = ana.gets(&format!("/api/v1/orders/{}", paid[0].number)).await.expect(200);
    assert_eq!(order.lines[0].ready_by.map(Timestamp::day).as_deref(), Some("6 Dec 2026"));
    assert_eq!(ana.has_left(&piece).await, 0, "nothing came into the stock");
    market.holds().await;
}

async fn from_stock_and_back_keeps_every_piece(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let piece = ana.offers("Oat mug", 2400, 2).await;
    let path = format!("/api/v1/listings/{}", piece.listing);
    ben.takes(&piece, 2).await;
    ben.checks_out().await;
    assert_eq!(ana.gets(&path).await.expect::<Listing>(200).status, ListingStatus::SoldOut);
    let made: Listing = ana.patches(&path, &json!({ "making": to_order(None) })).await.expect(200);
    assert_eq!(made.status, ListingStatus::Active);
    // Pieces that were held from stock come back to it.
    let number = ben.order_number().await;
    assert_eq!(ben.submits(&format!("/orders/{number}/cancel"), &[]).await.status, 303);
    assert_eq!(ana.has_left(&piece).await, 2);
    market.visitor().buys(&piece).await;
    market.passes(0).await;
    assert_eq!(ana.has_left(&piece).await, 2, "what is made to order takes nothing from it");
    market.holds().await;
    let stock = json!({ "making": { "kind": "from_stock" } });
    assert_eq!(
        ana.patches(&path, &stock).await.expect::<Listing>(200).status,
        ListingStatus::Active
    );
    market.visitor().buys(&piece).await;
    market.passes(0).await;
    assert_eq!(ana.has_left(&piece).await, 1);
    market.holds().await;
}
