//! What shops tell: their page, their policies, who sells, names.

use api::Problem;
use api::listing::StoredImage;
use api::shop_profile::{CustomWork, ShopProfile};
use reqwest::Method;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::images::{halves, jpeg_with_place};
use crate::market::{Market, Person, email_of, on_both_engines};
use crate::mistakes::shop_form;

on_both_engines![
    a_shop_page_tells_what_the_artisan_said,
    a_story_is_never_more_than_a_story,
    pictures_are_put_up_and_taken_down,
    a_renamed_shop_is_found_under_every_former_name,
    a_business_names_itself_before_it_offers_anything,
    two_changes_at_once_do_not_overwrite_each_other,
    the_page_changes_what_the_program_sees,
    a_new_shop_is_told_what_comes_next,
];

impl Person {
    pub(crate) async fn tells(&self, edit: &Value) -> ShopProfile {
        self.patches("/api/v1/shop/profile", edit).await.expect(200)
    }

    pub(crate) async fn shop_profile(&self) -> ShopProfile {
        self.gets("/api/v1/shop/profile").await.expect(200)
    }

    pub(crate) async fn stores(&self, red: u8) -> StoredImage {
        let mut picture = halves(400, 300);
        picture.put_pixel(0, 0, image::Rgb([red, 0, 0]));
        let bytes = jpeg_with_place(&picture);
        self.sends(Method::POST, "/api/v1/images", |request| request.body(bytes)).await.expect(201)
    }
}

async fn a_shop_page_tells_what_the_artisan_said(market: Market) {
    let ines = market.seller("Ines").await;
    let edit = json!({
        "place": "Faenza, Italy", "story": "# Clay\n\nOne room *behind* a bakery.",
        "policies": { "returns_days": 30, "returns": "The market pays the post.", "custom_work": "on_request", "custom": "Write to me.", "lead_time": { "from": 3, "to": 10 } },
    });
    let told = ines.tells(&edit).await;
    assert_eq!((told.policies.custom_work, told.version), (CustomWork::OnRequest, 2));
    let piece = ines.offers("Stoneware mug", 2400, 3).await;
    let page = market.visitor().gets(&format!("/shops/{}", told.shop.slug)).await;
    assert!(page.body.contains("<h2>Clay</h2>") && page.body.contains("<em>behind</em>"));
    for words in [
        "Made in Faenza, Italy",
        "Sent within 3 to 10 days.",
        "Pieces are taken back within 30 days.",
        "The market pays the post.",
        "Pieces to order on request.",
        "A private person",
    ] {
        assert!(page.words().contains(words), "{words}: {}", page.words());
    }
    assert!(page.body.contains("/people/"), "who makes it");
    let listing = market.visitor().gets(&format!("/listings/{}", piece.slug)).await.words();
    assert!(listing.contains("Sent within 3 to 10 days. Taken back within 30 days."), "{listing}");
    assert!(listing.contains("One room behind a bakery."), "no marks of Markdown in a teaser");
    ines.patches("/api/v1/profile", &json!({ "show": { "name": "private" } }))
        .await
        .expect::<Value>(200);
    let page = market.visitor().gets(&format!("/shops/{}", told.shop.slug)).await;
    assert!(!page.body.contains("/people/"), "a private name stays private");
}

async fn a_story_is_never_more_than_a_story(market: Market) {
    let ines = market.seller("Ines").await;
    let attacks = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n\n\
                   <svg onload=alert(1)>\n\n![x](https://evil.example/p.gif)\n\n[y](https://example.org/)";
    let told = ines.tells(&json!({ "story": attacks })).await;
    assert_eq!(told.shop.story, attacks.replace("                   ", ""), "kept as it was typed");
    let page = market.visitor().gets(&format!("/shops/{}", told.shop.slug)).await.body;
    for markup in
        ["<script>alert", "<img src=x", "javascript:", "<svg onload", "src=\"https://evil"]
    {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(
        page.contains(
            "<a href=\"https://example.org/\" rel=\"nofollow noopener noreferrer\">y</a>"
        )
    );
    assert!(page.contains("&lt;script&gt;alert(1)"), "what was typed can be read");
}

async fn pictures_are_put_up_and_taken_down(market: Market) {
    let (ines, omar) = (market.seller("Ines").await, market.seller("Omar").await);
    let (banner, portrait, wheel) =
        (ines.stores(1).await, ines.stores(2).await, ines.stores(3).await);
    let edit = json!({
        "banner": { "hash": banner.hash, "alt": "A shelf of bowls" },
        "portrait": { "hash": portrait.hash, "alt": "Ines at the wheel" },
        "process": [{ "hash": wheel.hash, "alt": "A bowl on the wheel" }],
    });
    let told = ines.tells(&edit).await;
    let page = market.visitor().gets(&format!("/shops/{}", told.shop.slug)).await.body;
    for image in [&banner, &portrait, &wheel] {
        assert!(page.contains(&image.hash));
    }
    assert!(page.contains("alt=\"A bowl on the wheel\"") && page.contains("How it is made"));
    market.holds().await;

    let foreign: Problem = omar.patches("/api/v1/shop/profile", &edit).await.expect(422);
    assert!(foreign.detail.contains("not uploaded by this shop"), "{}", foreign.detail);
    let silent = json!({ "process": [{ "hash": wheel.hash, "alt": " " }] });
    let refused: Problem = ines.patches("/api/v1/shop/profile", &silent).await.expect(422);
    assert_eq!(refused.field.as_deref(), Some("process"));
    let many = json!({ "process": vec![json!({ "hash": wheel.hash, "alt": "again" }); 9] });
    assert_eq!(ines.patches("/api/v1/shop/profile", &many).await.status, 422);

    let gone = ines.tells(&json!({ "banner": { "hash": "" }, "process": [] })).await;
    assert_eq!((gone.banner, gone.process.len()), (None, 0));
    assert!(gone.portrait.is_some(), "what was not spoken of stays");
}

async fn a_renamed_shop_is_found_under_every_former_name(market: Market) {
    let (ines, omar) = (market.seller("Ines").await, market.seller("Omar").await);
    let visitor = market.visitor();
    let first = ines.shop_profile().await.shop.slug;
    let second = ines.tells(&json!({ "name": "Oat & Ash" })).await.shop.slug;
    let third = ines.tells(&json!({ "name": "Ash & Oat" })).await.shop.slug;
    assert_eq!((second.as_str(), third.as_str()), ("oat-and-ash", "ash-and-oat"));
    for former in [&first, &second] {
        let answer = visitor.gets(&format!("/shops/{former}")).await;
        assert_eq!((answer.status, answer.location()), (301, "/shops/ash-and-oat"));
    }
    assert_eq!(visitor.gets("/shops/ash-and-oat").await.status, 200);
    // Nobody slips into a place that leads to somebody else.
    let taking = json!({ "name": "Oat & Ash" });
    assert_eq!(omar.patches("/api/v1/shop/profile", &taking).await.status, 422);
    assert_eq!(visitor.gets("/shops/oat-and-ash").await.location(), "/shops/ash-and-oat");
    // Back to an own former name, and no circle.
    assert_eq!(ines.tells(&json!({ "name": "Oat & Ash" })).await.shop.slug, "oat-and-ash");
    assert_eq!(visitor.gets("/shops/oat-and-ash").await.status, 200);
    assert_eq!(visitor.gets("/shops/ash-and-oat").await.location(), "/shops/oat-and-ash");
    assert_eq!(ines.tells(&json!({ "name": "Oat & Ash!" })).await.shop.slug, "oat-and-ash");
    assert_eq!(visitor.gets("/shops/never-was").await.status, 404);
}

async fn a_business_names_itself_before_it_offers_anything(market: Market) {
    let ines = market.seller("Ines").await;
    ines.tells(&json!({ "seller": { "kind": "business", "name": "Oat & Ash GmbH" } })).await;
    let draft = json!({
        "title": "Mug", "category": "clay",
        "variants": [{ "price": { "minor": 2400, "currency": "EUR" }, "stock": 1 }],
    });
    let listing: Value = ines.posts("/api/v1/listings", &draft).await.expect(201);
    let path = format!("/api/v1/listings/{}/publish", listing["id"].as_str().unwrap());
    let refused: Problem = ines.posts(&path, &json!({})).await.expect(403);
    assert!(
        refused.detail.contains("add the postal address, the telephone number, the e-mail address"),
        "{}",
        refused.detail
    );
    let import: Value = ines
        .posts("/api/v1/imports", &json!({ "file": "a.csv", "format": "stall" }))
        .await
        .expect(201);
    let row = json!({ "rows": [{ "line": 2, "key": "k", "publish": true, "draft": draft }] });
    let rows = format!("/api/v1/imports/{}/rows", import["id"].as_str().unwrap());
    let plan = ines.posts(&rows, &row).await;
    assert!(plan.body.contains("names itself before it offers anything"), "{}", plan.body);
    assert!(ines.gets("/sell").await.status == 200);

    let whole = json!({ "seller": {
        "kind": "business", "name": "Oat & Ash GmbH", "address": "Markt 1\n04109 Leipzig",
        "phone": "+49 341 1234567", "email": "hello@example.org", "register": "HRB 12345",
    } });
    let told = ines.tells(&whole).await;
    ines.posts(&path, &json!({})).await.expect::<Value>(200);
    let page = market.visitor().gets(&format!("/shops/{}", told.shop.slug)).await.words();
    for words in [
        "Ash GmbH, a business",
        "04109 Leipzig",
        "+49 341 1234567",
        "hello@example.org",
        "HRB 12345",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let mut nameless = whole.clone();
    nameless["seller"]["name"] = json!("");
    let refused: Problem = ines.patches("/api/v1/shop/profile", &nameless).await.expect(422);
    assert_eq!(refused.field.as_deref(), Some("seller.name"), "while its pieces are on offer");
    let short = json!({ "policies": { "returns_days": 7, "custom_work": "no" } });
    let refused: Problem = ines.patches("/api/v1/shop/profile", &short).await.expect(422);
    assert!(refused.detail.contains("at least 14 days"), "{}", refused.detail);
}

async fn two_changes_at_once_do_not_overwrite_each_other(market: Market) {
    let ines = market.seller("Ines").await;
    let edit = |version: &'static str| {
        ines.sends(Method::PATCH, "/api/v1/shop/profile", move |request| {
            request.header("if-match", version).json(&json!({ "place": "Faenza" }))
        })
    };
    let away = |verb: &'static str, version: &'static str| {
        ines.sends(Method::POST, verb, move |request| {
            request.header("if-match", version).json(&json!({ "until": "2026-12-27T00:00:00Z" }))
        })
    };
    assert_eq!(edit("\"1\"").await.header("etag"), "\"2\"");
    assert_eq!(edit("\"1\"").await.status, 409);
    assert_eq!(away("/api/v1/shop/pause", "\"1\"").await.status, 409);
    assert!(ines.shop_profile().await.holiday.is_none(), "nobody went on holiday unseen");
    assert_eq!(away("/api/v1/shop/pause", "\"2\"").await.header("etag"), "\"3\"");
    assert_eq!(away("/api/v1/shop/resume", "\"2\"").await.status, 409);
    assert!(ines.shop_profile().await.holiday.is_some(), "nor came back");
    assert_eq!(away("/api/v1/shop/resume", "\"3\"").await.header("etag"), "\"4\"");
    let omar = market.terminal("Omar").await;
    assert_eq!(omar.gets("/api/v1/shop/profile").await.status, 404, "who has no shop");
    assert_eq!(market.visitor().gets("/api/v1/shop/profile").await.status, 401);
}

async fn the_page_changes_what_the_program_sees(market: Market) {
    let ines = market.seller("Ines").await;
    let page = ines.gets("/sell/shop").await;
    assert_eq!(page.status, 200);
    let form = |changed: &[(&'static str, &'static str)]| {
        let first = [("story", "One.\r\n\r\nTwo."), ("custom", "Ask.")];
        shop_form(&[changed, &first].concat())
    };
    for (field, value, words) in [
        ("returns_days", "soon", "A number of days"),
        ("lead_to", "", "Say both"),
        ("name", "x", "2 to 60"),
        ("seller_email", "no address", "An e-mail address looks like"),
    ] {
        let refused = ines.submits("/sell/shop", &form(&[(field, value)])).await;
        assert_eq!(refused.status, 422, "{field}");
        let said = refused.words().to_lowercase();
        assert!(said.contains(&words.to_lowercase()), "{field}: {said}");
    }
    assert_eq!(ines.submits("/sell/shop", &form(&[])).await.status, 303);
    let told = ines.shop_profile().await;
    assert_eq!(
        (told.shop.slug.as_str(), told.shop.story.as_str()),
        ("oat-and-ash", "One.\n\nTwo.")
    );
    assert_eq!(told.policies.lead_time.map(|lead| (lead.from, lead.to)), Some((3, 9)));

    let photo = jpeg_with_place(&halves(500, 300));
    let silent =
        ines.uploads("/sell/shop/pictures/add", &photo, &[("kind", "process"), ("alt", "")]).await;
    assert_eq!(silent.status, 422);
    assert!(silent.words().contains("ay what it shows"), "{}", silent.words());
    for (kind, alt) in [("banner", ""), ("portrait", "Ines"), ("process", "A bowl on the wheel")] {
        let sent =
            ines.uploads("/sell/shop/pictures/add", &photo, &[("kind", kind), ("alt", alt)]).await;
        assert_eq!(sent.status, 303, "{kind}: {}", sent.words());
    }
    let told = ines.shop_profile().await;
    let hash = told.banner.unwrap().hash;
    assert_eq!((told.portrait.unwrap().alt.as_str(), told.process.len()), ("Ines", 1));
    for place in ["banner", "portrait", "process"] {
        let gone = [("place", place), ("hash", &*hash)];
        assert_eq!(ines.submits("/sell/shop/pictures/remove", &gone).await.status, 303);
    }
    let told = ines.shop_profile().await;
    assert_eq!((told.banner, told.portrait, told.process.len()), (None, None, 0));

    let away = ines.submits("/sell/shop/pause", &[("from", ""), ("until", "2026-11-30")]).await;
    assert_eq!(away.status, 303, "{}", away.words());
    assert!(ines.gets("/sell").await.words().contains("on holiday until 30 Nov 2026"));
    assert_eq!(ines.submits("/sell/shop/pause", &[("until", "tomorrow")]).await.status, 422);
    assert_eq!(ines.submits("/sell/shop/resume", &[]).await.status, 303);
    assert_eq!(ines.shop_profile().await.holiday, None);
}

async fn a_new_shop_is_told_what_comes_next(market: Market) {
    let ines = market.shopper("Ines").await;
    let opened = ines.submits("/sell", &[("name", "Oat & Ash")]).await;
    assert_eq!((opened.status, opened.location()), (303, "/sell"));
    let words = ines.gets("/sell").await.words();
    assert!(
        words.contains("1 of 5 steps are done") && words.contains("verify your e-mail address"),
        "{words}"
    );
    ines.tells(&json!({ "story": "One room." })).await;
    let words = ines.gets("/sell").await.words();
    assert!(words.contains("2 of 5 steps are done"), "{words}");
    server::accounts::verify_by_operator(&market.state, &email_of("Ines")).await.expect("verified");
    let words = ines.gets("/sell").await.words();
    assert!(words.contains("Next: connect to Stripe."), "{words}");
    assert!(words.contains("A second step of signing in keeps strangers"), "{words}");
    Authenticator::set_up(&market, &ines).await;
    let words = ines.gets("/sell").await.words();
    assert!(words.contains("Your second step of signing in is on."), "{words}");

    let omar = market.seller("Omar").await;
    omar.tells(&json!({ "story": "One room." })).await;
    assert!(omar.gets("/sell").await.words().contains("first piece"));
    omar.offers("Ash stool", 18_999, 1).await;
    assert!(omar.gets("/sell").await.words().contains("Everything is in place"));
}
