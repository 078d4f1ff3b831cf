//! Content codings of RFC 9110, section 8.4.1: what a client can unpack, and packing for it.

use std::io::Write as _;

use axum::http::{HeaderMap, HeaderValue, header};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Of 11. Above it, pages of a storefront get a few per cent smaller in several times the time.
const BROTLI_QUALITY: i32 = 5;

/// A coding that we speak, the better one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// The best that this client can unpack; nothing when it wants the bytes as they are.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(header::ACCEPT_ENCODING);
        let offers = || values.iter().filter_map(|value| value.to_str().ok());
        [Self::Brotli, Self::Gzip].into_iter().find(|coding| {
            offers().flat_map(|value| value.split(',')).any(|offer| coding.is_offered(offer))
        })
    }

    /// Whether one offer, such as `gzip;q=0.8`, is of this coding and not a refusal.
    fn is_offered(self, offer: &str) -> bool {
        let mut words = offer.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(self.name()));
        let refused = words.any(|word| {
            let weight = word.strip_prefix("q=").and_then(|weight| weight.parse().ok());
            weight.is_some_and(|weight: f32| weight <= 0.0)
        });
        named && !refused
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Its name as a header says it.
    pub(super) const fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }

    /// The bytes in this coding.
    pub(super) fn pack(self, plain: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let mut packed = Vec::new();
                let how = BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    ..BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut &*plain, &mut packed, &how)?;
                Ok(packed)
            }
            Self::Gzip => {
                let mut packer = GzEncoder::new(Vec::new(), Compression::default());
                packer.write_all(plain)?;
                packer.finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_client_gets_what_it_asked_for() {
        for (offer, coding) in [
            ("gzip, deflate, br, zstd", Some(Coding::Brotli)),
            ("br;q=0, gzip;q=0.8", Some(Coding::Gzip)),
            ("GZIP", Some(Coding::Gzip)),
            ("gzip; q=0.000", None),
            ("gzipped, brotli", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(offer));
            assert_eq!(Coding::accepted(&headers), coding, "{offer}");
        }
        assert_eq!(Coding::accepted(&HeaderMap::new()), None);
    }

    #[test]
    fn what_is_packed_unpacks_to_the_same() {
        let text = "Made by hand. ".repeat(500);
        let packed = Coding::Gzip.pack(text.as_bytes()).unwrap();
        let mut plain = String::new();
        flate2::read::GzDecoder::new(&*packed).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, text);
        let packed = Coding::Brotli.pack(text.as_bytes()).unwrap();
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*packed, &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        assert!(packed.len() < text.len() / 10);
    }
}
