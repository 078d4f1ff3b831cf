//! Stallwright's own columns: one row per variant, rows with the same key are one listing.
//!
//! What belongs to the listing stands on its first row; later rows repeat it or leave it empty.

use super::columns::{Name, Row};
use super::findings::Findings;
use super::product::{ImageRef, ImportDraft, Terms};
use super::{RowCode, RowError, Silence, category};
use crate::listing::{Category, ListingDraft, VariantDraft};
use crate::making::{Making, MakingError, ToOrder};

/// An example file, as `stall import template` prints it.
pub const TEMPLATE: &str = "\
key,title,description,category,materials,tags,attribute:colour,attribute:capacity,option1_name,option1_value,option2_name,option2_value,\
option3_name,option3_value,sku,price,stock,made_in_days,weekly,image1,alt1,image2,alt2,image3,alt3,image4,alt4,publish
oat-mug,Oat mug,\"Thrown in stoneware and glazed like porridge.\n\nHolds 350 ml.\",clay,stoneware,\"mug, breakfast\",cream,350,\
Glaze,Oat,,,,,MUG-OAT,28.00,6,,,oat-mug-1.jpg,A cream mug on a wooden table,oat-mug-2.jpg,The same mug from above,,,,,yes
oat-mug,,,,,,,,,Sea,,,,,MUG-SEA,28.00,4,,,,,,,,,,,
walnut-board,Walnut board,\"For bread, 40 by 22 cm.\",wood,\"walnut, linseed oil\",kitchen,brown,,\
,,,,,,BRD-WAL,64.00,0,10..14,3,walnut-board.jpg,A dark board with a live edge,,,,,,,no
";

/// What the dialect reads.
pub(super) const COLUMNS: &[Name] = &[
    ("key", &[]),
    ("title", &[]),
    ("description", &[]),
    ("category", &[]),
    ("materials", &[]),
    ("tags", &[]),
    ("option1_name", &[]),
    ("option1_value", &[]),
    ("option2_name", &[]),
    ("option2_value", &[]),
    ("option3_name", &[]),
    ("option3_value", &[]),
    ("sku", &[]),
    ("price", &[]),
    ("stock", &[]),
    ("made_in_days", &[]),
    ("weekly", &[]),
    ("image1", &[]),
    ("alt1", &[]),
    ("image2", &[]),
    ("alt2", &[]),
    ("image3", &[]),
    ("alt3", &[]),
    ("image4", &[]),
    ("alt4", &[]),
    ("publish", &[]),
];
/// Without these nothing can be read.
pub(super) const REQUIRED: &[&str] = &["title", "price", "stock"];

/// What a header calls an attribute: `attribute:Glaze`.
pub(super) fn attribute(header: &str) -> Option<&str> {
    let (prefix, name) = header.split_once(':')?;
    prefix.trim().eq_ignore_ascii_case("attribute").then_some(name)
}

/// Which columns speak of what.
const SPEAKING: &[(Silence, &[&str])] = &[
    (Silence::Description, &["description"]),
    (Silence::Category, &["category"]),
    (Silence::Materials, &["materials"]),
    (Silence::Tags, &["tags"]),
    (Silence::Options, &["option1_value", "option2_value", "option3_value"]),
    (Silence::Sku, &["sku"]),
    (Silence::Weekly, &["weekly"]),
    (Silence::Publish, &["publish"]),
    (Silence::Alt, &["alt1", "alt2", "alt3", "alt4"]),
];

const OPTIONS: [(&str, &str); 3] = [
    ("option1_name", "option1_value"),
    ("option2_name", "option2_value"),
    ("option3_name", "option3_value"),
];
const IMAGES: [(&str, &str); 4] =
    [("image1", "alt1"), ("image2", "alt2"), ("image3", "alt3"), ("image4", "alt4")];

/// The key; where there is none the SKU, else the title.
pub(super) fn key(row: &Row<'_>) -> String {
    let cells = ["key", "sku", "title"].map(|name| row.line_of_text(name));
    cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default()
}

/// Whether a row belongs to the listing that `first` began.
pub(super) fn continues(first: &Row<'_>, row: &Row<'_>) -> bool {
    !first.cell("key").is_empty() && first.cell("key") == row.cell("key")
}

/// Reads one listing.
pub(super) fn product(
    rows: &[Row<'_>],
    first: &Row<'_>,
    terms: Terms,
    findings: &mut Findings,
) -> ImportDraft {
    contradictions(rows, first, findings);
    let (options, values) = findings.options(rows, &OPTIONS);
    let variants: Vec<VariantDraft> = rows
        .iter()
        .zip(values)
        .map(|(row, values)| variant(row, values, terms, findings))
        .collect();
    let silent = first.columns.silent(SPEAKING);
    findings.variants(rows, "option1_value", &variants, &silent);
    let title = findings.title(first, "title", first.line_of_text("title"));
    let category = category(first, &title, findings);
    let images = IMAGES.iter().filter_map(|(source, alt)| image(first, source, alt)).collect();
    ImportDraft {
        line: first.record.line(),
        key: key(first),
        silent,
        publish: publish(first, findings),
        images: findings.images(first, "image1", images),
        draft: ListingDraft {
            title,
            description: findings.description(first, "description", first.text("description")),
            category,
            materials: findings.words(first, "materials", first.list("materials")),
            tags: findings.words(first, "tags", first.list("tags")),
            attributes: findings.attributes(first),
            options,
            variants,
            questions: None,
            making: making(first, findings),
        },
        notes: Vec::new(),
    }
}

fn variant(
    row: &Row<'_>,
    values: Vec<String>,
    terms: Terms,
    findings: &mut Findings,
) -> VariantDraft {
    let price = findings.price(row, "price", terms);
    let stock = if row.cell("stock").is_empty() {
        let message = "give the number of pieces that can be sold, 0 if there is none";
        findings.errors.push(row.finding("stock", RowCode::StockMissing, message));
        0
    } else {
        findings.pieces(row, "stock")
    };
    VariantDraft { sku: findings.sku(row, "sku"), values, price, stock }
}

/// How it is made: `14` or `10..14` days, or from stock where the cell is empty; nothing where the
/// file has no such column.
fn making(row: &Row<'_>, findings: &mut Findings) -> Option<Making> {
    let (days, weekly) = (row.cell("made_in_days"), row.cell("weekly"));
    let mut refuse = |name, error: String| {
        findings.errors.push(row.finding(name, RowCode::MakingUnknown, error));
    };
    if days.is_empty() {
        if !weekly.is_empty() {
            refuse("weekly", "say in made_in_days how long one takes to make".to_owned());
        }
        return row.columns.has("made_in_days").then(Making::default);
    }
    match ToOrder::read(days, Some(weekly).filter(|weekly| !weekly.is_empty())) {
        Ok(terms) => Some(Making::ToOrder(terms)),
        Err(error) => {
            let name = if error == MakingError::Weekly { "weekly" } else { "made_in_days" };
            refuse(name, error.to_string());
            None
        }
    }
}

fn image(row: &Row<'_>, name: &str, alt: &str) -> Option<ImageRef> {
    (!row.cell(name).is_empty()).then(|| ImageRef { alt: row.line_of_text(alt), ..row.image(name) })
}

/// The named shelf, or a guess from materials, tags and title.
fn category(row: &Row<'_>, title: &str, findings: &mut Findings) -> Category {
    let named = row.cell("category");
    if named.is_empty() {
        return category::guess([row.cell("materials"), row.cell("tags"), title]);
    }
    let known = Category::ALL.iter().find(|shelf| {
        named.eq_ignore_ascii_case(shelf.as_str()) || named.eq_ignore_ascii_case(shelf.title())
    });
    known.copied().unwrap_or_else(|| {
        let shelves: Vec<&str> = Category::ALL.iter().map(|shelf| shelf.as_str()).collect();
        let message = format!("“{named}” is not a category; use one of {}", shelves.join(", "));
        findings.errors.push(row.finding("category", RowCode::CategoryUnknown, message));
        Category::Other
    })
}

fn publish(row: &Row<'_>, findings: &mut Findings) -> bool {
    match row.cell("publish").to_lowercase().as_str() {
        "yes" | "true" | "1" | "y" | "x" => true,
        "" | "no" | "false" | "0" | "n" => false,
        other => {
            let message = format!("“{other}” is neither yes nor no");
            findings.errors.push(row.finding("publish", RowCode::PublishUnknown, message));
            false
        }
    }
}

/// Later rows must not say anything else about the listing than its first row.
fn contradictions(rows: &[Row<'_>], first: &Row<'_>, findings: &mut Findings) {
    let of_variants =
        ["key", "option1_value", "option2_value", "option3_value", "sku", "price", "stock"];
    let line = first.record.line();
    let message = || format!("line {line} says something else; leave this cell empty");
    for row in rows.iter().filter(|row| row.record.line() != line) {
        for (name, _) in COLUMNS.iter().filter(|(name, _)| !of_variants.contains(name)) {
            if !row.cell(name).is_empty() && row.cell(name) != first.cell(name) {
                findings.errors.push(row.finding(name, RowCode::FieldContradicts, message()));
            }
        }
        for ((_, header, cell), (.., said)) in row.attributes().zip(first.attributes()) {
            if !cell.is_empty() && cell != said {
                let line = row.record.line();
                let error = RowError::new(line, header, RowCode::FieldContradicts, message());
                findings.errors.push(error);
            }
        }
    }
}
