//! Background work. A job is enqueued in the transaction that makes it necessary (that is the
//! outbox), claimed by lease, retried with backoff and jitter, and given up after a while.
//!
//! A server renews its leases while it works. When it dies they run out within seconds and another
//! takes its jobs over; should it only have been slow, it finds that its hold is gone, lets go, and
//! what it has to say about the job is not heard any more.
//!
//! Every job may run more than once: after a crash, or when a lease ran out. So each of them
//! looks first whether its work is done.

mod store;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use api::Timestamp;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::db::{Topic, Tx};
use crate::error::Error;
use crate::lease;
use crate::state::AppState;

/// The first retry waits this long; each further one twice as long, up to [`LONGEST_WAIT_SECONDS`].
const FIRST_WAIT_SECONDS: u64 = 1;
const LONGEST_WAIT_SECONDS: u64 = 3600;
/// After so many attempts (about three days) an operator has to look.
const MOST_ATTEMPTS: i64 = 85;
/// Done jobs are kept this long, which is also how long a job's key keeps doubles out.
const KEEP_SECONDS: i64 = 90 * 24 * 3600;

/// Settings of the machinery. Nobody has to change them; tests do.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Safety net beside the bells: how often who waits for one looks by himself. A job that is to
    /// run at a moment is found by this.
    pub poll: Duration,
    /// Jobs that a server works on at a time.
    pub hands: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { poll: Duration::from_millis(500), hands: 8 }
    }
}

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
    tx.rings(Topic::Jobs);
    Ok(id)
}

/// Works until told to stop; then finishes what it has in hand.
pub(crate) async fn worker(state: AppState, stop: CancellationToken) {
    if state.db.is_embedded() {
        take_over(&state).await;
    }
    let mut bell = state.db.bell(Topic::Jobs);
    let mut running = JoinSet::new();
    while !stop.is_cancelled() {
        while running.try_join_next().is_some() {}
        let claimed = claim(&state, state.config.pace.hands.saturating_sub(running.len())).await;
        if claimed.is_empty() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = bell.rings() => {}
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = tokio::time::sleep(state.config.pace.poll) => {}
            }
        }
        for job in claimed {
            let state = state.clone();
            running.spawn(async move { work(&state, job).await });
        }
    }
    while running.join_next().await.is_some() {}
}

/// Claims as many jobs as there are hands free.
async fn claim(state: &AppState, free: usize) -> Vec<store::Claimed> {
    if free == 0 {
        return Vec::new();
    }
    let most = i64::try_from(free).unwrap_or(1);
    let claimed = store::claim(&state.db, state.clock.now(), state.config.lease(), most).await;
    claimed.unwrap_or_else(|error| {
        tracing::error!(%error, "jobs cannot be claimed");
        Vec::new()
    })
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

async fn work(state: &AppState, job: store::Claimed) {
    let span = tracing::info_span!("job", kind = %job.kind, id = %job.id, attempt = job.attempts);
    let hold = job.hold();
    let done = async {
        let lease = state.config.lease();
        let outcome = tokio::select! {
            outcome = attempt(state, job) => outcome,
            () = lease::keep(lease, || store::renew(&state.db, hold, lease)) => return Ok(false),
        };
        match outcome {
            Ok(()) => store::finish(&state.db, hold, state.clock.now()).await,
            Err(error) => record_failure(state, hold, &error).await,
        }
    };
    async {
        match done.await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("another server has taken this job over"),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(error, "how a job ended cannot be noted; it will run again");
            }
        }
    }
    .instrument(span)
    .await;
}

/// One run; a panic is a failure like any other, and the next attempt waits.
async fn attempt(state: &AppState, job: store::Claimed) -> Result<(), Error> {
    let run = AssertUnwindSafe(dispatch(state, &job.kind, job.payload.0)).catch_unwind();
    run.await.unwrap_or_else(|_| Err(Error::internal("the job panicked")))
}

/// Puts it back for later; whether the job was still this server's.
async fn record_failure(state: &AppState, hold: store::Hold, error: &Error) -> Result<bool, Error> {
    let now = state.clock.now();
    let dead_at = (hold.attempt >= MOST_ATTEMPTS).then_some(now);
    if dead_at.is_some() {
        tracing::error!(error = format!("{error:#}"), "job given up");
    } else {
        tracing::warn!(error = format!("{error:#}"), "job failed, will be retried");
    }
    let wait = wait_seconds(hold.attempt, |bound| state.entropy.below(bound));
    store::put_back(&state.db, hold, now.plus_seconds(wait), format!("{error:#}"), dead_at).await
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
        state.db.ring(Topic::Jobs);
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
    crate::accounts::passwords::jobs::WriteResetLetter,
    crate::checkout::jobs::BookFee,
    crate::checkout::jobs::LookAgain,
    crate::checkout::jobs::WatchPurchase,
    crate::checkout::late::jobs::SendLateMoneyBack,
    crate::checkout::transfers::PassShareOn,
    crate::mail::SendMail,
    crate::orders::claiming::ClaimPurchase,
    crate::orders::claiming::ClaimPurchases,
    crate::privacy::jobs::RemovePictures,
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
