//! The session that IBM's command `ibmcloud` keeps in its `config.json`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use wml_auth_iam::regions;

use super::json::{self, LooseText};
use crate::layer::{Entry, Given, Layer};
use crate::text::printable;
use crate::{ConfigError, Environment, Key, Origin, SourceKind};

/// What is of use here of some forty members, which carry the names of a Go structure.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Session {
    region: LooseText,
    #[serde(rename = "IAMEndpoint")]
    endpoint: LooseText,
    #[serde(rename = "IAMPrivateEndpoint")]
    private_endpoint: LooseText,
    #[serde(rename = "IAMPrivateVPCEndpoint")]
    vpc_endpoint: LooseText,
    is_private: LooseText,
    #[serde(rename = "IsAccessFromVPC")]
    is_in_vpc: LooseText,
    #[serde(rename = "IAMRefreshToken")]
    refresh_token: LooseText,
    account: Option<Account>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    #[serde(rename = "GUID")]
    id: LooseText,
}

/// Where it is, or would be: in the folder of `IBMCLOUD_CONFIG_HOME`, or else in `.ibmcloud` or `.bluemix` below
/// `IBMCLOUD_HOME`, `BLUEMIX_HOME` or the home. The command itself takes the newer name where there is such a folder.
pub(crate) fn path(environment: &Environment) -> Result<Option<PathBuf>, ConfigError> {
    let named = |name: &str| -> Result<Option<PathBuf>, ConfigError> {
        let folder = environment.variable(name)?;
        Ok(folder.map(|folder| environment.locate(Path::new(folder.expose()), None)))
    };
    if let Some(folder) = named("IBMCLOUD_CONFIG_HOME")? {
        return Ok(Some(folder.join("config.json")));
    }
    let home = match named("IBMCLOUD_HOME")? {
        Some(home) => Some(home),
        None => named("BLUEMIX_HOME")?,
    };
    Ok(home.as_deref().or(environment.home()).map(|home| {
        let (new, old) = (home.join(".ibmcloud"), home.join(".bluemix"));
        if new.exists() { new } else { old }.join("config.json")
    }))
}

/// Refresh token, account, IAM, and the region if watsonx.ai is there: that of `ibmcloud` is about all services.
pub(crate) fn parse(text: &str, path: &Path) -> Result<Layer, ConfigError> {
    let session: Session = serde_json::from_str(text).map_err(|error| json::fault(&error).in_file(path))?;
    let is = |switch: &LooseText| switch.0.as_ref().is_some_and(|text| text.expose() == "true");
    let endpoint = match (is(&session.is_private), is(&session.is_in_vpc)) {
        (true, true) => session.vpc_endpoint,
        (true, false) => session.private_endpoint,
        (false, _) => session.endpoint,
    };
    let region = session.region.0.filter(|region| regions::named(region.expose()).is_ok());
    let mut layer = Layer::new(SourceKind::CredentialFile, printable(path.display()));
    let values = [
        (Key::RefreshToken, session.refresh_token.0),
        (Key::AuthUrl, endpoint.0),
        (Key::AccountId, session.account.unwrap_or_default().id.0),
        (Key::Region, region),
    ];
    for (key, value) in values {
        if let Some(value) = value {
            let origin = Origin::CredentialFile { file: path.to_owned(), line: None };
            layer.offer(Entry { key, given: Given::Text(value), origin });
        }
    }
    Ok(layer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Result<Vec<(Key, Given)>, String> {
        let layer = parse(text, Path::new("config.json")).map_err(|error| error.to_string())?;
        Ok(layer.entries.into_iter().map(|entry| (entry.key, entry.given)).collect())
    }

    fn given(text: &str) -> Given {
        Given::Text(text.into())
    }

    #[test]
    fn the_session_is_read_and_all_else_passed_over() {
        let text = r#"{"APIEndpoint": "https://cloud.ibm.com", "IsPrivate": false, "Region": "eu-de", "HTTPTimeout": 0,
            "IAMEndpoint": "https://iam.cloud.ibm.com", "IAMToken": "Bearer x", "IAMRefreshToken": "r",
            "IAMPrivateEndpoint": "https://private.iam.cloud.ibm.com", "PluginRepos": [{"Name": "p"}],
            "Account": {"GUID": "abc", "Name": "n", "Owner": "o"}, "Profile": {"ID": ""}}"#;
        let iam = (Key::AuthUrl, given("https://iam.cloud.ibm.com"));
        let others = [(Key::AccountId, given("abc")), (Key::Region, given("eu-de"))];
        assert_eq!(of(text).unwrap(), [&[(Key::RefreshToken, given("r")), iam][..], &others].concat());
        let private = text.replace("\"IsPrivate\": false", "\"IsPrivate\": true");
        assert_eq!(of(&private).unwrap()[1].1, given("https://private.iam.cloud.ibm.com"));
    }

    #[test]
    fn what_is_missing_empty_or_elsewhere_is_left_out() {
        assert_eq!(of("{}"), Ok(vec![]));
        let text = r#"{"Region": "mil01", "IAMRefreshToken": "", "Account": null, "IAMEndpoint": null}"#;
        assert_eq!(of(text), Ok(vec![]));
        assert!(of("[1").unwrap_err().contains("config.json"));
    }

    #[test]
    fn the_folder_is_the_one_that_the_command_takes() {
        let home = tempfile::tempdir().unwrap();
        let at = |variables: &[(&str, &str)]| {
            let environment = Environment::from_vars(variables.iter().copied()).with_home(home.path());
            path(&environment).unwrap().unwrap()
        };
        assert_eq!(at(&[]), home.path().join(".bluemix/config.json"));
        assert_eq!(at(&[("BLUEMIX_HOME", "/b")]), Path::new("/b/.bluemix/config.json"));
        let both = [("BLUEMIX_HOME", "/b"), ("IBMCLOUD_HOME", "/i")];
        assert_eq!(at(&both), Path::new("/i/.bluemix/config.json"));
        assert_eq!(at(&[("IBMCLOUD_CONFIG_HOME", "/c"), both[1]]), Path::new("/c/config.json"));
        std::fs::create_dir(home.path().join(".ibmcloud")).unwrap();
        assert_eq!(at(&[]), home.path().join(".ibmcloud/config.json"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_text_makes_it_panic_or_leak(before in ".{0,20}", member in "IAMRefreshToken|Account|Region") {
            let text = format!(r#"{{"{member}": "s3cr3t{before}"#);
            if let Err(error) = parse(&text, Path::new("config.json")) {
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains("s3cr3t"), "{}", shown);
            }
        }
    }
}
