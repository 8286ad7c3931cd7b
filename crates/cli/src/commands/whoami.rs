//! `wml-auth whoami`

use std::time::SystemTime;

use serde_json::{Value, json};
use wml_auth_config::Resolution;
use wml_auth_core::{AuthRequest, Authorization, Clock, Secret, SystemClock};
use wml_auth_iam::{Claims, Jwt};

use crate::args::{Format, Whoami};
use crate::failure::Failure;
use crate::session::Session;
use crate::{terminal, time};

pub(crate) async fn run(session: &Session, args: &Whoami) -> Result<(), Failure> {
    let (resolution, credentials) = session.resolve()?;
    let authorization = credentials.authorize(&AuthRequest::new()).await?;
    let seen = Seen::of(&resolution, &authorization);
    match args.format {
        Format::Json => terminal::answer(&seen.json().to_string()),
        Format::Text => terminal::answer(seen.text().trim_end()),
    }
    Ok(())
}

/// Everything that may be said of a credential.
struct Seen {
    kind: &'static str,
    claims: Claims,
    jwt: Option<Jwt>,
    expires_at: Option<SystemTime>,
    provider: String,
    source: String,
    profile: Option<String>,
}

impl Seen {
    fn of(resolution: &Resolution, authorization: &Authorization) -> Self {
        let token = Secret::from(authorization.expose_token());
        let jwt = Jwt::decode(&token);
        let claims = Claims::decode(&token).unwrap_or_default();
        Self {
            kind: kind(&claims),
            // What the engine goes by; a static token has no expiry there, and says so itself.
            expires_at: authorization.expires_at().or(claims.expires_at),
            claims,
            jwt,
            provider: authorization.identity().kind().to_owned(),
            source: resolution.source().to_string(),
            profile: resolution.profile().map(str::to_owned),
        }
    }

    fn json(&self) -> Value {
        let part = |part: fn(&Jwt) -> &String| {
            self.jwt.as_ref().and_then(|jwt| serde_json::from_str::<Value>(part(jwt)).ok())
        };
        json!({
            "schema": 1,
            "kind": self.kind,
            "name": self.claims.name,
            "iam_id": self.claims.iam_id,
            "account": self.claims.account,
            "issuer": self.claims.issuer,
            "expiration": self.expires_at.and_then(time::epoch),
            "expires_at": self.expires_at.and_then(time::rfc3339),
            "is_expired": self.expires_at.map(|date| date <= SystemClock.now().wall),
            "provider": self.provider,
            "source": self.source,
            "profile": self.profile,
            "header": part(|jwt| &jwt.header),
            "claims": part(|jwt| &jwt.claims),
        })
    }

    /// Facts in a column; below them the claims, one a line.
    fn text(&self) -> String {
        let claims = &self.claims;
        let who = match (&claims.name, claims.iam_id.as_ref().or(claims.subject.as_ref())) {
            (Some(name), Some(id)) => format!("{} {name} ({id})", self.kind),
            (None, Some(id)) => format!("{} {id}", self.kind),
            _ => self.kind.to_owned(),
        };
        let expires = self.expires_at.map(|date| {
            let left = date.duration_since(SystemClock.now().wall).ok();
            let left = left.map_or("expired".to_owned(), |left| format!("in {}", time::spoken(left)));
            format!("{} ({left})", time::rfc3339(date).unwrap_or_default())
        });
        let facts = [
            ("identity", Some(who)),
            ("account", claims.account.clone()),
            ("expires", Some(expires.unwrap_or_else(|| "never, as far as it says".to_owned()))),
            ("issuer", claims.issuer.clone()),
            ("provider", Some(self.provider.clone())),
            ("profile", self.profile.clone()),
            ("source", Some(self.source.clone())),
        ];
        let mut lines: Vec<String> = facts
            .into_iter()
            .filter_map(|(name, fact)| Some(format!("{name:<9} {}", terminal::printable(&fact?))))
            .collect();
        match self.jwt.as_ref().and_then(|jwt| serde_json::from_str::<Value>(&jwt.claims).ok()) {
            Some(Value::Object(members)) => {
                lines.push("claims".to_owned());
                lines.extend(
                    members.iter().map(|(name, value)| terminal::printable(&format!("  {name} = {value}"))),
                );
            }
            _ => lines.push("claims    none: it is not a JWT".to_owned()),
        }
        lines.join("\n")
    }
}

/// Who it is, by what IAM writes into its tokens.
fn kind(claims: &Claims) -> &'static str {
    let prefix = |prefix: &str| claims.iam_id.as_ref().is_some_and(|id| id.starts_with(prefix));
    match claims.subject_type.as_deref() {
        Some("ServiceId") => "service ID",
        Some("Profile") => "trusted profile",
        Some("CRN") => "service",
        Some(_) => "unknown",
        None if prefix("iam-ServiceId-") => "service ID",
        None if prefix("iam-Profile-") => "trusted profile",
        None if prefix("crn-") => "service",
        // Only users have no type.
        None if claims.iam_id.is_some() => "user",
        None => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_what_iam_says() {
        let of = |iam_id: Option<&str>, subject_type: Option<&str>| {
            let mut claims = Claims::default();
            claims.iam_id = iam_id.map(str::to_owned);
            claims.subject_type = subject_type.map(str::to_owned);
            kind(&claims)
        };
        assert_eq!(of(Some("IBMid-1"), None), "user");
        assert_eq!(of(Some("iam-ServiceId-1"), Some("ServiceId")), "service ID");
        assert_eq!(of(Some("iam-Profile-1"), None), "trusted profile");
        assert_eq!(of(Some("crn-crn:v1"), Some("CRN")), "service");
        assert_eq!(of(None, None), "unknown");
    }
}
