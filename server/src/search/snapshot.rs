//! A state of the index, with the facts of its segments. Whoever asks keeps the state that they
//! began with.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use super::facts::{Bands, Facts, Value, small};

pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    segments: Vec<Segment>,
    /// The values of all segments, each once.
    pub(super) values: Vec<Value>,
}

pub(super) struct Segment {
    id: SegmentId,
    pub(super) facts: Arc<Facts>,
    /// For each of its values, which one of the snapshot's it is.
    pub(super) places: Vec<u32>,
}

impl Snapshot {
    /// Of this state; facts of segments that were there before are kept.
    pub(super) fn take(
        searcher: Searcher,
        before: Option<&Self>,
        bands: &Bands,
    ) -> tantivy::Result<Self> {
        let known = before.map(|before| before.segments.as_slice()).unwrap_or_default();
        let known: HashMap<SegmentId, &Arc<Facts>> =
            known.iter().map(|segment| (segment.id, &segment.facts)).collect();
        let mut all = HashMap::new();
        let mut values = Vec::new();
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            let id = reader.segment_id();
            let facts = match known.get(&id) {
                Some(facts) => Arc::clone(facts),
                None => Arc::new(Facts::read(reader, bands)?),
            };
            let mut places = Vec::with_capacity(facts.values.len());
            for value in &facts.values {
                let next = small(values.len());
                let place = *all.entry(value.clone()).or_insert(next);
                if place == next {
                    values.push(value.clone());
                }
                places.push(place);
            }
            segments.push(Segment { id, facts, places });
        }
        Ok(Self { searcher, segments, values })
    }

    /// Every segment, and what reads it.
    pub(super) fn segments(&self) -> impl Iterator<Item = (&Segment, &SegmentReader)> {
        self.segments.iter().zip(self.searcher.segment_readers())
    }
}
