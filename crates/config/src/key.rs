//! The names of everything that can be configured, declared once.

use serde::{Serialize, Serializer};

/// What a key is for, which decides where its value may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Proves who is calling. The first source that holds one gives the credential.
    Credential,
    /// Goes with a credential, and is taken from the credential's own source.
    Companion,
    /// Says what is called. Taken value by value from the first source that has it.
    Target,
}

/// How the value of a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Text that may be shown.
    Text,
    /// Text that must not be shown; in a profile also a reference to it.
    Secret,
    /// A path, relative to the file that names it, or to the current directory.
    Path,
    /// A program and its arguments.
    Command,
}

/// Declares the enum together with every fact about its members.
macro_rules! keys {
    ($($variant:ident $name:literal $group:ident $form:ident $doc:literal;)*) => {
        /// Everything that can be configured. The [`name`](Self::name) is what a profile calls it.
        ///
        /// ```
        /// use wml_auth_config::Key;
        ///
        /// assert_eq!(Key::ApiKey.name(), "apikey");
        /// assert_eq!(Key::from_name("space_id"), Some(Key::SpaceId));
        /// assert!(Key::ApiKey.is_secret() && !Key::SpaceId.is_secret());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Key {
            $(#[doc = $doc] $variant,)*
        }

        impl Key {
            /// Every key, in the order in which they are explained.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in a profile and in an explanation.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is, in one sentence.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            pub(crate) const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group,)* }
            }

            pub(crate) const fn form(self) -> Form {
                match self { $(Self::$variant => Form::$form,)* }
            }
        }
    };
}

keys! {
    AuthType "auth_type" Companion Text
        "How to log in; inferred from the credential when it is not given.";
    ApiKey "apikey" Credential Secret
        "An IBM Cloud API key, of a user or a Service ID.";
    BearerToken "bearer_token" Credential Secret
        "A token that somebody else obtained, sent as it is.";
    BearerTokenFile "bearer_token_file" Credential Path
        "A file that holds such a token and is read again when it changes.";
    BearerTokenCommand "bearer_token_command" Credential Command
        "A command that prints such a token, as a list of program and arguments.";
    Username "username" Companion Text
        "The user name of a basic login.";
    Password "password" Credential Secret
        "The password of a basic login.";
    ClientId "client_id" Companion Text
        "The OAuth client that asks for the token; goes with client_secret.";
    ClientSecret "client_secret" Companion Secret
        "The secret of that client.";
    Scope "scope" Companion Text
        "The scopes of the token, separated by blanks.";
    AccountId "account_id" Companion Text
        "The account that the token must belong to.";
    AuthUrl "auth_url" Companion Text
        "The base URL of the token service, where it is not the public IAM.";
    ServiceId "service_id" Companion Text
        "The Service ID that a service-level login must turn out to be.";
    MinimumRole "minimum_role" Companion Text
        "The least role that the Service ID must have in the space or project: viewer, editor or admin.";
    Url "url" Target Text
        "The base URL of the Watson Machine Learning service.";
    PlatformUrl "platform_url" Target Text
        "The base URL of the platform services, which hold spaces and projects.";
    SpaceId "space_id" Target Text
        "The deployment space.";
    ProjectId "project_id" Target Text
        "The project.";
    DeploymentId "deployment_id" Target Text
        "The deployment that is scored, by id or by serving name.";
    Version "version" Target Text
        "The version date of the service's API, such as 2020-09-01.";
}

impl Key {
    /// The key of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    /// Whether its value must not be shown.
    pub const fn is_secret(self) -> bool {
        matches!(self.form(), Form::Secret)
    }
}

/// As its name.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        for key in Key::ALL {
            assert_eq!(Key::from_name(key.name()), Some(*key));
        }
        assert_eq!(Key::from_name("APIKEY"), None);
    }

    #[test]
    fn every_description_is_a_sentence() {
        for key in Key::ALL {
            assert!(key.description().ends_with('.'), "{}", key.name());
        }
    }
}
