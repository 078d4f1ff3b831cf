//! All samples.

use image::RgbImage;

use super::{Sample, jpegs, others, pngs, refused};

/// What must come of a sample.
pub(super) enum Outcome {
    /// Served, looking like this.
    Shown(RgbImage),
    /// Not taken, in words that begin like this.
    Refused(&'static str),
}

impl Sample {
    pub(super) fn shown(name: String, bytes: Vec<u8>, meant: RgbImage) -> Self {
        Self { name, bytes, outcome: Outcome::Shown(meant) }
    }

    pub(super) fn refused(name: &str, bytes: Vec<u8>, reason: &'static str) -> Self {
        Self { name: name.to_owned(), bytes, outcome: Outcome::Refused(reason) }
    }
}

pub(super) fn corpus() -> Vec<Sample> {
    [jpegs::samples(), pngs::samples(), others::samples(), refused::samples()]
        .into_iter()
        .flatten()
        .collect()
}
