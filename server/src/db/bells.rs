//! Bells: who waits for rows of some kind hears when a transaction that wrote such rows is
//! committed, on whichever server.
//!
//! On SQLite the only server rings its own bells. On PostgreSQL a `NOTIFY` in the transaction
//! rings those of every server, ours included. A bell may be missed while a connection is down, so
//! whoever waits for one looks by himself now and then.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// PostgreSQL's channel of all bells; what is said on it is the name of one.
const CHANNEL: &str = "stall_bells";
/// After so long without a word the connection is tried: one that a gateway has cut looks just
/// like one on which nothing is said.
const SILENCE: Duration = Duration::from_mins(1);
/// How long such a trial may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long after a failure it is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Rows that somebody may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Work to do.
    Jobs,
    /// Lines of the live feeds.
    Feeds,
    /// Listings that the search index has to read again.
    Search,
}

impl Topic {
    const ALL: [Self; 3] = [Self::Jobs, Self::Feeds, Self::Search];

    const fn name(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::Feeds => "feeds",
            Self::Search => "search",
        }
    }
}

/// The bells of this server, one for each topic.
#[derive(Clone, Debug, Default)]
pub(super) struct Bells(Arc<Rope>);

#[derive(Debug, Default)]
struct Rope {
    jobs: watch::Sender<()>,
    feeds: watch::Sender<()>,
    search: watch::Sender<()>,
}

/// Hears one bell from the moment it was made.
#[derive(Debug)]
pub(crate) struct Bell(watch::Receiver<()>);

impl Bell {
    /// Waits for the next ring; one that came since the last wait counts.
    pub(crate) async fn rings(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left to ring it.
            std::future::pending::<()>().await;
        }
    }
}

impl Bells {
    fn of(&self, topic: Topic) -> &watch::Sender<()> {
        match topic {
            Topic::Jobs => &self.0.jobs,
            Topic::Feeds => &self.0.feeds,
            Topic::Search => &self.0.search,
        }
    }

    pub(super) fn bell(&self, topic: Topic) -> Bell {
        Bell(self.of(topic).subscribe())
    }

    pub(super) fn ring(&self, topic: Topic) {
        self.of(topic).send_replace(());
    }

    fn ring_named(&self, name: &str) {
        if let Some(topic) = Topic::ALL.into_iter().find(|topic| topic.name() == name) {
            self.ring(topic);
        }
    }

    fn ring_all(&self) {
        for topic in Topic::ALL {
            self.ring(topic);
        }
    }
}

/// Rings the bells of every server when the transaction is committed.
pub(super) async fn notify(tx: &mut PgConnection, topics: &[Topic]) -> sqlx::Result<()> {
    if topics.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = topics.iter().map(|topic| topic.name()).collect();
    sqlx::query("SELECT pg_notify($1, name) FROM unnest($2::text[]) AS name")
        .bind(CHANNEL)
        .bind(names)
        .execute(tx)
        .await?;
    Ok(())
}

/// Rings the bells of this server whenever any server says so; never ends.
pub(super) async fn listen(pool: &PgPool, bells: &Bells) {
    loop {
        if let Err(error) = hear(pool, bells).await {
            tracing::warn!(%error, "other servers are not heard; work is found by looking for it");
        }
        sleep(AFTER_FAILURE).await;
    }
}

/// Listens on a connection of its own, so that no request ever waits for it.
async fn hear(pool: &PgPool, bells: &Bells) -> sqlx::Result<()> {
    let options = pool.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.listen(CHANNEL).await?;
    // What was said before was not heard.
    bells.ring_all();
    loop {
        let Ok(said) = timeout(SILENCE, listener.try_recv()).await else {
            let tried = timeout(PATIENCE, sqlx::query("SELECT 1").execute(&mut listener)).await;
            tried.map_err(|_| sqlx::Error::PoolTimedOut)??;
            continue;
        };
        match said? {
            Some(said) => bells.ring_named(said.payload()),
            // The connection was lost and is there again.
            None => bells.ring_all(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ring_between_two_waits_is_heard_and_one_before_the_first_is_not() {
        let bells = Bells::default();
        bells.ring(Topic::Jobs);
        let (mut jobs, mut feeds) = (bells.bell(Topic::Jobs), bells.bell(Topic::Feeds));
        let soon = Duration::from_millis(1);
        assert!(timeout(soon, jobs.rings()).await.is_err());
        bells.ring(Topic::Jobs);
        bells.ring(Topic::Jobs);
        jobs.rings().await;
        assert!(timeout(soon, jobs.rings()).await.is_err());
        assert!(timeout(soon, feeds.rings()).await.is_err());
    }
}
