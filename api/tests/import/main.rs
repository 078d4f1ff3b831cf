//! Files of other platforms, as artisans bring them. All of them are made up here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod etsy;
mod shopify;
mod sniffing;
mod stall;

use api::Currency;
use api::import::{Decimal, Entry, ImportDraft, Layout, RowError, Wishes, read, sniff};

fn layout(bytes: &[u8]) -> Layout {
    sniff(bytes, &Wishes::default()).unwrap()
}

fn entries_of(bytes: &[u8]) -> Vec<Entry> {
    read(bytes, &layout(bytes), Currency::EUR, Decimal::Auto).map(Result::unwrap).collect()
}

fn entries(text: &str) -> Vec<Entry> {
    entries_of(text.as_bytes())
}

/// The listings of a file that must be without errors.
fn drafts(text: &str) -> Vec<ImportDraft> {
    entries(text).into_iter().map(|entry| entry.outcome.unwrap()).collect()
}

/// Every error of a file as `line column code`.
fn errors(text: &str) -> Vec<String> {
    entries(text)
        .into_iter()
        .filter_map(|entry| entry.outcome.err())
        .flatten()
        .map(|e| brief(&e))
        .collect()
}

fn brief(finding: &RowError) -> String {
    format!("{} {} {}", finding.line, finding.column, finding.code)
}

fn notes(draft: &ImportDraft) -> Vec<String> {
    draft.notes.iter().map(brief).collect()
}

fn prices(draft: &ImportDraft) -> Vec<i64> {
    draft.draft.variants.iter().map(|variant| variant.price.minor()).collect()
}

fn stock(draft: &ImportDraft) -> Vec<i64> {
    draft.draft.variants.iter().map(|variant| variant.stock).collect()
}

fn sources(draft: &ImportDraft) -> Vec<&str> {
    draft.images.iter().map(|image| image.source.as_str()).collect()
}
