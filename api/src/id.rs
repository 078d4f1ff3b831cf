//! Typed ids: `UUIDv7` inside, a prefix and 26 Crockford base32 characters outside.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

/// Crockford's base32 alphabet: no I, L, O, U. <https://www.crockford.com/base32.html>
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that 128 bits need at five bits each.
const LENGTH: usize = 26;

/// What an id points at; the prefix keeps an order id out of a listing's place.
pub trait Kind {
    /// The letters before the underscore, lower case.
    const PREFIX: &'static str;
}

/// The id of a `T`: 16 bytes in the database, `lst_01J…` wherever people or programs see it.
pub struct Id<T> {
    uuid: Uuid,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Takes a UUID that the caller's generator made.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// The UUID inside.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{given}” is not an id of this kind; it should read {prefix}_ and 26 letters or digits")]
pub struct IdError {
    given: String,
    prefix: &'static str,
}

impl<T: Kind> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.uuid.as_u128();
        let text: String = (0..LENGTH)
            .rev()
            .map(|place| {
                let five = (bits >> (place * 5)) & 31;
                char::from(ALPHABET[usize::try_from(five).unwrap_or_default()])
            })
            .collect();
        f.pad(&format!("{}_{text}", T::PREFIX))
    }
}

impl<T: Kind> FromStr for Id<T> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || IdError { given: text.chars().take(64).collect(), prefix: T::PREFIX };
        let body = text
            .strip_prefix(T::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|body| body.len() == LENGTH)
            .ok_or_else(fail)?;
        let mut bits: u128 = 0;
        for (place, letter) in body.bytes().enumerate() {
            let letter = letter.to_ascii_uppercase();
            let five = ALPHABET.iter().position(|a| *a == letter).ok_or_else(fail)?;
            if place == 0 && five > 7 {
                return Err(fail());
            }
            bits = (bits << 5) | u128::try_from(five).map_err(|_| fail())?;
        }
        Ok(Self::from_uuid(Uuid::from_u128(bits)))
    }
}

impl<T: Kind> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T: Kind> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, T: Kind> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "sqlx")]
mod column {
    use super::{Id, Uuid};
    use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

    impl<T, DB: Database> Type<DB> for Id<T>
    where
        Uuid: Type<DB>,
    {
        fn type_info() -> DB::TypeInfo {
            <Uuid as Type<DB>>::type_info()
        }
        fn compatible(ty: &DB::TypeInfo) -> bool {
            <Uuid as Type<DB>>::compatible(ty)
        }
    }
    impl<'q, T, DB: Database> Encode<'q, DB> for Id<T>
    where
        Uuid: Encode<'q, DB>,
    {
        fn encode_by_ref(
            &self,
            buffer: &mut <DB as Database>::ArgumentBuffer,
        ) -> Result<IsNull, BoxDynError> {
            self.uuid.encode_by_ref(buffer)
        }
    }
    impl<'r, T, DB: Database> Decode<'r, DB> for Id<T>
    where
        Uuid: Decode<'r, DB>,
    {
        fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
            Ok(Self::from_uuid(<Uuid as Decode<'r, DB>>::decode(value)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::Listing;
    use crate::order::Order;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_reads_back_as_itself(bits: u128) {
            let id: Id<Listing> = Id::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse::<Id<Listing>>().unwrap(), id);
            prop_assert_eq!(id.to_string().to_lowercase().parse::<Id<Listing>>().unwrap(), id);
        }
    }

    #[test]
    fn an_order_id_is_no_listing_id() {
        let order: Id<Order> = Id::from_uuid(Uuid::from_u128(7));
        assert!(order.to_string().parse::<Id<Listing>>().is_err());
        assert!("lst_".parse::<Id<Listing>>().is_err());
        assert!(
            "lst_ZZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<Id<Listing>>().is_err(),
            "more than 128 bits"
        );
    }
}
