//! Counts pieces by what they can be narrowed to, while they are found.
//!
//! One pass is enough: a piece that misses no limit is a hit and counts for every facet; one that
//! misses a single facet's counts for that facet alone, because its counts are as if nothing were
//! asked of it.

use tantivy::DocId;

use super::facts::{Away, Facts, Piece, wide};
use super::query::{Query, READY_DAYS};
use super::snapshot::Segment;
use super::{Facet, Stock};

/// How many hits there are, and how many of each value of the facets.
pub(super) struct Tally {
    pub(super) total: u64,
    /// In the order of the snapshot's values.
    pub(super) values: Vec<u64>,
    /// In the order of [`READY_DAYS`].
    pub(super) ready: [u64; READY_DAYS.len()],
    /// In the order of [`Stock::ALL`].
    pub(super) stock: [u64; 3],
    /// How many there would be without each facet that leaves something out.
    pub(super) without: Vec<(Facet, u64)>,
}

/// Which limits a piece misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    None,
    /// The one at this place among those in force.
    One(usize),
    Several,
}

/// Counts the pieces of one segment.
pub(super) struct Counter<'a> {
    query: &'a Query,
    limiting: &'a [Facet],
    facts: &'a Facts,
    away: Away,
    /// Which values are asked for.
    asked: Vec<bool>,
    values: Vec<u64>,
    total: u64,
    without: Vec<u64>,
    ready: [u64; READY_DAYS.len()],
    stock: [u64; 3],
}

impl Tally {
    /// For a snapshot with so many values, and a question that is limited so.
    pub(super) fn new(values: usize, limiting: &[Facet]) -> Self {
        Self {
            total: 0,
            values: vec![0; values],
            ready: Default::default(),
            stock: Default::default(),
            without: limiting.iter().map(|facet| (*facet, 0)).collect(),
        }
    }

    /// Adds what was counted in a segment.
    pub(super) fn take(&mut self, segment: &Segment, counted: Counter) {
        self.total += counted.total;
        for (place, count) in segment.places.iter().zip(counted.values) {
            if let Some(sum) = self.values.get_mut(wide(*place)) {
                *sum += count;
            }
        }
        let plus = |sums: &mut [u64], counts: &[u64]| {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        };
        plus(&mut self.ready, &counted.ready);
        plus(&mut self.stock, &counted.stock);
        for ((_, sum), missed) in self.without.iter_mut().zip(counted.without) {
            *sum += counted.total + missed;
        }
    }
}

impl<'a> Counter<'a> {
    pub(super) fn new(
        query: &'a Query,
        limiting: &'a [Facet],
        facts: &'a Facts,
        away: Away,
    ) -> Self {
        let asked =
            facts.values.iter().map(|value| query.asks_for(value.facet, &value.key)).collect();
        Self {
            query,
            limiting,
            facts,
            away,
            asked,
            values: vec![0; facts.values.len()],
            total: 0,
            without: vec![0; limiting.len()],
            ready: Default::default(),
            stock: Default::default(),
        }
    }

    /// Counts a piece that has the words.
    pub(super) fn count(&mut self, doc: DocId, piece: &Piece) -> Missed {
        let missed = self.missed(doc, piece);
        match missed {
            Missed::None => {
                self.total += 1;
                for value in self.facts.values_of(doc) {
                    if let Some(count) = self.values.get_mut(wide(*value)) {
                        *count += 1;
                    }
                }
                self.count_ready(piece);
                self.count_stock(piece);
            }
            Missed::One(place) => {
                if let Some(count) = self.without.get_mut(place) {
                    *count += 1;
                }
                match self.limiting.get(place) {
                    Some(Facet::Ready) => self.count_ready(piece),
                    Some(Facet::Stock) => self.count_stock(piece),
                    Some(facet) => self.count_values(doc, *facet),
                    None => {}
                }
            }
            Missed::Several => {}
        }
        missed
    }

    fn missed(&self, doc: DocId, piece: &Piece) -> Missed {
        let mut missed = Missed::None;
        for (place, facet) in self.limiting.iter().enumerate() {
            if !self.serves(*facet, doc, piece) {
                missed = match missed {
                    Missed::None => Missed::One(place),
                    _ => return Missed::Several,
                };
            }
        }
        missed
    }

    fn serves(&self, facet: Facet, doc: DocId, piece: &Piece) -> bool {
        let least = |money: api::Money| money.minor() <= piece.price;
        let most = |money: api::Money| piece.price <= money.minor();
        match facet {
            Facet::Price => self.query.min.is_none_or(least) && self.query.max.is_none_or(most),
            Facet::Ready => {
                let within =
                    |days: u32| self.query.ready.is_none_or(|most| i64::from(days) <= most);
                piece.ready_in.is_some_and(within) && self.away.can_leave(piece)
            }
            Facet::Stock => match self.query.stock {
                Stock::ForSale => !piece.sold_out,
                Stock::Ready => self.away.can_leave(piece),
                Stock::All => true,
            },
            Facet::Shelf | Facet::Material | Facet::Shop | Facet::Attribute(_) => {
                let is_asked = |value: &u32| {
                    let at = wide(*value);
                    self.asked.get(at).copied().unwrap_or_default()
                        && self.facts.values.get(at).is_some_and(|value| value.facet == facet)
                };
                self.facts.values_of(doc).iter().any(is_asked)
            }
        }
    }

    fn count_values(&mut self, doc: DocId, facet: Facet) {
        for value in self.facts.values_of(doc) {
            let at = wide(*value);
            if self.facts.values.get(at).is_some_and(|value| value.facet == facet)
                && let Some(count) = self.values.get_mut(at)
            {
                *count += 1;
            }
        }
    }

    fn count_ready(&mut self, piece: &Piece) {
        let Some(days) = piece.ready_in.filter(|_| self.away.can_leave(piece)) else { return };
        for (most, count) in READY_DAYS.into_iter().zip(&mut self.ready) {
            *count += u64::from(i64::from(days) <= most);
        }
    }

    fn count_stock(&mut self, piece: &Piece) {
        let [sale, ready, all] = &mut self.stock;
        *sale += u64::from(!piece.sold_out);
        *ready += u64::from(self.away.can_leave(piece));
        *all += 1;
    }
}
