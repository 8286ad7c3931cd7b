//! The `wml-auth` command: tokens, scores and explanations at the prompt.
//!
//! stdout holds the answer and nothing else. What was used, what is going on and what went wrong go to stderr. The exit
//! codes are in [`exit`].

mod args;
mod commands;
mod editing;
mod exit;
mod failure;
mod sandbox;
mod session;
mod terminal;
mod time;
mod token_file;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::Args;
use crate::exit::Exit;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers; everything else is a mistake in the command line.
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = error.print();
            return if asked_for { Exit::Ok } else { Exit::Usage }.into();
        }
    };
    terminal::log_to_stderr(args.common.verbose);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal::say(&format!("error: no runtime: {error}"));
            return Exit::Internal.into();
        }
    };
    match runtime.block_on(commands::run(&args)) {
        Ok(()) => Exit::Ok.into(),
        Err(failure) => {
            terminal::report(&failure, args.wants_json());
            failure.exit().into()
        }
    }
}
