//! What machines read: site maps, feeds, structured data and the picture that other sites show.

use std::collections::BTreeSet;

use api::listing::Listing;
use api::shop::Shop;
use serde_json::{Value, json};
use server::sql;

use crate::listings::{a_second_passes, does, mug, offers};
use crate::market::{Answer, Market, Person, on_both_engines};

on_both_engines![
    site_maps_name_all_that_is_for_sale_and_nothing_else,
    a_large_market_has_several_site_maps_without_gaps,
    a_shop_has_a_feed_of_its_new_pieces,
    structured_data_says_what_the_page_says,
    other_sites_show_a_picture_that_is_there,
];

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    let rest = text.split(from).skip(1);
    rest.map(|rest| rest.split_once(to).expect("an end").0).collect()
}

/// The path of an address of this market.
fn path<'a>(market: &Market, address: &'a str) -> &'a str {
    let origin = format!("http://{}", market.address);
    address.strip_prefix(&*origin).unwrap_or_else(|| panic!("{address} is not ours"))
}

/// Every site map with the paths it names.
async fn site_maps(market: &Market) -> Vec<(String, Vec<String>)> {
    let visitor = market.visitor();
    let index = visitor.gets("/sitemap.xml").await;
    assert_eq!(
        (index.status, index.header("content-type")),
        (200, "application/xml; charset=utf-8")
    );
    let mut maps = Vec::new();
    for file in between(&index.body, "<sitemap><loc>", "</loc>") {
        let map = visitor.gets(path(market, file)).await;
        assert_eq!(map.status, 200, "{file}");
        assert!(map.body.starts_with("<?xml") && map.body.ends_with("</urlset>\n"), "{file}");
        let named = between(&map.body, "<url><loc>", "</loc>");
        let named = named.iter().map(|address| path(market, address).to_owned()).collect();
        maps.push((path(market, file).to_owned(), named));
    }
    maps
}

async fn site_maps_name_all_that_is_for_sale_and_nothing_else(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for (artisan, title) in [(&ana, "Oat mug"), (&ana, "Rye mug"), (&ben, "Ash bowl")] {
        wanted.insert(format!("/listings/{}", offers(artisan, &mug(title, 2600, 1)).await.slug));
    }
    let paused = offers(&ana, &mug("Hidden mug", 2600, 1)).await;
    does(&ana, &paused, "pause").await.expect::<Listing>(200);
    market.artisan("Cleo").await;
    wanted.extend(["/shops/anas-workshop".to_owned(), "/shops/bens-workshop".to_owned()]);

    let maps = site_maps(&market).await;
    let named: Vec<String> = maps.into_iter().flat_map(|(_, named)| named).collect();
    let shown = |path: &&String| path.starts_with("/listings/") || path.starts_with("/shops/");
    assert_eq!(named.iter().filter(shown).cloned().collect::<BTreeSet<_>>(), wanted);
    assert!(named.contains(&"/".to_owned()) && named.contains(&"/c/clay".to_owned()));
    let visitor = market.visitor();
    for path in &named {
        assert_eq!(visitor.gets(path).await.status, 200, "{path}");
    }
    assert_eq!(visitor.gets("/sitemap/listings.xml?after=7").await.status, 422);
}

async fn a_large_market_has_several_site_maps_without_gaps(market: Market) {
    let ana = market.artisan("Ana").await;
    offers(&ana, &mug("Oat mug", 2600, 1)).await;
    let copies = sql!(
        sqlite: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100500)
                 INSERT INTO listings (id, shop_id, short, slug, status, title, description, category, materials, tags,
                                       options, price_minor, currency, available, published_at, created_at, updated_at, version)
                 SELECT randomblob(16), l.shop_id, 's' || i, 'mug-s' || i, 'active', l.title, '', l.category, l.materials,
                        l.tags, l.options, l.price_minor, l.currency, 1, l.published_at, l.created_at, l.updated_at, 1
                   FROM n, (SELECT * FROM listings LIMIT 1) AS l",
        postgres: "INSERT INTO listings (id, shop_id, short, slug, status, title, description, category, materials, tags,
                                       options, price_minor, currency, available, published_at, created_at, updated_at, version)
                 SELECT gen_random_uuid(), l.shop_id, 's' || i, 'mug-s' || i, 'active', l.title, '', l.category, l.materials,
                        l.tags, l.options, l.price_minor, l.currency, 1, l.published_at, l.created_at, l.updated_at, 1
                   FROM generate_series(1, 100500) AS i, (SELECT * FROM listings LIMIT 1) AS l",
    );
    market.state.db.write(copies).exec().await.unwrap();
    let maps = site_maps(&market).await;
    let listings = maps.iter().filter(|(file, _)| file.starts_with("/sitemap/listings.xml"));
    let sizes: Vec<usize> = listings.clone().map(|(_, named)| named.len()).collect();
    assert_eq!(sizes, [50_000, 50_000, 501]);
    let all: BTreeSet<&String> = listings.flat_map(|(_, named)| named).collect();
    assert_eq!(all.len(), 100_501, "each once");
}

async fn a_shop_has_a_feed_of_its_new_pieces(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    offers(&ben, &mug("Not hers", 2600, 1)).await;
    let mut first = None;
    for number in 0..32 {
        let title = if number == 31 { "Mug & <lid>".to_owned() } else { format!("Mug {number}") };
        first = Some(offers(&ana, &mug(&title, 2600, 1)).await);
        a_second_passes(&ana).await;
    }
    let visitor = market.visitor();
    let page = visitor.gets("/shops/anas-workshop").await.body;
    let (_, link) = page.split_once("type=\"application/atom+xml\"").expect("a feed");
    let feed = between(link, "href=\"", "\"")[0];
    let feed = visitor.gets(feed).await;
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let titles = between(&feed.body, "<title>", "</title>");
    assert_eq!(titles.len(), 31, "the shop’s own and thirty pieces");
    assert_eq!(titles[1], "Mug &#38; &#60;lid&#62;", "the newest first");
    let slug = first.unwrap().slug;
    assert!(feed.body.contains(&format!("http://{}/listings/{slug}\"", market.address)));

    let edit = json!({ "name": "Anas kiln" });
    ana.patches("/api/v1/shop/profile", &edit).await;
    let moved = visitor.gets("/shops/anas-workshop/feed.xml").await;
    assert_eq!(moved.location(), "/shops/anas-kiln/feed.xml");
    let again = visitor.gets(moved.location()).await;
    let ids = |answer: &Answer| between(&answer.body, "<id>", "</id>").join(" ");
    assert_eq!(ids(&again), ids(&feed), "readers know the pieces again");
}

/// The structured data of a page, thing by thing.
async fn things(person: &Person, path: &str) -> Vec<Value> {
    let page = person.gets(path).await.body;
    let data = between(&page, "<script type=\"application/ld+json\">", "</script>");
    assert_eq!(data.len(), 1, "{path}");
    let data: Value = serde_json::from_str(data[0]).unwrap();
    assert_eq!(data["@context"], "https://schema.org");
    data["@graph"].as_array().unwrap().clone()
}

async fn structured_data_says_what_the_page_says(market: Market) {
    let ana = market.artisan("Ana").await;
    let form = json!({ "complete_test_data": true });
    assert_eq!(ana.posts("/api/v1/shop/onboarding", &form).await.status, 200);
    let policies = json!({ "policies": { "returns_days": 30, "custom_work": "no",
        "lead_time": { "from": 1, "to": 3 } } });
    assert_eq!(ana.patches("/api/v1/shop/profile", &policies).await.status, 200);
    let piece = offers(&ana, &mug("Oat mug", 2600, 1)).await;
    let visitor = market.visitor();
    let path = format!("/listings/{}", piece.slug);
    let origin = format!("http://{}", market.address);

    let [product, crumbs] = things(&visitor, &path).await.try_into().unwrap();
    assert_eq!((&product["@type"], &product["name"]), (&json!("Product"), &json!("Oat mug")));
    let offer = &product["offers"][0];
    assert_eq!((&offer["price"], &offer["sku"]), (&json!("26.00"), &json!("MUG-1")));
    assert_eq!(offer["availability"], "https://schema.org/InStock");
    assert_eq!(offer["url"], format!("{origin}{path}"));
    assert_eq!(offer["hasMerchantReturnPolicy"]["merchantReturnDays"], 30);
    assert_eq!(crumbs["itemListElement"][2]["item"], format!("{origin}{path}"));

    ana.posts("/api/v1/shop/pause", &json!({})).await;
    let away = things(&visitor, &path).await;
    assert_eq!(away[0]["offers"][0]["availability"], "https://schema.org/OutOfStock");

    let shop = things(&visitor, "/shops/anas-workshop").await;
    assert_eq!(
        (&shop[0]["@type"], &shop[0]["name"]),
        (&json!("Organization"), &json!("Ana’s workshop"))
    );
    assert_eq!(things(&visitor, "/c/clay").await[0]["itemListElement"][1]["name"], "Clay");
    assert_eq!(things(&visitor, "/").await[1]["@type"], "WebSite");
}

async fn other_sites_show_a_picture_that_is_there(market: Market) {
    let ana = market.artisan("Ana").await;
    let mut png = std::io::Cursor::new(Vec::new());
    let shade = |x: u32| u8::try_from(x % 251).unwrap();
    let picture = image::RgbImage::from_fn(2000, 1000, |x, y| image::Rgb([shade(x), shade(y), 7]));
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let sent =
        ana.sends(reqwest::Method::POST, "/api/v1/images", |r| r.body(png.into_inner())).await;
    let stored: Value = sent.expect(201);
    let piece = offers(&ana, &mug("Oat mug", 2600, 1)).await;
    let gallery = json!({ "images": [{ "hash": stored["hash"], "alt": "An oat mug" }] });
    let gallery_path = format!("/api/v1/listings/{}/images", piece.id);
    let set = ana.sends(reqwest::Method::PUT, &gallery_path, |r| r.json(&gallery)).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let slug = ana.gets("/api/v1/shop").await.expect::<Shop>(200).slug;

    let visitor = market.visitor();
    for page in [
        "/".to_owned(),
        "/c/clay".to_owned(),
        format!("/listings/{}", piece.slug),
        format!("/shops/{slug}"),
    ] {
        let body = visitor.gets(&page).await.body;
        let of = |name: &str| {
            let from = format!("<meta property=\"og:{name}\" content=\"");
            between(&body, &from, "\"").first().copied().unwrap_or_default().to_owned()
        };
        assert_eq!(
            (of("image:width"), of("image:height")),
            ("1600".into(), "800".into()),
            "{page}"
        );
        assert_eq!(of("image:alt"), "An oat mug", "{page}");
        let address = of("image");
        let answer = visitor.begins(reqwest::Method::GET, path(&market, &address), |r| r).await;
        assert_eq!(answer.headers()["content-type"], "image/jpeg", "{page}");
        let shown = image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!((shown.width(), shown.height()), (1600, 800), "{page}");
    }
}
