//! Every environment variable that is known, declared once, in order of precedence.
//!
//! The same names work in an `ibm-credentials.env` file. Where several rows set one key, the upper row wins.

use std::fmt::Write as _;

use crate::Key;

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

/// Stands for the prefix of a service in the names of the table.
const SERVICE: &str = "<SERVICE>_";

/// The services whose names are looked for when the caller names none.
pub(crate) const DEFAULT_SERVICES: &[&str] = &["watson_machine_learning", "watsonx_ai"];

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
    /// It asks for TLS checks to be turned off. Read so that a malformed one is noticed, and never obeyed.
    TlsSwitch,
    /// It belongs to a login type that is not supported yet, and by itself asks for that type.
    Later(&'static str),
    /// It goes with something that is not supported yet, and asks for nothing by itself.
    LaterDetail(&'static str),
    /// It steers the resolution itself.
    Own,
}

const fn row(name: &'static str, reads: Reads, used_by: &'static str, doc: &'static str) -> Variable {
    Variable { name, reads, used_by, doc }
}

const CORES: &str = "IBM SDK cores";
const HERE: &str = "wml-auth";

/// The table. A service's own names come first, because they are the most specific.
pub(crate) const VARIABLES: &[Variable] = &[
    // How to log in.
    row("<SERVICE>_AUTH_TYPE", Reads::Key(Key::AuthType), CORES, "How to log in."),
    row("<SERVICE>_AUTHTYPE", Reads::Key(Key::AuthType), CORES, "The same, in an older spelling."),
    // API keys.
    row("<SERVICE>_APIKEY", Reads::Key(Key::ApiKey), CORES, "The API key."),
    row("<SERVICE>_IAM_APIKEY", Reads::Key(Key::ApiKey), "IBM Java SDK core", "The API key."),
    row("<SERVICE>_API_KEY", Reads::Key(Key::ApiKey), HERE, "The API key, in the other usual spelling."),
    row("WATSONX_APIKEY", Reads::Key(Key::ApiKey), "llama-index, langchain-ibm, LiteLLM", "The API key."),
    row("WATSONX_API_KEY", Reads::Key(Key::ApiKey), "langchain-ibm, LiteLLM, watsonx-go", "The API key."),
    row("WX_API_KEY", Reads::Key(Key::ApiKey), "LiteLLM", "The API key."),
    row("WX_AI_API_KEY", Reads::Key(Key::ApiKey), "Gorilla", "The API key."),
    row("WML_APIKEY", Reads::Key(Key::ApiKey), "unitxt", "The API key."),
    row("WML_API_KEY", Reads::Key(Key::ApiKey), HERE, "The API key."),
    row("IBMCLOUD_API_KEY", Reads::Key(Key::ApiKey), "IBM Cloud CLI", "The API key of the account's user."),
    // Tokens.
    row("<SERVICE>_BEARER_TOKEN", Reads::Key(Key::BearerToken), CORES, "A ready token."),
    row(
        "WATSONX_TOKEN",
        Reads::Key(Key::BearerToken),
        "langchain-ibm, llama-index, LiteLLM",
        "A ready token.",
    ),
    row(
        "USER_ACCESS_TOKEN",
        Reads::Key(Key::BearerToken),
        "ibm-watsonx-ai",
        "The token of a notebook's user.",
    ),
    row(
        "<SERVICE>_BEARER_TOKEN_FILE",
        Reads::Key(Key::BearerTokenFile),
        HERE,
        "A file that holds a ready token.",
    ),
    row(
        "RUNTIME_ENV_ACCESS_TOKEN_FILE",
        Reads::Key(Key::BearerTokenFile),
        "ibm-watsonx-ai",
        "The token file of a notebook's runtime.",
    ),
    // User and password.
    row("<SERVICE>_USERNAME", Reads::Key(Key::Username), CORES, "The user name."),
    row("WATSONX_USERNAME", Reads::Key(Key::Username), "langchain-ibm, llama-index", "The user name."),
    row("<SERVICE>_PASSWORD", Reads::Key(Key::Password), CORES, "The password."),
    row("WATSONX_PASSWORD", Reads::Key(Key::Password), "langchain-ibm, llama-index", "The password."),
    // What goes with a credential.
    row("<SERVICE>_CLIENT_ID", Reads::Key(Key::ClientId), CORES, "The OAuth client."),
    row("<SERVICE>_CLIENT_SECRET", Reads::Key(Key::ClientSecret), CORES, "The secret of the OAuth client."),
    row("<SERVICE>_SCOPE", Reads::Key(Key::Scope), CORES, "The scopes of the token."),
    row("<SERVICE>_ACCOUNT_ID", Reads::Key(Key::AccountId), HERE, "The account of the token."),
    row("<SERVICE>_AUTH_URL", Reads::Key(Key::AuthUrl), CORES, "The base URL of the token service."),
    row("WATSONX_IAM_URL", Reads::Key(Key::AuthUrl), "LiteLLM", "The URL of the token service."),
    row("WATSONX_IAM_HOST", Reads::Host(Key::AuthUrl), "watsonx-go", "The host of the token service."),
    row("<SERVICE>_SERVICE_ID", Reads::Key(Key::ServiceId), HERE, "The Service ID that is expected."),
    row("<SERVICE>_MINIMUM_ROLE", Reads::Key(Key::MinimumRole), HERE, "The least role that is expected."),
    // What is called.
    row(
        "<SERVICE>_URL",
        Reads::Key(Key::Url),
        CORES,
        "The base URL of the service; the watsonx Node SDK takes it for that of IAM.",
    ),
    row(
        "<SERVICE>_SERVICE_URL",
        Reads::Key(Key::Url),
        "watsonx Node SDK template",
        "The base URL of the service.",
    ),
    row(
        "WATSONX_URL",
        Reads::Key(Key::Url),
        "langchain-ibm, llama-index, LiteLLM",
        "The base URL of the service.",
    ),
    row("WATSONX_API_BASE", Reads::Key(Key::Url), "LiteLLM", "The base URL of the service."),
    row("WATSONX_BASE_URL", Reads::Key(Key::Url), "llm4s", "The base URL of the service."),
    row("WX_URL", Reads::Key(Key::Url), "LiteLLM", "The base URL of the service."),
    row("WX_AI_URL", Reads::Key(Key::Url), "Gorilla", "The base URL of the service."),
    row("WML_URL", Reads::Key(Key::Url), "LiteLLM, unitxt", "The base URL of the service."),
    row("WATSONX_URL_HOST", Reads::Host(Key::Url), "watsonx-go", "The host of the service."),
    row(
        "RUNTIME_ENV_APSX_URL",
        Reads::Key(Key::Url),
        "ibm-watsonx-ai",
        "The service of a notebook's runtime.",
    ),
    row(
        "<SERVICE>_PLATFORM_URL",
        Reads::Key(Key::PlatformUrl),
        "watsonx Node SDK",
        "The base URL of the platform.",
    ),
    row("<SERVICE>_SPACE_ID", Reads::Key(Key::SpaceId), HERE, "The deployment space."),
    row("WATSONX_DEPLOYMENT_SPACE_ID", Reads::Key(Key::SpaceId), "LiteLLM", "The deployment space."),
    row("WATSONX_SPACE_ID", Reads::Key(Key::SpaceId), "langchain-ibm, LiteLLM", "The deployment space."),
    row("WX_SPACE_ID", Reads::Key(Key::SpaceId), "LiteLLM", "The deployment space."),
    row("WX_AI_SPACE_ID", Reads::Key(Key::SpaceId), "Gorilla", "The deployment space."),
    row("WML_SPACE_ID", Reads::Key(Key::SpaceId), HERE, "The deployment space."),
    row("<SERVICE>_PROJECT_ID", Reads::Key(Key::ProjectId), HERE, "The project."),
    row(
        "WATSONX_PROJECT_ID",
        Reads::Key(Key::ProjectId),
        "langchain-ibm, LiteLLM, watsonx-go",
        "The project.",
    ),
    row("WX_PROJECT_ID", Reads::Key(Key::ProjectId), "LiteLLM", "The project."),
    row("WX_AI_PROJECT_ID", Reads::Key(Key::ProjectId), "Gorilla", "The project."),
    row("WML_PROJECT_ID", Reads::Key(Key::ProjectId), "unitxt", "The project."),
    row("<SERVICE>_DEPLOYMENT_ID", Reads::Key(Key::DeploymentId), HERE, "The deployment."),
    row("WATSONX_DEPLOYMENT_ID", Reads::Key(Key::DeploymentId), HERE, "The deployment."),
    row("WML_DEPLOYMENT_ID", Reads::Key(Key::DeploymentId), HERE, "The deployment."),
    row("<SERVICE>_VERSION", Reads::Key(Key::Version), HERE, "The version date of the API."),
    // Switches that are read and not obeyed.
    row("<SERVICE>_AUTH_DISABLE_SSL", Reads::TlsSwitch, CORES, "TLS checks stay on; true gives a warning."),
    row("<SERVICE>_DISABLE_SSL", Reads::TlsSwitch, CORES, "TLS checks stay on; true gives a warning."),
    // Login types to come.
    row("<SERVICE>_IAM_PROFILE_ID", Reads::Later("iamAssume"), CORES, "A trusted profile."),
    row("<SERVICE>_IAM_PROFILE_NAME", Reads::Later("iamAssume"), CORES, "A trusted profile."),
    row("<SERVICE>_IAM_PROFILE_CRN", Reads::Later("iamAssume"), CORES, "A trusted profile."),
    row(
        "<SERVICE>_IAM_ACCOUNT_ID",
        Reads::LaterDetail("iamAssume"),
        CORES,
        "The account of the trusted profile.",
    ),
    row("<SERVICE>_CR_TOKEN_FILENAME", Reads::Later("container"), CORES, "The compute resource token."),
    row("<SERVICE>_REFRESH_TOKEN", Reads::LaterDetail("iam"), "IBM Go SDK core", "A refresh token."),
    row(
        "<SERVICE>_VPC_IMS_VERSION",
        Reads::LaterDetail("vpc"),
        CORES,
        "The version of the metadata service.",
    ),
    row(
        "<SERVICE>_CP4D_ACCOUNT_ID",
        Reads::LaterDetail("cp4d"),
        "IBM Python SDK core",
        "The account of the user.",
    ),
    row("<SERVICE>_SCOPE_COLLECTION_TYPE", Reads::LaterDetail("mcspv2"), CORES, "The kind of scope."),
    row("<SERVICE>_SCOPE_ID", Reads::LaterDetail("mcspv2"), CORES, "The scope."),
    row("<SERVICE>_INCLUDE_BUILTIN_ACTIONS", Reads::LaterDetail("mcspv2"), CORES, "A switch."),
    row("<SERVICE>_INCLUDE_CUSTOM_ACTIONS", Reads::LaterDetail("mcspv2"), CORES, "A switch."),
    row("<SERVICE>_INCLUDE_ROLES", Reads::LaterDetail("mcspv2"), CORES, "A switch."),
    row("<SERVICE>_PREFIX_ROLES", Reads::LaterDetail("mcspv2"), CORES, "A switch."),
    row("<SERVICE>_CALLER_EXT_CLAIM", Reads::LaterDetail("mcspv2"), CORES, "More claims."),
    row(
        "<SERVICE>_SERVICE_BROKER_SECRET",
        Reads::Later("cp4dService"),
        "IBM Java SDK core",
        "The broker's secret.",
    ),
    row(
        "<SERVICE>_SERVICE_INSTANCE_ID",
        Reads::LaterDetail("cp4dServiceInstance"),
        "IBM Java SDK core",
        "The service instance.",
    ),
    row("WATSONX_ZENAPIKEY", Reads::Later("zen"), "LiteLLM", "An encoded Cloud Pak for Data key."),
    // Where to look.
    row(PROFILE, Reads::Own, HERE, "The profile to use; it then comes before the environment."),
    row(
        PROFILES_FILE,
        Reads::Own,
        HERE,
        "The profiles file, instead of the one in the configuration directory.",
    ),
    row(CREDENTIALS_FILE, Reads::Own, CORES, "The credential file, instead of the ones that are looked for."),
    row(VCAP_SERVICES, Reads::Own, "Cloud Foundry", "The bound services, as JSON."),
    row(XDG_CONFIG_HOME, Reads::Own, "many", "The configuration directory, instead of ~/.config."),
    row("HOME", Reads::Own, "all", "The home directory."),
];

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

/// The services whose credentials are looked for.
#[derive(Clone, Debug)]
pub(crate) struct Services(Option<String>);

impl Services {
    /// This one, or the usual ones.
    pub(crate) fn new(asked: Option<&str>) -> Self {
        Self(asked.map(str::to_owned))
    }

    pub(crate) fn are_default(&self) -> bool {
        self.0.is_none()
    }

    /// Their names as they were given.
    pub(crate) fn names(&self) -> Vec<&str> {
        match &self.0 {
            Some(name) => vec![name],
            None => DEFAULT_SERVICES.to_vec(),
        }
    }

    /// Upper case, `_` for everything that is neither letter nor digit, and a `_` at the end. The last one is what
    /// keeps `svc-1` from taking the variables of `svc-10`.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = String> {
        self.names().into_iter().map(prefix).collect::<Vec<_>>().into_iter()
    }
}

fn prefix(service: &str) -> String {
    let mut prefix: String = service
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect();
    prefix.push('_');
    prefix
}

/// The variables as a Markdown table: the reference page is made from it.
///
/// ```
/// let page = wml_auth_config::variables_markdown();
/// assert!(page.contains("| `WATSONX_APIKEY` | `apikey`, 4th |"));
/// ```
pub fn variables_markdown() -> String {
    let services: Vec<_> = DEFAULT_SERVICES.iter().map(|name| format!("`{}`", prefix(name))).collect();
    let mut page = format!(
        "`<SERVICE>_` stands for {}, or for the name of the service that was asked for.\n\n\
         | variable | sets | meaning | used by |\n| --- | --- | --- | --- |\n",
        services.join(" and ")
    );
    for (place, variable) in VARIABLES.iter().enumerate() {
        let sets = match variable.reads {
            Reads::Key(key) | Reads::Host(key) => {
                let above =
                    VARIABLES.iter().take(place).filter(|other| sets(other.reads) == Some(key)).count();
                format!("`{}`, {}", key.name(), ordinal(above + 1))
            }
            Reads::TlsSwitch => String::from("nothing"),
            Reads::Later(login) | Reads::LaterDetail(login) => format!("not supported yet (`{login}`)"),
            Reads::Own => String::from("where to look"),
        };
        let _ = writeln!(page, "| `{}` | {sets} | {} | {} |", variable.name, variable.doc, variable.used_by);
    }
    page
}

fn sets(reads: Reads) -> Option<Key> {
    match reads {
        Reads::Key(key) | Reads::Host(key) => Some(key),
        _ => None,
    }
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
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
    fn a_prefix_ends_with_an_underscore() {
        assert_eq!(prefix("svc-1"), "SVC_1_");
        assert_eq!(prefix("my wml.prod"), "MY_WML_PROD_");
    }

    #[test]
    fn a_service_of_its_own_has_only_its_own_names() {
        let services = Services::new(Some("svc"));
        let names: Vec<_> = VARIABLES.iter().flat_map(|variable| variable.names(&services)).collect();
        assert!(names.contains(&"SVC_APIKEY".to_owned()) && names.contains(&"WML_AUTH_PROFILE".to_owned()));
        assert!(!names.contains(&"WATSONX_APIKEY".to_owned()));
    }

    #[test]
    fn ordinals() {
        let all: Vec<_> = [1, 2, 3, 4, 11, 12, 21, 22, 103].into_iter().map(ordinal).collect();
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "22nd", "103rd"]);
    }
}
