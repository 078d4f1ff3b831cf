//! What somebody may be about to type: the words of pieces that are for sale.

use std::collections::HashMap;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, TERMINATED};

use super::Search;
use super::facts::wide;
use super::language::spelled;
use super::words::fits_word;

/// Suggestions made at once.
const MOST: usize = 8;
/// Letters that have to be there.
const FEWEST_LETTERS: usize = 2;
/// Further words are not looked at.
const MOST_WORDS: usize = 5;

/// What the last word of a text may become, with the words before it; the most frequent first.
/// Each is found in a piece for sale that has the others, too.
pub(super) fn suggest(search: &Search, text: &str) -> tantivy::Result<Vec<String>> {
    let words = spelled(&search.index, text)?;
    let unfinished = text.chars().next_back().is_some_and(char::is_alphanumeric);
    let Some((beginning, before)) = words.split_last().filter(|_| unfinished) else {
        return Ok(Vec::new());
    };
    if beginning.chars().count() < FEWEST_LETTERS || before.len() >= MOST_WORDS {
        return Ok(Vec::new());
    }
    let mut found = completions(search, beginning, before)?;
    // The alphabet decides between equals, so that a list does not change while nothing does.
    found.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    let whole = |(word, _): (String, u64)| [before, &[word]].concat().join(" ");
    Ok(found.into_iter().take(MOST).map(whole).collect())
}

/// Words that begin so, and how many pieces for sale have each of them and the others.
fn completions(
    search: &Search,
    beginning: &str,
    before: &[String],
) -> tantivy::Result<Vec<(String, u64)>> {
    let mut found: HashMap<String, u64> = HashMap::new();
    for (segment, reader) in search.snapshot().segments() {
        let others = before.iter().map(|word| fits_word(search, reader, word, false));
        let others = others.collect::<tantivy::Result<Vec<_>>>()?;
        let has_others =
            |doc| others.iter().all(|fits| fits.get(wide(doc)).is_some_and(|fit| *fit > 0));
        let is_for_sale = |doc| segment.facts.piece(doc).is_some_and(|piece| !piece.sold_out);
        let index = reader.inverted_index(search.shape.spelled)?;
        let mut words = index.terms().range().ge(beginning).into_stream()?;
        while words.advance() && words.key().starts_with(beginning.as_bytes()) {
            let mut pieces =
                index.read_postings_from_terminfo(words.value(), IndexRecordOption::Basic)?;
            let mut count = 0;
            let mut doc = pieces.doc();
            while doc != TERMINATED {
                count += u64::from(has_others(doc) && is_for_sale(doc) && !reader.is_deleted(doc));
                doc = pieces.advance();
            }
            let word = String::from_utf8_lossy(words.key());
            if count > 0 && word != beginning {
                *found.entry(word.into_owned()).or_default() += count;
            }
        }
    }
    Ok(found.into_iter().collect())
}
