//! What is offered in exchange for a token.

use std::fmt;

use wml_auth_core::{AuthError, Secret};

use crate::{ApiKey, Fields};

/// One way of asking IAM for a token: the fields of the form that is sent.
///
/// ```
/// use wml_auth_core::Secret;
/// use wml_auth_iam::{ApiKey, Grant};
///
/// let key = ApiKey::parse(Secret::from("0123456789-abcdefghij_ABCDEFGHIJ-0123456789"))?;
/// let grant = Grant::api_key(&key).with_account("0a1b2c3d4e5f60718293a4b5c6d7e8f9")?;
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
#[derive(Clone)]
pub struct Grant {
    /// The first is `grant_type`.
    fields: Fields,
}

impl Grant {
    /// `urn:ibm:params:oauth:grant-type:apikey`: an API key of a user or of a Service ID; IAM makes no difference.
    ///
    /// Sends `response_type=cloud_iam` with it, as IBM's SDKs do.
    pub fn api_key(key: &ApiKey) -> Self {
        Self::new("urn:ibm:params:oauth:grant-type:apikey")
            .secret("apikey", key.secret())
            .plain("response_type", "cloud_iam")
    }

    fn new(grant_type: &str) -> Self {
        Self { fields: Fields::new() }.plain("grant_type", grant_type)
    }

    fn plain(mut self, name: &'static str, value: &str) -> Self {
        self.fields = self.fields.plain(name, value);
        self
    }

    fn secret(mut self, name: &'static str, value: &Secret) -> Self {
        self.fields = self.fields.secret(name, value);
        self
    }

    /// Asks for a narrower token: `scope`, a list separated by spaces, sent as one field.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is blank or has a control character in it.
    pub fn with_scope(self, scope: &str) -> Result<Self, AuthError> {
        Ok(self.plain("scope", checked("scope", scope)?))
    }

    /// Asks for a token in this account: `account`, its id of 32 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is blank or has a control character in it.
    pub fn with_account(self, account: &str) -> Result<Self, AuthError> {
        Ok(self.plain("account", checked("account", account)?))
    }

    /// What is sent.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }
}

fn checked<'t>(name: &'static str, text: &'t str) -> Result<&'t str, AuthError> {
    if text.trim().is_empty() {
        return Err(AuthError::misconfigured(format!("the {name} is empty")).with_hint("leave it out"));
    }
    if text.chars().any(char::is_control) {
        return Err(AuthError::misconfigured(format!(
            "the {name} has a line break or control character in it"
        )));
    }
    Ok(text)
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grant").field(&self.fields).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(grant: &Grant) -> Vec<(String, String)> {
        form_urlencoded::parse(&grant.fields().to_form()).into_owned().collect()
    }

    #[test]
    fn an_api_key_is_sent_as_ibms_sdks_send_it() {
        let key = ApiKey::parse(Secret::from("a+b&c=d e/é%~*'()!:@")).unwrap();
        let form = String::from_utf8(Grant::api_key(&key).fields().to_form()).unwrap();
        assert_eq!(
            form,
            "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey\
             &apikey=a%2Bb%26c%3Dd+e%2F%C3%A9%25%7E*%27%28%29%21%3A%40&response_type=cloud_iam"
        );
    }

    #[test]
    fn scope_and_account_are_one_field_each() {
        let key = ApiKey::parse(Secret::from("k")).unwrap();
        let grant = Grant::api_key(&key).with_scope("ibm openid").unwrap().with_account("a1").unwrap();
        let fields = fields(&grant);
        assert!(fields.contains(&("scope".into(), "ibm openid".into())));
        assert!(fields.contains(&("account".into(), "a1".into())));
        assert!(Grant::api_key(&key).with_scope(" ").unwrap_err().is_misconfigured());
        assert!(Grant::api_key(&key).with_account("a\nb").unwrap_err().is_misconfigured());
    }

    #[test]
    fn debug_hides_the_key() {
        let shown = format!("{:?}", Grant::api_key(&ApiKey::parse(Secret::from("hunter2")).unwrap()));
        assert!(shown.contains("grant-type:apikey") && !shown.contains("hunter2"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_key_arrives_as_it_was(text in "\\PC{1,60}") {
            if let Ok(key) = ApiKey::parse(Secret::from(text.as_str())) {
                let grant = Grant::api_key(&key);
                prop_assert!(fields(&grant).contains(&("apikey".into(), text)));
                prop_assert!(grant.fields().to_form().is_ascii());
            }
        }
    }
}
