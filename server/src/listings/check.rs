//! What a listing may say.

use std::collections::HashSet;

use api::limits::{
    ALT as LONGEST_ALT, DESCRIPTION as LONGEST_DESCRIPTION, HIGHEST_PRICE, IMAGES as MOST_IMAGES,
    LOWEST_PRICE, OPTIONS as MOST_OPTIONS, PIECES as MOST_PIECES, SKU as LONGEST_SKU,
    TITLE as LONGEST_TITLE, VARIANTS as MOST_VARIANTS, WORD as LONGEST_WORD, WORDS as MOST_WORDS,
};
use api::listing::{Listing, Variant};
use api::making::{Making, MakingError};
use api::{Currency, Money};

use super::questions;
use crate::error::Error;

/// Refuses a listing that cannot be kept, naming the field and the remedy.
pub(crate) fn listing(listing: &Listing, currency: Currency) -> Result<(), Error> {
    title(&listing.title)?;
    if too_long(&listing.description, LONGEST_DESCRIPTION) || has_control(&listing.description) {
        return Err(Error::invalid(
            "description",
            format!("a description is plain text of at most {LONGEST_DESCRIPTION} characters"),
        ));
    }
    words("materials", &listing.materials)?;
    words("tags", &listing.tags)?;
    options(&listing.options)?;
    variants(listing, currency)?;
    questions::check(listing, currency)?;
    making(listing.making)?;
    images(listing)
}

fn title(title: &str) -> Result<(), Error> {
    if title.is_empty() {
        return Err(Error::invalid("title", "a listing needs a title"));
    }
    if too_long(title, LONGEST_TITLE) || has_control(title) {
        return Err(Error::invalid(
            "title",
            format!(
                "a title has at most {LONGEST_TITLE} characters; this one has {}",
                title.chars().count()
            ),
        ));
    }
    Ok(())
}

fn words(field: &'static str, words: &[String]) -> Result<(), Error> {
    if words.len() > MOST_WORDS {
        let count = words.len();
        return Err(Error::invalid(field, format!("{count} {field}; at most {MOST_WORDS}")));
    }
    match words.iter().find(|word| too_long(word, LONGEST_WORD) || has_control(word)) {
        Some(word) => Err(Error::invalid(
            field,
            format!("“{}” is too long; at most {LONGEST_WORD} characters", shortened(word)),
        )),
        None => Ok(()),
    }
}

fn options(options: &[String]) -> Result<(), Error> {
    if options.len() > MOST_OPTIONS {
        return Err(Error::invalid("options", format!("at most {MOST_OPTIONS} options")));
    }
    let usable = |name: &String| !name.is_empty() && !too_long(name, LONGEST_WORD);
    if !options.iter().all(usable) {
        return Err(Error::invalid("options", "every option needs a name, such as Glaze or Size"));
    }
    if options.iter().collect::<HashSet<_>>().len() < options.len() {
        return Err(Error::invalid("options", "two options have the same name"));
    }
    Ok(())
}

fn variants(listing: &Listing, currency: Currency) -> Result<(), Error> {
    let variants = &listing.variants;
    if variants.is_empty() || variants.len() > MOST_VARIANTS {
        return Err(Error::invalid(
            "variants",
            format!("a listing has 1 to {MOST_VARIANTS} variants; this one has {}", variants.len()),
        ));
    }
    for (index, variant) in variants.iter().enumerate() {
        let name = name(index, variant);
        values(&name, variant, &listing.options)?;
        price(&name, variant.price, currency)?;
        if !(0..=MOST_PIECES).contains(&variant.available) {
            return Err(Error::invalid(
                "variants.stock",
                format!("{name}: the stock is a number from 0 to {MOST_PIECES}"),
            ));
        }
        if too_long(&variant.sku, LONGEST_SKU) || has_control(&variant.sku) {
            return Err(Error::invalid(
                "variants.sku",
                format!("{name}: an SKU has at most {LONGEST_SKU} characters"),
            ));
        }
    }
    match double(variants) {
        Some(twice) if twice.values.is_empty() => Err(Error::invalid(
            "variants.values",
            "no option tells the variants apart; give the listing one, such as Glaze or Size",
        )),
        Some(twice) => Err(Error::invalid(
            "variants.values",
            format!("two variants are “{}”; each needs values of its own", twice.values.join(", ")),
        )),
        None => Ok(()),
    }
}

fn values(name: &str, variant: &Variant, options: &[String]) -> Result<(), Error> {
    if variant.values.len() != options.len() {
        return Err(Error::invalid(
            "variants.values",
            format!(
                "{name}: {} values for {} options; one for each",
                variant.values.len(),
                options.len()
            ),
        ));
    }
    let usable = |value: &String| !value.is_empty() && !too_long(value, LONGEST_WORD);
    if variant.values.iter().all(usable) {
        return Ok(());
    }
    Err(Error::invalid(
        "variants.values",
        format!("{name}: a value has 1 to {LONGEST_WORD} characters"),
    ))
}

fn price(name: &str, price: Money, currency: Currency) -> Result<(), Error> {
    if price.currency() != currency {
        let given = price.currency();
        return Err(Error::invalid(
            "variants.price",
            format!("{name}: this shop sells in {currency}, not in {given}"),
        ));
    }
    if (LOWEST_PRICE..=HIGHEST_PRICE).contains(&price.minor()) {
        return Ok(());
    }
    let (lowest, highest) =
        (Money::new(LOWEST_PRICE, currency), Money::new(HIGHEST_PRICE, currency));
    Err(Error::invalid(
        "variants.price",
        format!("{name}: a price is at least {lowest} and at most {highest}, not {price}"),
    ))
}

fn making(making: Making) -> Result<(), Error> {
    let Some(terms) = making.to_order() else { return Ok(()) };
    terms.check().map_err(|error| {
        let field = match error {
            MakingError::Days => "making.to",
            MakingError::Weekly => "making.weekly",
        };
        Error::invalid(field, error.to_string())
    })
}

fn images(listing: &Listing) -> Result<(), Error> {
    if listing.images.len() > MOST_IMAGES {
        return Err(Error::invalid(
            "images",
            format!("a gallery has at most {MOST_IMAGES} images"),
        ));
    }
    if listing
        .images
        .iter()
        .any(|image| too_long(&image.alt, LONGEST_ALT) || has_control(&image.alt))
    {
        return Err(Error::invalid(
            "images.alt",
            format!("an image's description has at most {LONGEST_ALT} characters"),
        ));
    }
    Ok(())
}

fn double(variants: &[Variant]) -> Option<&Variant> {
    let mut seen = HashSet::new();
    variants.iter().find(|variant| !seen.insert(&variant.values))
}

fn name(index: usize, variant: &Variant) -> String {
    let values = variant.values.join(", ");
    match (values.is_empty(), variant.sku.is_empty()) {
        (false, _) => format!("variant “{}”", shortened(&values)),
        (true, false) => format!("variant {}", shortened(&variant.sku)),
        (true, true) => format!("variant {}", index + 1),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_WORD).collect()
}

pub(super) fn too_long(text: &str, longest: usize) -> bool {
    text.chars().nth(longest).is_some()
}

pub(super) fn has_control(text: &str) -> bool {
    text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'))
}
