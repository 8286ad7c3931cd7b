//! By what an answer is known to be about the token.

use std::any::Any;

use bytes::Bytes;
use http::Response;
use wml_auth_core::TokenVerdict;

/// Says whether an answer is a refusal of the token that the request carried.
///
/// It should be sure: each refusal it finds costs a token. A closure over `&Response<_>` is one.
pub trait Refusal<B> {
    /// Whether the service refused this very token, so that another may be accepted.
    fn is_about_token(&self, answer: &Response<B>) -> bool;
}

impl<B, F: Fn(&Response<B>) -> bool> Refusal<B> for F {
    fn is_about_token(&self, answer: &Response<B>) -> bool {
        self(answer)
    }
}

/// The refusals of IBM's services, as listed at [`TokenVerdict`].
///
/// A body counts where it is at hand: a `Vec<u8>`, `Bytes`, a `String` or a `&'static str`. Of any other type only the
/// status and the challenge are looked at, because to look into it would be to use it up.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownRefusals;

impl<B: 'static> Refusal<B> for KnownRefusals {
    fn is_about_token(&self, answer: &Response<B>) -> bool {
        let verdict = TokenVerdict::of_head(answer.status(), answer.headers());
        verdict.or_by(at_hand(answer.body()).unwrap_or_default()).is_refused()
    }
}

fn at_hand<B: 'static>(body: &B) -> Option<&[u8]> {
    let body: &dyn Any = body;
    let bytes = || body.downcast_ref::<Bytes>().map(AsRef::as_ref);
    let vector = || body.downcast_ref::<Vec<u8>>().map(Vec::as_slice);
    let string = || body.downcast_ref::<String>().map(String::as_bytes);
    let text = || body.downcast_ref::<&'static str>().map(|text| text.as_bytes());
    bytes().or_else(vector).or_else(string).or_else(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"errors":[{"code":"authentication_token_expired"}]}"#;

    struct Stream;

    fn known<B: 'static>(status: u16, challenge: &str, body: B) -> bool {
        let answer = Response::builder().status(status).header("www-authenticate", challenge).body(body);
        KnownRefusals.is_about_token(&answer.unwrap())
    }

    #[test]
    fn a_body_at_hand_counts() {
        assert!(known(401, "Bearer", Bytes::from(BODY)));
        assert!(known(401, "Bearer", BODY.as_bytes().to_vec()));
        assert!(known(401, "Bearer", BODY.to_owned()));
        assert!(known(401, "Bearer", BODY));
        assert!(!known(401, "Bearer", "{}"));
        assert!(!known(403, "Bearer", BODY));
    }

    #[test]
    fn of_any_other_the_challenge_counts_alone() {
        assert!(known(401, r#"Bearer error="invalid_token""#, Stream));
        assert!(!known(401, "Bearer", Stream));
    }
}
