//! Addresses with letters beyond ASCII: the server and both engines fold the same letters.

use serde_json::json;

use crate::copy::{letters, terminal_of};
use crate::market::{Market, PASSWORD, on_both_engines};
use crate::shopping::{GOOD_CARD, Payment, path_of};

on_both_engines![
    what_went_to_an_address_beyond_ascii_belongs_to_whoever_proved_it,
    an_address_with_another_letter_is_another_address,
];

async fn registers(market: &Market, email: &str) {
    let registration = json!({ "email": email, "name": "Zoë", "password": PASSWORD });
    assert_eq!(market.visitor().posts("/api/v1/accounts", &registration).await.status, 201);
    server::accounts::verify_by_operator(&market.state, email).await.unwrap();
    market.settle().await;
}

async fn what_went_to_an_address_beyond_ascii_belongs_to_whoever_proved_it(market: Market) {
    let piece = market.seller("Bo").await.offers("Mug", 2800, 3).await;
    let guest = market.visitor();
    guest.takes(&piece, 1).await;
    let answer = guest.orders(&guest.fills_in("zOË@example.ORG").await).await;
    guest.pays(&Payment { path: path_of(answer.location()).to_owned() }, GOOD_CARD).await;
    market.settle().await;

    registers(&market, "ZOË@Example.org").await;
    let zoe = terminal_of(&market, "zoË@example.org").await;
    let all = letters(&market, &zoe).await;
    let bought = |(to, subject): &&(String, String)| {
        to == "zOË@example.ORG" && subject.starts_with("Your order ")
    };
    assert_eq!(all.iter().filter(bought).count(), 1, "{all:?}");
    assert!(zoe.gets("/account/orders").await.words().contains("Mug"), "and what was bought");
}

async fn an_address_with_another_letter_is_another_address(market: Market) {
    registers(&market, "ZOË@example.org").await;
    let asked = json!({ "email": "zoë@example.org", "password": PASSWORD, "name": "test" });
    let refused = market.visitor().posts("/api/v1/tokens", &asked).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    // The Kelvin sign is no k, though its lower case is one.
    registers(&market, "mike@example.org").await;
    let asked = json!({ "email": "mi\u{212A}e@example.org", "password": PASSWORD, "name": "test" });
    assert_eq!(market.visitor().posts("/api/v1/tokens", &asked).await.status, 403);
    registers(&market, "zoë@example.org").await;
}
