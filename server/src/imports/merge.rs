//! What a row asks of a listing, given what the last file said and what the listing says now.
//!
//! A file speaks only of what changed in it. Where a field is the same as in the last file, the
//! listing keeps what it has: pieces sold, prices corrected and texts polished since then stay,
//! and the same file twice changes nothing. Where the file itself changed, the file is right, and
//! the plan shows the difference. A listing that no file has spoken of yet takes all of the row.
//! What a file is silent about is filled in before any of that, so that it stays.

use api::attribute::AttributeEdits;
use api::import::{ImportRow, Silence};
use api::listing::{GalleryEntry, Listing, ListingDraft, Variant, VariantDraft};
use api::making::{Making, ToOrder};

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

/// A row with what its file is silent about: as the last file said it, else as the listing says it
/// now. A new listing takes what the row has there.
pub(super) fn completed(
    row: &ImportRow,
    now: Option<&Listing>,
    base: Option<&ImportRow>,
) -> ImportRow {
    let (stands, said) = (now.map(drafted), base.map(|row| &row.draft));
    let mut whole = row.clone();
    let Some(known) = said.or(stands.as_ref()) else { return whole };
    let making = known.making.or(now.map(|listing| listing.making));
    let partner = |variant| {
        let said = said.and_then(|draft| of_base(draft, variant));
        said.or_else(|| of_base(stands.as_ref()?, variant))
    };
    let partners: Vec<_> = row.draft.variants.iter().map(partner).collect();
    let draft = &mut whole.draft;
    for what in &row.silent {
        match what {
            Silence::Description => draft.description.clone_from(&known.description),
            Silence::Category => draft.category = known.category,
            Silence::Materials => draft.materials.clone_from(&known.materials),
            Silence::Tags => draft.tags.clone_from(&known.tags),
            Silence::Options => draft.options.clone_from(&known.options),
            Silence::Publish => whole.publish = base.map_or(row.publish, |row| row.publish),
            Silence::Alt => take_alts(&mut whole.images, now, base),
            Silence::Weekly => draft.making = with_weekly(draft.making, making),
            Silence::Sku | Silence::Stock => {}
        }
        for (variant, partner) in draft.variants.iter_mut().zip(&partners) {
            if let Some(partner) = partner {
                take_of_variant(variant, partner, *what);
            }
        }
    }
    // A file has a column for each attribute that it speaks of.
    for (key, value) in &known.attributes {
        draft.attributes.entry(key.clone()).or_insert_with(|| value.clone());
    }
    // Of no file but our own is it known how pieces are made.
    whole.draft.making = whole.draft.making.or(making);
    whole
}

/// What a file says of how pieces are made, with the limit of a week that is known.
fn with_weekly(said: Option<Making>, known: Option<Making>) -> Option<Making> {
    let limit = known.and_then(Making::to_order).and_then(|terms| terms.weekly);
    said.map(|making| match making {
        Making::ToOrder(terms) => Making::ToOrder(ToOrder { weekly: limit, ..terms }),
        Making::FromStock {} => making,
    })
}

fn take_of_variant(variant: &mut VariantDraft, partner: &VariantDraft, what: Silence) {
    match what {
        Silence::Options => variant.values.clone_from(&partner.values),
        Silence::Sku => variant.sku.clone_from(&partner.sku),
        Silence::Stock => variant.stock = partner.stock,
        _ => {}
    }
}

/// Gives pictures the texts that the last file or the gallery has for them.
fn take_alts(
    images: &mut Option<Vec<GalleryEntry>>,
    now: Option<&Listing>,
    base: Option<&ImportRow>,
) {
    for entry in images.iter_mut().flatten() {
        let said = base.and_then(|row| row.images.as_ref()).into_iter().flatten();
        let said = said.map(|it| (&it.hash, &it.alt));
        let stands = now.into_iter().flat_map(|it| &it.images).map(|it| (&it.hash, &it.alt));
        if let Some((_, alt)) = said.chain(stands).find(|(hash, _)| **hash == entry.hash) {
            entry.alt.clone_from(alt);
        }
    }
}

/// A listing as a file would say it.
fn drafted(listing: &Listing) -> ListingDraft {
    let variant = |it: &Variant| VariantDraft {
        sku: it.sku.clone(),
        values: it.values.clone(),
        price: it.price,
        stock: it.available,
    };
    ListingDraft {
        title: listing.title.clone(),
        description: listing.description.clone(),
        category: listing.category,
        materials: listing.materials.clone(),
        tags: listing.tags.clone(),
        attributes: listing.attributes.edits(),
        options: listing.options.clone(),
        variants: listing.variants.iter().map(variant).collect(),
        // No file asks anything.
        questions: None,
        making: Some(listing.making),
    }
}

/// Weighs a completed row against the listing it means and the row that was applied to it before.
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
        attributes: news(&file.attributes, &base.attributes),
        options: unless_same(&file.options, &base.options, &now.options),
        variants: variants.collect(),
        questions: file.questions.clone(),
        making: unless_same(&file.making, &base.making, &Some(now.making)),
    }
}

/// The attributes of which the file says something else than it said before.
fn news(file: &AttributeEdits, base: &AttributeEdits) -> AttributeEdits {
    let said = file.iter().filter(|(key, value)| base.get(*key).unwrap_or(&None) != *value);
    said.map(|(key, value)| (key.clone(), value.clone())).collect()
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

/// The variant of a draft with the same SKU, else with the same values.
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
    use api::attribute::Attributes;
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
                attributes: AttributeEdits::new(),
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
            attributes: Attributes::default(),
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
        ImportRow {
            line: 2,
            key: "k".into(),
            draft,
            silent: Vec::new(),
            publish: true,
            images: Some(Vec::new()),
        }
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
