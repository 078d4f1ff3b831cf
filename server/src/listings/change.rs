//! What a listing shall be after a change: plain functions on plain data.

use std::collections::HashSet;

use api::Id;
use api::attribute::{AttributeEdits, Attributes};
use api::listing::{Listing, ListingDraft, ListingEdit, ListingStatus, Variant, VariantDraft};
use api::making::Making;
use api::shop::Shop;

use super::pair::pair;
use super::{check, questions};
use crate::error::Error;
use crate::shops::slug::{short_in, slug};
use crate::state::AppState;

/// A new listing as a draft says it. Not written yet: its version is 0.
pub(super) fn drafted(
    state: &AppState,
    shop: &Shop,
    draft: &ListingDraft,
) -> Result<Listing, Error> {
    let now = state.clock.now();
    let id = state.entropy.id(now);
    let blank = Listing {
        id,
        slug: String::new(),
        status: ListingStatus::Draft,
        title: String::new(),
        description: String::new(),
        category: draft.category,
        materials: Vec::new(),
        tags: Vec::new(),
        attributes: Attributes::default(),
        options: Vec::new(),
        variants: Vec::new(),
        questions: Vec::new(),
        making: Making::default(),
        images: Vec::new(),
        created_at: now,
        updated_at: now,
        version: 0,
    };
    let listing = merged(&blank, draft, true, &mut || state.entropy.id(now))?;
    check::listing(&listing, shop.currency)?;
    Ok(listing)
}

/// A listing with everything that a draft says. Variants are recognised by SKU or values and keep
/// their ids; those that the draft does not have stay behind the others unless `allow_delete`.
pub(super) fn merged(
    before: &Listing,
    draft: &ListingDraft,
    allow_delete: bool,
    new_id: &mut dyn FnMut() -> Id<Variant>,
) -> Result<Listing, Error> {
    let mut after = before.clone();
    retitle(&mut after, &draft.title);
    after.description = clean_text(&draft.description);
    after.category = draft.category;
    after.materials = clean_words(&draft.materials);
    after.tags = clean_words(&draft.tags);
    after.attributes = attributes(&after, &draft.attributes)?;
    after.options = draft.options.iter().map(|name| clean_line(name)).collect();
    after.making = draft.making.unwrap_or(after.making);
    if let Some(asked) = &draft.questions {
        after.questions = questions::cleaned(asked);
    }

    let partners = pair(&before.variants, &draft.variants);
    after.variants = partners
        .iter()
        .zip(&draft.variants)
        .map(|(partner, wanted)| {
            let id = partner.map_or_else(&mut *new_id, |index| before.variants[index].id);
            variant(id, wanted)
        })
        .collect();
    if !allow_delete {
        let taken: HashSet<usize> = partners.into_iter().flatten().collect();
        let absent = before.variants.iter().enumerate().filter(|(index, _)| !taken.contains(index));
        after.variants.extend(absent.map(|(_, variant)| variant.clone()));
    }
    Ok(after)
}

/// What a listing says of the attributes of its shelf after these were said anew.
fn attributes(listing: &Listing, edits: &AttributeEdits) -> Result<Attributes, Error> {
    let said = listing.attributes.with(listing.category, edits);
    said.map_err(|misfit| Error::invalid("attributes", misfit.to_string()))
}

fn variant(id: Id<Variant>, wanted: &VariantDraft) -> Variant {
    Variant {
        id,
        sku: clean_line(&wanted.sku),
        values: wanted.values.iter().map(|value| clean_line(value)).collect(),
        price: wanted.price,
        available: wanted.stock,
    }
}

/// A listing with an artisan's edit.
pub(super) fn edited(before: &Listing, edit: &ListingEdit) -> Result<Listing, Error> {
    let mut after = before.clone();
    if let Some(title) = &edit.title {
        retitle(&mut after, title);
    }
    if let Some(description) = &edit.description {
        after.description = clean_text(description);
    }
    after.category = edit.category.unwrap_or(after.category);
    after.attributes = attributes(&after, &edit.attributes)?;
    after.making = edit.making.unwrap_or(after.making);
    if let Some(asked) = &edit.questions {
        after.questions = questions::cleaned(asked);
    }
    for change in &edit.variants {
        let Some(variant) = after.variants.iter_mut().find(|variant| variant.id == change.id)
        else {
            return Err(Error::invalid(
                "variants.id",
                format!("this listing has no variant {}", change.id),
            ));
        };
        if let Some(sku) = &change.sku {
            variant.sku = clean_line(sku);
        }
        variant.price = change.price.unwrap_or(variant.price);
        variant.available = change.stock.unwrap_or(variant.available);
    }
    Ok(after)
}

/// A listing in another state, as its artisan wishes; one that is there already stays.
pub(crate) fn moved(before: &Listing, wish: ListingStatus) -> Result<Listing, Error> {
    let Some(status) = before.status.when_asked(wish) else {
        let (is, shall) = (word(before.status), word(wish));
        return Err(Error::conflict(format!("a listing that is {is} cannot become {shall}")));
    };
    Ok(Listing { status, ..before.clone() })
}

/// Lets the state follow the stock: nothing left is sold out, something again is for sale, as is
/// what is made to order.
pub(crate) fn settle(listing: &mut Listing) {
    let left = listing.variants.iter().any(|variant| variant.available > 0);
    let made = listing.making.to_order().is_some();
    listing.status = listing.status.with_stock(left || made);
}

/// Whether a change puts a listing newly on the shelf; coming back from a pause does not count.
pub(super) fn is_published_by(before: &Listing, after: &Listing) -> bool {
    matches!(before.status, ListingStatus::Draft | ListingStatus::Archived)
        && after.status.is_on_shelf()
}

/// The change in a line for the live feed.
pub(super) fn sentence(before: Option<&Listing>, after: &Listing) -> String {
    match before {
        None => format!("{}: drafted", after.title),
        Some(before) if before.status != after.status => {
            format!("{}: {}", after.title, word(after.status))
        }
        Some(_) => format!("{}: changed", after.title),
    }
}

/// A state in words for people.
pub(super) const fn word(status: ListingStatus) -> &'static str {
    match status {
        ListingStatus::Draft => "a draft",
        ListingStatus::Active => "for sale",
        ListingStatus::Paused => "paused",
        ListingStatus::SoldOut => "sold out",
        ListingStatus::Archived => "archived",
    }
}

/// Sets the title and with it the words of the address; the short id at its end never changes.
pub(super) fn retitle(listing: &mut Listing, title: &str) {
    listing.title = clean_line(title);
    let end = short_in(&listing.slug, listing.id);
    listing.slug = format!("{}-{end}", slug(&listing.title, "listing"));
}

/// One line without doubled or outer spaces.
pub(crate) fn clean_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clean_text(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// Words without empty ones and without doubles, whatever their case.
fn clean_words(words: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let cleaned = words.iter().map(|word| clean_line(word)).filter(|word| !word.is_empty());
    cleaned.filter(|word| seen.insert(word.to_lowercase())).collect()
}
