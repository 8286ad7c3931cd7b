//! Scenario files: those in `tests/scenarios`, and what is wrong with others.

use wml_auth_mock_iam::{MockIam, Scenario};

use crate::assertions::{oidc_error, platform_error};
use crate::client::{access_token, apikey, get};

async fn cloud(name: &str) -> MockIam {
    let file = format!("{}/tests/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let scenario = Scenario::read(file).unwrap_or_else(|error| panic!("{error}"));
    MockIam::builder().scenario(scenario).start().await.unwrap()
}

#[tokio::test]
async fn a_bad_day() {
    let cloud = cloud("bad_day").await;
    assert_eq!(cloud.seed(), 11);
    let ask = apikey(&cloud.fixture().api_key);
    assert!(ask.send(&cloud).await.text().contains("Bad Gateway"));
    assert_eq!(ask.try_send(&cloud).await.err().unwrap().kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(ask.send(&cloud).await.body.len(), 40);
    let busy = ask.send(&cloud).await;
    assert_eq!((busy.status, busy.header("retry-after")), (503, "1"));
    for _ in 4..20 {
        ask.send(&cloud).await.ok(200);
    }
    assert_eq!(ask.send(&cloud).await.status, 429);
}

#[tokio::test]
async fn a_key_rotation() {
    let cloud = cloud("key_rotation").await;
    let keys = &cloud.fixture().keys;
    assert_eq!(keys.keys().collect::<Vec<_>>(), ["current", "disabled", "expired"]);
    oidc_error(&apikey(&keys["disabled"]).send(&cloud).await, 400, "BXNIM0462E");
    oidc_error(&apikey(&keys["expired"]).send(&cloud).await, 400, "BXNIM0462E");
    assert_eq!(apikey(&keys["current"]).send(&cloud).await.ok(400)["errorCode"], "BXNIM0415E");
    let answer = apikey(&keys["current"]).send(&cloud).await.ok(200);
    assert_eq!(answer["expires_in"], 900);
    let members = format!("/v2/spaces/{}/members", cloud.fixture().space_id);
    let nightly = get(&members).bearer(answer["access_token"].as_str().unwrap()).send(&cloud).await.ok(200);
    let roles =
        nightly["resources"].as_array().unwrap().iter().map(|member| member["role"].as_str().unwrap());
    assert_eq!(roles.collect::<Vec<_>>(), ["admin", "editor", "viewer"], "user, profile, nightly");
    let service = access_token(&cloud, &cloud.fixture().service_api_key).await;
    platform_error(&get(&members).bearer(&service).send(&cloud).await, 403);
}

#[tokio::test]
async fn odd_tokens() {
    let cloud = cloud("odd_tokens").await;
    let ask = apikey(&cloud.fixture().api_key);
    let first = ask.send(&cloud).await.ok(200);
    assert_eq!((first["expires_in"].as_i64(), first["refresh_token"].as_str()), (Some(7200), Some("")));
    let life = first["expiration"].as_i64().unwrap() - cloud.clock().epoch_seconds();
    assert!((80..=90).contains(&life), "60 seconds, 30 ahead: {life}");
    let second = ask.send(&cloud).await.ok(200);
    let token = second["access_token"].as_str().unwrap();
    assert_eq!(get("/v2/spaces").bearer(token).send(&cloud).await.status, 401);
    assert_eq!(ask.send(&cloud).await.ok(200)["access_token"], "opaque");
    assert_eq!(ask.send(&cloud).await.header("location"), "http://127.0.0.2:1/identity/token");
    let refused = ask.send(&cloud).await;
    assert_eq!((refused.status, refused.header("transfer-encoding")), (401, "chunked"));
    let body = refused.text();
    assert!(body.starts_with("10\r\n{\"errorCode\":\"BX\r\n") && body.ends_with("\r\n0\r\n\r\n"), "{body}");
}

#[tokio::test]
async fn what_is_set_after_a_scenario_wins() {
    let scenario: Scenario = "seed = 1\ntoken_lifetime = 10".parse().unwrap();
    let cloud = MockIam::builder().scenario(scenario).seed(2).start().await.unwrap();
    assert_eq!(cloud.seed(), 2);
    assert_eq!(apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200)["expires_in"], 10);
}

#[test]
fn what_nobody_knows_is_an_error_with_its_line() {
    for (text, line, said) in [
        ("seed = 7\ntoken_lifetme = 9", Some(2), "unknown field `token_lifetme`"),
        ("seed = 7\n\n[[keys]]\nname = \"a\"\nexpired = true", Some(5), "unknown field `expired`"),
        ("[[rules]]\nroute = \"token\"\nanswer = { stauts = 500 }", Some(3), "unknown field `stauts`"),
        (
            "[[rules]]\nroute = \"token\"\nanswer = { kind = \"explode\" }",
            Some(3),
            "unknown variant `explode`",
        ),
        (
            "[[members]]\nworkspace = \"space\"\nmember = \"user\"\nrole = \"king\"",
            Some(4),
            "unknown variant `king`",
        ),
        ("seed = seven", Some(1), ""),
        ("[[rules]]\nroute = \"tokens\"\nanswer = {}", None, "no route named `tokens`"),
        ("[[rules]]\nanswer = {}", None, "either a `route` or a `path`"),
        ("[[rules]]\nroute = \"token\"", None, "either an `answer` or a `limit`"),
        ("[[rules]]\nroute = \"token\"\nnth = 1\ntimes = 2\nanswer = {}", None, "one of `nth`, `times`"),
        (
            "[[rules]]\nroute = \"token\"\nanswer = { status = 1, kind = \"close\" }",
            None,
            "an answer is one of",
        ),
        ("[[rules]]\nroute = \"token\"\nanswer = { delay_ms = -1 }", None, "no number of milliseconds"),
    ] {
        let error = text.parse::<Scenario>().err().unwrap_or_else(|| panic!("accepted: {text}"));
        assert_eq!(error.line(), line, "{text}: {error}");
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
    let missing = Scenario::read("no-such-file.toml").unwrap_err().to_string();
    assert!(missing.starts_with("no-such-file.toml: "), "{missing}");
}

#[tokio::test]
async fn names_that_nobody_has_stop_the_start() {
    for (text, said) in [
        ("[[keys]]\nname = \"a\"\nowner = \"nobody\"", "no identity named `nobody`"),
        ("[[members]]\nworkspace = \"space\"\nmember = \"x\"\nrole = \"none\"", "no identity named `x`"),
        ("[[rules]]\nroute = \"token\"\nkey = \"x\"\nanswer = {}", "no API key named `x`"),
    ] {
        let error = MockIam::builder().scenario(text.parse().unwrap()).start().await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}
