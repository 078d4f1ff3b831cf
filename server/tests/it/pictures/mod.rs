//! A corpus of pictures as people have them, and of files that only look like pictures: each is
//! shown as it was meant, or refused with words of its own. Every file is made here.

mod corpus;
mod jpegs;
mod others;
mod pngs;
mod profiles;
mod refused;
mod scene;

use std::collections::BTreeSet;

use api::Problem;
use api::listing::StoredImage;
use image::RgbImage;

use crate::images::{PLACE, bytes_of, uploads};
use crate::market::{Market, on_both_engines};
use corpus::{Outcome, corpus};

on_both_engines![every_picture_is_shown_as_it_was_meant_or_refused_with_a_reason];

/// A file, and what must come of it.
struct Sample {
    name: String,
    bytes: Vec<u8>,
    outcome: Outcome,
}

async fn every_picture_is_shown_as_it_was_meant_or_refused_with_a_reason(market: Market) {
    let ana = market.artisan("Ana").await;
    let corpus = corpus();
    let names: BTreeSet<_> = corpus.iter().map(|sample| &sample.name).collect();
    assert!(names.len() == corpus.len() && corpus.len() >= 60, "{} samples", corpus.len());
    let (mut shown, mut refused, mut placed) = (0, 0, 0);
    for Sample { name, bytes, outcome } in corpus {
        let answer = uploads(&ana, &bytes).await;
        match outcome {
            Outcome::Shown(meant) => {
                assert_eq!(answer.status, 201, "{name}: {}", answer.body);
                let stored: StoredImage = answer.expect(201);
                assert_eq!((stored.width, stored.height), meant.dimensions(), "{name}");
                placed += usize::from(contains(&bytes, PLACE));
                looks_like(&market, &name, &stored.hash, &meant).await;
                shown += 1;
            }
            Outcome::Refused(reason) => {
                let problem: Problem = answer.expect(422);
                assert!(problem.detail.starts_with(reason), "{name}: {}", problem.detail);
                assert_eq!(problem.field.as_deref(), Some("image"), "{name}");
                refused += 1;
            }
        }
    }
    assert!(shown >= 40 && refused >= 20, "{shown} shown, {refused} refused");
    assert!(placed >= 24, "only {placed} samples carried a place");
}

/// Whether everything that is served shows this, and nothing of it tells a place.
async fn looks_like(market: &Market, name: &str, hash: &str, meant: &RgbImage) {
    for file in ["200.jpg", "200.webp", "1600.jpg", "1600.webp"] {
        let bytes = bytes_of(market, &format!("{hash}-{file}")).await;
        let place = format!("{name}, {file}");
        assert!(!contains(&bytes, PLACE), "{place}: tells where it was taken");
        assert!(!contains(&bytes, b"Exif"), "{place}: still has metadata");
        let seen = image::load_from_memory(&bytes).unwrap().into_rgb8();
        assert_eq!(seen.dimensions(), meant.dimensions(), "{place}");
        scene::compare(&place, &seen, meant);
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
