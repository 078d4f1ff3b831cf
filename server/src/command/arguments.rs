//! The command line of `stall-server`, and the settings file that replaces its defaults.

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::Config;

/// Settings that hold where neither an option nor the environment says otherwise.
const SETTINGS_FILE: &str = "stall-server.toml";

/// Commands that look after a market and neither serve it nor move money, with the settings that
/// matter to them besides [`CARE`].
const CARING: [(&str, &[&str]); 5] = [
    ("migrate", &[]),
    ("verify", &[]),
    ("seed", &[]),
    ("staff", &["public_url", "market_name"]),
    ("admin", &[]),
];
/// Settings that matter to all of them.
const CARE: [&str; 5] = ["data", "database_url", "blobs_url", "log", "log_format"];
/// Where the settings stand that help leaves out.
const MORE: &str = "All settings: stall-server serve --help";
/// Settings that a demo has of its own, in the beginnings of their names.
const NOT_IN_A_DEMO: [&str; 3] = ["payments", "stripe_", "mail_url"];

/// A marketplace for handmade goods.
#[derive(Parser)]
#[command(name = "stall-server", version, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
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
    /// Fill an empty market with made-up shops and pieces, to measure with.
    ///
    /// The same seed makes the same pieces; what is there already is left, so a run that was stopped
    /// goes on and a later one can add more. Sign in as maker-SEED-0@example.com, with the password
    /// of the demo.
    Seed {
        #[command(flatten)]
        config: Config,
        /// How many pieces there shall be in all.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
        listings: u64,
        /// Which pieces.
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Say who is staff: who may suspend shops, with the second step of signing in.
    Staff {
        #[command(subcommand)]
        command: Staff,
    },
    /// Look after the market.
    Admin {
        #[command(subcommand)]
        command: Admin,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

#[derive(Subcommand)]
pub(super) enum Staff {
    /// Make somebody staff.
    Add {
        #[command(flatten)]
        config: Config,
        /// The address of the account; it has to be verified.
        email: String,
    },
    /// Take the role from somebody, from the next request on.
    Remove {
        #[command(flatten)]
        config: Config,
        /// The address of the account.
        email: String,
    },
    /// List everybody who is staff, and since when.
    List {
        #[command(flatten)]
        config: Config,
    },
}

#[derive(Subcommand)]
pub(super) enum Admin {
    /// Accounts.
    Accounts {
        #[command(subcommand)]
        command: AdminAccounts,
    },
}

#[derive(Subcommand)]
pub(super) enum AdminAccounts {
    /// Take an address as verified.
    Verify {
        #[command(flatten)]
        config: Config,
        /// The address.
        email: String,
    },
}

impl Command {
    /// The settings it was given.
    pub(super) const fn config(&self) -> &Config {
        match self {
            Self::Demo { config, .. }
            | Self::Serve { config, .. }
            | Self::Worker { config }
            | Self::Migrate { config, .. }
            | Self::Verify { config, .. }
            | Self::Seed { config, .. }
            | Self::Staff {
                command:
                    Staff::Add { config, .. } | Staff::Remove { config, .. } | Staff::List { config },
            }
            | Self::Admin {
                command: Admin::Accounts { command: AdminAccounts::Verify { config, .. } },
            } => config,
        }
    }

    /// What is logged unless somebody says otherwise. Whoever looks at the demo wants to read its
    /// address, not every request.
    pub(super) const fn log(&self) -> &'static str {
        match self {
            Self::Demo { .. } => "warn",
            _ => "info",
        }
    }
}

/// Reads the command line; the settings file replaces defaults.
pub(super) fn read() -> anyhow::Result<Cli> {
    let mut command = with_fitting_help(Cli::command());
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

/// Help lists the settings that matter to a command; the others are read all the same, so that one
/// settings file and one environment do for all of them.
fn with_fitting_help(command: clap::Command) -> clap::Command {
    let command = command.mut_subcommand("demo", |demo| {
        hiding(demo, |name| NOT_IN_A_DEMO.iter().any(|own| name.starts_with(own)))
    });
    CARING.into_iter().fold(command, |command, (name, more)| {
        command.mut_subcommand(name, |care| {
            hiding(care, |name| !CARE.contains(&name) && !more.contains(&name)).after_help(MORE)
        })
    })
}

/// Hides settings, here and in all commands below.
fn hiding(command: clap::Command, hidden: impl Fn(&str) -> bool + Copy) -> clap::Command {
    let command = command.mut_args(|arg| {
        let hide = arg.get_env().is_some() && hidden(arg.get_id().as_str());
        arg.hide(hide)
    });
    command.mut_subcommands(|below| hiding(below, hidden).after_help(MORE))
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
