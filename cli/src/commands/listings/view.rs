//! What people see of listings.

use api::attribute::Told;
use api::listing::{Listing, ListingStatus, ListingSummary, Variant};
use api::question::Question;

use crate::output::{Cell, Column, Grid, Tone, View};

/// The list.
pub(super) const ROWS: &[Column<ListingSummary>] = &[
    Column { title: "LISTING", cell: |row| Cell::new(row.handle()) },
    Column { title: "SKU", cell: |row| Cell::long(row.sku_label()) },
    Column { title: "TITLE", cell: |row| Cell::long(&row.title) },
    Column { title: "STATUS", cell: |row| status(row.status) },
    Column { title: "PRICE", cell: |row| Cell::number(row.price_label()) },
    Column { title: "STOCK", cell: pieces },
    Column { title: "PHOTOS", cell: |row| Cell::number(row.images).minor() },
    Column { title: "CHANGED", cell: |row| Cell::new(row.updated_at.day()).minor() },
];

/// What moved.
pub(super) const MOVED: &[Column<Listing>] = &[
    Column { title: "LISTING", cell: |row| Cell::new(row.id).minor() },
    Column { title: "TITLE", cell: |row| Cell::long(&row.title) },
    Column { title: "STATUS", cell: |row| status(row.status) },
];

/// One listing.
pub(super) fn listing(listing: &Listing) -> View {
    let mut variants = Grid::new(["SKU", "VARIANT", "PRICE", "STOCK"]);
    variants.rows = listing.variants.iter().map(variant).collect();
    View::default()
        .pairs([
            ("title", Cell::new(&listing.title)),
            ("status", status(listing.status)),
            ("id", Cell::new(listing.id)),
            ("page", Cell::new(format!("/listings/{}", listing.slug))),
            ("shelf", Cell::new(listing.category.title())),
            ("materials", Cell::new(listing.materials.join(", "))),
            ("tags", Cell::new(listing.tags.join(", "))),
            ("attributes", Cell::new(attributes(listing))),
            ("made", Cell::new(listing.making.words())),
            ("asks", Cell::new(asks(listing))),
            ("photos", Cell::new(listing.images.len())),
            ("changed", Cell::new(format!("{} UTC", listing.updated_at.minute()))),
        ])
        .grid(variants)
}

/// A line for each, those that do not fit the shelf last.
fn attributes(listing: &Listing) -> String {
    let told = listing.attributes.told(listing.category);
    told.iter().map(Told::words).collect::<Vec<_>>().join("\n")
}

fn asks(listing: &Listing) -> String {
    listing.questions.iter().map(Question::words).collect::<Vec<_>>().join("\n")
}

fn variant(variant: &Variant) -> Vec<Cell> {
    vec![
        Cell::long(&variant.sku),
        Cell::long(variant.values.join(", ")),
        Cell::number(variant.price),
        stock(variant.available),
    ]
}

fn status(status: ListingStatus) -> Cell {
    let (text, tone) = match status {
        ListingStatus::Draft => ("draft", Tone::Plain),
        ListingStatus::Active => ("active", Tone::Good),
        ListingStatus::Paused => ("paused", Tone::Warn),
        ListingStatus::SoldOut => ("sold out", Tone::Bad),
        ListingStatus::Archived => ("archived", Tone::Plain),
    };
    Cell::new(text).tone(tone)
}

fn pieces(row: &ListingSummary) -> Cell {
    if row.made_to_order { Cell::new("to order") } else { stock(row.available) }
}

fn stock(pieces: i64) -> Cell {
    let tone = match pieces {
        ..=0 => Tone::Bad,
        1..=2 => Tone::Warn,
        _ => Tone::Plain,
    };
    Cell::number(pieces).tone(tone)
}
