//! What the demo market is made of: `server/demo/catalogue.toml` and the photographs beside it,
//! both inside the binary.

use std::collections::BTreeMap;

use api::attribute::Attributes;
use api::listing::Category;
use api::making::Making;
use api::profile::ProfileEdit;
use api::question::AnswerKind;
use api::shop_profile::{Policies, Seller};
use bytes::Bytes;
use include_dir::{Dir, include_dir};
use serde::Deserialize;

static TEXT: &str = include_str!("../../demo/catalogue.toml");
static PHOTOS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/demo/photos");

/// The whole demo market.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalogue {
    pub(super) shops: Vec<Stall>,
    pub(super) shoppers: Vec<Shopper>,
    /// What each photograph shows, by its name.
    pub(super) photos: BTreeMap<String, String>,
    /// In the order in which they are published.
    pub(super) listings: Vec<Piece>,
    pub(super) story: Vec<Step>,
}

/// A shop and its artisan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stall {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) story: String,
    pub(super) owner: String,
    pub(super) email: String,
    /// What others see of the artisan.
    #[serde(default)]
    pub(super) profile: ProfileEdit,
    /// A wide photograph above the shop's page.
    pub(super) banner: String,
    /// The artisan, on the shop's page and on her own.
    pub(super) portrait: Option<String>,
    /// How things are made.
    #[serde(default)]
    pub(super) process: Vec<String>,
    pub(super) policies: Policies,
    /// Private sellers say nothing.
    #[serde(default)]
    pub(super) seller: Seller,
    pub(super) holiday: Option<Away>,
}

/// A holiday that is planned.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Away {
    /// Days until it begins.
    pub(super) in_days: u32,
    /// Days that it takes.
    pub(super) days: u32,
}

/// Somebody who buys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shopper {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) email: String,
    /// Whether there is an account; others buy as guests.
    #[serde(default)]
    pub(super) account: bool,
    /// What others see of whoever has an account.
    #[serde(default)]
    pub(super) profile: ProfileEdit,
    pub(super) line1: String,
    pub(super) postal_code: String,
    pub(super) city: String,
    pub(super) country: String,
}

/// A listing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Piece {
    pub(super) key: String,
    pub(super) shop: String,
    pub(super) title: String,
    pub(super) category: Category,
    pub(super) materials: Vec<String>,
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) attributes: Attributes,
    pub(super) photos: Vec<String>,
    pub(super) description: String,
    pub(super) option: Option<String>,
    pub(super) variants: Vec<Choice>,
    #[serde(default)]
    pub(super) questions: Vec<Wish>,
    pub(super) making: Option<Making>,
}

/// What whoever orders a piece is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    pub(super) label: String,
    pub(super) answer: AnswerKind,
    pub(super) surcharge: Option<String>,
}

/// A variant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    pub(super) value: Option<String>,
    pub(super) price: String,
    pub(super) stock: i64,
    pub(super) sku: String,
}

/// Something that happens in the week of trade.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Step {
    /// Time passes.
    Wait { hours: u64 },
    /// Somebody fills a cart and goes to the payment page.
    Buy(Buy),
    /// An artisan hands a parcel to a carrier.
    Ship(Ship),
}

/// A purchase.
#[derive(Deserialize)]
pub(super) struct Buy {
    pub(super) key: String,
    pub(super) by: String,
    /// Whether it is paid, or left at the payment page.
    pub(super) pays: bool,
    /// To every shop in it; may be empty.
    #[serde(default)]
    pub(super) note: String,
    pub(super) lines: Vec<Line>,
}

/// A line of a purchase.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) sku: String,
    pub(super) quantity: i64,
}

/// A parcel.
#[derive(Deserialize)]
pub(super) struct Ship {
    pub(super) purchase: String,
    pub(super) shop: String,
    pub(super) tracking: String,
}

/// Reads the catalogue that this binary carries.
pub(super) fn read() -> anyhow::Result<Catalogue> {
    Ok(toml::from_str(TEXT)?)
}

/// The JPEG of a photograph.
pub(super) fn photograph(name: &str) -> anyhow::Result<Bytes> {
    let file = PHOTOS.get_file(format!("{name}.jpg"));
    let file = file.ok_or_else(|| anyhow::anyhow!("there is no photograph {name}"))?;
    Ok(Bytes::from_static(file.contents()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_piece_has_two_to_four_photographs_that_are_there_and_described() {
        let catalogue = read().unwrap();
        for piece in &catalogue.listings {
            assert!((2..=4).contains(&piece.photos.len()), "{}", piece.key);
            for name in &piece.photos {
                assert!(photograph(name).is_ok(), "{name}");
                assert!(catalogue.photos.contains_key(name), "{name} is not described");
            }
        }
        let of_shop = |stall: &'_ Stall| {
            let signs = std::iter::once(stall.banner.clone()).chain(stall.portrait.clone());
            signs.chain(stall.process.clone()).collect::<Vec<_>>()
        };
        let signs: Vec<String> = catalogue.shops.iter().flat_map(of_shop).collect();
        for name in &signs {
            assert!(photograph(name).is_ok(), "{name}");
            assert!(catalogue.photos.contains_key(name), "{name} is not described");
        }
        let shown: BTreeSet<_> =
            catalogue.listings.iter().flat_map(|piece| &piece.photos).chain(&signs).collect();
        assert_eq!(shown.len(), PHOTOS.files().count(), "a photograph that nobody shows");
    }

    #[test]
    fn names_are_unique_so_that_the_story_means_one_thing() {
        let catalogue = read().unwrap();
        let choices = catalogue.listings.iter().flat_map(|piece| &piece.variants);
        let skus: Vec<_> = choices.map(|choice| &choice.sku).collect();
        assert_eq!(skus.iter().collect::<BTreeSet<_>>().len(), skus.len());
        let bought = catalogue.story.iter().filter_map(|step| match step {
            Step::Buy(buy) => Some(buy),
            _ => None,
        });
        for buy in bought {
            assert!(catalogue.shoppers.iter().any(|shopper| shopper.key == buy.by), "{}", buy.by);
            assert!(buy.lines.iter().all(|line| skus.contains(&&line.sku)), "{}", buy.key);
        }
    }
}
