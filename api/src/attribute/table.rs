//! The attributes of the market, and which shelves have them. Whoever adds one adds a line here;
//! nothing else knows them by name.

use super::{Attribute, AttributeKind};
use crate::listing::Category::{self, Clay, Glass, Leather, Metal, Paper, Textiles, Wax, Wood};

/// Longest side of a piece in millimetres.
const LONGEST: i64 = 20_000;
/// Largest vessel in millilitres.
const LARGEST: i64 = 100_000;
/// With more than three a piece is multicoloured.
const COLOUR: AttributeKind = AttributeKind::Choice {
    choices: &[
        "white",
        "cream",
        "grey",
        "black",
        "brown",
        "red",
        "orange",
        "yellow",
        "green",
        "blue",
        "purple",
        "pink",
        "gold",
        "silver",
        "clear",
        "multicoloured",
    ],
    most: 3,
};

const fn one_of(choices: &'static [&'static str]) -> AttributeKind {
    AttributeKind::Choice { choices, most: 1 }
}

const fn number(unit: &'static str, most: i64) -> AttributeKind {
    AttributeKind::Number { unit, most }
}

/// One that shoppers only read.
const fn fact(
    key: &'static str,
    label: &'static str,
    shelves: &'static [Category],
    kind: AttributeKind,
) -> Attribute {
    Attribute { key, label, also: &[], kind, shelves, facet: false, axis: false }
}

/// One that lists can be narrowed by, too.
const fn facet(
    key: &'static str,
    label: &'static str,
    shelves: &'static [Category],
    kind: AttributeKind,
) -> Attribute {
    Attribute { facet: true, ..fact(key, label, shelves, kind) }
}

/// One that may tell the variants of a listing apart, too.
const fn axis(
    key: &'static str,
    label: &'static str,
    shelves: &'static [Category],
    kind: AttributeKind,
) -> Attribute {
    Attribute { axis: true, ..facet(key, label, shelves, kind) }
}

/// All of them, in the order in which people read them.
pub(super) static TABLE: &[Attribute] = &[
    Attribute {
        also: &["color", "colors", "colours"],
        ..axis("colour", "Colour", Category::ALL, COLOUR)
    },
    facet("forming", "Forming", &[Clay], one_of(&["thrown", "hand-built", "slip-cast", "pressed"])),
    axis(
        "glaze",
        "Glaze",
        &[Clay],
        one_of(&["matt", "satin", "glossy", "crackle", "salt", "unglazed"]),
    ),
    facet("finish", "Finish", &[Wood], one_of(&["oiled", "waxed", "lacquered", "painted", "raw"])),
    facet(
        "technique",
        "Technique",
        &[Textiles],
        one_of(&["woven", "knitted", "crocheted", "felted", "sewn", "embroidered", "printed"]),
    ),
    axis("size", "Size", &[Textiles], one_of(&["XS", "S", "M", "L", "XL", "XXL", "one size"])),
    fact(
        "washing",
        "Washing",
        &[Textiles],
        one_of(&["by hand", "at 30 °C", "at 40 °C", "at 60 °C", "dry cleaning", "not at all"]),
    ),
    axis(
        "scent",
        "Scent",
        &[Wax],
        one_of(&["none", "honey", "floral", "citrus", "herbal", "spicy", "woody", "sweet"]),
    ),
    fact("burning-time", "Burning time", &[Wax], number("hours", 1_000)),
    facet(
        "surface",
        "Surface",
        &[Metal],
        one_of(&["polished", "brushed", "hammered", "blackened"]),
    ),
    axis(
        "ring-size",
        "Ring size",
        &[Metal],
        one_of(&["48", "50", "52", "54", "56", "58", "60", "62", "64", "66", "68", "adjustable"]),
    ),
    fact("hallmark", "Hallmark", &[Metal], AttributeKind::Text { longest: 40 }),
    facet(
        "glasswork",
        "Glasswork",
        &[Glass],
        one_of(&["blown", "fused", "lampworked", "cut", "stained"]),
    ),
    axis("format", "Format", &[Paper], one_of(&["A3", "A4", "A5", "A6", "square"])),
    axis("ruling", "Ruling", &[Paper], one_of(&["plain", "lined", "dotted", "squared"])),
    fact("pages", "Pages", &[Paper], number("pages", 2_000)),
    facet("tanning", "Tanning", &[Leather], one_of(&["vegetable", "chrome", "oil"])),
    facet("food-safe", "Food safe", &[Clay, Wood, Metal, Glass], AttributeKind::YesNo),
    facet("dishwasher", "Dishwasher safe", &[Clay, Glass], AttributeKind::YesNo),
    facet("microwave", "Microwave safe", &[Clay], AttributeKind::YesNo),
    fact("capacity", "Capacity", &[Clay, Wood, Glass], number("ml", LARGEST)),
    fact("height", "Height", Category::ALL, number("mm", LONGEST)),
    fact("width", "Width", Category::ALL, number("mm", LONGEST)),
    fact("length", "Length", Category::ALL, number("mm", LONGEST)),
];
