//! What is said about a file and a plan: errors with their place, changes field by field.

use std::collections::{BTreeMap, BTreeSet};

use api::import::{Format, Import, Layout, PlannedRow, RowError, lines};

use super::Run;
use super::file::File;
use super::plan::{Absent, Plan, Without};
use super::survey::{Finding, Survey};
use super::upload::Photos;
use crate::talk::Talk;
use crate::words::{self, counted, joined};

/// Kinds of errors that are shown with their line.
const KINDS: usize = 10;
/// Lines that are named for further errors of a kind.
const NAMED: usize = 6;
/// Photos and absent variants that are named.
const LISTED: usize = 20;
/// Fields that are shown of a changed listing.
const FIELDS: usize = 6;
/// Characters of a line that are shown around an error.
const WINDOW: usize = 72;

/// What the file was taken for.
pub(super) fn layout(talk: &Talk, file: &File, layout: &Layout) {
    let separator = match layout.separator() {
        b'\t' => "tab".to_owned(),
        other => format!("“{}”", char::from(other)),
    };
    talk.note(format!(
        "{}  {} columns, {}, {separator} separated",
        file.name(),
        name(layout.format),
        layout.encoding()
    ));
    if !layout.unread.is_empty() {
        let shown: Vec<String> =
            layout.unread.iter().take(12).map(|header| visible(header)).collect();
        let more = layout.unread.len().saturating_sub(shown.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        talk.note(format!("  not used: {}{more}", shown.join(", ")));
    }
}

/// Errors with their lines, then notes.
pub(super) fn findings(talk: &Talk, file: &File, survey: &Survey) -> anyhow::Result<()> {
    let mut kinds: Vec<Vec<&Finding>> = Vec::new();
    for finding in &survey.findings {
        let same = |kind: &&mut Vec<&Finding>| {
            kind[0].error.code == finding.error.code && kind[0].error.column == finding.error.column
        };
        match kinds.iter_mut().find(same) {
            Some(kind) => kind.push(finding),
            None => kinds.push(vec![finding]),
        }
    }
    let wanted: BTreeSet<u64> = kinds.iter().take(KINDS).map(|kind| kind[0].line).collect();
    let shown = if wanted.is_empty() {
        BTreeMap::new()
    } else {
        lines(file.reader()?, &survey.layout, &wanted)?
    };
    for kind in kinds.iter().take(KINDS) {
        let line = shown.get(&kind[0].line).map(String::as_str).unwrap_or_default();
        Talk::plain(&snippet(&file.name(), line, kind[0]));
        if let Some(more) = further(kind.iter().skip(1).map(|finding| finding.line)) {
            Talk::plain(&format!("({} more of this kind: {more})", kind.len() - 1));
        }
        Talk::plain("\n");
    }
    if kinds.len() > KINDS {
        Talk::plain(&format!(
            "({} further kinds of errors; all are in -o json)",
            kinds.len() - KINDS
        ));
    }
    notes(talk, &survey.notes);
    Ok(())
}

fn notes(talk: &Talk, notes: &[RowError]) {
    let mut kinds: Vec<(&str, Vec<&RowError>)> = Vec::new();
    for note in notes {
        match kinds.iter_mut().find(|(code, _)| *code == note.code) {
            Some((_, kind)) => kind.push(note),
            None => kinds.push((&note.code, vec![note])),
        }
    }
    for (code, kind) in kinds {
        let more = further(kind.iter().skip(1).map(|note| note.line));
        let more = more.map(|lines| format!(" (so do {lines})")).unwrap_or_default();
        talk.note(format!(
            "note: line {}: {}{more}  [{code}]",
            kind[0].line,
            visible(&kind[0].message)
        ));
    }
}

/// `lines 912, 1107 …`
fn further(all: impl Iterator<Item = u64>) -> Option<String> {
    let all: Vec<String> = all.map(|line| line.to_string()).collect();
    let dots = if all.len() > NAMED { " …" } else { "" };
    let word = if all.len() == 1 { "line" } else { "lines" };
    (!all.is_empty()).then(|| {
        format!("{word} {}{dots}", all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "))
    })
}

/// An error under its line, as compilers show it.
fn snippet(file: &str, line: &str, finding: &Finding) -> String {
    let message = visible(&finding.error.message);
    let (what, remedy) = message.split_once("; ").unwrap_or((&message, ""));
    let at = usize::try_from(finding.column.saturating_sub(1)).unwrap_or_default();
    let letters: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let at = at.min(letters.len());
    let from =
        if at + finding.width.min(WINDOW / 2) > WINDOW { at.saturating_sub(WINDOW / 2) } else { 0 };
    let text: String = letters.iter().skip(from).take(WINDOW).collect();
    let (before, after) =
        (if from > 0 { "…" } else { "" }, if letters.len() > from + WINDOW { "…" } else { "" });
    let width = finding.width.min((from + WINDOW).saturating_sub(at)).max(1);
    let number = finding.line.to_string();
    let gutter = " ".repeat(number.len());
    let indent: String =
        letters[from..at].iter().map(|c| if is_wide(*c) { "  " } else { " " }).collect();
    let pad = " ".repeat(before.chars().count());
    format!(
        "error: {what}\n{gutter} --> {file}:{number}:{column}\n {gutter} |\n {number} | {before}{text}{after}\n {gutter} | {pad}{indent}{carets} {remedy}",
        column = finding.column,
        carets = "^".repeat(width),
    )
}

/// Characters that take two columns of a terminal: East Asian scripts and emoji.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
}

/// What the market would do.
pub(super) fn plan(talk: &Talk, plan: &Plan, photos: &Photos, run: &Run<'_>) {
    let (counts, survey) = (plan.listings, run.survey);
    let failed = counts.failed + survey.failed;
    talk.note(format!(
        "  create {:>5}   change {:>5}   unchanged {:>5}   fail {failed:>5}",
        counts.created, counts.changed, counts.unchanged
    ));
    if survey.referenced > 0 {
        let to_send = if photos.waiting > 0 {
            format!(" · {} to be sent", photos.waiting)
        } else {
            String::new()
        };
        talk.note(format!(
            "  photos {} referenced · {} found · {} missing · {} not taken · {} already there{to_send}",
            survey.referenced,
            survey.found,
            survey.missing.len(),
            photos.refused.len(),
            photos.already
        ));
    }
    without(talk, plan, run);
    for row in &plan.changed {
        talk.note(changed(row));
    }
    if plan.more_changed > 0 {
        talk.note(format!("  … and {}", counted(plan.more_changed, "more changed listing")));
    }
    absent(talk, plan);
    refusals(talk, plan.errors.iter());
    hints(talk, plan, run);
}

/// What was refused only while it was applied.
pub(super) fn applied(talk: &Talk, plan: &Plan, import: &Import) {
    let is_new = |error: &&RowError| !plan.errors.iter().any(|known| known.line == error.line);
    refusals(talk, import.errors.iter().filter(is_new));
}

/// Why the market refuses listings, up to a bound.
pub(super) fn refusals<'a>(talk: &Talk, mut errors: impl Iterator<Item = &'a RowError>) {
    for error in errors.by_ref().take(KINDS) {
        Talk::plain(&format!("error: line {}: {}", error.line, visible(&error.message)));
    }
    let more = errors.count();
    if more > 0 {
        talk.note(format!("  … and {more} more; all are in -o json"));
    }
}

/// Which pictures listings do without; without a folder all of them, so then only how to bring them.
fn without(talk: &Talk, plan: &Plan, run: &Run<'_>) {
    if run.args.images.is_none() && !run.survey.missing.is_empty() {
        talk.note("  no photos are taken along; name their folder with --images DIR");
    }
    let lines = plan.without.iter().map(|Without { listing, error }| {
        format!("line {}, {}: {}", error.line, short(listing), visible(&error.message))
    });
    listed(talk, lines);
}

/// Which variants the file no longer has, and what becomes of them.
fn absent(talk: &Talk, plan: &Plan) {
    let count = plan.absent.len();
    let (is, stays) = if count == 1 { ("is", "it stays") } else { ("are", "they stay") };
    let gone = format!("{} {is} no longer in the file", counted(count, "variant"));
    match (count, plan.to_remove()) {
        (0, _) => return,
        (_, 0) => talk.note(format!("  {gone}; {stays} unless you add --allow-delete:")),
        _ => talk.note(format!("  {gone} and will be removed:")),
    }
    listed(talk, plan.absent.iter().map(variant));
}

fn variant(gone: &Absent) -> String {
    let values = gone.values.join(", ");
    let name = match (gone.sku.as_str(), values.as_str()) {
        ("", values) => values.to_owned(),
        (sku, "") => sku.to_owned(),
        (sku, values) => format!("{sku} ({values})"),
    };
    let pieces = counted(gone.pieces, "piece");
    format!("line {}, {}: {}, {pieces}", gone.line, short(&gone.listing), short(&name))
}

/// The first of many lines, and how many more there are.
fn listed(talk: &Talk, lines: impl ExactSizeIterator<Item = String>) {
    let more = lines.len().saturating_sub(LISTED);
    for line in lines.take(LISTED) {
        talk.note(format!("      {line}"));
    }
    if more > 0 {
        talk.note(format!("      … and {more} more; -o json names all of them"));
    }
}

fn changed(row: &PlannedRow) -> String {
    let fields = row.changes.iter().take(FIELDS).map(|change| {
        let (from, to) = words::change(change);
        format!("\n      {}: {from} → {to}", visible(&change.field))
    });
    let more = row.changes.len().saturating_sub(FIELDS);
    let more = if more > 0 { format!("\n      … and {more} more fields") } else { String::new() };
    format!("  line {}: {}{}{more}", row.line, short(&row.title), fields.collect::<String>())
}

fn hints(talk: &Talk, plan: &Plan, run: &Run<'_>) {
    if run.survey.for_sale > 0 && !run.args.publish && plan.listings.created > 0 {
        talk.note(
            "  new listings stay drafts; add --publish to put on sale what the file has for sale",
        );
    }
    if run.args.dry_run {
        talk.note("Nothing was changed. Run without --dry-run to apply it.");
    }
}

/// What applying the plan would do, as a question.
pub(super) fn question(plan: &Plan) -> String {
    let removed = i64::try_from(plan.to_remove()).unwrap_or(i64::MAX);
    let deeds = [
        (plan.listings.created, "create", "listing"),
        (plan.listings.changed, "change", "listing"),
        (removed, "remove", "variant"),
    ];
    let deeds: Vec<String> = deeds
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, verb, what)| format!("{verb} {}", counted(count, what)))
        .collect();
    let deeds = joined(&deeds);
    format!("{}{}? [y/N]", deeds[..1].to_uppercase(), &deeds[1..])
}

/// What is left behind when nobody agrees to the plan.
pub(super) fn declined(photos: &Photos) -> String {
    match photos.uploaded {
        0 => "Nothing was changed.".to_owned(),
        sent => format!(
            "No listing was changed. {} sent; the market forgets after a day what no listing shows.",
            if sent == 1 { "1 photo was".to_owned() } else { format!("{sent} photos were") }
        ),
    }
}

const fn name(format: Format) -> &'static str {
    match format {
        Format::Stall => "Stallwright",
        Format::Shopify => "Shopify",
        Format::Etsy => "Etsy",
    }
}

/// Without anything that could paint on a terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A value in one line.
fn short(text: &str) -> String {
    const LENGTH: usize = 60;
    let text = visible(text);
    if text.chars().count() <= LENGTH {
        text
    } else {
        text.chars().take(LENGTH).chain(['…']).collect()
    }
}
