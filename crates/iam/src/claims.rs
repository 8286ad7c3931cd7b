//! What a token says about itself.

use std::fmt;
use std::time::SystemTime;

use serde_json::Value;
use wml_auth_core::Secret;

use crate::{epoch, jwt};

/// The claims of a JWT, **unverified**: whoever made the token could write anything here.
///
/// They are for deciding when to renew a token that an issuer handed out itself, and for explaining what it is. They
/// prove nothing about a token that came from somewhere else. A claim that is missing or of another type is `None`.
///
/// ```
/// use wml_auth_core::Secret;
/// use wml_auth_iam::Claims;
///
/// // {"alg":"RS256"} . {"sub_type":"ServiceId","exp":1700003600} . a signature, which nobody checks here
/// let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWJfdHlwZSI6IlNlcnZpY2VJZCIsImV4cCI6MTcwMDAwMzYwMH0.c2ln";
/// let claims = Claims::decode(&Secret::from(token)).unwrap();
/// assert!(claims.is_service_id());
/// assert_eq!(Claims::decode(&Secret::from("opaque")), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claims {
    /// `iam_id`: who it is to access control, such as `IBMid-…`, `iam-ServiceId-<uuid>` or `iam-Profile-<uuid>`.
    pub iam_id: Option<String>,
    /// `id`: the same as `iam_id` in every token seen.
    pub id: Option<String>,
    /// `sub`: an e-mail address for a user; `ServiceId-<uuid>`, `Profile-<uuid>` or a CRN for the others.
    pub subject: Option<String>,
    /// `sub_type`: `ServiceId`, `Profile` or `CRN`; missing for a user.
    pub subject_type: Option<String>,
    /// `name`: the full name of a user, or the display name of a Service ID or profile.
    pub name: Option<String>,
    /// `account.bss`: the id of the account.
    pub account: Option<String>,
    /// `iss`: the issuer, such as `https://iam.cloud.ibm.com/identity`.
    pub issuer: Option<String>,
    /// `grant_type`: how it was obtained.
    pub grant_type: Option<String>,
    /// `client_id`: `default`, `bx`, or a registered client.
    pub client_id: Option<String>,
    /// `scope`, such as `ibm openid`.
    pub scope: Option<String>,
    /// `iat`: when it was issued, by the issuer's clock.
    pub issued_at: Option<SystemTime>,
    /// `exp`: when it expires, by the issuer's clock.
    pub expires_at: Option<SystemTime>,
}

impl Claims {
    /// Reads the claims of a JWT. `None` for anything else: it has to be three parts, the first two of them JSON
    /// objects in base64url without padding.
    pub fn decode(token: &Secret) -> Option<Self> {
        let (_, claims) = jwt::objects(token)?;
        let text = |name: &str| Some(claims.get(name)?.as_str()?.to_owned());
        let date = |name: &str| Some(epoch::date(seconds(claims.get(name)?)?));
        Some(Self {
            iam_id: text("iam_id"),
            id: text("id"),
            subject: text("sub"),
            subject_type: text("sub_type"),
            name: text("name"),
            account: claims.get("account").and_then(|account| Some(account.get("bss")?.as_str()?.to_owned())),
            issuer: text("iss"),
            grant_type: text("grant_type"),
            client_id: text("client_id"),
            scope: text("scope"),
            issued_at: date("iat"),
            expires_at: date("exp"),
        })
    }

    /// Whether it says to be a Service ID's.
    pub fn is_service_id(&self) -> bool {
        self.subject_type.as_deref() == Some("ServiceId")
    }
}

/// The JWT standard allows fractions of a second.
fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|fraction| fraction as i64)),
        _ => None,
    }
}

/// Leaves out what names a person.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("subject_type", &self.subject_type)
            .field("account", &self.account)
            .field("issuer", &self.issuer)
            .field("grant_type", &self.grant_type)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    /// A token with these claims and a signature that is none.
    pub(crate) fn jwt(claims: &str) -> Secret {
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        Secret::new(format!(
            "{}.{}.{}",
            encode(r#"{"kid":"202409020842","alg":"RS256"}"#),
            encode(claims),
            encode("?")
        ))
    }

    #[test]
    fn a_service_ids_token_is_read() {
        let claims = Claims::decode(&jwt(r#"{
            "iam_id": "iam-ServiceId-1", "id": "iam-ServiceId-1", "realmid": "iam", "sub": "ServiceId-1",
            "sub_type": "ServiceId", "name": "größe ?>~", "account": {"valid": true, "bss": "a1", "frozen": true},
            "iat": 1700000000, "exp": 1700003600.5, "iss": "https://iam.cloud.ibm.com/identity",
            "grant_type": "urn:ibm:params:oauth:grant-type:apikey", "scope": "ibm openid", "client_id": "default"
        }"#))
        .unwrap();
        assert!(claims.is_service_id());
        assert_eq!(claims.iam_id.as_deref(), Some("iam-ServiceId-1"));
        assert_eq!(claims.name.as_deref(), Some("größe ?>~"));
        assert_eq!(claims.account.as_deref(), Some("a1"));
        assert_eq!(claims.expires_at, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_003_600)));
    }

    #[test]
    fn a_claim_of_another_type_is_not_there() {
        let claims = Claims::decode(&jwt(r#"{"sub_type": 1, "exp": "soon", "account": "a", "iss": null}"#));
        assert_eq!(claims, Some(Claims::default()));
    }

    #[test]
    fn what_is_no_jwt_has_no_claims() {
        let good = jwt("{}");
        let [header, payload, signature] = good.expose().split('.').collect::<Vec<_>>()[..] else { panic!() };
        assert!(Claims::decode(&good).is_some());
        for text in [
            String::new(),
            "..".to_owned(),
            "opaque".to_owned(),
            format!("{header}.{payload}"),
            format!("{header}.{payload}.{signature}.x"),
            format!("{header}.{payload}=.{signature}"),
            format!("{header}. {payload}.{signature}"),
            format!("{payload}x.{payload}.{signature}"),
            jwt("[]").expose().to_owned(),
            jwt("{").expose().to_owned(),
            jwt("null").expose().to_owned(),
        ] {
            assert_eq!(Claims::decode(&Secret::new(text.clone())), None, "{text}");
        }
    }

    #[test]
    fn debug_names_nobody() {
        let claims =
            Claims::decode(&jwt(r#"{"name":"Ada","sub":"ada@example.com","iam_id":"IBMid-1"}"#)).unwrap();
        let shown = format!("{claims:?}");
        assert!(!shown.contains("Ada") && !shown.contains("ada@") && !shown.contains("IBMid-1"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,80}", payload in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Claims::decode(&Secret::new(text));
            let payload = BASE64_URL_SAFE_NO_PAD.encode(payload);
            let _ = Claims::decode(&Secret::new(format!("e30.{payload}.e30")));
        }

        #[test]
        fn any_expiry_can_be_reckoned_with(exp in any::<f64>()) {
            prop_assume!(exp.is_finite());
            let claims = Claims::decode(&jwt(&serde_json::json!({ "exp": exp }).to_string())).unwrap();
            let date = claims.expires_at.unwrap();
            prop_assert!(date.checked_add(Duration::from_secs(3600)).is_some());
        }
    }
}
