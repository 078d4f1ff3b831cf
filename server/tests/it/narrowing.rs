//! Narrowing a list: every count is what a click shows, every limit can be dropped, and who finds
//! nothing is told where something is.

use api::listing::Listing;
use serde_json::json;

use crate::listings::{a_second_passes, does, mug, offers};
use crate::market::{Answer, Market, on_both_engines};
use crate::search::{comes_to_find, found, titles};

on_both_engines![
    every_count_is_what_a_click_shows,
    what_is_sold_out_or_away_is_shown_to_who_asks,
    what_cannot_be_bought_yet_says_so_and_is_not_ready,
    signs_without_a_word_find_nothing,
    who_finds_nothing_is_told_where_something_is,
    a_page_says_what_was_not_understood,
    robots_keep_whole_shelves_only,
];

/// Three shops with a few pieces each, found by the word “oat”. Ana and Ben send within a week but
/// for one piece that is made to order; Cleo does not say.
async fn furnished(market: &Market) {
    let mut number = 0;
    for (who, category, pieces) in [
        ("Ana", "clay", vec![("Stoneware", 1900), ("stoneware", 2500), ("Porcelain", 5000)]),
        ("Ben", "wood", vec![("Oak", 3000), ("Ash", 9900), ("oak", 26_000)]),
        ("Cleo", "clay", vec![("Stoneware", 4900), ("Earthenware", 700)]),
    ] {
        let artisan = market.seller(who).await;
        let lead_time = json!({ "custom_work": "no", "lead_time": { "from": 1, "to": 7 } });
        if who != "Cleo" {
            let told =
                artisan.patches("/api/v1/shop/profile", &json!({ "policies": lead_time })).await;
            assert_eq!(told.status, 200, "{}", told.body);
        }
        for (material, price) in pieces {
            number += 1;
            let mut draft = mug(&format!("Oat piece {number}"), price, 1);
            draft["category"] = json!(category);
            draft["materials"] = json!([material]);
            draft["attributes"] = match number {
                1 => json!({ "glaze": "matt", "colour": "blue" }),
                2 => json!({ "glaze": "satin", "colour": ["blue", "white"], "dishwasher": true }),
                3 => json!({ "glaze": "matt", "dishwasher": false }),
                4 => json!({ "finish": "oiled", "colour": "white" }),
                7 => json!({ "glaze": "matt", "colour": "white", "dishwasher": true }),
                _ => json!({}),
            };
            if number == 3 {
                draft["making"] = json!({ "kind": "to_order", "from": 10, "to": 14, "weekly": 2 });
            }
            offers(&artisan, &draft).await;
        }
    }
    comes_to_find(market, "q=oat+8", &["Oat piece 8"]).await;
}

/// Address and count of every choice of a page: what a browser would send with one more tick.
fn choices(page: &Answer, path: &str, query: &str) -> Vec<(String, u64)> {
    let count = |text: &str| {
        let words = crate::market::words_of(text);
        let (_, count) = words.rsplit_once('(').expect("a count");
        count.trim_end().trim_end_matches(')').parse().expect("a number")
    };
    let mut choices = Vec::new();
    for field in page.body.split("<label class=\"check\"><input ").skip(1) {
        let (field, _) = field.split_once("</label>").expect("an end");
        let value = |name: &str| {
            let (_, value) = field.split_once(&format!("{name}=\"")).expect("an attribute");
            value.split_once('"').expect("an end").0.to_owned()
        };
        let (_, label) = field.split_once('>').expect("a label");
        if !field.contains(" checked") {
            let address = format!("{path}?{query}&{}={}", value("name"), value("value"));
            choices.push((address, count(label)));
        }
    }
    let bands = page.body.split_once("<ul class=\"l bands\">").expect("bands").1;
    for band in bands.split_once("</ul>").expect("an end").0.split("href=\"").skip(1) {
        let (address, rest) = band.split_once('"').expect("an end");
        let (_, label) = rest.split_once('>').expect("a label");
        choices.push((address.replace("&#38;", "&"), count(label)));
    }
    choices
}

fn pieces(page: &Answer) -> u64 {
    u64::try_from(titles(page).len()).expect("a number")
}

async fn every_count_is_what_a_click_shows(market: Market) {
    furnished(&market).await;
    let visitor = market.visitor();
    let starts = [
        ("/search", "q=oat", 20),
        ("/search", "", 20),
        ("/c/clay", "", 20),
        ("/c/clay", "glaze=matt", 15),
        ("/c/clay", "dishwasher=yes&glaze=satin&glaze=matt", 12),
        ("/search", "category=clay&dishwasher=yes", 15),
        ("/search", "ready=7&material=stoneware", 11),
        ("/c/clay", "stock=all&ready=14", 11),
        ("/search", "q=oat&material=stoneware", 11),
        ("/search", "category=clay&min=20&max=60", 11),
    ];
    for (path, query, least) in starts {
        let page = visitor.gets(&format!("{path}?{query}")).await;
        let choices = choices(&page, path, query);
        assert!(choices.len() >= least, "{path}?{query}: {choices:?}");
        for (address, count) in choices {
            let shown = pieces(&visitor.gets(&address).await);
            // A further tick of a chosen facet adds to what is chosen already.
            let adds = ["material=", "glaze=", "dishwasher="].into_iter().any(|name| {
                let asked = query.matches(name).count();
                asked > 0 && address.matches(name).count() > asked
            });
            let count = if adds { count + pieces(&page) } else { count };
            assert_eq!(shown, count, "{address}");
        }
    }
    assert_eq!(found(&market, "q=oat&ready=3").await, [""; 0]);
    assert_eq!(found(&market, "q=oat&ready=7").await.len(), 5, "of Cleo's nothing is known");
    assert_eq!(found(&market, "q=oat&ready=14").await.len(), 6);
    let page = visitor.gets("/c/clay?ready=3").await;
    assert!(page.words().contains("Whenever it is ready (5)"), "{}", page.words());
    let page = visitor.gets("/c/clay?ready=14&max=100").await;
    assert!(page.body.contains("href=\"/c/clay?max=100\""), "{}", page.words());
    assert!(page.body.contains("name=\"ready\" value=\"14\" checked"), "{}", page.words());
    let both = found(&market, "material=Stoneware&material=oak&shop=anas-workshop").await;
    assert_eq!(both.len(), 2, "in whatever letters it was typed: {both:?}");
    let page = visitor.gets("/search?q=oat&material=oak&max=50").await.body;
    for without in ["href=\"/search?q=oat&#38;max=50\"", "href=\"/search?q=oat&#38;material=oak\""]
    {
        assert!(page.contains(without), "{without}");
    }
}

async fn what_is_sold_out_or_away_is_shown_to_who_asks(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.seller("Ben").await);
    let sold = offers(&ana, &mug("Oat mug, gone", 3800, 1)).await;
    a_second_passes(&ana).await;
    offers(&ana, &mug("Oat mug, here", 3800, 1)).await;
    a_second_passes(&ana).await;
    offers(&ben, &mug("Oat mug, away", 3800, 1)).await;
    let order = api::Id::from_uuid(uuid::Uuid::from_u128(1));
    let mut tx = market.state.db.begin().await.unwrap();
    let line = [(sold.variants[0].id, 1)];
    server::listings::hold(&market.state, &mut tx, order, &line).await.unwrap();
    tx.commit().await.unwrap();
    let lead_time = json!({ "custom_work": "no", "lead_time": { "from": 1, "to": 3 } });
    for person in [&ana, &ben] {
        person.patches("/api/v1/shop/profile", &json!({ "policies": lead_time })).await;
    }
    ben.posts("/api/v1/shop/pause", &json!({ "until": "2026-11-24T00:00:00Z" })).await;

    let sorted = async |query: &str| {
        let mut titles = found(&market, query).await;
        titles.sort_unstable();
        titles
    };
    let all = ["Oat mug, away", "Oat mug, gone", "Oat mug, here"];
    let by_age = ["Oat mug, away", "Oat mug, here", "Oat mug, gone"];
    comes_to_find(&market, "q=oat&stock=all", &by_age).await;
    comes_to_find(&market, "q=oat&stock=ready", &["Oat mug, here"]).await;
    comes_to_find(&market, "q=oat&stock=all&ready=3", &["Oat mug, here"]).await;
    assert_eq!(sorted("q=oat").await, ["Oat mug, away", "Oat mug, here"]);
    assert_eq!(sorted("q=oat&stock=all").await, all);
    let page = market.visitor().gets("/c/clay?stock=all").await;
    assert!(page.words().contains("Sold out") && page.words().contains("On holiday"));
    let hours = json!({ "advance_seconds": 48 * 3600 });
    ana.posts("/api/v1/simulator/clock", &hours).await;
    let back = ["Oat mug, away", "Oat mug, here"];
    assert_eq!(sorted("q=oat&stock=ready").await, back, "the holiday ends by itself");
    does(&ana, &sold, "archive").await.expect::<Listing>(200);
    assert_eq!(sorted("q=oat&stock=all").await, back, "at once, whatever the index knows");
}

async fn what_cannot_be_bought_yet_says_so_and_is_not_ready(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.artisan("Ben").await);
    offers(&ana, &mug("Oat mug, here", 3800, 1)).await;
    a_second_passes(&ana).await;
    offers(&ben, &mug("Oat mug, soon", 3800, 1)).await;
    comes_to_find(&market, "q=oat", &["Oat mug, soon", "Oat mug, here"]).await;
    assert_eq!(found(&market, "q=oat&stock=ready").await, ["Oat mug, here"]);
    let page = market.visitor().gets("/search?q=oat").await.words();
    assert_eq!(page.matches("Not for sale yet").count(), 1, "{page}");
    assert!(page.contains("To be ordered now: no shop on holiday (1)"), "{page}");

    let form = json!({ "complete_test_data": true });
    assert_eq!(ben.posts("/api/v1/shop/onboarding", &form).await.status, 200);
    comes_to_find(&market, "q=oat&stock=ready", &["Oat mug, soon", "Oat mug, here"]).await;
    assert!(!market.visitor().gets("/").await.words().contains("Not for sale yet"));
}

async fn signs_without_a_word_find_nothing(market: Market) {
    let ana = market.seller("Ana").await;
    offers(&ana, &mug("Oat mug", 3800, 1)).await;
    comes_to_find(&market, "q=oat", &["Oat mug"]).await;
    for signs in ["!!!", "🏺", "%E2%80%93", &"a".repeat(200)] {
        let page = market.visitor().gets(&format!("/search?q={signs}")).await;
        assert_eq!((page.status, titles(&page).len()), (200, 0), "{signs}: {}", page.words());
        assert!(page.words().contains("No piece fits"), "{signs}: {}", page.words());
    }
}

async fn who_finds_nothing_is_told_where_something_is(market: Market) {
    let ana = market.artisan("Ana").await;
    offers(&ana, &mug("Slate bowl for berries", 5200, 3)).await;
    offers(&ana, &mug("Oat mug", 3800, 3)).await;
    comes_to_find(&market, "q=oat", &["Oat mug"]).await;
    let visitor = market.visitor();

    let typo = visitor.gets("/search?q=slaet+bowl").await;
    assert_eq!(titles(&typo), ["Slate bowl for berries"]);
    assert!(typo.words().contains("No piece has “slaet bowl”. Shown is slate bowl."));
    assert!(typo.body.contains("href=\"/search?q=slate+bowl\""));

    let two = visitor.gets("/search?q=oat+bowl").await;
    assert_eq!(titles(&two), [""; 0]);
    assert!(two.body.contains("href=\"/search?q=oat\"") && two.words().contains("“oat” alone (1)"));

    let both = visitor.gets("/search?q=zz+mug&min=1000").await;
    assert!(both.body.contains("href=\"/search?q=mug\""), "{}", both.words());
    let dear = visitor.gets("/search?q=oat&min=1000&category=wood").await;
    assert!(dear.words().contains("Without any limit") && dear.words().contains("Clay"));
    let dear = visitor.gets("/c/clay?q=oat&min=1000").await;
    assert!(dear.words().contains("At any price (1)"), "{}", dear.words());
    assert!(dear.body.contains("href=\"/c/clay?q=oat\""));
}

async fn a_page_says_what_was_not_understood(market: Market) {
    let visitor = market.visitor();
    for (query, words) in [
        ("min=cheap", "“cheap”"),
        ("category=stone", "There is no shelf “stone”"),
        ("sort=best+ones", "There is no order “best ones”"),
        ("min=9&max=3", "No price is at least"),
    ] {
        let page = visitor.gets(&format!("/search?{query}")).await;
        assert_eq!(page.status, 200);
        assert!(page.words().contains(words), "{query}: {}", page.words());
    }
    for list in ["/search?q=oat&after=24", "/c/clay?after=24", "/search?q=oat&after=1.2.3"] {
        assert_eq!(visitor.gets(list).await.status, 422, "{list}");
    }
}

async fn robots_keep_whole_shelves_only(market: Market) {
    furnished(&market).await;
    let visitor = market.visitor();
    let canonical = "<link rel=\"canonical\" href=\"http://";
    for (list, kept) in [
        ("/c/clay", true),
        ("/c/clay?sort=price", true),
        ("/c/clay?material=stoneware", true),
        ("/c/clay?material=stoneware&max=30", false),
        ("/c/clay?q=oat", false),
        ("/search", false),
        ("/search?q=oat", false),
    ] {
        let page = visitor.gets(list).await.body;
        assert_eq!(!page.contains("content=\"noindex, follow\""), kept, "{list}");
        if list.starts_with("/c/") {
            let (_, own) = page.split_once(canonical).expect("an address of its own");
            assert!(own.split_once('"').expect("an end").0.ends_with("/c/clay"), "{list}");
        }
    }
}
