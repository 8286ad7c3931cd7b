//! Every environment variable that is known, declared once, in order of precedence.
//!
//! The same names work in an `ibm-credentials.env` file. Where several rows set one key, the upper row wins.

mod markdown;
mod table;

pub use self::markdown::variables_markdown;
pub(crate) use self::table::VARIABLES;
use crate::Key;
use crate::services::Services;

/// The profile to use.
pub(crate) const PROFILE: &str = "WML_AUTH_PROFILE";
/// Where the profiles file is.
pub(crate) const PROFILES_FILE: &str = "WML_AUTH_PROFILES_FILE";
/// Where the credential file is.
pub(crate) const CREDENTIALS_FILE: &str = "IBM_CREDENTIALS_FILE";
/// The services that are bound to a Cloud Foundry application.
pub(crate) const VCAP_SERVICES: &str = "VCAP_SERVICES";
/// Where the configuration files of a user are.
pub(crate) const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";

/// The names by which langchain-ibm and llama-index, and through them `ibm-watsonx-ai`, take a user of Cloud Pak for Data.
pub(crate) const CLUSTER_USER: [&str; 4] =
    ["WATSONX_USERNAME", "WATSONX_PASSWORD", "WATSONX_APIKEY", "WATSONX_API_KEY"];

/// Stands for the prefix of a service in the names of the table.
const SERVICE: &str = "<SERVICE>_";

/// One row of the table.
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) reads: Reads,
    used_by: &'static str,
    doc: &'static str,
}

/// What a variable does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// It sets a key.
    Key(Key),
    /// It sets a key that is a URL, and names only the host.
    Host(Key),
    /// It sets a key where no source sets that key, or its alternative, by a name of more distinction.
    Fallback(Key),
    /// Others obey it. It is known, so that it is not taken for a typing error.
    Nothing,
    /// It steers the resolution itself.
    Own,
}

impl Variable {
    /// The names that this row has for these services. A row without the service's prefix belongs to other clients;
    /// those are only asked when the caller has not named a service of its own.
    pub(crate) fn names(&self, services: &Services) -> Vec<String> {
        match self.name.strip_prefix(SERVICE) {
            Some(property) => services.prefixes().map(|prefix| format!("{prefix}{property}")).collect(),
            None if services.are_default() || self.reads == Reads::Own => vec![self.name.to_owned()],
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_is_declared_once_even_when_spelled_out() {
        let mut seen = BTreeSet::new();
        for variable in VARIABLES {
            for name in variable.names(&Services::new(None)) {
                assert!(seen.insert(name.clone()), "{name} twice");
            }
            assert!(variable.doc.ends_with('.'), "{}", variable.name);
        }
        for asked in
            ["WATSONX_AI_APIKEY", "WATSON_MACHINE_LEARNING_AUTH_URL", "WX_API_KEY", "IBMCLOUD_API_KEY"]
        {
            assert!(seen.contains(asked), "{asked}");
        }
    }

    #[test]
    fn a_service_of_its_own_has_only_its_own_names() {
        let services = Services::new(Some("svc"));
        let names: Vec<_> = VARIABLES.iter().flat_map(|variable| variable.names(&services)).collect();
        assert!(names.contains(&"SVC_APIKEY".to_owned()) && names.contains(&"WML_AUTH_PROFILE".to_owned()));
        assert!(!names.contains(&"WATSONX_APIKEY".to_owned()));
    }
}
