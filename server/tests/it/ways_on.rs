//! Pages that say what cannot be done lead on: to what is around, or to where it can be mended.

use api::address::SavedAddress;
use serde_json::json;
use server::sql;

use crate::authenticator::{Authenticator, codes_on};
use crate::market::{Answer, Market, Person, on_both_engines};
use crate::mistakes::shop_form;

on_both_engines![
    an_address_that_was_deleted_meanwhile_leads_to_the_others,
    what_is_not_there_leads_to_what_is_around,
    half_of_an_id_names_nothing,
    whoever_has_no_shop_is_led_to_where_one_opens,
    recovery_codes_that_were_shown_lead_to_new_ones,
    recovery_codes_that_are_all_used_are_told_of,
    an_address_for_buttons_says_so,
];

/// The links of a page beside those that all pages have.
fn links(page: &Answer) -> Vec<&str> {
    let (_, main) = page.body.split_once("<main").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    main.split("href=\"").skip(1).map(|link| link.split_once('"').unwrap().0).collect()
}

async fn keeps_an_address(person: &Person) -> String {
    let place = json!({ "name": "Ana Ng", "line1": "Kirchgasse 4", "postal_code": "07743",
        "city": "Jena", "country": "DE" });
    let kept: SavedAddress = person.posts("/api/v1/addresses", &place).await.expect(201);
    format!("/account/addresses/{}", kept.id)
}

async fn an_address_that_was_deleted_meanwhile_leads_to_the_others(market: Market) {
    let ana = market.shopper("Ana").await;
    let path = keeps_an_address(&ana).await;
    let open = ana.gets(&path).await;
    let delete = format!("{path}/delete");
    assert_eq!(ana.submits(&delete, &[]).await.status, 303);
    for late in [ana.submits(&delete, &[]).await, ana.gets(&delete).await, ana.gets(&path).await] {
        assert_eq!(late.status, 404);
        assert!(late.words().contains("It may have been removed already"), "{}", late.words());
        assert_eq!(links(&late), ["/account/addresses", "/"]);
    }
    let typed = [
        ("name", "Ana Ng"),
        ("line1", "Markt 1"),
        ("postal_code", "07743"),
        ("city", "Jena"),
        ("country", "DE"),
    ];
    let late = ana.goes_on(&path, &open, &typed).await;
    assert_eq!(late.status, 404);
    let words = late.words();
    assert!(words.contains("removed already") && words.contains("Markt 1"), "{words}");
    assert!(!words.contains("Try once more"), "it can never work: {words}");
    assert_eq!(links(&late), ["/account/addresses"]);
    let ben = market.shopper("Ben").await;
    let kept = keeps_an_address(&ana).await;
    let (foreign, absent) = (ben.gets(&kept).await, ben.gets(&path).await);
    assert_eq!((foreign.status, foreign.words()), (absent.status, absent.words()));
}

async fn what_is_not_there_leads_to_what_is_around(market: Market) {
    let ines = market.seller("Ines").await;
    for (path, around) in [
        ("/account/nowhere", "/account"),
        ("/account/favourites/nowhere", "/account/favourites"),
        ("/sell/nowhere", "/sell"),
        ("/sell/shop/nowhere", "/sell/shop"),
    ] {
        let page = ines.gets(path).await;
        assert_eq!(links(&page), [around, "/"], "{path}");
        assert_eq!(ines.gets(around).await.status, 200, "{around}");
    }
    for path in ["/nowhere", "/staff/nowhere", "/listings/nowhere"] {
        let page = ines.gets(path).await;
        assert_eq!(links(&page), ["/", "/search", "/account/orders"], "{path}");
    }
}

async fn half_of_an_id_names_nothing(market: Market) {
    let ana = market.shopper("Ana").await;
    let whole = keeps_an_address(&ana).await;
    for path in [&whole[..whole.len() - 3], "/account/addresses/xyz", "/account/addresses/%FF"] {
        let page = ana.gets(path).await;
        assert_eq!(page.status, 404, "{path}: {}", page.words());
        assert_eq!(links(&page), ["/account/addresses", "/"], "{path}");
    }
    assert_eq!(ana.gets("/api/v1/addresses/xyz").await.status, 404);
}

async fn whoever_has_no_shop_is_led_to_where_one_opens(market: Market) {
    let ana = market.shopper("Ana").await;
    for path in ["/sell/shop", "/sell/shop/pictures", "/sell/onboarding"] {
        let page = ana.gets(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.words().contains("Open a shop first"), "{}", page.words());
        assert_eq!(links(&page), ["/sell", "/"], "{path}");
        assert!(page.words().contains("A shop first"), "{path}: {}", page.words());
    }
    let page = ana.submits("/sell/shop", &shop_form(&[("story", "Wood.")])).await;
    assert_eq!((page.status, links(&page)), (403, vec!["/sell"]));
    assert!(page.body.contains("href=\"/sell\" target=\"_blank\""), "what was typed stays open");
    assert!(ana.gets("/sell").await.words().contains("Open a shop"));
}

async fn recovery_codes_that_were_shown_lead_to_new_ones(market: Market) {
    let ana = market.shopper("Ana").await;
    ana.submits("/account/factor", &[]).await;
    let app = Authenticator::from_page(&ana.gets("/account/factor/app").await);
    let sent = [("code", app.code(&market))];
    let sent = sent.each_ref().map(|(name, code)| (*name, code.as_str()));
    let shown = ana.submits("/account/factor/app", &sent).await;
    assert_eq!(codes_on(&shown).len(), 10);
    let again = ana.submits("/account/factor/app", &sent).await;
    assert_eq!(again.status, 409);
    assert!(again.words().contains("shown once only"), "{}", again.words());
    assert!(codes_on(&again).is_empty());
    assert!(links(&again).contains(&"/account/factor/codes"), "{:?}", links(&again));
    let back = ana.gets("/account/factor/app").await;
    assert_eq!((back.status, links(&back)), (409, vec!["/account/factor", "/"]));
}

async fn recovery_codes_that_are_all_used_are_told_of(market: Market) {
    let ana = market.shopper("Ana").await;
    Authenticator::set_up(&market, &ana).await;
    let codes = "/account/factor/codes";
    assert!(ana.gets(codes).await.words().contains("The 10 that are left"));
    let spent = sql!("DELETE FROM recovery_codes");
    assert_eq!(market.state.db.write(spent).exec().await.unwrap(), 10);
    let words = ana.gets(codes).await.words();
    assert!(words.contains("No recovery code is left"), "{words}");
    assert!(!words.contains("Keep the old ones"), "{words}");
    for path in ["/account/factor", "/account/security"] {
        let words = ana.gets(path).await.words().to_lowercase();
        assert!(words.contains("no code is left") || words.contains("no recovery code left"));
    }
}

async fn an_address_for_buttons_says_so(market: Market) {
    let ana = market.shopper("Ana").await;
    for (path, around) in [
        ("/logout", "/account"),
        ("/verify-email/send", "/account"),
        ("/account/security/sessions/end", "/account/security"),
        ("/cart/lines", "/cart"),
    ] {
        let page = ana.gets(path).await;
        assert_eq!(page.status, 405, "{path}");
        let words = page.words();
        assert!(words.contains("There is no page here"), "{words}");
        assert!(words.contains("for a button of another page"), "{words}");
        assert_eq!(links(&page), [around, "/"], "{path}");
    }
    assert_eq!(ana.gets("/account").await.status, 200, "nobody was signed out");
}
