//! Sample data for tests of pages.

use api::listing::{Category, GalleryImage, Listing, ListingStatus, Variant};
use api::making::Making;
use api::shop::{OnboardingStatus, Shop};
use api::{Currency, Id, Money, Timestamp};
use uuid::Uuid;

pub(crate) fn shop() -> Shop {
    Shop {
        id: Id::from_uuid(Uuid::from_u128(1)),
        slug: "ines-marchetti".into(),
        name: "Ines Marchetti".into(),
        place: "Faenza".into(),
        story: "One room behind a bakery.".into(),
        currency: Currency::EUR,
        commission_bps: 650,
        onboarding: OnboardingStatus::Complete,
        created_at: Timestamp::from_seconds(1_790_000_000),
    }
}

fn variant(number: u128, glaze: &str, minor: i64, available: i64) -> Variant {
    Variant {
        id: Id::from_uuid(Uuid::from_u128(number)),
        sku: String::new(),
        values: vec![glaze.into()],
        price: Money::new(minor, Currency::EUR),
        available,
    }
}

/// Three glazes: in stock, one left, sold out.
pub(crate) fn listing() -> Listing {
    Listing {
        id: Id::from_uuid(Uuid::from_u128(2)),
        slug: "everyday-mug-abc123".into(),
        status: ListingStatus::Active,
        title: "Everyday mug".into(),
        description: "Thrown in one go.".into(),
        category: Category::Clay,
        materials: vec!["Stoneware".into()],
        tags: vec![],
        options: vec!["Glaze".into()],
        variants: vec![
            variant(10, "Woad blue", 2600, 7),
            variant(11, "Oatmeal", 2800, 1),
            variant(12, "Iron", 2600, 0),
        ],
        attributes: api::attribute::Attributes::default(),
        questions: vec![],
        making: Making::default(),
        images: (0..2_u8)
            .map(|n| GalleryImage {
                hash: format!("{n}").repeat(64),
                alt: format!("View {n}"),
                width: 1600,
                height: 2000,
                tint: n,
            })
            .collect(),
        created_at: Timestamp::from_seconds(1_790_000_000),
        updated_at: Timestamp::from_seconds(1_790_000_000),
        version: 1,
    }
}
