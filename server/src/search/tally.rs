//! Counts hits by what they can be narrowed to, while they are found.

use std::collections::HashMap;

use api::Timestamp;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::query::READY_DAYS;
use super::{Facet, Stock, shape};

/// How many hits there are, and how many of each value of some facets.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) total: u64,
    /// By facet and value: a shelf, a material as typed, the slug of a shop, the number of a
    /// price band, a number of days, a [`Stock`].
    pub(super) counts: HashMap<(Facet, String), u64>,
}

impl Tally {
    /// Adds the counts of the values of a facet.
    pub(super) fn take(&mut self, other: Self) {
        for (value, count) in other.counts {
            *self.counts.entry(value).or_default() += count;
        }
    }

    /// The values of a facet that were counted.
    pub(super) fn of(&self, facet: Facet) -> impl Iterator<Item = (&str, u64)> {
        let values = self.counts.iter().filter(move |((counted, _), _)| *counted == facet);
        values.map(|((_, value), count)| (value.as_str(), *count))
    }
}

/// Counts the values of these facets.
pub(super) struct Count<'a> {
    pub(super) facets: &'a [Facet],
    /// Price bands in minor units, both ends included.
    pub(super) bands: &'a [(i64, i64)],
    /// Decides which shops are away.
    pub(super) now: Timestamp,
}

/// The counts of one segment.
pub(super) struct SegmentCount {
    total: u64,
    counters: Vec<Counter>,
}

/// Counts the values of one facet.
enum Counter {
    Words { facet: Facet, column: StrColumn, counts: Vec<u64> },
    Prices { column: Column<i64>, counts: Vec<((i64, i64), u64)> },
    Days { column: Column<i64>, there: There, counts: [u64; READY_DAYS.len()] },
    Stock { there: There, counts: [u64; 3] },
}

/// Tells what can be sent now.
struct There {
    sold_out: Column<bool>,
    from: Column<i64>,
    until: Column<i64>,
    now: i64,
}

impl There {
    fn is_sold_out(&self, doc: DocId) -> bool {
        self.sold_out.first(doc).unwrap_or_default()
    }

    /// Whether its shop is away.
    fn is_away(&self, doc: DocId) -> bool {
        self.from.first(doc).is_some_and(|from| from <= self.now)
            && self.until.first(doc).is_some_and(|until| self.now < until)
    }
}

impl Collector for Count<'_> {
    type Fruit = Tally;
    type Child = SegmentCount;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentCount> {
        let mut counters = Vec::with_capacity(self.facets.len());
        for facet in self.facets {
            counters.extend(self.counter(*facet, segment)?);
        }
        Ok(SegmentCount { total: 0, counters })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Tally>>) -> tantivy::Result<Tally> {
        let mut all = Tally::default();
        for segment in segments {
            let segment = segment?;
            all.total += segment.total;
            all.take(segment);
        }
        Ok(all)
    }
}

impl Count<'_> {
    /// What counts a facet in a segment; nothing where no piece has a value.
    fn counter(&self, facet: Facet, segment: &SegmentReader) -> tantivy::Result<Option<Counter>> {
        let fast = segment.fast_fields();
        let name = match facet {
            Facet::Shelf => shape::CATEGORY,
            Facet::Material => shape::MATERIAL,
            Facet::Shop => shape::SHOP,
            Facet::Price => {
                let counts = self.bands.iter().map(|band| (*band, 0)).collect();
                return Ok(Some(Counter::Prices { column: fast.i64(shape::PRICE)?, counts }));
            }
            Facet::Ready => {
                let (column, there) = (fast.i64(shape::READY_IN)?, self.there(segment)?);
                return Ok(Some(Counter::Days { column, there, counts: Default::default() }));
            }
            Facet::Stock => {
                return Ok(Some(Counter::Stock { there: self.there(segment)?, counts: [0; 3] }));
            }
        };
        let column = fast.str(name)?;
        Ok(column.map(|column| {
            let counts = vec![0; column.num_terms()];
            Counter::Words { facet, column, counts }
        }))
    }

    fn there(&self, segment: &SegmentReader) -> tantivy::Result<There> {
        let fast = segment.fast_fields();
        Ok(There {
            sold_out: fast.bool(shape::SOLD_OUT)?,
            from: fast.i64(shape::AWAY_FROM)?,
            until: fast.i64(shape::AWAY_UNTIL)?,
            now: self.now.micros(),
        })
    }
}

impl SegmentCollector for SegmentCount {
    type Fruit = tantivy::Result<Tally>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        for counter in &mut self.counters {
            counter.count(doc);
        }
    }

    fn harvest(self) -> tantivy::Result<Tally> {
        let mut tally = Tally { total: self.total, ..Tally::default() };
        for counter in self.counters {
            counter.tell(&mut tally)?;
        }
        Ok(tally)
    }
}

impl Counter {
    fn count(&mut self, doc: DocId) {
        match self {
            Self::Words { column, counts, .. } => {
                for word in column.term_ords(doc) {
                    let count = usize::try_from(word).ok().and_then(|word| counts.get_mut(word));
                    if let Some(count) = count {
                        *count += 1;
                    }
                }
            }
            Self::Prices { column, counts } => {
                let price = column.first(doc).unwrap_or_default();
                for ((least, most), count) in counts {
                    *count += u64::from((*least..=*most).contains(&price));
                }
            }
            Self::Days { column, there, counts } => {
                let can_leave = !there.is_sold_out(doc) && !there.is_away(doc);
                let Some(days) = column.first(doc).filter(|_| can_leave) else { return };
                for (most, count) in READY_DAYS.into_iter().zip(counts) {
                    *count += u64::from(days <= most);
                }
            }
            Self::Stock { there, counts: [sale, ready, all] } => {
                let is_sold_out = there.is_sold_out(doc);
                *sale += u64::from(!is_sold_out);
                *ready += u64::from(!is_sold_out && !there.is_away(doc));
                *all += 1;
            }
        }
    }

    /// Writes down what was counted more than never.
    fn tell(self, tally: &mut Tally) -> tantivy::Result<()> {
        let mut note = |facet, value: String, count| {
            if count > 0 {
                tally.counts.insert((facet, value), count);
            }
        };
        match self {
            Self::Words { facet, column, counts } => {
                let counted: Vec<(u64, u64)> =
                    (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
                let words: Vec<u64> = counted.iter().map(|(word, _)| *word).collect();
                let mut counts = counted.into_iter().map(|(_, count)| count);
                column.dictionary().sorted_ords_to_term_cb(&words, |word| {
                    let word = String::from_utf8_lossy(word).into_owned();
                    note(facet, word, counts.next().unwrap_or_default());
                })?;
            }
            Self::Prices { counts, .. } => {
                for (number, (_, count)) in counts.into_iter().enumerate() {
                    note(Facet::Price, number.to_string(), count);
                }
            }
            Self::Days { counts, .. } => {
                for (days, count) in READY_DAYS.into_iter().zip(counts) {
                    note(Facet::Ready, days.to_string(), count);
                }
            }
            Self::Stock { counts, .. } => {
                for (stock, count) in Stock::ALL.into_iter().zip(counts) {
                    note(Facet::Stock, stock.as_str().to_owned(), count);
                }
            }
        }
        Ok(())
    }
}
