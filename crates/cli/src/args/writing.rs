//! What the commands that write a profile have in common.

/// How careful to be.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Writing {
    /// Show what would be done, and do none of it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// Replace a profile that exists
    #[arg(long)]
    pub(crate) force: bool,
}
