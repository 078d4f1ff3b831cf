//! `stall-server`: serves the market and looks after it.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::command::main()
}
