//! `stall`: the artisan's command line.

mod args;
mod commands;
mod context;
mod credentials;
mod environment;
mod exit;
mod keyring;
mod output;
mod paging;
mod progress;
mod qr;
mod secret;
mod settings;
mod span;
mod talk;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use crate::args::Cli;
use crate::context::Context;
use crate::environment::Environment;
use crate::exit::{Exit, is_closed_pipe};
use crate::talk::Talk;

fn main() -> ExitCode {
    let environment = Environment::read();
    let Cli { globals, command } = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let colors = globals.color.wanted(&environment, environment.terminal.stderr);
    let talk = Arc::new(Talk::new(globals.quiet, colors).repeating(globals.typed.clone()));
    let exit = globals
        .with_file(&environment)
        .map(|globals| Context::new(globals, environment, Arc::clone(&talk)))
        .and_then(|ctx| on_runtime(&ctx, command).map_err(|error| ctx.explained(error)));
    exit.unwrap_or_else(|error| report(&talk, &error)).into()
}

/// Runs a command until it is done or a signal stops it.
fn on_runtime(ctx: &Context, command: Option<commands::Command>) -> anyhow::Result<Exit> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let exit = runtime.block_on(async {
        let stopped = signal()?;
        tokio::select! {
            exit = commands::run(ctx, command) => exit,
            exit = stopped => {
                ctx.talk.stopped();
                Ok(exit)
            }
        }
    });
    // A thread may still wait for standard input; it must not keep us.
    runtime.shutdown_background();
    exit
}

/// Completes when Ctrl-C or SIGTERM arrives; listens from the moment of the call.
fn signal() -> anyhow::Result<impl Future<Output = Exit>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        let terminated = terminate.recv();
        #[cfg(not(unix))]
        let terminated = std::future::pending::<Option<()>>();
        tokio::select! {
            _ = tokio::signal::ctrl_c() => Exit::Interrupted,
            _ = terminated => Exit::Terminated,
        }
    })
}

fn report(talk: &Talk, error: &anyhow::Error) -> Exit {
    if !is_closed_pipe(error) {
        talk.error(error);
    }
    Exit::of(error)
}

/// Help, version and wrong usage; a closed pipe is nobody's loss.
fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}
