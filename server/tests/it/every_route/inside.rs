//! Things inside of a body that are somebody else's.

use reqwest::Method;
use serde_json::json;

use super::access::comparable;
use super::contents::Contents;
use super::on_both_stages;
use super::stage::Stage;
use super::table::Object;

on_both_stages![foreign_things_inside_a_body_are_as_absent_ones];

/// One's own listing, with a variant or a picture in the body that is somebody else's.
async fn foreign_things_inside_a_body_are_as_absent_ones(stage: Stage) {
    let Stage { market, .. } = &stage;
    let [ines, omar] = [market.artisan("Iris").await, market.artisan("Otto").await];
    let (own, foreign) = (ines.offers("Mug", 2400, 3).await, omar.offers("Cup", 2400, 3).await);
    let absent = Stage::absent(Object::Variant, "Iris").unwrap();
    let before = Contents::of(market).await;
    let path = format!("/api/v1/listings/{}", own.listing);
    let mut answers = Vec::new();
    for variant in [foreign.variant.to_string(), absent] {
        let edit = json!({ "variants": [{ "id": variant, "stock": 9 }] });
        let answer = ines.sends(Method::PATCH, &path, |request| request.json(&edit)).await;
        answers.push((answer.status, comparable(&answer).replace(&variant, "…")));
    }
    assert!([404, 422].contains(&answers[0].0), "{answers:?}");
    assert_eq!(answers[0], answers[1], "a foreign variant shows that it is there");
    answers.clear();
    // The picture was uploaded by other shops of the stage, not by this one.
    for hash in [stage.own(Object::Picture, "").await.unwrap()[..64].to_owned(), "0".repeat(64)] {
        let edit = json!({ "images": [{ "hash": hash }] });
        let path = format!("{path}/images");
        let answer = ines.sends(Method::PUT, &path, |request| request.json(&edit)).await;
        answers.push((answer.status, comparable(&answer).replace(&hash, "…")));
    }
    assert!([404, 422].contains(&answers[0].0), "{answers:?}");
    assert_eq!(answers[0], answers[1], "a foreign picture shows that it is there");
    assert_eq!(Contents::of(market).await.changed_since(&before), [""; 0]);
}
