//! The licences of everything in the graph, for every platform, against the list in deny.toml.

use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::problem::Problem;
use crate::workspace::Workspace;

/// The part of deny.toml that is read here, so that both checks have one list.
#[derive(Debug, Deserialize)]
struct DenyToml {
    licenses: Licenses,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Problem>> {
    let file = workspace.root().join("deny.toml");
    let text = fs::read_to_string(&file).context("cannot read deny.toml in the root of the workspace")?;
    let allowed = allow_list(&text)?;
    let problems = workspace.packages().iter().filter_map(|package| {
        let why = judge(package.license.as_deref(), &allowed)?;
        Some(Problem::new(
            format!("{} {}", package.name, package.version),
            why,
            "use another crate, or, if the licence suits MIT OR Apache-2.0, add it to `licenses.allow` in deny.toml",
        ))
    });
    Ok(problems.collect())
}

fn allow_list(deny_toml: &str) -> Result<Vec<Licensee>> {
    let parsed: DenyToml =
        toml::from_str(deny_toml).context("deny.toml has no `licenses.allow` that can be read")?;
    let licensee = |id: &String| {
        Licensee::parse(id)
            .with_context(|| format!("deny.toml: `licenses.allow` has `{id}`, which is no SPDX id"))
    };
    parsed.licenses.allow.iter().map(licensee).collect()
}

/// `None` when the licence is fine, else why not.
fn judge(licence: Option<&str>, allowed: &[Licensee]) -> Option<String> {
    let Some(text) = licence else { return Some("states no licence".to_owned()) };
    match Expression::parse_mode(text, ParseMode::LAX) {
        Err(error) => Some(format!("its licence `{text}` is no SPDX expression: {}", error.reason)),
        Ok(expression)
            if expression.evaluate(|req| allowed.iter().any(|licensee| licensee.satisfies(req))) =>
        {
            None
        }
        Ok(_) => Some(format!("its licence `{text}` is not allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::{allow_list, judge};

    #[test]
    fn an_expression_is_allowed_when_one_way_of_meeting_it_is() {
        let allowed = allow_list("[licenses]\nallow = [\"MIT\", \"ISC\", \"Apache-2.0\"]\n").unwrap();
        for fine in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "Apache-2.0 AND ISC",
            "MIT/Apache-2.0",
            "(GPL-2.0-only OR MIT) AND ISC",
        ] {
            assert_eq!(judge(Some(fine), &allowed), None, "{fine}");
        }
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0 WITH LLVM-exception", "my own"] {
            assert!(judge(Some(bad), &allowed).is_some(), "{bad}");
        }
        assert_eq!(judge(None, &allowed).unwrap(), "states no licence");
    }

    #[test]
    fn a_list_with_a_mistake_is_refused() {
        assert!(allow_list("[licenses]\nallow = [\"Apache 2\"]\n").is_err());
        assert!(allow_list("[bans]\n").is_err());
    }
}
