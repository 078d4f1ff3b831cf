//! JPEGs of every kind that cameras, phones and programs write.

use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::Sample;
use super::profiles::{INKS, inks_of_the_scene, linear_grey, wide};
use super::scene::{GREYS, SIZE, as_held, field, in_colours, in_greys, scene};
use crate::images::{PLACE, exif};

pub(super) type Settings<'a> = &'a dyn Fn(&mut Encoder<&mut Vec<u8>>);

/// A picture of three colours.
pub(super) fn jpeg(image: &RgbImage, settings: Settings<'_>) -> Vec<u8> {
    raw(image.as_raw(), image.dimensions(), ColorType::Rgb, settings)
}

fn raw(pixels: &[u8], size: (u32, u32), colours: ColorType, settings: Settings<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    settings(&mut encoder);
    let (width, height) = (size.0.try_into().unwrap(), size.1.try_into().unwrap());
    encoder.encode(pixels, width, height, colours).unwrap();
    bytes
}

/// Metadata in a packet of XMP.
fn xmp() -> Vec<u8> {
    let mut packet = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><exif:GPSLatitude>".to_vec();
    packet.extend(PLACE);
    packet.extend(b"</exif:GPSLatitude></x:xmpmeta>");
    packet
}

fn inks() -> Vec<u8> {
    let pixels = (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| INKS[field(x, y)]));
    pixels.flatten().collect()
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut takes = |name: String, bytes: Vec<u8>, meant: RgbImage| {
        samples.push(Sample::shown(name, bytes, meant));
    };
    for orientation in 1..=8 {
        let held = as_held(orientation);
        let bytes = jpeg(&held, &|jpeg| jpeg.add_app_segment(1, exif(orientation)).unwrap());
        takes(format!("JPEG held as {orientation}"), bytes, scene());
    }
    let kinds: [(&str, Settings<'_>); 7] = [
        ("4:2:0", &|jpeg| jpeg.set_sampling_factor(SamplingFactor::R_4_2_0)),
        ("4:2:2", &|jpeg| jpeg.set_sampling_factor(SamplingFactor::R_4_2_2)),
        ("progressive", &|jpeg| jpeg.set_progressive(true)),
        ("with restarts", &|jpeg| jpeg.set_restart_interval(3)),
        ("progressive, with its own tables", &|jpeg| {
            jpeg.set_progressive(true);
            jpeg.set_optimized_huffman_tables(true);
        }),
        ("with XMP", &|jpeg| jpeg.add_app_segment(1, xmp()).unwrap()),
        ("with a damaged EXIF", &|jpeg| {
            jpeg.add_app_segment(1, b"Exif\0\0II*\0\xFF".to_vec()).unwrap();
        }),
    ];
    for (kind, settings) in kinds {
        takes(format!("JPEG {kind}"), jpeg(&scene(), settings), scene());
    }
    for (name, profile, meant) in wide() {
        let bytes = jpeg(&scene(), &|jpeg| jpeg.add_icc_profile(&profile).unwrap());
        takes(format!("JPEG in {name}"), bytes, in_colours(meant));
    }
    let bytes = jpeg(&scene(), &|jpeg| jpeg.add_icc_profile(b"no profile at all").unwrap());
    takes("JPEG with a damaged profile".to_owned(), bytes, scene());

    let greys: Vec<u8> = in_greys(GREYS).pixels().map(|pixel| pixel.0[0]).collect();
    let grey = |settings| raw(&greys, SIZE, ColorType::Luma, settings);
    takes("JPEG in grey".to_owned(), grey(&|_| ()), in_greys(GREYS));
    let (profile, meant) = linear_grey();
    let bytes = raw(&greys, SIZE, ColorType::Luma, &|jpeg| jpeg.add_icc_profile(&profile).unwrap());
    takes("JPEG in linear grey".to_owned(), bytes, in_greys(meant));

    let perfect = [[0, 255, 255], [255, 0, 255], [255, 255, 0], [0, 0, 0]];
    let profile = inks_of_the_scene();
    for (name, colours) in [("CMYK", ColorType::Cmyk), ("YCCK", ColorType::CmykAsYcck)] {
        let bytes = raw(&inks(), SIZE, colours, &|_| ());
        takes(format!("JPEG in {name}"), bytes, in_colours(perfect));
        let bytes = raw(&inks(), SIZE, colours, &|jpeg| jpeg.add_icc_profile(&profile).unwrap());
        takes(format!("JPEG in {name} with its profile"), bytes, scene());
    }

    let mut bytes = jpeg(&scene(), &|_| ());
    bytes.extend(b"\0\0\0\x18ftypmp42 a film that a phone appends, at ");
    bytes.extend(PLACE);
    takes("JPEG with a film behind it".to_owned(), bytes, scene());
    samples
}
