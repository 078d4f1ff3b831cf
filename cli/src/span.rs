//! Spans of time and days as people write them.

use std::time::Duration;

use api::Timestamp;

/// Reads `8d`, `3h`, `90m`, `45s`, or `30` seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let fail = || format!("“{text}” is no span of time; write 45s, 90m, 3h or 8d");
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(fail()),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fail());
    }
    let count: u64 = digits.parse().map_err(|_| fail())?;
    count.checked_mul(unit).map(Duration::from_secs).ok_or_else(fail)
}

/// Reads a span that something can happen in.
pub(crate) fn parse_wait(text: &str) -> Result<Duration, String> {
    match parse(text)? {
        Duration::ZERO => {
            Err("no answer comes in no time; write 1s or more, such as 30s".to_owned())
        }
        span => Ok(span),
    }
}

/// Reads `+8d`: a span forward.
pub(crate) fn parse_forward(text: &str) -> Result<Duration, String> {
    let span = text.strip_prefix('+').unwrap_or(text);
    parse(span).map_err(|_| format!("“{text}” is no step forward; write +8d, +3h, +90m or +45s"))
}

/// A calendar month, UTC: from its first moment to that of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Month {
    /// Its first moment.
    pub(crate) since: Timestamp,
    /// The first moment after it.
    pub(crate) until: Timestamp,
}

/// Reads `2026-11`.
pub(crate) fn parse_month(text: &str) -> Result<Month, String> {
    let fail = || format!("“{text}” is no month; write 2026-11");
    let (year, month) = text.split_once('-').ok_or_else(fail)?;
    if year.len() != 4 || month.len() != 2 {
        return Err(fail());
    }
    let year: u16 = year.parse().map_err(|_| fail())?;
    let (next_year, next_month) = match month.parse().map_err(|_| fail())? {
        12_u8 => (year.checked_add(1).ok_or_else(fail)?, 1),
        month => (year, month + 1),
    };
    let since = parse_day(&format!("{text}-01")).map_err(|_| fail())?;
    let until = parse_day(&format!("{next_year:04}-{next_month:02}-01")).map_err(|_| fail())?;
    Ok(Month { since, until })
}

/// Reads `2026-11-22`, the beginning of that day UTC, or a moment in RFC 3339.
pub(crate) fn parse_day(text: &str) -> Result<Timestamp, String> {
    let moment = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    moment.parse().map_err(|_| format!("“{text}” is no day; write 2026-11-22"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_one_unit() {
        assert_eq!(parse("45s"), Ok(Duration::from_secs(45)));
        assert_eq!(parse("30"), Ok(Duration::from_secs(30)));
        assert_eq!(parse_forward("+90m"), Ok(Duration::from_mins(90)));
        assert_eq!(parse_forward("8d"), Ok(Duration::from_hours(192)));
        for text in [
            "",
            "d",
            "+",
            "-3d",
            "1d2h",
            "3w",
            "3 d",
            "٣d",
            "99999999999999999999d",
            "213503982334602d",
            "1é",
        ] {
            assert!(parse_forward(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let december = parse_month("2026-12").unwrap();
        assert_eq!(december.since.to_string(), "2026-12-01T00:00:00Z");
        assert_eq!(december.until.to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(parse_month("2024-02").unwrap().until.to_string(), "2024-03-01T00:00:00Z");
        for text in
            ["2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "9999-12", "２026-11"]
        {
            assert!(parse_month(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_midnight_or_a_moment() {
        assert_eq!(parse_day("2026-11-22").unwrap().to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(
            parse_day("2026-11-22T01:00:00+01:00").unwrap().to_string(),
            "2026-11-22T00:00:00Z"
        );
        assert!(parse_day("2026-02-30").is_err());
        assert!(parse_day("yesterday!").is_err());
    }
}
