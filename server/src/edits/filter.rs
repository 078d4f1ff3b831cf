//! Which listings and variants a filter means: plain functions on plain data, so that both engines
//! agree on letters and their case.

use api::bulk_edit::BulkFilter;
use api::limits::{SKU, TITLE};
use api::listing::{Listing, ListingStatus, Variant};
use api::{Currency, Money};

use crate::error::Error;

/// Texts and tags of a filter.
const MOST_WORDS: usize = 20;

/// Refuses a filter that can mean nothing.
pub(super) fn check(filter: &BulkFilter, currency: Currency) -> Result<(), Error> {
    let words = [("filter.text", &filter.text), ("filter.tags", &filter.tags)];
    for (field, words) in words {
        if words.len() > MOST_WORDS || words.iter().any(|word| word.chars().nth(TITLE).is_some()) {
            let message = format!("at most {MOST_WORDS} words of at most {TITLE} characters");
            return Err(Error::invalid(field, message));
        }
    }
    if filter.sku.as_ref().is_some_and(|sku| sku.chars().nth(SKU).is_some()) {
        return Err(Error::invalid("filter.sku", format!("an SKU has at most {SKU} characters")));
    }
    let bounds = [("filter.price_from", filter.price_from), ("filter.price_to", filter.price_to)];
    for (field, price) in bounds {
        in_currency(field, price, currency)?;
    }
    if let (Some(from), Some(to)) = (filter.price_from, filter.price_to)
        && from.minor() > to.minor()
    {
        let message = format!("no price is at least {from} and at most {to}; exchange them");
        return Err(Error::invalid("filter.price_to", message));
    }
    Ok(())
}

/// Refuses an amount in another currency than the shop's.
pub(super) fn in_currency(
    field: &'static str,
    amount: Option<Money>,
    currency: Currency,
) -> Result<(), Error> {
    match amount.map(Money::currency).filter(|given| *given != currency) {
        Some(given) => {
            let message = format!("this shop sells in {currency}, not in {given}");
            Err(Error::invalid(field, message))
        }
        None => Ok(()),
    }
}

/// Whether a listing is meant: all that the filter says holds, and one of its variants is picked.
pub(super) fn means(filter: &BulkFilter, listing: &Listing) -> bool {
    let state = match filter.status.as_slice() {
        [] => listing.status != ListingStatus::Archived,
        wanted => wanted.contains(&listing.status),
    };
    let tags: Vec<String> = listing.tags.iter().map(|tag| tag.to_lowercase()).collect();
    let text = format!("{}\n{}", listing.title, listing.description).to_lowercase();
    state
        && (filter.category.is_empty() || filter.category.contains(&listing.category))
        && filter.tags.iter().all(|tag| tags.contains(&tag.to_lowercase()))
        && filter.text.iter().all(|word| text.contains(&word.to_lowercase()))
        && listing.variants.iter().any(|variant| picks(filter, variant))
}

/// Whether price and stock of a variant are meant.
pub(super) fn picks(filter: &BulkFilter, variant: &Variant) -> bool {
    let price = variant.price.minor();
    let begins = |sku: &String| variant.sku.to_lowercase().starts_with(&sku.to_lowercase());
    filter.price_from.is_none_or(|from| price >= from.minor())
        && filter.price_to.is_none_or(|to| price <= to.minor())
        && filter.sku.as_ref().is_none_or(begins)
}
