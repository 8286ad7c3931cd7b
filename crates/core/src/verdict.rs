//! Whether a 401 is about the token.

use http::header::{HeaderMap, WWW_AUTHENTICATE};
use http::{Response, StatusCode};

/// What an answer says about the token that the request carried.
///
/// Only a refused token is worth replacing. A 401 about something else (no token on the request, an unknown project)
/// and any 403 would come again with a new token, and asking for one each time would flood the issuer. So a token
/// counts as refused only where the answer says so:
///
/// | status | says so by | seen from |
/// | --- | --- | --- |
/// | 401 | the challenge `error="invalid_token"` in `WWW-Authenticate` | RFC 6750 |
/// | 401 | a `code` of `authentication_token_expired` or `authentication_token_not_valid` | Watson Machine Learning, watsonx.ai, its gateway and its files API |
/// | 401 | a `code` of `invalid_access_token` | IAM's management API |
/// | 401 | `jwt expired` in `description` or `message`, and no `code` in words | the agent tools |
///
/// ```
/// use wml_auth_core::TokenVerdict;
///
/// let answer = |body: &'static str| http::Response::builder().status(401).body(body);
/// let refused = answer(r#"{"errors":[{"code":"authentication_token_expired"}],"status_code":401}"#)?;
/// assert!(TokenVerdict::of(&refused).is_refused());
/// let no_token = answer(r#"{"errors":[{"code":"authentication_no_token"}],"status_code":401}"#)?;
/// assert!(!TokenVerdict::of(&no_token).is_refused());
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenVerdict {
    /// The service refused this token: another may be accepted.
    Refused,
    /// The answer is not about the token, or does not say so.
    NotAboutToken,
    /// The status and the headers do not tell; the body may.
    AskBody,
}

impl TokenVerdict {
    /// How much of a body is looked at, in bytes. An error that is longer is none of those known.
    pub const LONGEST_BODY: usize = 16 * 1024;

    /// Judges a whole answer. Never [`AskBody`](Self::AskBody).
    pub fn of<B: AsRef<[u8]>>(answer: &Response<B>) -> Self {
        Self::of_head(answer.status(), answer.headers()).or_by(answer.body().as_ref())
    }

    /// Judges by the status and the headers alone, before any of the body has been read.
    pub fn of_head(status: StatusCode, headers: &HeaderMap) -> Self {
        if status != StatusCode::UNAUTHORIZED {
            return Self::NotAboutToken;
        }
        let mut challenges = headers.get_all(WWW_AUTHENTICATE).iter();
        match challenges.any(|challenge| blames_the_token(challenge.as_bytes())) {
            true => Self::Refused,
            false => Self::AskBody,
        }
    }

    /// Where the head did not tell, the body decides: as much as was read of it, of which only the first
    /// [`LONGEST_BODY`](Self::LONGEST_BODY) bytes count.
    #[must_use]
    pub fn or_by(self, body: &[u8]) -> Self {
        match self {
            Self::AskBody if says_refused(body.get(..Self::LONGEST_BODY).unwrap_or(body)) => Self::Refused,
            Self::AskBody => Self::NotAboutToken,
            decided => decided,
        }
    }

    /// Whether the token was refused.
    pub fn is_refused(self) -> bool {
        self == Self::Refused
    }
}

/// Whether one of the parameters of a challenge is `error="invalid_token"`. The words inside of another parameter, such
/// as a realm or a description, do not count.
fn blames_the_token(challenge: &[u8]) -> bool {
    let mut rest = challenge;
    while let Some((name, after)) = next_word(rest) {
        rest = after;
        let Some(value) = after.trim_ascii_start().strip_prefix(b"=") else { continue };
        let Some((value, after)) = next_word(value) else { return false };
        if name.eq_ignore_ascii_case(b"error") && value == b"invalid_token" {
            return true;
        }
        rest = after;
    }
    false
}

/// The next token or quoted text of a header, and what comes after it.
fn next_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~/".contains(byte);
    let start = text.iter().position(|byte| *byte == b'"' || is_part(byte))?;
    let text = text.get(start..)?;
    if let Some(text) = text.strip_prefix(b"\"") {
        return quoted(text);
    }
    let end = text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len());
    Some(text.split_at(end))
}

/// Reads the error envelopes that are known, without a JSON library: what is looked for are members with a text for
/// a value, wherever they stand, and neither their order nor what is between them matters. A body that was cut off
/// is read as far as it goes.
fn says_refused(body: &[u8]) -> bool {
    const CODES: [&[u8]; 3] =
        [b"authentication_token_expired", b"authentication_token_not_valid", b"invalid_access_token"];
    if !matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return false;
    }
    let (mut expired, mut another_code) = (false, false);
    for (name, text) in (Members { rest: body }) {
        match name {
            b"code" if CODES.contains(&text) => return true,
            b"code" | b"errorCode" => another_code = true,
            b"description" | b"message" => expired |= contains_ignoring_case(text, b"jwt expired"),
            _ => {}
        }
    }
    expired && !another_code
}

/// The members of JSON text whose values are strings, at any depth. Escapes are left as they are: what is compared
/// has none.
struct Members<'b> {
    rest: &'b [u8],
}

impl<'b> Iterator for Members<'b> {
    type Item = (&'b [u8], &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let opening = self.rest.iter().position(|byte| *byte == b'"')?;
            let (name, after) = quoted(self.rest.get(opening + 1..)?)?;
            self.rest = after;
            let Some(value) = after.trim_ascii_start().strip_prefix(b":") else { continue };
            let Some(value) = value.trim_ascii_start().strip_prefix(b"\"") else { continue };
            let (text, after) = quoted(value)?;
            self.rest = after;
            return Some((name, text));
        }
    }
}

/// What stands before the closing quotation mark, and what after it. A backslash takes the next byte along.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

fn contains_ignoring_case(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_body(body: &str) -> bool {
        let answer = Response::builder().status(401).body(body).unwrap();
        TokenVerdict::of(&answer).is_refused()
    }

    fn by_challenge(challenge: &str) -> bool {
        let answer = Response::builder().status(401).header(WWW_AUTHENTICATE, challenge).body("").unwrap();
        TokenVerdict::of(&answer).is_refused()
    }

    #[test]
    fn the_envelopes_that_blame_the_token() {
        for body in [
            r#"{"errors":[{"code":"authentication_token_expired","message":"x"}],"trace":"t","status_code":401}"#,
            "\n {\n  \"errors\" : [ {\n \"message\":\"a \\\"quoted\\\" word\", \"code\" :\t\"authentication_token_not_valid\" } ] }",
            r#"{"error":{"code":"authentication_token_expired","message":"x"}}"#,
            r#"{"message":"401 …","status":401,"error":{"param":null,"code":"authentication_token_expired"},"code":"authentication_token_expired"}"#,
            r#"{"errors":[{"code":"other"},{"code":"authentication_token_expired"}]}"#,
            r#"{"errors":[{"code":"invalid_access_token","message":"x"}]}"#,
            r#"{"code":401,"message":"Unauthorized","description":"jwt expired"}"#,
            r#"{"code":401,"error":"Unauthorized","message":"JWT expired at noon"}"#,
            // Cut off after what matters.
            r#"{"errors":[{"code":"authentication_token_expired","message":"it ha"#,
        ] {
            assert!(by_body(body), "{body}");
        }
    }

    #[test]
    fn the_envelopes_that_do_not() {
        for body in [
            "",
            "authentication_token_expired",
            "<html>\"code\":\"authentication_token_expired\"</html>",
            r#"{"errors":[{"code":"authentication_no_token"}]}"#,
            r#"{"errors":[{"code":"no_such_project","message":"authentication_token_expired"}]}"#,
            r#"{"errors":[{"code":"invalid_request","message":"\"code\":\"authentication_token_expired\""}]}"#,
            r#"{"errors":[{"code":"authentication_token_expired_yesterday"}]}"#,
            r#"{"codes":["code","authentication_token_expired"]}"#,
            r#"{"errorCode":"BXNIM0415E","errorMessage":"Provided API key could not be found"}"#,
            r#"{"code":"invalid_request","description":"jwt expired"}"#,
            r#"{"code":401,"message":"Unauthorized","description":"no jwt"}"#,
            r#"{"errors":[{"code":"authentication_token_exp"#,
        ] {
            assert!(!by_body(body), "{body}");
        }
    }

    #[test]
    fn a_challenge_counts_by_its_error_parameter() {
        for challenge in [
            r#"Bearer error="invalid_token""#,
            "Bearer error=invalid_token",
            r#"Bearer realm="a, b", ERROR = "invalid_token", error_description="gone""#,
            r#"Basic realm="x", Bearer realm="say \"error\"", error="invalid_token""#,
        ] {
            assert!(by_challenge(challenge), "{challenge}");
        }
        for challenge in [
            "Bearer",
            r#"Bearer realm="invalid_token""#,
            r#"Bearer error="insufficient_scope", error_description="not invalid_token""#,
            r#"Bearer realm="error=invalid_token""#,
            r#"Bearer error, realm="invalid_token""#,
            r#"Bearer error="invalid_token_type""#,
            r#"Bearer error="invalid_token"#,
            r#"Bearer xerror="invalid_token""#,
            r#"Bearer "error"="invalid", invalid_token"#,
        ] {
            assert!(!by_challenge(challenge), "{challenge}");
        }
    }

    #[test]
    fn no_other_status_is_about_the_token() {
        for status in [200, 400, 403, 407, 500] {
            let answer = Response::builder()
                .status(status)
                .header(WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)
                .body(r#"{"errors":[{"code":"authentication_token_expired"}]}"#)
                .unwrap();
            assert_eq!(TokenVerdict::of(&answer), TokenVerdict::NotAboutToken, "{status}");
        }
    }

    #[test]
    fn what_comes_after_the_longest_body_does_not_count() {
        let late =
            |blanks: usize| format!("{{{}\"code\":\"authentication_token_expired\"}}", " ".repeat(blanks));
        assert!(by_body(&late(TokenVerdict::LONGEST_BODY - 100)));
        assert!(!by_body(&late(TokenVerdict::LONGEST_BODY)));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"[{}\[\]":,=\\ a-z]{0,60}"#, bytes in any::<Vec<u8>>()) {
            says_refused(text.as_bytes());
            says_refused(&bytes);
            blames_the_token(text.as_bytes());
            blames_the_token(&bytes);
        }

        #[test]
        fn an_escaped_code_in_a_message_never_counts(before in r#"[a-z\\": ]{0,20}"#) {
            let message = format!(r#"{before}","code":"authentication_token_expired"#);
            let escaped = message.replace('\\', r"\\").replace('"', r#"\""#);
            let body = format!(r#"{{"code":"x","message":"{escaped}"}}"#);
            prop_assert!(!says_refused(body.as_bytes()), "{}", body);
        }
    }
}
