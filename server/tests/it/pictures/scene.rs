//! What the samples show: four fields, so that every turn and every mixed-up colour is seen.

use image::imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
use image::{Rgb, RgbImage};

/// Upper left, upper right, lower left, lower right.
pub(super) const COLOURS: [[u8; 3]; 4] =
    [[190, 60, 60], [60, 150, 80], [60, 70, 180], [200, 180, 90]];
/// The same for pictures without colour.
pub(super) const GREYS: [u8; 4] = [40, 100, 160, 220];
/// Width and height of every sample.
pub(super) const SIZE: (u32, u32) = (64, 48);
/// How far a field's middle may be off, and the whole picture on average, after two encodings.
const OFF_IN_THE_MIDDLE: u8 = 6;
const OFF_ON_AVERAGE: u32 = 4;

/// In which field a pixel lies.
pub(super) fn field(x: u32, y: u32) -> usize {
    usize::from(x >= SIZE.0 / 2) + 2 * usize::from(y >= SIZE.1 / 2)
}

/// The fields in these colours.
pub(super) fn in_colours(colours: [[u8; 3]; 4]) -> RgbImage {
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| Rgb(colours[field(x, y)]))
}

/// The fields in their own colours.
pub(super) fn scene() -> RgbImage {
    in_colours(COLOURS)
}

/// The fields in grey.
pub(super) fn in_greys(greys: [u8; 4]) -> RgbImage {
    in_colours(greys.map(|grey| [grey; 3]))
}

/// The scene as a camera stores it that was held so that this EXIF orientation makes it upright.
pub(super) fn as_held(orientation: u8) -> RgbImage {
    let scene = scene();
    match orientation {
        2 => flip_horizontal(&scene),
        3 => rotate180(&scene),
        4 => flip_vertical(&scene),
        5 => flip_horizontal(&rotate90(&scene)),
        6 => rotate270(&scene),
        7 => flip_horizontal(&rotate270(&scene)),
        8 => rotate90(&scene),
        _ => scene,
    }
}

/// Asserts that two pictures are the same but for what encoding does.
pub(super) fn compare(place: &str, seen: &RgbImage, meant: &RgbImage) {
    let (width, height) = meant.dimensions();
    for (x, y) in [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| (width * x / 4, height * y / 4)) {
        let (is, should) = (seen.get_pixel(x, y).0, meant.get_pixel(x, y).0);
        let off = is.iter().zip(should).map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default();
        assert!(off <= OFF_IN_THE_MIDDLE, "{place}: {is:?} at {x}, {y} should be {should:?}");
    }
    let off: u32 = seen.iter().zip(meant.iter()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    let colours = 3 * width * height;
    assert!(off <= OFF_ON_AVERAGE * colours, "{place}: {colours} colours are off by {off}");
}
