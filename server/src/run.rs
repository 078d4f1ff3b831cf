//! Opening the market and running it: what every command that needs it has in common.

use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::accounts::password::Passwords;
use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::mail::Mailer;
use crate::payments::Payments;
use crate::search::Search;
use crate::state::{AppState, Handles};
use crate::{accounts, jobs, live, payments, privacy, search, simulated, web};

/// How often what has lapsed is forgotten.
const HOUSEKEEPING: Duration = Duration::from_hours(1);

/// Opens the market: data folder, database with its migrations, and every handle.
pub async fn open(config: Config, clock: Clock, entropy: Entropy) -> anyhow::Result<AppState> {
    let db = begin(&config).await?;
    let payments = payments::open(&config, &db, clock).await?;
    assemble(config, db, payments, entropy)
}

/// The same for who looks after a market and has no business with Stripe: the payments are those
/// that it was started with, and no key is asked for.
pub(crate) async fn open_to_look_after(
    mut config: Config,
    clock: Clock,
    entropy: Entropy,
) -> anyhow::Result<AppState> {
    let db = begin(&config).await?;
    config.payments = payments::first(&db).await?.unwrap_or(config.payments);
    let payments = payments::open_unused(&config, clock).await?;
    assemble(config, db, payments, entropy)
}

/// The database with its migrations, in its folder.
pub(crate) async fn database(config: &Config) -> anyhow::Result<Db> {
    tokio::fs::create_dir_all(&config.data)
        .await
        .with_context(|| format!("creating the data folder {}", config.data.display()))?;
    let db = Db::connect(&config.database_url()).await.context("opening the database")?;
    db.migrate().await.context("bringing the database up to date")?;
    Ok(db)
}

/// What has to be right before anything is opened; then the database.
async fn begin(config: &Config) -> anyhow::Result<Db> {
    // The whole process speaks TLS through ring; a second start of it in one process is no error.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    check_public_url(&config.public_url())?;
    database(config).await
}

fn assemble(
    config: Config,
    db: Db,
    payments: Payments,
    entropy: Entropy,
) -> anyhow::Result<AppState> {
    let mailer = Mailer::open(config.mail_url.as_deref(), &config.market_name)?;
    let blobs = Blobs::open(&config.blobs_url())?;
    let search = Search::open(&config.data.join("search"), config.language, config.currency)?;
    let Payments { stripe, simulator, clock } = payments;
    Ok(AppState::new(Handles {
        db,
        clock,
        entropy,
        passwords: Passwords::open()?,
        blobs,
        search,
        stripe,
        simulator,
        mailer,
        config,
    }))
}

/// Cookies, redirects and the check of writes are built on this address.
fn check_public_url(given: &str) -> anyhow::Result<()> {
    let url = url::Url::parse(given).with_context(|| format!("STALL_PUBLIC_URL {given}"))?;
    let plain = matches!(url.scheme(), "http" | "https") && url.path() == "/";
    anyhow::ensure!(plain, "STALL_PUBLIC_URL {given}: should read https://host, without a path");
    Ok(())
}

/// Serves the storefront and the API until told to stop, and works on jobs when asked to.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    stop: CancellationToken,
    with_worker: bool,
) {
    web::idempotency::take_over(&state).await;
    let app = web::router(state.clone());
    let web = web::serve::serve(listener, app, stop.clone());
    let simulator = simulate(&state, stop.clone());
    let index = search::run(state.clone(), stop.clone());
    let others = state.db.listen(stop.clone());
    if with_worker {
        tokio::join!(web, simulator, index, others, labour(&state, &stop));
    } else {
        tokio::join!(web, simulator, index, others);
    }
    state.db.close().await;
}

/// Runs the simulated Stripe, in a market that has one.
async fn simulate(state: &AppState, stop: CancellationToken) {
    if let Some(simulator) = &state.simulator {
        simulator.run(state.clone(), stop).await;
    }
}

/// Works on jobs until told to stop, without serving anybody.
pub async fn work(state: AppState, stop: CancellationToken) {
    tokio::join!(labour(&state, &stop), state.db.listen(stop.clone()));
}

/// Works on jobs and keeps house.
async fn labour(state: &AppState, stop: &CancellationToken) {
    tokio::join!(jobs::worker(state.clone(), stop.clone()), keep_house(state, stop));
}

/// Waits until no job is due or running.
pub async fn settle(state: &AppState) -> anyhow::Result<()> {
    Ok(jobs::settle(state).await?)
}

/// Moves the simulator's time and waits until everything that fell due on the way is done.
pub async fn advance(state: &AppState, seconds: u64) -> anyhow::Result<()> {
    simulated::advance(state, seconds).await?;
    Ok(())
}

async fn forget_what_lapsed(state: &AppState) -> Result<(), Error> {
    jobs::purge(state).await?;
    accounts::purge(state).await?;
    live::purge(state).await?;
    search::purge(state).await?;
    privacy::purge(state).await?;
    web::idempotency::purge(state).await
}

async fn keep_house(state: &AppState, stop: &CancellationToken) {
    loop {
        if let Err(error) = forget_what_lapsed(state).await {
            tracing::warn!(error = format!("{error:#}"), "housekeeping");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(HOUSEKEEPING) => {}
        }
    }
}
