//! `cargo xtask compare`: one fault script over IBM's client cores and over wml-auth, and what came of it.
//!
//! Each client gets a mock of its own, with the same seed and the same script, and the same variables to log in with. What
//! they were asked to do and what they saw is told by the programs in `tests/compare`; how often they asked for a token
//! is told by the mock's journal.

mod contender;
mod outcome;
mod rows;
mod script;
mod table;
mod verdict;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::cli::CompareArgs;
use crate::codegen::block;
use crate::problem::conclude;
use crate::workspace::Workspace;
use contender::{Contender, Tries};
use outcome::Outcome;
use rows::{ROWS, Row};

const README: &str = "README.md";
const BLOCK: &str = "compare";

/// What became of one row, for each contender.
struct Line {
    row: &'static Row,
    outcomes: Vec<Outcome>,
}

pub(crate) fn run(workspace: &Workspace, args: &CompareArgs) -> Result<()> {
    let rows: Vec<_> =
        ROWS.iter().filter(|row| args.only.as_deref().is_none_or(|only| only == row.name)).collect();
    if rows.is_empty() {
        let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        bail!("there is no such row; there are {}", names.join(", "));
    }
    let contenders = Contender::all(workspace)?;
    let mut lines = Vec::new();
    for row in rows {
        let mut outcomes = Vec::new();
        for contender in contenders.iter().filter(|one| row.hopeless || one.tries() != Some(Tries::Once)) {
            eprintln!("{}: {contender}", row.name);
            outcomes.push(script::play(row, contender)?);
        }
        lines.push(Line { row, outcomes });
    }
    print!("{}", table::text(&lines));
    if args.write {
        write(workspace.root(), &lines)?;
    }
    conclude("compare", &verdict::problems(&lines))
}

fn write(root: &Path, lines: &[Line]) -> Result<()> {
    let readme = root.join(README);
    let current = fs::read_to_string(&readme).with_context(|| format!("cannot read {README}"))?;
    let wanted = block::replace(&current, BLOCK, &table::markdown(lines))?;
    fs::write(&readme, wanted).with_context(|| format!("cannot write {README}"))?;
    eprintln!("wrote {README} ({BLOCK})");
    Ok(())
}
