//! Favourites: marked, found again, taken away, and nobody else's business.

use api::listing::Listing;
use serde_json::{Value, json};

use crate::listings::{a_second_passes, does, mug, offers};
use crate::market::{Market, PASSWORD, Person, on_both_engines};
use crate::search::titles;

on_both_engines![
    what_was_marked_is_found_again,
    favourites_are_ones_own,
    favourites_go_with_a_copy_and_with_the_account,
];

/// Presses the heart on the page of a piece, as a browser does, and comes back to it.
async fn presses(person: &Person, piece: &Listing) {
    let path = format!("/listings/{}", piece.slug);
    let page = person.gets(&path).await.body;
    let (_, form) = page.split_once("action=\"/account/favourites/").expect("a heart");
    let (id, rest) = form.split_once('"').expect("an id");
    let (_, keep) = rest.split_once("name=\"keep\" value=\"").expect("what it asks");
    let keep = keep.split_once('"').expect("an end").0;
    let form = [("keep", keep), ("back", path.as_str())];
    let answer = person.submits(&format!("/account/favourites/{id}"), &form).await;
    assert_eq!((answer.status, answer.location()), (303, path.as_str()));
}

async fn marked(person: &Person) -> Vec<String> {
    let page = person.gets("/account/favourites").await;
    assert_eq!(page.status, 200);
    titles(&page)
}

async fn what_was_marked_is_found_again(market: Market) {
    let maker = market.artisan("Ines").await;
    let mut pieces = Vec::new();
    for number in 0..30 {
        pieces.push(offers(&maker, &mug(&format!("Mug {number}"), 2600, 1)).await);
    }
    let ana = market.shopper("Ana").await;
    assert!(ana.gets("/account/favourites").await.words().contains("Nothing marked yet"));
    for piece in &pieces {
        presses(&ana, piece).await;
        a_second_passes(&maker).await;
    }
    let first = ana.gets("/account/favourites").await;
    let (_, next) = first.body.split_once("rel=\"next\" href=\"").expect("more");
    let second = ana.gets(next.split_once('"').unwrap().0).await;
    let both: Vec<_> = titles(&first).into_iter().chain(titles(&second)).collect();
    let wanted: Vec<_> = (0..30).rev().map(|number| format!("Mug {number}")).collect();
    assert_eq!(both, wanted, "the last one first, over two pages");

    does(&maker, &pieces[29], "pause").await.expect::<Listing>(200);
    let page = ana.gets("/account/favourites").await;
    assert!(page.words().contains("One favourite is not on a shelf"), "{}", page.words());
    does(&maker, &pieces[29], "publish").await.expect::<Listing>(200);
    presses(&ana, &pieces[29]).await;
    assert_eq!(marked(&ana).await[0], "Mug 28", "pressed again is taken away");
}

async fn favourites_are_ones_own(market: Market) {
    let maker = market.artisan("Ines").await;
    let piece = offers(&maker, &mug("Mug", 2600, 1)).await;
    let (ana, ben) = (market.shopper("Ana").await, market.shopper("Ben").await);
    let path = format!("/listings/{}", piece.slug);
    let before = (ben.gets(&path).await.body, maker.gets("/api/v1/listings").await.body);
    presses(&ana, &piece).await;
    let after = (ben.gets(&path).await.body, maker.gets("/api/v1/listings").await.body);
    assert_eq!(before, after, "neither another shopper nor the maker sees a difference");
    assert!(marked(&ben).await.is_empty());

    let stranger = market.visitor();
    assert!(stranger.gets(&path).await.body.contains("href=\"/login?next=%2Flistings%2F"));
    let heart = format!("/account/favourites/{}", piece.id);
    let refused = stranger.submits(&heart, &[("keep", "true")]).await;
    assert!(refused.location().starts_with("/login"), "{}", refused.status);
    does(&maker, &piece, "pause").await.expect::<Listing>(200);
    assert_eq!(ben.submits(&heart, &[("keep", "true")]).await.status, 404, "not to be seen");
    let elsewhere = [("keep", "false"), ("back", "//evil.example")];
    assert_eq!(ana.submits(&heart, &elsewhere).await.location(), "/account/favourites");
}

async fn favourites_go_with_a_copy_and_with_the_account(market: Market) {
    let maker = market.artisan("Ines").await;
    let piece = offers(&maker, &mug("Mug", 2600, 1)).await;
    let ana = market.terminal("Ana").await;
    presses(&ana, &piece).await;
    let copy = ana.takes_a_copy(&market).await;
    let kept = copy.iter().find(|file| file.name == "data/favourites.json").expect("a file");
    let kept: Value = serde_json::from_slice(&kept.bytes).unwrap();
    assert!(kept.to_string().contains(&piece.id.to_string()), "{kept}");

    let erasure = json!({ "current_password": PASSWORD });
    assert!(ana.posts("/api/v1/profile/erasure", &erasure).await.status < 300);
    let count = server::sql!("SELECT COUNT(*) FROM favourites");
    let (left,): (i64,) = market.state.db.read(count).one().await.unwrap();
    assert_eq!(left, 0);
}
