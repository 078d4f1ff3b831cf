//! A shopper's own orders, and how a guest's become an account's.

use crate::letters::{bodies_to, token_in};
use crate::market::{Market, PASSWORD, Person, email_of, on_both_engines};
use crate::shopping::{GOOD_CARD, Piece};

on_both_engines![
    a_proved_address_brings_what_was_bought_with_it,
    an_address_that_was_only_typed_brings_nothing,
    who_has_proved_an_address_keeps_what_is_bought_with_it_later,
    who_changes_to_an_address_gets_what_was_bought_with_it,
    a_long_list_is_read_page_by_page,
    the_account_shows_what_matters_first,
];

impl Person {
    /// Buys a piece with an e-mail address, from cart to paid; its number.
    async fn buys_as(&self, market: &Market, piece: &Piece, email: &str) -> String {
        self.takes(piece, 1).await;
        let answer = self.orders(&self.fills_in(email).await).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        let path = crate::shopping::path_of(answer.location()).to_owned();
        self.pays(&crate::shopping::Payment { path }, GOOD_CARD).await;
        market.settle().await;
        self.order_number().await
    }

    async fn own_orders(&self) -> String {
        let page = self.gets("/account/orders").await;
        assert_eq!(page.status, 200);
        page.body
    }
}

/// Follows the link in the newest letter that proves an address.
async fn proves(market: &Market, person: &Person, email: &str) {
    let token = token_in(&bodies_to(market, email).await, "/verify-email");
    let answer = person.submits("/verify-email", &[("token", &token)]).await;
    assert_eq!(answer.status, 303);
    market.settle().await;
}

async fn a_proved_address_brings_what_was_bought_with_it(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let guest = market.visitor();
    let number = guest.buys_as(&market, &mug, "ANA@example.org").await;
    let other = market.visitor().buys_as(&market, &mug, "anna@example.org").await;

    let ana = market.shopper("Ana").await;
    assert!(!ana.own_orders().await.contains(&number), "typed is not proved");
    assert_eq!(ana.gets(&format!("/orders/{number}")).await.status, 404);
    proves(&market, &ana, &email_of("Ana")).await;
    let list = ana.own_orders().await;
    assert!(list.contains(&number) && !list.contains(&other), "hers and nobody else's");
    assert_eq!(ana.gets(&format!("/orders/{number}")).await.status, 200);
    assert_eq!(ana.gets(&format!("/orders/{other}")).await.status, 404);
    assert_eq!(guest.gets(&format!("/orders/{number}")).await.status, 200, "the link still works");
    market.holds().await;
}

async fn an_address_that_was_only_typed_brings_nothing(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    // Somebody registers with an address that is not hers; its owner buys as a guest.
    let eve = market.shopper("Ana").await;
    let number = market.visitor().buys_as(&market, &mug, "ana@example.org").await;
    assert!(!eve.own_orders().await.contains(&number));
    assert_eq!(eve.gets(&format!("/orders/{number}")).await.status, 404);
    // Signing in again changes nothing, nor does proving another address.
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];
    eve.submits("/login", &form).await;
    let omar = market.shopper("Omar").await;
    proves(&market, &omar, &email_of("Omar")).await;
    assert!(!eve.own_orders().await.contains(&number));
    assert!(!omar.own_orders().await.contains(&number));
    // What somebody bought while signed in stays hers, whatever address she typed.
    let hers = eve.buys_as(&market, &mug, "omar@example.org").await;
    assert!(eve.own_orders().await.contains(&hers));
    assert!(!omar.own_orders().await.contains(&hers));
}

async fn who_has_proved_an_address_keeps_what_is_bought_with_it_later(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let ana = market.shopper("Ana").await;
    proves(&market, &ana, &email_of("Ana")).await;
    let number = market.visitor().buys_as(&market, &mug, "Ana@Example.org").await;
    let kelvin = market.visitor().buys_as(&market, &mug, "\u{212A}ana@example.org").await;
    let list = ana.own_orders().await;
    assert!(list.contains(&number) && !list.contains(&kelvin));
}

async fn who_changes_to_an_address_gets_what_was_bought_with_it(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let number = market.visitor().buys_as(&market, &mug, "ana@new.example").await;
    let ana = market.shopper("Ana").await;
    let asked = ana.submits("/account/email", &[("email", "ana@new.example")]).await;
    assert_eq!(asked.status, 303, "{}", asked.words());
    market.settle().await;
    assert!(!ana.own_orders().await.contains(&number), "asked is not proved");
    let token = token_in(&bodies_to(&market, "ana@new.example").await, "/account/email/confirm");
    ana.submits("/account/email/confirm", &[("token", &token)]).await;
    market.settle().await;
    assert!(ana.own_orders().await.contains(&number));
}

async fn a_long_list_is_read_page_by_page(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 50).await;
    let ana = market.shopper("Ana").await;
    let mut numbers = Vec::new();
    for _ in 0..22 {
        ana.takes(&mug, 1).await;
        let answer = ana.orders(&ana.fills_in("ana@example.org").await).await;
        let path = crate::shopping::path_of(answer.location()).to_owned();
        ana.pays(&crate::shopping::Payment { path }, GOOD_CARD).await;
        market.settle().await;
        numbers.push(ana.order_number().await);
    }
    let (mut found, mut path) = (Vec::new(), "/account/orders".to_owned());
    for _ in 0..2 {
        let page = ana.gets(&path).await.body;
        found.extend(numbers.iter().filter(|number| page.contains(number.as_str())).cloned());
        let next =
            page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        path = next.unwrap_or_default().replace("&amp;", "&");
    }
    assert_eq!(path, "", "two pages are all");
    found.sort();
    numbers.sort();
    assert_eq!(found, numbers, "each once");
    assert_eq!(ana.gets("/account/orders?after=nonsense").await.status, 422);
}

async fn the_account_shows_what_matters_first(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let ana = market.shopper("Ana").await;
    let first = ana.gets("/account").await;
    assert!(
        first.words().contains("Nothing bought yet") && first.words().contains("not verified yet")
    );
    let number = ana.buys_as(&market, &mug, "ana@example.org").await;
    let page = ana.gets("/account").await;
    assert!(page.words().contains("Stoneware mug") && page.body.contains(&number));
    for path in ["/account/profile", "/account/addresses", "/account/orders"] {
        assert!(page.body.contains(&format!("href=\"{path}\"")), "{path}");
        assert_eq!(ana.gets(path).await.status, 200, "{path}");
    }
    assert_eq!(market.visitor().gets("/account").await.location(), "/login?next=%2Faccount");
}
