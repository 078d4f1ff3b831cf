//! Whether a file is whole, read from its structure: a decoder would let some cut-off files pass
//! with a grey rest.

use super::refusal::Refusal;

/// Length of a PNG's signature, and of a chunk without its data: length, name, checksum.
const PNG_SIGNATURE: usize = 8;
const PNG_CHUNK: usize = 12;
/// Length of a RIFF file's own header.
const RIFF_HEADER: usize = 8;

/// Walks a PNG's chunks to its last (W3C PNG, third edition, section 5).
pub(super) fn png(upload: &[u8]) -> Result<(), Refusal> {
    let mut at = PNG_SIGNATURE;
    loop {
        let head = upload.get(at..at + PNG_SIGNATURE).ok_or(Refusal::CutOff)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let next =
            usize::try_from(length).ok().and_then(|length| at.checked_add(PNG_CHUNK + length));
        let next = next.filter(|next| *next <= upload.len()).ok_or(Refusal::CutOff)?;
        if &head[4..] == b"IEND" {
            return Ok(());
        }
        at = next;
    }
}

/// Compares a WebP's length with what its RIFF header says (RFC 9649, section 2.3).
pub(super) fn webp(upload: &[u8]) -> Result<(), Refusal> {
    let length = upload.get(4..RIFF_HEADER).ok_or(Refusal::CutOff)?;
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
    let whole = usize::try_from(length).is_ok_and(|length| length <= upload.len() - RIFF_HEADER);
    if whole { Ok(()) } else { Err(Refusal::CutOff) }
}
