//! Shopify's product file: the classic columns of every export, and those of the template of 2024.
//!
//! One row per variant; rows of one product share a handle and stand together; what belongs to the
//! product stands on its first row only; some rows only add a picture.

use super::columns::{Name, Row};
use super::findings::Findings;
use super::product::{ImageRef, ImportDraft, Terms};
use super::{RowCode, Silence, category, html};
use crate::attribute::{Attribute, AttributeEdits};
use crate::listing::{Category, ListingDraft, VariantDraft};

/// What the dialect reads: classic headers, then those of the newer template in lower case.
pub(super) const COLUMNS: &[Name] = &[
    ("Handle", &["url handle"]),
    ("Title", &[]),
    ("Body (HTML)", &["body html", "body", "description"]),
    ("Product Category", &["standardized product type", "standard product type"]),
    ("Type", &["custom product type"]),
    ("Tags", &[]),
    ("Published", &["published on online store"]),
    ("Option1 Name", &[]),
    ("Option1 Value", &[]),
    ("Option2 Name", &[]),
    ("Option2 Value", &[]),
    ("Option3 Name", &[]),
    ("Option3 Value", &[]),
    ("Variant SKU", &["sku"]),
    ("Variant Inventory Tracker", &["inventory tracker"]),
    ("Variant Inventory Qty", &["inventory quantity"]),
    ("Variant Price", &["price"]),
    ("Image Src", &["product image url"]),
    ("Image Position", &[]),
    ("Image Alt Text", &[]),
    ("Variant Image", &["variant image url"]),
    ("Status", &[]),
];
/// Without these nothing can be read.
pub(super) const REQUIRED: &[&str] = &["Handle", "Title", "Variant Price"];

/// What a header of a metafield calls an attribute: `Color (product.metafields.shopify.color-pattern)`.
pub(super) fn attribute(header: &str) -> Option<&str> {
    header.split_once(" (product.metafields.").map(|(label, _)| label)
}

/// Which columns speak of what; nothing in this file speaks of materials.
const SPEAKING: &[(Silence, &[&str])] = &[
    (Silence::Description, &["Body (HTML)"]),
    (Silence::Category, &["Product Category", "Type"]),
    (Silence::Materials, &[]),
    (Silence::Tags, &["Tags"]),
    (Silence::Options, &["Option1 Value", "Option2 Value", "Option3 Value"]),
    (Silence::Sku, &["Variant SKU"]),
    (Silence::Stock, &["Variant Inventory Qty"]),
    (Silence::Publish, &["Published", "Status"]),
    (Silence::Alt, &["Image Alt Text"]),
];

const OPTIONS: [(&str, &str); 3] = [
    ("Option1 Name", "Option1 Value"),
    ("Option2 Name", "Option2 Value"),
    ("Option3 Name", "Option3 Value"),
];
/// A row with something here is a variant; others only add a picture.
const OF_VARIANTS: &[&str] = &["Option1 Value", "Variant Price", "Variant SKU"];

/// The handle, in lower case as Shopify compares it.
pub(super) fn key(row: &Row<'_>) -> String {
    row.line_of_text("Handle").to_lowercase()
}

/// Whether a row belongs to the product that `first` began.
pub(super) fn continues(first: &Row<'_>, row: &Row<'_>) -> bool {
    !first.cell("Handle").is_empty() && key(first) == key(row)
}

/// Reads one product.
pub(super) fn product(
    rows: &[Row<'_>],
    first: &Row<'_>,
    terms: Terms,
    findings: &mut Findings,
) -> ImportDraft {
    if key(first).is_empty() {
        let message =
            "the row has no handle, so it belongs to no product; give one, for example oat-mug";
        findings.errors.push(first.finding("Handle", RowCode::KeyMissing, message));
    }
    let of_variants: Vec<Row<'_>> = rows
        .iter()
        .enumerate()
        .filter(|(at, row)| *at == 0 || !row.lacks(OF_VARIANTS))
        .map(|(_, row)| *row)
        .collect();
    let (options, values) = options(&of_variants, first, findings);
    let variants: Vec<VariantDraft> = of_variants
        .iter()
        .zip(values)
        .map(|(row, values)| variant(row, values, terms, findings))
        .collect();
    let silent = first.columns.silent(SPEAKING);
    findings.variants(&of_variants, "Option1 Value", &variants, &silent);
    untracked(&of_variants, first, findings);
    let title = findings.title(first, "Title", first.line_of_text("Title"));
    let hints = [first.cell("Type"), first.cell("Product Category"), first.cell("Tags"), &title];
    let category = category::guess(hints);
    ImportDraft {
        line: first.record.line(),
        key: key(first),
        silent,
        publish: publish(first, findings),
        images: images(rows, first, findings),
        draft: ListingDraft {
            category,
            title,
            description: findings.description(
                first,
                "Body (HTML)",
                html::to_text(&first.text("Body (HTML)")),
            ),
            materials: Vec::new(),
            tags: findings.words(first, "Tags", first.list("Tags")),
            attributes: attributes(first, category, findings),
            options,
            variants,
            questions: None,
            making: None,
        },
        notes: Vec::new(),
    }
}

/// The option axes; `Title` with the only value `Default Title` means that there are none.
fn options(
    rows: &[Row<'_>],
    first: &Row<'_>,
    findings: &mut Findings,
) -> (Vec<String>, Vec<Vec<String>>) {
    let (name, value) = OPTIONS[0];
    let stands_for_none = first.cell(value).eq_ignore_ascii_case("Default Title")
        && (first.cell(name).is_empty() || first.cell(name).eq_ignore_ascii_case("Title"));
    if stands_for_none && rows.len() == 1 {
        return (Vec::new(), vec![Vec::new()]);
    }
    findings.options(rows, &OPTIONS)
}

/// Metafields that are attributes of the shelf; what another platform says there need not fit ours.
fn attributes(row: &Row<'_>, shelf: Category, findings: &mut Findings) -> AttributeEdits {
    let mut all = Findings::default();
    let mut edits = all.attributes(row);
    edits.retain(|key, _| Attribute::of(shelf).any(|it| it.key == key));
    findings.notes.extend(all.errors);
    edits
}

fn variant(
    row: &Row<'_>,
    values: Vec<String>,
    terms: Terms,
    findings: &mut Findings,
) -> VariantDraft {
    let counted = !row.cell("Variant Inventory Qty").is_empty();
    VariantDraft {
        sku: findings.sku(row, "Variant SKU"),
        values,
        price: findings.price(row, "Variant Price", terms),
        stock: if counted { findings.pieces(row, "Variant Inventory Qty") } else { 0 },
    }
}

/// One note for a product whose pieces Shopify does not count: we never make pieces up.
fn untracked(rows: &[Row<'_>], first: &Row<'_>, findings: &mut Findings) {
    let uncounted = |row: &&Row<'_>| {
        let pieces = row.cell("Variant Inventory Qty");
        let tracked = !first.columns.has("Variant Inventory Tracker")
            || !row.cell("Variant Inventory Tracker").is_empty();
        pieces.is_empty() || (pieces == "0" && !tracked)
    };
    if let Some(row) = rows.iter().find(uncounted) {
        let message = if first.columns.has("Variant Inventory Qty") {
            "the file does not count these pieces, so there are 0; set the stock before you sell"
        } else {
            "the file has no column of pieces: a new listing has 0, others keep what they have"
        };
        findings.notes.push(row.finding("Variant Inventory Qty", RowCode::StockUntracked, message));
    }
}

/// For sale when the status is active, or absent, and it is not kept off the online store.
fn publish(row: &Row<'_>, findings: &mut Findings) -> bool {
    let status = row.cell("Status").to_lowercase();
    let published = row.cell("Published").to_lowercase();
    if status == "archived" {
        let message = "the product is archived on Shopify, so it stays a draft here";
        findings.notes.push(row.finding("Status", RowCode::StatusArchived, message));
    }
    match status.as_str() {
        "active" => published != "false",
        "" => published == "true",
        _ => false,
    }
}

/// The pictures of every row, then those that only a variant has.
fn images(rows: &[Row<'_>], first: &Row<'_>, findings: &mut Findings) -> Vec<ImageRef> {
    let mut images = Vec::new();
    for row in rows.iter().filter(|row| !row.cell("Image Src").is_empty()) {
        images.push(ImageRef {
            position: position(row, findings),
            alt: row.line_of_text("Image Alt Text"),
            ..row.image("Image Src")
        });
    }
    let of_variants = rows.iter().filter(|row| !row.cell("Variant Image").is_empty());
    images.extend(of_variants.map(|row| row.image("Variant Image")));
    findings.images(first, "Image Src", images)
}

fn position(row: &Row<'_>, findings: &mut Findings) -> Option<u32> {
    let text = row.cell("Image Position");
    let position = text.parse().ok();
    if position.is_none() && !text.is_empty() {
        let message = format!("“{text}” is not a position; use 1, 2, 3 … or leave it empty");
        findings.errors.push(row.finding("Image Position", RowCode::ImagePosition, message));
    }
    position
}
