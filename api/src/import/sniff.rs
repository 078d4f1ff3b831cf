//! What a file is: its encoding, its separator and whose columns it has.

use std::fmt;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::columns::{self, Columns};
use super::decode::{Decoded, read_some};
use super::records::Records;
use super::{Format, Record, etsy, shopify, stall};

/// How much of the beginning is looked at for separator and columns, in bytes.
const HEAD: usize = 256 * 1024;
/// Records of the beginning that are looked at.
const SAMPLE: usize = 50;
/// Separators that are tried.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the person who brings a file says about it; the rest is found out.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Whose columns.
    pub format: Option<Format>,
    /// Name of the encoding, such as `windows-1252`.
    pub encoding: Option<String>,
    /// The separator, one ASCII character.
    pub delimiter: Option<u8>,
}

/// What a file is.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Whose columns.
    pub format: Format,
    /// Headers as the file has them, without padding.
    pub headers: Vec<String>,
    /// Headers of the columns that are not read.
    pub unread: Vec<String>,
    pub(super) encoding: &'static Encoding,
    delimiter: u8,
}

impl Layout {
    /// Name of the encoding in lower case, such as `utf-8`.
    #[must_use]
    pub fn encoding(&self) -> String {
        self.encoding.name().to_lowercase()
    }

    /// The separator.
    #[must_use]
    pub const fn separator(&self) -> u8 {
        self.delimiter
    }

    pub(super) fn columns(&self) -> Columns {
        find_columns(self.format, &self.headers)
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading failed.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Nothing in it.
    #[error("the file is empty; it should begin with a row of column names")]
    Empty,
    /// Nobody's columns.
    #[error(
        "these columns belong to no format known here: {}; name one with --format, or begin with `stall import template`",
        Listed(.0)
    )]
    UnknownColumns(Vec<String>),
    /// Columns that the format cannot do without.
    #[error(
        "this {format} file lacks the column{} {}; it has: {}",
        if missing.len() == 1 { "" } else { "s" },
        Listed(missing),
        Listed(found)
    )]
    MissingColumns {
        /// Whose columns were expected.
        format: Format,
        /// Those that are not there.
        missing: Vec<String>,
        /// Those that are.
        found: Vec<String>,
    },
    /// No such encoding.
    #[error("“{0}” is not an encoding; use for example utf-8, windows-1252 or utf-16le")]
    UnknownEncoding(String),
}

/// The first names of a list, so that a message stays readable.
struct Listed<'a>(&'a [String]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        let short =
            |name: &String| name.chars().filter(|c| !c.is_control()).take(40).collect::<String>();
        f.write_str(&self.0.iter().take(SHOWN).map(short).collect::<Vec<_>>().join(", "))?;
        match self.0.len().checked_sub(SHOWN) {
            Some(more) if more > 0 => write!(f, " and {more} more"),
            _ => Ok(()),
        }
    }
}

/// Finds out what a file is; reads it to its end, for one byte decides between encodings.
///
/// # Errors
/// When it cannot be read, is empty, or has nobody's columns.
pub fn sniff(source: impl Read, wishes: &Wishes) -> Result<Layout, FileError> {
    let (head, found) = scan(source)?;
    let encoding = match &wishes.encoding {
        Some(label) => Encoding::for_label(label.as_bytes())
            .ok_or_else(|| FileError::UnknownEncoding(label.clone()))?,
        None => found,
    };
    let candidates =
        wishes.delimiter.map_or_else(|| DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let mut tried: Vec<Attempt> = Vec::new();
    for delimiter in candidates {
        tried.push(Attempt::new(&head, encoding, delimiter, wishes.format)?);
    }
    let best = tried
        .into_iter()
        .rev()
        .max_by_key(|attempt| (attempt.format.is_some(), attempt.headers.len()));
    best.filter(|attempt| attempt.headers.iter().any(|header| !header.is_empty()))
        .ok_or(FileError::Empty)?
        .into_layout(wishes, encoding)
}

/// The beginning of a source, and the encoding of all of it.
fn scan(mut source: impl Read) -> io::Result<(Vec<u8>, &'static Encoding)> {
    let mut head = Vec::new();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut utf8 = Utf8Check::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let length = read_some(&mut source, &mut chunk)?;
        let bytes = &chunk[..length];
        head.extend_from_slice(&bytes[..bytes.len().min(HEAD - head.len())]);
        detector.feed(bytes, length == 0);
        utf8.feed(bytes, length == 0);
        if length == 0 {
            break;
        }
    }
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) => encoding,
        None => utf16_without_bom(&head).unwrap_or_else(|| {
            if utf8.valid { UTF_8 } else { detector.guess(None, Utf8Detection::Deny) }
        }),
    };
    Ok((head, encoding))
}

/// UTF-16 without a mark has a zero in every other byte of Western text.
fn utf16_without_bom(head: &[u8]) -> Option<&'static Encoding> {
    const LOOKED_AT: usize = 1024;
    let head = &head[..head.len().min(LOOKED_AT)];
    let zeros =
        |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 4 > head.len() && even * 8 < head.len() {
        Some(UTF_16LE)
    } else if even * 4 > head.len() && odd * 8 < head.len() {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether bytes that come in pieces are UTF-8.
struct Utf8Check {
    decoder: encoding_rs::Decoder,
    sink: Vec<u8>,
    valid: bool,
}

impl Utf8Check {
    fn new() -> Self {
        Self {
            decoder: UTF_8.new_decoder_without_bom_handling(),
            sink: vec![0; 16 * 1024],
            valid: true,
        }
    }

    fn feed(&mut self, mut bytes: &[u8], last: bool) {
        while self.valid {
            let (result, read, _, broken) =
                self.decoder.decode_to_utf8(bytes, &mut self.sink, last);
            self.valid = !broken;
            bytes = &bytes[read..];
            if result == CoderResult::InputEmpty {
                break;
            }
        }
    }
}

/// The file as one separator cuts it.
struct Attempt {
    delimiter: u8,
    headers: Vec<String>,
    format: Option<Format>,
}

impl Attempt {
    fn new(
        head: &[u8],
        encoding: &'static Encoding,
        delimiter: u8,
        wished: Option<Format>,
    ) -> io::Result<Self> {
        let mut records = Records::new(Decoded::new(head, encoding), delimiter);
        let mut sample: Vec<Record> = Vec::new();
        while let Some(record) = records.next_record()? {
            if !sample.is_empty() || !record.is_blank() {
                sample.push(record);
            }
            if sample.len() > SAMPLE {
                break;
            }
        }
        let headers = sample.first().map(columns::headers).unwrap_or_default();
        let rows = sample.get(1..).unwrap_or_default();
        let formats = wished.map_or_else(|| Format::ALL.to_vec(), |format| vec![format]);
        let said_etsy = wished == Some(Format::Etsy) && etsy::columns(&headers).is_some();
        let format =
            formats.into_iter().find(|format| said_etsy || recognised(*format, &headers, rows));
        Ok(Self { delimiter, headers, format })
    }

    fn into_layout(
        self,
        wishes: &Wishes,
        encoding: &'static Encoding,
    ) -> Result<Layout, FileError> {
        let format = match (self.format, wishes.format) {
            (Some(format), _) => format,
            (None, Some(format)) => return Err(missing(format, self.headers)),
            (None, None) => {
                return Err(match nearest(&self.headers) {
                    Some(format) => missing(format, self.headers),
                    None => FileError::UnknownColumns(self.headers),
                });
            }
        };
        let unread = find_columns(format, &self.headers).unread();
        Ok(Layout { format, headers: self.headers, unread, encoding, delimiter: self.delimiter })
    }
}

/// Whether header and rows are of this format.
fn recognised(format: Format, headers: &[String], rows: &[Record]) -> bool {
    match format {
        Format::Etsy => etsy::has_shape(headers, rows),
        Format::Stall | Format::Shopify => {
            let columns = find_columns(format, headers);
            required(format).iter().all(|name| columns.has(name))
        }
    }
}

fn find_columns(format: Format, headers: &[String]) -> Columns {
    match format {
        Format::Stall => {
            Columns::by_name(headers, stall::COLUMNS).with_attributes(stall::attribute)
        }
        Format::Shopify => {
            Columns::by_name(headers, shopify::COLUMNS).with_attributes(shopify::attribute)
        }
        Format::Etsy => etsy::columns(headers).unwrap_or_default(),
    }
}

const fn required(format: Format) -> &'static [&'static str] {
    match format {
        Format::Stall => stall::REQUIRED,
        Format::Shopify => shopify::REQUIRED,
        Format::Etsy => etsy::REQUIRED,
    }
}

/// The format that most of the columns are of, if that is more than chance. Etsy's columns are known
/// by their places, so nothing is nearly Etsy's.
fn nearest(headers: &[String]) -> Option<Format> {
    const BEYOND_CHANCE: usize = 2;
    let known = |format: &Format| find_columns(*format, headers).known();
    let nearest = [Format::Shopify, Format::Stall].into_iter().max_by_key(known)?;
    Some(nearest).filter(|format| known(format) >= BEYOND_CHANCE)
}

fn missing(format: Format, found: Vec<String>) -> FileError {
    let columns = find_columns(format, &found);
    let missing = required(format)
        .iter()
        .filter(|name| !columns.has(name))
        .map(|name| (*name).to_owned())
        .collect();
    FileError::MissingColumns { format, missing, found }
}
