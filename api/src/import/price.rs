//! Prices and pieces as people and platforms write them.

use super::RowCode;
use crate::text_enum::text_enum;
use crate::{Currency, Money, MoneyError, limits};

text_enum! {
    /// Which character stands before the cents.
    Decimal {
        /// Decided by each price; one that may be read both ways is refused.
        Auto = "auto",
        /// `12.00`.
        Dot = "dot",
        /// `12,00`.
        Comma = "comma",
    }
}

/// Why a cell is refused: the code, and a sentence with the remedy.
pub(super) type Refusal = (RowCode, String);

/// Signs and words for currencies; one sign may stand for several.
const SIGNS: &[(&str, &[&str])] = &[
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("$", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP"]),
    ("US$", &["USD"]),
    ("CA$", &["CAD"]),
    ("C$", &["CAD"]),
    ("AU$", &["AUD"]),
    ("A$", &["AUD"]),
    ("NZ$", &["NZD"]),
    ("¥", &["JPY", "CNY"]),
    ("KR", &["SEK", "NOK", "DKK", "ISK"]),
    ("ZŁ", &["PLN"]),
    ("KČ", &["CZK"]),
    ("FR", &["CHF"]),
    ("SFR", &["CHF"]),
];

/// Reads a price above zero in the shop's currency.
pub(super) fn price(text: &str, currency: Currency, decimal: Decimal) -> Result<Money, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err((
            RowCode::PriceMissing,
            format!("give a price, for example {}", example(decimal)),
        ));
    }
    if text.eq_ignore_ascii_case("variable") {
        return Err((
            RowCode::PriceVariable,
            "a variable price cannot be sold; give one figure".to_owned(),
        ));
    }
    let (before, number, after) = split_sign(text).ok_or_else(|| not_a_number(decimal))?;
    check_sign(&format!("{before}{after}"), currency, decimal)?;
    let negative = before.contains(['-', '−']);
    let plain = plain_number(number, currency, decimal)?;
    let money =
        Money::parse(&plain, currency).map_err(|error| refusal(&error, currency, decimal))?;
    match (negative, money.minor()) {
        (_, 0) => {
            Err((RowCode::PriceZero, "the price is zero; give what the piece costs".to_owned()))
        }
        (true, _) => Err((
            RowCode::PriceNegative,
            "the price is below zero; give what the piece costs".to_owned(),
        )),
        (false, minor) if minor < limits::LOWEST_PRICE => {
            let lowest = Money::new(limits::LOWEST_PRICE, currency);
            Err((RowCode::PriceTooLow, format!("the price is too low; it is at least {lowest}")))
        }
        (false, minor) if minor > limits::HIGHEST_PRICE => Err(too_high(currency)),
        (false, _) => Ok(money),
    }
}

/// Reads a number of pieces, which other platforms let fall below zero. `3.0` is 3; `3,000` may be
/// many more and is refused.
pub(super) fn pieces(text: &str) -> Result<i64, Refusal> {
    let text = text.trim();
    let whole = match text.split_once(['.', ',']) {
        Some((whole, "0" | "00")) => whole,
        _ => text,
    };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let count = if plain { whole.parse::<i64>().ok() } else { None };
    match count {
        Some(count) if count > limits::PIECES => Err((
            RowCode::StockTooHigh,
            format!("{count} pieces are too many; give at most {}", limits::PIECES),
        )),
        Some(count) => Ok(count),
        None => Err((
            RowCode::StockNotANumber,
            "the number of pieces is not a whole number; use digits, for example 3".to_owned(),
        )),
    }
}

/// What stands before the digits, the digits with their separators, and what stands after.
fn split_sign(text: &str) -> Option<(&str, &str, &str)> {
    let first = text.find(|c: char| c.is_ascii_digit())?;
    let last = text.rfind(|c: char| c.is_ascii_digit())?;
    let first = text[..first].rfind(['.', ',']).filter(|at| at + 1 == first).unwrap_or(first);
    let after = text[last + 1..].trim_start_matches(['.', ',']);
    Some((&text[..first], &text[first..=last], after))
}

/// Refuses a currency that is not the shop's, and words that are none.
fn check_sign(sign: &str, currency: Currency, decimal: Decimal) -> Result<(), Refusal> {
    let name: String = sign
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '−' | '–' | '+' | '.'))
        .collect();
    let name = name.to_uppercase();
    if name.is_empty() || name == currency.as_str() {
        return Ok(());
    }
    let known = SIGNS.iter().find(|(text, _)| *text == name);
    if known.is_some_and(|(_, codes)| codes.contains(&currency.as_str())) {
        return Ok(());
    }
    if known.is_some() || name.parse::<Currency>().is_ok() {
        let message = format!(
            "the price is in {name}, but the shop sells in {currency}; give it in {currency}"
        );
        return Err((RowCode::PriceCurrency, message));
    }
    Err(not_a_number(decimal))
}

/// The digits with a dot before the cents and no marks between thousands.
fn plain_number(number: &str, currency: Currency, decimal: Decimal) -> Result<String, Refusal> {
    let point = match decimal {
        Decimal::Dot => number.rfind('.'),
        Decimal::Comma => number.rfind(','),
        Decimal::Auto => find_point(number, currency)?,
    };
    let (whole, fraction) = point.map_or((number, ""), |at| (&number[..at], &number[at + 1..]));
    let whole = ungrouped(whole).ok_or_else(|| not_a_number(decimal))?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_number(decimal));
    }
    Ok(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") })
}

/// Where the decimal separator stands, if there is one.
fn find_point(number: &str, currency: Currency) -> Result<Option<usize>, Refusal> {
    let Some(last) = number.rfind(['.', ',']) else { return Ok(None) };
    let mark = &number[last..=last];
    let (whole, fraction) = (&number[..last], &number[last + 1..]);
    if whole.contains(['.', ',']) {
        return Ok((!whole.contains(mark)).then_some(last));
    }
    let like_thousands =
        fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    if !like_thousands || (mark == "." && currency.digits() == 3) {
        return Ok(Some(last));
    }
    if mark == "," && currency.digits() == 0 {
        return Ok(None);
    }
    let message =
        format!("“{number}” may mean a thousand or a fraction; say --price-decimal dot or comma");
    Err((RowCode::PriceAmbiguous, message))
}

/// Digits without marks between thousands; `None` when the marks stand elsewhere.
fn ungrouped(whole: &str) -> Option<String> {
    if whole.is_empty() {
        return Some("0".to_owned());
    }
    let mark = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(mark) = mark else { return Some(whole.to_owned()) };
    let thousands = matches!(mark, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let groups: Vec<&str> = whole.split(mark).collect();
    let (first, rest) = groups.split_first()?;
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let formed = (1..=3).contains(&first.len())
        && rest.iter().all(|group| group.len() == 3 && digits(group));
    (thousands && formed && digits(first)).then(|| groups.concat())
}

fn refusal(error: &MoneyError, currency: Currency, decimal: Decimal) -> Refusal {
    match error {
        MoneyError::Decimals { currency, .. } => {
            let message = match currency.digits() {
                0 => format!("{currency} has no decimals; give a whole number"),
                digits => format!("{currency} has {digits} decimals; give no more"),
            };
            (RowCode::PriceTooManyDecimals, message)
        }
        MoneyError::TooLarge => too_high(currency),
        MoneyError::NotANumber(_) | MoneyError::Currencies(..) => not_a_number(decimal),
    }
}

fn too_high(currency: Currency) -> Refusal {
    let highest = Money::new(limits::HIGHEST_PRICE, currency);
    (RowCode::PriceTooHigh, format!("the price is too high; it is at most {highest}"))
}

fn not_a_number(decimal: Decimal) -> Refusal {
    (
        RowCode::PriceNotANumber,
        format!("the price is not a number; use digits, for example {}", example(decimal)),
    )
}

const fn example(decimal: Decimal) -> &'static str {
    match decimal {
        Decimal::Comma => "12,00",
        Decimal::Auto | Decimal::Dot => "12.00",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minor(text: &str, code: &str, decimal: Decimal) -> Result<i64, RowCode> {
        price(text, code.parse().unwrap(), decimal).map(Money::minor).map_err(|(code, _)| code)
    }

    #[test]
    fn prices_as_platforms_and_people_write_them() {
        for (text, cents) in [
            ("46", 4600),
            ("12.7", 1270),
            ("24.60", 2460),
            ("12,50", 1250),
            ("€ 12,50", 1250),
            ("12.50 EUR", 1250),
            ("1.234,50", 123_450),
            ("1,234.50", 123_450),
            ("1 234,50 €", 123_450),
            ("1'234.50", 123_450),
            ("0.500", 50),
            ("12.–", 1200),
            ("12,-", 1200),
            (".50", 50),
            ("1234.500", 123_450),
        ] {
            assert_eq!(minor(text, "EUR", Decimal::Auto), Ok(cents), "{text}");
        }
        assert_eq!(minor("$4,250.00", "USD", Decimal::Auto), Ok(425_000));
        assert_eq!(minor("CA$76.00", "CAD", Decimal::Auto), Ok(7600));
        assert_eq!(minor("¥1,234", "JPY", Decimal::Auto), Ok(1234));
        assert_eq!(minor("1,234,567", "JPY", Decimal::Auto), Ok(1_234_567));
        assert_eq!(minor("1.500", "KWD", Decimal::Auto), Ok(1500));
    }

    #[test]
    fn a_price_that_may_be_read_both_ways_needs_a_word() {
        assert_eq!(minor("1,234", "EUR", Decimal::Auto), Err(RowCode::PriceAmbiguous));
        assert_eq!(minor("1.234", "EUR", Decimal::Auto), Err(RowCode::PriceAmbiguous));
        assert_eq!(minor("1.234", "EUR", Decimal::Comma), Ok(123_400));
        assert_eq!(minor("1.234", "EUR", Decimal::Dot), Err(RowCode::PriceTooManyDecimals));
        assert_eq!(
            minor("12,50", "EUR", Decimal::Dot),
            Err(RowCode::PriceNotANumber),
            "not 1250 euros"
        );
    }

    #[test]
    fn what_is_no_price_says_why() {
        for (text, code) in [
            ("", RowCode::PriceMissing),
            ("twelve", RowCode::PriceNotANumber),
            ("12 pieces", RowCode::PriceNotANumber),
            ("1e3", RowCode::PriceNotANumber),
            ("12 00", RowCode::PriceNotANumber),
            ("variable", RowCode::PriceVariable),
            ("0.00", RowCode::PriceZero),
            ("-€3.84", RowCode::PriceNegative),
            ("€-3.84", RowCode::PriceNegative),
            ("$12.00", RowCode::PriceCurrency),
            ("12.00 USD", RowCode::PriceCurrency),
            ("12.345678", RowCode::PriceTooManyDecimals),
            ("99999999999999999999", RowCode::PriceTooHigh),
            ("1000000.00", RowCode::PriceTooHigh),
            ("0.49", RowCode::PriceTooLow),
        ] {
            assert_eq!(minor(text, "EUR", Decimal::Auto), Err(code), "{text}");
        }
        assert_eq!(minor("12.50", "JPY", Decimal::Auto), Err(RowCode::PriceTooManyDecimals));
    }

    #[test]
    fn pieces_are_whole_and_may_be_below_zero() {
        assert_eq!(pieces(" 12 ").unwrap(), 12);
        assert_eq!(pieces("12.0").unwrap(), 12);
        assert_eq!(pieces("-3").unwrap(), -3);
        for text in ["", "1.5", "many", "--3", "１２", "3.", "1,000", "1.000"] {
            assert!(pieces(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_we_write_we_read(minor in limits::LOWEST_PRICE..=limits::HIGHEST_PRICE) {
            let money = Money::new(minor, Currency::EUR);
            prop_assert_eq!(price(&money.decimal(), Currency::EUR, Decimal::Auto).unwrap(), money);
            prop_assert_eq!(price(&money.to_string(), Currency::EUR, Decimal::Dot).unwrap(), money);
            let german = money.to_string().replace('.', "_").replace(',', ".").replace('_', ",");
            prop_assert_eq!(price(&german, Currency::EUR, Decimal::Comma).unwrap(), money);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9.,€$ 'a-c-]{0,14}|\\PC{0,10}") {
            if let Ok(money) = price(&text, Currency::EUR, Decimal::Auto) {
                prop_assert!(money.minor() > 0);
            }
        }
    }
}
