//! What a refusal says, in whichever of IBM's envelopes it comes.

use http::StatusCode;
use serde_json::Value;

/// The parts of an error's body that mean something. Not yet fit to be shown: a server may repeat what it was sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) transaction_id: Option<String>,
    /// The status that the body declares, where that of the answer may be another.
    pub(crate) status: Option<StatusCode>,
}

impl ErrorBody {
    /// Reads a body; `None` when it is none of the envelopes.
    ///
    /// | envelope | code | message | transaction id |
    /// | --- | --- | --- | --- |
    /// | IAM's token service | `errorCode` | `errorMessage`, `errorDetails` | `context.requestId` |
    /// | IAM's management API | `errors[0].message_code` or `.code` | `errors[0].message`, `.details` | `trace` |
    /// | WML | `errors[0].code` | `errors[0].message` | `trace` |
    /// | the watsonx platform | `id` | `message`, or `reason`, or `error` | |
    /// | Cloud Pak for Data | `_messageCode_`, unless that is the number of a status | `message` | |
    /// | IBM's gateways, OAuth | `error.code`, or `error` beside `error_description` | `error.message`, `error_description` | `error.request_id` |
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let token_service = || {
            let message = text(&body, "/errorMessage");
            Self {
                code: text(&body, "/errorCode"),
                message: joined(message, text(&body, "/errorDetails")),
                transaction_id: text(&body, "/context/requestId"),
                ..Self::default()
            }
        };
        let cloud_pak = || {
            let code = body.get("_messageCode_");
            let status = code.and_then(status);
            Self {
                code: code.filter(|_| status.is_none()).and_then(|code| text(code, "")),
                message: code.and(text(&body, "/message")),
                status,
                ..Self::default()
            }
        };
        let listed = || Self {
            code: text(&body, "/errors/0/message_code").or_else(|| text(&body, "/errors/0/code")),
            message: joined(text(&body, "/errors/0/message"), text(&body, "/errors/0/details")),
            transaction_id: text(&body, "/trace").or_else(|| text(&body, "/context/transaction_id")),
            ..Self::default()
        };
        let nested = || Self {
            code: text(&body, "/error/code"),
            message: text(&body, "/error/message"),
            transaction_id: text(&body, "/error/request_id"),
            ..Self::default()
        };
        let oauth = || {
            let message = text(&body, "/error_description");
            Self { code: message.as_ref().and(text(&body, "/error")), message, ..Self::default() }
        };
        let platform = || Self {
            code: text(&body, "/id"),
            message: ["/message", "/reason", "/error", "/description"].iter().find_map(|at| text(&body, at)),
            transaction_id: text(&body, "/trace"),
            ..Self::default()
        };
        let readings: [&dyn Fn() -> Self; 6] =
            [&token_service, &cloud_pak, &listed, &nested, &oauth, &platform];
        readings.iter().map(|read| read()).find(|found| found.code.is_some() || found.message.is_some())
    }
}

fn text(body: &Value, pointer: &str) -> Option<String> {
    body.pointer(pointer)?.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// Text or a number: both are in use.
fn status(value: &Value) -> Option<StatusCode> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    StatusCode::from_u16(u16::try_from(number).ok()?).ok()
}

fn joined(message: Option<String>, details: Option<String>) -> Option<String> {
    match (message, details) {
        (Some(message), Some(details)) if message != details => Some(format!("{message} {details}")),
        (message, details) => message.or(details),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &str) -> [String; 3] {
        let read = ErrorBody::read(body.as_bytes()).unwrap();
        [read.code, read.message, read.transaction_id].map(Option::unwrap_or_default)
    }

    #[test]
    fn each_envelope_is_read() {
        assert_eq!(
            read(
                r#"{"errorCode":"BXNIM0109E","errorMessage":"Property missing or empty.","errorDetails":"apikey",
                    "context":{"requestId":"NmM4c3o-0f3a","elapsedTime":"15"}}"#
            ),
            ["BXNIM0109E", "Property missing or empty. apikey", "NmM4c3o-0f3a"]
        );
        assert_eq!(
            read(
                r#"{"trace":"t1","errors":[{"code":"invalid_state","message_code":"BXNIM0908E","message":"no"}],
                    "status_code":422}"#
            ),
            ["BXNIM0908E", "no", "t1"]
        );
        assert_eq!(
            read(
                r#"{"errors":[{"code":"authentication_token_expired","message":"m"}],"trace":"t2","status_code":401}"#
            ),
            ["authentication_token_expired", "m", "t2"]
        );
        assert_eq!(
            read(
                r#"{"id":"WSCPA0000E","code":404,"error":"Not Found","reason":"r","message":"no such space"}"#
            ),
            ["WSCPA0000E", "no such space", ""]
        );
        assert_eq!(read(r#"{"code":401,"error":"Unauthorized","reason":"r","message":""}"#), ["", "r", ""]);
        assert_eq!(read(r#"{"error":{"code":"c","message":"m","request_id":"r"}}"#), ["c", "m", "r"]);
        assert_eq!(read(r#"{"error":"invalid_grant","error_description":"d"}"#), ["invalid_grant", "d", ""]);
        assert_eq!(read(r#"{"_messageCode_":"bad_login","message":"m"}"#), ["bad_login", "m", ""]);
        assert_eq!(read(r#"{"_messageCode_":"401","message":"m"}"#), ["", "m", ""]);
        assert_eq!(read(r#"{"error":"plain words"}"#), ["", "plain words", ""]);
    }

    #[test]
    fn what_is_no_envelope_says_nothing() {
        for body in [
            "",
            "<html>",
            "null",
            "[]",
            "{}",
            r#"{"errors":[]}"#,
            r#"{"errorCode":5}"#,
            r#"{"errorMessage":" "}"#,
        ] {
            assert_eq!(ErrorBody::read(body.as_bytes()), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = ErrorBody::read(&body);
        }
    }
}
