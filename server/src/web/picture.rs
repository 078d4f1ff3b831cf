//! Addresses of a stored picture in the widths that exist of it.

use api::listing::GalleryImage;

use crate::images::picture::WIDTHS;

/// For `srcset`: `/img/{hash}-200.webp 200w, …`, up to the width of the master.
pub(crate) fn srcset(image: &GalleryImage) -> String {
    let mut set: Vec<String> = Vec::with_capacity(WIDTHS.len());
    for name in WIDTHS {
        // A picture that is narrower than the name of a file is stored there at its own width.
        set.push(format!("/img/{}-{name}.webp {}w", image.hash, name.min(image.width)));
        if name >= image.width {
            break;
        }
    }
    set.join(", ")
}

/// For `src`: a JPEG, for browsers without WebP and for other sites.
pub(crate) fn jpeg(image: &GalleryImage) -> String {
    format!("/img/{}-800.jpg", image.hash)
}

/// For other sites, which show it large: a JPEG of the widest size.
pub(crate) fn shared(hash: &str) -> String {
    format!("/img/{hash}-1600.jpg")
}

/// Width and height of that file.
pub(crate) fn shared_size(image: &GalleryImage) -> (u32, u32) {
    let width = image.width.clamp(1, 1600);
    let high = u64::from(image.height) * u64::from(width) / u64::from(image.width.max(1));
    (width, u32::try_from(high).unwrap_or(u32::MAX))
}

/// A small one, for thumbnails.
pub(crate) fn thumb(hash: &str) -> String {
    format!("/img/{hash}-200.webp")
}

/// Classes of the colour that stands in for the picture while it loads: `m r2 g1 b0`, two bits for
/// each of red, green and blue.
pub(crate) fn tint(image: &GalleryImage) -> String {
    let [red, green, blue] = [4, 2, 0].map(|bits| (image.tint >> bits) & 3);
    format!("m r{red} g{green} b{blue}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_wider_than_the_master_is_promised() {
        let image = |width| GalleryImage {
            hash: "ab".into(),
            alt: String::new(),
            width,
            height: 10,
            tint: 7,
        };
        assert_eq!(
            srcset(&image(800)),
            "/img/ab-200.webp 200w, /img/ab-400.webp 400w, /img/ab-800.webp 800w"
        );
        assert!(srcset(&image(900)).ends_with("/img/ab-1600.webp 900w"));
        assert_eq!(srcset(&image(150)), "/img/ab-200.webp 150w");
        assert_eq!(tint(&image(150)), "m r0 g1 b3");
        assert_eq!(shared_size(&image(150)), (150, 10));
        assert_eq!(shared_size(&image(3200)), (1600, 5));
    }
}
