//! `wml-auth task-credentials`

use std::time::Duration;

use clap::Subcommand;

use super::Format;
use crate::time::parse_duration;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
In the console this is *Profile and settings > User API key*. The platform keeps one per user and account, and gives the \
key itself to nobody. Whoever the profile logs in is the owner.")]
pub(crate) struct TaskCredentials {
    #[command(subcommand)]
    pub(crate) command: TaskCredentialsCommand,
    /// How to print the answer
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TaskCredentialsCommand {
    /// List what the platform keeps
    List,
    /// Show one task credential, without its key
    Show(OneTaskCredential),
    /// Make an API key and have the platform keep it. Nobody is shown the key
    Create(CreateTaskCredential),
    /// Have the platform forget a key. The API key itself stays
    Delete(DeleteTaskCredential),
    /// Replace the key that is kept by a new one: make, prove, hand over and verify it, then delete the old one
    Rotate(RotateTaskCredential),
}

#[derive(Debug, clap::Args)]
pub(crate) struct OneTaskCredential {
    /// Its id, as `list` shows it
    pub(crate) id: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CreateTaskCredential {
    /// Its name
    pub(crate) name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// How long IAM may take to know the new key, and the platform to take it
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "2m")]
    pub(crate) patience: Duration,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeleteTaskCredential {
    /// Its id, as `list` shows it
    pub(crate) id: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RotateTaskCredential {
    /// Its id, where the platform keeps several
    pub(crate) id: Option<String>,
    /// Delete the old one before the new one is offered, without trying whether the platform takes a second
    #[arg(long)]
    pub(crate) delete_first: bool,
    /// How long IAM may take to know the new key, and the platform to take it
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "2m")]
    pub(crate) patience: Duration,
}
