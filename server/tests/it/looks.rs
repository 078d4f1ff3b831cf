//! Pages in a real browser with pieces as no demo has them: titles of 140 letters, prices of seven
//! digits and more, twenty pictures and none.

#[path = "../story/browser.rs"]
pub(crate) mod browser;

use api::shop::Shop;
use browser::Browser;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::listings::{mug, offers};
use crate::market::{Engine, Market, Person};
use crate::search::comes_to_find;

/// A picture of its own shade.
fn picture(shade: u8) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let rough = |x: u32| u8::try_from(x * 7 % 251).unwrap();
    let image = image::RgbImage::from_fn(420, 525, |x, y| image::Rgb([rough(x), rough(y), shade]));
    image.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// Offers a piece with so many pictures; its path.
async fn shows(artisan: &Person, title: &str, minor: i64, pictures: u8) -> String {
    let piece = offers(artisan, &mug(title, minor, 3)).await;
    let mut gallery = Vec::new();
    for number in 0..pictures {
        let bytes = picture(number * 11 + pictures);
        let sent = artisan.sends(Method::POST, "/api/v1/images", |r| r.body(bytes)).await;
        let stored: Value = sent.expect(201);
        gallery.push(json!({ "hash": stored["hash"], "alt": "A ".repeat(60) }));
    }
    let path = format!("/api/v1/listings/{}/images", piece.id);
    let set = artisan.sends(Method::PUT, &path, |r| r.json(&json!({ "images": gallery }))).await;
    assert_eq!(set.status, 200, "{}", set.body);
    format!("/listings/{}", piece.slug)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_put_on_a_shelf_fits() {
    let market = Market::start(Engine::Sqlite).await;
    let ana = market.seller("Ana").await;
    let unbroken = "Wollweberei".repeat(13)[..140].to_owned();
    let wordy = "Oat mug with lid ".repeat(9)[..140].trim().to_owned();
    let mut paths = vec![
        shows(&ana, &unbroken, 99_999_999, 20).await,
        shows(&ana, &wordy, 100, 1).await,
        shows(&ana, "Oat mug without a picture", 12_345_600, 0).await,
    ];
    let name = json!({ "name": "Wollweberei".repeat(6)[..60].to_owned() });
    assert_eq!(ana.patches("/api/v1/shop/profile", &name).await.status, 200);
    let shop: Shop = ana.gets("/api/v1/shop").await.expect(200);
    paths.push(format!("/shops/{}", shop.slug));
    comes_to_find(&market, "q=without&stock=ready", &["Oat mug without a picture"]).await;
    let nothing = format!("/search?q={unbroken}x&min=9999999&max=9999999");
    let lists =
        ["/", "/c/clay", "/search?q=mug&sort=price-down", "/c/clay?stock=all&max=2", &nothing];
    paths.extend(lists.map(str::to_owned));

    let folder = TempDir::new().unwrap();
    let browser = Browser::new(folder.path(), format!("http://{}", market.address));
    let looked =
        tokio::task::spawn_blocking(move || browser.visits("look", &json!({ "paths": paths })));
    let faults = looked.await.unwrap();
    assert_eq!(faults, json!([]));
}
