//! The made-up catalogue that measurements are made with.

use server::audit;
use server::synthetic::{self, Progress};
use tokio_util::sync::CancellationToken;

use crate::market::{Engine, Market, on_both_engines};
use crate::search::titles;

on_both_engines![
    the_same_seed_makes_the_same_pieces,
    a_run_that_was_stopped_goes_on,
    made_up_pieces_do_not_stand_between_those_of_people,
];

const SEED: u64 = 4711;

async fn fill(market: &Market, listings: u64, stop: &CancellationToken) -> Progress {
    let filling = synthetic::fill(&market.state, listings, SEED, stop, |_| {});
    audit::as_operator(filling).await.expect("it is filled")
}

async fn shelf(market: &Market) -> Vec<String> {
    let mut shelf = titles(&market.visitor().gets("/search").await);
    shelf.sort();
    shelf
}

async fn the_same_seed_makes_the_same_pieces(market: Market) {
    let stop = CancellationToken::new();
    assert_eq!(fill(&market, 12, &stop).await, Progress { there: 12, written: 12 });
    assert_eq!(fill(&market, 12, &stop).await, Progress { there: 12, written: 0 });
    let twelve = shelf(&market).await;
    assert!((9..=12).contains(&twelve.len()), "some are sold out: {twelve:?}");
    assert_eq!(fill(&market, 20, &stop).await, Progress { there: 20, written: 8 });
    let twenty = shelf(&market).await;
    assert!(twenty.len() > twelve.len(), "{twenty:?}");
    assert!(twelve.iter().all(|title| twenty.contains(title)), "{twelve:?} {twenty:?}");

    let other = Market::start(Engine::Sqlite).await;
    fill(&other, 20, &stop).await;
    assert_eq!(shelf(&other).await, twenty);
    let page = market.visitor().gets("/search").await.body;
    assert!(page.contains("<img"), "they have pictures");
}

async fn a_run_that_was_stopped_goes_on(market: Market) {
    let stop = CancellationToken::new();
    let mut batches = 0;
    let stopping = synthetic::fill(&market.state, 600, SEED, &stop, |_| {
        batches += 1;
        stop.cancel();
    });
    let stopped = audit::as_operator(stopping).await.expect("it stops");
    assert!(stopped.there > 0 && stopped.there < 600, "{stopped:?}");
    assert_eq!(batches, 1);
    let rest = fill(&market, 600, &CancellationToken::new()).await;
    assert_eq!(rest, Progress { there: 600, written: 600 - stopped.written });
}

async fn made_up_pieces_do_not_stand_between_those_of_people(market: Market) {
    market.register("Ana").await;
    let stop = CancellationToken::new();
    let filling = synthetic::fill(&market.state, 1, SEED, &stop, |_| {});
    let refused = audit::as_operator(filling).await.expect_err("people are here");
    assert!(refused.to_string().contains("STALL_DATA=./bench-data"), "{refused}");
    assert!(shelf(&market).await.is_empty());
}
