//! What is no picture, not whole, too much, or something else besides.

use image::DynamicImage;

use super::Sample;
use super::jpegs::jpeg;
use super::others::{gif, webp};
use super::pngs::{Form, RGBA, chunk, deflated, plain, png};
use super::scene::scene;

const CUT_OFF: &str = "this picture is cut off";
const DAMAGED: &str = "this picture is damaged";

/// The first part of a file, in hundredths.
fn part(bytes: &[u8], hundredths: usize) -> Vec<u8> {
    bytes[..bytes.len() * hundredths / 100].to_vec()
}

/// An archive of nothing.
fn archive() -> Vec<u8> {
    [&b"PK\x05\x06"[..], &[0; 18]].concat()
}

/// Writes other sides into a PNG's head.
fn claim(png: &mut Vec<u8>, width: u32, height: u32) {
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let head = chunk(b"IHDR", &png[16..29]);
    png.splice(8..33, head);
}

/// A JPEG that repeats its last pass.
fn passes(times: usize) -> Vec<u8> {
    let whole = jpeg(&scene(), &|jpeg| jpeg.set_progressive(true));
    let scan = whole.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let (before, last) = whole.split_at(scan);
    let (last, end) = last.split_at(last.len() - 2);
    [before, &last.repeat(times), end].concat()
}

pub(super) fn samples() -> Vec<Sample> {
    let (jpeg, gif) = (jpeg(&scene(), &|_| ()), gif(&[DynamicImage::from(scene()).into_rgba8()]));
    let (png_, webp) = (plain(&scene(), &[]), webp(&scene().into(), None, None));
    let mut samples = Vec::new();
    let mut refuses = |name: &str, bytes: Vec<u8>, reason: &'static str| {
        samples.push(Sample::refused(name, bytes, reason));
    };
    for hundredths in [10, 60, 99] {
        for (kind, whole) in [("JPEG", &jpeg), ("PNG", &png_), ("WebP", &webp)] {
            refuses(&format!("{hundredths} % of a {kind}"), part(whole, hundredths), CUT_OFF);
        }
    }
    refuses("60 % of a GIF", part(&gif, 60), DAMAGED);

    refuses("nothing", Vec::new(), "this is no JPEG, PNG, GIF or WebP picture");
    refuses("a text", b"Oat mug, 38 euros".to_vec(), "this is no JPEG, PNG, GIF or WebP picture");
    for (number, (start, name)) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], "a HEIC picture"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "a HEIC picture"),
        (b"\0\0\0\x1Cftypavif\0\0\0\0avifmif1", "an AVIF picture"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "a film"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a drawing (SVG)"),
        (b"<?xml version='1.0'?><svg/>", "a drawing (SVG)"),
        (b"II*\0\x08\0\0\0", "a TIFF picture or a camera's raw file"),
        (b"MM\0*\0\0\0\x08", "a TIFF picture or a camera's raw file"),
        (b"BM\x36\0\0\0", "a bitmap (BMP)"),
        (b"8BPS\0\x01", "a Photoshop document"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xFF\x0A\x7A", "a JPEG XL picture"),
    ]
    .into_iter()
    .enumerate()
    {
        let reason = format!("this is {name}, which not every browser can show");
        refuses(&format!("{name}, no. {number}"), start.to_vec(), reason.leak());
    }

    refuses("JPEG and archive", [&jpeg[..], &archive()].concat(), "this picture is a zip archive");
    refuses("PNG and archive", [&png_[..], &archive()].concat(), "this picture is a zip archive");
    let page = [&png_[..], b"<SCRIPT>alert(1)</SCRIPT>"].concat();
    refuses("PNG and page", page, "this picture is a web page");
    let program = [&gif[..], b"<?php system($_GET['c']); ?>"].concat();
    refuses("GIF and program", program, "this picture is a web page or a program");
    let mut document = jpeg.clone();
    document.splice(2..2, b"\xFF\xFE\0\x0B%PDF-1.7\n".iter().copied());
    refuses("JPEG and document", document, "this picture is a PDF document");

    let form = Form { colour_type: RGBA, depth: 8, interlaced: false };
    let mut wide = png(form, (4, 4), &[], &|_, _| vec![0; 4]);
    claim(&mut wide, 50_000, 50_000);
    refuses("PNG bomb", wide, "this picture is 50000 × 50000 pixels");
    let mut wide = gif.clone();
    wide[6..10].copy_from_slice(&[0xFF; 4]);
    refuses("GIF bomb", wide, "this picture is 65535 × 65535 pixels");
    let mut wide = jpeg.clone();
    let frame = wide.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    wide[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    refuses("JPEG bomb", wide, "this picture is 65500 × 65500 pixels");
    let mut wide = webp.clone();
    // Behind the signature of VP8L come two sides of 14 bits.
    wide[21..25].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0x0F]);
    refuses("WebP bomb", wide, DAMAGED);
    let form = Form { colour_type: RGBA, depth: 16, interlaced: false };
    let mut deep = png(form, (4, 4), &[], &|_, _| vec![0; 4]);
    claim(&mut deep, 12_000, 4_160);
    refuses("PNG of 16 bits that is too deep", deep, "this picture takes more than 256 MB to read");
    refuses("JPEG of 200 passes", passes(200), "this picture is stored in 101 passes or more");

    let mut broken = png_.clone();
    let data = broken.windows(4).position(|name| name == b"IDAT").unwrap();
    broken[data + 10] ^= 0xFF;
    refuses("PNG with a wrong bit", broken, DAMAGED);
    refuses("JPEG without a frame", b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xD9".to_vec(), DAMAGED);
    let none =
        png(Form { colour_type: RGBA, depth: 8, interlaced: false }, (0, 0), &[], &|_, _| vec![]);
    refuses("PNG of no pixels", none, DAMAGED);
    let junk =
        [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IDAT", &deflated(b"x")), chunk(b"IEND", &[])];
    refuses("PNG without a head", junk.concat(), DAMAGED);
    samples
}
