//! JPEGs in cyan, magenta, yellow and black, as programs for print write them.

use image::RgbImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::jpeg::Marks;
use super::refusal::Refusal;

/// Bytes of a pixel in inks.
const INKS: usize = 4;

/// Decodes by the profile in the file, or else as if the inks were perfect.
pub(super) fn decode(upload: &[u8], marks: &Marks) -> Result<RgbImage, Refusal> {
    let open = |options| JpegDecoder::new_with_options(ZCursor::new(upload), options);
    let mut decoder = open(DecoderOptions::default());
    decoder.decode_headers().map_err(|_| Refusal::Damaged)?;
    let stored = decoder.input_colorspace().ok_or(Refusal::Damaged)?;
    let profile = decoder.icc_profile();
    // Asked for as it is stored, nothing is converted.
    let mut decoder = open(DecoderOptions::default().jpeg_set_out_colorspace(stored));
    let mut inks = decoder.decode().map_err(|_| Refusal::Damaged)?;
    let (width, height) = decoder.dimensions().ok_or(Refusal::Damaged)?;
    for pixel in inks.chunks_exact_mut(INKS) {
        if stored == ColorSpace::YCCK {
            separate(pixel);
        }
        if marks.is_adobe {
            for ink in pixel.iter_mut() {
                *ink = u8::MAX - *ink;
            }
        }
    }
    let side = |length: usize| u32::try_from(length).map_err(|_| Refusal::Damaged);
    let mut image = RgbImage::new(side(width)?, side(height)?);
    if !profile.is_some_and(|profile| by_profile(&inks, &mut image, &profile)) {
        for (inks, to) in inks.chunks_exact(INKS).zip(image.pixels_mut()) {
            to.0 = [0, 1, 2].map(|ink| through(inks[ink], inks[3]));
        }
    }
    Ok(image)
}

/// Lightness and two colours to the three inks that they were made from (ITU-T T.871, section 7,
/// and Adobe Technical Note 5116: the colours are the complements of the inks).
fn separate(pixel: &mut [u8]) {
    let [lightness, blue, red, _] = pixel else { return };
    let (y, cb, cr) = (i32::from(*lightness), i32::from(*blue) - 128, i32::from(*red) - 128);
    // Factors of 2^16.
    let colour = |part: i32| ((y << 16) + part + (1 << 15)) >> 16;
    let ink = |part: i32| u8::try_from(255 - colour(part).clamp(0, 255)).unwrap_or_default();
    (*lightness, *blue, *red) =
        (ink(91_881 * cr), ink(-22_554 * cb - 46_802 * cr), ink(116_130 * cb));
}

fn by_profile(inks: &[u8], image: &mut RgbImage, profile: &[u8]) -> bool {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return false };
    if profile.color_space != DataColorSpace::Cmyk {
        return false;
    }
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let transform = profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, options);
    transform.is_ok_and(|transform| transform.transform(inks, image).is_ok())
}

/// How much of a colour comes through an ink and black.
fn through(ink: u8, black: u8) -> u8 {
    let light = u32::from(u8::MAX - ink) * u32::from(u8::MAX - black);
    u8::try_from((light + 127) / 255).unwrap_or(u8::MAX)
}
