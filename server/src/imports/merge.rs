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
        questions: file.questions.clone(),
        making: file.making,
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

#[cfg(test)]
mod tests {
    use super::*;
    use api::listing::{Category, ListingStatus};
    use api::{Currency, Id, Money, Timestamp};
    use proptest::prelude::*;

    fn price() -> impl Strategy<Value = Money> {
        (50_i64..500).prop_map(|minor| Money::new(minor, Currency::EUR))
    }

    prop_compose! {
        fn draft()(
            title in "[a-c]",
            stated in prop::collection::btree_map("[A-D]", (price(), 0_i64..9), 1..4),
        ) -> ListingDraft {
            let variant = |(value, (price, stock)): (String, (Money, i64))| {
                VariantDraft { sku: format!("S-{value}"), values: vec![value], price, stock }
            };
            ListingDraft {
                title,
                description: String::new(),
                category: Category::Clay,
                materials: Vec::new(),
                tags: Vec::new(),
                options: vec!["Glaze".into()],
                variants: stated.into_iter().map(variant).collect(),
                questions: None,
                making: None,
            }
        }
    }

    fn listing(draft: &ListingDraft) -> Listing {
        let variant = |(number, wanted): (u128, &VariantDraft)| Variant {
            id: Id::from_uuid(uuid::Uuid::from_u128(number)),
            sku: wanted.sku.clone(),
            values: wanted.values.clone(),
            price: wanted.price,
            available: wanted.stock,
        };
        Listing {
            id: Id::from_uuid(uuid::Uuid::from_u128(1)),
            slug: String::new(),
            status: ListingStatus::Active,
            title: draft.title.clone(),
            description: String::new(),
            category: draft.category,
            materials: Vec::new(),
            tags: Vec::new(),
            options: draft.options.clone(),
            variants: (0..).zip(&draft.variants).map(variant).collect(),
            questions: Vec::new(),
            making: api::making::Making::default(),
            images: Vec::new(),
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
            version: 1,
        }
    }

    fn row(draft: ListingDraft) -> ImportRow {
        ImportRow { line: 2, key: "k".into(), draft, publish: true, images: Some(Vec::new()) }
    }

    proptest! {
        #[test]
        fn a_file_that_says_what_it_said_before_asks_for_what_is_there(file in draft(), now in draft()) {
            let (now, said) = (listing(&now), row(file));
            let intent = intended(&said, Some(&now), Some(&said));
            prop_assert!(!intent.publish && intent.gallery.is_none());
            prop_assert_eq!(&intent.draft.title, &now.title);
            for (wanted, partner) in intent.draft.variants.iter().zip(listings::pair(&now.variants, &said.draft.variants)) {
                if let Some(there) = partner.map(|at| &now.variants[at]) {
                    prop_assert_eq!((wanted.price, wanted.stock), (there.price, there.available));
                }
            }
        }

        #[test]
        fn where_the_file_changed_the_file_is_right(file in draft(), base in draft(), now in draft()) {
            let said = row(file);
            let intent = intended(&said, Some(&listing(&now)), Some(&row(base.clone())));
            for (wanted, file) in intent.draft.variants.iter().zip(&said.draft.variants) {
                let old = base.variants.iter().find(|old| old.sku == file.sku);
                if old.is_none_or(|old| old.stock != file.stock) {
                    prop_assert_eq!(wanted.stock, file.stock);
                }
            }
        }

        #[test]
        fn a_listing_that_no_file_spoke_of_takes_all_of_the_row(file in draft(), now in draft()) {
            let said = row(file);
            prop_assert_eq!(intended(&said, Some(&listing(&now)), None).draft, said.draft);
        }
    }
}
