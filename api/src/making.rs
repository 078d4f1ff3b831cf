//! How a piece comes to be: from stock, or made when it is ordered.

use serde::{Deserialize, Serialize};

use crate::limits::{MAKING_DAYS, WEEKLY};
use crate::{Timestamp, days};

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
    /// Pieces that can be begun in a week, Monday to Sunday in UTC; absent is as many as are ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekly: Option<u32>,
}

/// When pieces are made and ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The Mondays of the weeks in which they are begun, in order, with how many are in each; one
    /// week at least, where there is one piece at least.
    pub weeks: Vec<(Timestamp, i64)>,
    /// When the last one is ready to be sent at the latest.
    pub ready_by: Timestamp,
}

/// Why something cannot be made to order so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MakingError {
    /// Days.
    #[error(
        "one takes 1 to {MAKING_DAYS} days to make; write 14, or 10..14 for the fewest and the most"
    )]
    Days,
    /// Pieces of a week.
    #[error("1 to {WEEKLY} pieces can be begun in a week; leave it out where there is no limit")]
    Weekly,
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
    /// Reads what people write: days such as `14` or `10..14`, and pieces of a week.
    ///
    /// # Errors
    ///
    /// Says what cannot be read, or not be kept.
    pub fn read(days: &str, weekly: Option<&str>) -> Result<Self, MakingError> {
        let (from, to) = days::read(days).ok_or(MakingError::Days)?;
        let weekly = weekly.map(|text| text.trim().parse().map_err(|_| MakingError::Weekly));
        let terms = Self { from, to, weekly: weekly.transpose()? };
        terms.check().map(|()| terms)
    }

    /// Whether it can be promised.
    ///
    /// # Errors
    ///
    /// Says what is too little or too much.
    pub fn check(self) -> Result<(), MakingError> {
        if self.from < 1 || self.from > self.to || self.to > MAKING_DAYS {
            return Err(MakingError::Days);
        }
        match self.weekly {
            Some(weekly) if !(1..=WEEKLY).contains(&weekly) => Err(MakingError::Weekly),
            _ => Ok(()),
        }
    }

    /// For people: `10 to 14 days`, `1 day`.
    #[must_use]
    pub fn days(self) -> String {
        match (self.from, self.to) {
            (from, to) if from == to && to == 1 => "1 day".to_owned(),
            (from, to) if from == to => format!("{to} days"),
            (from, to) => format!("{from} to {to} days"),
        }
    }

    /// When pieces that are ordered now are made: as early as the weeks from this one on have room
    /// for them, over several weeks where one does not do. `taken` are weeks with the pieces that
    /// are begun in them already, in any order; a week may be named more than once.
    #[must_use]
    pub fn promise(self, now: Timestamp, pieces: i64, taken: &[(Timestamp, i64)]) -> Promise {
        let (mut week, mut left, mut weeks) = (monday(now), pieces, Vec::new());
        let mut last = week;
        while left > 0 {
            let fit = self.room(week, taken).min(left);
            if fit > 0 {
                weeks.push((week, fit));
                last = week;
            }
            left -= fit;
            week = week.plus_seconds(WEEK * DAY);
        }
        let begin = last.max(now);
        Promise { weeks, ready_by: begin.plus_seconds(i64::from(self.to) * DAY) }
    }

    /// How many more pieces can be begun in a week.
    fn room(self, week: Timestamp, taken: &[(Timestamp, i64)]) -> i64 {
        let Some(weekly) = self.weekly else { return i64::MAX };
        let begun: i64 = taken.iter().filter(|(at, _)| *at == week).map(|(_, pieces)| pieces).sum();
        i64::from(weekly.max(1)).saturating_sub(begun).max(0)
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
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Sunday, 22 November 2026, noon.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_348_800);

    fn terms(weekly: Option<u32>) -> ToOrder {
        ToOrder { from: 10, to: 14, weekly }
    }

    #[test]
    fn pieces_are_promised_as_early_as_weeks_have_room() {
        let day = |pieces, taken: &[(Timestamp, i64)]| {
            terms(Some(3)).promise(NOW, pieces, taken).ready_by.day()
        };
        let this = terms(None).promise(NOW, 1, &[]).weeks[0].0;
        let next = this.plus_seconds(WEEK * DAY);
        assert_eq!((this.day().as_str(), next.day().as_str()), ("16 Nov 2026", "23 Nov 2026"));
        assert_eq!(day(1, &[]), "6 Dec 2026");
        assert_eq!(day(1, &[(this, 1), (this, 1)]), "6 Dec 2026");
        assert_eq!(day(2, &[(this, 2)]), "7 Dec 2026", "one this week, one in the next");
        assert_eq!(day(1, &[(next, 3), (this, 3)]), "14 Dec 2026");
        assert_eq!(day(9, &[(this, 1)]), "21 Dec 2026", "a large order takes several weeks");
        assert_eq!(day(1, &[(this, 7)]), "7 Dec 2026", "a limit that was lowered since");
        let free = terms(None).promise(NOW, 99, &[(this, 500)]);
        assert_eq!((free.weeks, free.ready_by.day().as_str()), (vec![(this, 99)], "6 Dec 2026"));
    }

    proptest! {
        #[test]
        fn no_week_takes_more_than_it_has_room_for(weekly in 1_u32..20, orders in vec(1_i64..60, 1..40)) {
            let mut taken = Vec::new();
            let mut latest = NOW;
            for pieces in &orders {
                let promise = terms(Some(weekly)).promise(NOW, *pieces, &taken);
                prop_assert_eq!(promise.weeks.iter().map(|(_, pieces)| pieces).sum::<i64>(), *pieces);
                prop_assert!(promise.ready_by >= latest, "who comes later is never before");
                latest = promise.ready_by;
                taken.extend(promise.weeks);
            }
            for (week, _) in &taken {
                let begun: i64 = taken.iter().filter(|(at, _)| at == week).map(|(_, pieces)| pieces).sum();
                prop_assert!(begun <= i64::from(weekly));
            }
        }
    }

    #[test]
    fn terms_read_as_people_and_programs_write_them() {
        let text = r#"{"kind":"to_order","from":10,"to":14,"weekly":5}"#;
        let making: Making = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&making).unwrap(), text);
        assert_eq!(making.words(), "to order in 10 to 14 days, 5 a week");
        for days in ["10..14", "10-14"] {
            assert_eq!(ToOrder::read(days, Some("5")).map(Making::ToOrder), Ok(making), "{days}");
        }
        assert_eq!(ToOrder::read("14", None), Ok(ToOrder { from: 14, to: 14, weekly: None }));
        for (days, weekly, error) in [
            ("two", None, MakingError::Days),
            ("0", None, MakingError::Days),
            ("14..10", None, MakingError::Days),
            ("1..366", None, MakingError::Days),
            ("14", Some("0"), MakingError::Weekly),
            ("14", Some("many"), MakingError::Weekly),
            ("14", Some("10001"), MakingError::Weekly),
        ] {
            assert_eq!(ToOrder::read(days, weekly), Err(error), "{days} {weekly:?}");
        }
        let stock = r#"{"kind":"from_stock"}"#;
        assert_eq!(serde_json::to_string(&Making::default()).unwrap(), stock);
        assert!(serde_json::from_str::<Making>(r#"{"kind":"from_stock","to":14}"#).is_err());
        assert!(serde_json::from_str::<Making>(r#"{"kind":"to_order","to":14}"#).is_err());
    }
}
