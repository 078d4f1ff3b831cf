//! From what a person asked for to hits.

use api::Timestamp;
use tantivy::DocId;

use super::facts::small;
use super::found::Found;
use super::language::telling_words;
use super::query::Query;
use super::ranking::{First, Ids, Place};
use super::snapshot::{Segment, Snapshot};
use super::tally::{Counter, Missed, Tally};
use super::words::{fits, fits_word};
use super::{Search, spelling};

/// Further words are not looked at.
const MOST_WORDS: usize = 10;

/// Hits and counts.
#[derive(Default)]
pub(super) struct Answer {
    /// In order; none when only counts were asked for.
    pub(super) places: Vec<Place>,
    /// Counts, without cards yet.
    pub(super) found: Found,
}

/// What to bring: hits behind a place, and how many.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) after: Option<Place>,
    pub(super) limit: usize,
    pub(super) now: Timestamp,
}

/// Searches for the words as typed and, when nothing has them, for those that were meant.
pub(super) fn ask(search: &Search, query: &Query, wanted: Wanted) -> tantivy::Result<Answer> {
    let mut words = telling_words(&search.index, &query.text)?;
    words.truncate(MOST_WORDS);
    if words.is_empty() && !query.text.is_empty() {
        return Ok(Answer::default());
    }
    let asked = Asked { search, snapshot: &search.snapshot(), query, wanted };
    let mut exact = asked.answer(&words)?;
    if exact.found.total > 0 || words.is_empty() {
        return Ok(exact);
    }
    if let Some(meant) = asked.meant(&words)? {
        let mut answer = asked.answer(&meant)?;
        if answer.found.total > 0 {
            answer.found.meant = Some(meant.join(" "));
            return Ok(answer);
        }
    }
    if words.len() > 1 {
        exact.found.single = asked.single(&words)?;
    }
    Ok(exact)
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    search: &'a Search,
    snapshot: &'a Snapshot,
    query: &'a Query,
    wanted: Wanted,
}

impl Asked<'_> {
    /// Hits and counts for these words.
    fn answer(&self, words: &[String]) -> tantivy::Result<Answer> {
        let limiting = self.query.limiting();
        let mut first = First::new(self.query.sort, self.wanted.after, self.wanted.limit);
        let mut tally = Tally::new(self.snapshot.values.len(), &limiting);
        for (segment, reader) in self.snapshot.segments() {
            let Segment { facts, .. } = segment;
            let away = facts.away(self.wanted.now);
            let mut counter = Counter::new(self.query, &limiting, facts, away);
            let ids = Ids::of(reader)?;
            let mut look = |doc: DocId, fit: u8| {
                let Some(piece) = facts.piece(doc).filter(|_| !reader.is_deleted(doc)) else {
                    return;
                };
                if counter.count(doc, piece) == Missed::None {
                    first.offer(fit, piece, doc, &ids);
                }
            };
            // From the end, where the newest pieces are: those that come later are mostly late.
            match fits(self.search, reader, words)? {
                None => (0..reader.max_doc()).rev().for_each(|doc| look(doc, 0)),
                Some(fits) => fitting(&fits).for_each(|(doc, fit)| look(doc, fit)),
            }
            tally.take(segment, counter);
        }
        let found = Found::of(&tally, &self.snapshot.values, self.query);
        Ok(Answer { places: first.places(), found })
    }

    /// The words, with those that no piece has replaced by what was probably meant; nothing when
    /// none could be.
    fn meant(&self, words: &[String]) -> tantivy::Result<Option<Vec<String>>> {
        let mut meant = Vec::with_capacity(words.len());
        for (place, word) in words.iter().enumerate() {
            let better = if self.is_known(word, place + 1 == words.len())? {
                None
            } else {
                spelling::nearest(&self.snapshot.searcher, self.search.shape.plain, word)?
            };
            meant.push(better.unwrap_or_else(|| word.clone()));
        }
        Ok((meant != words).then_some(meant))
    }

    /// Whether some piece has the word, sold out or not.
    fn is_known(&self, word: &str, is_last: bool) -> tantivy::Result<bool> {
        for (_, reader) in self.snapshot.segments() {
            let fits = fits_word(self.search, reader, word, is_last)?;
            if fitting(&fits).any(|(doc, _)| !reader.is_deleted(doc)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many pieces for sale have each of the words; those that none has are left out.
    fn single(&self, words: &[String]) -> tantivy::Result<Vec<(String, u64)>> {
        let (anything, counts) = (Query::default(), Wanted { limit: 0, ..self.wanted });
        let alone = Asked { query: &anything, wanted: counts, ..*self };
        let mut single = Vec::new();
        for word in words {
            let count = alone.answer(std::slice::from_ref(word))?.found.total;
            if count > 0 {
                single.push((word.clone(), count));
            }
        }
        Ok(single)
    }
}

/// The pieces that fit at all, the last first. Most stretches of a large segment have none.
fn fitting(fits: &[u8]) -> impl Iterator<Item = (DocId, u8)> {
    const STRETCH: usize = 64;
    let stretches = fits.chunks(STRETCH).enumerate().rev();
    let some = stretches.filter(|(_, stretch)| stretch.iter().any(|fit| *fit > 0));
    some.flat_map(|(number, stretch)| {
        let numbered = stretch.iter().enumerate().rev().filter(|(_, fit)| **fit > 0);
        numbered.map(move |(at, fit)| (small(number * STRETCH + at), *fit))
    })
}
