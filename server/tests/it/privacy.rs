//! One's own data: a copy, leaving, the log, what lapses by itself, and what no page does.

use std::collections::BTreeSet;
use std::path::Path;

use api::account::{Token, TokenRequest};
use api::audit::{AuditEntry, Verb};
use api::order::{Order, OrderStatus};
use api::privacy::ErasurePreview;
use api::problem::Code;
use api::sign_in::Scope;
use api::{Page, Problem};
use serde_json::json;
use server::db::Sql;
use server::privacy;

use crate::authenticator::Authenticator;
use crate::canary::files;
use crate::market::{Engine, Market, PASSWORD, Person, email_of, http, on_both_engines};
use crate::shopping::{GOOD_CARD, Piece};

on_both_engines![
    a_copy_is_taken_with_the_password_only,
    whoever_owes_something_stays_until_it_is_settled,
    whoever_went_is_a_stranger_and_her_receipts_remain,
    a_password_guessed_wrong_deletes_nothing,
    with_a_second_step_its_code_is_needed_as_well,
    a_token_with_limits_takes_no_copy_and_deletes_nothing,
    what_lapses_lapses_by_the_clock,
    a_business_can_be_named_after_it_closed_and_a_private_seller_cannot,
    a_maker_forgets_whom_a_parcel_went_to,
    no_page_asks_another_host,
    every_cookie_is_named_on_the_page,
];

const DAY: u64 = 24 * 3600;
const COUNT_CARTS: Sql =
    Sql { sqlite: "SELECT COUNT(*) FROM carts", postgres: "SELECT COUNT(*) FROM carts" };
const COUNT_LETTERS: Sql =
    Sql { sqlite: "SELECT COUNT(*) FROM mails", postgres: "SELECT COUNT(*) FROM mails" };
const COUNT_EVENTS: Sql = Sql {
    sqlite: "SELECT COUNT(*) FROM stripe_events",
    postgres: "SELECT COUNT(*) FROM stripe_events",
};
const COUNT_BODIES: Sql = Sql {
    sqlite: "SELECT COUNT(*) FROM stripe_events WHERE length(payload) > 0",
    postgres: "SELECT COUNT(*) FROM stripe_events WHERE length(payload) > 0",
};
const COUNT_PLANS: Sql =
    Sql { sqlite: "SELECT COUNT(*) FROM imports", postgres: "SELECT COUNT(*) FROM imports" };

async fn count(market: &Market, sql: Sql) -> i64 {
    let (count,): (i64,) = market.state.db.read(sql).one().await.unwrap();
    count
}

/// Somebody who is signed in with a browser and has an account already.
pub(crate) async fn browser_of(market: &Market, name: &str) -> Person {
    let browser = market.visitor();
    let email = email_of(name);
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.submits("/login", &form).await.status, 303);
    browser
}

pub(crate) async fn buys(market: &Market, browser: &Person, piece: &Piece) {
    browser.takes(piece, 1).await;
    let payment = browser.checks_out().await;
    browser.pays(&payment, GOOD_CARD).await;
    market.settle().await;
}

pub(crate) async fn ships(maker: &Person, order: &Order) {
    let path = format!("/api/v1/orders/{}/ship", order.number);
    let parcel = json!({ "tracking": "0034 0434 1610" });
    assert_eq!(maker.posts(&path, &parcel).await.status, 200);
}

async fn a_copy_is_taken_with_the_password_only(market: Market) {
    let ana = market.shopper("Ana").await;
    let page = ana.gets("/account/privacy").await.words();
    assert!(page.contains("Download my data"), "{page}");
    let refused = ana.submits("/account/privacy", &[("current_password", "not hers")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("This is not your password"), "{}", refused.words());
    let url = format!("http://{}/account/privacy", market.address);
    let cookie = format!("session={}", ana.cookie("session").unwrap());
    let answer = http()
        .post(url)
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
        .form(&[("current_password", PASSWORD)])
        .send()
        .await
        .unwrap();
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(name, "attachment; filename=\"loomstead-your-data-2026-11-22.zip\"");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let names: Vec<String> =
        files(&answer.bytes().await.unwrap()).into_iter().map(|file| file.name).collect();
    assert!(
        names.contains(&"index.html".into()) && names.contains(&"data/accounts.json".into()),
        "{names:?}"
    );
    assert_eq!(market.visitor().gets("/api/v1/profile/export").await.status, 401);
}

async fn whoever_owes_something_stays_until_it_is_settled(market: Market) {
    let maker = market.seller("Bo").await;
    market.register("Ana").await;
    let ana = browser_of(&market, "Ana").await;
    let piece = maker.offers("Mug", 2800, 1).await;
    buys(&market, &ana, &piece).await;

    let page = ana.gets("/account/privacy/delete").await.words();
    assert!(page.contains("Browsers and terminals that are signed in"), "{page}");
    for of_shops in ["Addresses that your shop has or had", "Your shop closes"] {
        assert!(!page.contains(of_shops), "she has no shop: {page}");
    }
    let of_maker = browser_of(&market, "Bo").await.gets("/account/privacy/delete").await.words();
    assert!(of_maker.contains("Your shop closes"), "{of_maker}");
    assert!(page.contains("An order you placed has not left yet."), "{page}");
    assert!(!page.contains("Delete my account for good"), "{page}");
    let sent = ana.submits("/account/privacy/delete", &[("current_password", PASSWORD)]).await;
    assert_eq!(sent.status, 422);
    let refused =
        maker.posts("/api/v1/profile/erasure", &json!({ "current_password": PASSWORD })).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("an order of your shop has not left yet"), "{}", refused.body);

    ships(&maker, &maker.only_order().await).await;
    let preview: ErasurePreview = maker.gets("/api/v1/profile/erasure").await.expect(200);
    let what: Vec<&str> = preview.hindrances.iter().map(|h| h.what.as_str()).collect();
    assert!(what.iter().any(|what| what.starts_with("your balance at Stripe is €")), "{what:?}");
    assert_eq!(maker.gets(&format!("/listings/{}", piece.slug)).await.status, 200, "still there");

    market.passes(30 * DAY).await;
    let preview: ErasurePreview = maker.gets("/api/v1/profile/erasure").await.expect(200);
    assert_eq!(preview.hindrances, []);
    let gone =
        maker.posts("/api/v1/profile/erasure", &json!({ "current_password": PASSWORD })).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    market.holds().await;
    let order = ana.order_page().await;
    assert!(order.contains("Bo’s workshop"), "the receipt names the shop: {order}");
}

async fn whoever_went_is_a_stranger_and_her_receipts_remain(market: Market) {
    let maker = market.seller("Bo").await;
    let slug = maker.gets("/api/v1/shop").await.expect::<api::shop::Shop>(200).slug;
    let piece = maker.offers("Speckled mug", 2800, 3).await;
    let visitor = market.visitor();
    assert!(visitor.gets("/sitemap/listings.xml").await.body.contains(&piece.slug));
    let browser = browser_of(&market, "Bo").await;
    let answer =
        browser.submits("/account/privacy/delete", &[("current_password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location()), (303, "/privacy?gone=true"));
    assert!(browser.gets("/privacy?gone=true").await.words().contains("Your account is deleted."));
    assert_eq!(browser.gets("/account").await.location(), "/login?next=%2Faccount");
    assert_eq!(maker.gets("/api/v1/me").await.status, 401, "the terminal is signed out, too");

    for path in [format!("/shops/{slug}"), format!("/listings/{}", piece.slug)] {
        assert_eq!(visitor.gets(&path).await.status, 404, "{path}");
    }
    assert!(!visitor.gets("/sitemap/listings.xml").await.body.contains(&piece.slug));
    assert!(!visitor.gets("/search?q=speckled").await.body.contains(&piece.slug));
    assert!(!visitor.gets("/").await.words().contains("Speckled"));
    assert!(market.letters_to(&email_of("Bo")).await.is_empty(), "letters are gone");
    let form = [("email", "bo@example.org"), ("password", PASSWORD)];
    assert_eq!(visitor.submits("/login", &form).await.status, 422, "nobody of that name");

    let again = market.seller("Bo").await;
    let log: Page<AuditEntry> = again.gets("/api/v1/profile/log").await.expect(200);
    assert!(
        log.items.iter().all(|entry| entry.verb != Verb::ListingPublish),
        "a stranger: {log:?}"
    );
    again.offers("Another mug", 2800, 1).await;
    market.holds().await;
}

async fn a_password_guessed_wrong_deletes_nothing(market: Market) {
    let ana = market.shopper("Ana").await;
    let refused =
        ana.submits("/account/privacy/delete", &[("current_password", "seven dry herons")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("This is not your password"));
    assert_eq!(ana.gets("/account").await.status, 200);
    let terminal = market.terminal("Cleo").await;
    let refused =
        terminal.posts("/api/v1/profile/erasure", &json!({ "current_password": "x" })).await;
    assert_eq!(refused.status, 422);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 200);
}

async fn with_a_second_step_its_code_is_needed_as_well(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, codes) = Authenticator::set_up(&market, &ana).await;
    for path in ["/account/privacy", "/account/privacy/delete"] {
        assert!(ana.gets(path).await.words().contains("Code of your app"), "{path}");
        let without = [("current_password", PASSWORD), ("code", "")];
        let refused = ana.submits(path, &without).await;
        assert_eq!(refused.status, 422, "{path}");
        assert!(refused.words().contains("This code is not right"), "{}", refused.words());
    }
    let code = app.next_code(&market).await;
    let asked =
        json!({ "email": email_of("Ana"), "password": PASSWORD, "name": "x", "code": code });
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let terminal = market.visitor().with_token(token.token);
    let erase = json!({ "current_password": PASSWORD });
    let problem: Problem = terminal.posts("/api/v1/profile/erasure", &erase).await.expect(403);
    assert_eq!(problem.code, Code::CodeNeeded);
    let erase = json!({ "current_password": PASSWORD, "code": codes[0] });
    assert_eq!(terminal.posts("/api/v1/profile/erasure", &erase).await.status, 204);
    assert_eq!(ana.gets("/account").await.status, 303, "signed out");
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];
    assert_eq!(market.visitor().submits("/login", &form).await.status, 422, "nobody of that name");
}

async fn a_token_with_limits_takes_no_copy_and_deletes_nothing(market: Market) {
    market.register("Ana").await;
    let mut asked = TokenRequest::new(email_of("Ana"), PASSWORD, "narrow");
    asked.scopes = Some(vec![Scope::ProfileRead, Scope::ProfileWrite]);
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let narrow = market.visitor().with_token(token.token);
    assert_eq!(narrow.gets("/api/v1/profile/export").await.status, 403);
    let erase = json!({ "current_password": PASSWORD });
    assert_eq!(narrow.posts("/api/v1/profile/erasure", &erase).await.status, 403);
    assert_eq!(narrow.gets("/api/v1/profile/log").await.status, 200);
    assert_eq!(narrow.gets("/api/v1/me").await.status, 200, "she is still there");
}

async fn what_lapses_lapses_by_the_clock(market: Market) {
    let maker = market.seller("Bo").await;
    let piece = maker.offers("Mug", 2800, 2).await;
    let guest = market.visitor();
    buys(&market, &guest, &piece).await;
    ships(&maker, &maker.only_order().await).await;
    guest.takes(&piece, 1).await;
    let new = json!({ "file": "mugs.csv", "format": "stall" });
    assert_eq!(maker.posts("/api/v1/imports", &new).await.status, 201);
    let events = count(&market, COUNT_EVENTS).await;
    assert!(
        events > 0
            && count(&market, COUNT_LETTERS).await > 2
            && count(&market, COUNT_CARTS).await > 0
    );

    market.passes(29 * DAY).await;
    privacy::purge(&market.state).await.unwrap();
    assert!(count(&market, COUNT_CARTS).await > 0, "29 days are not 30");
    assert!(count(&market, COUNT_LETTERS).await > 2);
    assert_eq!(count(&market, COUNT_PLANS).await, 1);
    market.passes(2 * DAY).await;
    privacy::purge(&market.state).await.unwrap();
    assert_eq!(count(&market, COUNT_CARTS).await, 0);
    assert_eq!(count(&market, COUNT_PLANS).await, 0);
    assert_eq!(maker.gets("/api/v1/imports").await.status, 200);

    let later = count(&market, COUNT_EVENTS).await;
    assert_eq!(count(&market, COUNT_BODIES).await, later);
    market.passes(90 * DAY).await;
    privacy::purge(&market.state).await.unwrap();
    assert!(count(&market, COUNT_BODIES).await <= count(&market, COUNT_EVENTS).await - later);
    assert!(count(&market, COUNT_EVENTS).await >= later, "their numbers stay");
    market.holds().await;
}

async fn a_business_can_be_named_after_it_closed_and_a_private_seller_cannot(market: Market) {
    const SELLERS: Sql = Sql {
        sqlite: "SELECT seller_name, seller_phone FROM shop_profiles ORDER BY seller_kind",
        postgres: "SELECT seller_name, seller_phone FROM shop_profiles ORDER BY seller_kind",
    };
    let told =
        async || -> Vec<(String, String)> { market.state.db.read(SELLERS).all().await.unwrap() };
    let pair = |name: &str, phone: &str| (name.to_owned(), phone.to_owned());
    for (name, kind) in [("Bo", "business"), ("Cleo", "private")] {
        let maker = market.seller(name).await;
        let seller = json!({ "kind": kind, "name": name, "address": "Weg 1",
                             "phone": "+49 3641 12345", "email": "shop@example.org" });
        let told = maker.patches("/api/v1/shop/profile", &json!({ "seller": seller })).await;
        assert_eq!(told.status, 200, "{}", told.body);
        let piece = maker.offers("Mug", 2800, 1).await;
        buys(&market, &market.visitor(), &piece).await;
        ships(&maker, &maker.only_order().await).await;
        market.passes(30 * DAY).await;
        let erase = json!({ "current_password": PASSWORD });
        let gone = maker.posts("/api/v1/profile/erasure", &erase).await;
        assert_eq!(gone.status, 204, "{}", gone.body);
    }
    let phone = "+49 3641 12345";
    assert_eq!(told().await, [pair("Bo", phone), pair("", "")]);
    market.passes(185 * DAY).await;
    privacy::purge(&market.state).await.unwrap();
    assert_eq!(told().await, [pair("Bo", ""), pair("", "")], "for the books");
    for _year in 0..11 {
        market.passes(366 * DAY).await;
    }
    privacy::purge(&market.state).await.unwrap();
    assert_eq!(told().await, [pair("", ""), pair("", "")], "after the tax period");
}

async fn a_maker_forgets_whom_a_parcel_went_to(market: Market) {
    let maker = market.seller("Bo").await;
    let piece = maker.offers("Mug", 2800, 1).await;
    let guest = market.visitor();
    buys(&market, &guest, &piece).await;
    ships(&maker, &maker.only_order().await).await;
    // A terminal that is not used for 90 days is signed out.
    for days in [60, 60, 59] {
        market.passes(days * DAY).await;
        assert_eq!(maker.gets("/api/v1/me").await.status, 200);
    }
    assert_eq!(maker.only_order().await.ship_to.name, "Ana Ng");
    assert_eq!(maker.orders_in(OrderStatus::Shipped).await[0].customer, "Ana Ng");
    market.passes(2 * DAY).await;
    let address = maker.only_order().await.ship_to;
    assert_eq!(
        (address.name.as_str(), address.line1.as_str(), address.country.as_str()),
        ("", "", "DE")
    );
    assert_eq!(maker.orders_in(OrderStatus::Shipped).await[0].customer, "");
}

/// Names of cookies that stand in the source below a folder.
fn cookies(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(cookies(&path));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let after = text.split("COOKIE: &str = \"").skip(1);
        names.extend(after.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    names
}

async fn every_cookie_is_named_on_the_page(market: Market) {
    let names = cookies(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(names.len() >= 4, "{names:?}");
    let page = market.visitor().gets("/privacy").await.body;
    for name in names {
        let told = page.contains(&format!("<dt><span class=\"code\">{name}</span></dt>"));
        assert!(told, "the cookie {name} is not named in templates/privacy/policy.html");
    }
}

/// Addresses that a page has a browser load or send to, which is not what a link does.
fn asked_for(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in html.match_indices('<') {
        let tag = &html[at..at + html[at..].find('>').unwrap_or(0)];
        let is_link =
            tag.starts_with("<a ") || tag.contains("rel=\"canonical\"") || tag.starts_with("<meta");
        for attribute in
            ["src=\"", "srcset=\"", "href=\"", "action=\"", "formaction=\"", "poster=\"", "data=\""]
        {
            for (place, _) in tag.match_indices(&format!(" {attribute}")).filter(|_| !is_link) {
                let value = &tag[place + attribute.len() + 1..];
                found.push(value[..value.find('"').unwrap_or(0)].to_owned());
            }
        }
    }
    found
}

async fn no_page_asks_another_host(market: Market) {
    let maker = market.seller("Bo").await;
    let slug = maker.gets("/api/v1/shop").await.expect::<api::shop::Shop>(200).slug;
    let piece = maker.offers("Mug", 2800, 2).await;
    let browser = browser_of(&market, "Bo").await;
    buys(&market, &browser, &piece).await;
    browser.takes(&piece, 1).await;
    let (listing, shop) = (format!("/listings/{}", piece.slug), format!("/shops/{slug}"));
    let order = format!("/orders/{}", browser.order_number().await);
    let paths = [
        "/",
        "/search",
        "/search?q=mug",
        "/c/clay",
        &listing,
        &shop,
        "/about",
        "/privacy",
        "/terms",
        "/cart",
        "/checkout",
        "/register",
        "/login",
        "/nowhere",
        "/verify-email?token=x",
        "/device",
        "/sell",
        "/sell/onboarding",
        "/account",
        "/account/orders",
        "/account/profile",
        "/account/addresses",
        "/account/security",
        "/account/factor",
        "/account/privacy",
        "/account/privacy/delete",
        "/account/privacy/log",
        &order,
        "/dev/mail",
    ];
    let (mut looked_at, mut sheets) = (0, BTreeSet::new());
    for path in paths {
        for who in [&market.visitor(), &browser] {
            let page = who.gets(path).await;
            if page.status >= 300 && page.status != 404 {
                continue;
            }
            looked_at += 1;
            assert!(
                page.header("content-security-policy").contains("default-src 'none'"),
                "{path}"
            );
            for address in asked_for(&page.body) {
                for one in address.split(',').map(str::trim) {
                    assert!(
                        one.starts_with('/') && !one.starts_with("//") || one.is_empty(),
                        "{path} asks {one}"
                    );
                    if one.contains(".css") {
                        sheets.insert(one.to_owned());
                    }
                }
            }
            // Facts for search engines are no program, and the market's own script is a file.
            let programs = page.body.replace("<script type=\"application/ld+json\">", "");
            let own = programs.replace("<script src=\"/a/site.", "");
            assert!(!own.contains("<script"), "{path} runs another script");
        }
    }
    assert!(looked_at > 35, "only {looked_at} pages");
    assert_eq!(sheets.len(), 1);
    for sheet in sheets {
        let css = market.visitor().gets(&sheet).await.body;
        assert!(css.len() > 1000 && !css.contains("@import"), "{sheet}");
        for (at, _) in css.match_indices("url(") {
            let address = css[at + 4..].trim_start_matches(['"', '\'']);
            let address = address.split(['"', '\'', ')']).next().unwrap_or_default();
            let is_own = !address.starts_with("//") && !address.contains(':');
            assert!(is_own || address.starts_with("data:"), "{sheet} asks {address}");
        }
    }
}

/// Who else gets data follows the configuration, and the page shows no secret of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_names_the_processors_that_are_configured() {
    let market = Market::start_with(Engine::Sqlite, |config| {
        config.mail_url = Some("smtp://me:hidden@relay.example?from=a@b.example".into());
        config.blobs_url = Some("s3://KEY:hidden@pictures?endpoint=https://store.example".into());
    })
    .await;
    let page = market.visitor().gets("/privacy").await.words();
    for words in [
        "The relay relay.example.",
        "The object store store.example.",
        "payments are simulated on this machine",
        "Hashes of addresses that passwords are tried on",
        "Until the tax period is over",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("hidden") && !page.contains("KEY"), "{page}");
}
