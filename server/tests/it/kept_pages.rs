//! Public pages are made once for many visitors, and are nobody's, packed and up to date.

use std::io::Read as _;
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use serde_json::json;
use server::config::Config;

use crate::market::{Engine, Market, on_both_engines};
use crate::person::Person;

on_both_engines!(a_page_that_is_held_is_not_sent_again, a_page_travels_packed,);

async fn a_page_that_is_held_is_not_sent_again(market: Market) {
    let (ines, visitor) = (market.seller("Ines").await, market.visitor());
    let asks = async |tag: &str| {
        visitor.sends(Method::GET, "/", |request| request.header(IF_NONE_MATCH, tag)).await
    };
    let first = visitor.gets("/").await;
    assert_eq!(first.header("cache-control"), "public, max-age=0");
    let tag = first.header("etag");
    assert!(tag.starts_with("W/\""), "{tag:?}");
    let held = asks(tag).await;
    assert_eq!((held.status, &*held.body), (304, ""));
    assert_eq!((held.header("etag"), held.header("cache-control")), (tag, "public, max-age=0"));
    ines.offers("Mug", 2600, 3).await;
    let changed = asks(tag).await;
    assert_eq!(changed.status, 200);
    assert!(changed.words().contains("Mug"));
    let personal = ines.gets("/").await;
    assert_eq!((personal.header("etag"), personal.header("cache-control")), ("", "no-store"));
}

async fn a_page_travels_packed(market: Market) {
    let visitor = market.visitor();
    let plain = visitor.gets("/about").await;
    assert_eq!(plain.header("content-encoding"), "");
    for (offer, coding) in [("gzip", "gzip"), ("gzip, br", "br")] {
        let packed = visitor
            .begins(Method::GET, "/about", |request| request.header(ACCEPT_ENCODING, offer))
            .await;
        assert_eq!(packed.headers()["content-encoding"], coding);
        assert!(packed.headers().get_all("vary").iter().any(|value| value == "accept-encoding"));
        let packed = packed.bytes().await.unwrap();
        let mut page = Vec::new();
        match coding {
            "br" => brotli::BrotliDecompress(&mut &*packed, &mut page).unwrap(),
            _ => drop(flate2::read::GzDecoder::new(&*packed).read_to_end(&mut page).unwrap()),
        }
        assert!(page == plain.body.as_bytes(), "{coding}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_made_for_nobody_shows_nobody() {
    let keeps = |config: &mut Config| config.keep_pages = Duration::from_hours(1);
    let market = Market::start_with(Engine::Sqlite, keeps).await;
    let ana = market.shopper("Ana").await;
    let shows = async |person: &Person| person.gets("/about").await.body.contains("Ana");
    assert!(shows(&ana).await);
    assert!(!shows(&market.visitor()).await, "what was made for her is hers");
    assert!(shows(&ana).await, "and what is kept for all is not what she gets");
    let token = market.terminal("Ben").await;
    assert_eq!(token.gets("/about").await.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_piece_is_gone_from_every_server_within_a_second() {
    const LIMIT: Duration = Duration::from_secs(1);
    let keeps = |config: &mut Config| config.keep_pages = LIMIT;
    let first = Market::start_with(Engine::Postgres, keeps).await;
    let second = first.beside(keeps).await;
    let ines = first.seller("Ines").await;
    let piece = ines.offers("Mug", 2600, 1).await;
    let path = format!("/listings/{}", piece.slug);
    let offered =
        async |market: &Market| market.visitor().gets(&path).await.body.contains("Add to cart");
    assert!(offered(&first).await && offered(&second).await);
    let pause = format!("/api/v1/listings/{}/pause", piece.listing);
    assert_eq!(ines.posts(&pause, &json!({})).await.status, 200);
    let withdrawn = Instant::now();
    let mut kept = 0;
    loop {
        let asked = withdrawn.elapsed();
        match offered(&second).await {
            true if asked < LIMIT => kept += 1,
            true => panic!("still offered {asked:?} after it was withdrawn"),
            false if asked > LIMIT => break,
            false => {}
        }
    }
    assert!(kept > 0, "the page was kept at all");
    assert!(!offered(&first).await);
}
