//! From what a person typed to hits.

use std::ops::Bound;

use api::Id;
use api::listing::{Category, Listing};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, Query as Clause, RangeQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Order, Searcher, TantivyDocument, Term};

use super::shape::{place, plain_words, stem};
use super::shelves::Shelves;
use super::{Query, Search, Sort};

/// Further words are not looked at.
const MOST_WORDS: usize = 10;
/// Shorter words are not taken for mistyped ones: too many others are one letter away.
const SHORTEST_TYPO: usize = 4;
/// Words that say nothing; skipped unless there are no others.
const SILENT: [&str; 10] = ["a", "an", "and", "by", "for", "in", "of", "on", "the", "with"];

/// Hits and counts.
pub(super) struct Answer {
    /// In order.
    pub(super) ids: Vec<Id<Listing>>,
    pub(super) total: u64,
    pub(super) categories: Vec<(Category, u64)>,
    pub(super) similar: bool,
}

/// Searches for the words as typed and, when nothing has them, for similar ones.
pub(super) fn ask(
    search: &Search,
    query: &Query,
    offset: usize,
    limit: usize,
) -> tantivy::Result<Answer> {
    let words = words(search, &query.text)?;
    let exact = look(search, query, &words, false, offset, limit)?;
    if exact.total > 0 || !words.iter().any(|word| may_be_mistyped(word)) {
        return Ok(exact);
    }
    look(search, query, &words, true, offset, limit)
}

fn words(search: &Search, text: &str) -> tantivy::Result<Vec<String>> {
    let mut words = plain_words(&search.index, text)?;
    if words.iter().any(|word| !SILENT.contains(&word.as_str())) {
        words.retain(|word| !SILENT.contains(&word.as_str()));
    }
    words.truncate(MOST_WORDS);
    Ok(words)
}

fn may_be_mistyped(word: &str) -> bool {
    word.chars().count() >= SHORTEST_TYPO
}

fn look(
    search: &Search,
    query: &Query,
    words: &[String],
    similar: bool,
    offset: usize,
    limit: usize,
) -> tantivy::Result<Answer> {
    let searcher = search.reader.searcher();
    let mut clauses = Vec::with_capacity(words.len() + 2);
    for (index, word) in words.iter().enumerate() {
        clauses.push(word_clause(search, word, index + 1 == words.len(), similar)?);
    }
    clauses.extend(price_clause(search, query));
    let everywhere = all_of(clauses);
    let categories = searcher.search(&everywhere, &Shelves)?;
    let wanted = match query.category {
        None => everywhere,
        Some(category) => {
            let shelf = Term::from_field_u64(search.shape.category, place(category));
            all_of(vec![Box::new(everywhere), term(shelf)])
        }
    };
    let (total, hits) = top(&searcher, &wanted, query.sort, offset, limit)?;
    Ok(Answer { ids: ids(search, &searcher, hits)?, total, categories, similar })
}

/// A word in any field; the more telling the field, the more it counts.
fn word_clause(
    search: &Search,
    word: &str,
    is_last: bool,
    similar: bool,
) -> tantivy::Result<Box<dyn Clause>> {
    let shape = &search.shape;
    let stem = stem(&search.index, word)?;
    let mut ways = vec![
        boosted(shape.title, &stem, 4.0),
        boosted(shape.words, &stem, 2.0),
        boosted(shape.shop, &stem, 2.0),
        boosted(shape.description, &stem, 1.0),
    ];
    let plain = Term::from_field_text(shape.plain, word);
    let distance = u8::from(similar && may_be_mistyped(word));
    if is_last {
        ways.push(Box::new(FuzzyTermQuery::new_prefix(plain, distance, true)));
    } else if distance > 0 {
        ways.push(Box::new(FuzzyTermQuery::new(plain, distance, true)));
    }
    Ok(Box::new(BooleanQuery::new(ways.into_iter().map(|way| (Occur::Should, way)).collect())))
}

fn boosted(field: Field, word: &str, boost: f32) -> Box<dyn Clause> {
    let term = Term::from_field_text(field, word);
    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(query), boost))
}

fn term(term: Term) -> Box<dyn Clause> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn price_clause(search: &Search, query: &Query) -> Option<Box<dyn Clause>> {
    if query.min.is_none() && query.max.is_none() {
        return None;
    }
    let bound = |price: Option<api::Money>| match price {
        Some(price) => Bound::Included(Term::from_field_i64(search.shape.price, price.minor())),
        None => Bound::Unbounded,
    };
    Some(Box::new(RangeQuery::new(bound(query.min), bound(query.max))))
}

fn all_of(clauses: Vec<Box<dyn Clause>>) -> BooleanQuery {
    if clauses.is_empty() {
        return BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery))]);
    }
    BooleanQuery::new(clauses.into_iter().map(|clause| (Occur::Must, clause)).collect())
}

fn top(
    searcher: &Searcher,
    query: &BooleanQuery,
    sort: Sort,
    offset: usize,
    limit: usize,
) -> tantivy::Result<(u64, Vec<DocAddress>)> {
    let top = TopDocs::with_limit(limit).and_offset(offset);
    let (count, hits) = match sort {
        Sort::Relevance => addresses(searcher.search(query, &(Count, top.order_by_score()))?),
        Sort::Newest => {
            let newest = top.order_by_fast_field::<i64>("published", Order::Desc);
            addresses(searcher.search(query, &(Count, newest))?)
        }
        Sort::Price => {
            let cheapest = top.order_by_fast_field::<i64>("price", Order::Asc);
            addresses(searcher.search(query, &(Count, cheapest))?)
        }
    };
    Ok((u64::try_from(count).unwrap_or(u64::MAX), hits))
}

fn addresses<T>((count, hits): (usize, Vec<(T, DocAddress)>)) -> (usize, Vec<DocAddress>) {
    (count, hits.into_iter().map(|(_, address)| address).collect())
}

fn ids(
    search: &Search,
    searcher: &Searcher,
    hits: Vec<DocAddress>,
) -> tantivy::Result<Vec<Id<Listing>>> {
    let mut ids = Vec::with_capacity(hits.len());
    for hit in hits {
        ids.extend(search.shape.id_of(&searcher.doc::<TantivyDocument>(hit)?));
    }
    Ok(ids)
}
