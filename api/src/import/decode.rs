//! Bytes of any encoding become UTF-8, a chunk at a time.

use std::io::{self, ErrorKind, Read};

use encoding_rs::{CoderResult, Decoder, Encoding};

/// Bytes asked of the source at once.
const CHUNK: usize = 64 * 1024;

/// A source whose bytes come out as UTF-8; a byte order mark is dropped, undecodable bytes become
/// U+FFFD.
pub(super) struct Decoded<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    text: Vec<u8>,
    text_at: usize,
    text_end: usize,
    source_ended: bool,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    /// Nothing is read before the first byte is asked for.
    pub(super) fn new(source: R, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            raw_at: 0,
            raw_end: 0,
            text: vec![0; CHUNK * 2],
            text_at: 0,
            text_end: 0,
            source_ended: false,
            ended: false,
        }
    }

    /// The next byte of UTF-8; `None` at the end.
    #[inline]
    pub(super) fn byte(&mut self) -> io::Result<Option<u8>> {
        while self.text_at == self.text_end {
            if self.ended {
                return Ok(None);
            }
            self.refill()?;
        }
        let byte = self.text[self.text_at];
        self.text_at += 1;
        Ok(Some(byte))
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.raw_at == self.raw_end && !self.source_ended {
            self.raw_end = read_some(&mut self.source, &mut self.raw)?;
            self.raw_at = 0;
            self.source_ended = self.raw_end == 0;
        }
        let raw = &self.raw[self.raw_at..self.raw_end];
        let (result, read, written, _) =
            self.decoder.decode_to_utf8(raw, &mut self.text, self.source_ended);
        self.raw_at += read;
        (self.text_at, self.text_end) = (0, written);
        self.ended = self.source_ended && result == CoderResult::InputEmpty;
        Ok(())
    }
}

/// Reads at least one byte, or none at the end; tries again when a signal interrupts.
pub(super) fn read_some(source: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so every character is cut somewhere.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn decode(bytes: &[u8], encoding: &'static Encoding) -> String {
        let mut decoded = Decoded::new(Drip(bytes), encoding);
        let mut out = Vec::new();
        while let Some(byte) = decoded.byte().unwrap() {
            out.push(byte);
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn characters_cut_between_two_reads_stay_whole() {
        assert_eq!(
            decode("\u{feff}Größe – 王小明 🧶".as_bytes(), encoding_rs::UTF_8),
            "Größe – 王小明 🧶"
        );
        assert_eq!(decode(b"Gr\xf6\xdfe \x80 5", encoding_rs::WINDOWS_1252), "Größe € 5");
        let utf16: Vec<u8> = "\u{feff}Öl 🧶".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16, encoding_rs::UTF_16LE), "Öl 🧶");
    }

    #[test]
    fn bytes_that_are_no_text_become_replacement_characters() {
        assert_eq!(decode(b"caf\xe9", encoding_rs::UTF_8), "caf\u{fffd}");
    }
}
