//! From what a person asked for to hits.

use std::ops::Bound;

use api::Timestamp;
use tantivy::collector::Count as All;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery,
    InvertedIndexRangeQuery, Occur, Query as Clause, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::language::{stem, telling_words};
use super::query::{Facet, Query, Stock};
use super::ranking::{First, Place};
use super::spelling;
use super::tally::{Count, Tally};
use super::{Search, bands};

/// Further words are not looked at.
const MOST_WORDS: usize = 10;
/// How much a word counts by where it stands. Nothing depends on how rare a word is or on how many
/// pieces there are, so the order can be told in a sentence and pages do not shift.
const IN_TITLE: f32 = 8.0;
const IN_WORDS: f32 = 4.0;
const AS_BEGINNING: f32 = 2.0;
const IN_DESCRIPTION: f32 = 1.0;

/// Hits and counts.
#[derive(Default)]
pub(super) struct Answer {
    /// In order; none when only counts were asked for.
    pub(super) places: Vec<Place>,
    /// Counts of each facet as if nothing were asked of that very facet.
    pub(super) tally: Tally,
    /// How many there would be without each facet that leaves something out.
    pub(super) without: Vec<(Facet, u64)>,
    /// The words that were looked for in place of mistyped ones.
    pub(super) meant: Option<String>,
    /// When nothing was found, how many pieces have each word, without any limit.
    pub(super) single: Vec<(String, u64)>,
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
    let searcher = search.reader.searcher();
    let mut words = telling_words(&search.index, &query.text)?;
    words.truncate(MOST_WORDS);
    if words.is_empty() && !query.text.is_empty() {
        return Ok(Answer::default());
    }
    let asked = Asked { search, searcher: &searcher, query, wanted };
    let exact = asked.answer(&words)?;
    if exact.tally.total > 0 || words.is_empty() {
        return Ok(exact);
    }
    if let Some(meant) = asked.meant(&words)? {
        let answer = asked.answer(&meant)?;
        if answer.tally.total > 0 {
            return Ok(Answer { meant: Some(meant.join(" ")), ..answer });
        }
    }
    let single = if words.len() > 1 { asked.single(&words)? } else { Vec::new() };
    Ok(Answer { single, ..exact })
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    search: &'a Search,
    searcher: &'a Searcher,
    query: &'a Query,
    wanted: Wanted,
}

impl Asked<'_> {
    /// Hits and counts for these words.
    fn answer(&self, words: &[String]) -> tantivy::Result<Answer> {
        let (limiting, free): (Vec<Facet>, Vec<Facet>) =
            Facet::ALL.into_iter().partition(|facet| self.query.limits(*facet));
        let bands = bands(self.search.currency).map(|(from, to)| {
            let minor = |money: Option<api::Money>, none| money.map_or(none, api::Money::minor);
            (minor(from, i64::MIN), minor(to, i64::MAX))
        });
        let now = self.wanted.now;
        let hits = First::new(self.query.sort, self.wanted.after, self.wanted.limit);
        let all = self.clauses(words, None)?;
        let (places, mut tally) =
            self.searcher.search(&all, &(hits, Count { facets: &free, bands: &bands, now }))?;
        let mut without = Vec::with_capacity(limiting.len());
        for facet in limiting {
            let wider = self.clauses(words, Some(facet))?;
            let count = Count { facets: &[facet], bands: &bands, now };
            let counted = self.searcher.search(&wider, &count)?;
            without.push((facet, counted.total));
            tally.take(counted);
        }
        Ok(Answer { places, tally, without, ..Answer::default() })
    }

    /// The words, with those that no piece has replaced by what was probably meant; nothing when
    /// none could be.
    fn meant(&self, words: &[String]) -> tantivy::Result<Option<Vec<String>>> {
        let mut meant = Vec::with_capacity(words.len());
        for (place, word) in words.iter().enumerate() {
            let is_known =
                self.searcher.search(&*self.word(word, place + 1 == words.len())?, &All)? > 0;
            let better = if is_known {
                None
            } else {
                spelling::nearest(self.searcher, self.search.shape.plain, word)?
            };
            meant.push(better.unwrap_or_else(|| word.clone()));
        }
        Ok((meant != words).then_some(meant))
    }

    /// How many pieces for sale have each of the words; those that none has are left out.
    fn single(&self, words: &[String]) -> tantivy::Result<Vec<(String, u64)>> {
        let anything = Query::default();
        let alone = Asked { query: &anything, ..*self };
        let mut single = Vec::new();
        for word in words {
            let found = alone.clauses(std::slice::from_ref(word), None)?;
            let count = u64::try_from(self.searcher.search(&found, &All)?).unwrap_or(u64::MAX);
            if count > 0 {
                single.push((word.clone(), count));
            }
        }
        Ok(single)
    }

    /// Every word, and every facet but one.
    fn clauses(&self, words: &[String], but: Option<Facet>) -> tantivy::Result<BooleanQuery> {
        let mut clauses = Vec::new();
        for (place, word) in words.iter().enumerate() {
            clauses.push((Occur::Must, self.word(word, place + 1 == words.len())?));
        }
        for facet in Facet::ALL {
            if Some(facet) != but && self.query.limits(facet) {
                clauses.extend(self.facet(facet));
            }
        }
        if clauses.is_empty() {
            clauses.push((Occur::Must, score(Box::new(AllQuery), 0.0)));
        }
        Ok(BooleanQuery::new(clauses))
    }

    /// A word in any field; the best place it stands in counts.
    fn word(&self, word: &str, is_last: bool) -> tantivy::Result<Box<dyn Clause>> {
        let shape = &self.search.shape;
        let stem = stem(&self.search.index, word)?;
        let stands = |field| term(Term::from_field_text(field, &stem));
        let mut ways = vec![
            score(stands(shape.title), IN_TITLE),
            score(stands(shape.words), IN_WORDS),
            score(stands(shape.shop), IN_WORDS),
            score(stands(shape.description), IN_DESCRIPTION),
        ];
        if is_last {
            let plain = Term::from_field_text(shape.plain, word);
            let begins = FuzzyTermQuery::new_prefix(plain, 0, true);
            ways.push(score(Box::new(begins), AS_BEGINNING));
        }
        Ok(Box::new(DisjunctionMaxQuery::new(ways)))
    }

    /// What a facet asks for; it changes no order.
    fn facet(&self, facet: Facet) -> Vec<(Occur, Box<dyn Clause>)> {
        let Query { category, materials, shops, .. } = self.query;
        let shape = &self.search.shape;
        let must = |clause| vec![(Occur::Must, score(clause, 0.0))];
        match facet {
            Facet::Shelf => must(any_of(shape.category, category.iter().map(|one| one.as_str()))),
            Facet::Material => must(any_of(shape.material_key, materials)),
            Facet::Shop => must(any_of(shape.shop_slug, shops)),
            Facet::Price => must(self.price()),
            Facet::Ready => self.ready(),
            Facet::Stock => self.stock(),
        }
    }

    fn price(&self) -> Box<dyn Clause> {
        let bound = |price: Option<api::Money>| match price {
            Some(price) => {
                Bound::Included(Term::from_field_i64(self.search.shape.price, price.minor()))
            }
            None => Bound::Unbounded,
        };
        Box::new(RangeQuery::new(bound(self.query.min), bound(self.query.max)))
    }

    fn stock(&self) -> Vec<(Occur, Box<dyn Clause>)> {
        let mut clauses = vec![self.not_sold_out()];
        clauses.extend((self.query.stock == Stock::Ready).then(|| self.not_away()));
        clauses
    }

    /// What nobody says the days of, what is sold out and what belongs to a shop that is away is not
    /// ready within any.
    fn ready(&self) -> Vec<(Occur, Box<dyn Clause>)> {
        let days = Term::from_field_i64(self.search.shape.ready_in, self.query.ready.unwrap_or(0));
        let within = RangeQuery::new(Bound::Unbounded, Bound::Included(days));
        let within = (Occur::Must, score(Box::new(within), 0.0));
        vec![within, self.not_sold_out(), self.not_away()]
    }

    fn not_sold_out(&self) -> (Occur, Box<dyn Clause>) {
        let there = term(Term::from_field_bool(self.search.shape.sold_out, false));
        (Occur::Must, score(there, 0.0))
    }

    fn not_away(&self) -> (Occur, Box<dyn Clause>) {
        let shape = &self.search.shape;
        let at = |field| Term::from_field_i64(field, self.wanted.now.micros());
        // By terms: few moments are different, and what is excluded may be asked for in any order.
        let begun =
            InvertedIndexRangeQuery::new(Bound::Unbounded, Bound::Included(at(shape.away_from)));
        let lasts =
            InvertedIndexRangeQuery::new(Bound::Excluded(at(shape.away_until)), Bound::Unbounded);
        let away: Vec<Box<dyn Clause>> = vec![Box::new(begun), Box::new(lasts)];
        let away = away.into_iter().map(|clause| (Occur::Must, clause)).collect();
        (Occur::MustNot, Box::new(BooleanQuery::new(away)))
    }
}

fn score(clause: Box<dyn Clause>, score: f32) -> Box<dyn Clause> {
    Box::new(ConstScoreQuery::new(clause, score))
}

fn term(term: Term) -> Box<dyn Clause> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn any_of<T: AsRef<str>>(field: Field, values: impl IntoIterator<Item = T>) -> Box<dyn Clause> {
    // Not a TermSetQuery: of a few terms it makes an automaton that costs more than the search.
    let terms = values.into_iter().map(|value| term(Term::from_field_text(field, value.as_ref())));
    Box::new(BooleanQuery::union(terms.collect()))
}
