//! Whoever was signed out while typing: what was typed stays with her on every way back, and what
//! cannot stay is named.

use api::profile::Profile;
use api::shop::Shop;
use reqwest::Method;

use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};
use crate::mistakes::shop_form;
use crate::person::multipart;
use crate::profiles::filled;
use crate::unsaved::hidden;

on_both_engines![
    what_was_typed_is_named_as_on_its_page,
    whoever_has_no_shop_loses_nothing_of_it,
    beginning_again_takes_it_along,
    other_ways_in_leave_it_where_it_is,
    pictures_and_passwords_are_lost_and_that_is_said,
    days_and_addresses_are_not_lost,
    a_password_that_is_asked_for_again_loses_nothing,
    what_is_gone_meanwhile_leaves_the_words,
    staff_whose_session_ended_lose_no_reason,
];

/// Whether a page tells what was typed into a field of this label.
fn tells(page: &Answer, label: &str, words: &str) -> bool {
    page.body.contains(&format!("<dt>{label}</dt><dd class=\"said\">{words}</dd>"))
}

const DAY: u64 = 24 * 3600;

impl Person {
    /// Signs in on a page that asks for it.
    async fn signs_in_on(&self, page: &Answer, name: &str) -> Answer {
        let email = email_of(name);
        self.goes_on("/login", page, &[("email", &email), ("password", PASSWORD)]).await
    }
}

async fn what_was_typed_is_named_as_on_its_page(market: Market) {
    let ana = market.shopper("Ana").await;
    let form = ana.gets("/account/profile").await;
    market.passes(15 * DAY).await;
    let typed =
        filled(&[("about", "Clay."), ("show_about", "customers"), ("links", "https://a.example")]);
    let page = ana.submits("/account/profile", &typed).await;
    let page = ana.signs_in_on(&page, "Ana").await;
    let terms: Vec<&str> =
        page.body.split("<dt>").skip(1).map(|it| it.split_once('<').unwrap().0).collect();
    let known = [
        "Name",
        "Who sees the name",
        "About you",
        "Who sees the text",
        "Who sees the place",
        "Links",
        "Who sees the links",
        "Who sees the portrait",
    ];
    let mut sorted = (terms.clone(), known.to_vec());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    assert_eq!(sorted.0, sorted.1);
    for label in terms {
        let there = [format!(">{label}</label>"), format!(">{label} <span class=\"may\">")];
        assert!(there.iter().any(|there| form.body.contains(there)), "{label}");
    }
    let words = page.words();
    assert!(words.contains("Customers only") && words.contains("Private"), "{words}");
    assert!(words.contains("Throw it away") && !words.contains("customers"), "{words}");
}

async fn whoever_has_no_shop_loses_nothing_of_it(market: Market) {
    market.register("Ana").await;
    let ines = market.shopper("Ines").await;
    assert_eq!(ines.submits("/sell", &[("name", "Oat & Ash")]).await.status, 303);
    market.passes(13 * 3600).await;
    let page = ines.submits("/sell/shop", &shop_form(&[("story", "Wood & wool.")])).await;
    assert_eq!(page.status, 401);
    let page = ines.signs_in_on(&page, "Ana").await;
    let page = ines.goes_on("/sell/shop", &page, &[]).await;
    assert_eq!(page.status, 403);
    let words = page.words();
    assert!(words.contains("Open a shop first") && words.contains("is not saved"), "{words}");
    assert!(words.contains("Wood &#38; wool."), "{words}");
    let page = ines.goes_on("/login/again", &page, &[]).await;
    let words = page.words();
    assert!(!words.contains("You were signed out"), "she asked for it: {words}");
    assert!(words.contains("What you typed is not lost."), "{words}");
    assert_eq!((page.status, ines.gets("/account").await.status), (200, 303), "signed out");
    let page = ines.signs_in_on(&page, "Ines").await;
    assert!(page.words().contains("ines@example.org"), "{}", page.words());
    assert_eq!(ines.goes_on("/sell/shop", &page, &[]).await.status, 303);
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    assert_eq!(shop.story, "Wood & wool.");
}

async fn beginning_again_takes_it_along(market: Market) {
    let ana = market.shopper("Ana").await;
    let (_, codes) = crate::authenticator::Authenticator::set_up(&market, &ana).await;
    assert_eq!(ana.submits("/logout", &[]).await.status, 303);
    let page = ana.submits("/account/profile", &filled(&[("about", "Clay.")])).await;
    let page = ana.signs_in_on(&page, "Ana").await;
    assert!(page.words().contains("Your code"), "{}", page.words());
    let page = ana.goes_on("/login/again", &page, &[]).await;
    assert_eq!((page.status, ana.cookie("login")), (200, None));
    let page = ana.signs_in_on(&page, "Ana").await;
    let page = ana.goes_on("/login/code", &page, &[("code", &codes[0])]).await;
    assert_eq!(ana.goes_on("/account/profile", &page, &[]).await.status, 303);
    let profile: Profile = ana.gets("/api/v1/profile").await.expect(200);
    assert_eq!(profile.about, "Clay.");
    assert_eq!(ana.submits("/logout", &[]).await.status, 303);
    let email = email_of("Ana");
    let form = [("email", email.as_str()), ("password", PASSWORD), ("next", "/cart")];
    let asked = ana.submits("/login", &form).await;
    let page = ana.gets(asked.location()).await;
    let page = ana.goes_on("/login/again", &page, &[]).await;
    assert!(page.body.contains("name=\"next\" value=\"/cart\""), "{}", page.body);
}

async fn other_ways_in_leave_it_where_it_is(market: Market) {
    let visitor = market.visitor();
    let page = visitor.submits("/account/profile", &filled(&[("about", "Clay.")])).await;
    assert_eq!(page.status, 401);
    for to in ["/password/forgot", "/register"] {
        let link = format!("<a href=\"{to}\" target=\"_blank\">");
        assert!(page.body.contains(&link), "{to} opens beside it");
    }
    assert!(page.words().contains("Keep this page open"), "{}", page.words());
    assert!(!visitor.gets("/login").await.body.contains("_blank"), "nothing is there to lose");
}

async fn pictures_and_passwords_are_lost_and_that_is_said(market: Market) {
    let ana = market.shopper("Ana").await;
    market.passes(15 * DAY).await;
    let (kind, body) = multipart(b"GIF89a", &[]);
    let from = |request: reqwest::RequestBuilder, path: &str| {
        request
            .header("sec-fetch-site", "same-origin")
            .header("referer", format!("http://market.example{path}"))
    };
    let avatar = "/account/profile/avatar";
    let lost = ana
        .sends(Method::POST, avatar, |request| {
            from(request, avatar).header("content-type", kind).body(body)
        })
        .await;
    let login = "/login?next=%2Faccount%2Fprofile%2Favatar&news=lost";
    assert_eq!((lost.status, lost.location()), (303, login));
    let password = [("current_password", PASSWORD), ("new_password", "eight dry herons sleeping")];
    let path = "/account/password";
    let lost = ana.sends(Method::POST, path, |request| from(request, path).form(&password)).await;
    assert_eq!(lost.location(), "/login?next=%2Faccount%2Fpassword&news=lost");
    let page = ana.gets(lost.location()).await;
    let words = page.words();
    assert!(words.contains("Nothing was changed") && words.contains("passwords and pictures"));
    assert_eq!(ana.signs_in_on(&page, "Ana").await.location(), path);
    let elsewhere = market.visitor();
    let sent = elsewhere
        .sends(Method::POST, path, |request| {
            let request = request.header("sec-fetch-site", "same-origin").form(&password);
            request.header("referer", "https://evil.example//evil.example/x")
        })
        .await;
    assert_eq!(sent.location(), "/login?news=lost", "nowhere else");
}

async fn days_and_addresses_are_not_lost(market: Market) {
    let ines = market.shopper("Ines").await;
    assert_eq!(ines.submits("/sell", &[("name", "Oat & Ash")]).await.status, 303);
    market.passes(13 * 3600).await;
    let days = [("from", ""), ("until", "2026-12-24")];
    let page = ines.submits("/sell/shop/pause", &days).await;
    assert_eq!(page.status, 401);
    let page = ines.signs_in_on(&page, "Ines").await;
    assert!(tells(&page, "Back on", "24 Dec 2026"), "{}", page.words());
    assert_eq!(ines.goes_on("/sell/shop/pause", &page, &[]).await.status, 303);
    assert!(ines.shop_profile().await.holiday.is_some());
    market.passes(13 * 3600).await;
    let page = ines.submits("/account/email", &[("email", "new@example.org")]).await;
    assert_eq!(page.status, 401);
    let page = ines.signs_in_on(&page, "Ines").await;
    assert!(tells(&page, "New e-mail address", "new@example.org"), "{}", page.words());
    let done = ines.goes_on("/account/email", &page, &[]).await;
    assert_eq!(done.location(), "/account/security?done=asked");
}

async fn a_password_that_is_asked_for_again_loses_nothing(market: Market) {
    let ana = market.shopper("Ana").await;
    market.passes(301).await;
    let page = ana.submits("/account/email", &[("email", "new@example.org")]).await;
    assert_eq!(page.status, 403);
    assert!(page.words().contains("What you typed comes along"), "{}", page.words());
    let wrong = [("current_password", "not this one, I think")];
    let page = ana.goes_on("/account/confirm", &page, &wrong).await;
    assert_eq!(page.status, 422);
    let page = ana.goes_on("/account/confirm", &page, &[("current_password", PASSWORD)]).await;
    assert!(page.words().contains("new@example.org"), "{}", page.words());
    let done = ana.goes_on("/account/email", &page, &[]).await;
    assert_eq!(done.location(), "/account/security?done=asked");
}

async fn what_is_gone_meanwhile_leaves_the_words(market: Market) {
    let ana = market.shopper("Ana").await;
    let place = [
        ("name", "Ana Ng"),
        ("line1", "Kirchgasse 4"),
        ("postal_code", "07743"),
        ("city", "Jena"),
        ("country", "DE"),
    ];
    let absent = "/account/addresses/adr_00000000000000000000000007";
    let page = ana.submits(absent, &place).await;
    assert_eq!(page.status, 404, "{}", page.words());
    let words = page.words();
    assert!(words.contains("What you typed is not saved"), "{words}");
    assert!(tells(&page, "Street and number", "Kirchgasse 4"), "{words}");
}

async fn staff_whose_session_ended_lose_no_reason(market: Market) {
    let ines = market.seller("Ines").await;
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let (stella, codes) = market.staff_with_codes("Stella").await;
    let suspend = format!("/staff/shops/{}/suspend", shop.id);
    market.passes(16 * 60).await;
    let reason = [("reason", "Two mugs are factory goods.")];
    let page = stella.submits(&suspend, &reason).await;
    assert_eq!(page.status, 401, "{}", page.words());
    let nowhere = stella.submits("/nowhere", &reason).await;
    let told = |page: &Answer, path: &str| {
        let once = &hidden(page, "/login")[0].1;
        page.body.replace(path, "…").replace(page.header("x-request-id"), "…").replace(once, "…")
    };
    assert_eq!(nowhere.status, 401);
    assert_eq!(told(&nowhere, "/nowhere"), told(&page, &suspend), "nobody learns what is there");
    assert_eq!(market.visitor().submits(&suspend, &reason).await.status, 404);
    let page = stella.signs_in_on(&page, "Stella").await;
    let page = stella.goes_on("/login/code", &page, &[("code", &codes[0])]).await;
    assert!(tells(&page, "Reason", "Two mugs are factory goods."), "{}", page.words());
    let done = stella.goes_on(&suspend, &page, &[]).await;
    assert_eq!(done.location(), format!("/staff/shops/{}?done=suspended", shop.id));
}
