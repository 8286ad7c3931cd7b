//! Runs every example to its end: one that does not build, fails or hangs is a failing test.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::process::{self, build_executables, finish_within};
use crate::test::Tally;
use crate::workspace::Workspace;

const PACKAGE: &str = "wml-auth-examples";

/// An example runs against a mock in its own process, so a minute is plenty.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn run(workspace: &Workspace) -> Result<Tally> {
    let declared = workspace
        .members()
        .into_iter()
        .filter(|package| package.name.as_str() == PACKAGE)
        .flat_map(|package| &package.targets)
        .any(|target| target.is_example() || target.is_bin());
    if !declared {
        return Ok(Tally::skip(format!("package `{PACKAGE}` has no program yet")));
    }

    let mut tally = Tally::default();
    for (name, program) in build_executables(workspace, &["--package", PACKAGE, "--examples", "--bins"])? {
        let mut command = Command::new(&program);
        command.current_dir(workspace.root());
        process::without_package_variables(&mut command);
        let finished = finish_within(&mut command, LIMIT)?;
        match finished.failure() {
            None => {
                eprintln!("example {name} ... ok");
                tally.pass();
            }
            Some(why) => {
                eprintln!("example {name} ... FAILED\n{}{}", finished.stdout, finished.stderr);
                tally.fail(format!("example {name}: {why}"));
            }
        }
    }
    Ok(tally)
}
