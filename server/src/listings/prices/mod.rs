//! Prices over time. Whoever says that a price was lowered says what it was: the lowest price of
//! the thirty days before (Directive 98/6/EC, article 6a).

pub(in crate::listings) mod store;

use api::listing::{Listing, Variant};
use api::{Id, Money, Timestamp};

use super::saving::Change;
use crate::db::Tx;
use crate::error::Error;

/// How long the time before a reduction is that is looked at, and how long one is spoken of: after
/// as many days at the new price, that price is the lowest of thirty days.
const THIRTY_DAYS_SECONDS: i64 = 30 * 24 * 3600;

/// A price that was lowered lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reduction {
    /// The lowest price of the thirty days before.
    pub(crate) was: Money,
    /// When it was lowered.
    pub(crate) at: Timestamp,
}

impl Reduction {
    /// Whether it is still spoken of.
    pub(crate) fn is_on(&self, now: Timestamp) -> bool {
        now < self.at.plus_seconds(THIRTY_DAYS_SECONDS)
    }

    /// How much lower a price is, in whole percent; less than one is not worth a word.
    pub(crate) fn percent(&self, price: Money) -> Option<i64> {
        let off = self.was.minor().checked_sub(price.minor())?.checked_mul(100)?;
        off.checked_div(self.was.minor()).filter(|percent| *percent > 0)
    }
}

/// The reductions of a listing's variants.
pub(crate) type Reductions = Vec<(Id<Variant>, Reduction)>;

/// Writes down at which prices variants stand on the shelf from now on, and which of them were
/// lowered. A price counts from the moment at which shoppers could pay it, so what is changed in a
/// draft or while a listing is paused is no reduction until it is back.
pub(super) async fn note(
    tx: &mut Tx,
    changes: &[&Change<'_>],
    now: Timestamp,
) -> Result<(), Error> {
    let mut offered = Vec::new();
    for Change { before, after } in changes.iter().filter(|it| it.after.status.is_on_shelf()) {
        let before = before.filter(|before| before.status.is_on_shelf());
        offered.extend(after.variants.iter().filter(|it| is_new_price(before, it)));
    }
    if offered.is_empty() {
        return Ok(());
    }
    let offered = store::offered(&offered);
    store::note(tx, &offered, now).await?;
    store::reduce(tx, &offered, now, now.plus_seconds(-THIRTY_DAYS_SECONDS)).await
}

fn is_new_price(before: Option<&Listing>, variant: &Variant) -> bool {
    let before = before.and_then(|it| it.variants.iter().find(|old| old.id == variant.id));
    before.is_none_or(|old| old.price != variant.price)
}

#[cfg(test)]
mod tests {
    use api::Currency;

    use super::*;

    #[test]
    fn percent_are_whole_and_never_too_many() {
        let euros = |minor| Money::new(minor, Currency::EUR);
        let from = |minor| Reduction { was: euros(minor), at: Timestamp::from_seconds(0) };
        assert_eq!(from(10_000).percent(euros(8_000)), Some(20));
        assert_eq!(from(2_999).percent(euros(2_000)), Some(33), "33.3");
        assert_eq!(from(10_000).percent(euros(9_901)), None, "0.99");
    }

    #[test]
    fn thirty_days_it_is_spoken_of() {
        let at = Timestamp::from_seconds(1_000_000);
        let reduction = Reduction { was: Money::new(100, Currency::EUR), at };
        let after = |days: i64, seconds: i64| at.plus_seconds(days * 86_400 + seconds);
        assert!(reduction.is_on(at) && reduction.is_on(after(30, -1)));
        assert!(!reduction.is_on(after(30, 0)));
    }
}
