//! What a change would do to a listing, field by field, for the person who decides.

use api::import::{AbsentVariant, FieldChange};
use api::listing::{GalleryEntry, Listing, Variant};

/// Longest text that is shown of a field, in characters.
const SHOWN: usize = 200;

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
    note(fields, "title", &before.title, &after.title);
    note(fields, "description", &before.description, &after.description);
    note(fields, "category", before.category.as_str(), after.category.as_str());
    note(fields, "materials", &before.materials.join(", "), &after.materials.join(", "));
    note(fields, "tags", &before.tags.join(", "), &after.tags.join(", "));
    note(fields, "options", &before.options.join(", "), &after.options.join(", "));
    note(fields, "status", before.status.as_str(), after.status.as_str());
    let known = |variant: &Variant| before.variants.iter().find(|old| old.id == variant.id);
    for variant in after.variants.iter().take(drafted) {
        match known(variant) {
            None => {
                difference.variants.created += 1;
                note(
                    fields,
                    &format!("variants.{}", name(variant)),
                    "",
                    &variant.price.to_string(),
                );
            }
            Some(old) if old == variant => difference.variants.unchanged += 1,
            Some(old) => {
                difference.variants.changed += 1;
                variant_fields(fields, old, variant);
            }
        }
    }
    let in_file = |old: &&Variant| after.variants.iter().take(drafted).any(|new| new.id == old.id);
    difference.absent = before
        .variants
        .iter()
        .filter(|old| !in_file(old))
        .map(|old| AbsentVariant { sku: old.sku.clone(), values: old.values.clone() })
        .collect();
    let order =
        |listing: &Listing| listing.variants.iter().map(|variant| variant.id).collect::<Vec<_>>();
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

fn pictures(count: usize) -> String {
    if count == 1 { "1 picture".to_owned() } else { format!("{count} pictures") }
}

fn variant_fields(fields: &mut Vec<FieldChange>, old: &Variant, new: &Variant) {
    let name = name(old);
    let field = |part: &str| format!("variants.{name}.{part}");
    note(fields, &field("sku"), &old.sku, &new.sku);
    note(fields, &field("values"), &old.values.join(", "), &new.values.join(", "));
    note(fields, &field("price"), &old.price.to_string(), &new.price.to_string());
    note(fields, &field("stock"), &old.available.to_string(), &new.available.to_string());
}

/// What people call a variant: its SKU, else its values.
fn name(variant: &Variant) -> String {
    match (variant.sku.is_empty(), variant.values.is_empty()) {
        (false, _) => variant.sku.clone(),
        (true, false) => variant.values.join("/"),
        (true, true) => "only".to_owned(),
    }
}

fn note(fields: &mut Vec<FieldChange>, field: &str, from: &str, to: &str) {
    if from != to {
        let shown = |text: &str| text.chars().take(SHOWN).collect();
        fields.push(FieldChange { field: field.to_owned(), from: shown(from), to: shown(to) });
    }
}
