//! `stall completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::Exit;
use crate::output::Output;

/// Write a completion script for your shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall completions bash > ~/.local/share/bash-completion/completions/stall
  stall completions fish > ~/.config/fish/completions/stall.fish")]
pub(crate) struct Args {
    /// bash, zsh, fish, powershell or elvish
    #[arg(hide_possible_values = true)]
    shell: Shell,
}

/// Writes the script.
pub(crate) fn run(Args { shell }: Args) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "stall", &mut script);
    Output::text(&String::from_utf8(script)?)?;
    Ok(Exit::Done)
}
