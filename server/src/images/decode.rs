//! From an upload to its pixels: upright, in sRGB, eight bits a colour, white behind what is
//! transparent. Of several frames the first one counts; the others are never decoded.

use api::picture::{Kind, recognise};
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, RgbImage};

use super::refusal::Refusal;
use super::{colour, jpeg, print, whole};

/// Longest side, area and memory that an upload may claim before it is decoded.
const LONGEST_SIDE: u32 = 12_000;
const LARGEST_AREA: u64 = 50_000_000;
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// Decodes by what the first bytes say, within the limits.
pub(super) fn decode(upload: &[u8]) -> Result<RgbImage, Refusal> {
    let input = std::io::Cursor::new(upload);
    match recognise(upload)? {
        Kind::Jpeg => {
            let marks = jpeg::marks(upload)?;
            let decoder = JpegDecoder::new(input).map_err(|error| why(&error))?;
            if marks.is_print { print_picture(upload, &marks, decoder) } else { picture(decoder) }
        }
        Kind::Png => {
            whole::png(upload)?;
            picture(PngDecoder::with_limits(input, limits()).map_err(|error| why(&error))?)
        }
        Kind::Gif => picture(GifDecoder::new(input).map_err(|error| why(&error))?),
        Kind::WebP => {
            whole::webp(upload)?;
            picture(WebPDecoder::new(input).map_err(|error| why(&error))?)
        }
    }
}

/// Of memory only; sides and area are looked at in [`sized`], which can name them.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

fn sized(decoder: &impl ImageDecoder) -> Result<(), Refusal> {
    let (width, height) = decoder.dimensions();
    let area = u64::from(width) * u64::from(height);
    if width.max(height) > LONGEST_SIDE || area > LARGEST_AREA {
        return Err(Refusal::TooManyPixels { width, height });
    }
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(Refusal::TooDeep);
    }
    if area == 0 { Err(Refusal::Damaged) } else { Ok(()) }
}

fn picture(mut decoder: impl ImageDecoder) -> Result<RgbImage, Refusal> {
    sized(&decoder)?;
    decoder.set_limits(limits()).map_err(|error| why(&error))?;
    let orientation = orientation(&mut decoder);
    // A profile that cannot be read is as good as none.
    let profile = decoder.icc_profile().ok().flatten();
    let image = DynamicImage::from_decoder(decoder).map_err(|error| why(&error))?;
    let mut image = flatten(image);
    if let Some(profile) = profile {
        colour::to_srgb(&mut image, &profile);
    }
    Ok(turned(image, orientation))
}

/// A picture in four inks, which the usual decoder would take for colours of a screen.
fn print_picture(
    upload: &[u8],
    marks: &jpeg::Marks,
    mut decoder: impl ImageDecoder,
) -> Result<RgbImage, Refusal> {
    sized(&decoder)?;
    let orientation = orientation(&mut decoder);
    Ok(turned(print::decode(upload, marks)?, orientation))
}

/// How the camera was held; a picture whose metadata are damaged is taken as it lies.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

fn turned(image: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return image;
    }
    let mut image = DynamicImage::from(image);
    image.apply_orientation(orientation);
    image.into_rgb8()
}

fn why(error: &ImageError) -> Refusal {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Refusal::CutOff
        }
        ImageError::Limits(_) => Refusal::TooDeep,
        _ => Refusal::Damaged,
    }
}

/// Eight bits for each colour, and white behind what is transparent.
fn flatten(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let mut flat = RgbImage::new(image.width(), image.height());
    for (to, from) in flat.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [red, green, blue].map(|colour| on_white(colour, alpha));
    }
    flat
}

fn on_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_becomes_white() {
        assert_eq!(on_white(10, 0), 255);
        assert_eq!(on_white(10, 255), 10);
        assert_eq!(on_white(0, 128), 127);
    }
}
