//! An embedded Stripe: it speaks Stripe's HTTP API, keeps its own books in its own file, sends
//! signed webhooks, and has a clock that can be moved.
//!
//! It knows nothing of the server that uses it. The server talks to it with the same client as to
//! the real Stripe, through [`Simulator::api_router`] on a loopback port; payers and artisans see
//! [`Simulator::payer_pages`]. No money moves anywhere.

#![recursion_limit = "256"]

mod account_params;
mod accounts;
mod api;
mod balance;
mod books;
mod cards;
mod charges;
mod checkout;
mod clock;
mod control;
mod error;
mod events;
mod expand;
mod faults;
mod fields;
mod form;
mod http;
mod ids;
mod line_items;
mod onboarding;
mod pages;
mod paying;
mod payment_intents;
mod payouts;
mod refunds;
mod reversals;
mod store;
mod time_passing;
mod transfers;
mod webhooks;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio::sync::{MutexGuard, Notify};
use tokio_util::sync::CancellationToken;

pub use clock::SimClock;

use store::{Store, Tx};

/// Where a simulator lives and whom it talks to.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its own SQLite file; made when it is not there.
    pub database: PathBuf,
    /// Where events of the platform go.
    pub webhook_url: String,
    /// Where events of connected accounts go.
    pub connect_webhook_url: String,
    /// Base under which the payer pages are mounted, such as `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Country of the platform and of accounts that name none, ISO 3166.
    pub country: String,
    /// Currency of the platform and of accounts that name none, ISO 4217.
    pub currency: String,
    /// What Stripe keeps of a payment.
    pub fees: Fees,
    /// A fixed moment at which the clock starts, in microseconds; it then moves only when it is
    /// moved. Without it the clock ticks with the real time.
    pub frozen_at: Option<i64>,
}

/// What Stripe keeps of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fees {
    /// Share of the amount, in hundredths of a percent.
    pub basis_points: i64,
    /// Fixed part, minor units.
    pub fixed_minor: i64,
}

impl Default for Fees {
    /// 1.5 % and 0.25, Stripe's price for European cards.
    fn default() -> Self {
        Self { basis_points: 150, fixed_minor: 25 }
    }
}

impl Fees {
    /// The fee on an amount, both in minor units; the share is rounded half up.
    #[must_use]
    pub const fn of(self, amount: i64) -> i64 {
        (amount * self.basis_points + 5_000) / 10_000 + self.fixed_minor
    }
}

/// What every unit of work may know of the simulator.
#[derive(Debug)]
pub(crate) struct Terms {
    /// Id of the platform's own account.
    pub(crate) platform: String,
    pub(crate) webhook_url: String,
    pub(crate) connect_webhook_url: String,
    pub(crate) public_url: String,
    pub(crate) country: String,
    pub(crate) currency: String,
    pub(crate) fees: Fees,
}

/// Lets whoever uses the simulator react before its time goes on.
type Reaction = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A running simulator; clones are the same one.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: SimClock,
    terms: Arc<Terms>,
    secret_key: String,
    webhook_secret: String,
    connect_webhook_secret: String,
    http: reqwest::Client,
    faults: faults::Faults,
    in_flight: http::InFlight,
    reaction: Mutex<Option<Reaction>>,
    wake: Notify,
    /// Held by whoever lets time pass, so that things come due one after the other.
    pace: tokio::sync::Mutex<()>,
}

impl Simulator {
    /// Opens the books, or starts new ones with new secrets.
    ///
    /// # Errors
    /// When the file cannot be opened or is not a simulator's.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        let store = Store::open(&config.database).await?;
        let offset = store.meta("clock_offset").await?;
        let offset = offset.map_or(Ok(0), |offset| offset.parse())?;
        let terms = Terms {
            platform: kept(&store, "platform", || ids::new("acct")).await?,
            webhook_url: config.webhook_url,
            connect_webhook_url: config.connect_webhook_url,
            public_url: config.public_url.trim_end_matches('/').to_owned(),
            country: config.country.to_ascii_uppercase(),
            currency: config.currency.to_ascii_lowercase(),
            fees: config.fees,
        };
        let webhook_secret = || ids::new("whsec") + &ids::random(8);
        let inner = Inner {
            secret_key: kept(&store, "secret_key", || format!("sk_test_sim_{}", ids::random(43)))
                .await?,
            webhook_secret: kept(&store, "webhook_secret", webhook_secret).await?,
            connect_webhook_secret: kept(&store, "connect_webhook_secret", webhook_secret).await?,
            store,
            clock: SimClock::new(config.frozen_at, offset),
            terms: Arc::new(terms),
            http: webhooks::client()?,
            faults: faults::Faults::default(),
            in_flight: http::InFlight::default(),
            reaction: Mutex::default(),
            wake: Notify::new(),
            pace: tokio::sync::Mutex::default(),
        };
        let simulator = Self { inner: Arc::new(inner) };
        time_passing::prepare(&simulator).await?;
        Ok(simulator)
    }

    /// The API key of the platform, `sk_test_sim_…`.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.inner.secret_key
    }

    /// Signs events of the platform, `whsec_sim_…`.
    #[must_use]
    pub fn webhook_secret(&self) -> &str {
        &self.inner.webhook_secret
    }

    /// Signs events of connected accounts, `whsec_sim_…`.
    #[must_use]
    pub fn connect_webhook_secret(&self) -> &str {
        &self.inner.connect_webhook_secret
    }

    /// The simulated time. The server's own clock should follow it.
    #[must_use]
    pub fn clock(&self) -> SimClock {
        self.inner.clock.clone()
    }

    /// Stripe's API under `/v1/` and the simulator's switches under `/_sim/`, for a listener on
    /// the loopback.
    pub fn api_router(&self) -> Router {
        Router::new()
            .route("/_sim/clock", get(control::clock))
            .route("/_sim/clock/advance", post(control::advance))
            .route(
                "/_sim/faults",
                get(control::faults).post(control::set_faults).delete(control::clear_faults),
            )
            .fallback(http::serve)
            .with_state(self.clone())
    }

    /// The pages that payers and artisans see, under `/sim/`, for the public listener.
    pub fn payer_pages(&self) -> Router {
        pages::router().with_state(self.clone())
    }

    /// Lives with the real time until cancelled: settles, expires, pays out, delivers webhooks.
    pub async fn run(&self, cancel: CancellationToken) {
        time_passing::live(self, &cancel).await;
    }

    /// Moves the clock forward, stopping wherever something is due; returns when everything up to
    /// then has happened and every webhook was attempted.
    ///
    /// # Errors
    /// When the books cannot be read or written; time then stands where it stopped.
    pub async fn advance(&self, by: Duration) -> anyhow::Result<()> {
        let by = i64::try_from(by.as_micros())?;
        let target = self.inner.clock.now_micros().saturating_add(by);
        time_passing::advance(self, target).await?;
        self.wake();
        Ok(())
    }

    /// Has `reaction` called, and awaited, after every stop of [`Simulator::advance`]: there the
    /// server works through what its webhooks enqueued, before time goes on.
    pub fn on_stop<F, R>(&self, reaction: F)
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let reaction: Reaction = Arc::new(move || Box::pin(reaction()));
        *self.inner.reaction.lock().unwrap_or_else(PoisonError::into_inner) = Some(reaction);
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.inner.terms
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    pub(crate) fn faults(&self) -> &faults::Faults {
        &self.inner.faults
    }

    pub(crate) fn in_flight(&self) -> &http::InFlight {
        &self.inner.in_flight
    }

    pub(crate) async fn write(&self) -> error::Result<Tx> {
        let mut tx = self.inner.store.write(0, &self.inner.terms).await?;
        // Asked for only now: waiting for the one writer takes time.
        tx.now = self.inner.clock.now_micros();
        Ok(tx)
    }

    pub(crate) async fn read(&self) -> error::Result<Tx> {
        self.inner.store.read(self.inner.clock.now_micros(), &self.inner.terms).await
    }

    /// Tells the background that something may be due.
    pub(crate) fn wake(&self) {
        self.inner.wake.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.inner.wake.notified().await;
    }

    pub(crate) async fn pace(&self) -> MutexGuard<'_, ()> {
        self.inner.pace.lock().await
    }

    /// Moves the clock and remembers it, so that a restart does not turn time back.
    pub(crate) async fn move_clock(&self, moment: i64) -> error::Result<()> {
        let mut tx = self.write().await?;
        let offset = self.inner.clock.move_to(moment);
        tx.remember_offset(offset).await?;
        tx.commit().await
    }

    pub(crate) async fn let_others_react(&self) {
        let reaction = self.inner.reaction.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(reaction) = reaction {
            reaction().await;
        }
    }
}

/// A value that is made at the first start and kept.
async fn kept(store: &Store, name: &str, make: impl Fn() -> String) -> anyhow::Result<String> {
    if let Some(value) = store.meta(name).await? {
        return Ok(value);
    }
    let value = make();
    store.set_meta(name, &value).await?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::Fees;

    #[test]
    fn the_fee_is_a_share_and_a_fixed_part() {
        assert_eq!(Fees::default().of(10_000), 175);
        assert_eq!(Fees::default().of(6_833), 127);
    }
}
