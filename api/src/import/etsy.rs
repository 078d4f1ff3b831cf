//! Etsy's listing download, “Currently for Sale Listings”.
//!
//! Headers follow the seller's language, so columns are known by position: 24, or 27 with a third
//! variation. The file has one price and one stock for all variants of a listing. We give every
//! variant that price, spread the stock evenly so that its sum stays what the file says, and leave
//! the listing a draft until a person has looked.

use super::columns::{Columns, Row};
use super::findings::Findings;
use super::product::{ImageRef, ImportDraft, Terms};
use super::{Record, RowCode, RowError, Silence, category, html};
use crate::attribute::AttributeEdits;
use crate::listing::{ListingDraft, VariantDraft};
use crate::{Currency, Money, limits};

/// The columns of a file with three variations; the third is absent from files with two.
const COLUMNS: [&str; 27] = [
    "TITLE",
    "DESCRIPTION",
    "PRICE",
    "CURRENCY_CODE",
    "QUANTITY",
    "TAGS",
    "MATERIALS",
    "IMAGE1",
    "IMAGE2",
    "IMAGE3",
    "IMAGE4",
    "IMAGE5",
    "IMAGE6",
    "IMAGE7",
    "IMAGE8",
    "IMAGE9",
    "IMAGE10",
    "VARIATION 1 TYPE",
    "VARIATION 1 NAME",
    "VARIATION 1 VALUES",
    "VARIATION 2 TYPE",
    "VARIATION 2 NAME",
    "VARIATION 2 VALUES",
    "VARIATION 3 TYPE",
    "VARIATION 3 NAME",
    "VARIATION 3 VALUES",
    "SKU",
];
/// Named when a file that is said to be Etsy's has another shape.
pub(super) const REQUIRED: &[&str] = &["TITLE", "PRICE", "CURRENCY_CODE", "QUANTITY"];
const IMAGES: std::ops::Range<usize> = 7..17;
const VARIATIONS: [(&str, &str, &str); 3] = [
    ("VARIATION 1 TYPE", "VARIATION 1 NAME", "VARIATION 1 VALUES"),
    ("VARIATION 2 TYPE", "VARIATION 2 NAME", "VARIATION 2 VALUES"),
    ("VARIATION 3 TYPE", "VARIATION 3 NAME", "VARIATION 3 VALUES"),
];
const CURRENCY_AT: usize = 3;
/// Rows that are looked at to recognise the file.
const LOOKED_AT: usize = 20;

/// Columns by position; `None` when the number of columns is not Etsy's.
pub(super) fn columns(headers: &[String]) -> Option<Columns> {
    let theirs = headers.iter().filter(|header| !super::columns::is_ours(header)).count();
    let without_third: Vec<&'static str> =
        COLUMNS.iter().copied().filter(|name| !name.starts_with("VARIATION 3")).collect();
    match theirs {
        24 => Some(Columns::by_position(headers, &without_third)),
        27 => Some(Columns::by_position(headers, &COLUMNS)),
        _ => None,
    }
}

/// Whether header and rows have Etsy's shape: a currency in the fourth column, addresses where
/// pictures are. A price with an unquoted comma moves both to the right and is Etsy's all the same.
pub(super) fn has_shape(headers: &[String], rows: &[Record]) -> bool {
    if columns(headers).is_none() {
        return false;
    }
    let ours = headers.iter().filter(|header| super::columns::is_ours(header)).count();
    let fits = |record: &&Record| {
        let moved = ours + record.width().saturating_sub(headers.len());
        let currency = record.cell(CURRENCY_AT + moved).trim();
        let code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
        let mut pictures = IMAGES.map(|at| record.cell(at + moved).trim());
        code && pictures.all(|source| source.is_empty() || source.contains("://"))
    };
    let looked_at: Vec<&Record> =
        rows.iter().filter(|record| !record.is_blank()).take(LOOKED_AT).collect();
    if looked_at.is_empty() {
        return headers.iter().any(|header| header.eq_ignore_ascii_case(COLUMNS[CURRENCY_AT]));
    }
    looked_at.iter().filter(|record| fits(record)).count() * 2 > looked_at.len()
}

/// The first SKU; where there is none the title and the number of the first picture, for Etsy gives
/// no listing id and titles repeat.
pub(super) fn key(row: &Row<'_>) -> String {
    if let Some(sku) = row.list("SKU").into_iter().next() {
        return sku;
    }
    let title = line(row, "TITLE");
    match image_number(row.cell("IMAGE1")) {
        Some(number) if !title.is_empty() => format!("{title} #{number}"),
        _ => title,
    }
}

/// `…/il_fullxfull.1234_ab.jpg` → `1234`, which stays while Etsy keeps the picture.
fn image_number(address: &str) -> Option<&str> {
    let number = address.rsplit('/').next()?.split('.').nth(1)?.split('_').next()?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// Reads one listing; Etsy has one row for each.
pub(super) fn product(first: &Row<'_>, terms: Terms, findings: &mut Findings) -> ImportDraft {
    currency(first, terms.currency, findings);
    let price = findings.price(first, "PRICE", terms);
    let total = findings.pieces(first, "QUANTITY");
    let (options, axes) = variations(first, findings);
    let values = combinations(&axes);
    let skus = skus(first, values.len(), findings);
    let mut silent = vec![Silence::Category, Silence::Alt];
    if skus.is_none() {
        silent.push(Silence::Sku);
    }
    let confirm = values.len() > 1;
    let variants = variants(values, skus.unwrap_or_default(), price, total);
    findings.variants(&[*first], "VARIATION 1 VALUES", &variants, &silent);
    if confirm {
        findings.notes.push(to_confirm(first, price, total, variants.len()));
    }
    let title = findings.title(first, "TITLE", line(first, "TITLE"));
    let materials = findings.words(first, "MATERIALS", decoded(&first.list("MATERIALS")));
    let tags = decoded(&first.list("TAGS"));
    let tags = tags.iter().map(|tag| tag.replace('_', " ").trim().to_owned()).collect();
    let tags = findings.words(first, "TAGS", tags);
    ImportDraft {
        line: first.record.line(),
        key: key(first),
        silent,
        publish: !confirm,
        images: images(first, findings),
        draft: ListingDraft {
            category: category::guess([materials.join(" ").as_str(), &tags.join(" "), &title]),
            title,
            description: findings.description(
                first,
                "DESCRIPTION",
                html::decode_entities(&first.text("DESCRIPTION")),
            ),
            materials,
            tags,
            attributes: AttributeEdits::new(),
            options,
            variants,
            questions: None,
            making: None,
        },
        notes: Vec::new(),
    }
}

fn line(row: &Row<'_>, name: &str) -> String {
    html::decode_entities(&row.line_of_text(name)).trim().to_owned()
}

fn decoded(parts: &[String]) -> Vec<String> {
    parts.iter().map(|part| html::decode_entities(part)).collect()
}

fn currency(row: &Row<'_>, shop: Currency, findings: &mut Findings) {
    let text = row.cell("CURRENCY_CODE");
    if text.parse::<Currency>().ok() != Some(shop) {
        let message =
            format!("the price is in “{text}”, but the shop sells in {shop}; give it in {shop}");
        findings.errors.push(row.finding("CURRENCY_CODE", RowCode::PriceCurrency, message));
    }
}

/// Names of the options, and the values of each.
fn variations(row: &Row<'_>, findings: &mut Findings) -> (Vec<String>, Vec<Vec<String>>) {
    let mut names: Vec<String> = Vec::new();
    let mut axes = Vec::new();
    for (kind, name, values) in VARIATIONS {
        let given = row.line_of_text(values);
        let listed = given.split(',').filter(|value| !value.trim().is_empty()).count();
        let distinct = decoded(&row.list(values));
        if distinct.is_empty() {
            continue;
        }
        if distinct.len() < listed {
            let message = "a value that is listed twice was taken once";
            findings.notes.push(row.finding(values, RowCode::OptionRepeated, message));
        }
        let generic =
            |text: &String| text.is_empty() || text.eq_ignore_ascii_case("Custom Property");
        let name = [line(row, name), line(row, kind)].into_iter().find(|text| !generic(text));
        let name = name.filter(|name| !names.contains(name));
        let name = name.unwrap_or_else(|| format!("Option {}", names.len() + 1));
        names.push(findings.option(row, values, name));
        axes.push(distinct.into_iter().map(|value| findings.option(row, values, value)).collect());
    }
    (names, axes)
}

/// Every combination, the first axis turning slowest; stops soon after a listing's limit.
fn combinations(axes: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for axis in axes {
        let extended = all.iter().flat_map(|start| {
            axis.iter()
                .map(move |value| start.iter().chain([value]).cloned().collect::<Vec<String>>())
        });
        all = extended.take(limits::VARIANTS + 1).collect();
    }
    all
}

/// One SKU for each variant, or none at all where the file has none; nothing when the file's list
/// does not fit, for its order is not certain.
fn skus(row: &Row<'_>, variants: usize, findings: &mut Findings) -> Option<Vec<String>> {
    let listed: Vec<String> =
        decoded(&row.list("SKU")).iter().map(|sku| findings.checked_sku(row, "SKU", sku)).collect();
    if listed.is_empty() || (listed.len() == 1 && variants == 1) {
        return Some(listed);
    }
    if listed.len() == variants {
        let message = "the SKUs were given to the variants in the order of the file, which Etsy does not promise; check them";
        findings.notes.push(row.finding("SKU", RowCode::SkuByOrder, message));
        return Some(listed);
    }
    let message = format!(
        "{} SKUs for {variants} variants cannot be matched, so none was taken",
        listed.len()
    );
    findings.notes.push(row.finding("SKU", RowCode::SkuUnmatched, message));
    None
}

/// Every variant at the one price, with the stock spread so that it sums to the file's total.
fn variants(
    values: Vec<Vec<String>>,
    skus: Vec<String>,
    price: Money,
    total: i64,
) -> Vec<VariantDraft> {
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
    let (each, rest) = (total / count, total % count);
    let skus = skus.into_iter().chain(std::iter::repeat_with(String::new));
    (0_i64..)
        .zip(values.into_iter().zip(skus))
        .map(|(at, (values, sku))| VariantDraft {
            sku,
            values,
            price,
            stock: each + i64::from(at < rest),
        })
        .collect()
}

fn to_confirm(row: &Row<'_>, price: Money, total: i64, variants: usize) -> RowError {
    let message = format!(
        "Etsy's file has one price and one stock for {variants} variants: each costs {price} and {total} pieces were \
         spread over them; it stays a draft until you have checked both"
    );
    row.finding("VARIATION 1 VALUES", RowCode::VariantsToConfirm, message)
}

fn images(row: &Row<'_>, findings: &mut Findings) -> Vec<ImageRef> {
    let named = COLUMNS[IMAGES].iter().filter(|name| !row.cell(name).is_empty());
    let images = named.map(|name| row.image(name));
    findings.images(row, "IMAGE1", images.collect())
}
