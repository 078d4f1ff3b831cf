//! PNGs of every colour type and depth, written by hand (W3C PNG, third edition), because encoders
//! write few of them.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use image::RgbImage;

use super::Sample;
use super::profiles::{linear_grey, wide};
use super::scene::{COLOURS, GREYS, SIZE, as_held, field, in_colours, in_greys, scene};
use crate::images::{PLACE, exif};

/// How pixels are stored.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) colour_type: u8,
    pub(super) depth: u8,
    pub(super) interlaced: bool,
}

const GREY: u8 = 0;
const RGB: u8 = 2;
const PALETTE: u8 = 3;
const GREY_ALPHA: u8 = 4;
pub(super) const RGBA: u8 = 6;
/// First column and row, and steps, of each pass (section 8).
const ADAM7: [(u32, u32, u32, u32); 7] = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
];

pub(super) fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], name, data, &crc.sum().to_be_bytes()].concat()
}

pub(super) fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A PNG whose pixels have these samples, each of at most `depth` bits; `more` comes before the data.
pub(super) fn png(
    form: Form,
    size: (u32, u32),
    more: &[Vec<u8>],
    samples: &dyn Fn(u32, u32) -> Vec<u16>,
) -> Vec<u8> {
    let mut data = Vec::new();
    let whole = [(0, 0, 1, 1)];
    let passes: &[_] = if form.interlaced { &ADAM7 } else { &whole };
    for (left, top, across, down) in passes.iter().copied() {
        for y in (top..size.1).step_by(usize::try_from(down).unwrap()) {
            data.push(0);
            let columns = (left..size.0).step_by(usize::try_from(across).unwrap());
            data.extend(packed(form.depth, columns.flat_map(|x| samples(x, y))));
        }
    }
    let head = [
        &size.0.to_be_bytes()[..],
        &size.1.to_be_bytes(),
        &[form.depth, form.colour_type, 0, 0, u8::from(form.interlaced)],
    ]
    .concat();
    let mut bytes = b"\x89PNG\r\n\x1A\n".to_vec();
    bytes.extend(chunk(b"IHDR", &head));
    bytes.extend(more.concat());
    bytes.extend(chunk(b"IDAT", &deflated(&data)));
    bytes.extend(chunk(b"IEND", &[]));
    bytes
}

fn packed(depth: u8, samples: impl Iterator<Item = u16>) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u8, 0_u32);
    for sample in samples {
        held = (held << depth) | u32::from(sample);
        bits += depth;
        while bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
        }
    }
    if bits > 0 {
        bytes.push((held << (8 - bits)).to_le_bytes()[0]);
    }
    bytes
}

/// The scene as it is usually stored.
pub(super) fn plain(image: &RgbImage, more: &[Vec<u8>]) -> Vec<u8> {
    let form = Form { colour_type: RGB, depth: 8, interlaced: false };
    png(form, image.dimensions(), more, &|x, y| image.get_pixel(x, y).0.map(u16::from).to_vec())
}

pub(super) fn profile(name: &str, profile: &[u8]) -> Vec<u8> {
    chunk(b"iCCP", &[name.as_bytes(), &[0, 0], &deflated(profile)].concat())
}

fn palette() -> Vec<u8> {
    chunk(b"PLTE", &COLOURS.concat())
}

/// Greys of a depth of few bits, from nothing to everything.
fn few(depth: u8) -> [u16; 4] {
    let most = (1 << depth) - 1;
    [0, most / 3, 2 * most / 3, most]
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut takes = |name: &str, bytes: Vec<u8>, meant: RgbImage| {
        samples.push(Sample::shown(format!("PNG {name}"), bytes, meant));
    };
    for orientation in 1..=8 {
        // A chunk holds it without the mark that a JPEG's segment begins with.
        let chunk = chunk(b"eXIf", &exif(orientation)[6..]);
        let name = format!("held as {orientation}");
        takes(&name, plain(&as_held(orientation), &[chunk]), scene());
    }
    for (depth, name) in [(1, "in 2 greys"), (2, "in 4 greys"), (4, "in 16 greys")] {
        let form = Form { colour_type: GREY, depth, interlaced: false };
        let greys = few(depth);
        let most = u16::from(u8::MAX) / greys[3];
        let meant = greys.map(|grey| u8::try_from(grey * most).unwrap());
        takes(name, png(form, SIZE, &[], &|x, y| vec![greys[field(x, y)]]), in_greys(meant));
    }
    for depth in [8, 16] {
        let wide = |value: u8| u16::from(value) * if depth == 16 { 257 } else { 1 };
        for interlaced in [false, true] {
            let name = |what| {
                format!("of {depth} bits in {what}{}", if interlaced { ", interlaced" } else { "" })
            };
            let form = |colour_type| Form { colour_type, depth, interlaced };
            let grey = png(form(GREY), SIZE, &[], &|x, y| vec![wide(GREYS[field(x, y)])]);
            takes(&name("grey"), grey, in_greys(GREYS));
            let rgb = png(form(RGB), SIZE, &[], &|x, y| COLOURS[field(x, y)].map(wide).to_vec());
            takes(&name("colour"), rgb, scene());
        }
        let form = |colour_type| Form { colour_type, depth, interlaced: false };
        // The lower right field is glass.
        let alpha = |place: usize| if place == 3 { 0 } else { wide(255) };
        let rgba = png(form(RGBA), SIZE, &[], &|x, y| {
            let place = field(x, y);
            [COLOURS[place].map(wide).to_vec(), vec![alpha(place)]].concat()
        });
        let mut meant = COLOURS;
        meant[3] = [255; 3];
        takes(&format!("of {depth} bits with glass"), rgba, in_colours(meant));
        let grey = png(form(GREY_ALPHA), SIZE, &[], &|x, y| {
            vec![wide(GREYS[field(x, y)]), alpha(field(x, y))]
        });
        let [first, second, third, _] = GREYS;
        takes(
            &format!("of {depth} bits in grey with glass"),
            grey,
            in_greys([first, second, third, 255]),
        );
    }
    for (depth, name) in [(2, "with a palette"), (8, "with a palette of 8 bits")] {
        let form = Form { colour_type: PALETTE, depth, interlaced: false };
        let place = |x, y| vec![u16::try_from(field(x, y)).unwrap()];
        takes(name, png(form, SIZE, &[palette()], &place), scene());
    }
    let form = Form { colour_type: PALETTE, depth: 2, interlaced: false };
    let glass = [palette(), chunk(b"tRNS", &[255, 255, 0])];
    let bytes = png(form, SIZE, &glass, &|x, y| vec![u16::try_from(field(x, y)).unwrap()]);
    let [first, second, _, fourth] = COLOURS;
    takes("with a palette and glass", bytes, in_colours([first, second, [255; 3], fourth]));

    for (name, bytes, meant) in wide() {
        takes(&format!("in {name}"), plain(&scene(), &[profile(name, &bytes)]), in_colours(meant));
    }
    let (linear, meant) = linear_grey();
    let form = Form { colour_type: GREY, depth: 8, interlaced: false };
    let grey = |x, y| vec![u16::from(GREYS[field(x, y)])];
    takes("in linear grey", png(form, SIZE, &[profile("grey", &linear)], &grey), in_greys(meant));

    let text = chunk(b"tEXt", &[b"Location\0", PLACE].concat());
    takes("with a text", plain(&scene(), &[text]), scene());
    let frames = chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]);
    let control = [0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0];
    takes("that could move", plain(&scene(), &[frames, chunk(b"fcTL", &control)]), scene());
    samples
}
