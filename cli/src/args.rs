//! The command line as a whole; each command's own arguments stand beside it.

use crate::commands::Command;
use crate::settings::Globals;

/// What stands under the list of commands.
const EXAMPLES: &str = "\
Examples:
  stall login                                       sign this terminal in
  stall shop fees --price 24.00                     what you will get
  stall orders list --status paid                   what is to be packed
  stall orders ship 7K39QF2M-1 --tracking 0034…     hand a parcel over
  stall payouts reconcile --month 2026-11 --check   every cent accounted for

More: stall help COMMAND · stall help exit-codes · stall help environment";

/// What appears without a command.
pub(crate) const SHORT: &str = "\
stall: your shop from the terminal

  stall login                                       sign this terminal in
  stall shop show                                   your shop at a glance
  stall listings list                               what you offer
  stall orders list --status paid                   what is to be packed
  stall payouts reconcile --month 2026-11 --check   every cent accounted for

All commands: stall --help
";

/// Your shop from the terminal: listings, orders, payouts.
#[derive(Debug, clap::Parser)]
#[command(name = "stall", version, after_help = EXAMPLES, max_term_width = 100, subcommand_value_name = "COMMAND", disable_version_flag = false)]
pub(crate) struct Cli {
    /// Options for the whole run.
    #[command(flatten)]
    pub(crate) globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_tree_of_commands_holds_together() {
        super::Cli::command().debug_assert();
    }
}
