//! What is found while a product is read: the checks that every dialect makes, cell by cell.

use std::collections::HashMap;

use super::columns::Row;
use super::price::{self, Refusal};
use super::product::{ImageRef, Terms};
use super::{RowCode, RowError, Silence};
use crate::attribute::AttributeEdits;
use crate::listing::VariantDraft;
use crate::{Money, limits};

/// What was found while a product was read: errors keep it out, notes do not.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<RowError>,
    pub(super) notes: Vec<RowError>,
}

impl Findings {
    /// The value, or its refusal filed under a cell.
    pub(super) fn take<T>(
        &mut self,
        row: &Row<'_>,
        name: &str,
        result: Result<T, Refusal>,
    ) -> Option<T> {
        result.map_err(|(code, message)| self.errors.push(row.finding(name, code, message))).ok()
    }

    /// A title within its limit.
    pub(super) fn title(&mut self, row: &Row<'_>, name: &str, title: String) -> String {
        let length = title.chars().count();
        if length == 0 {
            self.errors.push(row.finding(
                name,
                RowCode::TitleMissing,
                "the listing has no title; give one",
            ));
        } else if length > limits::TITLE {
            let message =
                format!("the title has {length} characters; shorten it to {}", limits::TITLE);
            self.errors.push(row.finding(name, RowCode::TitleTooLong, message));
        }
        title
    }

    /// A price; nothing but an error when it cannot be read.
    pub(super) fn price(&mut self, row: &Row<'_>, name: &str, terms: Terms) -> Money {
        let price = price::price(row.cell(name), terms.currency, terms.decimal);
        self.take(row, name, price).unwrap_or(Money::zero(terms.currency))
    }

    /// A SKU without the apostrophe that guards its zeros.
    pub(super) fn sku(&mut self, row: &Row<'_>, name: &str) -> String {
        self.checked_sku(row, name, &row.line_of_text(name))
    }

    /// The same out of a list.
    pub(super) fn checked_sku(&mut self, row: &Row<'_>, name: &str, text: &str) -> String {
        let sku = text.strip_prefix('\'').unwrap_or(text).trim();
        if is_scientific(sku) {
            let message = format!(
                "a spreadsheet turned this SKU into {sku}; format the column as text and enter it again"
            );
            self.errors.push(row.finding(name, RowCode::SkuScientific, message));
        } else if sku.chars().count() > limits::SKU {
            let message = format!("the SKU is too long; shorten it to {} characters", limits::SKU);
            self.errors.push(row.finding(name, RowCode::SkuTooLong, message));
        }
        sku.to_owned()
    }

    /// A description within its limit.
    pub(super) fn description(&mut self, row: &Row<'_>, name: &str, text: String) -> String {
        let length = text.chars().count();
        if length > limits::DESCRIPTION {
            let message = format!(
                "the description has {length} characters; shorten it to {}",
                limits::DESCRIPTION
            );
            self.errors.push(row.finding(name, RowCode::DescriptionTooLong, message));
        }
        text
    }

    /// Tags or materials: no more, and none longer, than a listing holds. Other platforms take
    /// hundreds, so what is over is left out and said, not refused.
    pub(super) fn words(
        &mut self,
        row: &Row<'_>,
        name: &str,
        mut words: Vec<String>,
    ) -> Vec<String> {
        if words.len() > limits::WORDS {
            let message =
                format!("{} of them; the first {} were taken", words.len(), limits::WORDS);
            self.notes.push(row.finding(name, RowCode::WordsTooMany, message));
            words.truncate(limits::WORDS);
        }
        for word in words.iter_mut().filter(|word| word.chars().count() > limits::WORD) {
            let message = format!("one was cut at {} characters", limits::WORD);
            self.notes.push(row.finding(name, RowCode::WordTooLong, message));
            let cut: String = word.chars().take(limits::WORD).collect();
            cut.trim_end().clone_into(word);
        }
        words
    }

    /// Attributes by the columns that the file has for them; an empty cell takes one away.
    pub(super) fn attributes(&mut self, row: &Row<'_>) -> AttributeEdits {
        let mut edits = AttributeEdits::new();
        for (attribute, header, cell) in row.attributes() {
            let value = (!cell.is_empty()).then(|| attribute.read(&cell)).transpose();
            match value {
                Ok(value) => drop(edits.insert(attribute.key.to_owned(), value)),
                Err(misfit) => self.errors.push(RowError::new(
                    row.record.line(),
                    header,
                    RowCode::AttributeUnfit,
                    misfit.to_string(),
                )),
            }
        }
        edits
    }

    /// The name of an option, or a value of it.
    pub(super) fn option(&mut self, row: &Row<'_>, name: &str, text: String) -> String {
        if text.chars().count() > limits::WORD {
            let message = format!("this is too long; shorten it to {} characters", limits::WORD);
            self.errors.push(row.finding(name, RowCode::OptionTooLong, message));
        }
        text
    }

    /// Pieces; below zero counts as none.
    pub(super) fn pieces(&mut self, row: &Row<'_>, name: &str) -> i64 {
        let pieces = self.take(row, name, price::pieces(row.cell(name))).unwrap_or(0);
        if pieces < 0 {
            let message = format!("{pieces} pieces were taken as 0");
            self.notes.push(row.finding(name, RowCode::StockNegative, message));
        }
        pieces.max(0)
    }

    /// Names of the options in use, and for each row its values; `axes` are the columns of name and
    /// value, and names stand on the first row.
    pub(super) fn options(
        &mut self,
        rows: &[Row<'_>],
        axes: &[(&str, &str)],
    ) -> (Vec<String>, Vec<Vec<String>>) {
        let mut names = Vec::new();
        let mut values = vec![Vec::new(); rows.len()];
        let Some(first) = rows.first() else { return (names, values) };
        for (name, value) in axes {
            let used = rows.iter().any(|row| !row.cell(value).is_empty());
            if !used && (first.cell(name).is_empty() || rows.len() == 1) {
                continue;
            }
            if first.cell(name).is_empty() {
                let message = "the values have no name; say what they are, for example Colour";
                self.errors.push(first.finding(name, RowCode::OptionUnnamed, message));
            }
            for (row, values) in rows.iter().zip(&mut values) {
                if row.cell(value).is_empty() {
                    let message =
                        format!("the variant has no value for “{}”; give one", first.cell(name));
                    self.errors.push(row.finding(value, RowCode::OptionMissing, message));
                }
                values.push(self.option(row, value, row.line_of_text(value)));
            }
            names.push(self.option(first, name, first.line_of_text(name)));
        }
        (names, values)
    }

    /// Variants that differ from each other and are not too many. Where the file is silent about
    /// options, SKUs tell them apart.
    pub(super) fn variants(
        &mut self,
        rows: &[Row<'_>],
        name: &str,
        variants: &[VariantDraft],
        silent: &[Silence],
    ) {
        let Some(first) = rows.first() else { return };
        if variants.len() > limits::VARIANTS {
            let message = format!(
                "{} variants are too many; a listing holds {}",
                variants.len(),
                limits::VARIANTS
            );
            self.errors.push(first.finding("", RowCode::VariantsTooMany, message));
        }
        let has_sku = |variant: &VariantDraft| !variant.sku.is_empty();
        if silent.contains(&Silence::Options) && variants.iter().all(has_sku) {
            return;
        }
        let mut seen: HashMap<Vec<String>, u64> = HashMap::new();
        for (row, variant) in rows.iter().zip(variants) {
            let values: Vec<String> =
                variant.values.iter().map(|value| value.to_lowercase()).collect();
            if let Some(line) = seen.insert(values, row.record.line()) {
                let message = if variant.values.is_empty() {
                    format!(
                        "line {line} is the same listing; give each row its own value of an option"
                    )
                } else {
                    format!(
                        "line {line} has the same values (“{}”); remove one",
                        variant.values.join(" / ")
                    )
                };
                self.errors.push(row.finding(name, RowCode::OptionDuplicate, message));
            }
        }
    }

    /// Pictures in the order of their positions, each once, no more than a gallery holds.
    pub(super) fn images(
        &mut self,
        row: &Row<'_>,
        name: &str,
        found: Vec<ImageRef>,
    ) -> Vec<ImageRef> {
        let mut images: Vec<ImageRef> = Vec::new();
        for mut image in found {
            if image.alt.chars().count() > limits::ALT {
                let message = format!("an alternative text was cut at {} characters", limits::ALT);
                self.notes.push(RowError::new(image.line, "", RowCode::AltTooLong, message));
                image.alt = image.alt.chars().take(limits::ALT).collect();
            }
            if !images.iter().any(|known| known.identity() == image.identity()) {
                images.push(image);
            }
        }
        images.sort_by_key(|image| image.position.unwrap_or(u32::MAX));
        if images.len() > limits::IMAGES {
            let message = format!(
                "{} pictures are named; the first {} were taken",
                images.len(),
                limits::IMAGES
            );
            self.notes.push(row.finding(name, RowCode::ImagesTooMany, message));
            images.truncate(limits::IMAGES);
        }
        images
    }
}

/// Whether a spreadsheet wrote a long number as `1.23E+11`.
fn is_scientific(sku: &str) -> bool {
    let Some((digits, exponent)) = sku.split_once(['E', 'e']) else { return false };
    let number = |text: &str, extra: &[char]| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || extra.contains(&c))
    };
    exponent.starts_with('+') && number(&exponent[1..], &[]) && number(digits, &['.', ','])
}
