//! What a list of profiles shows.

use serde::Serialize;

use super::document::Document;
use super::inheritance;
use crate::layer::Given;
use crate::{AuthType, ConfigError, Key};

/// One profile, at a glance. Nothing is looked up for it: no file is read and no command is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProfileSummary {
    /// Its name.
    pub name: String,
    /// Whether it is the file's default.
    pub is_default: bool,
    /// The profile that it extends.
    pub extends: Option<String>,
    /// How it logs in, written or inferred; none when it holds no credential.
    pub auth_type: Option<String>,
    /// The line at which it begins.
    pub line: usize,
}

impl Document {
    /// All profiles, in the order of the file.
    pub(crate) fn summaries(&self) -> Result<Vec<ProfileSummary>, ConfigError> {
        let of = |profile: &super::document::Profile| {
            let chain = self.chain(&profile.name)?;
            let layers = inheritance::layers(&chain);
            let written = match layers.visible(Key::AuthType).map(|entry| &entry.given) {
                Some(Given::Text(name)) => AuthType::parse(name.expose()).ok().map(|known| known.to_string()),
                _ => None,
            };
            let inferred =
                || AuthType::infer(|key| layers.visible(key).is_some()).map(|known| known.to_string());
            Ok(ProfileSummary {
                name: profile.name.clone(),
                is_default: self.default_profile() == Some(&profile.name),
                extends: profile.extends.as_ref().map(|parent| parent.name.clone()),
                auth_type: written.or_else(inferred),
                line: profile.line,
            })
        };
        self.profiles().iter().map(of).collect()
    }
}
