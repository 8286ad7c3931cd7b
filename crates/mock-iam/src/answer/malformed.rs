//! Answers which are wrong in ways that servers and the boxes in front of them are.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};

use super::Answer;

/// A token answer of 32 MiB in 32 KiB: what `gzip -9` makes of `{"access_token":"`, 32 MiB of `x`, and `"}`.
const GZIP_BOMB: &[u8] = include_bytes!("bomb.json.gz");

/// # Malformed
impl Answer {
    /// The page of the gateway in front of IAM for a path it does not know, with status 404.
    #[must_use]
    pub fn gateway_404() -> Self {
        Self::html(
            404,
            "<!DOCTYPE html><html><head><title>Error</title></head>\
             <body><h1>An 404 error occurred in iam-gateway.</h1></body></html>",
        )
    }

    /// The page of a gateway whose service is gone, with status 502.
    #[must_use]
    pub fn gateway_502() -> Self {
        Self::html(
            502,
            "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>\
             <body><center><h1>502 Bad Gateway</h1></center><hr></body></html>",
        )
    }

    /// A 200 with this many bytes of one long JSON string.
    #[must_use]
    pub fn huge(length: usize) -> Self {
        let mut body = vec![b'x'; length];
        if let [first, .., last] = body.as_mut_slice() {
            (*first, *last) = (b'"', b'"');
        }
        Self::bytes(200, body).static_header(CONTENT_TYPE, "application/json")
    }

    /// A token answer of 32 KiB which, unpacked as its `Content-Encoding: gzip` asks, is one of 32 MiB.
    #[must_use]
    pub fn gzip_bomb() -> Self {
        Self::bytes(200, GZIP_BOMB)
            .static_header(CONTENT_TYPE, "application/json")
            .static_header(CONTENT_ENCODING, "gzip")
    }

    /// A token answer with a byte in its `access_token` that is not UTF-8.
    #[must_use]
    pub fn invalid_utf8() -> Self {
        let body = b"{\"access_token\":\"opaque-\xff-token\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
        Self::bytes(200, &body[..]).static_header(CONTENT_TYPE, "application/json")
    }

    /// A token answer which names every member twice, with different values.
    #[must_use]
    pub fn duplicate_members() -> Self {
        let body = "{\"access_token\":\"first\",\"access_token\":\"second\",\"token_type\":\"Bearer\",\
                    \"token_type\":\"Basic\",\"expires_in\":3600,\"expires_in\":60}";
        Self::bytes(200, body).static_header(CONTENT_TYPE, "application/json")
    }

    /// Says that the body is of this type, whatever it is.
    #[must_use]
    pub fn content_type(self, content_type: &str) -> Self {
        self.header(CONTENT_TYPE.as_str(), content_type)
    }

    /// Adds this many headers, `x-flood-0` and on, of a hundred bytes each. Twenty thousand is the most there can be.
    #[must_use]
    pub fn header_flood(mut self, count: usize) -> Self {
        for number in 0..count.min(20_000) {
            if let Ok(name) = HeaderName::from_bytes(format!("x-flood-{number}").as_bytes()) {
                self.headers.insert(name, HeaderValue::from_static(FLOOD));
            }
        }
        self
    }
}

const FLOOD: &str =
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_answer_is_a_json_string_of_that_length() {
        let body = Answer::huge(1000).body();
        assert_eq!(body.len(), 1000);
        assert!(serde_json::from_slice::<String>(&body).is_ok());
        assert_eq!(Answer::huge(0).body().len(), 0);
        assert_eq!(Answer::huge(1).body().len(), 1);
    }

    #[test]
    fn the_bomb_is_small_until_it_is_unpacked() {
        let [.., a, b, c, d] = GZIP_BOMB else { panic!("it is empty") };
        assert_eq!(GZIP_BOMB[..3], [0x1f, 0x8b, 8], "gzip, deflate");
        assert_eq!(u32::from_le_bytes([*a, *b, *c, *d]), 32 * 1024 * 1024 + 19, "the length it claims");
        assert!(GZIP_BOMB.len() < 40_000);
    }
}
