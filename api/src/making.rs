//! How a piece comes to be: from stock, or made when it is ordered.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

const DAY: i64 = 24 * 3600;
/// Days of a week.
const WEEK: i64 = 7;
/// The first Monday of the calendar of days since 1970: 1 January 1970 was a Thursday.
const MONDAY: i64 = 4;

/// Where the pieces of a listing come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Making {
    /// They are there: their number is the stock.
    FromStock {},
    /// They are made when they are ordered; stock does not matter.
    ToOrder(ToOrder),
}

/// A piece that is made when it is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToOrder {
    /// Days until one is ready to be sent, at least.
    pub from: u32,
    /// At most, 1 to 365: what is promised.
    pub to: u32,
    /// Pieces that can be begun in a week; absent is as many as are ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekly: Option<u32>,
}

/// When a piece is made and ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The Monday of the week in which it is begun.
    pub week: Timestamp,
    /// When it is ready to be sent at the latest.
    pub ready_by: Timestamp,
}

impl Default for Making {
    fn default() -> Self {
        Self::FromStock {}
    }
}

impl Making {
    /// How pieces are made, where they are made to order.
    #[must_use]
    pub const fn to_order(self) -> Option<ToOrder> {
        match self {
            Self::FromStock {} => None,
            Self::ToOrder(terms) => Some(terms),
        }
    }

    /// For people: `from stock`, `to order in 10 to 14 days, 5 a week`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::FromStock {} => "from stock".to_owned(),
            Self::ToOrder(terms) => {
                let weekly = terms.weekly.map(|pieces| format!(", {pieces} a week"));
                format!("to order in {}{}", terms.days(), weekly.unwrap_or_default())
            }
        }
    }
}

impl ToOrder {
    /// For people: `10 to 14 days`, `1 day`.
    #[must_use]
    pub fn days(self) -> String {
        match (self.from, self.to) {
            (from, to) if from == to && to == 1 => "1 day".to_owned(),
            (from, to) if from == to => format!("{to} days"),
            (from, to) => format!("{from} to {to} days"),
        }
    }

    /// When pieces that are ordered now are made: in the first week, this one or a later one, that
    /// has room for all of them. A week in which nothing is begun yet has room for any number.
    /// `taken` are weeks with the pieces that are begun in them.
    #[must_use]
    pub fn promise(self, now: Timestamp, pieces: i64, taken: &[(Timestamp, i64)]) -> Promise {
        let mut week = monday(now);
        if let Some(weekly) = self.weekly {
            let begun = |week: Timestamp| {
                taken.iter().filter(|(at, _)| *at == week).map(|(_, pieces)| pieces).sum::<i64>()
            };
            let is_full = |begun: i64| begun > 0 && begun.saturating_add(pieces) > weekly.into();
            while is_full(begun(week)) {
                week = week.plus_seconds(WEEK * DAY);
            }
        }
        let begin = week.max(now);
        Promise { week, ready_by: begin.plus_seconds(i64::from(self.to) * DAY) }
    }
}

/// The Monday, 0:00 UTC, of a moment's week.
fn monday(at: Timestamp) -> Timestamp {
    let days = at.micros().div_euclid(DAY * 1_000_000);
    let since = (days - MONDAY).rem_euclid(WEEK);
    Timestamp::from_seconds((days - since) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday, 22 November 2026, noon.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_348_800);

    #[test]
    fn pieces_are_promised_in_the_first_week_with_room() {
        let terms = ToOrder { from: 10, to: 14, weekly: Some(3) };
        let day =
            |pieces, taken: &[(Timestamp, i64)]| terms.promise(NOW, pieces, taken).ready_by.day();
        let this = terms.promise(NOW, 1, &[]).week;
        let next = this.plus_seconds(WEEK * DAY);
        assert_eq!((this.day().as_str(), next.day().as_str()), ("16 Nov 2026", "23 Nov 2026"));
        assert_eq!(day(1, &[]), "6 Dec 2026");
        assert_eq!(day(1, &[(this, 2)]), "6 Dec 2026");
        assert_eq!(day(2, &[(this, 2)]), "7 Dec 2026");
        assert_eq!(day(1, &[(this, 3), (next, 3)]), "14 Dec 2026");
        assert_eq!(day(9, &[(this, 1)]), "7 Dec 2026", "an empty week takes what never fits");
        let free = ToOrder { weekly: None, ..terms };
        assert_eq!(free.promise(NOW, 99, &[(this, 500)]).ready_by.day(), "6 Dec 2026");
    }

    #[test]
    fn terms_read_as_people_and_programs_write_them() {
        let text = r#"{"kind":"to_order","from":10,"to":14,"weekly":5}"#;
        let making: Making = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&making).unwrap(), text);
        assert_eq!(making.words(), "to order in 10 to 14 days, 5 a week");
        let stock = r#"{"kind":"from_stock"}"#;
        assert_eq!(serde_json::to_string(&Making::default()).unwrap(), stock);
        assert!(serde_json::from_str::<Making>(r#"{"kind":"from_stock","to":14}"#).is_err());
        assert!(serde_json::from_str::<Making>(r#"{"kind":"to_order","to":14}"#).is_err());
    }
}
