//! What differs between two states of a listing, field by field, for people.

use std::collections::BTreeSet;

use api::import::FieldChange;
use api::listing::{Listing, Variant};
use api::question::Question;

/// Longest text that is shown of a field, in characters.
const SHOWN: usize = 200;

/// Every field in which two states differ.
pub(crate) fn between(before: &Listing, after: &Listing) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    head(&mut fields, before, after);
    for new in &after.variants {
        match before.variants.iter().find(|old| old.id == new.id) {
            Some(old) => variant(&mut fields, old, new),
            None => note(&mut fields, &format!("variants.{}", name(new)), "", &brief(new)),
        }
    }
    for old in &before.variants {
        if after.variants.iter().all(|new| new.id != old.id) {
            note(&mut fields, &format!("variants.{}", name(old)), &brief(old), "");
        }
    }
    fields.extend(order(before, after));
    fields.extend(gallery(before, after));
    fields
}

/// The fields of the listing itself.
pub(crate) fn head(fields: &mut Vec<FieldChange>, before: &Listing, after: &Listing) {
    note(fields, "title", &before.title, &after.title);
    note(fields, "description", &before.description, &after.description);
    note(fields, "category", before.category.as_str(), after.category.as_str());
    note(fields, "materials", &before.materials.join(", "), &after.materials.join(", "));
    note(fields, "tags", &before.tags.join(", "), &after.tags.join(", "));
    attributes(fields, before, after);
    note(fields, "options", &before.options.join(", "), &after.options.join(", "));
    note(fields, "questions", &asked(before), &asked(after));
    note(fields, "making", &before.making.words(), &after.making.words());
    note(fields, "status", before.status.as_str(), after.status.as_str());
}

/// Each attribute by itself. One that a new shelf does not have is named: it stays and is not shown.
fn attributes(fields: &mut Vec<FieldChange>, before: &Listing, after: &Listing) {
    let keys = |listing: &Listing| listing.attributes.edits().into_keys();
    let keys: BTreeSet<String> = keys(before).chain(keys(after)).collect();
    for key in keys {
        let [from, to] = [before, after].map(|listing| said(listing, &key));
        note(fields, &format!("attributes.{key}"), &from, &to);
    }
}

/// What a listing says of an attribute, in words.
fn said(listing: &Listing, key: &str) -> String {
    let shelf = listing.category;
    let fitting = listing.attributes.fitting(shelf).find(|(attribute, _)| attribute.key == key);
    match (fitting, listing.attributes.get(key)) {
        (Some((attribute, value)), _) => attribute.words(value),
        (None, Some(value)) => format!("{value} (not shown on the shelf {})", shelf.title()),
        (None, None) => String::new(),
    }
}

/// Its questions in words.
fn asked(listing: &Listing) -> String {
    listing.questions.iter().map(Question::words).collect::<Vec<_>>().join("; ")
}

/// The fields of one variant.
pub(crate) fn variant(fields: &mut Vec<FieldChange>, old: &Variant, new: &Variant) {
    let name = name(old);
    let field = |part: &str| format!("variants.{name}.{part}");
    note(fields, &field("sku"), &old.sku, &new.sku);
    note(fields, &field("values"), &old.values.join(", "), &new.values.join(", "));
    note(fields, &field("price"), &old.price.to_string(), &new.price.to_string());
    note(fields, &field("stock"), &old.available.to_string(), &new.available.to_string());
}

/// What people call a variant: its SKU, else its values.
pub(crate) fn name(variant: &Variant) -> String {
    match (variant.sku.is_empty(), variant.values.is_empty()) {
        (false, _) => variant.sku.clone(),
        (true, false) => variant.values.join("/"),
        (true, true) => "only".to_owned(),
    }
}

/// A field, if it differs.
pub(crate) fn note(fields: &mut Vec<FieldChange>, field: &str, from: &str, to: &str) {
    if from != to {
        let (field, from, to) = (field.to_owned(), from.to_owned(), to.to_owned());
        let mut change = FieldChange { field, from, to };
        (change.from, change.to) = change.brief(SHOWN);
        fields.push(change);
    }
}

/// `1 picture`, `2 pictures`.
pub(crate) fn pictures(count: usize) -> String {
    if count == 1 { "1 picture".to_owned() } else { format!("{count} pictures") }
}

/// A variant that comes or goes: its values, price and pieces.
fn brief(variant: &Variant) -> String {
    let values = variant.values.join(", ");
    let comma = if values.is_empty() { "" } else { ", " };
    format!("{values}{comma}{}, {} in stock", variant.price, variant.available)
}

/// The order of the variants, if only that differs.
fn order(before: &Listing, after: &Listing) -> Option<FieldChange> {
    let of = |listing: &Listing, other: &Listing| -> Vec<String> {
        let stays = |variant: &&Variant| other.variants.iter().any(|it| it.id == variant.id);
        listing.variants.iter().filter(stays).map(|variant| variant.id.to_string()).collect()
    };
    let named =
        |listing: &Listing| listing.variants.iter().map(name).collect::<Vec<_>>().join(", ");
    if of(before, after) == of(after, before) {
        return None;
    }
    let mut fields = Vec::new();
    note(&mut fields, "variants", &named(before), &named(after));
    fields.pop()
}

/// The gallery: which pictures in what order, and their texts.
fn gallery(before: &Listing, after: &Listing) -> Option<FieldChange> {
    if before.images == after.images {
        return None;
    }
    let hashes = |listing: &Listing| {
        listing.images.iter().map(|image| image.hash.clone()).collect::<Vec<_>>()
    };
    let (old, new) = (hashes(before), hashes(after));
    let (from, to) = if old == new {
        let texts =
            |listing: &Listing| listing.images.iter().map(|it| it.alt.clone()).collect::<Vec<_>>();
        let mut fields = Vec::new();
        note(&mut fields, "images.alt", &texts(before).join("; "), &texts(after).join("; "));
        return fields.pop();
    } else if old.len() == new.len() && old.iter().all(|hash| new.contains(hash)) {
        ("one order".to_owned(), "another order".to_owned())
    } else {
        let kept = new.iter().filter(|hash| old.contains(hash)).count();
        let fresh = new.len() - kept;
        let more = if fresh > 0 { format!(", {fresh} of them new") } else { String::new() };
        (pictures(old.len()), format!("{}{more}", pictures(new.len())))
    };
    Some(FieldChange { field: "images".to_owned(), from, to })
}
