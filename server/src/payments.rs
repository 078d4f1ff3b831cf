//! Which payments the market runs on: Stripe, or the simulator that stands in for it.

use std::future::IntoFuture as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use api::Timestamp;
use api::account::PaymentsMode;
use stripe_simulator::{Fees, Simulator};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{Config, secret};
use crate::db::Db;
use crate::error::Error;
use crate::state::AppState;
use crate::stripe::{Access, STRIPE_URL, Stripe};
use crate::{facts, jobs};

/// Fact: which payments a market was started with. Every market has it that was ever opened.
pub(crate) const FIRST: &str = "payments";

/// The simulator, running beside the server on a loopback port of its own.
pub struct Simulated {
    simulator: Simulator,
    http: reqwest::Client,
    base_url: String,
    /// Taken by whoever serves it.
    listener: Mutex<Option<TcpListener>>,
}

/// Payments that are open, and the market's clock.
pub(crate) struct Payments {
    /// Stripe, or who stands in for it.
    pub(crate) stripe: Stripe,
    /// The simulator, in a market that has one.
    pub(crate) simulator: Option<Simulated>,
    /// The market's time.
    pub(crate) clock: Clock,
}

/// Opens the payments that the settings ask for.
pub(crate) async fn open(config: &Config, db: &Db, clock: Clock) -> anyhow::Result<Payments> {
    let mode = config.payments;
    if let Some(started_with) = first(db).await? {
        same(started_with, mode)?;
    }
    let opened = access(config, clock).await?;
    // Only what could be opened is what the market was started with.
    same(facts::first(db, FIRST, mode.as_str()).await?.parse()?, mode)?;
    Ok(opened)
}

/// The payments that a market was started with, if it ever was.
pub(crate) async fn first(db: &Db) -> anyhow::Result<Option<PaymentsMode>> {
    Ok(facts::find(db, FIRST).await?.map(|first| first.parse()).transpose()?)
}

/// The payments as they are set, for who asks Stripe for nothing: Stripe itself comes without keys
/// and would refuse.
pub(crate) async fn open_unused(config: &Config, clock: Clock) -> anyhow::Result<Payments> {
    match config.payments {
        PaymentsMode::Simulator => simulated(config, clock).await,
        mode => Ok(Payments { stripe: Stripe::without_keys(mode)?, simulator: None, clock }),
    }
}

/// The payments as they are set.
async fn access(config: &Config, clock: Clock) -> anyhow::Result<Payments> {
    if config.payments != PaymentsMode::Simulator {
        let stripe = Stripe::open(Access {
            base_url: STRIPE_URL.to_owned(),
            secret_key: key(config)?,
            webhook_secret: secret(
                config.stripe_webhook_secret.as_ref(),
                config.stripe_webhook_secret_file.as_ref(),
                "STALL_STRIPE_WEBHOOK_SECRET",
            )?,
            connect_webhook_secret: secret(
                config.stripe_connect_webhook_secret.as_ref(),
                config.stripe_connect_webhook_secret_file.as_ref(),
                "STALL_STRIPE_CONNECT_WEBHOOK_SECRET",
            )?,
            mode: config.payments,
        })?;
        return Ok(Payments { stripe, simulator: None, clock });
    }
    anyhow::ensure!(
        config.stripe_secret_key.is_none() && config.stripe_secret_key_file.is_none(),
        "a Stripe key is set, but STALL_PAYMENTS=simulator: choose stripe-test or stripe-live, or remove the key"
    );
    simulated(config, clock).await
}

async fn simulated(config: &Config, clock: Clock) -> anyhow::Result<Payments> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("the simulator's port")?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let own = format!("http://{}", config.listen);
    let simulator = Simulator::open(stripe_simulator::Config {
        database: config.data.join("simulator.db"),
        webhook_url: format!("{own}/webhooks/stripe"),
        connect_webhook_url: format!("{own}/webhooks/stripe-connect"),
        public_url: config.public_url(),
        country: config.country.clone(),
        currency: config.currency.to_string(),
        fees: Fees::default(),
        frozen_at: clock.standing().map(Timestamp::micros),
    })
    .await
    .context("opening the simulated Stripe")?;
    let stripe = Stripe::open(Access {
        base_url: base_url.clone(),
        secret_key: simulator.secret_key().to_owned(),
        webhook_secret: simulator.webhook_secret().to_owned(),
        connect_webhook_secret: simulator.connect_webhook_secret().to_owned(),
        mode: PaymentsMode::Simulator,
    })?;
    let clock = Clock::simulated(simulator.clock());
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
    let listener = Mutex::new(Some(listener));
    let simulator = Some(Simulated { simulator, http, base_url, listener });
    Ok(Payments { stripe, simulator, clock })
}

fn key(config: &Config) -> anyhow::Result<String> {
    secret(
        config.stripe_secret_key.as_ref(),
        config.stripe_secret_key_file.as_ref(),
        "STALL_STRIPE_SECRET_KEY",
    )
}

/// A market keeps the payments it was started with: simulated and real money never mix.
fn same(first: PaymentsMode, mode: PaymentsMode) -> anyhow::Result<()> {
    anyhow::ensure!(
        first == mode,
        "this market was started with STALL_PAYMENTS={first} and cannot go on with {mode}; use another data folder or database"
    );
    Ok(())
}

impl Simulated {
    /// Serves Stripe's API and lives with the time until told to stop.
    pub(crate) async fn run(&self, state: AppState, stop: CancellationToken) {
        let taken = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(listener) = taken else { return };
        let reacting = state.clone();
        self.simulator.on_stop(move || {
            let state = reacting.clone();
            async move {
                if let Err(error) = jobs::settle(&state).await {
                    tracing::warn!(error = format!("{error:#}"), "jobs cannot be counted");
                }
            }
        });
        let api = axum::serve(listener, self.simulator.api_router())
            .with_graceful_shutdown(stop.clone().cancelled_owned())
            .into_future();
        let (served, ()) = tokio::join!(api, self.simulator.run(stop));
        if let Err(error) = served {
            tracing::error!(%error, "the simulated Stripe stopped");
        }
        self.simulator.close().await;
    }

    /// Where the simulated Stripe answers, and the key to ask it with.
    pub fn access(&self) -> (&str, &str) {
        (&self.base_url, self.simulator.secret_key())
    }

    /// The pages where shoppers pay and artisans give their details.
    pub(crate) fn pages(&self) -> axum::Router {
        self.simulator.payer_pages()
    }

    /// Moves the time; settlements, payouts and expiries on the way happen in order.
    pub(crate) async fn advance(&self, by: Duration) -> Result<(), Error> {
        Ok(self.simulator.advance(by).await?)
    }

    /// Fills an artisan's forms with test data.
    pub(crate) async fn complete_onboarding(&self, account: &str) -> Result<(), Error> {
        let url = format!("{}/_sim/accounts/{account}/complete_onboarding", self.base_url);
        let answer = self.http.post(url).bearer_auth(self.simulator.secret_key()).send().await;
        answer.and_then(reqwest::Response::error_for_status).map_err(anyhow::Error::new)?;
        Ok(())
    }
}
