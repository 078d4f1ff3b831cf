//! Currencies and how many digits their smallest unit has.

use serde::{Deserialize, Serialize};

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Every currency that prices can be in, sorted.
///
/// Source: Stripe's “Supported currencies”, presentment currencies, as of November 2026.
const KNOWN: &[&[u8; 3]] = &[
    b"AED", b"AFN", b"ALL", b"AMD", b"ANG", b"AOA", b"ARS", b"AUD", b"AWG", b"AZN", b"BAM", b"BBD",
    b"BDT", b"BGN", b"BHD", b"BIF", b"BMD", b"BND", b"BOB", b"BRL", b"BSD", b"BWP", b"BYN", b"BZD",
    b"CAD", b"CDF", b"CHF", b"CLP", b"CNY", b"COP", b"CRC", b"CVE", b"CZK", b"DJF", b"DKK", b"DOP",
    b"DZD", b"EGP", b"ETB", b"EUR", b"FJD", b"FKP", b"GBP", b"GEL", b"GIP", b"GMD", b"GNF", b"GTQ",
    b"GYD", b"HKD", b"HNL", b"HTG", b"HUF", b"IDR", b"ILS", b"INR", b"ISK", b"JMD", b"JOD", b"JPY",
    b"KES", b"KGS", b"KHR", b"KMF", b"KRW", b"KWD", b"KYD", b"KZT", b"LAK", b"LBP", b"LKR", b"LRD",
    b"LSL", b"MAD", b"MDL", b"MGA", b"MKD", b"MMK", b"MNT", b"MOP", b"MUR", b"MVR", b"MWK", b"MXN",
    b"MYR", b"MZN", b"NAD", b"NGN", b"NIO", b"NOK", b"NPR", b"NZD", b"OMR", b"PAB", b"PEN", b"PGK",
    b"PHP", b"PKR", b"PLN", b"PYG", b"QAR", b"RON", b"RSD", b"RUB", b"RWF", b"SAR", b"SBD", b"SCR",
    b"SEK", b"SGD", b"SHP", b"SLE", b"SOS", b"SRD", b"STD", b"SZL", b"THB", b"TJS", b"TND", b"TOP",
    b"TRY", b"TTD", b"TWD", b"TZS", b"UAH", b"UGX", b"USD", b"UYU", b"UZS", b"VND", b"VUV", b"WST",
    b"XAF", b"XCD", b"XOF", b"XPF", b"YER", b"ZAR", b"ZMW",
];

/// Why a text is not a currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a currency that Stripe knows; use one of {codes}", codes = codes())]
pub struct CurrencyError(String);

fn codes() -> String {
    let codes: Vec<_> = KNOWN.iter().map(|code| String::from_utf8_lossy(*code)).collect();
    codes.join(", ")
}

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// The code in capitals, `EUR`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the decimal separator: 2 for EUR, 0 for JPY, 3 for KWD.
    ///
    /// Source: ISO 4217 and Stripe's “Supported currencies”, zero-decimal and three-decimal lists.
    #[must_use]
    pub fn digits(self) -> u32 {
        match self.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF"
            | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }

    /// The sign that stands before an amount, or the code where no sign is common.
    #[must_use]
    pub fn sign(&self) -> &str {
        match self.as_str() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            "JPY" => "¥",
            _ => self.as_str(),
        }
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let upper = text.trim().to_ascii_uppercase();
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(code) if KNOWN.binary_search(&&code).is_ok() => Ok(Self(code)),
            _ => Err(CurrencyError(text.chars().take(16).collect())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = CurrencyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

#[cfg(feature = "sqlx")]
crate::text_enum::text_column!(Currency);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_that_nobody_pays_in_is_refused_with_those_that_there_are() {
        assert!(KNOWN.is_sorted(), "it is searched by halves");
        assert_eq!(" chf ".parse::<Currency>().unwrap().as_str(), "CHF");
        let refusal = "ABC".parse::<Currency>().unwrap_err().to_string();
        assert!(
            refusal.starts_with("“ABC” is not a currency") && refusal.contains("EUR"),
            "{refusal}"
        );
    }
}
