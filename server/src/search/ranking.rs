//! Which hits come first, and where the next page begins.
//!
//! Every order is a strict one, because what is equal otherwise is ordered by id; and none depends
//! on how many other pieces there are. So a page begins behind the last piece of the page before,
//! whatever came or went meanwhile.

use std::collections::BinaryHeap;

use api::listing::Listing;
use api::{Id, Timestamp};
use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};
use uuid::Uuid;

use super::facts::Piece;
use super::{Sort, shape};
use crate::cursor::Cursor;
use crate::error::Error;

/// Where a hit stands: what its order looks at, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// How well it fits; zero when nobody asked.
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

/// Gathers the first hits of an order, the last of them on top.
pub(super) struct First {
    sort: Sort,
    after: Option<Rank>,
    limit: usize,
    best: BinaryHeap<(Rank, Place)>,
}

/// Where the ids of the pieces of a segment stand; only those that may come first are looked up.
pub(super) struct Ids {
    left: Column<u64>,
    right: Column<u64>,
}

impl Ids {
    pub(super) fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(Self { left: fast.u64(shape::LEFT)?, right: fast.u64(shape::RIGHT)? })
    }

    fn id(&self, doc: DocId) -> Option<u128> {
        Some(Uuid::from_u64_pair(self.left.first(doc)?, self.right.first(doc)?).as_u128())
    }
}

impl First {
    /// The first `limit` hits, or the first behind a place.
    pub(super) fn new(sort: Sort, after: Option<Place>, limit: usize) -> Self {
        let after = after.map(|place| place.rank(sort));
        Self { sort, after, limit, best: BinaryHeap::with_capacity(limit + 1) }
    }

    /// Takes a hit that is among the first ones; most are told to be late without their id.
    pub(super) fn offer(&mut self, fit: u8, piece: &Piece, doc: DocId, ids: &Ids) {
        let fit = if self.sort == Sort::Relevance { i64::from(fit) } else { 0 };
        let at = match self.sort {
            Sort::PriceUp | Sort::PriceDown => piece.price,
            Sort::Relevance | Sort::Newest => piece.published,
        };
        let front = Place { fit, at, id: 0 }.rank(self.sort);
        let is_full = self.best.len() == self.limit;
        let last = self.best.peek().map(|(last, _)| *last).filter(|_| is_full);
        if self.limit == 0 || last.is_some_and(|last| (front.0, front.1) > (last.0, last.1)) {
            return;
        }
        let Some(id) = ids.id(doc) else { return };
        let place = Place { fit, at, id };
        let rank = place.rank(self.sort);
        let is_before = self.after.is_some_and(|after| rank <= after);
        if is_before || last.is_some_and(|last| rank >= last) {
            return;
        }
        if is_full {
            self.best.pop();
        }
        self.best.push((rank, place));
    }

    /// In their order.
    pub(super) fn places(self) -> Vec<Place> {
        self.best.into_sorted_vec().into_iter().map(|(_, place)| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_in_every_order() {
        let place = Place { fit: 12, at: 1_790_000_000_000_000, id: 7 };
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
