//! A JPEG's markers (ITU-T T.81, annex B), read for what a decoder would let pass or not tell: a
//! file that ends too early comes out with a grey rest, a thousand passes take minutes, and the
//! inks of print have to be known.

use super::refusal::Refusal;

const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: u8 = 0xD9;
const ADOBE: u8 = 0xEE;
/// Where a frame's height, width and number of components stand in its segment.
const FRAME_HEIGHT: usize = 3;
const FRAME_COMPONENTS: usize = 7;
/// Components of cyan, magenta, yellow and black.
const PRINT: u8 = 4;
/// Pixels times passes that are worked through, twenty for the largest picture that is taken; an
/// encoder makes about ten.
const MOST_WORK: u64 = 1_000_000_000;
/// Passes of any picture, as the decoder has it.
const MOST_PASSES: u64 = 100;

/// What the markers say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Four inks instead of three colours.
    pub(super) is_print: bool,
    /// Written by Adobe's rules, which store inks inverted.
    pub(super) is_adobe: bool,
    pixels: u64,
    passes: u64,
}

/// Reads the markers to the end, and refuses a JPEG that has none.
pub(super) fn marks(upload: &[u8]) -> Result<Marks, Refusal> {
    let mut marks = Marks::default();
    let mut at = 2;
    loop {
        let marker = next_marker(upload, &mut at).ok_or(Refusal::CutOff)?;
        if marker == END_OF_IMAGE {
            return Ok(marks);
        }
        if is_alone(marker) {
            continue;
        }
        let length = upload.get(at..at + 2).ok_or(Refusal::CutOff)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let segment = upload.get(at..at + length.max(2)).ok_or(Refusal::CutOff)?;
        at += segment.len();
        match marker {
            ADOBE => marks.is_adobe |= segment.get(2..7) == Some(b"Adobe"),
            START_OF_SCAN => {
                marks.count_pass()?;
                skip_scan(upload, &mut at);
            }
            frame if is_frame(frame) => marks.read_frame(segment),
            _ => {}
        }
    }
}

impl Marks {
    fn read_frame(&mut self, segment: &[u8]) {
        if let Some([high, height, wide, width]) = segment.get(FRAME_HEIGHT..FRAME_COMPONENTS) {
            let side = |bytes: [u8; 2]| u64::from(u16::from_be_bytes(bytes));
            self.pixels = side([*high, *height]) * side([*wide, *width]);
        }
        self.is_print = segment.get(FRAME_COMPONENTS) == Some(&PRINT);
    }

    fn count_pass(&mut self) -> Result<(), Refusal> {
        self.passes += 1;
        if self.passes > MOST_PASSES || self.passes > 1 && self.passes * self.pixels > MOST_WORK {
            return Err(Refusal::TooManyPasses(self.passes));
        }
        Ok(())
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
