//! `wml-auth import`

use std::path::PathBuf;

use clap::ValueEnum;
use wml_auth_config::SourceKind;

use super::{Format, Writing};

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// Where the credential is now
    #[arg(value_enum)]
    pub(crate) source: ImportSource,
    /// The file, where it is not the usual one
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) writing: Writing,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportSource {
    /// The environment variables of IBM's SDKs and of other watsonx clients
    Env,
    /// A credential file: `ibm-credentials.env`, or the console's `apikey.json`
    File,
    /// `VCAP_SERVICES`, as Cloud Foundry sets it
    Vcap,
    /// The session of IBM's command `ibmcloud`: refresh token, account, IAM and region
    Ibmcloud,
}

impl ImportSource {
    /// Which of the sources of a resolution it is, if it is one.
    pub(crate) fn kind(self) -> Option<SourceKind> {
        match self {
            Self::Env => Some(SourceKind::Environment),
            Self::File => Some(SourceKind::CredentialFile),
            Self::Vcap => Some(SourceKind::Vcap),
            Self::Ibmcloud => None,
        }
    }
}
