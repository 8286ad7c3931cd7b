//! The groups of tests, in the order in which they run: the ones that say most in the least time come first.

use std::fmt;

use anyhow::Result;
use clap::ValueEnum;

use crate::cli::OraclesArgs;
use crate::oracles;
use crate::test::{Tally, cargo_test, examples};
use crate::workspace::Workspace;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Group {
    /// The tests inside the crates
    Unit,
    /// The tests beside the crates, and the ones across them
    Integration,
    /// The examples in the documentation
    Doc,
    /// The programs of the `wml-auth-examples` package, each run to its end
    Examples,
    /// IBM's own client libraries against the mock
    Oracles,
}

impl Group {
    pub(crate) const ALL: &[Self] =
        &[Self::Unit, Self::Integration, Self::Doc, Self::Examples, Self::Oracles];

    pub(crate) fn run(self, workspace: &Workspace) -> Result<Tally> {
        match self {
            Self::Unit => cargo_test::run(workspace, &["--lib", "--bins"]),
            // `--tests` would run the unit tests again.
            Self::Integration if !has_integration_tests(workspace) => {
                Ok(Tally::skip("no package has a `tests` folder of its own"))
            }
            Self::Integration => cargo_test::run(workspace, &["--test", "*"]),
            Self::Doc => cargo_test::run(workspace, &["--doc"]),
            Self::Examples => examples::run(workspace),
            Self::Oracles => oracles::tally(workspace, &OraclesArgs::default()),
        }
    }
}

/// With no such target at all, cargo takes `--test '*'` for a mistake.
fn has_integration_tests(workspace: &Workspace) -> bool {
    workspace.members().iter().flat_map(|package| &package.targets).any(|target| target.is_test())
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unit => "unit",
            Self::Integration => "integration",
            Self::Doc => "doc",
            Self::Examples => "examples",
            Self::Oracles => "oracles",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Group;
    use clap::ValueEnum as _;

    #[test]
    fn every_group_runs_and_prints_the_name_it_is_asked_for_by() {
        assert_eq!(Group::ALL, Group::value_variants());
        for group in Group::ALL {
            assert_eq!(group.to_possible_value().unwrap().get_name(), group.to_string());
        }
    }
}
