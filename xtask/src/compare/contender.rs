//! Who is compared, and how to run their callers.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::oracles::interpreter::{Folders, Interpreter, Unavailable, isolate};
use crate::oracles::{node, python};
use crate::process::build_executables;
use crate::workspace::Workspace;

const PACKAGE: &str = "wml-auth-tests";
const PROGRAM: &str = "compare-callers";

/// How often wml-auth tries a fetch before callers hear of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tries {
    AsShipped,
    /// As IBM's cores do.
    Once,
}

/// Somebody who can be asked to call.
pub(super) enum Contender {
    Ours { program: PathBuf, folder: PathBuf, tries: Tries },
    Ibm { language: &'static str, interpreter: Interpreter, program: PathBuf, folders: Folders },
}

impl Contender {
    /// All of them, ours first. Without one of them there is no comparison.
    pub(super) fn all(workspace: &Workspace) -> Result<Vec<Self>> {
        let built = build_executables(workspace, &["--quiet", "--package", PACKAGE, "--bin", PROGRAM])?;
        let program = built.into_iter().find(|(name, _)| name == PROGRAM).map(|(_, program)| program);
        let program = program.with_context(|| format!("package `{PACKAGE}` has no program `{PROGRAM}`"))?;
        let folder = Folders::of(workspace, "rust")?.installed;
        Ok(vec![
            Self::Ours { program: program.clone(), folder: folder.clone(), tries: Tries::AsShipped },
            Self::Ours { program, folder, tries: Tries::Once },
            Self::ibm(workspace, "python", "callers.py", python::prepare)?,
            Self::ibm(workspace, "node", "callers.mjs", node::prepare)?,
        ])
    }

    fn ibm(
        workspace: &Workspace,
        language: &'static str,
        file: &str,
        prepare: fn(&Folders) -> Result<Interpreter, Unavailable>,
    ) -> Result<Self> {
        let folders = Folders::of(workspace, language)?;
        let program = workspace.root().join("tests/compare").join(file);
        match prepare(&folders) {
            Ok(interpreter) => Ok(Self::Ibm { language, interpreter, program, folders }),
            Err(Unavailable(why)) => bail!("IBM's core for {language}: {why}"),
        }
    }

    /// Without a credential in it.
    pub(super) fn command(&self) -> Result<Command> {
        match self {
            Self::Ours { program, folder, tries } => {
                let mut command = Command::new(program);
                isolate(&mut command, folder)?;
                if *tries == Tries::Once {
                    command.env("COMPARE_ATTEMPTS", "1");
                }
                Ok(command)
            }
            Self::Ibm { interpreter, program, folders, .. } => interpreter.command(program, folders),
        }
    }

    /// `None` for IBM's cores, which try once.
    pub(super) fn tries(&self) -> Option<Tries> {
        match self {
            Self::Ours { tries, .. } => Some(*tries),
            Self::Ibm { .. } => None,
        }
    }

    /// Where files for it can be put.
    pub(super) fn folder(&self) -> &Path {
        match self {
            Self::Ours { folder, .. } => folder,
            Self::Ibm { folders, .. } => &folders.installed,
        }
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours { tries: Tries::AsShipped, .. } => f.write_str("wml-auth"),
            Self::Ours { tries: Tries::Once, .. } => f.write_str("wml-auth, trying once"),
            Self::Ibm { language, .. } => write!(f, "IBM's core for {language}"),
        }
    }
}
