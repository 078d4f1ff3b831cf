//! Links of letters that are worth nothing any more say so before anything is typed.

use serde_json::json;

use crate::letters::{bodies_to, reset_token, token_in};
use crate::market::{Market, PASSWORD, on_both_engines};

on_both_engines![
    a_link_that_proved_an_address_says_that_nothing_is_left_to_do,
    whoever_proves_an_address_signed_out_is_told_so,
    whoever_is_signed_in_with_another_account_is_told_so,
    a_link_for_a_new_password_says_when_it_is_worth_nothing,
    a_link_that_changed_an_address_says_where_to_look,
    another_letter_can_be_asked_for_at_the_terminal,
];

async fn a_link_that_proved_an_address_says_that_nothing_is_left_to_do(market: Market) {
    let (ana, stranger) = (market.shopper("Ana").await, market.visitor());
    let token = token_in(&bodies_to(&market, "ana@example.org").await, "/verify-email");
    let path = format!("/verify-email?token={token}");
    assert!(ana.gets(&path).await.body.contains("This is my address"));
    let invented = ana.gets("/verify-email?token=invented").await;
    assert_eq!((invented.status, invented.header("cache-control")), (410, "no-store"));
    assert!(invented.body.contains("action=\"/verify-email/send\""), "{}", invented.words());
    ana.submits("/verify-email", &[("token", &token)]).await;
    for answer in [ana.gets(&path).await, ana.submits("/verify-email", &[("token", &token)]).await]
    {
        assert_eq!(answer.status, 410);
        assert!(answer.words().contains("your address is verified"), "{}", answer.words());
    }
    let page = stranger.gets(&path).await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains("href=\"/login\""), "{}", page.words());
    assert!(!page.words().contains("ana@example.org"), "whose it was, nobody learns");
}

async fn whoever_proves_an_address_signed_out_is_told_so(market: Market) {
    market.register("Ana").await;
    let token = token_in(&bodies_to(&market, "ana@example.org").await, "/verify-email");
    let reader = market.visitor();
    let done = reader.submits("/verify-email", &[("token", &token)]).await;
    assert_eq!((done.status, done.location()), (303, "/login?news=proved"));
    let login = reader.gets("/login?news=proved").await;
    assert!(login.words().contains("Your address is verified"), "{}", login.words());
}

async fn whoever_is_signed_in_with_another_account_is_told_so(market: Market) {
    market.register("Ana").await;
    let ben = market.shopper("Ben").await;
    let token = token_in(&bodies_to(&market, "ana@example.org").await, "/verify-email");
    let page = ben.gets(&format!("/verify-email?token={token}")).await;
    let words = page.words();
    assert!(words.contains("This link is for another account."), "{words}");
    assert!(words.contains("ben@example.org") && !words.contains("ana@example.org"), "{words}");
    let done = ben.submits("/verify-email", &[("token", &token)]).await;
    assert_eq!((done.status, done.location()), (303, "/account?proved_other=true"));
    let home = ben.gets(done.location()).await.words();
    assert!(home.contains("The address of the other account is verified."), "{home}");
    assert!(home.contains("Your address is not verified yet"), "{home}");
    assert!(!home.contains("ana@example.org"), "{home}");
    assert_eq!(ben.gets("/api/v1/me").await.body.matches("\"email_verified\":false").count(), 1);
}

async fn a_link_for_a_new_password_says_when_it_is_worth_nothing(market: Market) {
    market.register("Ana").await;
    let token = reset_token(&market, "ana@example.org").await;
    let path = format!("/password/reset?token={token}");
    let reader = market.visitor();
    assert_eq!(reader.gets(&path).await.status, 200);
    market.passes(601).await;
    for path in [path.as_str(), "/password/reset?token=invented", "/password/reset"] {
        let late = reader.gets(path).await;
        assert_eq!(late.status, 410, "{path}");
        assert!(!late.body.contains("name=\"password\""), "nobody chooses one for nothing");
        assert!(late.body.contains("href=\"/password/forgot\""), "{}", late.words());
    }
}

async fn a_link_that_changed_an_address_says_where_to_look(market: Market) {
    let (ana, ben) = (market.shopper("Ana").await, market.shopper("Ben").await);
    ana.submits("/account/email", &[("email", "ana@new.example")]).await;
    let token = token_in(&bodies_to(&market, "ana@new.example").await, "/account/email/confirm");
    let path = format!("/account/email/confirm?token={token}");
    let (foreign, invented) =
        (ben.gets(&path).await, ben.gets("/account/email/confirm?token=invented").await);
    assert_eq!((foreign.status, &foreign.body), (invented.status, &invented.body));
    ana.submits("/account/email/confirm", &[("token", &token)]).await;
    let used = ana.gets(&path).await;
    assert_eq!(used.status, 410);
    assert!(used.words().contains("your address is changed already"), "{}", used.words());
    assert!(used.body.contains("href=\"/account/security\""));
}

async fn another_letter_can_be_asked_for_at_the_terminal(market: Market) {
    let ana = market.shopper("Ana").await;
    let asked = json!({ "email": "ana@example.org", "password": PASSWORD, "name": "bench" });
    let token: api::account::Token = ana.posts("/api/v1/tokens", &asked).await.expect(201);
    let terminal = market.visitor().with_token(token.token);
    let before = bodies_to(&market, "ana@example.org").await.len();
    assert_eq!(terminal.posts("/api/v1/me/email/proof", &json!({})).await.status, 202);
    let letters = bodies_to(&market, "ana@example.org").await;
    assert_eq!(letters.len(), before + 1);
    let link = token_in(&letters, "/verify-email");
    ana.submits("/verify-email", &[("token", &link)]).await;
    assert_eq!(terminal.posts("/api/v1/me/email/proof", &json!({})).await.status, 202);
    assert_eq!(bodies_to(&market, "ana@example.org").await.len(), before + 1, "it is proved");
}
