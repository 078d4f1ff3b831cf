//! Forms of texts say everything that is wrong with them at once, each thing at its field, and keep
//! what was typed.

use serde_json::json;

use crate::market::{Answer, Market, on_both_engines};

on_both_engines![
    a_profile_says_all_that_is_wrong_with_it,
    a_shop_says_all_that_is_wrong_with_it,
    a_shop_that_sells_says_all_that_is_missing,
    a_new_shop_and_a_new_picture_say_all_that_is_wrong_with_them,
];

/// What stands beside fields, in their order on the page.
fn remarks(page: &Answer) -> Vec<(&str, &str)> {
    let beside = page.body.split("<span class=\"wrong\" id=\"").skip(1);
    beside
        .map(|part| {
            let (field, rest) = part.split_once("-wrong\">").unwrap();
            (field, rest.split_once('<').unwrap().0)
        })
        .collect()
}

/// The fields that are wrong, once the page was refused.
#[track_caller]
fn wrong(page: &Answer) -> Vec<&str> {
    assert_eq!(page.status, 422, "{}", page.words());
    remarks(page).into_iter().map(|(field, _)| field).collect()
}

async fn a_profile_says_all_that_is_wrong_with_it(market: Market) {
    let taken = json!({ "slug": "ana-ng" });
    assert_eq!(market.terminal("Ana").await.patches("/api/v1/profile", &taken).await.status, 200);
    let ben = market.shopper("Ben").await;
    let form = |slug: &'static str| {
        [
            ("name", " "),
            ("slug", slug),
            ("about", "Clay\u{202E}yalC"),
            ("place", "Jena"),
            ("links", "ftp://example.org"),
            ("show_name", "public"),
            ("show_avatar", "private"),
            ("show_about", "public"),
            ("show_place", "private"),
            ("show_links", "public"),
        ]
    };
    let page = ben.submits("/account/profile", &form("x")).await;
    assert_eq!(wrong(&page), ["name", "about", "links", "slug"]);
    assert!(page.body.contains("value=\"Jena\"") && page.body.contains("value=\"x\""));
    assert!(page.body.contains("ftp://example.org"), "what was typed stays");
    let page = ben.submits("/account/profile", &form("ana-ng")).await;
    assert_eq!(wrong(&page), ["name", "about", "links", "slug"], "taken by somebody else");
    assert!(page.words().contains("Somebody else has this address"), "{}", page.words());
    let refused = ben.patches("/api/v1/profile", &json!({ "name": "", "slug": "x" })).await;
    let problem: api::Problem = refused.expect(422);
    assert_eq!(problem.field.as_deref(), Some("name"), "programs are told the first");
}

/// A shop's form as a browser sends it, with other words in some of its fields.
pub(crate) fn shop_form<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let form = [
        ("name", "Oat & Ash"),
        ("place", "Leipzig"),
        ("story", "One."),
        ("returns_days", "30"),
        ("returns", ""),
        ("custom_work", "yes"),
        ("custom", ""),
        ("lead_from", "3"),
        ("lead_to", "9"),
        ("seller_kind", "private"),
        ("seller_name", ""),
        ("seller_address", ""),
        ("seller_phone", ""),
        ("seller_email", ""),
        ("seller_register", ""),
    ];
    let value = |name: &str| changed.iter().find(|(field, _)| *field == name).map(|(_, v)| *v);
    form.into_iter().map(|(name, given)| (name, value(name).unwrap_or(given))).collect()
}

async fn a_shop_says_all_that_is_wrong_with_it(market: Market) {
    market.seller("Omar").await.tells(&json!({ "name": "Ash & Oak" })).await;
    let ines = market.seller("Ines").await;
    let (long, note) = ("x".repeat(5001), "x".repeat(601));
    let form = shop_form(&[
        ("name", "Ash & Oak"),
        ("place", &note),
        ("story", &long),
        ("returns_days", "soon"),
        ("returns", &note),
        ("custom", &note),
        ("lead_to", ""),
        ("seller_phone", "none"),
        ("seller_email", "hello at example"),
    ]);
    let page = ines.submits("/sell/shop", &form).await;
    let fields = [
        "name",
        "place",
        "story",
        "returns",
        "returns_days",
        "custom",
        "lead_from",
        "seller_phone",
        "seller_email",
    ];
    assert_eq!(wrong(&page), fields);
    assert!(page.body.contains("value=\"soon\"") && page.body.contains(&long), "typed words stay");
    assert_eq!(ines.shop_profile().await.version, 1, "nothing of it was saved");
    let turned = [("lead_from", "9"), ("lead_to", "3"), ("returns_days", "999"), ("name", "x")];
    let page = ines.submits("/sell/shop", &shop_form(&turned)).await;
    assert_eq!(wrong(&page), ["name", "returns_days", "lead_from"]);
}

async fn a_shop_that_sells_says_all_that_is_missing(market: Market) {
    let ines = market.seller("Ines").await;
    ines.offers("Mug", 2800, 3).await;
    let form =
        shop_form(&[("seller_kind", "business"), ("returns_days", "7"), ("seller_email", "x")]);
    let page = ines.submits("/sell/shop", &form).await;
    let fields = ["returns_days", "seller_name", "seller_address", "seller_phone", "seller_email"];
    assert_eq!(wrong(&page), fields);
    assert!(page.words().contains("An e-mail address looks like"), "{}", page.words());
}

async fn a_new_shop_and_a_new_picture_say_all_that_is_wrong_with_them(market: Market) {
    let ana = market.shopper("Ana").await;
    let long = "x".repeat(5001);
    let page = ana.submits("/sell", &[("name", "x"), ("place", &long), ("story", &long)]).await;
    assert_eq!(wrong(&page), ["name", "place", "story"]);
    let ines = market.seller("Ines").await;
    let page =
        ines.uploads("/sell/shop/pictures/add", b"", &[("kind", "process"), ("alt", "")]).await;
    assert_eq!(wrong(&page), ["image", "alt"]);
}
