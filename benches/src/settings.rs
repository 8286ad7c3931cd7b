//! What the command line said.

use std::env;

/// How a run is made.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Fewer rounds: to see that it works, not to quote.
    pub quick: bool,
    /// Only this row.
    pub only: Option<String>,
}

impl Settings {
    /// Reads `[--quick] [--only NAME]`.
    pub fn from_arguments() -> Self {
        let mut settings = Self::default();
        let mut arguments = env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => settings.quick = true,
                "--only" => settings.only = arguments.next(),
                other => panic!("no such argument: {other}"),
            }
        }
        settings
    }

    /// Whether the row of this name is to be run.
    pub fn wants(&self, row: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == row)
    }

    /// One number for a run to be quoted, another for a quick one.
    pub fn pick<T>(&self, thorough: T, quick: T) -> T {
        if self.quick { quick } else { thorough }
    }
}
