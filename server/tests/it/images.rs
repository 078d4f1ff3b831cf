//! Pictures from upload to shelf. Every file is made here.

use api::Problem;
use api::listing::{KnownImages, Listing, StoredImage};
use image::{Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use reqwest::Method;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::listings::{drafts, mug};
use crate::market::{Answer, Market, Person, http, on_both_engines};

on_both_engines![
    a_photograph_comes_out_upright_and_without_its_place,
    only_artisans_send_pictures_and_none_of_more_than_25_mb,
    the_same_bytes_are_worked_on_once,
    a_stored_picture_never_changes,
    a_gallery_holds_only_own_pictures,
    an_upload_of_any_allowed_size_may_carry_a_key,
];

/// Stands in the metadata where a camera writes its position.
pub(crate) const PLACE: &[u8] = b"48.1371N 11.5754E";

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(crate) async fn uploads(artisan: &Person, bytes: &[u8]) -> Answer {
    let bytes = bytes.to_vec();
    artisan.sends(Method::POST, "/api/v1/images", |request| request.body(bytes)).await
}

/// A served file: status, headers, bytes.
async fn fetches(market: &Market, name: &str) -> reqwest::Response {
    http().get(format!("http://{}/img/{name}", market.address)).send().await.unwrap()
}

pub(crate) async fn bytes_of(market: &Market, name: &str) -> Vec<u8> {
    let response = fetches(market, name).await;
    assert_eq!(response.status(), 200, "{name}");
    response.bytes().await.unwrap().to_vec()
}

/// Left half red, right half blue.
pub(crate) fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgb([220, 30, 30]) } else { Rgb([30, 30, 220]) }
    })
}

fn jpeg(image: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    if let Some(exif) = exif {
        encoder.add_app_segment(1, exif).unwrap();
    }
    let (width, height) = (image.width().try_into().unwrap(), image.height().try_into().unwrap());
    encoder.encode(image.as_raw(), width, height, ColorType::Rgb).unwrap();
    bytes
}

/// A photograph with metadata that say where it was taken.
pub(crate) fn jpeg_with_place(image: &RgbImage) -> Vec<u8> {
    jpeg(image, Some(exif(1)))
}

/// Metadata with an orientation and, in a text tag, a place.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut bytes = b"Exif\0\0II\x2a\0\x08\0\0\0\x02\0".to_vec();
    bytes.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    let length = u8::try_from(PLACE.len()).unwrap();
    bytes.extend([0x0e, 0x01, 2, 0, length, 0, 0, 0, 38, 0, 0, 0]);
    bytes.extend([0, 0, 0, 0]);
    bytes.extend(PLACE);
    bytes
}

fn is_reddish(pixel: Rgb<u8>) -> bool {
    pixel[0] > 180 && pixel[2] < 90
}

fn is_bluish(pixel: Rgb<u8>) -> bool {
    pixel[2] > 180 && pixel[0] < 90
}

async fn a_photograph_comes_out_upright_and_without_its_place(market: Market) {
    let ana = market.artisan("Ana").await;
    let upload = jpeg(&halves(600, 400), Some(exif(6)));
    assert!(upload.windows(PLACE.len()).any(|window| window == PLACE), "the place is in the file");
    let stored: StoredImage = uploads(&ana, &upload).await.expect(201);
    assert_eq!((stored.width, stored.height), (400, 600), "turned a quarter to the right");
    assert_eq!(stored.upload_sha256, sha256(&upload));
    for width in [200, 400, 800, 1600] {
        for extension in ["webp", "jpg"] {
            let bytes = bytes_of(&market, &format!("{}-{width}.{extension}", stored.hash)).await;
            let picture = image::load_from_memory(&bytes).unwrap().into_rgb8();
            let (wide, high) = picture.dimensions();
            assert_eq!(wide, width.min(400), "never enlarged");
            assert_eq!(high, wide * 3 / 2);
            assert!(is_reddish(*picture.get_pixel(wide / 2, high / 8)), "red is above");
            assert!(is_bluish(*picture.get_pixel(wide / 2, high * 7 / 8)), "blue is below");
            assert!(!bytes.windows(PLACE.len()).any(|window| window == PLACE), "{extension}");
            assert!(!bytes.windows(4).any(|window| window == b"Exif"), "{extension}");
        }
    }
}

async fn only_artisans_send_pictures_and_none_of_more_than_25_mb(market: Market) {
    let ana = market.artisan("Ana").await;
    let whole = jpeg(&halves(600, 400), None);
    let problem: Problem = uploads(&ana, &vec![0xFF; 25 * 1024 * 1024 + 1]).await.expect(413);
    assert!(problem.detail.starts_with("a picture has at most 25 MB"), "{}", problem.detail);
    assert_eq!(uploads(&market.visitor(), &whole).await.status, 401);
}

async fn the_same_bytes_are_worked_on_once(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    let upload = jpeg(&halves(300, 200), None);
    let asked = json!({ "sha256": [sha256(&upload), "00"] });
    let first: StoredImage = uploads(&ana, &upload).await.expect(201);
    assert_eq!(uploads(&ana, &upload).await.expect::<StoredImage>(200), first);
    let known: KnownImages = ana.posts("/api/v1/images/known", &asked).await.expect(200);
    assert_eq!(known.images, std::slice::from_ref(&first));

    let known: KnownImages = ben.posts("/api/v1/images/known", &asked).await.expect(200);
    assert_eq!(known.images, [], "what others sent is not told");
    assert_eq!(uploads(&ben, &upload).await.expect::<StoredImage>(201), first);
    let count = server::sql!("SELECT COUNT(*) FROM images");
    let (images,): (i64,) = market.state.db.read(count).one().await.unwrap();
    assert_eq!(images, 1);
}

async fn a_stored_picture_never_changes(market: Market) {
    let ana = market.artisan("Ana").await;
    let stored: StoredImage = uploads(&ana, &jpeg(&halves(300, 200), None)).await.expect(201);
    let name = format!("{}-200.webp", stored.hash);
    let response = fetches(&market, &name).await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("content-type"), "image/webp");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let again = http()
        .get(format!("http://{}/img/{name}", market.address))
        .header("if-none-match", header("etag"))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
    let other = stored.hash.replace(|_: char| true, "0");
    for absent in [
        format!("{}-master.jpg", stored.hash),
        format!("{}-300.webp", stored.hash),
        format!("{other}-200.webp"),
        "..%2f..%2fstall.db".to_owned(),
    ] {
        assert_eq!(fetches(&market, &absent).await.status(), 404, "{absent}");
    }
}

async fn a_gallery_holds_only_own_pictures(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    let red: StoredImage = uploads(&ana, &jpeg(&halves(300, 200), None)).await.expect(201);
    let blue: StoredImage = uploads(&ana, &jpeg(&halves(200, 300), None)).await.expect(201);
    let sets = |person, listing: &Listing| {
        let path = format!("/api/v1/listings/{}/images", listing.id);
        let gallery = json!({ "images": [
            { "hash": blue.hash, "alt": " Seen from  above " }, { "hash": red.hash },
        ] });
        async move { Person::sends(person, Method::PUT, &path, |r| r.json(&gallery)).await }
    };
    let listing = drafts(&ana, &mug("Oat mug", 3800, 1)).await;
    let changed: Listing = sets(&ana, &listing).await.expect(200);
    let shown: Vec<_> =
        changed.images.iter().map(|image| (image.hash.clone(), image.alt.as_str())).collect();
    assert_eq!(shown, [(blue.hash.clone(), "Seen from above"), (red.hash.clone(), "")]);
    assert_eq!((changed.images[0].width, changed.images[0].height), (200, 300));
    let others = drafts(&ben, &mug("Not hers", 3800, 1)).await;
    let problem: Problem = sets(&ben, &others).await.expect(422);
    assert_eq!(problem.field.as_deref(), Some("images.hash"));
}

/// The client sends every write with a key, photographs of nine megabytes too.
async fn an_upload_of_any_allowed_size_may_carry_a_key(market: Market) {
    let ana = market.artisan("Ana").await;
    let sends = |bytes: usize| {
        ana.sends(Method::POST, "/api/v1/images", move |request| {
            request.header("idempotency-key", format!("key-{bytes}")).body(vec![7; bytes])
        })
    };
    let refused: Problem = sends(9 << 20).await.expect(422);
    assert!(
        refused.detail.contains("no JPEG"),
        "looked at and found to be none: {}",
        refused.detail
    );
    assert_eq!(sends((25 << 20) + 1).await.status, 413);
}
