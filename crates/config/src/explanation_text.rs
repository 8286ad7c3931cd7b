//! An explanation as text for people.

use std::fmt;

use crate::{Explanation, Outcome, ValueReport};

/// What a line of a block consists of: its columns are aligned, the last one may be long.
type Row = Vec<String>;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match (self.outcome, &self.credential) {
            (Outcome::Resolved, Some(origin)) => format!("credential from {origin}"),
            (Outcome::Resolved, None) => String::from("resolved"),
            (Outcome::Absent, _) => String::from("nothing is configured"),
            (Outcome::Broken, _) => String::from("the configuration cannot be used"),
        };
        writeln!(f, "{outcome}")?;
        let mut facts: Vec<Row> = Vec::new();
        let mut fact = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                facts.push(vec![name.to_owned(), value]);
            }
        };
        fact("auth type", self.auth_type.map(|auth_type| auth_type.to_string()));
        fact("provider", self.provider.clone());
        fact("token service", self.token_service.clone());
        fact("error", self.error.as_ref().map(ToString::to_string));
        fact("hint", self.error.as_ref().and_then(|error| error.hint()).map(str::to_owned));
        write_rows(f, &facts)?;

        block(f, "values", self.values.iter().flat_map(value_rows).collect())?;
        let sources = self.sources.iter().map(|report| {
            let reason = match &report.place {
                Some(place) => format!("{}: {}", place, report.reason),
                None => report.reason.clone(),
            };
            vec![report.source.name().to_owned(), report.status.name().to_owned(), reason]
        });
        block(f, "sources, in order", sources.collect())?;
        let profiles = self.profiles.iter().map(|profile| {
            let parent = profile.extends.as_ref().map(|parent| format!("extends {parent}"));
            let default = profile.is_default.then(|| String::from("default"));
            let facts: Vec<_> = [default, parent].into_iter().flatten().collect();
            let auth_type = profile.auth_type.clone().unwrap_or_else(|| String::from("no credential"));
            vec![profile.name.clone(), auth_type, facts.join(", ")]
        });
        block(f, "profiles", profiles.collect())?;
        block(f, "warnings", self.warnings.iter().map(|warning| vec![warning.to_string()]).collect())
    }
}

fn value_rows(report: &ValueReport) -> Vec<Row> {
    let origin = match &report.via {
        Some(via) => format!("{} -> {via}", report.origin),
        None => report.origin.to_string(),
    };
    let name = match &report.role {
        Some(role) => format!("{role}.{}", report.key.name()),
        None => report.key.name().to_owned(),
    };
    let mut rows = vec![vec![name, report.value.clone(), origin]];
    for shadow in &report.shadows {
        let same = if shadow.differs { "another value" } else { "the same value" };
        rows.push(vec![String::new(), String::from("  hides"), format!("{} ({same})", shadow.origin)]);
    }
    rows
}

fn block(f: &mut fmt::Formatter<'_>, title: &str, rows: Vec<Row>) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    write_rows(f, &rows)
}

fn write_rows(f: &mut fmt::Formatter<'_>, rows: &[Row]) -> fmt::Result {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str("  ");
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}
