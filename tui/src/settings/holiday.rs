//! When the shop is away: how that is told, and how its days are typed.

use api::Timestamp;
use api::shop_profile::{Holiday, Pause};

use crate::screens::day;

/// Seconds by which the market's clock may be ahead of what the console takes it for.
const CLOCK_SKEW: i64 = 60;

/// Whether the shop is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Away {
    /// It is not, and nothing is planned.
    Open,
    /// It will be.
    Planned(Holiday),
    /// It is.
    On(Holiday),
}

impl Away {
    /// What a holiday means by now, or by what the market takes for now.
    pub(crate) fn of(holiday: Option<Holiday>, now: Timestamp) -> Self {
        match holiday.filter(|holiday| !holiday.is_over(now)) {
            None => Self::Open,
            Some(holiday) if holiday.from <= now.plus_seconds(CLOCK_SKEW) => Self::On(holiday),
            Some(holiday) => Self::Planned(holiday),
        }
    }

    /// The holiday that is planned or going on.
    pub(crate) const fn holiday(self) -> Option<Holiday> {
        match self {
            Self::Open => None,
            Self::Planned(holiday) | Self::On(holiday) => Some(holiday),
        }
    }

    /// What the row says.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::On(holiday) => holiday.words(),
            Self::Planned(Holiday { from, until }) => {
                let back = until.map(|until| format!(", back on {}", until.day()));
                format!("planned from {}{}", from.day(), back.unwrap_or_default())
            }
        }
    }

    /// The same for the head of the list, which is seen when the row is not; nothing while the shop
    /// is open.
    pub(crate) fn notice(self) -> Option<String> {
        match self {
            Self::Open => None,
            Self::Planned(_) => Some(format!("holiday {}", self.words())),
            Self::On(_) => Some(self.words()),
        }
    }

    /// The same for the box of the shop, which has few columns.
    pub(crate) fn brief(self) -> Option<String> {
        Some(match self {
            Self::Open => return None,
            Self::Planned(Holiday { from, until: None }) => format!("◌ from {}", day(from)),
            Self::Planned(Holiday { from, until: Some(until) }) => {
                format!("◌ {} to {}", day(from), day(until))
            }
            Self::On(Holiday { until: None, .. }) => "◌ away".to_owned(),
            Self::On(Holiday { until: Some(until), .. }) => format!("◌ until {}", day(until)),
        })
    }

    /// What the form over it does.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Open => "Go on holiday",
            Self::Planned(_) => "Change the planned holiday",
            Self::On(_) => "Change the holiday that is going on",
        }
    }

    /// How the form is filled in.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Open => {
                "Back on 2026-12-27, or 2026-12-20..2026-12-27 for later; empty: away from now \
                 until you are back."
            }
            Self::Planned(_) => {
                "2026-12-20..2026-12-27; 2026-12-27 alone, or nothing, begins it now. To call it \
                 off: esc, then x."
            }
            Self::On(_) => {
                "Back on 2026-12-27, or away later instead: 2026-12-20..2026-12-27; empty: until \
                 you are back."
            }
        }
    }
}

/// The days of a holiday as they are typed: `2026-12-20..2027-01-04`, without the last one where
/// nobody knows it; nothing for none.
pub(crate) fn days_away(holiday: Option<Holiday>) -> String {
    let Some(Holiday { from, until }) = holiday else { return String::new() };
    format!("{}..{}", from.date(), until.map(Timestamp::date).unwrap_or_default())
}

/// The holiday that a line means: from one day to another, or from now until one. Empty is from now
/// until the artisan is back.
pub(crate) fn typed_days(text: &str) -> Result<Pause, String> {
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        day => Timestamp::of_day(day).map(Some).ok_or_else(|| format!("“{day}” is no day.")),
    };
    let (from, until) = text.split_once("..").unwrap_or(("", text));
    Ok(Pause { from: day(from)?, until: day(until)? })
}
