//! The command line, declared. What is written here is what `cargo xtask --help` and CONTRIBUTING.md say.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::test::Group;

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
    /// Run everything that a change has to pass, and stop at the first step that fails
    ///
    /// The steps: lock file, format, lints, documentation, `deps`, `tidy`, `codegen --check`, `msrv`, `wasm`, `model`,
    /// `bench --instructions --check`, `test`.
    Ci,
    /// Run the tests, group by group, and count them in one table
    ///
    /// A group that fails does not stop the next one. The last line on stdout is `N passed, N failed, N skipped`.
    Test(TestArgs),
    /// Check the mock, and what wml-auth asks, against IBM's own client libraries and others', unpatched
    ///
    /// Needs python3, node and npm, and installs the pinned clients below the target folder. What is missing is a
    /// skip with a reason, or a failure where `CI=true`. On stdout are the clients with their releases, and what became of
    /// each scenario.
    Oracles(OraclesArgs),
    /// Run one fault script over IBM's client cores, unpatched, and over wml-auth, and see that ours does at least as well
    ///
    /// Needs what `oracles` needs, and some minutes: after a failed fetch Python's core waits for one. How often a client
    /// asks for a token comes from the mock's journal, the rest from the programs in `tests/compare`.
    Compare(CompareArgs),
    /// Run the engine under a model checker, and see that it finds the defects that are planted
    Model(ModelArgs),
    /// Give bytes of a fuzzer's choice to whatever reads what somebody else wrote
    ///
    /// Needs a nightly compiler and cargo-fuzz. Builds the workspace in `fuzz/`, which has a lock file of its own. What is
    /// found is kept below `fuzz/artifacts`, and shown with the command that repeats it.
    Fuzz(FuzzArgs),
    /// Measure wml-auth beside its peers, in one run, and hold it against its goals
    ///
    /// Builds the workspace in `benches/`, which has a lock file of its own. The results are also written to
    /// `bench/results.json` below the target folder.
    Bench(BenchArgs),
    /// Check which crate depends on which, how many, and under which licences
    Deps,
    /// Write the generated files and the generated parts of documents
    Codegen(CodegenArgs),
    /// Check what the compiler does not: file sizes, leftovers, layout of the crates, links, stray paths
    Tidy,
    /// Check each crate against the oldest Rust it states, where that toolchain is installed
    Msrv,
    /// Check that the contract crate builds for WebAssembly, where that target is installed
    Wasm,
}

#[derive(Debug, Default, Args)]
pub(crate) struct TestArgs {
    /// Run this group only; may be given more than once
    #[arg(long = "group", value_name = "GROUP", value_enum)]
    pub(crate) groups: Vec<Group>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct OraclesArgs {
    /// Serve the mock with this `wml-auth` executable instead of building one
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) command: Option<PathBuf>,
    /// Run this driver only, such as `iam.py`; `parity` is the table of configurations
    #[arg(long, value_name = "DRIVER")]
    pub(crate) only: Option<String>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct CompareArgs {
    /// Run this row only
    #[arg(long, value_name = "ROW", conflicts_with = "write")]
    pub(crate) only: Option<String>,
    /// Write the block in README.md
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// Explore about this many schedules, over all scenarios
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) schedules: usize,
}

#[derive(Debug, Args)]
pub(crate) struct FuzzArgs {
    /// How long each target runs
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) seconds: u32,
    /// Run this target only
    #[arg(long, value_name = "TARGET")]
    pub(crate) only: Option<String>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct BenchArgs {
    /// What is measured instead of the library
    #[arg(value_name = "SUBJECT", value_enum, conflicts_with_all = ["instructions", "write"])]
    pub(crate) subject: Option<Subject>,
    /// Fewer rounds: to see that it works, not to quote
    #[arg(long)]
    pub(crate) quick: bool,
    /// Run this row only
    #[arg(long, value_name = "ROW", conflicts_with = "instructions")]
    pub(crate) only: Option<String>,
    /// Count the instructions of a warm call of ours, and nothing else
    #[arg(long)]
    pub(crate) instructions: bool,
    /// Write docs/bench.svg, docs/benchmarks.md and the block in README.md; with --instructions, benches/instructions.toml
    #[arg(long)]
    pub(crate) write: bool,
    /// Fail when the instructions grew by more than a tenth
    #[arg(long, requires = "instructions", conflicts_with = "write")]
    pub(crate) check: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The mock, beside a bare HTTP server and wiremock
    Mock,
}

#[derive(Debug, Default, Args)]
pub(crate) struct CodegenArgs {
    /// Write nothing; fail with a diff when something is out of date
    #[arg(long)]
    pub(crate) check: bool,
}

/// The table of commands for CONTRIBUTING.md.
pub(crate) fn commands_markdown() -> String {
    let mut table = String::from("| command | what it does |\n| --- | --- |\n");
    for command in Xtask::command().get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let mut usage = format!("cargo xtask {}", command.get_name());
        for option in command.get_opts() {
            let Some(long) = option.get_long() else { continue };
            usage.push_str(&match option.get_value_names() {
                Some([value, ..]) if option.get_action().takes_values() => format!(" [--{long} {value}]"),
                _ => format!(" [--{long}]"),
            });
        }
        table.push_str(&format!("| `{usage}` | {about} |\n"));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Xtask, commands_markdown};
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

    #[test]
    fn the_table_names_options_with_and_without_a_value() {
        let table = commands_markdown();
        assert!(table.contains("| `cargo xtask codegen [--check]` |"), "{table}");
        assert!(table.contains("| `cargo xtask test [--group GROUP]` |"), "{table}");
    }
}
