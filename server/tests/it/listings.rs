//! Shops, listings, stock: what artisans write and shoppers see.

use std::sync::Arc;

use api::listing::{Listing, ListingStatus, ListingSummary};
use api::problem::Code;
use api::shop::{Fees, Shop};
use api::{Id, Page, Problem};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_draft_is_private_until_it_is_published,
    publishing_needs_a_proven_address,
    what_cannot_be_kept_is_named,
    an_edit_of_an_old_version_is_refused,
    a_renamed_listing_is_found_at_its_old_address,
    the_last_piece_goes_to_one_of_many,
    many_pieces_are_never_sold_twice,
    the_state_follows_the_stock,
    an_artisan_pages_through_her_listings,
    a_row_pairs_the_lowest_price_with_its_sku,
    shelves_are_paged_by_age_and_by_price,
    an_account_has_one_shop_and_each_shop_its_own_address,
];

/// A mug as an artisan describes it.
pub(crate) fn mug(title: &str, minor: i64, stock: i64) -> Value {
    json!({
        "title": title,
        "description": "Thrown on a kick wheel and glazed by hand.",
        "category": "clay",
        "materials": ["Stoneware"],
        "tags": ["tea", "kitchen"],
        "variants": [{
            "sku": "MUG-1",
            "price": { "minor": minor, "currency": "EUR" },
            "stock": stock,
        }],
    })
}

/// Drafts a listing.
pub(crate) async fn drafts(artisan: &Person, draft: &Value) -> Listing {
    artisan.posts("/api/v1/listings", draft).await.expect(201)
}

/// Drafts a listing and puts it on the shelf.
pub(crate) async fn offers(artisan: &Person, draft: &Value) -> Listing {
    let listing = drafts(artisan, draft).await;
    does(artisan, &listing, "publish").await.expect(200)
}

/// `publish`, `pause` or `archive`.
pub(crate) async fn does(artisan: &Person, listing: &Listing, verb: &str) -> Answer {
    let path = format!("/api/v1/listings/{}/{verb}", listing.id);
    artisan.sends(Method::POST, &path, |request| request).await
}

/// Changes a listing.
pub(crate) async fn edits(artisan: &Person, listing: &Listing, edit: &Value) -> Answer {
    let path = format!("/api/v1/listings/{}", listing.id);
    artisan.sends(Method::PATCH, &path, |request| request.json(edit)).await
}

/// Moves the market's clock, so that what comes later is newer.
pub(crate) async fn a_second_passes(person: &Person) {
    let second = json!({ "advance_seconds": 1 });
    assert_eq!(person.posts("/api/v1/simulator/clock", &second).await.status, 200);
}

async fn sees(person: &Person, path: &str, title: &str) -> bool {
    let answer = person.gets(path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.words().contains(title)
}

async fn a_draft_is_private_until_it_is_published(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    let visitor = market.visitor();
    let answer = ana.posts("/api/v1/listings", &mug("Oat mug", 3800, 3)).await;
    assert_eq!(answer.header("etag"), "\"1\"");
    let listing: Listing = answer.expect(201);
    assert_eq!(listing.status, ListingStatus::Draft);
    let page = format!("/listings/{}", listing.slug);
    assert_eq!(visitor.gets(&page).await.status, 404);

    let own = format!("/api/v1/listings/{}", listing.id);
    assert_eq!(ana.gets(&own).await.expect::<Listing>(200), listing);
    assert_eq!(visitor.gets(&own).await.status, 401);
    assert_eq!(ben.gets(&own).await.status, 404);
    assert_eq!(edits(&ben, &listing, &json!({ "title": "Mine" })).await.status, 404);
    assert_eq!(does(&ben, &listing, "publish").await.status, 404);

    let published: Listing = does(&ana, &listing, "publish").await.expect(200);
    assert_eq!(published.status, ListingStatus::Active);
    assert!(sees(&visitor, &page, "Oat mug").await);
    for list in ["/", "/c/clay", "/shops/anas-workshop"] {
        assert!(sees(&visitor, list, "Oat mug").await, "{list}");
    }
    does(&ana, &listing, "pause").await.expect::<Listing>(200);
    assert_eq!(visitor.gets(&page).await.status, 404);
    assert!(!sees(&visitor, "/c/clay", "Oat mug").await);
}

async fn publishing_needs_a_proven_address(market: Market) {
    market.register("Ana").await;
    let asked = json!({ "email": email_of("Ana"), "password": PASSWORD, "name": "test" });
    let token: Value = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let ana = market.visitor().with_token(token["token"].as_str().unwrap().to_owned());
    assert_eq!(ana.posts("/api/v1/shop", &json!({ "name": "Ana’s" })).await.status, 201);
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let problem: Problem = does(&ana, &listing, "publish").await.expect(403);
    assert!(problem.detail.starts_with("verify your e-mail address"), "{}", problem.detail);
}

async fn what_cannot_be_kept_is_named(market: Market) {
    let ana = market.artisan("Ana").await;
    let word = |length: usize| "x".repeat(length);
    let wrong = [
        ("/title", json!(" "), "title"),
        ("/title", json!(word(141)), "title"),
        ("/description", json!(word(10_001)), "description"),
        ("/tags", json!((0..14).map(|i| format!("tag {i}")).collect::<Vec<_>>()), "tags"),
        ("/materials", json!([word(61)]), "materials"),
        ("/options", json!(["A", "B", "C", "D"]), "options"),
        ("/options", json!(["Size"]), "variants.values"),
        ("/variants", json!([]), "variants"),
        ("/variants/0/stock", json!(-1), "variants.stock"),
        ("/variants/0/stock", json!(1_000_001), "variants.stock"),
        ("/variants/0/price/minor", json!(49), "variants.price"),
        ("/variants/0/price/minor", json!(i64::MAX), "variants.price"),
        ("/variants/0/price/currency", json!("USD"), "variants.price"),
        ("/variants/0/sku", json!(word(61)), "variants.sku"),
    ];
    for (place, value, field) in wrong {
        let mut draft = mug("Oat mug", 3800, 3);
        *draft.pointer_mut(place).unwrap_or(&mut Value::Null) = value.clone();
        if place == "/options" {
            draft["options"] = value;
        }
        let answer = ana.posts("/api/v1/listings", &draft).await;
        let problem: Problem = answer.expect(422);
        assert_eq!(problem.code, Code::Invalid);
        assert_eq!(problem.field.as_deref(), Some(field), "{place}: {}", problem.detail);
    }
    let page: Page<ListingSummary> = ana.gets("/api/v1/listings").await.expect(200);
    assert_eq!(page.items, [], "nothing of it was kept");
}

async fn an_edit_of_an_old_version_is_refused(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let path = format!("/api/v1/listings/{}", listing.id);
    let retitles = |title: &'static str, tag: &'static str| {
        ana.sends(Method::PATCH, &path, move |request| {
            request.header("if-match", tag).json(&json!({ "title": title }))
        })
    };
    let answer = retitles("Oat cup", "\"1\"").await;
    assert_eq!(answer.header("etag"), "\"2\"");
    let late: Problem = retitles("Oat beaker", "\"1\"").await.expect(409);
    assert!(late.detail.starts_with("“Oat cup” was changed elsewhere"), "{}", late.detail);
    let same: Listing = retitles("Oat cup", "*").await.expect(200);
    assert_eq!(same.version, 2, "nothing changed, so nothing is written");
    assert_eq!(retitles("Oat beaker", "yesterday").await.status, 422);
}

async fn a_renamed_listing_is_found_at_its_old_address(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = offers(&ana, &mug("Größe M, Tasse", 3800, 3)).await;
    assert!(listing.slug.starts_with("grosse-m-tasse-"), "{}", listing.slug);
    let renamed: Listing = edits(&ana, &listing, &json!({ "title": "Oat mug" })).await.expect(200);
    let answer = market.visitor().gets(&format!("/listings/{}", listing.slug)).await;
    assert_eq!(answer.status, 308);
    assert_eq!(answer.location(), format!("/listings/{}", renamed.slug));
    assert_eq!(market.visitor().gets(answer.location()).await.status, 200);
}

/// Pieces of a variant as the shelf has them, and as the movements sum them up.
async fn pieces(market: &Market, listing: &Listing) -> (i64, i64, i64) {
    let sql = server::sql!(
        "SELECT v.available, l.available,
                (SELECT CAST(COALESCE(SUM(m.change), 0) AS BIGINT) FROM stock_movements m
                  WHERE m.variant_id = v.id)
           FROM variants v JOIN listings l ON l.id = v.listing_id WHERE v.id = $1"
    );
    market.state.db.read(sql).bind(listing.variants[0].id).one().await.unwrap()
}

/// So many buyers at the same moment, each for one piece; what each of them was told.
async fn rush(market: &Market, listing: &Listing, buyers: usize) -> Vec<Result<(), String>> {
    let start = Arc::new(Barrier::new(buyers));
    let variant = listing.variants[0].id;
    let tasks: Vec<_> = (0..buyers)
        .map(|number| {
            let (state, start) = (market.state.clone(), start.clone());
            let order = Id::from_uuid(uuid::Uuid::from_u128(number.try_into().unwrap()));
            tokio::spawn(async move {
                start.wait().await;
                let mut tx = state.db.begin().await.map_err(|error| error.to_string())?;
                let held = server::listings::hold(&state, &mut tx, order, &[(variant, 1)]).await;
                held.map_err(|error| error.to_string())?;
                tx.commit().await.map_err(|error| error.to_string())
            })
        })
        .collect();
    let mut told = Vec::new();
    for task in tasks {
        told.push(task.await.unwrap());
    }
    told
}

async fn the_last_piece_goes_to_one_of_many(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = offers(&ana, &mug("Oat mug", 3800, 1)).await;
    let told = rush(&market, &listing, 64).await;
    assert_eq!(told.len(), 64);
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1);
    for refused in told.iter().filter_map(|told| told.as_ref().err()) {
        assert_eq!(refused, "“Oat mug” is no longer available");
    }
    assert_eq!(pieces(&market, &listing).await, (0, 0, 0));
    let visitor = market.visitor();
    assert!(!sees(&visitor, "/c/clay", "Oat mug").await, "sold out, so off the lists");
    assert!(sees(&visitor, &format!("/listings/{}", listing.slug), "Oat mug").await);

    let order = Id::from_uuid(uuid::Uuid::from_u128(0));
    let mut tx = market.state.db.begin().await.unwrap();
    let line = [(listing.variants[0].id, 1)];
    server::listings::release(&market.state, &mut tx, order, &line).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(pieces(&market, &listing).await, (1, 1, 1));
    assert!(sees(&visitor, "/c/clay", "Oat mug").await, "for sale again");
}

async fn many_pieces_are_never_sold_twice(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = offers(&ana, &mug("Oat mug", 3800, 7)).await;
    let told = rush(&market, &listing, 32).await;
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 7);
    assert_eq!(pieces(&market, &listing).await, (0, 0, 0));
}

async fn the_state_follows_the_stock(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = offers(&ana, &mug("Oat mug", 3800, 0)).await;
    assert_eq!(listing.status, ListingStatus::SoldOut, "published without a piece");
    let variant = listing.variants[0].id;
    let stock = |stock: i64| json!({ "variants": [{ "id": variant, "stock": stock }] });
    let back: Listing = edits(&ana, &listing, &stock(2)).await.expect(200);
    assert_eq!(back.status, ListingStatus::Active);
    assert_eq!(pieces(&market, &listing).await, (2, 2, 2));
    let gone: Listing = edits(&ana, &listing, &stock(0)).await.expect(200);
    assert_eq!(gone.status, ListingStatus::SoldOut);
    let paused: Listing = does(&ana, &listing, "pause").await.expect(200);
    assert_eq!(paused.status, ListingStatus::Paused);
    let still: Listing = edits(&ana, &listing, &stock(5)).await.expect(200);
    assert_eq!(still.status, ListingStatus::Paused, "stock alone does not bring it back");
    does(&ana, &listing, "archive").await.expect::<Listing>(200);
    let problem: Problem = does(&ana, &listing, "pause").await.expect(409);
    assert_eq!(problem.detail, "a listing that is archived cannot become paused");
    let again: Listing = does(&ana, &listing, "publish").await.expect(200);
    assert_eq!(again.status, ListingStatus::Active);
}

async fn an_artisan_pages_through_her_listings(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    drafts(&ben, &mug("Not hers", 3800, 1)).await;
    for number in 1..=5 {
        drafts(&ana, &mug(&format!("Mug {number}"), 3800, number)).await;
        a_second_passes(&ana).await;
    }
    let mut titles = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/listings?limit=2{after}");
        let page: Page<ListingSummary> = ana.gets(&path).await.expect(200);
        titles.extend(page.items.into_iter().map(|row| (row.title, row.available, row.sku)));
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    let wanted: Vec<_> =
        (1..=5).rev().map(|n| (format!("Mug {n}"), n, "MUG-1".to_owned())).collect();
    assert_eq!(titles, wanted);
    let active: Page<ListingSummary> = ana.gets("/api/v1/listings?status=active").await.expect(200);
    assert_eq!(active.items, []);
    let problem: Problem = ana.gets("/api/v1/listings?after=2").await.expect(422);
    assert_eq!(problem.field.as_deref(), Some("after"));
}

async fn a_row_pairs_the_lowest_price_with_its_sku(market: Market) {
    let ana = market.artisan("Ana").await;
    let mut draft = mug("Oat mug", 3800, 3);
    let variant = |sku: &str, size: &str, minor: i64| json!({ "sku": sku, "values": [size], "price": { "minor": minor, "currency": "EUR" }, "stock": 1 });
    draft["options"] = json!(["Size"]);
    draft["variants"] = json!([
        variant("MUG-L", "large", 4200),
        variant("MUG-S", "small", 3100),
        variant("MUG-M", "middle", 3800)
    ]);
    drafts(&ana, &draft).await;
    let page: Page<ListingSummary> = ana.gets("/api/v1/listings").await.expect(200);
    let [row] = page.items.as_slice() else { panic!("one listing: {page:?}") };
    assert_eq!((row.sku_label().as_str(), row.price_label().as_str()), ("MUG-S +2", "from €31.00"));
    assert_eq!(row.highest.minor(), 4200);
}

/// Titles on a page of cards, in order.
fn titles(answer: &Answer) -> Vec<String> {
    let words = answer.words();
    words.lines().filter(|line| line.starts_with("Mug ")).map(str::to_owned).collect()
}

async fn shelves_are_paged_by_age_and_by_price(market: Market) {
    let ana = market.artisan("Ana").await;
    for number in 1..=30 {
        let price = 1000 + (number * 7 % 30) * 100;
        offers(&ana, &mug(&format!("Mug {number}"), price, 1)).await;
        a_second_passes(&ana).await;
    }
    let visitor = market.visitor();
    let first = titles(&visitor.gets("/c/clay").await);
    let newest: Vec<_> = (7..=30).rev().map(|number| format!("Mug {number}")).collect();
    assert_eq!(first, newest);
    let cheapest = titles(&visitor.gets("/c/clay?sort=price").await);
    let mut by_price: Vec<i64> = (1..=30).collect();
    by_price.sort_by_key(|number| number * 7 % 30);
    let wanted: Vec<_> =
        by_price.into_iter().take(24).map(|number| format!("Mug {number}")).collect();
    assert_eq!(cheapest, wanted);
}

async fn an_account_has_one_shop_and_each_shop_its_own_address(market: Market) {
    let (ana, ben) = (market.terminal("Ana").await, market.terminal("Ben").await);
    let clay = json!({ "name": "  Tón &  Hlína ", "place": "Brno" });
    assert_eq!(ana.gets("/api/v1/shop").await.status, 404);
    let first: Shop = ana.posts("/api/v1/shop", &clay).await.expect(201);
    assert_eq!((first.slug.as_str(), first.name.as_str()), ("ton-and-hlina", "Tón & Hlína"));
    assert_eq!(ana.posts("/api/v1/shop", &clay).await.status, 409);
    assert_eq!(ben.posts("/api/v1/shop", &clay).await.status, 422, "somebody else has the name");
    let name = |name: &str| json!({ "name": name });
    let second: Shop = ben.posts("/api/v1/shop", &name("Tón")).await.expect(201);
    assert_eq!(second.slug, "ton");

    let rename = |person| async move {
        let request = |request: reqwest::RequestBuilder| request.json(&name("陶器"));
        Person::sends(person, Method::PATCH, "/api/v1/shop/profile", request)
            .await
            .expect::<Shop>(200)
    };
    let renamed = rename(&ana).await;
    assert_eq!((renamed.slug, renamed.name.as_str()), (first.slug, "陶器"), "its address stays");
    let problem: Problem = ben
        .sends(Method::PATCH, "/api/v1/shop/profile", |request| request.json(&name("x")))
        .await
        .expect(422);
    assert_eq!(problem.field.as_deref(), Some("name"));

    let fees: Fees = ana.gets("/api/v1/shop/fees?price=24.00").await.expect(200);
    assert_eq!((fees.commission.minor(), fees.you_get.minor()), (156, 2244));
}
