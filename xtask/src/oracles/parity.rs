//! Whether wml-auth asks what IBM's cores ask: a configuration is given to each of them as it is, and what arrives at the
//! mock is compared part by part.
//!
//! The cores do not always agree. wml-auth has to do what one of them does, or the row says what it does better.

mod asked;
mod client;
mod row;

use std::path::Path;
use std::thread;

use anyhow::{Result, anyhow};

use crate::oracles::interpreter::{Folders, Interpreter};
use crate::oracles::tap::Report;
use crate::workspace::Workspace;
use asked::{Difference, differences};
use client::{Client, Outcome};
use row::Row;

/// The cores, each with its language.
pub(super) type Cores<'a> = [(&'static str, &'a Folders, &'a Interpreter)];

/// Plays the whole table.
pub(super) fn judge(workspace: &Workspace, ours: &Path, cores: &Cores<'_>) -> Result<Report> {
    let programs = workspace.root().join("tests/oracles/parity");
    let rows = row::read(&programs)?;
    let mut clients = vec![Client::Ours { program: ours }];
    for (language, folders, interpreter) in cores {
        let ending = if *language == "python" { "py" } else { "mjs" };
        let program = programs.join("call").with_extension(ending);
        clients.push(Client::Core { language, interpreter, program, folders });
    }
    let folder = workspace.target_dir().join("oracles/parity");
    let outcomes = thread::scope(|scope| {
        let threads: Vec<_> =
            clients.iter().map(|client| scope.spawn(|| client.play(&rows, &folder))).collect();
        let joined =
            threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?);
        joined.collect::<Result<Vec<_>>>()
    })?;

    let mut report = Report::of("wml-auth asks what IBM's cores ask");
    for (index, row) in rows.iter().enumerate() {
        let played: Vec<_> = clients
            .iter()
            .zip(&outcomes)
            .filter_map(|(client, all)| all.get(index).map(|outcome| (client.name(), outcome)))
            .collect();
        let Some(((_, ours), cores)) = played.split_first() else { continue };
        match verdict(row, ours, cores) {
            Ok(how) => report.pass(&format!("{} ({how})", row.name)),
            Err(why) => {
                eprintln!("not as IBM's cores: {}\n{why}", row.name);
                for (name, outcome) in &played {
                    eprintln!("  {name} wrote: {}", outcome.stderr.trim().replace('\n', "\n    "));
                }
                report.fail(&row.name, super::PARITY);
            }
        }
    }
    Ok(report)
}

/// With whom wml-auth agrees, or what speaks against it.
fn verdict(row: &Row, ours: &Outcome, cores: &[(&'static str, &Outcome)]) -> Result<String, String> {
    let compared: Vec<_> =
        cores.iter().map(|(name, core)| (*name, differences(&ours.asked, &core.asked))).collect();
    let same: Vec<_> = compared.iter().filter(|(_, found)| found.is_empty()).map(|(name, _)| *name).collect();
    match (&row.better, same.as_slice()) {
        (None, []) => Err(described(&compared)),
        (None, _) if ours.asked.is_empty() && row.refused.is_none() => {
            Err("  nobody asked anything, and the row does not say that this is meant".to_owned())
        }
        (None, same) => {
            let refused = row.refused.iter().map(|why| format!("refused, {why}; "));
            Ok(refused.chain([format!("as {}", same.join(" and "))]).collect())
        }
        (Some(_), [_, ..]) => {
            Err(format!("  the row tells of a difference, and {} does the same", same.join(" and ")))
        }
        (Some(better), []) => {
            let found = compared.iter().find(|(name, _)| *name == better.than);
            let parts = found.map(|(_, found)| found.iter().map(|it| it.part.as_str()).collect::<Vec<_>>());
            match parts {
                Some(parts) if parts == better.differs => Ok(better.why.clone()),
                _ => Err(described(&compared)),
            }
        }
    }
}

fn described(compared: &[(&'static str, Vec<Difference>)]) -> String {
    let lines =
        compared.iter().flat_map(|(name, found)| found.iter().map(move |it| format!("  {name}: {it}")));
    lines.collect::<Vec<_>>().join("\n")
}
