//! A shelf out of the words that other platforms have for goods.

use crate::listing::Category;

/// Beginnings of words, in lower case, that speak for a shelf. A word of the text counts when it
/// begins with one of them, so plurals and compounds are met as well.
const WORDS: &[(Category, &[&str])] = &[
    (
        Category::Clay,
        &[
            "ceramic",
            "pottery",
            "porcelain",
            "stoneware",
            "earthenware",
            "terracotta",
            "clay",
            "mug",
            "keramik",
            "steingut",
            "töpfer",
            "céramique",
            "ceramica",
            "raku",
        ],
    ),
    (Category::Leather, &["leather", "suede", "leder", "cuir", "cuoio"]),
    (
        Category::Wax,
        &["candle", "wax", "beeswax", "soy wax", "kerze", "bougie", "candela", "tealight"],
    ),
    (Category::Glass, &["glass", "stained-glass", "glas", "verre", "vetro"]),
    (
        Category::Textiles,
        &[
            "wool",
            "linen",
            "cotton",
            "silk",
            "yarn",
            "knit",
            "crochet",
            "woven",
            "weav",
            "textile",
            "fabric",
            "scarf",
            "scarves",
            "shawl",
            "blanket",
            "throw",
            "cushion",
            "quilt",
            "felt",
            "sweater",
            "mitten",
            "sock",
            "embroider",
            "macrame",
            "macramé",
            "cloth",
            "apparel",
            "wolle",
            "leinen",
            "baumwoll",
            "strick",
            "laine",
            "lana",
        ],
    ),
    (
        Category::Paper,
        &[
            "paper",
            "notebook",
            "journal",
            "print",
            "card",
            "stationery",
            "bookbind",
            "origami",
            "calligraphy",
            "letterpress",
            "papier",
            "carta",
        ],
    ),
    (
        Category::Metal,
        &[
            "metal",
            "silver",
            "gold",
            "brass",
            "copper",
            "bronze",
            "iron",
            "steel",
            "pewter",
            "jewel",
            "jewellery",
            "ring",
            "earring",
            "necklace",
            "bracelet",
            "brooch",
            "forged",
            "silber",
            "messing",
            "schmuck",
            "ohrring",
            "bijou",
        ],
    ),
    (
        Category::Wood,
        &[
            "wood",
            "oak",
            "walnut",
            "maple",
            "birch",
            "beech",
            "cherrywood",
            "olivewood",
            "timber",
            "turned",
            "carved",
            "cutting board",
            "holz",
            "eiche",
            "bois",
            "legno",
        ],
    ),
];

/// The shelf that the first of these texts speaks for; `Other` when none does.
///
/// Give the most telling text first: a type before tags before the title.
pub(super) fn guess<'a>(texts: impl IntoIterator<Item = &'a str>) -> Category {
    texts.into_iter().find_map(of_text).unwrap_or(Category::Other)
}

/// The shelf whose words come up most often; the earlier shelf of the table when two tie.
fn of_text(text: &str) -> Option<Category> {
    let lower = text.to_lowercase();
    if let Some(exact) = Category::ALL.iter().find(|shelf| {
        **shelf != Category::Other
            && (lower == shelf.as_str() || lower == shelf.title().to_lowercase())
    }) {
        return Some(*exact);
    }
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let score = |stems: &[&str]| {
        words.iter().filter(|word| stems.iter().any(|stem| meets(word, stem))).count()
    };
    let mut best = (0, None);
    for (shelf, stems) in WORDS {
        let score = score(stems);
        if score > best.0 {
            best = (score, Some(*shelf));
        }
    }
    best.1
}

/// Short stems must be the whole word or its plural, so that “ring” is not met in “ringspun”.
fn meets(word: &str, stem: &str) -> bool {
    match word.strip_prefix(stem) {
        Some("" | "s" | "es") => true,
        Some(_) => stem.chars().count() >= 5,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_taxonomies_of_other_platforms_find_a_shelf() {
        for (text, shelf) in [
            ("Home & Garden > Kitchen & Dining > Tableware > Drinkware > Mugs", Category::Clay),
            ("Apparel & Accessories > Jewelry > Earrings", Category::Metal),
            ("Clothing > Scarves & Shawls", Category::Textiles),
            ("Soy candles", Category::Wax),
            ("wood", Category::Wood),
            ("Wool & linen", Category::Textiles),
            ("Notebooks", Category::Paper),
            ("Ledertasche", Category::Leather),
            ("Ringspun", Category::Other),
            ("", Category::Other),
        ] {
            assert_eq!(guess([text]), shelf, "{text}");
        }
    }

    #[test]
    fn the_first_telling_text_wins() {
        assert_eq!(guess(["Decoration", "walnut, oil", "ceramic"]), Category::Wood);
    }
}
