//! `wml-auth login` and `wml-auth logout`

use super::Format;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The passcode is typed at the prompt, or is the first line of standard input. It is never an argument: others on the \
machine could read it there.")]
pub(crate) struct Login {
    /// The IAM to log in at; otherwise the one of the profile, or the public one
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The account to log in to, by its id; otherwise the one that IAM takes for the user
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Replace a profile that was not made by `login`
    #[arg(long)]
    pub(crate) force: bool,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Logout {
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}
