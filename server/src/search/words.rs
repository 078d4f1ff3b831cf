//! Which pieces have the words, and how well each fits.
//!
//! A word counts by the best place it stands in, and nothing depends on how rare it is or on how
//! many pieces there are, so the order can be told in a sentence and pages do not shift. Such weights
//! need no scores: every place is a list of pieces, and the lists are laid over each other.

use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentReader, TERMINATED, Term};

use super::Search;
use super::facts::wide;
use super::language::stem;

/// How much a word counts by where it stands.
const IN_TITLE: u8 = 8;
const IN_WORDS: u8 = 4;
const AS_BEGINNING: u8 = 2;
const IN_DESCRIPTION: u8 = 1;

/// How well each piece of a segment fits, by its number there; nothing for one that lacks a word.
/// `None` when there are no words, and all fit alike. At most 255 / [`IN_TITLE`] words; the last one
/// may be unfinished.
pub(super) fn fits(
    search: &Search,
    segment: &SegmentReader,
    words: &[String],
) -> tantivy::Result<Option<Vec<u8>>> {
    let mut all: Option<Vec<u8>> = None;
    for (place, word) in words.iter().enumerate() {
        let fits = fits_word(search, segment, word, place + 1 == words.len())?;
        match &mut all {
            None => all = Some(fits),
            Some(all) => {
                for (sum, fit) in all.iter_mut().zip(fits) {
                    *sum = if *sum == 0 || fit == 0 { 0 } else { sum.saturating_add(fit) };
                }
            }
        }
    }
    Ok(all)
}

/// How well each piece fits one word.
pub(super) fn fits_word(
    search: &Search,
    segment: &SegmentReader,
    word: &str,
    is_last: bool,
) -> tantivy::Result<Vec<u8>> {
    let shape = &search.shape;
    let mut fits = vec![0; wide(segment.max_doc())];
    let stem = stem(&search.index, word)?;
    let places = [
        (shape.title, IN_TITLE),
        (shape.words, IN_WORDS),
        (shape.shop, IN_WORDS),
        (shape.description, IN_DESCRIPTION),
    ];
    for (field, fit) in places {
        let term = Term::from_field_text(field, &stem);
        let index = segment.inverted_index(field)?;
        if let Some(postings) = index.read_postings(&term, IndexRecordOption::Basic)? {
            lay(&mut fits, postings, fit);
        }
    }
    if is_last {
        lay_beginnings(&mut fits, segment, shape.plain, word)?;
    }
    Ok(fits)
}

/// Pieces that have a word which begins so.
fn lay_beginnings(
    fits: &mut [u8],
    segment: &SegmentReader,
    field: Field,
    beginning: &str,
) -> tantivy::Result<()> {
    let index = segment.inverted_index(field)?;
    let mut words = index.terms().range().ge(beginning).into_stream()?;
    while words.advance() && words.key().starts_with(beginning.as_bytes()) {
        let postings =
            index.read_postings_from_terminfo(words.value(), IndexRecordOption::Basic)?;
        lay(fits, postings, AS_BEGINNING);
    }
    Ok(())
}

fn lay(fits: &mut [u8], mut postings: impl Postings, fit: u8) {
    let mut doc = postings.doc();
    while doc != TERMINATED {
        if let Some(best) = fits.get_mut(wide(doc)) {
            *best = fit.max(*best);
        }
        doc = postings.advance();
    }
}
