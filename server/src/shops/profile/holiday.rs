//! When a shop may be away, and what is done to a holiday.

use api::Timestamp;
use api::audit::Verb;
use api::shop_profile::{Holiday, Pause};

use crate::error::Error;

/// The longest holiday: a shop that is away for longer should close.
const LONGEST_SECONDS: i64 = 400 * 24 * 3600;

/// The holiday that is asked for: what has begun goes on unless it shall begin later.
pub(super) fn asked(
    pause: &Pause,
    standing: Option<Holiday>,
    now: Timestamp,
) -> Result<Holiday, Error> {
    let begun = standing.filter(|holiday| holiday.is_on(now)).map(|holiday| holiday.from);
    let from = pause.from.filter(|from| *from > now).or(begun).unwrap_or(now);
    let holiday = Holiday { from, until: pause.until };
    check(holiday, now)?;
    Ok(holiday)
}

fn check(Holiday { from, until }: Holiday, now: Timestamp) -> Result<(), Error> {
    let last = now.plus_seconds(LONGEST_SECONDS);
    if until.is_some_and(|until| until <= now) {
        return Err(Error::invalid("until", "that day is over; choose a later one"));
    }
    if until.is_some_and(|until| until <= from) {
        return Err(Error::invalid(
            "until",
            "the holiday ends before it begins; choose a later day",
        ));
    }
    if from > last || until.is_some_and(|until| until > last) {
        return Err(Error::invalid("until", "a holiday lies within the next 400 days"));
    }
    Ok(())
}

/// What was done by whoever gave a shop this holiday; `standing` is the one before, unless that was
/// over.
pub(super) fn given(standing: Option<Holiday>, holiday: Holiday, now: Timestamp) -> Verb {
    let was_on = standing.is_some_and(|standing| standing.is_on(now));
    match (standing, holiday.is_on(now)) {
        (_, true) if !was_on => Verb::ShopPause,
        (None, _) => Verb::HolidayPlan,
        (Some(_), _) => Verb::HolidayEdit,
    }
}

/// What was done by whoever took this holiday away, and how the shop's feed tells it.
pub(super) fn taken(standing: Holiday, now: Timestamp) -> (Verb, &'static str) {
    if standing.is_on(now) {
        return (Verb::ShopResume, "holiday: back");
    }
    (Verb::HolidayDrop, "holiday: called off")
}
