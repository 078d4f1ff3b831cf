//! What becomes of a listing: plain functions on plain data.

use api::bulk_edit::{BulkChange, BulkFilter};
use api::limits::{PIECES, WORD, WORDS};
use api::listing::{Listing, ListingStatus};
use api::{Currency, Money};

use super::filter;
use crate::error::Error;
use crate::listings;

/// The whole in hundredths of a percent.
const WHOLE: i64 = 10_000;
/// Highest rise in hundredths of a percent: elevenfold.
const HIGHEST_RISE: i64 = 10 * WHOLE;

/// The change with its words cleaned; refused where it is none or contradicts itself.
pub(super) fn checked(change: &BulkChange, currency: Currency) -> Result<BulkChange, Error> {
    let lines = |words: &[String]| -> Vec<String> {
        words.iter().map(|word| listings::clean_line(word)).collect()
    };
    let change = BulkChange {
        tags_add: lines(&change.tags_add),
        tags_remove: lines(&change.tags_remove),
        ..change.clone()
    };
    if change == BulkChange::default() {
        return Err(Error::invalid("change", "say what shall change, such as a price or a tag"));
    }
    price_of(&change, currency)?;
    stock_of(&change)?;
    for (field, tags) in
        [("change.tags_add", &change.tags_add), ("change.tags_remove", &change.tags_remove)]
    {
        let unusable = |tag: &String| tag.is_empty() || tag.chars().nth(WORD).is_some();
        if tags.len() > WORDS || tags.iter().any(unusable) {
            let message = format!("at most {WORDS} tags, each of 1 to {WORD} characters");
            return Err(Error::invalid(field, message));
        }
    }
    match change.status {
        None | Some(ListingStatus::Active | ListingStatus::Paused | ListingStatus::Archived) => {
            Ok(change)
        }
        Some(_) => Err(Error::invalid("change.status", "use active, paused or archived")),
    }
}

fn price_of(change: &BulkChange, currency: Currency) -> Result<(), Error> {
    filter::in_currency("change.price_add", change.price_add, currency)?;
    filter::in_currency("change.price_set", change.price_set, currency)?;
    let said =
        [change.price_percent.is_some(), change.price_add.is_some(), change.price_set.is_some()];
    if said.into_iter().filter(|it| *it).count() > 1 {
        let message = "the price rises by percent or by an amount, or is set; say one of them";
        return Err(Error::invalid("change.price_set", message));
    }
    match change.price_percent {
        Some(percent) if !(1 - WHOLE..=HIGHEST_RISE).contains(&percent) => Err(Error::invalid(
            "change.price_percent",
            "a price falls by less than 100 % and rises by at most 1000 %",
        )),
        _ => Ok(()),
    }
}

fn stock_of(change: &BulkChange) -> Result<(), Error> {
    if change.stock_add.is_some() && change.stock_set.is_some() {
        let message = "pieces are added or set; say one of them";
        return Err(Error::invalid("change.stock_set", message));
    }
    if change.stock_set.is_some_and(|pieces| !(0..=PIECES).contains(&pieces)) {
        let message = format!("the stock is a number from 0 to {PIECES}");
        return Err(Error::invalid("change.stock_set", message));
    }
    if change.stock_add.is_some_and(|pieces| !(-PIECES..=PIECES).contains(&pieces)) {
        let message = format!("add or take at most {PIECES} pieces");
        return Err(Error::invalid("change.stock_add", message));
    }
    Ok(())
}

/// What a listing would be; refused where it cannot be kept so.
pub(super) fn changed(
    before: &Listing,
    filter: &BulkFilter,
    change: &BulkChange,
    currency: Currency,
) -> Result<Listing, Error> {
    let mut after = match change.status {
        Some(next) => listings::moved(before, next)?,
        None => before.clone(),
    };
    for variant in after.variants.iter_mut().filter(|variant| filter::picks(filter, variant)) {
        variant.price = price(variant.price, change)?;
        let pieces = variant.available.saturating_add(change.stock_add.unwrap_or(0));
        variant.available = change.stock_set.unwrap_or(pieces);
    }
    after.category = change.category.unwrap_or(after.category);
    after.making = change.making.unwrap_or(after.making);
    let is = |tag: &str, other: &str| tag.to_lowercase() == other.to_lowercase();
    after.tags.retain(|tag| !change.tags_remove.iter().any(|gone| is(gone, tag)));
    for new in &change.tags_add {
        if !after.tags.iter().any(|tag| is(tag, new)) {
            after.tags.push(new.clone());
        }
    }
    listings::check(&after, currency)?;
    listings::settle(&mut after);
    Ok(after)
}

/// A new price, in whole smallest units: a percentage is rounded to the nearest, half of one up.
fn price(now: Money, change: &BulkChange) -> Result<Money, Error> {
    if let Some(percent) = change.price_percent {
        let (minor, factor) = (i128::from(now.minor()), i128::from(WHOLE + percent));
        let whole = i128::from(WHOLE);
        let rounded = (minor * factor + whole / 2).div_euclid(whole);
        let rounded = i64::try_from(rounded).map_err(|_| api::MoneyError::TooLarge)?;
        return Ok(Money::new(rounded, now.currency()));
    }
    match change.price_add {
        Some(amount) => Ok(now.checked_add(amount)?),
        None => Ok(change.price_set.unwrap_or(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(minor: i64, percent: i64) -> i64 {
        let change = BulkChange { price_percent: Some(percent), ..BulkChange::default() };
        price(Money::new(minor, Currency::EUR), &change).unwrap().minor()
    }

    #[test]
    fn a_percentage_is_rounded_to_the_nearest_unit_half_of_one_upwards() {
        let cases = [
            (2400, 500, 2520),
            (2410, 500, 2531), // 2530.5
            (2409, 500, 2529), // 2529.45
            (999, -1000, 899), // 899.1
            (50, -9999, 0),    // which no listing may cost
            (99_999_999, 100_000, 1_099_999_989),
        ];
        for (minor, change, wanted) in cases {
            assert_eq!(percent(minor, change), wanted, "{minor} by {change}");
        }
    }

    proptest! {
        #[test]
        fn a_rounded_price_is_half_a_unit_away_at_most(minor in 1_i64..=99_999_999, change in -9999_i64..=100_000) {
            let exact = i128::from(minor) * i128::from(WHOLE + change);
            let off = i128::from(percent(minor, change)) * i128::from(WHOLE) - exact;
            prop_assert!((-5_000..=5_000).contains(&off), "{}", off);
        }
    }
}
