use std::time::SystemTime;

use proptest::prelude::*;

use super::*;
use crate::claims::tests::jwt;

fn read(body: &str) -> Result<AccessToken, AuthError> {
    read_token(body.as_bytes(), &["access_token"])
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn an_answer_of_iam_is_read() {
    let token = jwt(r#"{"exp":1700003600}"#);
    let body = format!(
        r#"{{"access_token":"{}","refresh_token":"not_supported","ims_user_id":1,"token_type":"Bearer","expires_in":3600,"expiration":1700003600,"scope":"ibm openid"}}"#,
        token.expose()
    );
    let answer = read(&body).unwrap();
    assert_eq!(answer.secret(), &token);
    assert_eq!(answer.expires_in(), Some(Duration::from_secs(3600)));
    assert_eq!(answer.expires_at(), Some(at(1_700_003_600)));
}

#[test]
fn the_earlier_of_two_dates_stands() {
    let token = jwt(r#"{"exp":1700000900}"#);
    let body = format!(r#"{{"access_token":"{}","expiration":1700003600}}"#, token.expose());
    assert_eq!(read(&body).unwrap().expires_at(), Some(at(1_700_000_900)));
}

#[test]
fn what_holds_no_usable_token_is_refused() {
    for body in [
        "",
        "null",
        "[]",
        r#"["t",3600]"#,
        "{}",
        "3600",
        "\"t\"",
        r#"{"access_token":"t""#,
        r#"{"access_token":"t"} x"#,
        r#"{"access_token":null,"expires_in":1}"#,
        r#"{"access_token":"","expires_in":1}"#,
        r#"{"access_token":" ","expires_in":1}"#,
        r#"{"access_token":"a\nb","expires_in":1}"#,
        r#"{"access_token":"t ","expires_in":1}"#,
        r#"{"access_token":"té","expires_in":1}"#,
        r#"{"access_token":1,"expires_in":1}"#,
        r#"{"access_token":["t"],"expires_in":1}"#,
        r#"{"access_token":"t","access_token":"u","expires_in":1}"#,
        r#"{"access_token":"t","expires_in":1,"expires_in":2}"#,
        r#"{"token":"t","expires_in":1}"#,
        r#"{"access_token":"t","token_type":"mac","expires_in":1}"#,
        r#"{"access_token":"t","token_type":1,"expires_in":1}"#,
        "<!DOCTYPE html><html></html>",
    ] {
        let error = read(body).unwrap_err();
        assert!(error.is_invalid_answer() && !error.is_retryable(), "{body}: {error}");
    }
}

#[test]
fn a_web_page_is_called_one() {
    assert!(read(" \n<html>").unwrap_err().message().contains("web page"));
}

#[test]
fn a_life_is_read_as_issuers_write_it() {
    let life = |value: &str| read(&format!(r#"{{"access_token":"t","expires_in":{value}}}"#));
    for (value, seconds) in [
        ("3600", 3600),
        ("3600.9", 3600),
        ("\"3600\"", 3600),
        ("1", 1),
        ("18446744073709551615", i64::MAX as u64),
        ("1e300", i64::MAX as u64),
        ("\"99999999999999999999\"", i64::MAX as u64),
    ] {
        assert_eq!(life(value).unwrap().expires_in(), Some(Duration::from_secs(seconds)), "{value}");
    }
    assert_eq!(life("null").unwrap().expires_in(), None);
    for value in ["0", "-1", "-1.5", "0.5", "\"\"", "\"-1\"", "\"1h\"", "true", "[1]", "{}", "1e999"] {
        assert!(life(value).unwrap_err().is_invalid_answer(), "{value}");
    }
}

#[test]
fn a_date_is_read_likewise() {
    let date = |value: &str| read(&format!(r#"{{"access_token":"t","expiration":{value}}}"#));
    assert_eq!(date("1700003600").unwrap().expires_at(), Some(at(1_700_003_600)));
    assert_eq!(date("\"1700003600\"").unwrap().expires_at(), Some(at(1_700_003_600)));
    assert_eq!(date("1e300").unwrap().expires_at(), Some(at(253_402_300_799)));
    assert!(date("0").unwrap_err().is_invalid_answer());
    assert!(date("-5").unwrap_err().is_invalid_answer());
}

#[test]
fn a_metadata_services_date_is_read_if_it_is_one() {
    let date = |value: &str| {
        let body = format!(r#"{{"access_token":"t","created_at":"x","expires_at":{value},"expires_in":9}}"#);
        read(&body).unwrap().expires_at()
    };
    assert_eq!(date("\"2023-11-14T23:13:20.123Z\""), Some(at(1_700_003_600)));
    assert_eq!(date("\"2023-11-15T00:13:20+01:00\""), Some(at(1_700_003_600)));
    for odd in [
        "null",
        "\"\"",
        "\"soon\"",
        "1700003600",
        "{}",
        "\"2023-11-14T23:13:20\"",
        "\"9999999-01-01T00:00:00Z\"",
    ] {
        assert_eq!(date(odd), None, "{odd}");
    }
    let both = r#"{"access_token":"t","expires_at":"2023-11-14T23:13:20Z","expiration":1700000000}"#;
    assert_eq!(read(both).unwrap().expires_at(), Some(at(1_700_000_000)));
    assert!(
        read(r#"{"access_token":"t","expires_at":"a","expires_at":"b"}"#).unwrap_err().is_invalid_answer()
    );
}

#[test]
fn the_first_name_that_is_there_is_taken() {
    let body = br#"{"token":"b","access_token":"a"}"#;
    let read = |names: &[&str]| read_token(body, names).unwrap().secret().expose().to_owned();
    assert_eq!(read(&["access_token", "token"]), "a");
    assert_eq!(read(&["token", "access_token"]), "b");
    assert_eq!(read(&["iam_token", "token"]), "b");
}

#[test]
fn a_bearer_token_has_two_names() {
    for (kind, is_read) in [("jwt", true), ("JWT", true), ("bearer", true), ("mac", false), ("", false)] {
        let body = format!(r#"{{"access_token":"t","token_type":"{kind}"}}"#);
        assert_eq!(read(&body).is_ok(), is_read, "{kind}");
    }
}

#[test]
fn a_token_within_is_read_by_the_same_rules() {
    let read = |body: &str| read_token_within("data", body.as_bytes(), &["token"]);
    let token = read(r#"{"_messageCode_":"200","data":{"token":"t","expires_in":9}}"#).unwrap();
    assert_eq!((token.secret().expose(), token.expires_in()), ("t", Some(Duration::from_secs(9))));
    for body in [
        "",
        "[]",
        "null",
        "{}",
        r#"{"token":"t"}"#,
        r#"{"data":null}"#,
        r#"{"data":"t"}"#,
        r#"{"data":{"token":"t"}"#,
        r#"{"data":{"token":"t"}} x"#,
        r#"{"data":{"token":"t"},"data":{"token":"u"}}"#,
        r#"{"data":{"token":"a\nb"}}"#,
        r#"{"data":{"token":"t","token":"u"}}"#,
    ] {
        assert!(read(body).unwrap_err().is_invalid_answer(), "{body}");
    }
}

#[test]
fn a_session_has_the_refresh_token_that_is_one() {
    let refresh = |value: &str| {
        let body = format!(r#"{{"access_token":"t","expires_in":9,"refresh_token":{value}}}"#);
        read_session(body.as_bytes()).map(|session| session.refresh_token)
    };
    assert_eq!(refresh("\"r.s/t+u==\"").unwrap().unwrap().expose(), "r.s/t+u==");
    for none in ["null", "\"\"", "\" \"", "\"not_supported\"", "\"r\\n\"", "\" r\"", "\"a\\u0000b\""] {
        assert_eq!(refresh(none).unwrap(), None, "{none}");
    }
    for odd in ["1", "[]", "{}", "true"] {
        assert!(refresh(odd).unwrap_err().is_invalid_answer(), "{odd}");
    }
    let body = br#"{"delegated_refresh_token":"d","access_token":"t"}"#;
    let session = read_session(body).unwrap();
    assert_eq!(session.refresh_token, None);
    assert_eq!(session.delegated_refresh_token.unwrap().expose(), "d");
    assert!(read_session(br#"{"refresh_token":"r"}"#).unwrap_err().is_invalid_answer());
}

#[test]
fn a_session_shows_nothing() {
    let body = br#"{"access_token":"hunter2","refresh_token":"hunter3","delegated_refresh_token":"hunter4"}"#;
    let shown = format!("{:?}", read_session(body).unwrap());
    assert!(!shown.contains("hunter"), "{shown}");
}

proptest! {
    #[test]
    fn any_bytes_within_are_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_token_within("data", &body, &["token"]);
    }

    #[test]
    fn any_bytes_are_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_token(&body, &["access_token"]);
        let _ = read_session(&body);
    }

    #[test]
    fn no_error_repeats_the_body(secret in "[a-z]{12}", broken in 0_usize..5) {
        let body = match broken {
            0 => format!(r#"{{"access_token":"{secret}\n"}}"#),
            1 => format!(r#"{{"access_token":"t","expires_in":"{secret}"}}"#),
            2 => format!(r#"{{"access_token":["{secret}"]}}"#),
            3 => format!(r#"{{"access_token":"{secret}","token_type":"{secret}"}}"#),
            _ => format!(r#""{secret}""#),
        };
        let error = read(&body).unwrap_err();
        let shown = format!("{error:?} {:?}", error.hint());
        prop_assert!(!shown.contains(&secret));
    }
}
