//! Finding things: the index follows the shelf, forgives, filters, and can be lost.

use std::time::Duration;

use api::listing::Listing;
use serde_json::json;

use crate::listings::{a_second_passes, does, drafts, edits, mug, offers};
use crate::market::{Answer, Engine, Market, on_both_engines};

on_both_engines![
    words_are_found_in_every_form,
    only_what_is_for_sale_is_found,
    shelf_and_price_narrow_what_is_found,
    a_long_list_is_paged_without_gaps,
    a_page_begins_behind_the_one_before_whatever_came_or_went,
    what_may_be_meant_is_suggested,
];

/// Titles found, in order, for a query string.
pub(crate) async fn found(market: &Market, query: &str) -> Vec<String> {
    let answer = market.visitor().gets(&format!("/search?{query}")).await;
    assert_eq!(answer.status, 200, "{query}");
    titles(&answer)
}

/// Titles of the pieces on a page, in order.
pub(crate) fn titles(page: &Answer) -> Vec<String> {
    let (_, cards) = page.body.split_once("<ul class=\"grid\">").unwrap_or_default();
    let cards = cards.split("<li class=\"card\">").skip(1);
    let titles = cards.filter_map(|card| card.split_once("<h3>")?.1.split_once("</h3>"));
    titles.map(|(title, _)| crate::market::words_of(title).trim().to_owned()).collect()
}

/// What is suggested to somebody who types this.
async fn suggested(market: &Market, text: &str) -> Vec<String> {
    market.visitor().gets(&format!("/search/suggestions?q={text}")).await.expect(200)
}

async fn what_may_be_meant_is_suggested(market: Market) {
    let ana = market.artisan("Ana").await;
    offers(&ana, &mug("Große Schüssel", 5200, 3)).await;
    offers(&ana, &mug("Oat mug", 3800, 3)).await;
    let gone = offers(&ana, &mug("Oat schale", 3800, 3)).await;
    for title in ["Große Schüssel", "Oat mug", "Oat schale"] {
        comes_to_find(&market, &format!("q={}", title.replace(' ', "+")), &[title]).await;
    }
    assert_eq!(suggested(&market, "sch").await, ["schale", "schüssel"]);
    assert_eq!(suggested(&market, "oat%20sch").await, ["oat schale"], "with the words before");
    assert_eq!(suggested(&market, "GRO%C3%9FE%20Sch%C3%BC").await, ["große schüssel"]);
    for nothing in
        ["", "s", "oat%20", "sch%20oat%20x", "schale", "%F0%9F%8D%B5", "a%20b%20c%20d%20e%20sch"]
    {
        assert!(suggested(&market, nothing).await.is_empty(), "{nothing}");
    }
    does(&ana, &gone, "archive").await;
    let following = async {
        while suggested(&market, "sch").await != ["schüssel"] {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let followed = tokio::time::timeout(Duration::from_secs(20), following).await;
    assert!(followed.is_ok(), "what is gone is suggested still");
    assert_eq!(market.visitor().gets("/search/suggestions").await.status, 200);
}

/// Waits until the index has followed and a query finds just these.
pub(crate) async fn comes_to_find(market: &Market, query: &str, wanted: &[&str]) {
    let following = async {
        while found(market, query).await != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(20), following).await;
    assert!(came.is_ok(), "{query}: {:?} instead of {wanted:?}", found(market, query).await);
}

async fn words_are_found_in_every_form(market: Market) {
    let ana = market.artisan("Ana").await;
    offers(&ana, &mug("Oat mug with a broad handle", 3800, 3)).await;
    offers(&ana, &mug("Slate bowl for berries", 5200, 3)).await;
    comes_to_find(&market, "q=bowl", &["Slate bowl for berries"]).await;
    for query in ["q=mugs", "q=OAT+handles", "q=broad+han", "q=m%C3%BCg", "q=mug+with+the"] {
        assert_eq!(found(&market, query).await, ["Oat mug with a broad handle"], "{query}");
    }
    for query in ["q=berry", "q=slaet", "q=berrise", "q=kitchen+bowl", "q=workshop+slate"] {
        assert_eq!(found(&market, query).await, ["Slate bowl for berries"], "{query}");
    }
    assert_eq!(found(&market, "q=stoneware").await.len(), 2);
    for query in ["q=oat+bowl", "q=teapot", "q=%22xyzzy%27)(*%3A+OR"] {
        assert_eq!(found(&market, query).await, [""; 0], "{query}");
    }
}

async fn only_what_is_for_sale_is_found(market: Market) {
    let ana = market.artisan("Ana").await;
    let mugs = offers(&ana, &mug("Oat mug", 3800, 1)).await;
    drafts(&ana, &mug("Oat mug, a draft", 3800, 1)).await;
    comes_to_find(&market, "q=oat", &["Oat mug"]).await;

    let order = api::Id::from_uuid(uuid::Uuid::from_u128(1));
    let mut tx = market.state.db.begin().await.unwrap();
    let line = [(mugs.variants[0].id, 1)];
    server::listings::hold(&market.state, &mut tx, order, &line).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&market, "q=oat").await, [""; 0], "at once, whatever the index knows");

    let mut tx = market.state.db.begin().await.unwrap();
    server::listings::release(&market.state, &mut tx, order, &line).await.unwrap();
    tx.commit().await.unwrap();
    comes_to_find(&market, "q=oat", &["Oat mug"]).await;
    edits(&ana, &mugs, &json!({ "title": "Rye mug" })).await.expect::<Listing>(200);
    comes_to_find(&market, "q=rye", &["Rye mug"]).await;
    comes_to_find(&market, "q=oat", &[]).await;
    does(&ana, &mugs, "pause").await.expect::<Listing>(200);
    comes_to_find(&market, "q=rye", &[]).await;
}

async fn shelf_and_price_narrow_what_is_found(market: Market) {
    let ana = market.artisan("Ana").await;
    for (title, category, price) in [
        ("Oat mug", "clay", 3800),
        ("Oat spoon", "wood", 1200),
        ("Oat bowl", "clay", 5200),
        ("Oat blanket", "textiles", 14_000),
    ] {
        let mut draft = mug(title, price, 1);
        draft["category"] = json!(category);
        offers(&ana, &draft).await;
        a_second_passes(&ana).await;
    }
    let newest = ["Oat blanket", "Oat bowl", "Oat spoon", "Oat mug"];
    comes_to_find(&market, "q=oat&sort=newest", &newest).await;
    let cheapest = ["Oat spoon", "Oat mug", "Oat bowl", "Oat blanket"];
    assert_eq!(found(&market, "q=oat&sort=price").await, cheapest);
    assert_eq!(found(&market, "q=oat&category=clay&sort=price").await, ["Oat mug", "Oat bowl"]);
    assert_eq!(found(&market, "q=oat&min=38&max=52&sort=price").await, ["Oat mug", "Oat bowl"]);
    assert_eq!(found(&market, "q=oat&max=37.99").await, ["Oat spoon"]);
}

/// The address of the following page.
fn next(page: &Answer) -> Option<String> {
    let (_, link) = page.body.split_once("rel=\"next\" href=\"")?;
    Some(link.split_once('"')?.0.replace("&#38;", "&"))
}

/// Every title of a list, page by page; `between` happens after the first page.
async fn leafs(market: &Market, list: &str, between: impl AsyncFnOnce()) -> Vec<String> {
    let visitor = market.visitor();
    let mut page = visitor.gets(list).await;
    let mut all = titles(&page);
    assert_eq!(all.len(), 24, "{list}");
    between().await;
    while let Some(next) = next(&page) {
        page = visitor.gets(&next).await;
        assert_eq!(page.status, 200, "{next}");
        all.extend(titles(&page));
    }
    all
}

async fn a_long_list_is_paged_without_gaps(market: Market) {
    let ana = market.seller("Ana").await;
    for number in 0..60 {
        // Two of a price, all of one moment: only the id tells them apart.
        offers(&ana, &mug(&format!("Mug {number}"), 1000 + number / 2, 1)).await;
    }
    comes_to_find(&market, "q=mug+59", &["Mug 59"]).await;
    for list in ["/search?q=mug", "/search?sort=price", "/c/clay?", "/c/clay?stock=ready"] {
        for sort in ["best", "newest", "price", "price-down"] {
            let list = format!("{list}&sort={sort}").replace("?&", "?");
            let mut all = leafs(&market, &list, async || ()).await;
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 60, "{list}");
        }
    }
    let cheapest = leafs(&market, "/search?q=mug&sort=price", async || ()).await;
    let dearest = leafs(&market, "/c/clay?sort=price-down", async || ()).await;
    assert!(cheapest.iter().eq(dearest.iter().rev()), "{cheapest:?} {dearest:?}");
}

async fn a_page_begins_behind_the_one_before_whatever_came_or_went(market: Market) {
    let ana = market.artisan("Ana").await;
    let mut mugs = Vec::new();
    for number in 0..50 {
        mugs.push(offers(&ana, &mug(&format!("Mug {number}"), 1000 + number, 1)).await);
        a_second_passes(&ana).await;
    }
    comes_to_find(&market, "q=mug&min=10.49", &["Mug 49"]).await;
    let wanted: Vec<_> = (0..50).rev().map(|number| format!("Mug {number}")).collect();
    for (round, list) in
        ["/search?q=mug", "/search?q=mug&sort=newest", "/c/clay"].iter().enumerate()
    {
        let gone = &mugs[49 - round];
        let all = leafs(&market, list, async || {
            does(&ana, gone, "pause").await.expect::<Listing>(200);
            a_second_passes(&ana).await;
            let newer = format!("Newer mug {round}");
            offers(&ana, &mug(&newer, 9000, 1)).await;
            comes_to_find(&market, &format!("q=newer+{round}"), &[&newer]).await;
        })
        .await;
        let old: Vec<_> = all.into_iter().filter(|title| !title.starts_with("Newer")).collect();
        assert_eq!(old, wanted[round..], "{list}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_an_index_makes_one() {
    let market = Market::start(Engine::Sqlite).await;
    let ana = market.artisan("Ana").await;
    offers(&ana, &mug("Oat mug", 3800, 1)).await;
    let database = market.state.config.database_url.clone();
    let other = Market::start_with(Engine::Sqlite, |config| config.database_url = database).await;
    assert_eq!(found(&other, "q=oat").await, ["Oat mug"], "ready only once it is caught up");
}
