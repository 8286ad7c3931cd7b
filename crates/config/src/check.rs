//! What a value must look like before it is used.

use std::net::IpAddr;

use url::{Host, Url};
use wml_auth_core::{AuthError, Secret, UnsafeSecret};
use wml_auth_iam::{ApiKey, regions};

use crate::Key;
use crate::sources::boolean;

/// What is wrong with a value, as the end of a sentence, and how to mend it. Never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) hint: String,
}

fn fault(message: impl Into<String>, hint: &str) -> Fault {
    Fault { message: message.into(), hint: hint.to_owned() }
}

/// What the wire itself says about a value that it will not take.
impl From<AuthError> for Fault {
    fn from(error: AuthError) -> Self {
        fault(error.message(), error.hint().unwrap_or("give another value"))
    }
}

/// A value that may be shown: trimmed, and of the form that its key asks for.
pub(crate) fn text(key: Key, value: &str) -> Result<String, Fault> {
    let value = value.trim();
    if value.is_empty() {
        return Err(fault("the value is empty", "leave it out, or give a value"));
    }
    if value.chars().any(char::is_control) {
        return Err(fault("the value has a line break or control character in it", "write it on one line"));
    }
    match key {
        Key::Url | Key::PlatformUrl | Key::AuthUrl | Key::BedrockUrl => address(value),
        Key::IamProfileId if value.starts_with("crn:") => {
            Err(fault("a CRN in the place of an id", "give it as iam_profile_crn"))
        }
        Key::IamProfileCrn if !value.starts_with("crn:") => {
            Err(fault("not a CRN", "a CRN begins with crn:v1: — an id is given as iam_profile_id"))
        }
        Key::SpaceId
        | Key::ProjectId
        | Key::DeploymentId
        | Key::ServiceId
        | Key::AccountId
        | Key::IamProfileId
        | Key::IamAccountId
        | Key::Cp4dAccountId => identifier(value),
        Key::Region => Ok(regions::named(value)?.id.to_owned()),
        Key::VpcImsVersion => metadata_version(value),
        Key::ExpirationTime => whole_number(value),
        Key::CallerExtClaim => json_object(value),
        Key::Version => date(value),
        _ => Ok(value.to_owned()),
    }
}

/// A secret as it was given, unless it clearly is not what it should be. Said here and not only by the provider,
/// because here it is known where the secret came from.
pub(crate) fn secret(key: Key, value: Secret) -> Result<Secret, Fault> {
    const HINT: &str = "copy it again, on one line and without blanks around it";
    if key == Key::ApiKey {
        return Ok(ApiKey::parse(value)?.secret().clone());
    }
    match value.header_text() {
        Ok(_) => Ok(value),
        // Passwords are encoded before they are sent, and may be any text.
        Err(UnsafeSecret::NotAscii { .. } | UnsafeSecret::Padded) if key == Key::Password => Ok(value),
        // So are client secrets, but nobody gave one with a blank at its end.
        Err(UnsafeSecret::NotAscii { .. }) if key == Key::ClientSecret => Ok(value),
        Err(what) => Err(fault(format!("the value cannot be used: {what}"), HINT)),
    }
}

/// Yes or no, and nothing that IBM's cores read in different ways.
pub(crate) fn switch(value: &str) -> Result<bool, Fault> {
    boolean::parse(value).ok_or_else(|| fault("neither true nor false", "write `true` or `false`"))
}

/// A base URL, without the slash at its end.
///
/// Plain `http` is for a loopback address and the link-local metadata host: a credential would go over the wire in
/// the clear. User names, queries and fragments have no meaning in a base URL, and may hold secrets.
fn address(value: &str) -> Result<String, Fault> {
    if value.contains(|c: char| c.is_whitespace() || "{}\"'<>\\".contains(c)) {
        return Err(fault(
            "a URL with a blank, brace, quotation mark or backslash in it",
            "fill in the placeholder, or take the quotes off",
        ));
    }
    let url = Url::parse(value).map_err(|_| {
        fault("not a URL", "write the scheme, too, such as https://us-south.ml.cloud.ibm.com")
    })?;
    let is_local = match url.host() {
        None => return Err(fault("a URL without a host", "write it as https://host")),
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_link_local(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
    };
    match url.scheme() {
        "https" => {}
        "http" if is_local => {}
        "http" => {
            return Err(fault(
                "a URL of plain http",
                "write https: only this machine may be asked without TLS",
            ));
        }
        _ => return Err(fault("a URL that is not https", "write it as https://host")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault("a URL with a user name or password", "take them out of the URL"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault("a URL with a query or fragment", "end the URL before the ? or #"));
    }
    Ok(value.trim_end_matches('/').to_owned())
}

/// Ids become parts of paths and queries.
fn identifier(value: &str) -> Result<String, Fault> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if value.chars().all(fits) {
        return Ok(value.to_owned());
    }
    Err(fault(
        "not an id: it has a character other than letters, digits and - _ . :",
        "copy the id alone, not its URL",
    ))
}

fn metadata_version(value: &str) -> Result<String, Fault> {
    match value {
        "2022-03-01" | "2025-08-26" => Ok(value.to_owned()),
        _ => Err(fault("not a version of the metadata service", "there are 2022-03-01 and 2025-08-26")),
    }
}

fn whole_number(value: &str) -> Result<String, Fault> {
    match value.parse::<u64>() {
        Ok(_) => Ok(value.to_owned()),
        Err(_) => Err(fault("not a whole number", "write it in digits")),
    }
}

fn json_object(value: &str) -> Result<String, Fault> {
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(value) {
        Ok(_) => Ok(value.to_owned()),
        Err(_) => Err(fault("not a JSON object", "write it as {\"claim\": \"value\"}")),
    }
}

fn date(value: &str) -> Result<String, Fault> {
    let fits = value.len() == 10
        && value.char_indices().all(|(place, c)| match place {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        });
    if fits {
        return Ok(value.to_owned());
    }
    Err(fault("not a version date", "write it as YYYY-MM-DD, such as 2020-09-01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: Key, value: &str) -> Result<String, String> {
        text(key, value).map_err(|fault| fault.message)
    }

    #[test]
    fn a_url_is_https_or_local_and_nothing_but_a_base() {
        let url = |value| of(Key::Url, value);
        assert_eq!(
            url(" https://us-south.ml.cloud.ibm.com/ "),
            Ok("https://us-south.ml.cloud.ibm.com".into())
        );
        assert_eq!(url("https://h/wx"), Ok("https://h/wx".into()));
        for local in
            ["http://127.0.0.1:8080", "http://[::1]:80", "http://localhost", "http://169.254.169.254"]
        {
            assert_eq!(url(local), Ok(local.into()));
        }
        assert_eq!(url("http://ml.example"), Err("a URL of plain http".into()));
        assert_eq!(url("http://localhost.example"), Err("a URL of plain http".into()));
        assert_eq!(url("ftp://h"), Err("a URL that is not https".into()));
        assert_eq!(url("us-south.ml.cloud.ibm.com"), Err("not a URL".into()));
        assert_eq!(url("https://user:s3cr3t@h"), Err("a URL with a user name or password".into()));
        assert_eq!(url("https://h?apikey=s3cr3t"), Err("a URL with a query or fragment".into()));
    }

    #[test]
    fn ids_and_dates_have_their_form() {
        assert!(of(Key::SpaceId, "3fc54cf1-252f-424b-b52d-5cdd9814987f").is_ok());
        assert!(of(Key::DeploymentId, "churn_v2").is_ok());
        assert!(of(Key::SpaceId, "https://h/spaces/1").unwrap_err().starts_with("not an id"));
        assert!(of(Key::Version, "2020-09-01").is_ok());
        assert_eq!(of(Key::Version, "2020-9-1x"), Err("not a version date".into()));
        assert_eq!(of(Key::Version, "5.0"), Err("not a version date".into()));
        assert_eq!(of(Key::Scope, " "), Err("the value is empty".into()));
        assert!(of(Key::Username, "a\nb").unwrap_err().contains("control character"));
    }

    #[test]
    fn each_property_of_a_login_has_its_form() {
        assert!(of(Key::AuthUrl, "http://iam.example").is_err());
        assert!(of(Key::AuthUrl, "https://{region}.iam.example").unwrap_err().contains("brace"));
        assert_eq!(of(Key::IamProfileId, "crn:v1:x"), Err("a CRN in the place of an id".into()));
        assert_eq!(of(Key::IamProfileCrn, "Profile-1"), Err("not a CRN".into()));
        assert!(of(Key::IamProfileCrn, "crn:v1:bluemix:public:iam-identity::a/1::profile:Profile-1").is_ok());
        assert_eq!(of(Key::VpcImsVersion, "2022-3-1"), Err("not a version of the metadata service".into()));
        assert!(of(Key::ExpirationTime, "3600").is_ok() && of(Key::ExpirationTime, "1h").is_err());
        assert!(of(Key::CallerExtClaim, r#"{"a": 1}"#).is_ok() && of(Key::CallerExtClaim, "[1]").is_err());
        assert_eq!(of(Key::Region, "EU-DE"), Ok("eu-de".into()));
        assert!(of(Key::Region, "eu-dee").is_err());
        assert_eq!(switch("yes").map_err(|fault| fault.message), Err("neither true nor false".into()));
    }

    #[test]
    fn a_secret_is_refused_when_it_was_copied_badly() {
        let of = |key, value: &str| secret(key, value.into()).map(|_| ()).map_err(|fault| fault.message);
        assert_eq!(of(Key::ApiKey, "kéy with spaces"), Ok(()));
        assert_eq!(of(Key::Password, " pä "), Ok(()));
        assert_eq!(of(Key::ClientSecret, "gehé€m"), Ok(()));
        assert_eq!(
            of(Key::ApiKey, "abc\n"),
            Err("the API key has a line break or control character in it".into())
        );
        assert_eq!(
            of(Key::ClientSecret, " abc"),
            Err("the value cannot be used: it begins or ends with white space".into())
        );
        assert!(of(Key::Password, "a\0").is_err());
        assert!(of(Key::BearerToken, "tökén").is_err());
    }
}
