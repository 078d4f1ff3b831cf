//! What is looked at of each piece while hits are found, counted and put in order, side by side in
//! memory: a question for a frequent word passes hundreds of thousands of pieces, and each costs a
//! glance at one place instead of one at every column of the index.

use std::collections::HashMap;

use api::{Currency, Money, Timestamp};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

use super::Facet;
use super::shape::{self, key};

/// A value that pieces are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Value {
    pub(super) facet: Facet,
    /// A shelf, a material as typed, the slug of a shop, a value of an attribute, the number of a
    /// price band.
    pub(super) text: String,
    /// The same as it is asked for.
    pub(super) key: String,
}

/// What stands in one place for each piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Lowest price in minor units.
    pub(super) price: i64,
    /// When it was published, in microseconds.
    pub(super) published: i64,
    /// Which of the holidays its shop has.
    holiday: u32,
    /// Days until it is ready to ship at the latest, where somebody says.
    pub(super) ready_in: Option<u32>,
    pub(super) sold_out: bool,
}

/// The facts of one segment. Segments are never written anew, so neither are these; pieces that
/// were taken out since are among them.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pieces: Vec<Piece>,
    pub(super) values: Vec<Value>,
    /// For each piece the values it has, one list behind the other.
    lists: Vec<u32>,
    /// Where the list of each piece begins, and where the last one ends.
    begins: Vec<u32>,
    /// From and until, in microseconds; few are different.
    holidays: Vec<(i64, i64)>,
}

/// Price bands in minor units, both ends included.
pub(super) type Bands = [(i64, i64); 5];

/// The price bands of a market.
pub(super) fn bands(currency: Currency) -> Bands {
    let minor = |money: Option<Money>, none| money.map_or(none, Money::minor);
    super::bands(currency).map(|(from, to)| (minor(from, i64::MIN), minor(to, i64::MAX)))
}

impl Facts {
    /// Reads the columns of a segment.
    pub(super) fn read(segment: &SegmentReader, bands: &Bands) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        let (price, published) = (fast.i64(shape::PRICE)?, fast.i64(shape::PUBLISHED)?);
        let (sold_out, ready_in) = (fast.bool(shape::SOLD_OUT)?, fast.i64(shape::READY_IN)?);
        let (from, until) = (fast.i64(shape::AWAY_FROM)?, fast.i64(shape::AWAY_UNTIL)?);
        let mut facts = Self { begins: vec![0], ..Self::default() };
        let mut columns = Vec::new();
        for (facet, name) in shape::counted() {
            if let Some(column) = fast.str(&name)? {
                columns.push((facts.name(facet, &column)?, column));
            }
        }
        let first_band = facts.values.len();
        facts.values.extend((0..bands.len()).map(|band| Value {
            facet: Facet::Price,
            text: band.to_string(),
            key: band.to_string(),
        }));
        let mut holidays = HashMap::new();
        for doc in 0..segment.max_doc() {
            let price = price.first(doc).unwrap_or_default();
            let holiday =
                (from.first(doc).unwrap_or(i64::MAX), until.first(doc).unwrap_or(i64::MAX));
            let next = facts.holidays.len();
            let holiday = *holidays.entry(holiday).or_insert_with(|| {
                facts.holidays.push(holiday);
                small(next)
            });
            facts.pieces.push(Piece {
                price,
                published: published.first(doc).unwrap_or_default(),
                holiday,
                ready_in: ready_in.first(doc).and_then(|days| u32::try_from(days).ok()),
                sold_out: sold_out.first(doc).unwrap_or_default(),
            });
            for (base, column) in &columns {
                facts.lists.extend(column.term_ords(doc).map(|word| *base + narrow(word)));
            }
            let fitting = bands
                .iter()
                .enumerate()
                .filter(|(_, (least, most))| (*least..=*most).contains(&price));
            facts.lists.extend(fitting.map(|(band, _)| small(first_band + band)));
            facts.begins.push(small(facts.lists.len()));
        }
        Ok(facts)
    }

    /// Writes down the values of a column; answers where they begin.
    fn name(&mut self, facet: Facet, column: &StrColumn) -> tantivy::Result<u32> {
        let begin = small(self.values.len());
        let all: Vec<u64> = (0..).take(column.num_terms()).collect();
        column.dictionary().sorted_ords_to_term_cb(&all, |word| {
            let text = String::from_utf8_lossy(word).into_owned();
            let key = if facet == Facet::Material { key(&text) } else { text.clone() };
            self.values.push(Value { facet, text, key });
        })?;
        Ok(begin)
    }

    pub(super) fn piece(&self, doc: DocId) -> Option<&Piece> {
        self.pieces.get(wide(doc))
    }

    /// Places in `values` of those that a piece has.
    pub(super) fn values_of(&self, doc: DocId) -> &[u32] {
        let at = wide(doc);
        let (Some(begin), Some(end)) = (self.begins.get(at), self.begins.get(at + 1)) else {
            return &[];
        };
        self.lists.get(wide(*begin)..wide(*end)).unwrap_or_default()
    }

    /// For each of the holidays, whether it is now.
    pub(super) fn away(&self, now: Timestamp) -> Away {
        let now = now.micros();
        Away(self.holidays.iter().map(|(from, until)| *from <= now && now < *until).collect())
    }
}

/// Which shops are away at a moment.
pub(super) struct Away(Vec<bool>);

impl Away {
    /// Whether a piece can be sent now.
    pub(super) fn can_leave(&self, piece: &Piece) -> bool {
        !piece.sold_out && !self.0.get(wide(piece.holiday)).copied().unwrap_or_default()
    }
}

/// An index of something that a segment holds; tantivy counts those with 32 bits, too.
pub(super) fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn narrow(at: u64) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) fn wide(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
