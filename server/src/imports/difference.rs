//! What a change would do to a listing, field by field, for the person who decides.

use api::import::{AbsentVariant, FieldChange};
use api::listing::{GalleryEntry, Listing, Variant};

use crate::listings::difference::{head, name, note, pictures, variant};

/// What would become of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Every field that would change.
    pub(super) fields: Vec<FieldChange>,
    /// Variants of the file.
    pub(super) variants: Tally,
    /// Variants that the file does not have.
    pub(super) absent: Vec<AbsentVariant>,
}

/// Variants by what would be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) created: u32,
    pub(super) changed: u32,
    pub(super) unchanged: u32,
}

/// Compares a listing with what it would be; the first `drafted` variants are those of the file.
pub(super) fn between(before: &Listing, after: &Listing, drafted: usize) -> Difference {
    let mut difference = Difference::default();
    let fields = &mut difference.fields;
    head(fields, before, after);
    let known = |variant: &Variant| before.variants.iter().find(|old| old.id == variant.id);
    for new in after.variants.iter().take(drafted) {
        match known(new) {
            None => {
                difference.variants.created += 1;
                note(fields, &format!("variants.{}", name(new)), "", &new.price.to_string());
            }
            Some(old) if old == new => difference.variants.unchanged += 1,
            Some(old) => {
                difference.variants.changed += 1;
                variant(fields, old, new);
            }
        }
    }
    let in_file = |old: &&Variant| after.variants.iter().take(drafted).any(|new| new.id == old.id);
    difference.absent = before
        .variants
        .iter()
        .filter(|old| !in_file(old))
        .map(|old| AbsentVariant {
            sku: old.sku.clone(),
            values: old.values.clone(),
            pieces: old.available,
        })
        .collect();
    let stays = |variant: &&Variant| after.variants.iter().any(|it| it.id == variant.id);
    let order = |listing: &Listing| {
        listing.variants.iter().filter(stays).map(|variant| variant.id).collect::<Vec<_>>()
    };
    if difference.fields.is_empty() && order(before) != order(after) {
        note(&mut difference.fields, "variants", "another order", "the order of the file");
    }
    difference
}

/// The gallery, if it would change: which pictures in what order, and their texts.
pub(super) fn gallery(before: &Listing, wanted: &[GalleryEntry]) -> Option<FieldChange> {
    let now = before.images.iter().map(|image| (image.hash.as_str(), image.alt.as_str()));
    let then = wanted.iter().map(|entry| (entry.hash.as_str(), entry.alt.as_str()));
    if now.clone().eq(then.clone()) {
        return None;
    }
    let same_pictures = now.map(|(hash, _)| hash).eq(then.map(|(hash, _)| hash));
    let (from, to) = if same_pictures {
        ("alternative texts".to_owned(), "those of the file".to_owned())
    } else {
        (pictures(before.images.len()), pictures(wanted.len()))
    };
    Some(FieldChange { field: "images".to_owned(), from, to })
}
