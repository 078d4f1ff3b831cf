//! Addresses of a stored picture in the widths that exist of it.

use std::fmt::Write as _;

use api::listing::GalleryImage;

/// Widths that the image pipeline derives; none is larger than the master.
pub(crate) const WIDTHS: [u32; 4] = [200, 400, 800, 1600];
/// Width of the JPEG for browsers without WebP.
const FALLBACK: u32 = 800;

/// For `srcset`: `/img/{hash}-200.webp 200w, …`.
pub(crate) fn srcset(image: &GalleryImage) -> String {
    let mut set = String::new();
    for width in widths(image) {
        let comma = if set.is_empty() { "" } else { ", " };
        let written = write!(set, "{comma}/img/{}-{width}.webp {width}w", image.hash);
        debug_assert!(written.is_ok(), "a string takes everything");
    }
    set
}

/// For `src`: a JPEG.
pub(crate) fn jpeg(image: &GalleryImage) -> String {
    let width = widths(image).filter(|width| *width <= FALLBACK).last().unwrap_or(FALLBACK);
    format!("/img/{}-{width}.jpg", image.hash)
}

/// A small one, for thumbnails.
pub(crate) fn thumb(hash: &str) -> String {
    format!("/img/{hash}-{}.webp", WIDTHS[0])
}

/// Class of the colour that stands in for the picture while it loads: `m-00` to `m-63`.
pub(crate) fn tint(image: &GalleryImage) -> String {
    format!("m-{:02}", image.tint.min(63))
}

fn widths(image: &GalleryImage) -> impl Iterator<Item = u32> {
    let most = image.width;
    WIDTHS.into_iter().filter(move |width| *width <= most || *width == WIDTHS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_wider_than_the_master_is_asked_for() {
        let image =
            GalleryImage { hash: "ab".into(), alt: String::new(), width: 900, height: 10, tint: 7 };
        assert_eq!(
            srcset(&image),
            "/img/ab-200.webp 200w, /img/ab-400.webp 400w, /img/ab-800.webp 800w"
        );
        assert_eq!(jpeg(&image), "/img/ab-800.jpg");
        assert_eq!(jpeg(&GalleryImage { width: 150, ..image }), "/img/ab-200.jpg");
    }
}
