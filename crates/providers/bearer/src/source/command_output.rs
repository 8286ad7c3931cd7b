//! What a command printed.

use std::time::Duration;

use wml_auth_core::{AccessToken, AuthError, Secret};
use wml_auth_iam::answer;

use crate::token_text;

/// Members of a JSON object that may hold the token. The last is what `ibmcloud iam oauth-tokens --output json` prints.
const NAMES: [&str; 3] = ["access_token", "token", "iam_token"];

/// Reads a bare token, or a JSON object with one in it.
pub(crate) fn read(bytes: &[u8], supposed_life: Duration) -> Result<AccessToken, AuthError> {
    if bytes.trim_ascii().is_empty() {
        return Err(AuthError::invalid_answer("it printed nothing"));
    }
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        let token = token_text::from_bytes(bytes).map_err(no_token)?;
        return Ok(token_text::with_life(token, supposed_life));
    }
    let read = answer::read_token(bytes, &NAMES)?;
    // Taken anew without the `Bearer` that may stand before it, which would hide a JWT's own life.
    let secret = token_text::from_text(read.secret().expose()).map_err(no_token)?;
    let is_told = read.expires_in().is_some() || read.expires_at().is_some();
    let token = match is_told {
        true => AccessToken::new(secret),
        false => token_text::with_life(secret, supposed_life),
    };
    let token = read.expires_in().into_iter().fold(token, AccessToken::with_expires_in);
    Ok(read.expires_at().into_iter().fold(token, AccessToken::with_expires_at))
}

fn no_token(fault: String) -> AuthError {
    AuthError::invalid_answer(format!("what it printed is not a token: {fault}"))
        .with_hint("it has to print the token alone, or a JSON object with access_token or token in it")
}

/// One line of what a command complained about, fit to be shown: the last that is not blank, short, and without
/// anything that looks like a token or is the one it printed.
pub(crate) fn complaint(stderr: &[u8], stdout: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let printed = Secret::from(String::from_utf8_lossy(stdout).trim());
    let line = printed.redact(line);
    let line = match read(stdout, Duration::MAX) {
        Ok(token) => token.secret().redact(&line).into_owned(),
        Err(_) => line.into_owned(),
    };
    let words: Vec<&str> =
        line.split_whitespace().map(|word| if looks_secret(word) { "[redacted]" } else { word }).collect();
    Some(words.join(" ").chars().take(160).collect())
}

/// Long runs of letters and digits are tokens and keys more often than words; paths are neither.
fn looks_secret(word: &str) -> bool {
    let longest_run = word
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '+' | '='))
        .map(str::len)
        .max()
        .unwrap_or_default();
    word.contains("eyJ") || longest_run >= 32
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use proptest::prelude::*;

    use super::*;
    use crate::token_text::tests::jwt;

    const LIFE: Duration = Duration::from_secs(60);

    fn read_text(text: &str) -> Result<AccessToken, AuthError> {
        read(text.as_bytes(), LIFE)
    }

    fn exp(token: &AccessToken) -> Option<u64> {
        Some(token.expires_at()?.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn a_bare_token_is_read() {
        let token = read_text("Bearer abc\n").unwrap();
        assert_eq!((token.secret().expose(), token.expires_in()), ("abc", Some(LIFE)));
        let token = read_text(&jwt(r#"{"exp":7000}"#)).unwrap();
        assert_eq!((exp(&token), token.expires_in()), (Some(7000), None));
    }

    #[test]
    fn json_is_read_with_the_life_it_tells() {
        for name in NAMES {
            let token =
                read_text(&format!("\n{{\"{name}\":\"Bearer abc\",\"expires_in\":\"90\"}}\n")).unwrap();
            assert_eq!((token.secret().expose(), token.expires_in()), ("abc", Some(Duration::from_secs(90))));
        }
        let token = read_text(r#"{"token":"abc","expiration":7000}"#).unwrap();
        assert_eq!((exp(&token), token.expires_in()), (Some(7000), None));
        let token = read_text(r#"{"token":"abc"}"#).unwrap();
        assert_eq!(token.expires_in(), Some(LIFE));
        let token = read_text(&format!(r#"{{"iam_token":"Bearer {}"}}"#, jwt(r#"{"exp":7000}"#))).unwrap();
        assert_eq!((exp(&token), token.expires_in()), (Some(7000), None));
    }

    #[test]
    fn what_is_no_token_is_an_invalid_answer() {
        for text in [
            "",
            "\n",
            "IAM token:  Bearer abc\n",
            "abc\ndef",
            "{}",
            "{",
            r#"{"token":""}"#,
            r#"{"token":"a b"}"#,
        ] {
            assert!(read_text(text).unwrap_err().is_invalid_answer(), "{text:?}");
        }
    }

    #[test]
    fn a_complaint_is_one_short_line() {
        let shown = |stderr: &str, stdout: &str| complaint(stderr.as_bytes(), stdout.as_bytes());
        assert_eq!(shown("FAILED\nNot logged in.\n\n", "").as_deref(), Some("Not logged in."));
        assert_eq!(shown("\n \n", ""), None);
        assert_eq!(shown(&"word ".repeat(100), "").unwrap().chars().count(), 160);
    }

    #[test]
    fn a_complaint_shows_no_token() {
        let shown = |stderr: &str, stdout: &str| complaint(stderr.as_bytes(), stdout.as_bytes()).unwrap();
        assert_eq!(shown("got hunter2 and died", "hunter2\n"), "got [redacted] and died");
        assert_eq!(shown("got hunter2 and died", r#"{"token":"hunter2"}"#), "got [redacted] and died");
        let token = jwt("{}");
        assert_eq!(shown(&format!("token={token}"), ""), "[redacted]");
        assert_eq!(shown(&format!("key {} refused", "k".repeat(44)), ""), "key [redacted] refused");
        assert_eq!(
            shown("no /usr/local/lib/some/long/path/to/a/file.json", ""),
            "no /usr/local/lib/some/long/path/to/a/file.json"
        );
    }

    proptest! {
        #[test]
        fn any_output_is_read_without_panic(
            stdout in proptest::collection::vec(any::<u8>(), 0..80),
            stderr in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let _ = read(&stdout, LIFE);
            let _ = complaint(&stderr, &stdout);
        }
    }
}
