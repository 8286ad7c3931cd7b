//! The command line, declared. What is written here is what `cargo xtask --help` says.

use clap::{Parser, Subcommand};

/// Every chore of the workspace.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
pub(crate) struct Xtask {
    #[command(subcommand)]
    pub(crate) command: Command,
}

// The first line of each comment is the summary that the lists show.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check which crate depends on which, how many, and under which licences
    Deps,
    /// Check what the compiler does not: file sizes, leftovers, layout of the crates, links, stray paths
    Tidy,
    /// Check each crate against the oldest Rust it states, where that toolchain is installed
    Msrv,
    /// Check that the contract crate builds for WebAssembly, where that target is installed
    Wasm,
}

#[cfg(test)]
mod tests {
    use super::Xtask;
    use clap::CommandFactory as _;

    #[test]
    fn the_declaration_is_consistent() {
        Xtask::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_says_what_it_does() {
        for command in Xtask::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{} has no summary", command.get_name());
            for option in command.get_opts() {
                assert!(option.get_help().is_some(), "{} --{:?}", command.get_name(), option.get_long());
            }
        }
    }
}
