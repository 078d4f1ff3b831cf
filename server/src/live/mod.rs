//! Live updates for terminals: a shop's events in the order in which they happened, resumable.

pub(crate) mod routes;
mod store;

use api::Id;
use api::event::{Event, EventKind};
use api::shop::Shop;

use crate::db::Topic;
use crate::error::Error;
use crate::state::AppState;

/// Events sent in one go.
const BATCH: i64 = 100;
/// Events are kept for two days, twice what a terminal may rely on.
const KEEP_SECONDS: i64 = 2 * 24 * 3600;

/// Where a feed begins: after `last`, or at the end when nothing was seen yet.
///
/// A `last` older than what is kept cannot be resumed; the feed then begins with
/// [`EventKind::Reset`], and the terminal fetches everything anew.
pub(crate) async fn begin(
    state: &AppState,
    shop: Id<Shop>,
    last: Option<i64>,
) -> Result<(i64, Option<Event>), Error> {
    let newest = store::newest(&state.db).await?;
    let Some(last) = last else { return Ok((newest, None)) };
    if last <= newest && store::is_kept(&state.db, shop, last).await? {
        return Ok((last, None));
    }
    let at = state.clock.now();
    let reset = Event {
        seq: newest,
        kind: EventKind::Reset,
        at,
        object: String::new(),
        text: String::new(),
    };
    Ok((newest, Some(reset)))
}

/// Waits for a shop's events after `seq`.
pub(crate) async fn after(state: &AppState, shop: Id<Shop>, seq: i64) -> Result<Vec<Event>, Error> {
    let mut bell = state.db.bell(Topic::Feeds);
    loop {
        let events = store::after(&state.db, shop, seq, BATCH).await?;
        if !events.is_empty() {
            return Ok(events);
        }
        tokio::select! {
            () = bell.rings() => {}
            () = tokio::time::sleep(state.config.pace.poll) => {}
        }
    }
}

/// A shop's last events, newest first.
pub(crate) async fn latest(
    state: &AppState,
    shop: Id<Shop>,
    count: i64,
) -> Result<Vec<Event>, Error> {
    store::latest(&state.db, shop, count).await
}

/// Forgets what no terminal can resume from.
pub(crate) async fn purge(state: &AppState) -> Result<u64, Error> {
    store::purge(&state.db, state.clock.now().plus_seconds(-KEEP_SECONDS)).await
}
