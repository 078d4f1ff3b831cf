//! The simulated time: the real one, or a fixed moment, moved forward by an offset.
//!
//! Times are microseconds since the Unix epoch, UTC.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One second in microseconds.
pub(crate) const SECOND: i64 = 1_000_000;
/// One hour in microseconds.
pub(crate) const HOUR: i64 = 3_600 * SECOND;
/// One day in microseconds.
pub(crate) const DAY: i64 = 24 * HOUR;

/// Tells the simulated time. Clones share the offset, so that a server which asks the same clock
/// moves with the simulator.
#[derive(Clone, Debug)]
pub struct SimClock {
    frozen_at: Option<i64>,
    offset: Arc<AtomicI64>,
}

impl SimClock {
    /// A clock that starts at `frozen_at` and moves only when it is moved, or, without it, one
    /// that ticks with the real time. `offset` is how far it is ahead, in microseconds.
    pub(crate) fn new(frozen_at: Option<i64>, offset: i64) -> Self {
        Self { frozen_at, offset: Arc::new(AtomicI64::new(offset)) }
    }

    /// The simulated time in microseconds since the Unix epoch.
    #[must_use]
    pub fn now_micros(&self) -> i64 {
        self.frozen_at.unwrap_or_else(real_micros) + self.offset_micros()
    }

    /// The time of the world outside: what the simulated time was moved by does not count. A clock
    /// that starts at a fixed moment has no world outside.
    #[must_use]
    pub fn wall_micros(&self) -> i64 {
        if self.frozen_at.is_some() { self.now_micros() } else { real_micros() }
    }

    /// How far the simulated time is ahead of its base, in microseconds.
    #[must_use]
    pub fn offset_micros(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// Moves the clock so that it shows `moment`; returns the new offset. Never moves it back.
    pub(crate) fn move_to(&self, moment: i64) -> i64 {
        let ahead = moment.saturating_sub(self.now_micros()).max(0);
        self.offset.fetch_add(ahead, Ordering::SeqCst) + ahead
    }

    /// How long to wait in real time until the clock shows `moment`; `None` when waiting alone
    /// will not get there.
    pub(crate) fn until(&self, moment: i64) -> Option<Duration> {
        let micros = u64::try_from(moment.saturating_sub(self.now_micros())).unwrap_or(0);
        match self.frozen_at {
            Some(_) if micros > 0 => None,
            _ => Some(Duration::from_micros(micros)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks for the time")]
fn real_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Microseconds as whole Unix seconds.
pub(crate) const fn seconds(micros: i64) -> i64 {
    micros.div_euclid(SECOND)
}

/// Midnight UTC, `days` after the day that contains `moment`.
pub(crate) const fn midnight_after(moment: i64, days: i64) -> i64 {
    (moment.div_euclid(DAY) + days) * DAY
}

/// Day of the week of `moment`: 0 is Monday.
pub(crate) const fn weekday(moment: i64) -> i64 {
    // The first of January 1970 was a Thursday.
    (moment.div_euclid(DAY) + 3).rem_euclid(7)
}

/// Year, month (1 to 12) and day of the month of `moment` in the Gregorian calendar.
pub(crate) const fn civil(moment: i64) -> (i64, i64, i64) {
    // Counted in eras of 400 years that begin on the first of March, so that the leap day is last.
    let days = moment.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_weekdays_are_those_of_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(weekday(0), 3);
        // 29 February 2024, a Thursday.
        assert_eq!(civil(1_709_164_800 * SECOND), (2024, 2, 29));
        assert_eq!(weekday(1_709_164_800 * SECOND), 3);
        // 22 November 2026, a Sunday, a second before midnight.
        assert_eq!(civil(1_795_391_999 * SECOND), (2026, 11, 22));
        assert_eq!(weekday(1_795_391_999 * SECOND), 6);
    }

    #[test]
    fn a_frozen_clock_moves_only_when_moved_and_never_back() {
        let clock = SimClock::new(Some(5 * DAY), 0);
        assert_eq!(clock.now_micros(), 5 * DAY);
        assert_eq!(clock.until(5 * DAY + 1), None);
        clock.clone().move_to(7 * DAY);
        clock.move_to(6 * DAY);
        assert_eq!(clock.now_micros(), 7 * DAY);
    }
}
