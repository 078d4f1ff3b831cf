//! From an upload to the files that are kept of it: pure, and blocking for a third of a second.
//!
//! What leaves here was encoded anew from pixels alone, so nothing of the upload's metadata, such
//! as the place where a photograph was taken, can be in it.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder};

use super::decode::decode;
use super::refusal::Refusal;

/// Widths that are served; a picture that is narrower is served at its own width under each name.
pub(crate) const WIDTHS: [u32; 4] = [200, 400, 800, 1600];
/// Longest side of the master that is kept.
const MASTER_SIDE: u32 = 2400;
const MASTER_QUALITY: u8 = 92;
const JPEG_QUALITY: u8 = 80;
const WEBP_QUALITY: f32 = 78.0;

/// Everything that is kept of an upload.
pub(super) struct Picture {
    /// BLAKE3 of the master, in hexadecimal: the name of the picture.
    pub(super) hash: String,
    /// Width of the master.
    pub(super) width: u32,
    /// Height of the master.
    pub(super) height: u32,
    /// Mean colour with two bits for each of red, green and blue.
    pub(super) tint: u8,
    /// The files by name.
    pub(super) files: Vec<(String, Vec<u8>)>,
}

/// Makes every file of an upload.
pub(super) fn derive(upload: &[u8]) -> Result<Picture, Refusal> {
    let master = master(decode(upload)?)?;
    let (width, height) = master.dimensions();
    let bytes = encode_jpeg(&master, MASTER_QUALITY)?;
    let hash = blake3::hash(&bytes).to_hex().to_string();

    let mut files = Vec::with_capacity(2 * WIDTHS.len() + 1);
    let mut last = master;
    for nominal in WIDTHS.into_iter().rev() {
        let wide = nominal.min(width);
        last = resized(last, wide, scaled(height, wide, width))?;
        files.push((format!("{hash}-{nominal}.webp"), encode_webp(&last)?));
        files.push((format!("{hash}-{nominal}.jpg"), encode_jpeg(&last, JPEG_QUALITY)?));
    }
    files.push((format!("{hash}-master.jpg"), bytes));
    Ok(Picture { hash, width, height, tint: tint(&last), files })
}

/// What is kept of the pixels. They are let go here, before anything is encoded: they are the most
/// that is held of a picture.
fn master(frame: RgbImage) -> Result<RgbImage, Refusal> {
    let (width, height) = within(frame.width(), frame.height(), MASTER_SIDE);
    resized(frame, width, height)
}

/// The largest size of the same shape whose sides are at most `side`; never larger than it is.
fn within(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    (scaled(width, side, longest), scaled(height, side, longest))
}

/// `length · part / whole`, rounded, at least one pixel.
fn scaled(length: u32, part: u32, whole: u32) -> u32 {
    let (length, part, whole) = (u64::from(length), u64::from(part), u64::from(whole.max(1)));
    u32::try_from((length * part + whole / 2) / whole).unwrap_or(u32::MAX).max(1)
}

fn resized(from: RgbImage, width: u32, height: u32) -> Result<RgbImage, Refusal> {
    if from.dimensions() == (width, height) {
        return Ok(from);
    }
    let source = ImageRef::new(from.width(), from.height(), from.as_raw(), PixelType::U8x3);
    let mut to = Image::new(width, height, PixelType::U8x3);
    let lanczos = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    let source = source.map_err(|_| Refusal::Damaged)?;
    Resizer::new().resize(&source, &mut to, &lanczos).map_err(|_| Refusal::Damaged)?;
    RgbImage::from_raw(width, height, to.into_vec()).ok_or(Refusal::Damaged)
}

fn encode_jpeg(image: &RgbImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_progressive(true);
    let side = |length: u32| u16::try_from(length).map_err(|_| Refusal::Damaged);
    let (width, height) = (side(image.width())?, side(image.height())?);
    encoder.encode(image.as_raw(), width, height, ColorType::Rgb).map_err(|_| Refusal::Damaged)?;
    Ok(bytes)
}

fn encode_webp(image: &RgbImage) -> Result<Vec<u8>, Refusal> {
    let encoder = webp::Encoder::from_rgb(image.as_raw(), image.width(), image.height());
    let bytes = encoder.encode_simple(false, WEBP_QUALITY).map_err(|_| Refusal::Damaged)?;
    Ok(bytes.to_vec())
}

/// Mean colour, two bits for each of red, green and blue.
fn tint(image: &RgbImage) -> u8 {
    let mut sums = [0_u64; 3];
    for pixel in image.pixels() {
        for (sum, colour) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(colour);
        }
    }
    let pixels = (u64::from(image.width()) * u64::from(image.height())).max(1);
    let [red, green, blue] = sums.map(|sum| u8::try_from(sum / pixels).unwrap_or(u8::MAX) >> 6);
    (red << 4) | (green << 2) | blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_enlarged_and_no_side_vanishes() {
        assert_eq!(within(1200, 800, 2400), (1200, 800));
        assert_eq!(within(4000, 3000, 2400), (2400, 1800));
        assert_eq!(within(12_000, 1, 2400), (2400, 1));
    }

    #[test]
    fn the_tint_is_two_bits_of_each_colour() {
        assert_eq!(tint(&RgbImage::from_pixel(3, 3, image::Rgb([255, 128, 10]))), 0b11_10_00);
        assert_eq!(tint(&RgbImage::from_pixel(1, 1, image::Rgb([255, 255, 255]))), 63);
    }
}
