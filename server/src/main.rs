//! `stall-server`: serves the market and looks after it.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use server::clock::Clock;
use server::config::Config;
use server::db::Db;
use server::entropy::Entropy;
use server::run;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Settings that hold where neither an option nor the environment says otherwise.
const SETTINGS_FILE: &str = "stall-server.toml";

/// A marketplace for handmade goods.
#[derive(Parser)]
#[command(name = "stall-server", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a demo market with shops, listings, orders and a payout; no keys, no real money.
    Demo {
        #[command(flatten)]
        config: Config,
        /// Remove the demo that is there and begin anew.
        #[arg(long)]
        fresh: bool,
    },
    /// Serve the storefront, the API and webhooks, and work on jobs.
    Serve {
        #[command(flatten)]
        config: Config,
        /// Leave the jobs to other processes.
        #[arg(long)]
        no_worker: bool,
    },
    /// Work on jobs only.
    Worker {
        #[command(flatten)]
        config: Config,
    },
    /// Bring the database up to date.
    Migrate {
        #[command(flatten)]
        config: Config,
        /// Only say whether it is; exit code 1 when it is not.
        #[arg(long)]
        check: bool,
    },
    /// Prove that books, stock, orders and pictures are as promised.
    ///
    /// Exit code 0: every promise holds. 1: one is broken. 2: could not look.
    Verify {
        #[command(flatten)]
        config: Config,
        /// How to answer.
        #[arg(long, value_enum, default_value_t = Output::Table)]
        output: Output,
    },
    /// Look after the market.
    Admin {
        #[command(subcommand)]
        command: Admin,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

#[derive(Subcommand)]
enum Admin {
    /// Accounts.
    Accounts {
        #[command(subcommand)]
        command: AdminAccounts,
    },
}

#[derive(Subcommand)]
enum AdminAccounts {
    /// Take an address as proved.
    Verify {
        #[command(flatten)]
        config: Config,
        /// The address.
        email: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match read_arguments() {
        Ok(cli) => cli,
        Err(error) => {
            say(&format!("stall-server: {error:#}"));
            return ExitCode::from(2);
        }
    };
    start_log();
    match carry_out(cli.command).await {
        Ok(code) => code,
        Err(error) => {
            say(&format!("stall-server: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo { config, fresh } => return demo(config, fresh).await,
        Command::Serve { config, no_worker } => serve(config, !no_worker).await?,
        Command::Worker { config } => run::work(open(config).await?, stop_on_signal()?).await,
        Command::Migrate { config, check: true } => return check_migrations(&config).await,
        Command::Migrate { config, check: false } => open(config).await?.db.close().await,
        Command::Verify { config, output } => return Ok(verify(config, output).await),
        Command::Admin {
            command: Admin::Accounts { command: AdminAccounts::Verify { config, email } },
        } => {
            let state = open(config).await?;
            server::audit::as_operator(server::accounts::verify_by_operator(&state, &email))
                .await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(config: Config) -> anyhow::Result<server::state::AppState> {
    run::open(config, Clock::system(), Entropy::os()).await
}

async fn serve(config: Config, with_worker: bool) -> anyhow::Result<()> {
    let stop = stop_on_signal()?;
    let address = config.listen;
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    let state = open(config).await?;
    tracing::info!(address = %listener.local_addr()?, "open for business");
    run::serve(state, listener, stop, with_worker).await;
    Ok(())
}

/// Serves the demo market; a new one is filled while it is open. Exit code 2: this place is not
/// a demo's.
async fn demo(mut config: Config, fresh: bool) -> anyhow::Result<ExitCode> {
    let stop = stop_on_signal()?;
    let address = config.listen;
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    config.listen = listener.local_addr()?;
    if let Err(refusal) = server::demo::prepare(&config, fresh).await {
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
async fn fill(state: &server::state::AppState) -> anyhow::Result<()> {
    if !server::demo::is_seeded(state).await? {
        say(&format!("{} is open; shelves are being filled …", state.config.public_url()));
        server::demo::seed(state).await?;
    }
    print(&server::demo::welcome(state, &stall()));
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

async fn check_migrations(config: &Config) -> anyhow::Result<ExitCode> {
    let db = Db::connect(&config.database_url()).await.context("opening the database")?;
    // A database without the table of migrations never had one.
    let applied = db.applied_migration().await.unwrap_or(0);
    let newest = Db::newest_migration();
    say(&format!("migrations: {applied} of {newest}"));
    Ok(if applied >= newest { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Looks at every promise and says how each stands.
async fn verify(config: Config, output: Output) -> ExitCode {
    let looked = async { server::verify::run(&open(config).await?).await };
    let findings = match looked.await {
        Ok(findings) => findings,
        Err(error) => {
            say(&format!("stall-server: could not look: {error:#}"));
            return ExitCode::from(2);
        }
    };
    let text = match output {
        Output::Json => serde_json::to_string_pretty(&findings).unwrap_or_default(),
        Output::Table => {
            findings.iter().map(server::verify::Finding::line).collect::<Vec<_>>().join("\n")
        }
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

/// Reads the command line; the settings file replaces defaults.
fn read_arguments() -> anyhow::Result<Cli> {
    let mut command = Cli::command();
    match std::fs::read_to_string(SETTINGS_FILE) {
        Ok(text) => {
            let settings: toml::Table = text.parse().context(SETTINGS_FILE)?;
            command = with_settings(command, settings)?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).context(SETTINGS_FILE),
    }
    Ok(Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit()))
}

fn with_settings(
    mut command: clap::Command,
    settings: toml::Table,
) -> anyhow::Result<clap::Command> {
    for (name, value) in settings {
        let known = command.find_subcommand("serve").is_some_and(|serve| {
            serve
                .get_arguments()
                .any(|arg| arg.get_id() == name.as_str() && arg.get_env().is_some())
        });
        anyhow::ensure!(known, "{SETTINGS_FILE}: no setting is called {name}");
        let text = match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        command = with_default(command, &name, text.leak());
    }
    Ok(command)
}

/// Gives one setting a default in this command and all below it. Read once, when the program
/// starts, so the text may live as long as the program.
fn with_default(command: clap::Command, name: &str, default: &'static str) -> clap::Command {
    let has = command.get_arguments().any(|arg| arg.get_id() == name);
    let name_of = |sub: &clap::Command| sub.get_name().to_owned();
    let below: Vec<String> = command.get_subcommands().map(name_of).collect();
    let id = name.to_owned();
    let command = if has { command.mut_arg(id, |arg| arg.default_value(default)) } else { command };
    below.into_iter().fold(command, |command, sub| {
        command.mut_subcommand(sub, |sub| with_default(sub, name, default))
    })
}

/// Standard error: for people on a terminal, one JSON object a line elsewhere.
fn start_log() {
    let filter = EnvFilter::try_from_env("STALL_LOG")
        .or_else(|_| EnvFilter::try_from_default_env())
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().with_span_list(false).init();
    }
}

#[expect(clippy::print_stderr, reason = "the program's own last words go to standard error")]
fn say(words: &str) {
    eprintln!("{words}");
}

#[expect(clippy::print_stdout, reason = "what was asked for goes to standard output")]
fn print(text: &str) {
    println!("{text}");
}
