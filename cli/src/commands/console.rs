//! `stall console`, and `stall` alone on a terminal.

use tui::{Colors, Options, Signalled};

use crate::context::Context;
use crate::exit::{Exit, Failure};

/// Open the console: orders, listings and payouts, live
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:
  stall console
  stall console --screen orders
  stall console --read-only --theme high-contrast")]
pub(crate) struct Args {
    /// First screen: today, orders, listings, payouts or settings
    #[arg(long, value_parser = ["today", "orders", "listings", "payouts", "settings"], hide_possible_values = true)]
    screen: Option<String>,
    /// default, light, high-contrast, ansi16 or mono; without it, what suits the terminal
    #[arg(long, value_parser = ["default", "light", "high-contrast", "ansi16", "mono"], hide_possible_values = true)]
    theme: Option<String>,
    /// Draw with ASCII only
    #[arg(long)]
    ascii: bool,
    /// Refuse everything that would change the shop
    #[arg(long)]
    read_only: bool,
}

/// Whether a person sits at a terminal that can show it.
pub(crate) const fn possible(ctx: &Context) -> bool {
    let terminal = ctx.environment.terminal;
    terminal.stdin && terminal.stdout && !ctx.environment.dumb && !ctx.globals.no_input
}

/// Opens it until the person leaves.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    if !possible(ctx) {
        let help = "use the commands instead, such as `stall orders list`";
        return Err(Failure::usage("the console needs a terminal and somebody at it", help).into());
    }
    let options = Options {
        server: ctx.guest()?.server().to_owned(),
        token: ctx.token()?.expose().to_owned(),
        theme: args.theme,
        ascii: args.ascii,
        read_only: args.read_only,
        screen: args.screen,
        colors: match ctx.environment.colors {
            _ if !ctx.out.colors => Colors::None,
            Colors::Any => Colors::Any,
            Colors::None | Colors::Sixteen => Colors::Sixteen,
        },
    };
    match tui::run(options).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => error.downcast::<Signalled>().map(|signal| ended(signal.exit_code)),
    }
}

/// The code of a run that a signal ended.
const fn ended(code: u8) -> Exit {
    match code {
        129 => Exit::HungUp,
        130 => Exit::Interrupted,
        _ => Exit::Terminated,
    }
}
