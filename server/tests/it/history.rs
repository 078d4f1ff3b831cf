//! The history of a listing: what was saved, by whom, and going back.

use api::Page;
use api::audit::Means;
use api::history::{Cause, ListingVersion, VersionDetail};
use api::listing::{Listing, ListingStatus, StoredImage};
use api::problem::{Code, Problem};
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};

use crate::listings::{does, drafts, edits, mug};
use crate::market::{Answer, Market, Person, email_of, on_both_engines};
use crate::stall::Terminal;

on_both_engines![
    every_saved_change_is_kept_with_who_and_what,
    an_old_version_comes_back_as_a_new_one_without_its_stock,
    a_gallery_of_the_past_keeps_its_pictures,
    a_changed_question_never_reads_as_it_was,
    only_the_newest_hundred_versions_are_kept,
    a_restore_of_what_somebody_else_changed_is_refused,
    the_history_of_others_is_not_found,
    a_copy_is_a_draft_of_its_own,
];

async fn history(person: &Person, listing: &Listing) -> Vec<ListingVersion> {
    let path = format!("/api/v1/listings/{}/history?limit=200", listing.id);
    person.gets(&path).await.expect::<Page<ListingVersion>>(200).items
}

async fn version(person: &Person, listing: &Listing, version: i64) -> VersionDetail {
    person.gets(&format!("/api/v1/listings/{}/history/{version}", listing.id)).await.expect(200)
}

async fn restores(person: &Person, listing: &Listing, version: i64) -> Answer {
    let path = format!("/api/v1/listings/{}/restore", listing.id);
    person.posts(&path, &json!({ "version": version })).await
}

fn told(saved: &ListingVersion) -> Vec<String> {
    let of = |c: &api::import::FieldChange| format!("{}: {} → {}", c.field, c.from, c.to);
    saved.changes.iter().map(of).collect()
}

/// A listing with two variants.
async fn two_glazes(person: &Person) -> Listing {
    let mut draft = mug("Oat mug", 3800, 3);
    let variant = |sku: &str, value: &str| {
        json!({ "sku": sku, "values": [value], "stock": 3,
        "price": { "minor": 3800, "currency": "EUR" } })
    };
    draft["options"] = json!(["Glaze"]);
    draft["variants"] = json!([variant("MUG-O", "Oat"), variant("MUG-S", "Sea")]);
    drafts(person, &draft).await
}

async fn every_saved_change_is_kept_with_who_and_what(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let variant = listing.variants[0].id;
    let edit = json!({ "title": "Oat cup", "variants": [{ "id": variant,
        "price": { "minor": 4000, "currency": "EUR" }, "stock": 5 }] });
    edits(&ana, &listing, &edit).await.expect::<Listing>(200);
    edits(&ana, &listing, &edit).await.expect::<Listing>(200);
    does(&ana, &listing, "publish").await.expect::<Listing>(200);

    let all = history(&ana, &listing).await;
    let brief: Vec<_> =
        all.iter().map(|it| (it.version, it.cause, it.means, it.by.as_deref())).collect();
    let by = (Means::Terminal, Some("Ana"));
    let wanted = [(3, Cause::Edit), (2, Cause::Edit), (1, Cause::Draft)];
    assert_eq!(
        brief,
        wanted.map(|(version, cause)| (version, cause, by.0, by.1)),
        "saved twice, kept once"
    );
    assert_eq!(told(&all[0]), ["status: draft → active"]);
    let changed = [
        "title: Oat mug → Oat cup",
        "variants.MUG-1.price: €38.00 → €40.00",
        "variants.MUG-1.stock: 3 → 5",
    ];
    assert_eq!(told(&all[1]), changed);
    assert!(told(&all[2]).is_empty());

    let path = format!("/api/v1/listings/{}/history", listing.id);
    let first: Page<ListingVersion> = ana.gets(&format!("{path}?limit=2")).await.expect(200);
    let rest: Page<ListingVersion> =
        ana.gets(&format!("{path}?limit=2&after={}", first.next.unwrap())).await.expect(200);
    assert_eq!((first.items, rest.items, rest.next), (all[..2].to_vec(), all[2..].to_vec(), None));
    assert_eq!(ana.gets(&format!("{path}?after=x")).await.status, 422);

    let detail = version(&ana, &listing, 2).await;
    assert_eq!(
        (detail.content.title.as_str(), detail.content.status),
        ("Oat cup", ListingStatus::Draft)
    );
    assert_eq!(version(&ana, &listing, 1).await.content.title, "Oat mug");
}

async fn an_old_version_comes_back_as_a_new_one_without_its_stock(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = two_glazes(&ana).await;
    does(&ana, &listing, "publish").await.expect::<Listing>(200);
    // An import takes one of the glazes away and rewrites the rest.
    let new: Value = ana
        .posts("/api/v1/imports", &json!({ "file": "a.csv", "format": "stall" }))
        .await
        .expect(201);
    let import = format!("/api/v1/imports/{}", new["id"].as_str().unwrap());
    let row = json!({ "rows": [{ "line": 2, "key": "oat", "draft": { "title": "Oat mug", "category": "wood",
        "description": "Turned.", "tags": ["gift"], "options": ["Glaze"], "variants": [{ "sku": "MUG-O",
        "values": ["Oatmeal"], "price": { "minor": 9900, "currency": "EUR" }, "stock": 8 }] } }] });
    assert_eq!(ana.posts(&format!("{import}/rows"), &row).await.status, 200);
    assert_eq!(
        ana.posts(&format!("{import}/apply"), &json!({ "allow_delete": true })).await.status,
        200
    );

    let path = format!("/api/v1/listings/{}", listing.id);
    let imported: Listing = ana.gets(&path).await.expect(200);
    assert_eq!((imported.variants.len(), imported.version), (1, 3), "{imported:?}");
    assert_eq!(history(&ana, &listing).await[0].cause, Cause::Import);
    let detail = version(&ana, &listing, 1).await;
    let seen: Vec<&str> = detail.restoring.iter().map(|change| change.field.as_str()).collect();
    assert!(seen.contains(&"variants.MUG-S") && !seen.contains(&"status"), "{seen:?}");

    let back: Listing = restores(&ana, &listing, 1).await.expect(200);
    let pieces: Vec<_> = back.variants.iter().map(|it| (it.id, it.price, it.available)).collect();
    let (oat, sea) = (&listing.variants[0], &listing.variants[1]);
    assert_eq!(pieces, [(oat.id, oat.price, 8), (sea.id, sea.price, 0)], "stock is not put back");
    let wanted = Listing {
        status: ListingStatus::Active,
        variants: back.variants.clone(),
        updated_at: back.updated_at,
        version: 4,
        ..listing.clone()
    };
    assert_eq!(back, wanted, "all else is");
    assert_eq!(back.variants[0].values, ["Oat"]);

    let all = history(&ana, &listing).await;
    assert_eq!((all.len(), all[0].cause), (4, Cause::Restore), "nothing of the past is rewritten");
    let again: Listing = restores(&ana, &listing, 1).await.expect(200);
    assert_eq!(again, back, "there is nothing left to do");
    let undone: Listing = restores(&ana, &listing, 3).await.expect(200);
    assert_eq!((undone.variants.len(), undone.description.as_str()), (1, "Turned."));
    market.holds().await;
}

async fn uploads(person: &Person, shade: u8) -> String {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = RgbImage::from_pixel(300, 300, image::Rgb([shade, 20, 30]));
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let bytes = bytes.into_inner();
    let answer = person.sends(Method::POST, "/api/v1/images", |request| request.body(bytes)).await;
    serde_json::from_str::<StoredImage>(&answer.body).expect("stored").hash
}

async fn a_gallery_of_the_past_keeps_its_pictures(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let (old, new) = (uploads(&ana, 10).await, uploads(&ana, 200).await);
    let path = format!("/api/v1/listings/{}/images", listing.id);
    let shows = async |hash: &str, alt: &str| -> Listing {
        let gallery = json!({ "images": [{ "hash": hash, "alt": alt }] });
        ana.sends(Method::PUT, &path, |request| request.json(&gallery)).await.expect(200)
    };
    let first = shows(&old, "A mug").await;
    shows(&new, "A cup").await;
    assert_eq!(
        told(&history(&ana, &listing).await[0]),
        ["images: 1 picture → 1 picture, 1 of them new"]
    );
    // Longer than pictures live that nothing names.
    market.passes(3 * 24 * 3600).await;
    let back: Listing = restores(&ana, &listing, 2).await.expect(200);
    assert_eq!(back.images, first.images);
    let file = format!("/img/{old}-200.webp");
    assert_eq!(market.visitor().gets(&file).await.status, 200);
    market.holds().await;
}

async fn a_changed_question_never_reads_as_it_was(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let asks = async |longest: u32, text: &str| {
        let label = "Name to engrave on the inside of the lid, exactly as it is written";
        let name = json!({ "label": label, "answer": { "kind": "text", "longest": longest } });
        let edit = json!({ "questions": [name], "description": text });
        edits(&ana, &listing, &edit).await.expect::<Listing>(200);
    };
    asks(20, "Thrown. Glazed.").await;
    asks(25, "Thrown.\nGlazed.").await;
    let terminal = Terminal::new(&market);
    terminal.signs_in(&email_of("Ana")).await;
    let id = listing.id.to_string();
    let shown = terminal.types(&["listings", "history", &id], &[]).await;
    let shown = String::from_utf8(shown.stdout).unwrap();
    for part in [
        "questions …ten (up to 20 characters) → …ten (up to 25 characters)",
        r#""Thrown. Glazed." → "Thrown.\nGlazed.""#,
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    let asked = ["--version", "2", "--yes"];
    let restored = terminal.types(&[&["listings", "restore", &id][..], &asked].concat(), &[]).await;
    let talk = String::from_utf8(restored.stderr).unwrap();
    assert!(talk.contains("(up to 25 characters) → …") && talk.contains("(up to 20 "), "{talk}");
}

async fn only_the_newest_hundred_versions_are_kept(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &mug("Mug 1", 3800, 3)).await;
    for number in 2..=105 {
        let title = format!("Mug {number}");
        edits(&ana, &listing, &json!({ "title": title })).await.expect::<Listing>(200);
    }
    let all = history(&ana, &listing).await;
    assert_eq!((all.len(), all[0].version, all[99].version), (100, 105, 6));
    assert_eq!(version(&ana, &listing, 6).await.content.title, "Mug 6");
    assert_eq!(restores(&ana, &listing, 5).await.status, 404);
}

async fn a_restore_of_what_somebody_else_changed_is_refused(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    edits(&ana, &listing, &json!({ "title": "Oat cup" })).await.expect::<Listing>(200);
    let path = format!("/api/v1/listings/{}/restore", listing.id);
    let late = ana
        .sends(Method::POST, &path, |request| {
            request.header("if-match", "\"1\"").json(&json!({ "version": 1 }))
        })
        .await;
    assert_eq!(late.expect::<Problem>(409).code, Code::Conflict);
    let sends = || {
        ana.sends(Method::POST, &path, |request| {
            request.header("idempotency-key", "one").json(&json!({ "version": 1 }))
        })
    };
    let first: Listing = sends().await.expect(200);
    assert_eq!((sends().await.expect::<Listing>(200), first.version), (first.clone(), 3));
    for wrong in [json!({ "version": 9 }), json!({ "version": 0 }), json!({ "version": i64::MIN })]
    {
        assert_eq!(ana.posts(&path, &wrong).await.status, 404, "{wrong}");
    }
}

async fn the_history_of_others_is_not_found(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    let listing = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let path = format!("/api/v1/listings/{}/history", listing.id);
    assert_eq!(ben.gets(&path).await.status, 404);
    assert_eq!(ben.gets(&format!("{path}/1")).await.status, 404);
    assert_eq!(restores(&ben, &listing, 1).await.status, 404);
    assert_eq!(market.visitor().gets(&path).await.status, 401);
}

async fn a_copy_is_a_draft_of_its_own(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    let listing = two_glazes(&ana).await;
    let gallery = json!({ "images": [{ "hash": uploads(&ana, 10).await, "alt": "A mug" }] });
    let path = format!("/api/v1/listings/{}", listing.id);
    let gallery =
        ana.sends(Method::PUT, &format!("{path}/images"), |request| request.json(&gallery)).await;
    let listing: Listing = {
        gallery.expect::<Listing>(200);
        does(&ana, &listing, "publish").await.expect(200)
    };

    let place = format!("{path}/duplicate");
    let twice =
        || ana.sends(Method::POST, &place, |request| request.header("idempotency-key", "one"));
    let copy: Listing = twice().await.expect(201);
    assert_eq!(
        twice().await.expect::<Listing>(201),
        copy,
        "one copy, however often it is asked for"
    );
    assert_eq!(
        (copy.title.as_str(), copy.status, copy.version),
        ("Oat mug (copy)", ListingStatus::Draft, 1)
    );
    assert!(copy.slug.starts_with("oat-mug-copy-") && copy.id != listing.id, "{}", copy.slug);
    assert_eq!(
        (&copy.images, &copy.options, &copy.tags),
        (&listing.images, &listing.options, &listing.tags)
    );
    for (new, old) in copy.variants.iter().zip(&listing.variants) {
        assert_eq!((&new.values, new.price), (&old.values, old.price));
        assert_eq!((new.sku.as_str(), new.available, new.id == old.id), ("", 0, false));
    }
    assert_eq!(ana.gets(&path).await.expect::<Listing>(200), listing, "the original stays");
    assert_eq!(history(&ana, &copy).await[0].cause, Cause::Duplicate);
    assert_eq!(
        ben.sends(Method::POST, &format!("{path}/duplicate"), |request| request).await.status,
        404
    );
    let long = drafts(&ana, &mug(&"m".repeat(140), 3800, 3)).await;
    assert_eq!(does(&ana, &long, "duplicate").await.expect::<Listing>(201).title.len(), 140);
    market.holds().await;
}
