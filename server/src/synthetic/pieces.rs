//! Pieces of the catalogue: titles and texts of a vocabulary in which few words are common and many
//! are rare, as in what people write, and prices that are mostly low.

use api::attribute::{Attribute, AttributeEdits, AttributeKind, AttributeValue};
use api::listing::{Category, GalleryEntry, ListingDraft, VariantDraft};
use api::making::{Making, ToOrder};
use api::{Currency, Money};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::web::page::sentence;

const MADE: [&str; 24] = [
    "thrown",
    "turned",
    "woven",
    "carved",
    "forged",
    "blown",
    "stitched",
    "dipped",
    "glazed",
    "dyed",
    "hammered",
    "cut",
    "spun",
    "folded",
    "bound",
    "printed",
    "knitted",
    "burnished",
    "etched",
    "braided",
    "gilded",
    "smoked",
    "waxed",
    "inlaid",
];
const LOOKS: [&str; 32] = [
    "blue", "grey", "white", "green", "ochre", "speckled", "plain", "small", "large", "tall",
    "low", "round", "oval", "square", "striped", "dotted", "dark", "pale", "rough", "smooth",
    "crackled", "matte", "honey", "rust", "indigo", "moss", "chalk", "slate", "amber", "plum",
    "sand", "soot",
];
const THINGS: [&str; 40] = [
    "bowl", "mug", "cup", "plate", "vase", "jug", "spoon", "board", "box", "stool", "scarf",
    "throw", "cushion", "bag", "candle", "ring", "brooch", "knife", "hook", "lamp", "bottle",
    "tumbler", "notebook", "card", "print", "belt", "wallet", "strap", "basket", "tray", "dish",
    "teapot", "ladle", "coaster", "frame", "clock", "mirror", "bell", "pendant", "rug",
];
const MATERIALS: [(&str, Category); 18] = [
    ("stoneware", Category::Clay),
    ("porcelain", Category::Clay),
    ("earthenware", Category::Clay),
    ("oak", Category::Wood),
    ("walnut", Category::Wood),
    ("ash", Category::Wood),
    ("wool", Category::Textiles),
    ("linen", Category::Textiles),
    ("silk", Category::Textiles),
    ("beeswax", Category::Wax),
    ("brass", Category::Metal),
    ("silver", Category::Metal),
    ("iron", Category::Metal),
    ("glass", Category::Glass),
    ("cotton paper", Category::Paper),
    ("calfskin", Category::Leather),
    ("willow", Category::Other),
    ("horn", Category::Other),
];
const SYLLABLES: [&str; 20] = [
    "an", "bel", "cor", "del", "es", "fin", "gal", "hor", "il", "jun", "kal", "lor", "mar", "nes",
    "ol", "per", "quin", "ros", "sil", "tor",
];
const SIZES: [&str; 3] = ["small", "medium", "large"];
/// Words of a description.
const WORDS: std::ops::Range<usize> = 30..90;

/// A piece by its number, with some of these pictures.
pub(super) fn piece(
    seed: u64,
    number: u64,
    currency: Currency,
    gallery: &[GalleryEntry],
) -> (ListingDraft, Vec<GalleryEntry>) {
    let mut chance = StdRng::seed_from_u64(seed.rotate_left(32) ^ number);
    let (material, category) = *often(&mut chance, &MATERIALS);
    let (made, look) = (often(&mut chance, &MADE), often(&mut chance, &LOOKS));
    let thing = often(&mut chance, &THINGS);
    let title = format!("{} {made} {thing} in {material}, {}", sentence(look), name(&mut chance));
    let making = chance.random_bool(0.1).then(|| {
        let from = chance.random_range(3..15);
        Making::ToOrder(ToOrder { from, to: from + chance.random_range(1..20), weekly: None })
    });
    let sizes = if chance.random_bool(0.3) { SIZES.as_slice() } else { &[] };
    let variants = variants(&mut chance, number, currency, sizes);
    let attributes = attributes(&mut chance, category);
    let draft = ListingDraft {
        title,
        description: description(&mut chance, thing, material),
        category,
        materials: vec![material.to_owned()],
        tags: vec![(*look).to_owned(), (*made).to_owned()],
        attributes,
        options: sizes.first().map(|_| "Size".to_owned()).into_iter().collect(),
        variants,
        questions: None,
        making,
    };
    let pictures = chance.random_range(1..=4).min(gallery.len());
    let first = chance.random_range(0..gallery.len().max(1));
    let pictures = gallery.iter().cycle().skip(first).take(pictures).cloned().collect();
    (draft, pictures)
}

/// A value for most attributes of a shelf that lists can be narrowed by.
fn attributes(chance: &mut StdRng, shelf: Category) -> AttributeEdits {
    let mut said = AttributeEdits::new();
    for attribute in Attribute::of(shelf).filter(|it| it.facet) {
        let value = match attribute.kind {
            AttributeKind::Choice { choices, .. } => {
                AttributeValue::Text((*often(chance, choices)).to_owned())
            }
            _ => AttributeValue::YesNo(chance.random_bool(0.5)),
        };
        if chance.random_bool(0.8) {
            said.insert(attribute.key.to_owned(), Some(value));
        }
    }
    said
}

/// One variant, or one of each size: every tenth sold out, each size a quarter dearer than the one
/// before.
fn variants(
    chance: &mut StdRng,
    number: u64,
    currency: Currency,
    sizes: &[&str],
) -> Vec<VariantDraft> {
    let units = (0..3).map(|_| chance.random_range(5..300)).min().unwrap_or(5);
    let price = units * 100;
    let mut variant = |place: i64, size: Option<&&str>| VariantDraft {
        sku: format!("P{number}-{place}"),
        values: size.map(|size| (*size).to_owned()).into_iter().collect(),
        price: Money::new(price + price * place / 4, currency),
        stock: if chance.random_bool(0.1) { 0 } else { chance.random_range(1..10) },
    };
    if sizes.is_empty() {
        return vec![variant(0, None)];
    }
    (0..).zip(sizes).map(|(place, size)| variant(place, Some(size))).collect()
}

fn description(chance: &mut StdRng, thing: &str, material: &str) -> String {
    let mut text = format!("A {thing} of {material}, made by one pair of hands.");
    let mut rest = chance.random_range(WORDS);
    while rest > 0 {
        let words = rest.min(chance.random_range(5..14));
        rest -= words;
        let words: Vec<String> = (0..words).map(|_| word(chance)).collect();
        text.push(' ');
        text.push_str(&sentence(&words.join(" ")));
        text.push('.');
    }
    text
}

/// A word of the trade, or now and then one that hardly anybody else uses.
fn word(chance: &mut StdRng) -> String {
    let common = [LOOKS.as_slice(), &MADE, &THINGS];
    if chance.random_bool(0.15) {
        return name(chance).to_lowercase();
    }
    let list = common[chance.random_range(0..common.len())];
    (*often(chance, list)).to_owned()
}

/// One of some thousand names.
fn name(chance: &mut StdRng) -> String {
    let syllables: String = (0..3).map(|_| *often(chance, &SYLLABLES)).collect();
    sentence(&syllables)
}

/// One of them, the first ones more often.
fn often<'a, T>(chance: &mut StdRng, list: &'a [T]) -> &'a T {
    let place = chance.random_range(0..list.len());
    &list[place.min(chance.random_range(0..list.len()))]
}
