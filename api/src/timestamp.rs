//! A moment in time: Unix microseconds UTC inside, RFC 3339 outside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment, as Unix microseconds UTC. Only the server's clock makes new ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

const MICROS_PER_SECOND: i64 = 1_000_000;

impl Timestamp {
    /// Later than every real moment: the cursor of a first page.
    pub const MAX: Self = Self(i64::MAX);

    /// From Unix microseconds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From Unix seconds, as Stripe sends them.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Unix microseconds.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Unix seconds, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// This moment and so many seconds.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// The calendar form, UTC; the epoch for moments beyond year 9999.
    #[must_use]
    pub fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// The beginning of a day, UTC, from `2026-11-22`.
    #[must_use]
    pub fn of_day(text: &str) -> Option<Self> {
        let form = time::macros::format_description!("[year]-[month]-[day]");
        let day = time::Date::parse(text.trim(), form).ok()?;
        Some(Self::from_seconds(day.midnight().assume_utc().unix_timestamp()))
    }

    /// Its day, UTC, as [`of_day`](Self::of_day) reads it: `2026-11-22`.
    #[must_use]
    pub fn date(self) -> String {
        let at = self.date_time();
        format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
    }

    /// For people: `22 Nov 2026`.
    #[must_use]
    pub fn day(self) -> String {
        let at = self.date_time();
        let month = at.month().to_string();
        format!("{} {} {}", at.day(), &month[..3], at.year())
    }

    /// For people: `22 Nov 2026, 14:02` (UTC).
    #[must_use]
    pub fn minute(self) -> String {
        let at = self.date_time();
        format!("{}, {:02}:{:02}", self.day(), at.hour(), at.minute())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date_time().format(&Rfc3339).unwrap_or_default())
    }
}

impl FromStr for Timestamp {
    type Err = time::error::Parse;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let nanos = OffsetDateTime::parse(text, &Rfc3339)?.unix_timestamp_nanos();
        Ok(Self(i64::try_from(nanos.div_euclid(1000)).unwrap_or(i64::MAX)))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "sqlx")]
mod column {
    use super::Timestamp;
    use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

    impl<DB: Database> Type<DB> for Timestamp
    where
        i64: Type<DB>,
    {
        fn type_info() -> DB::TypeInfo {
            <i64 as Type<DB>>::type_info()
        }
        fn compatible(ty: &DB::TypeInfo) -> bool {
            <i64 as Type<DB>>::compatible(ty)
        }
    }
    impl<'q, DB: Database> Encode<'q, DB> for Timestamp
    where
        i64: Encode<'q, DB>,
    {
        fn encode_by_ref(
            &self,
            buffer: &mut <DB as Database>::ArgumentBuffer,
        ) -> Result<IsNull, BoxDynError> {
            self.0.encode_by_ref(buffer)
        }
    }
    impl<'r, DB: Database> Decode<'r, DB> for Timestamp
    where
        i64: Decode<'r, DB>,
    {
        fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
            Ok(Self(<i64 as Decode<'r, DB>>::decode(value)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_keeps_microseconds() {
        let at: Timestamp = "2026-11-22T14:02:11.123456Z".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-22T14:02:11.123456Z");
        assert_eq!(at.minute(), "22 Nov 2026, 14:02");
        assert_eq!(Timestamp::from_seconds(at.seconds()).to_string(), "2026-11-22T14:02:11Z");
    }
}
