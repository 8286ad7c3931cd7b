//! `wml-auth token`

use serde_json::json;
use wml_auth_core::{AuthRequest, Authorization, Clock, SystemClock};

use crate::args::{Token, TokenFormat};
use crate::failure::Failure;
use crate::session::Session;
use crate::{terminal, time};

pub(crate) async fn run(session: Session, args: &Token) -> Result<(), Failure> {
    let (_, credentials) = session.resolve()?;
    let request =
        args.min_ttl.map_or(AuthRequest::new(), |least| AuthRequest::new().with_min_lifetime(least));
    let authorization = credentials.authorize(&request).await?;
    session.say_expiry(&authorization);
    terminal::answer(&print(&authorization, args.format)?);
    Ok(())
}

/// The one place where a secret is printed, because that is what was asked for.
fn print(authorization: &Authorization, format: TokenFormat) -> Result<String, Failure> {
    let value = authorization.header_value().to_str().unwrap_or_default();
    let scheme = value.split_once(' ').map_or("", |(scheme, _)| scheme);
    match format {
        TokenFormat::Raw => Ok(authorization.expose_token().to_owned()),
        TokenFormat::Header => {
            let lines = authorization.headers().map(|(name, value)| {
                // As people write it; header names have no case.
                let name = if name == http::header::AUTHORIZATION { "Authorization" } else { name.as_str() };
                format!("{name}: {}", value.to_str().unwrap_or_default())
            });
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
        TokenFormat::Json => {
            let expiry = authorization.expires_at();
            let left = expiry.and_then(|date| date.duration_since(SystemClock.now().wall).ok());
            let shown = json!({
                "schema": 1,
                "access_token": authorization.expose_token(),
                "token_type": scheme,
                "expires_in": left.map(|left| left.as_secs()),
                "expiration": expiry.and_then(time::epoch),
                "expires_at": expiry.and_then(time::rfc3339),
                "provider": authorization.identity().kind(),
                "issuer": authorization.identity().issuer(),
            });
            Ok(shown.to_string())
        }
        TokenFormat::Env if scheme == "Bearer" => {
            Ok(format!("WATSONX_TOKEN='{}'", authorization.expose_token().replace('\'', r"'\''")))
        }
        TokenFormat::Env => {
            Err(Failure::usage(format!("`--format env` is for bearer tokens, and this is `{scheme}`"))
                .with_hint("use `--format header` or `--format json`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use wml_auth_core::Secret;

    use super::*;

    #[test]
    fn each_format_prints_what_its_reader_takes() {
        let authorization = Authorization::bearer(&Secret::from("a'b")).unwrap();
        let print = |format| print(&authorization, format).unwrap();
        assert_eq!(print(TokenFormat::Raw), "a'b");
        assert_eq!(print(TokenFormat::Header), "Authorization: Bearer a'b");
        assert_eq!(print(TokenFormat::Env), r"WATSONX_TOKEN='a'\''b'");
        let json: serde_json::Value = serde_json::from_str(&print(TokenFormat::Json)).unwrap();
        assert_eq!((&json["access_token"], &json["token_type"]), (&json!("a'b"), &json!("Bearer")));
    }

    #[test]
    fn env_is_for_bearer_tokens() {
        let basic = Authorization::basic("apikey", &Secret::from("k")).unwrap();
        assert!(print(&basic, TokenFormat::Env).is_err());
        assert_eq!(print(&basic, TokenFormat::Header).unwrap(), "Authorization: Basic YXBpa2V5Oms=");
    }
}
