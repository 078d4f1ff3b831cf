//! The command line as a whole; each command's own arguments stand beside it.

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};

use crate::commands::Command;
use crate::settings::Globals;

/// What stands under the list of commands.
const EXAMPLES: &str = "\
Examples:
  stall login                                       sign this terminal in
  stall shop fees --price 24.00                     what you will get
  stall orders list --status to-pack                what is to be packed
  stall orders ship 7K39QF2M-1 --tracking 0034…     hand a parcel over
  stall payouts reconcile --month 2026-11 --check   every cent accounted for

More: stall help COMMAND · stall help exit-codes · stall help environment";

/// What appears without a command.
pub(crate) const SHORT: &str = "\
stall: your shop from the terminal

  stall login                                       sign this terminal in
  stall shop show                                   your shop at a glance
  stall listings list                               what you offer
  stall orders list --status to-pack                what is to be packed
  stall payouts reconcile --month 2026-11 --check   every cent accounted for

All commands: stall --help
";

/// Your shop from the terminal: listings, orders, payouts.
#[derive(Debug, clap::Parser)]
#[command(name = "stall", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    /// Options for the whole run.
    #[command(flatten)]
    pub(crate) globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

impl Cli {
    /// Reads the command line.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let matches = tree().try_get_matches().map_err(brief)?;
        let mut cli = Self::from_arg_matches(&matches)?;
        let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        let typed = [("server", &cli.globals.server), ("profile", &cli.globals.profile)];
        let typed = typed.into_iter().filter(|(id, _)| is_typed(id));
        let typed = typed.filter_map(|(id, value)| Some(format!("--{id} {}", value.as_ref()?)));
        cli.globals.typed = typed.collect();
        Ok(cli)
    }
}

/// Names one option of a choice among many that was not made, instead of all of them.
fn brief(mut error: clap::Error) -> clap::Error {
    /// A choice that is read at a glance.
    const FEW: usize = 4;
    if let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) {
        let brief = missing.iter().map(|choice| match choice.split_once('|') {
            Some((first, rest)) if rest.matches('|').count() + 2 > FEW => {
                format!("{}, or another of the options", first.trim_start_matches('<'))
            }
            _ => choice.clone(),
        });
        let brief = ContextValue::Strings(brief.collect());
        error.insert(ContextKind::InvalidArg, brief);
    }
    error
}

/// The tree of commands; options for the whole run are explained once, at its root.
pub(crate) fn tree() -> clap::Command {
    let mut root = Cli::command();
    root.build();
    let mut root = root.mut_subcommand("help", |help| help.about("Explain a command or a topic"));
    root.get_subcommands_mut().for_each(shorten);
    root
}

fn shorten(command: &mut clap::Command) {
    let taken = std::mem::take(command);
    let more = taken.get_after_help().map(|help| format!("{help}\n\n")).unwrap_or_default();
    let taken = taken.allow_negative_numbers(true);
    let hidden = taken.mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
    *command = hidden.after_help(format!("{more}Global options: stall --help"));
    for below in command.get_subcommands_mut() {
        if below.get_name() == "help" {
            *below = std::mem::take(below).hide(true);
        } else {
            shorten(below);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_of_commands_holds_together() {
        super::tree().debug_assert();
    }
}
