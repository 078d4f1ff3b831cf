//! What a row asks of a listing, given what the last file said and what the listing says now.
//!
//! A file speaks only of what changed in it. Where a field is the same as in the last file, the
//! listing keeps what it has: pieces sold, prices corrected and texts polished since then stay,
//! and the same file twice changes nothing. Where the file itself changed, the file is right, and
//! the plan shows the difference. A listing that no file has spoken of yet takes all of the row.

use api::import::ImportRow;
use api::listing::{GalleryEntry, Listing, ListingDraft, Variant, VariantDraft};

use crate::listings;

/// What applying a row would ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Intent {
    /// Everything the listing shall say.
    pub(super) draft: ListingDraft,
    /// Whether it shall be put on sale.
    pub(super) publish: bool,
    /// The gallery; absent leaves it as it is.
    pub(super) gallery: Option<Vec<GalleryEntry>>,
}

/// Weighs a row against the listing it means and the row that was applied to it before.
pub(super) fn intended(row: &ImportRow, now: Option<&Listing>, base: Option<&ImportRow>) -> Intent {
    let said =
        Intent { draft: row.draft.clone(), publish: row.publish, gallery: row.images.clone() };
    let (Some(now), Some(base)) = (now, base) else { return said };
    Intent {
        draft: merged(&row.draft, now, &base.draft),
        publish: row.publish && !base.publish,
        gallery: said.gallery.filter(|_| row.images != base.images),
    }
}

fn merged(file: &ListingDraft, now: &Listing, base: &ListingDraft) -> ListingDraft {
    let same_options = file.options == base.options;
    let partners = listings::pair(&now.variants, &file.variants);
    let variants = file.variants.iter().zip(partners).map(|(variant, partner)| {
        match (partner.map(|at| &now.variants[at]), of_base(base, variant)) {
            (Some(now), Some(base)) => merged_variant(variant, now, base, same_options),
            _ => variant.clone(),
        }
    });
    ListingDraft {
        title: unless_same(&file.title, &base.title, &now.title),
        description: unless_same(&file.description, &base.description, &now.description),
        category: unless_same(&file.category, &base.category, &now.category),
        materials: unless_same(&file.materials, &base.materials, &now.materials),
        tags: unless_same(&file.tags, &base.tags, &now.tags),
        options: unless_same(&file.options, &base.options, &now.options),
        variants: variants.collect(),
    }
}

fn merged_variant(
    file: &VariantDraft,
    now: &Variant,
    base: &VariantDraft,
    same_options: bool,
) -> VariantDraft {
    let values = if same_options { &now.values } else { &file.values };
    VariantDraft {
        sku: unless_same(&file.sku, &base.sku, &now.sku),
        values: unless_same(&file.values, &base.values, values),
        price: unless_same(&file.price, &base.price, &now.price),
        stock: unless_same(&file.stock, &base.stock, &now.available),
    }
}

/// What the file says, unless it says what it said before.
fn unless_same<T: Clone + PartialEq>(file: &T, base: &T, now: &T) -> T {
    if file == base { now.clone() } else { file.clone() }
}

/// The variant of the last file with the same SKU, else with the same values.
fn of_base<'a>(base: &'a ListingDraft, variant: &VariantDraft) -> Option<&'a VariantDraft> {
    let same_sku = |old: &&VariantDraft| !old.sku.is_empty() && old.sku == variant.sku;
    let same_values = |old: &&VariantDraft| old.values == variant.values;
    let mut both = base.variants.iter().filter(same_sku).filter(same_values);
    let by_sku = || base.variants.iter().find(same_sku);
    both.next().or_else(by_sku).or_else(|| base.variants.iter().find(same_values))
}
