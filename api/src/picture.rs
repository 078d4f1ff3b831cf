//! Which files are pictures that the market takes, by their bytes alone; neither a name nor what a
//! sender calls it counts. The server asks before it decodes, the command line before it sends.

/// Bytes of one picture at most.
pub const LARGEST: usize = 25 * 1024 * 1024;

/// A kind of picture that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ISO/IEC 10918.
    Jpeg,
    /// W3C PNG.
    Png,
    /// GIF 87a or 89a.
    Gif,
    /// RFC 9649.
    WebP,
}

/// Why a file is not taken for a picture, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Larger than [`LARGEST`].
    #[error("a picture has at most {} MB; save it smaller and send it again", LARGEST / (1024 * 1024))]
    TooLarge,
    /// Nothing that is known.
    #[error("this is no JPEG, PNG, GIF or WebP picture; save it as one of these and send it again")]
    NoPicture,
    /// Another kind of picture or document, with its article.
    #[error("this is {0}, which not every browser can show; export it as JPEG and send that")]
    Foreign(&'static str),
    /// A picture that another program would open as something else, with its article.
    #[error(
        "this picture is {0} at the same time, which no camera writes; open it in an image program, save it anew and send that"
    )]
    TwoInOne(&'static str),
}

/// Bytes at the start of other files that people take for pictures, and what they are.
const FOREIGN: [(&[u8], &str); 9] = [
    (b"II*\0", "a TIFF picture or a camera's raw file"),
    (b"MM\0*", "a TIFF picture or a camera's raw file"),
    (b"BM", "a bitmap (BMP)"),
    (b"8BPS", "a Photoshop document"),
    (b"%PDF-", "a PDF document"),
    (b"<svg", "a drawing (SVG)"),
    (b"<?xml", "a drawing (SVG)"),
    (b"\xFF\x0A", "a JPEG XL picture"),
    (b"\0\0\0\x0CJXL ", "a JPEG XL picture"),
];
/// A PDF may begin anywhere in here (ISO 32000-1, annex H, note 13).
const PDF_BEGINS_WITHIN: usize = 1024;
/// End of a zip archive's directory: its mark, its length without the comment, where the comment's
/// length stands (APPNOTE 4.3.16).
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_END_LENGTH: usize = 22;
const ZIP_COMMENT_LENGTH_AT: usize = 20;
/// What makes a browser or a server take a file for a page or a program.
const PAGES: [&[u8]; 4] = [b"<script", b"<html", b"<!doctype html", b"<?php"];

/// Recognises a file, and refuses what is too large, something else or something else as well.
///
/// # Errors
/// Says what it is instead.
pub fn recognise(upload: &[u8]) -> Result<Kind, Unfit> {
    if upload.len() > LARGEST {
        return Err(Unfit::TooLarge);
    }
    let kind = match upload {
        [0xFF, 0xD8, 0xFF, ..] => Kind::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Kind::Png,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Kind::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Kind::WebP,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => return Err(boxed(brand)),
        _ => return Err(foreign(upload)),
    };
    match also(upload) {
        None => Ok(kind),
        Some(what) => Err(Unfit::TwoInOne(what)),
    }
}

/// Files in boxes (ISO/IEC 14496-12) are told apart by their brand.
fn boxed(brand: &[u8]) -> Unfit {
    Unfit::Foreign(match brand {
        [b'a', b'v', b'i', b'f' | b's', ..] => "an AVIF picture",
        [b'h', b'e', ..] | [b'm' | b'h', b'i' | b's', b'f', b'1', ..] => "a HEIC picture",
        _ => "a film",
    })
}

fn foreign(upload: &[u8]) -> Unfit {
    FOREIGN
        .iter()
        .find(|(start, _)| upload.starts_with(start))
        .map_or(Unfit::NoPicture, |(_, what)| Unfit::Foreign(what))
}

/// What a picture is besides. Films and second pictures that phones append are harmless.
fn also(upload: &[u8]) -> Option<&'static str> {
    let start = upload.get(..PDF_BEGINS_WITHIN).unwrap_or(upload);
    if start.windows(5).any(|bytes| bytes == b"%PDF-") {
        return Some("a PDF document");
    }
    if ends_as_zip(upload) {
        return Some("a zip archive");
    }
    is_page(upload).then_some("a web page or a program")
}

/// Whether an archive's directory ends exactly where the file does.
fn ends_as_zip(upload: &[u8]) -> bool {
    let longest = ZIP_END_LENGTH + usize::from(u16::MAX);
    let end = &upload[upload.len().saturating_sub(longest)..];
    let length_at = |at: usize| {
        let bytes = end.get(at + ZIP_COMMENT_LENGTH_AT..at + ZIP_END_LENGTH)?;
        Some(usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
    };
    end.windows(ZIP_END.len()).enumerate().filter(|(_, bytes)| *bytes == ZIP_END).any(|(at, _)| {
        length_at(at).is_some_and(|comment| at + ZIP_END_LENGTH + comment == end.len())
    })
}

fn is_page(upload: &[u8]) -> bool {
    let mut rest = upload;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[at..];
        let begins = |page: &[u8]| {
            rest.get(..page.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(page))
        };
        if PAGES.iter().any(|page| begins(page)) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}
