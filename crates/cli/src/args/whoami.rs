//! `wml-auth whoami`

use super::Format;

#[derive(Debug, clap::Args)]
pub(crate) struct Whoami {
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}
