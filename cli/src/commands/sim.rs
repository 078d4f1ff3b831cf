//! `stall sim`.

use std::time::Duration;

use api::simulator::{ClockAdvance, ClockReading};

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::View;
use crate::span;

/// What can be done with the simulator.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Show the simulator's time, or move it forward
    ///
    /// Answers when every settlement, payout and message up to then is done.
    #[command(after_help = "Examples:
  stall sim clock
  stall sim clock +8d          a week and a day: the payout has arrived
  stall sim clock +90m")]
    Clock(Clock),
}

/// Arguments of `sim clock`.
#[derive(Debug, clap::Args)]
pub(crate) struct Clock {
    /// How far: +8d, +3h, +90m or +45s
    #[arg(value_name = "STEP", value_parser = span::parse_forward)]
    forward: Option<Duration>,
}

/// Does it.
pub(crate) async fn run(ctx: &Context, command: Command) -> anyhow::Result<Exit> {
    let Command::Clock(Clock { forward }) = command;
    let client = ctx.client()?;
    let reading = match forward {
        Some(step) => {
            client.advance_simulator_clock(ClockAdvance { advance_seconds: seconds(step)? }).await?
        }
        None => client.simulator_clock().await?,
    };
    ctx.out.one(&reading, || view(reading))?;
    Ok(Exit::Done)
}

fn seconds(step: Duration) -> anyhow::Result<i64> {
    i64::try_from(step.as_secs())
        .map_err(|_| Failure::usage("that is too far", "move by days or weeks").into())
}

fn view(reading: ClockReading) -> View {
    View::default().pairs([("simulator's time", format!("{} UTC", reading.now.minute()))])
}
