//! A JPEG's markers (ITU-T T.81, annex B), read to refuse what a decoder would let pass: a file
//! that ends too early comes out with a grey rest, and the colours of print come out wrong.

use super::refusal::Refusal;

const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: u8 = 0xD9;
/// Components of cyan, magenta, yellow and black.
const PRINT: u8 = 4;

/// Refuses a JPEG that is cut off or made for print.
pub(super) fn check(upload: &[u8]) -> Result<(), Refusal> {
    let mut at = 2;
    loop {
        let marker = next_marker(upload, &mut at).ok_or(Refusal::CutOff)?;
        if marker == END_OF_IMAGE {
            return Ok(());
        }
        if is_alone(marker) {
            continue;
        }
        let length = upload.get(at..at + 2).ok_or(Refusal::CutOff)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let segment = upload.get(at..at + length.max(2)).ok_or(Refusal::CutOff)?;
        if is_frame(marker) && segment.get(7) == Some(&PRINT) {
            return Err(Refusal::Print);
        }
        at += segment.len();
        if marker == START_OF_SCAN {
            skip_scan(upload, &mut at);
        }
    }
}

/// The next marker; `at` comes to stand behind it. Bytes between segments are skipped.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        *at += bytes.get(*at..)?.iter().position(|byte| *byte == 0xFF)?;
        let marker = *bytes.get(*at + 1)?;
        *at += if marker == 0xFF { 1 } else { 2 };
        if !matches!(marker, 0x00 | 0xFF) {
            return Some(marker);
        }
    }
}

/// Moves to the first marker behind entropy-coded data, where `FF 00` is a byte and restarts count on.
fn skip_scan(bytes: &[u8], at: &mut usize) {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    let rest = bytes.get(*at..).unwrap_or_default();
    *at += rest.windows(2).position(ends).unwrap_or(rest.len());
}

/// Start of image, restarts and the temporary marker have no segment.
const fn is_alone(marker: u8) -> bool {
    matches!(marker, 0x01 | 0xD0..=0xD8)
}

/// Start of frame, of any coding.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}
