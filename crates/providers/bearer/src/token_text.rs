//! What passes as a bearer token.

use std::time::Duration;

use wml_auth_core::{AccessToken, Secret};
use wml_auth_iam::Claims;

/// How long a token is taken to live when nobody says.
pub(crate) const UNKNOWN_LIFE: Duration = Duration::from_secs(60);

/// Why a text is not a token, without any of it.
pub(crate) type Fault = String;

/// Reads what stands in a file or came from a pipe: a byte-order mark before it and one line break after it are not
/// part of the token.
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Secret, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text")?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    from_text(text)
}

/// Reads a token as it is, but for the `Bearer` before it.
pub(crate) fn from_text(text: &str) -> Result<Secret, Fault> {
    let token = Secret::from(without_scheme(text));
    token.header_text().map_err(|fault| fault.to_string())?;
    // A header may hold a blank, a bearer token may not (RFC 6750): a sentence is not taken for one.
    if token.expose().contains(' ') {
        return Err("it has blanks in it".to_owned());
    }
    Ok(token)
}

fn without_scheme(text: &str) -> &str {
    const SCHEME: &str = "bearer";
    match text.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(SCHEME) => rest.trim_start_matches(' '),
        _ => text,
    }
}

/// A token that lives until its own `exp`, or for as long as is supposed where it has none.
pub(crate) fn with_life(token: Secret, supposed: Duration) -> AccessToken {
    let expires_at = Claims::decode(&token).and_then(|claims| claims.expires_at);
    let token = AccessToken::new(token);
    match expires_at {
        Some(date) => token.with_expires_at(date),
        None => token.with_expires_in(supposed),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn jwt(claims: &str) -> String {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(claims), part("?"))
    }

    fn read(bytes: &[u8]) -> Option<String> {
        from_bytes(bytes).ok().map(|token| token.expose().to_owned())
    }

    #[test]
    fn what_surrounds_a_token_is_taken_off() {
        for text in ["t", "t\n", "t\r\n", "\u{feff}t\n", "Bearer t", "bearer  t\n", "\u{feff}BEARER t\r\n"] {
            assert_eq!(read(text.as_bytes()).as_deref(), Some("t"), "{text:?}");
        }
        assert_eq!(read(b"bearert").as_deref(), Some("bearert"));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for bytes in [
            &b""[..],
            b"\n",
            b" ",
            b"Bearer ",
            b"t\n\n",
            b"t\nu",
            b"t\r",
            b" t",
            b"t ",
            b"t\0",
            b"t u",
            b"Bearer Bearer t",
            "t\u{e9}".as_bytes(),
            b"\xff\xfet",
        ] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(token) = from_bytes(&bytes) {
                prop_assert!(token.expose().bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }

        #[test]
        fn a_fault_repeats_nothing(text in "[a-z]{12}") {
            for broken in [format!("{text}\n\n"), format!("{text} x"), format!("{text}\u{e9}")] {
                let fault = from_bytes(broken.as_bytes()).unwrap_err();
                prop_assert!(!fault.contains(&text));
            }
        }
    }
}
