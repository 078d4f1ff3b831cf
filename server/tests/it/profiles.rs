//! What people show of themselves, and to whom.

use api::Problem;
use api::profile::{Audience, Profile};
use api::shop::Shop;
use reqwest::Method;
use serde_json::{Value, json};

use crate::images::{PLACE, halves, jpeg_with_place};
use crate::market::{Answer, Market, Person, email_of, on_both_engines};
use crate::shopping::GOOD_CARD;

on_both_engines![
    only_the_name_is_public_at_first,
    each_field_reaches_its_own_audience,
    a_page_has_a_name_of_its_own,
    what_a_profile_cannot_say_is_said_beside_the_field,
    two_changes_at_once_do_not_overwrite_each_other,
    a_portrait_comes_without_its_place_and_goes_when_it_should,
    the_page_changes_what_the_program_sees,
    nothing_on_a_profile_is_markup,
];

impl Person {
    async fn profile(&self) -> Profile {
        self.gets("/api/v1/profile").await.expect(200)
    }

    /// The address of this person's page.
    async fn page(&self) -> String {
        format!("/people/{}", self.profile().await.account)
    }
}

/// Everything told, to the audience named.
fn told(audience: &str) -> Value {
    json!({
        "about": "Likes mugs.", "place": "Jena", "links": ["https://example.org/ana"],
        "show": { "about": audience, "place": audience, "links": audience },
    })
}

async fn only_the_name_is_public_at_first(market: Market) {
    let ana = market.terminal("Ana").await;
    let profile = ana.profile().await;
    assert_eq!((profile.name.as_str(), profile.version), ("Ana", 0));
    let told: Profile = ana
        .patches("/api/v1/profile", &json!({ "about": "Likes mugs.", "place": "Jena" }))
        .await
        .expect(200);
    assert_eq!((told.show.name, told.show.about), (Audience::Public, Audience::Private));

    let page = market.visitor().gets(&ana.page().await).await;
    assert_eq!(page.status, 200);
    assert!(page.words().contains("Ana"));
    assert!(!page.body.contains("Likes mugs.") && !page.body.contains("Jena"), "{}", page.words());
    assert!(!page.body.contains(&email_of("Ana")), "an address is nobody's business");
    assert!(page.body.contains("noindex"));
}

async fn each_field_reaches_its_own_audience(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let ana = market.shopper("Ana").await;
    ines.patches("/api/v1/profile", &told("customers")).await.expect::<Profile>(200);
    let (page, sees) = (ines.page().await, |answer: Answer| answer.body.contains("Likes mugs."));
    assert!(!sees(ana.gets(&page).await), "a stranger");

    ana.takes(&mug, 1).await;
    let payment = ana.checks_out().await;
    assert!(!sees(ana.gets(&page).await), "an unpaid order makes nobody a customer");
    ana.pays(&payment, GOOD_CARD).await;
    market.settle().await;
    assert!(sees(ana.gets(&page).await), "a customer");
    assert!(!sees(market.visitor().gets(&page).await), "nobody else");
    assert!(!sees(market.shopper("Eve").await.gets(&page).await), "nobody else");

    let form = [("about", "I collect."), ("show_about", "customers")];
    let answer = ana.submits("/account/profile", &filled(&form)).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let me: Profile = ana.gets("/api/v1/profile").await.expect(200);
    let anas = format!("/people/{}", me.account);
    assert!(ines.gets(&anas).await.body.contains("I collect."), "her maker");
    assert!(!market.seller("Omar").await.gets(&anas).await.body.contains("I collect."));

    let hidden = json!({ "show": { "name": "private" } });
    ines.patches("/api/v1/profile", &hidden).await.expect::<Profile>(200);
    let own = ines.gets(&page).await.words();
    assert!(own.contains("may not see the name does not find the page"), "{own}");
    let (absent, nobody) = (ana.gets(&page).await, ana.gets("/people/nobody-here").await);
    assert_eq!((absent.status, nobody.status), (404, 404));
    assert_eq!(
        absent.words().replace(&page, ""),
        nobody.words().replace("/people/nobody-here", "")
    );
    assert_eq!(ines.gets(&page).await.status, 200, "her own");
}

/// The form of `/account/profile` as it first comes, with some fields filled in.
pub(crate) fn filled<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let first = [
        ("name", "Ana"),
        ("slug", ""),
        ("about", ""),
        ("place", ""),
        ("links", ""),
        ("show_name", "public"),
        ("show_avatar", "private"),
        ("show_about", "private"),
        ("show_place", "private"),
        ("show_links", "private"),
    ];
    let typed =
        |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
    first.into_iter().map(|(name, value)| (name, typed(name).unwrap_or(value))).collect()
}

async fn a_page_has_a_name_of_its_own(market: Market) {
    let (ana, ben) = (market.terminal("Ana").await, market.terminal("Ben").await);
    let long = ana.page().await;
    let named = json!({ "slug": "Ana-Ng" });
    assert_eq!(
        ana.patches("/api/v1/profile", &named).await.expect::<Profile>(200).slug.unwrap(),
        "ana-ng"
    );
    assert_eq!(market.visitor().gets(&long).await.location(), "/people/ana-ng");
    assert_eq!(market.visitor().gets("/people/ana-ng").await.status, 200);
    let taken: Problem = ben.patches("/api/v1/profile", &named).await.expect(422);
    assert_eq!(taken.field.as_deref(), Some("slug"));
    ana.patches("/api/v1/profile", &json!({ "slug": "" })).await.expect::<Profile>(200);
    assert_eq!(market.visitor().gets("/people/ana-ng").await.status, 404);
    ben.patches("/api/v1/profile", &named).await.expect::<Profile>(200);

    let hide = json!({ "show": { "name": "private" } });
    ben.patches("/api/v1/profile", &hide).await.expect::<Profile>(200);
    let id = ben.page().await;
    assert_eq!(market.visitor().gets(&id).await.status, 404, "no redirect gives the name away");
}

async fn what_a_profile_cannot_say_is_said_beside_the_field(market: Market) {
    let ana = market.terminal("Ana").await;
    let long = "x".repeat(2001);
    for (field, body) in [
        ("name", json!({ "name": "  " })),
        ("slug", json!({ "slug": "a--b" })),
        ("about", json!({ "about": long })),
        ("about", json!({ "about": "a\u{202e}b" })),
        ("place", json!({ "place": "x".repeat(81) })),
        ("links", json!({ "links": ["http://example.org"] })),
        ("links", json!({ "links": ["javascript:alert(1)"] })),
        (
            "links",
            json!({ "links": (0..6).map(|n| format!("https://example.org/{n}")).collect::<Vec<_>>() }),
        ),
    ] {
        let problem: Problem = ana.patches("/api/v1/profile", &body).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some(field), "{}", problem.detail);
    }
    assert_eq!(ana.patches("/api/v1/profile", &json!({ "email": "x" })).await.status, 422);
    assert_eq!(ana.profile().await.version, 0, "nothing was written");
    assert_eq!(market.visitor().gets("/api/v1/profile").await.status, 401);

    let person = market.shopper("Ben").await;
    let answer =
        person.submits("/account/profile", &filled(&[("links", "http://example.org")])).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("id=\"links-wrong\""), "{}", answer.words());
    assert!(answer.body.contains("http://example.org</textarea>"), "what was typed stays");
}

async fn two_changes_at_once_do_not_overwrite_each_other(market: Market) {
    let ana = market.terminal("Ana").await;
    let edit = |version: &'static str, place: &'static str| {
        ana.sends(Method::PATCH, "/api/v1/profile", move |request| {
            request.header("if-match", version).json(&json!({ "place": place }))
        })
    };
    let first = edit("\"0\"", "Jena").await;
    assert_eq!((first.status, first.header("etag")), (200, "\"1\""));
    assert_eq!(edit("\"0\"", "Bonn").await.status, 409);
    assert_eq!(edit("\"1\"", "Köln").await.status, 200);
    assert_eq!(ana.profile().await.place, "Köln");
}

async fn a_portrait_comes_without_its_place_and_goes_when_it_should(market: Market) {
    let ana = market.shopper("Ana").await;
    let photo = jpeg_with_place(&halves(600, 400));
    let sent = ana.uploads("/account/profile/avatar", &photo, &[]).await;
    assert_eq!(
        (sent.status, sent.location()),
        (303, "/account/profile?saved=true"),
        "{}",
        sent.words()
    );
    let profile = ana.profile().await;
    let avatar = profile.avatar.expect("a portrait");
    let file = market.visitor().gets(&format!("/img/{}-400.webp", avatar.hash)).await;
    assert_eq!(file.status, 200);
    assert!(!file.body.contains(std::str::from_utf8(PLACE).unwrap()));
    let page = format!("/people/{}", profile.account);
    assert!(!market.visitor().gets(&page).await.body.contains(&avatar.hash), "private at first");
    let beside = "alt=\"\"><small class=\"soft\">Shown: private</small>";
    assert!(ana.gets(&page).await.body.contains(beside), "told to herself");
    let form = filled(&[("show_avatar", "public")]);
    assert_eq!(ana.submits("/account/profile", &form).await.status, 303);
    assert!(market.visitor().gets(&page).await.body.contains(&avatar.hash));
    market.holds().await;

    for (bytes, words) in
        [(Vec::new(), "Choose a picture"), (b"<svg></svg>".to_vec(), "a drawing (SVG)")]
    {
        let refused = ana.uploads("/account/profile/avatar", &bytes, &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.words().contains(words), "{}", refused.words());
    }
    assert_eq!(ana.submits("/account/profile/avatar/remove", &[]).await.status, 303);
    assert_eq!(ana.profile().await.avatar, None);
}

async fn the_page_changes_what_the_program_sees(market: Market) {
    let ana = market.shopper("Ana").await;
    let form = filled(&[
        ("name", "Ana Ng"),
        ("about", "One.\r\n\r\nTwo."),
        ("links", "https://example.org/ana\r\nhttps://example.com\r\n"),
        ("show_about", "public"),
    ]);
    assert_eq!(ana.submits("/account/profile", &form).await.status, 303);
    let profile = ana.profile().await;
    assert_eq!((profile.name.as_str(), profile.about.as_str()), ("Ana Ng", "One.\n\nTwo."));
    assert_eq!(profile.links, ["https://example.org/ana", "https://example.com/"]);
    assert!(ana.gets("/account").await.words().contains("Ana Ng"), "the same name everywhere");
    assert_eq!(market.visitor().gets("/account/profile").await.status, 303);
}

async fn nothing_on_a_profile_is_markup(market: Market) {
    let ana = market.terminal("Ana").await;
    let attack = "</p><script>alert(1)</script><img src=x onerror=alert(1)>";
    let edit = json!({
        "name": "<b>Ana</b>", "about": attack, "place": "\"><svg onload=alert(1)>",
        "links": ["https://example.org/?q=\"><script>"],
        "show": { "about": "public", "place": "public", "links": "public" },
    });
    ana.patches("/api/v1/profile", &edit).await.expect::<Profile>(200);
    let page = market.visitor().gets(&ana.page().await).await;
    for markup in ["<script>alert", "<img src=x", "<svg onload", "<b>Ana"] {
        assert!(!page.body.contains(markup), "{markup}");
    }
    assert!(page.body.contains("rel=\"nofollow noopener noreferrer\">example.org</a>"));
    let shop: Shop = ana.posts("/api/v1/shop", &json!({ "name": "Oat & Ash" })).await.expect(201);
    assert!(market.visitor().gets(&ana.page().await).await.body.contains(&shop.slug));
}
