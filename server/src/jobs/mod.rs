//! Background work. A job is enqueued in the transaction that makes it necessary (that is the
//! outbox), claimed by lease, retried with backoff and jitter, and given up after a while.
//!
//! Every job may run more than once: after a crash, or when a lease ran out. So each of them
//! looks first whether its work is done.

mod store;

use std::future::Future;
use std::time::Duration;

use api::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;

/// How long a server may work on a job before another may take it over.
const LEASE_SECONDS: i64 = 120;
/// Jobs that one server works on at a time.
const CONCURRENT: usize = 8;
/// Safety net beside the wake-up: how long an idle worker sleeps.
const POLL: Duration = Duration::from_millis(500);
/// The first retry waits this long; each further one twice as long, up to [`LONGEST_WAIT_SECONDS`].
const FIRST_WAIT_SECONDS: u64 = 1;
const LONGEST_WAIT_SECONDS: u64 = 3600;
/// After so many attempts (about three days) an operator has to look.
const MOST_ATTEMPTS: i64 = 85;
/// Done jobs are kept this long, which is also how long a job's key keeps doubles out.
const KEEP_SECONDS: i64 = 90 * 24 * 3600;

/// Something to do later, named in the imperative.
pub(crate) trait Job: Serialize + DeserializeOwned + Send + Sync {
    /// Its name in the table.
    const KIND: &'static str;

    /// The same key is enqueued once only.
    fn key(&self) -> Option<String> {
        None
    }

    /// Does it. An error puts it back for later.
    fn run(self, state: &AppState) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Enqueues in the caller's transaction, to run as soon as that is committed.
pub(crate) async fn enqueue<J: Job>(state: &AppState, tx: &mut Tx, job: &J) -> Result<Uuid, Error> {
    enqueue_at(state, tx, job, state.clock.now()).await
}

/// Enqueues in the caller's transaction, to run at a moment.
pub(crate) async fn enqueue_at<J: Job>(
    state: &AppState,
    tx: &mut Tx,
    job: &J,
    run_at: Timestamp,
) -> Result<Uuid, Error> {
    let id = state.entropy.uuid(state.clock.now());
    store::insert(tx, id, J::KIND, job.key(), serde_json::to_value(job)?, run_at).await?;
    state.wake_workers.notify_one();
    Ok(id)
}

/// Works until told to stop; then finishes what it has in hand.
pub(crate) async fn worker(state: AppState, stop: CancellationToken) {
    if state.db.is_embedded() {
        take_over(&state).await;
    }
    let mut running = JoinSet::new();
    while !stop.is_cancelled() {
        while running.try_join_next().is_some() {}
        let free = CONCURRENT.saturating_sub(running.len());
        let now = state.clock.now();
        let lease = now.plus_seconds(LEASE_SECONDS);
        let claimed = if free == 0 {
            Vec::new()
        } else {
            store::claim(&state.db, now, lease, i64::try_from(free).unwrap_or(1))
                .await
                .unwrap_or_else(|error| {
                    tracing::error!(%error, "jobs cannot be claimed");
                    Vec::new()
                })
        };
        if claimed.is_empty() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = state.wake_workers.notified() => {}
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        for job in claimed {
            let state = state.clone();
            running.spawn(async move {
                let _logged = work(&state, job).await;
            });
        }
    }
    while running.join_next().await.is_some() {}
}

/// An embedded database has one server: what is in hand when it starts is of one that was killed,
/// and nobody has to wait until those leases end.
async fn take_over(state: &AppState) {
    match store::release(&state.db).await {
        Ok(0) => {}
        Ok(jobs) => tracing::info!(jobs, "went on with what an earlier run had in hand"),
        Err(error) => tracing::error!(%error, "jobs of an earlier run cannot be taken over"),
    }
}

async fn work(state: &AppState, job: store::Claimed) -> Result<(), Error> {
    let span = tracing::info_span!("job", kind = %job.kind, id = %job.id, attempt = job.attempts);
    let (id, attempts) = (job.id, job.attempts);
    async {
        let outcome = dispatch(state, &job.kind, job.payload.0).await;
        match &outcome {
            Ok(()) => store::finish(&state.db, id, state.clock.now()).await?,
            Err(error) => record_failure(state, id, attempts, error).await?,
        }
        outcome
    }
    .instrument(span)
    .await
}

async fn record_failure(
    state: &AppState,
    id: Uuid,
    attempts: i64,
    error: &Error,
) -> Result<(), Error> {
    let now = state.clock.now();
    let dead_at = (attempts >= MOST_ATTEMPTS).then_some(now);
    if dead_at.is_some() {
        tracing::error!(error = format!("{error:#}"), "job given up");
    } else {
        tracing::warn!(error = format!("{error:#}"), "job failed, will be retried");
    }
    let run_at = now.plus_seconds(wait_seconds(attempts, |bound| state.entropy.below(bound)));
    store::put_back(&state.db, id, run_at, format!("{error:#}"), dead_at).await
}

/// Exponential backoff, half of it jitter, so that many failures do not return as one wave.
fn wait_seconds(attempts: i64, below: impl Fn(u64) -> u64) -> i64 {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    let wait = (FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT_SECONDS);
    i64::try_from(wait.div_ceil(2) + below(wait / 2 + 1)).unwrap_or(i64::MAX)
}

/// Waits until no job is due or running: for the simulator's clock and for tests.
pub(crate) async fn settle(state: &AppState) -> Result<(), Error> {
    while store::open(&state.db, state.clock.now()).await? > 0 {
        state.wake_workers.notify_one();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Forgets what was done long ago.
pub(crate) async fn purge(state: &AppState) -> Result<u64, Error> {
    store::purge(&state.db, state.clock.now().plus_seconds(-KEEP_SECONDS)).await
}

/// Names every job of the server once.
macro_rules! jobs {
    ($($job:ty),+ $(,)?) => {
        async fn dispatch(state: &AppState, kind: &str, payload: serde_json::Value) -> Result<(), Error> {
            match kind {
                $( <$job as Job>::KIND => serde_json::from_value::<$job>(payload)?.run(state).await, )+
                unknown => Err(Error::internal(format!("no job is called {unknown}"))),
            }
        }
    };
}

jobs![
    crate::checkout::jobs::BookFee,
    crate::checkout::jobs::WatchPurchase,
    crate::checkout::transfers::PassShareOn,
    crate::mail::SendMail,
    crate::orders::claiming::ClaimPurchase,
    crate::orders::claiming::ClaimPurchases,
    crate::shops::onboarding::RefreshOnboarding,
    crate::webhooks::jobs::ApplyEvent,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let longest = |bound: u64| bound.saturating_sub(1);
        assert_eq!(wait_seconds(1, |_| 0), 1);
        assert_eq!(wait_seconds(5, |_| 0), 8);
        assert_eq!(wait_seconds(5, longest), 16);
        assert_eq!(wait_seconds(80, longest), 3600);
    }
}
