//! Keeps the index up with the database.
//!
//! A row of the feed may be committed after one with a higher number, so everything newer than
//! [`OVERLAP_SECONDS`] is looked at again and what was seen is left out. Reading a listing twice
//! does no harm: it replaces its document.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use api::listing::Listing;
use api::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use tantivy::{IndexWriter, SegmentMeta, TantivyError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::shape::Entry;
use super::{blocking, broken, store};
use crate::db::Topic;
use crate::error::Error;
use crate::state::AppState;

/// No transaction of ours stays open longer than this.
const OVERLAP_SECONDS: i64 = 60;
/// Gathers changes that come together.
const BREATH: Duration = Duration::from_millis(40);
/// A commit writes a segment to the disk; more often would be wear without use.
const BETWEEN_COMMITS: Duration = Duration::from_secs(1);
/// How long after a failure it is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
const WRITER_MEMORY: usize = 32 * 1024 * 1024;
/// Listings read at once.
const BATCH: usize = 500;
/// How often what was taken out of the index is removed from its files, too.
const SWEEP_SECONDS: i64 = 3600;
/// An index that was away for longer is made anew, so older rows of the feed are not needed.
const KEEP_SECONDS: i64 = 7 * 24 * 3600;

/// How far an index is; kept in its commits.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Mark {
    /// Everything before was read, except what the overlap is for.
    at: i64,
    /// Highest row of the feed that was read.
    seq: i64,
}

/// Follows the feed until told to stop.
pub(crate) async fn run(state: AppState, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = follow(&state, &stop).await {
            tracing::error!(error = format!("{error:#}"), "the search index does not follow");
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(AFTER_FAILURE) => {}
            }
        }
    }
}

/// Forgets rows of the feed that no index needs any more.
pub(crate) async fn purge(state: &AppState) -> Result<u64, Error> {
    store::purge(&state.db, state.clock.now().plus_seconds(-KEEP_SECONDS)).await
}

async fn follow(state: &AppState, stop: &CancellationToken) -> Result<(), Error> {
    let (mut writer, mut mark) = begin(state).await?;
    let mut seen = HashSet::new();
    let mut bell = state.db.bell(Topic::Search);
    let mut next_commit = Instant::now();
    let mut swept = state.clock.now();
    loop {
        let changed = read(state, &mut mark, &mut seen).await?;
        if !changed.is_empty() {
            writer = apply(state, writer, &changed).await?;
            writer = commit(state, writer, mark).await?;
            next_commit = Instant::now() + BETWEEN_COMMITS;
        }
        if swept.plus_seconds(SWEEP_SECONDS) <= state.clock.now() {
            let (kept, done) = sweep(state, writer).await?;
            writer = kept;
            if done {
                swept = state.clock.now();
            }
        }
        state.search.ready.store(true, Ordering::SeqCst);
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(state.config.pace.poll) => {}
            () = bell.rings() => tokio::time::sleep(BREATH).await,
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep_until(next_commit) => {}
        }
    }
}

/// Opens the index for writing and learns how far it is; one that cannot go on is made anew.
async fn begin(state: &AppState) -> Result<(IndexWriter, Mark), Error> {
    let asker = state.clone();
    let (writer, payload) = blocking(move || {
        let index = &asker.search.index;
        let writer = index.writer_with_num_threads(1, WRITER_MEMORY)?;
        Ok((writer, index.load_metas()?.payload))
    })
    .await?;
    let mark = payload.and_then(|payload| serde_json::from_str(&payload).ok());
    match mark {
        Some(mark) if is_usable(state, mark).await? => Ok((writer, mark)),
        _ => rebuild(state, writer).await,
    }
}

/// Not when the index is of another database, or the feed has forgotten what it would need.
async fn is_usable(state: &AppState, mark: Mark) -> Result<bool, Error> {
    let oldest = state.clock.now().plus_seconds(-KEEP_SECONDS);
    Ok(mark.at > oldest.micros() && mark.seq <= store::newest(&state.db).await?)
}

/// Listings that changed since the last look.
async fn read(
    state: &AppState,
    mark: &mut Mark,
    seen: &mut HashSet<i64>,
) -> Result<Vec<Id<Listing>>, Error> {
    let now = state.clock.now();
    let since = Timestamp::from_micros(mark.at).plus_seconds(-OVERLAP_SECONDS);
    let rows = store::since(&state.db, since, mark.seq).await?;
    let fresh: HashSet<_> =
        rows.iter().filter(|row| !seen.contains(&row.seq)).map(|row| row.listing_id).collect();
    *seen = rows.iter().map(|row| row.seq).collect();
    mark.seq = rows.iter().map(|row| row.seq).max().unwrap_or(0).max(mark.seq);
    mark.at = now.micros();
    Ok(fresh.into_iter().collect())
}

/// Reads listings again: those that shoppers may see replace their document, the others lose it.
async fn apply(
    state: &AppState,
    mut writer: IndexWriter,
    changed: &[Id<Listing>],
) -> Result<IndexWriter, Error> {
    for batch in changed.chunks(BATCH) {
        let entries = store::entries(&state.db, batch).await?;
        writer = write(state, writer, batch.to_vec(), entries).await?;
    }
    Ok(writer)
}

/// Reads every listing that shoppers may see.
async fn rebuild(state: &AppState, writer: IndexWriter) -> Result<(IndexWriter, Mark), Error> {
    let seq = store::newest(&state.db).await?;
    let mark = Mark { at: state.clock.now().micros(), seq };
    writer.delete_all_documents().map_err(broken)?;
    let mut writer = writer;
    let mut last = None;
    loop {
        let ids = store::ids_after(&state.db, last, BATCH).await?;
        let Some(end) = ids.last() else { break };
        last = Some(*end);
        let entries = store::entries(&state.db, &ids).await?;
        writer = write(state, writer, Vec::new(), entries).await?;
    }
    tracing::info!("the search index was made anew");
    Ok((commit(state, writer, mark).await?, mark))
}

/// Takes documents out and puts others in. On a thread that may wait: the writer does, when it
/// has much to do.
async fn write(
    state: &AppState,
    writer: IndexWriter,
    gone: Vec<Id<Listing>>,
    entries: Vec<Entry>,
) -> Result<IndexWriter, Error> {
    let shape = state.search.shape.clone();
    blocking(move || {
        for id in gone {
            writer.delete_term(shape.key(id));
        }
        for entry in &entries {
            writer.add_document(shape.document(entry))?;
        }
        Ok(writer)
    })
    .await
}

/// Lets everybody find what was written, and remembers how far that is.
async fn commit(
    state: &AppState,
    mut writer: IndexWriter,
    mark: Mark,
) -> Result<IndexWriter, Error> {
    let payload = serde_json::to_string(&mark)?;
    let state = state.clone();
    blocking(move || {
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        state.search.reload()?;
        Ok(writer)
    })
    .await
}

/// A document that was taken out only bears a mark until its segment is merged. Words of people
/// who went shall not lie about until then, so segments with marks are written anew. Says whether that
/// is done: segments that the writer merges by itself at this moment are looked at again later.
async fn sweep(state: &AppState, mut writer: IndexWriter) -> Result<(IndexWriter, bool), Error> {
    let state = state.clone();
    blocking(move || {
        let index = &state.search.index;
        let marked = index.searchable_segment_metas()?.into_iter().filter(SegmentMeta::has_deletes);
        let marked: Vec<_> = marked.map(|segment| segment.id()).collect();
        if !marked.is_empty() {
            match writer.merge(&marked).wait() {
                Ok(_) => state.search.reload()?,
                Err(TantivyError::InvalidArgument(_)) => return Ok((writer, false)),
                Err(error) => return Err(error),
            }
        }
        writer.garbage_collect_files().wait()?;
        Ok((writer, true))
    })
    .await
}
