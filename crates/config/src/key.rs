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
    /// A path, relative to the profiles file that names it, and otherwise to the current directory.
    Path,
    /// A program and its arguments.
    Command,
    /// Yes or no.
    Switch,
    /// A login of its own, which only a profile can hold.
    Login,
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
        "An API key: of IBM Cloud, of Cloud Pak for Data or of MCSP, as the login wants it.";
    RefreshToken "refresh_token" Credential Secret
        "An IAM refresh token, which is used where there is no API key.";
    BearerToken "bearer_token" Credential Secret
        "A token that somebody else obtained, sent as it is.";
    BearerTokenFile "bearer_token_file" Credential Path
        "A file that holds such a token and is read again when it changes.";
    BearerTokenCommand "bearer_token_command" Credential Command
        "A command that prints such a token, as a list of program and arguments.";
    ZenApiKey "zen_api_key" Credential Secret
        "A user name and an API key of Cloud Pak for Data, joined by a colon and encoded in base64.";
    Username "username" Companion Text
        "The user name that goes with a password or an API key.";
    Password "password" Credential Secret
        "The password of the user.";
    CrTokenFilename "cr_token_filename" Companion Path
        "The file with the token of the compute resource, where it is not one of the usual three.";
    ServiceBrokerSecret "service_broker_secret" Credential Secret
        "The secret of a service broker on Cloud Pak for Data.";
    IamProfileId "iam_profile_id" Companion Text
        "The trusted profile, by its id.";
    IamProfileName "iam_profile_name" Companion Text
        "The trusted profile, by its name.";
    IamProfileCrn "iam_profile_crn" Companion Text
        "The trusted profile, by its CRN.";
    IamAccountId "iam_account_id" Companion Text
        "The account in which a trusted profile has its name.";
    SourceProfile "source_profile" Companion Text
        "The profile whose login assumes the trusted profile.";
    Source "source" Companion Login
        "The login that assumes the trusted profile, as a table of its own.";
    VpcImsVersion "vpc_ims_version" Companion Text
        "The version of the VPC instance metadata service: 2022-03-01, unless set, or 2025-08-26.";
    Cp4dAccountId "cp4d_account_id" Companion Text
        "The account of a user of Cloud Pak for Data.";
    ServiceInstanceId "service_instance_id" Companion Text
        "The service instance of Cloud Pak for Data, or of a legacy Watson Machine Learning.";
    Uid "uid" Companion Text
        "The id of the user for whom a broker asks.";
    DisplayName "display_name" Companion Text
        "The name of the user for whom a broker asks.";
    Permissions "permissions" Companion Text
        "The permissions for which a broker asks.";
    ExpirationTime "expiration_time" Companion Text
        "The life of the token for which a broker asks, as a whole number.";
    ScopeCollectionType "scope_collection_type" Companion Text
        "The kind of MCSP scope: accounts, subscriptions or services.";
    ScopeId "scope_id" Companion Text
        "The id of the MCSP scope.";
    IncludeBuiltinActions "include_builtin_actions" Companion Switch
        "Whether an MCSP token lists built-in actions; false unless set.";
    IncludeCustomActions "include_custom_actions" Companion Switch
        "Whether an MCSP token lists custom actions; false unless set.";
    IncludeRoles "include_roles" Companion Switch
        "Whether an MCSP token lists roles; true unless set.";
    PrefixRoles "prefix_roles" Companion Switch
        "Whether an MCSP token puts the scope before its roles; false unless set.";
    CallerExtClaim "caller_ext_claim" Companion Text
        "More claims for an MCSP token, as a JSON object.";
    ClientId "client_id" Companion Text
        "The OAuth client that asks for the token; goes with client_secret.";
    ClientSecret "client_secret" Companion Secret
        "The secret of that client.";
    Scope "scope" Companion Text
        "The scopes of the token, separated by blanks.";
    AccountId "account_id" Companion Text
        "The account that the token must belong to.";
    AuthUrl "auth_url" Companion Text
        "The base URL of the token service, where it does not follow from the login and the region.";
    BedrockUrl "bedrock_url" Companion Text
        "The URL of the foundational services below Cloud Pak for Data, where they know its users.";
    AuthDisableSsl "auth_disable_ssl" Companion Switch
        "Whether the certificate of the token service goes unchecked; false unless set.";
    PrivateTokenUrl "private_token_url" Companion Switch
        "Whether the region's token service is asked on the private network; false unless set.";
    ServiceId "service_id" Companion Text
        "The Service ID that a service-level login must turn out to be.";
    MinimumRole "minimum_role" Companion Text
        "The least role that the Service ID must have in the space or project: viewer, editor or admin.";
    Url "url" Target Text
        "The base URL of the Watson Machine Learning service.";
    Region "region" Target Text
        "The region of the service, such as us-south, in place of its URL.";
    DisableSsl "disable_ssl" Target Switch
        "Whether the certificate of the service goes unchecked; false unless set.";
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
