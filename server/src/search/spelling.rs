//! What was probably meant by a word that no piece has.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Shorter words are not taken for mistyped ones: too many others are one letter away.
const SHORTEST: usize = 4;
/// From this length on two letters may be wrong.
const LONG: usize = 8;

/// The word of a field that is nearest to a mistyped one; of several the one that most pieces have.
pub(super) fn nearest(
    searcher: &Searcher,
    field: Field,
    word: &str,
) -> tantivy::Result<Option<String>> {
    let letters = word.chars().count();
    // A number that is not there is not another number.
    if letters < SHORTEST || word.contains(|letter: char| letter.is_numeric()) {
        return Ok(None);
    }
    let term = Term::from_field_text(field, word);
    let mut ways = vec![
        FuzzyTermQuery::new(term.clone(), 1, true),
        FuzzyTermQuery::new_prefix(term.clone(), 1, true),
    ];
    if letters >= LONG {
        ways.push(FuzzyTermQuery::new(term, 2, true));
    }
    for way in ways {
        let common = most_common(searcher, field, &way)?;
        if common.is_some() {
            return Ok(common);
        }
    }
    Ok(None)
}

fn most_common(
    searcher: &Searcher,
    field: Field,
    way: &FuzzyTermQuery,
) -> tantivy::Result<Option<String>> {
    let mut found: HashMap<String, u32> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().search(way.automaton()?).into_stream()?;
        while terms.advance() {
            let word = String::from_utf8_lossy(terms.key()).into_owned();
            *found.entry(word).or_default() += terms.value().doc_freq;
        }
    }
    // The alphabet decides between equals, so that the same question has the same answer.
    Ok(found.into_iter().max_by(|(a, n), (b, m)| n.cmp(m).then(b.cmp(a))).map(|(word, _)| word))
}
