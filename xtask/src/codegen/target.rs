//! What is generated, where it goes, and what produces it.

use std::fmt;

use crate::cli;

/// One generated thing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// Relative to the root of the workspace.
    pub(crate) file: &'static str,
    /// The name in `<!-- generated: NAME -->`. `None`: the whole file is generated.
    pub(crate) block: Option<&'static str>,
    pub(crate) produce: fn() -> String,
}

/// To generate one more thing, add a row.
pub(crate) const TARGETS: &[Target] = &[
    Target { file: "CONTRIBUTING.md", block: Some("commands"), produce: cli::commands_markdown },
    Target { file: "README.md", block: Some("auth-types"), produce: wml_auth_config::auth_types_markdown },
    Target { file: "README.md", block: Some("variables"), produce: wml_auth_config::variables_markdown },
    Target { file: "docs/configuration.md", block: Some("rules"), produce: wml_auth_config::rules_markdown },
    Target {
        file: "docs/configuration.md",
        block: Some("regions"),
        produce: wml_auth_iam::regions::markdown,
    },
    Target { file: "crates/config/profiles.schema.json", block: None, produce: profiles_schema },
];

/// What an editor checks a profiles file against.
fn profiles_schema() -> String {
    format!("{:#}\n", wml_auth_config::profiles_schema())
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.block {
            Some(block) => write!(f, "{} ({block})", self.file),
            None => f.write_str(self.file),
        }
    }
}
