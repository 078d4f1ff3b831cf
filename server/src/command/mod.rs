//! What `stall-server` does: reads its command line, starts the log and carries the command out.

mod arguments;
mod lock;
mod log;

use std::io::{Write as _, stderr, stdout};
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use self::arguments::{Admin, AdminAccounts, Command, Output, Staff};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::entropy::Entropy;
use crate::staff::Added;
use crate::state::AppState;
use crate::verify::Finding;
use crate::{accounts, audit, demo, run, staff, synthetic, verify};

/// Does what the command line says. It lives in the library, so that the program itself is
/// nothing that has to be compiled a second time.
#[must_use]
pub fn main() -> ExitCode {
    let (command, runtime) = match begin() {
        Ok(begun) => begun,
        Err(error) => {
            say(&format!("stall-server: {error:#}"));
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(carry_out(command)) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("stall-server: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The command that was asked for, with the log running, and what it runs on.
fn begin() -> anyhow::Result<(Command, Runtime)> {
    let command = arguments::read()?.command;
    log::start(command.config(), command.log())?;
    Ok((command, Runtime::new()?))
}

async fn carry_out(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo { config, fresh } => return open_demo(config, fresh).await,
        Command::Serve { config, no_worker } => serve(config, !no_worker).await?,
        Command::Worker { config } => run::work(open(config).await?, stop_on_signal()?).await,
        Command::Migrate { config, check: true } => return check_migrations(&config).await,
        Command::Migrate { config, check: false } => run::database(&config).await?.close().await,
        Command::Verify { config, output } => return Ok(prove(config, output).await),
        Command::Seed { config, listings, seed } => {
            fill_with_pieces(config, listings, seed).await?;
        }
        Command::Staff { command } => look_after_staff(command).await?,
        Command::Admin {
            command: Admin::Accounts { command: AdminAccounts::Verify { config, email } },
        } => {
            let state = open_existing(config).await?;
            audit::as_operator(accounts::verify_by_operator(&state, &email)).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(config: Config) -> anyhow::Result<AppState> {
    run::open(config, Clock::system(), Entropy::os()).await
}

/// Opens a market that is there already: who looks at one or mends one does not begin one.
async fn open_existing(config: Config) -> anyhow::Result<AppState> {
    if let Some(file) = config.database_file().filter(|file| !file.exists()) {
        anyhow::bail!("there is no market at {}; STALL_DATA says where it lies", file.display());
    }
    run::open_to_look_after(config, Clock::system(), Entropy::os()).await
}

async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let address = config.listen;
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be opened; STALL_LISTEN=127.0.0.1:9000 takes another address")
    })
}

async fn serve(config: Config, with_worker: bool) -> anyhow::Result<()> {
    let stop = stop_on_signal()?;
    let _lock = lock::take(&config.data)?;
    let listener = listen(&config).await?;
    let state = open(config).await?;
    tracing::info!(address = %listener.local_addr()?, "open for business");
    run::serve(state, listener, stop, with_worker).await;
    Ok(())
}

/// Serves the demo market; a new one is filled while it is open. Exit code 2: this place is not
/// a demo's.
async fn open_demo(mut config: Config, fresh: bool) -> anyhow::Result<ExitCode> {
    let stop = stop_on_signal()?;
    let _lock = lock::take(&config.data)?;
    let listener = listen(&config).await?;
    config.listen = listener.local_addr()?;
    if let Err(refusal) = demo::prepare(&config, fresh).await {
        say(&format!("stall-server: {refusal:#}"));
        return Ok(ExitCode::from(2));
    }
    let state = open(config).await?;
    let serving = tokio::spawn(run::serve(state.clone(), listener, stop.clone(), true));
    let filled = tokio::select! {
        filled = fill(&state) => filled,
        () = stop.cancelled() => Ok(()),
    };
    if filled.is_err() {
        stop.cancel();
    }
    serving.await?;
    filled.map(|()| ExitCode::SUCCESS)
}

/// Fills a new demo, and says what to do with it.
async fn fill(state: &AppState) -> anyhow::Result<()> {
    if !demo::is_seeded(state).await? {
        say(&format!("{} is open; shelves are being filled …", state.config.public_url()));
        demo::seed(state).await?;
    }
    print(&demo::welcome(state, &stall()));
    Ok(())
}

/// Fills a market with made-up pieces, and says how far it is.
async fn fill_with_pieces(config: Config, listings: u64, seed: u64) -> anyhow::Result<()> {
    synthetic::demand_play_money(&config)?;
    let stop = stop_on_signal()?;
    let _lock = lock::take(&config.data)?;
    let state = open(config).await?;
    let mut told = 0;
    let tell = |done: synthetic::Progress| {
        let tenths = done.there * 10 / listings;
        if tenths > told {
            told = tenths;
            say(&format!("{} of {listings} pieces", done.there));
        }
    };
    let done = audit::as_operator(synthetic::fill(&state, listings, seed, &stop, tell)).await?;
    state.db.close().await;
    print(&format!("{} of {listings} pieces are there, {} of them new", done.there, done.written));
    anyhow::ensure!(done.there == listings, "stopped; the same command goes on");
    Ok(())
}

/// How the artisans' command line is called: where it lies beside this program, if it does.
fn stall() -> String {
    let beside = std::env::current_exe().ok().map(|own| own.with_file_name("stall"));
    let here = std::env::current_dir().unwrap_or_default();
    match beside.filter(|path| path.exists()) {
        Some(path) => path.strip_prefix(here).unwrap_or(&path).display().to_string(),
        None => "stall".to_owned(),
    }
}

/// Grants the staff role, takes it, or says who has it.
async fn look_after_staff(command: Staff) -> anyhow::Result<()> {
    match command {
        Staff::Add { config, email } => {
            anyhow::ensure!(
                config.public_url.is_some(),
                "the letter to {email} names the market's address, so set STALL_PUBLIC_URL to the one that people see"
            );
            let state = open_existing(config).await?;
            let added = audit::as_operator(staff::add(&state, &email)).await?;
            let url = state.config.public_url();
            say(&match added {
                Added::Now => format!(
                    "{email} is staff; {url}/staff opens once the second step is on, and the letter says so"
                ),
                Added::Before => format!(
                    "{email} is staff already, without a second step yet; another letter is on its way and names {url}/staff"
                ),
            });
        }
        Staff::Remove { config, email } => {
            let state = open_existing(config).await?;
            audit::as_operator(staff::remove(&state, &email)).await?;
            say(&format!("{email} is staff no more"));
        }
        Staff::List { config } => {
            let members = staff::members(&open_existing(config).await?).await?;
            for member in &members {
                let factor = if member.factor { "" } else { ", without a second step yet" };
                let (email, name, since) = (&member.email, &member.name, member.since.day());
                print(&format!("{email}  {name}, since {since}{factor}"));
            }
            if members.is_empty() {
                say("nobody is staff; `stall-server staff add EMAIL` makes somebody");
            }
        }
    }
    Ok(())
}

async fn check_migrations(config: &Config) -> anyhow::Result<ExitCode> {
    if config.database_file().is_some_and(|file| !file.exists()) {
        say(&format!("migrations: 0 of {}", Db::newest_migration()));
        return Ok(ExitCode::FAILURE);
    }
    let db = Db::connect(&config.database_url()).await.context("opening the database")?;
    // A database without the table of migrations never had one.
    let applied = db.applied_migration().await.unwrap_or(0);
    let newest = Db::newest_migration();
    say(&format!("migrations: {applied} of {newest}"));
    Ok(if applied >= newest { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Looks at every promise and says how each stands.
async fn prove(config: Config, output: Output) -> ExitCode {
    let looked = async { verify::run(&open_existing(config).await?).await };
    let findings = match looked.await {
        Ok(findings) => findings,
        Err(error) => {
            say(&format!("stall-server: could not look: {error:#}"));
            return ExitCode::from(2);
        }
    };
    let text = match output {
        Output::Json => serde_json::to_string_pretty(&findings).unwrap_or_default(),
        Output::Table => findings.iter().map(Finding::line).collect::<Vec<_>>().join("\n"),
    };
    print(&text);
    if findings.iter().all(|finding| finding.holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Cancelled by Ctrl-C or by the service manager.
fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        tracing::info!("closing; requests in hand are finished first");
        told.cancel();
    });
    Ok(stop)
}

/// The program's own words, to standard error. Whoever stopped listening misses them.
fn say(words: &str) {
    let _unheard = writeln!(stderr(), "{words}");
}

/// What was asked for, to standard output. Whoever has read enough may close it.
fn print(text: &str) {
    let _unread = writeln!(stdout(), "{text}");
}
