//! Counts hits by shelf while they are found.

use api::listing::Category;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// Counts by place in [`Category::ALL`].
pub(super) struct Shelves;

/// The counts of one segment.
pub(super) struct SegmentShelves {
    places: Column<u64>,
    counts: Vec<u64>,
}

impl Collector for Shelves {
    type Fruit = Vec<(Category, u64)>;
    type Child = SegmentShelves;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentShelves> {
        let places = segment.fast_fields().u64("category")?;
        Ok(SegmentShelves { places, counts: vec![0; Category::ALL.len()] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<u64>>) -> tantivy::Result<Vec<(Category, u64)>> {
        let sum = |place: usize| segments.iter().filter_map(|counts| counts.get(place)).sum();
        let counts = Category::ALL.iter().enumerate().map(|(place, shelf)| (*shelf, sum(place)));
        Ok(counts.filter(|(_, count)| *count > 0).collect())
    }
}

impl SegmentCollector for SegmentShelves {
    type Fruit = Vec<u64>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let place = self.places.first(doc).and_then(|place| usize::try_from(place).ok());
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += 1;
        }
    }

    fn harvest(self) -> Vec<u64> {
        self.counts
    }
}
