//! `wml-auth keys`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use wml_auth_config::Retire;
use wml_auth_iam::identity_services::LeakAction;

use super::Format;
use crate::time::parse_duration;

#[derive(Debug, clap::Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
    /// How to print the answer
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List API keys: one's own unless told otherwise
    List(ListKeys),
    /// Make an API key. Its value is shown or written now, and cannot be had again
    Create(CreateKey),
    /// Show an API key, without its value
    Show(OneKey),
    /// Lock an API key: it can be used, and neither changed nor deleted
    Lock(OneKey),
    /// Unlock an API key
    Unlock(OneKey),
    /// Disable an API key. Tokens that it was exchanged for stay good
    Disable(OneKey),
    /// Enable a disabled API key
    Enable(OneKey),
    /// Delete an API key for good. Tokens that it was exchanged for stay good
    Delete(DeleteKey),
    /// Replace the API key of a profile by a new one: make, prove, swap and verify it, then delete the old one
    Rotate(RotateKey),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListKeys {
    /// Those of this identity: `IBMid-…` or `iam-ServiceId-…`
    #[arg(long, value_name = "ID")]
    pub(crate) iam_id: Option<String>,
    /// Those of everybody in the account, which takes an administrator
    #[arg(long, conflicts_with = "iam_id")]
    pub(crate) whole_account: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CreateKey {
    /// Its name
    pub(crate) name: String,
    /// Whose it is to be: `IBMid-…` or `iam-ServiceId-…`; one's own unless given
    #[arg(long, value_name = "ID")]
    pub(crate) iam_id: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// For how long it can be used (`90d` is not a time: write `2160h`)
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) expires_in: Option<Duration>,
    /// What IBM does when it finds the key in public
    #[arg(long, value_enum, value_name = "ACTION")]
    pub(crate) when_leaked: Option<WhenLeaked>,
    /// Write the key into this file, which must not exist yet, for its owner only
    #[arg(long, value_name = "FILE", required_unless_present = "show")]
    pub(crate) output: Option<PathBuf>,
    /// Print the key
    #[arg(long, conflicts_with = "output")]
    pub(crate) show: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct OneKey {
    /// Its id: `ApiKey-…`, and not the key itself
    pub(crate) id: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeleteKey {
    /// Its id: `ApiKey-…`, and not the key itself
    pub(crate) id: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RotateKey {
    /// What becomes of the old key
    #[arg(long, value_enum, default_value_t = OldKey::Delete)]
    pub(crate) old_key: OldKey,
    /// For how long the new key can be used; otherwise as long as the old one could from its beginning
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) expires_in: Option<Duration>,
    /// How long IAM may take to know the new key
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "2m")]
    pub(crate) patience: Duration,
    /// The profile whose rights manage the keys, where the key itself has none
    #[arg(long, value_name = "PROFILE")]
    pub(crate) by: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OldKey {
    /// Deleted for good
    Delete,
    /// Disabled; it can be enabled again
    Disable,
    /// Left as it is
    Keep,
}

impl From<OldKey> for Retire {
    fn from(old: OldKey) -> Self {
        match old {
            OldKey::Delete => Self::Delete,
            OldKey::Disable => Self::Disable,
            OldKey::Keep => Self::Keep,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhenLeaked {
    /// Tell the owner
    None,
    /// Disable it
    Disable,
    /// Delete it
    Delete,
}

impl From<WhenLeaked> for LeakAction {
    fn from(action: WhenLeaked) -> Self {
        match action {
            WhenLeaked::None => Self::None,
            WhenLeaked::Disable => Self::Disable,
            WhenLeaked::Delete => Self::Delete,
        }
    }
}
