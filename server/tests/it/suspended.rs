//! A suspended shop: nobody sees or buys from it, its artisan goes on with what was begun, and it
//! comes back as it was.

use std::io::{Cursor, Read as _};
use std::time::{Duration, Instant};

use api::account::Me;
use api::event::EventKind;
use api::order::{Order, OrderStatus};
use api::problem::{Code, Problem};
use api::shop::Shop;
use api::today::Today;
use reqwest::Method;
use serde_json::{Value, json};
use server::config::Config;

use crate::letters::{bodies_to, letter_with};
use crate::market::{Engine, Market, PASSWORD, Person, email_of, on_both_engines};
use crate::shopping::{GOOD_CARD, Piece};
use crate::staff::REASON;

on_both_engines![
    nobody_sees_it_and_it_comes_back_as_it_was,
    nothing_of_it_can_be_bought,
    what_was_begun_goes_on,
    its_artisan_changes_nothing_and_is_told_why,
    its_artisan_is_told_before_she_types,
    its_artisan_reads_it_in_her_terminal,
    its_artisan_takes_her_data_and_leaves,
];

async fn lifts(staff: &Person, id: &str) {
    assert_eq!(staff.submits(&format!("/staff/shops/{id}/lift"), &[]).await.status, 303);
}

/// Waits until the search index has followed, and a word finds so many pieces.
async fn comes_to_find(market: &Market, word: &str, pieces: usize) {
    let following = async {
        loop {
            let page = market.visitor().gets(&format!("/search?q={word}")).await;
            let words = if pieces == 0 { "No piece fits" } else { &format!("{pieces} pieces") };
            if page.words().contains(words) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(20), following).await;
    assert!(came.is_ok(), "{}", market.visitor().gets(&format!("/search?q={word}")).await.words());
}

async fn nobody_sees_it_and_it_comes_back_as_it_was(market: Market) {
    let (ines, omar) = (market.seller("Ines").await, market.seller("Omar").await);
    let mug = ines.offers("Oatmeal mug", 2400, 3).await;
    ines.offers("Oatmeal bowl", 2600, 1).await;
    omar.offers("Slate jug", 5200, 2).await;
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let renamed = json!({ "name": "Ines makes" });
    assert_eq!(ines.patches("/api/v1/shop/profile", &renamed).await.status, 200);
    let now: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let maker: Value = ines.gets("/api/v1/me").await.expect(200);
    let maker = format!("/people/{}", maker["account"]["id"].as_str().unwrap());
    let maps = ["/sitemap/listings.xml", "/sitemap/shops.xml"];
    let pages = ["/", "/c/clay", maps[0], maps[1], &maker, "/search?q=&sort=price"];
    let own = [
        format!("/listings/{}", mug.slug),
        format!("/shops/{}", now.slug),
        format!("/shops/{}", shop.slug),
    ];
    comes_to_find(&market, "oatmeal", 2).await;
    let visitor = market.visitor();
    let looks = async |path: &str| {
        let answer = visitor.gets(path).await;
        (answer.status, answer.body)
    };
    let mut before = Vec::new();
    for path in pages.into_iter().chain(own.iter().map(String::as_str)) {
        let seen = looks(path).await;
        assert!([200, 301].contains(&seen.0), "{path}: {}", seen.0);
        before.push((path, seen));
    }
    let stella = market.staff("Stella").await;
    let id = market.suspends(&stella, &ines).await;
    comes_to_find(&market, "oatmeal", 0).await;
    for path in &own {
        let gone = visitor.gets(path).await;
        assert_eq!(gone.status, 404, "{path}");
        assert!(!gone.body.contains("suspended"), "a page that is not there: {path}");
    }
    for path in pages {
        let (status, page) = looks(path).await;
        assert_eq!(status, 200, "{path}");
        for word in ["Oatmeal", "Ines makes", "oatmeal-", now.slug.as_str(), id.as_str()] {
            assert!(!page.contains(word), "{path} tells {word}: {page}");
        }
    }
    assert!(looks("/").await.1.contains("Slate jug"), "others are shown");
    lifts(&stella, &id).await;
    comes_to_find(&market, "oatmeal", 2).await;
    for (path, seen) in before {
        assert_eq!(looks(path).await, seen, "{path}");
    }
}

async fn nothing_of_it_can_be_bought(market: Market) {
    let (ines, omar) = (market.seller("Ines").await, market.seller("Omar").await);
    let (mug, jug) = (ines.offers("Mug", 2400, 3).await, omar.offers("Jug", 5200, 2).await);
    let ana = market.visitor();
    ana.takes(&mug, 1).await;
    ana.takes(&jug, 1).await;
    let form = ana.fills_in("ana@example.org").await;
    let stella = market.staff("Stella").await;
    let id = market.suspends(&stella, &ines).await;

    let refused = ana.orders(&form).await;
    assert_eq!(refused.status, 409, "a form that was filled in before");
    assert!(refused.words().contains("no longer available"), "{}", refused.words());
    assert_eq!(market.charges().await, 0);
    let cart = ana.gets("/cart").await.words();
    assert!(cart.contains("No longer available. Remove it to go on."), "{cart}");
    let variant = mug.variant.to_string();
    let more = [("variant", variant.as_str()), ("quantity", "1")];
    let late = market.visitor().submits("/cart/lines", &more).await;
    assert_ne!(late.status, 303, "nor put into a cart: {}", late.words());
    let out = ana.submits(&format!("/cart/lines/{variant}"), &[("quantity", "0")]).await;
    assert_eq!(out.status, 303);
    let payment = ana.checks_out().await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303, "what others sell is bought");
    market.settle().await;
    assert_eq!(ines.has_left(&mug).await, 3);
    assert_eq!(omar.has_left(&jug).await, 1);

    lifts(&stella, &id).await;
    let ben = market.visitor();
    ben.buys(&mug).await;
    market.settle().await;
    assert_eq!(ines.has_left(&mug).await, 2);
    market.holds().await;
}

async fn what_was_begun_goes_on(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Mug", 2400, 5).await;
    let (ana, ben) = (market.visitor(), market.visitor());
    ana.buys(&mug).await;
    market.settle().await;
    ben.takes(&mug, 1).await;
    let open = ben.checks_out().await;
    let stella = market.staff("Stella").await;
    market.suspends(&stella, &ines).await;

    assert_eq!(ben.pays(&open, GOOD_CARD).await.status, 303, "a page that was open is paid");
    market.settle().await;
    let paid = ines.orders_in(OrderStatus::Paid).await;
    assert_eq!(paid.len(), 2);
    for order in &paid {
        let shown: Order = ines.gets(&format!("/api/v1/orders/{}", order.number)).await.expect(200);
        assert_eq!(shown.number, order.number);
        let parcel = json!({ "tracking": "1Z999AA10123456784", "carrier": "ups" });
        let path = format!("/api/v1/orders/{}/ship", order.number);
        let shipped: Order = ines.posts(&path, &parcel).await.expect(200);
        assert_eq!(shipped.status, OrderStatus::Shipped);
    }
    assert!(ana.order_page().await.contains("Ines"), "its shopper still sees whom she bought from");
    market.passes(8 * 24 * 3600).await;
    let payouts: Value = ines.gets("/api/v1/payouts").await.expect(200);
    assert!(!payouts["items"].as_array().unwrap().is_empty(), "she is paid out as always");
    assert!(ines.reconciles().await.clean);
    market.holds().await;
}

/// Everything that a suspended artisan is refused.
fn refused(piece: &Piece, import: &str) -> Vec<(Method, String, Value)> {
    let listing = format!("/api/v1/listings/{}", piece.listing);
    let draft = json!({ "title": "Cup", "category": "clay", "variants":
        [{ "price": { "minor": 2400, "currency": "EUR" }, "stock": 1 }] });
    vec![
        (Method::POST, "/api/v1/listings".to_owned(), draft),
        (Method::PATCH, listing.clone(), json!({ "title": "Cup" })),
        (Method::POST, format!("{listing}/publish"), json!({})),
        (Method::POST, format!("{listing}/archive"), json!({})),
        (Method::PATCH, "/api/v1/shop/profile".to_owned(), json!({ "place": "Faenza" })),
        (Method::POST, "/api/v1/shop/pause".to_owned(), json!({})),
        (Method::POST, "/api/v1/imports".to_owned(), json!({ "file": "a.csv", "format": "stall" })),
        (Method::POST, format!("/api/v1/imports/{import}/apply"), json!({ "allow_delete": false })),
    ]
}

async fn its_artisan_changes_nothing_and_is_told_why(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Mug", 2400, 5).await;
    let plan = json!({ "file": "mugs.csv", "format": "stall" });
    let import: Value = ines.posts("/api/v1/imports", &plan).await.expect(201);
    let browser = market.visitor();
    let form = [("email", &*email_of("Ines")), ("password", PASSWORD)];
    assert_eq!(browser.submits("/login", &form).await.status, 303);
    let stella = market.staff("Stella").await;
    let id = market.suspends(&stella, &ines).await;

    let letters = bodies_to(&market, &email_of("Ines")).await;
    letter_with(&letters, &["was suspended", "Two mugs are factory goods.", "answer this e-mail"]);
    let desk = browser.gets("/sell").await.words();
    assert!(desk.contains("suspended since") && desk.contains("Rule 3: only what one made."));
    for (method, path, body) in refused(&mug, import["id"].as_str().unwrap()) {
        let answer = ines.sends(method, &path, |request| request.json(&body)).await;
        let problem: Problem = answer.expect(403);
        assert_eq!(problem.code, Code::ShopSuspended, "{path}");
        assert!(problem.detail.contains(REASON), "{path}: {}", problem.detail);
    }
    let page = browser.submits("/sell/shop", &[("name", "Ines & friends")]).await;
    assert_eq!(page.status, 403);
    assert!(page.words().contains("Two mugs are factory goods."), "{}", page.words());
    let words = [("kind", "process"), ("alt", "The kiln")];
    let page = browser.uploads("/sell/shop/pictures/add", b"GIF89a", &words).await;
    assert_eq!(page.status, 403);
    assert!(page.words().contains("The picture was not kept, nor what was typed beside it."));
    for path in ["/api/v1/listings", "/api/v1/today", "/api/v1/orders", "/api/v1/imports"] {
        assert_eq!(ines.gets(path).await.status, 200, "{path}");
    }
    lifts(&stella, &id).await;
    let letters = bodies_to(&market, &email_of("Ines")).await;
    letter_with(&letters, &["was lifted", "as you\nleft it"]);
    assert!(!browser.gets("/sell").await.words().contains("suspended"));
    let edit = json!({ "title": "Cup" });
    let path = format!("/api/v1/listings/{}", mug.listing);
    assert_eq!(ines.patches(&path, &edit).await.status, 200);
}

async fn its_artisan_reads_it_in_her_terminal(market: Market) {
    let ines = market.seller("Ines").await;
    let stella = market.staff("Stella").await;
    let told = async || {
        let me: Me = ines.gets("/api/v1/me").await.expect(200);
        let shop = ines.shop_profile().await;
        assert_eq!(me.suspension, shop.suspension);
        me.suspension.map(|suspension| suspension.reason)
    };
    assert_eq!(told().await, None);
    let before: Today = ines.gets("/api/v1/today").await.expect(200);
    let id = market.suspends(&stella, &ines).await;
    assert_eq!(told().await.as_deref(), Some(REASON));
    let now: Today = ines.gets("/api/v1/today").await.expect(200);
    let news: Vec<_> = now.latest.iter().filter(|it| !before.latest.contains(it)).collect();
    assert_eq!(news.iter().map(|it| it.kind).collect::<Vec<_>>(), [EventKind::ShopChanged]);
    lifts(&stella, &id).await;
    assert_eq!(told().await, None);
}

async fn its_artisan_is_told_before_she_types(market: Market) {
    let ines = market.seller("Ines").await;
    let [hash] = ines.shows_making(1).await.try_into().unwrap();
    let pages = [
        "/sell/onboarding",
        "/sell/shop",
        "/sell/shop/pause",
        "/sell/shop/pictures",
        "/sell/shop/pictures/add",
        &format!("/sell/shop/pictures/describe?place=process&hash={hash}"),
        &format!("/sell/shop/pictures/remove?place=process&hash={hash}"),
    ];
    let told = "Your shop is suspended since";
    for path in pages {
        assert!(!ines.gets(path).await.words().contains(told), "{path}");
    }
    let stella = market.staff("Stella").await;
    let id = market.suspends(&stella, &ines).await;
    for path in pages {
        let page = ines.gets(path).await;
        let words = page.words();
        assert!(words.contains(told) && words.contains("Nothing here can be changed"), "{path}");
        let (notice, first) = (page.body.find(told).unwrap(), page.body.find("<h1").unwrap());
        assert!(notice < first, "{path}: above everything");
    }
    let desk = ines.gets("/sell").await;
    assert_eq!(desk.body.matches(told).count(), 1, "once, with the reason");
    lifts(&stella, &id).await;
    assert!(!ines.gets("/sell/shop").await.words().contains(told));
}

async fn its_artisan_takes_her_data_and_leaves(market: Market) {
    let ines = market.seller("Ines").await;
    ines.offers("Mug", 2400, 5).await;
    let stella = market.staff("Stella").await;
    let id = market.suspends(&stella, &ines).await;
    let export = ines
        .begins(Method::GET, "/api/v1/profile/export", |request| request)
        .await
        .bytes()
        .await
        .unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(export.to_vec())).unwrap();
    let mut text = String::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        if file.name().unwrap().ends_with(".json") {
            file.read_to_string(&mut text).unwrap();
        }
    }
    assert!(text.contains("Two mugs are factory goods."), "the reason is among her data");
    let proof = json!({ "current_password": PASSWORD, "code": null });
    assert_eq!(ines.posts("/api/v1/profile/erasure", &proof).await.status, 204);
    let page = stella.gets(&format!("/staff/shops/{id}")).await;
    assert!(page.words().contains("closed it for good"), "{}", page.words());
    let again = stella.submits(&format!("/staff/shops/{id}/suspend"), &[("reason", REASON)]).await;
    assert_eq!(again.status, 422, "{}", again.words());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kept_pages_follow_within_their_second_on_every_server() {
    const LIMIT: Duration = Duration::from_secs(1);
    let keeps = |config: &mut Config| config.keep_pages = LIMIT;
    let first = Market::start_with(Engine::Postgres, keeps).await;
    let second = first.beside(keeps).await;
    let ines = first.seller("Ines").await;
    let mug = ines.offers("Mug", 2600, 1).await;
    let path = format!("/listings/{}", mug.slug);
    let shown = async |market: &Market| market.visitor().gets(&path).await.status == 200;
    assert!(shown(&first).await && shown(&second).await);
    let stella = first.staff("Stella").await;
    first.suspends(&stella, &ines).await;
    let suspended = Instant::now();
    loop {
        let asked = suspended.elapsed();
        match shown(&second).await {
            true if asked > LIMIT => panic!("still shown {asked:?} after it was suspended"),
            false if asked > LIMIT => break,
            true | false => {}
        }
    }
    assert!(!shown(&first).await);
}
