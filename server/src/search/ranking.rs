//! Which hits come first, and where the next page begins.
//!
//! Every order is a strict one, because what is equal otherwise is ordered by id; and none depends
//! on how many other pieces there are. So a page begins behind the last piece of the page before,
//! whatever came or went meanwhile.

use std::collections::BinaryHeap;

use api::listing::Listing;
use api::{Id, Timestamp};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};
use uuid::Uuid;

use super::{Sort, shape};
use crate::cursor::Cursor;
use crate::error::Error;

/// Where a hit stands: what its order looks at, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// How well it fits, as the bits of a number that is not negative; zero when nobody asked.
    fit: i64,
    /// When it was published in microseconds, or what it costs in minor units.
    at: i64,
    id: u128,
}

/// The smaller, the further to the front.
type Rank = (i64, i64, u128);

impl Place {
    /// From `?after=`.
    pub(super) fn parse(sort: Sort, after: &str) -> Result<Self, Error> {
        let (fit, rest) = match sort {
            Sort::Relevance => after.split_once('.').unwrap_or(("", after)),
            _ => ("0", after),
        };
        let cursor: Cursor<Listing> = Cursor::parse(Some(rest))?;
        let fit = fit.parse().map_err(|_| {
            Error::invalid("after", "this is not a cursor of this list; leave it out to begin anew")
        })?;
        Ok(Self { fit, at: cursor.at.micros(), id: cursor.id.uuid().as_u128() })
    }

    /// For `next`.
    pub(super) fn text(self, sort: Sort) -> String {
        let cursor = Cursor { at: Timestamp::from_micros(self.at), id: self.listing() };
        match sort {
            Sort::Relevance => format!("{}.{}", self.fit, cursor.text()),
            _ => cursor.text(),
        }
    }

    /// The listing that stands there.
    pub(super) const fn listing(self) -> Id<Listing> {
        Id::from_uuid(Uuid::from_u128(self.id))
    }

    const fn rank(self, sort: Sort) -> Rank {
        match sort {
            Sort::Relevance => (self.fit.saturating_neg(), self.at.saturating_neg(), !self.id),
            Sort::Newest | Sort::PriceDown => (0, self.at.saturating_neg(), !self.id),
            Sort::PriceUp => (0, self.at, self.id),
        }
    }
}

/// Gathers the first hits of an order.
pub(super) struct First {
    sort: Sort,
    after: Option<Rank>,
    limit: usize,
}

impl First {
    /// The first `limit` hits, or the first behind a place.
    pub(super) fn new(sort: Sort, after: Option<Place>, limit: usize) -> Self {
        Self { sort, after: after.map(|place| place.rank(sort)), limit }
    }
}

/// The first hits of one segment, the last of them on top.
pub(super) struct SegmentFirst {
    sort: Sort,
    after: Option<Rank>,
    limit: usize,
    at: Column<i64>,
    left: Column<u64>,
    right: Column<u64>,
    best: BinaryHeap<(Rank, Place)>,
}

impl Collector for First {
    type Fruit = Vec<Place>;
    type Child = SegmentFirst;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentFirst> {
        let fast = segment.fast_fields();
        Ok(SegmentFirst {
            sort: self.sort,
            after: self.after,
            limit: self.limit,
            at: fast.i64(match self.sort {
                Sort::PriceUp | Sort::PriceDown => shape::PRICE,
                Sort::Relevance | Sort::Newest => shape::PUBLISHED,
            })?,
            left: fast.u64(shape::LEFT)?,
            right: fast.u64(shape::RIGHT)?,
            best: BinaryHeap::with_capacity(self.limit + 1),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, segments: Vec<Vec<(Rank, Place)>>) -> tantivy::Result<Vec<Place>> {
        let mut all: Vec<_> = segments.into_iter().flatten().collect();
        all.sort_unstable();
        all.truncate(self.limit);
        Ok(all.into_iter().map(|(_, place)| place).collect())
    }
}

impl SegmentFirst {
    fn place(&self, doc: DocId, score: Score) -> Option<Place> {
        let id = Uuid::from_u64_pair(self.left.first(doc)?, self.right.first(doc)?);
        let fit = if self.sort == Sort::Relevance { i64::from(score.to_bits()) } else { 0 };
        Some(Place { fit, at: self.at.first(doc)?, id: id.as_u128() })
    }
}

impl SegmentCollector for SegmentFirst {
    type Fruit = Vec<(Rank, Place)>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let Some(place) = self.place(doc, score) else { return };
        let rank = place.rank(self.sort);
        let is_before = self.after.is_some_and(|after| rank <= after);
        let is_late = self.best.len() == self.limit
            && self.best.peek().is_some_and(|(last, _)| rank >= *last);
        if is_before || is_late {
            return;
        }
        self.best.push((rank, place));
        if self.best.len() > self.limit {
            self.best.pop();
        }
    }

    fn harvest(self) -> Self::Fruit {
        self.best.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_in_every_order() {
        let place = Place { fit: 1_090_519_040, at: 1_790_000_000_000_000, id: 7 };
        let there = Place::parse(Sort::Relevance, &place.text(Sort::Relevance)).unwrap();
        assert_eq!(there, place);
        for sort in [Sort::Newest, Sort::PriceUp, Sort::PriceDown] {
            let there = Place::parse(sort, &place.text(sort)).unwrap();
            assert_eq!(there, Place { fit: 0, ..place });
            assert!(Place::parse(Sort::Relevance, &place.text(sort)).is_err(), "of another order");
        }
        for nonsense in ["", "24", "x.y.z", "1.2.3", "..", "9223372036854775808.1.lst_1"] {
            assert!(Place::parse(Sort::Relevance, nonsense).is_err(), "{nonsense}");
        }
    }
}
