//! `wml-auth service-level`

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use wml_auth_iam::Role;

use super::{Format, Writing};

#[derive(Debug, Subcommand)]
pub(crate) enum ServiceLevel {
    /// Make a Service ID with a key, a member of the space or project, and a profile that logs in with it
    ///
    /// What is there already is used. After a failure run the same command again: it goes on where it stopped.
    Setup(Setup),
    /// Undo a setup: membership, key, Service ID and profile
    Teardown(Teardown),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Setup {
    /// The profile that logs in for this; otherwise whatever would be used without `--profile`
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) login: Option<String>,
    /// The name of the Service ID, instead of that of the profile
    #[arg(long, value_name = "NAME")]
    pub(crate) service_id_name: Option<String>,
    /// The deployment space, instead of the configured one
    #[arg(long, value_name = "ID", conflicts_with = "project")]
    pub(crate) space: Option<String>,
    /// The project, instead of the configured space or project
    #[arg(long, value_name = "ID")]
    pub(crate) project: Option<String>,
    /// What the Service ID may do there
    #[arg(long, value_enum, default_value_t = MemberRole::Editor)]
    pub(crate) role: MemberRole,
    /// The deployment that is scored as a proof, instead of the first one in the space
    #[arg(long, value_name = "ID")]
    pub(crate) deployment: Option<String>,
    /// What is scored, as JSON. Without it a sample is sent, and the service may find that it does not fit the model
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) writing: Writing,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Teardown {
    /// The profile that logs in for this; otherwise whatever would be used without `--profile`
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) login: Option<String>,
    /// Show what would be done, and do none of it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// The roles with which one can score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MemberRole {
    /// May deploy and score
    Editor,
    /// May also manage members
    Admin,
}

impl From<MemberRole> for Role {
    fn from(role: MemberRole) -> Self {
        match role {
            MemberRole::Editor => Self::Editor,
            MemberRole::Admin => Self::Admin,
        }
    }
}
