//! GIF and WebP.

use image::codecs::gif::GifEncoder;
use image::codecs::webp::WebPEncoder;
use image::{
    Delay, DynamicImage, ExtendedColorType, Frame, ImageEncoder as _, RgbImage, Rgba, RgbaImage,
};

use super::Sample;
use super::profiles::wide;
use super::scene::{COLOURS, SIZE, as_held, in_colours, in_greys, scene};
use crate::images::{PLACE, exif};

fn rgba(image: &RgbImage) -> RgbaImage {
    DynamicImage::from(image.clone()).into_rgba8()
}

/// The scene with glass in the lower right, and what is seen of it.
fn with_glass() -> (RgbaImage, RgbImage) {
    let mut glass = rgba(&scene());
    for (x, y, pixel) in glass.enumerate_pixels_mut() {
        if super::scene::field(x, y) == 3 {
            *pixel = Rgba([0; 4]);
        }
    }
    let mut meant = COLOURS;
    meant[3] = [255; 3];
    (glass, in_colours(meant))
}

/// A GIF of these frames.
pub(super) fn gif(frames: &[RgbaImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 1);
    let delay = Delay::from_numer_denom_ms(100, 1);
    let frames = frames.iter().map(|frame| Frame::from_parts(frame.clone(), 0, 0, delay));
    encoder.encode_frames(frames).unwrap();
    drop(encoder);
    bytes
}

/// A WebP without loss.
pub(super) fn webp(image: &DynamicImage, profile: Option<&[u8]>, exif: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).unwrap();
    }
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
    }
    let colours: ExtendedColorType = image.color().into();
    encoder.write_image(image.as_bytes(), image.width(), image.height(), colours).unwrap();
    bytes
}

fn part(name: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let pad = vec![0; data.len() % 2];
    [name, &length.to_le_bytes(), data, &pad].concat()
}

/// A WebP that moves (RFC 9649, section 2.7): the scene, then a grey one.
fn moving() -> Vec<u8> {
    let side = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
    let size = [side(SIZE.0), side(SIZE.1)].concat();
    let frame = |image: RgbImage| {
        let alone = webp(&image.into(), None, None);
        // Behind RIFF, its length and WEBP comes the picture itself.
        part(b"ANMF", &[&[0; 6], &size[..], &[100, 0, 0, 0], &alone[12..]].concat())
    };
    let body = [
        b"WEBP".to_vec(),
        part(b"VP8X", &[&[2, 0, 0, 0], &size[..]].concat()),
        part(b"ANIM", &[0; 6]),
        frame(scene()),
        frame(in_greys([0, 80, 160, 240])),
    ];
    part(b"RIFF", &body.concat())
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut takes = |name: &str, bytes: Vec<u8>, meant: RgbImage| {
        samples.push(Sample::shown(name.to_owned(), bytes, meant));
    };
    let (glass, through) = with_glass();
    takes("GIF", gif(&[rgba(&scene())]), scene());
    takes("GIF that moves", gif(&[rgba(&scene()), glass.clone()]), scene());
    takes("GIF with glass", gif(std::slice::from_ref(&glass)), through.clone());
    let mut noted = gif(&[rgba(&scene())]);
    let end = noted.pop().unwrap();
    noted.extend([0x21, 0xFE, u8::try_from(PLACE.len()).unwrap()]);
    noted.extend(PLACE);
    noted.extend([0, end]);
    takes("GIF with a note", noted, scene());

    for orientation in 1..=8 {
        let bytes = webp(&as_held(orientation).into(), None, Some(&exif(orientation)[6..]));
        takes(&format!("WebP held as {orientation}"), bytes, scene());
    }
    let lossy = webp::Encoder::from_rgb(scene().as_raw(), SIZE.0, SIZE.1).encode(95.0).to_vec();
    takes("WebP with loss", lossy, scene());
    let lossy = webp::Encoder::from_rgba(glass.as_raw(), SIZE.0, SIZE.1).encode(95.0).to_vec();
    takes("WebP with loss and glass", lossy, through.clone());
    takes("WebP with glass", webp(&glass.into(), None, None), through);
    takes("WebP that moves", moving(), scene());
    for (name, profile, meant) in wide() {
        let bytes = webp(&scene().into(), Some(&profile), None);
        takes(&format!("WebP in {name}"), bytes, in_colours(meant));
    }
    samples
}
