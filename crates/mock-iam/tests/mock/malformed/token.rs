//! To the token service.

use serde_json::json;
use wml_auth_mock_iam::MockIam;

use crate::assertions::oidc_error;
use crate::client::{APIKEY, Ask, CR_TOKEN, IAM_AUTHZ, PASSCODE, ask, get, post, token};

const TOKEN: &str = "/identity/token";
const FORM: &str = "application/x-www-form-urlencoded";

fn form(body: impl Into<Vec<u8>>) -> Ask {
    post(TOKEN).header("Content-Type", FORM).body(body)
}

#[tokio::test]
async fn each_is_refused_as_iam_refuses_it() {
    let cloud = MockIam::start().await.unwrap();
    let key = cloud.fixture().api_key.as_str();
    let grant = format!("grant_type={APIKEY}");
    let good = format!("{grant}&apikey={key}");
    let with = |more: &str| form(format!("{good}&{more}"));
    let receivers = "response_type=cloud_iam+delegated_refresh_token&receiver_client_ids=kube";
    let rows: Vec<(&str, Ask, u16, &str)> = vec![
        ("GET", get(TOKEN), 405, "BXNIM0060E"),
        ("PUT", ask("PUT", TOKEN), 405, "BXNIM0060E"),
        ("no body", form(""), 400, "BXNIM0109E"),
        ("no grant", form(format!("apikey={key}")), 400, "BXNIM0109E"),
        ("an empty grant", form(format!("grant_type=&apikey={key}")), 400, "BXNIM0109E"),
        ("no grant, and a bad response type", form("response_type=uaa"), 400, "BXNIM0109E"),
        ("an unknown grant", form("grant_type=magic"), 400, "BXNIM0106E"),
        ("a grant that is not UTF-8", form(b"grant_type=\xff".to_vec()), 400, "BXNIM0106E"),
        ("a grant that is escaped badly", form("grant_type=%zz"), 400, "BXNIM0106E"),
        ("a withdrawn response type", with("response_type=uaa"), 400, "BXNIM0106E"),
        ("one response type of two", with("response_type=cloud_iam,uaa"), 400, "BXNIM0106E"),
        (
            "a bad response type, and a bad client",
            with("response_type=uaa").basic("x", "y"),
            400,
            "BXNIM0106E",
        ),
        ("no receivers", with("response_type=delegated_refresh_token"), 400, "BXNIM0109E"),
        (
            "unknown receivers",
            with("response_type=delegated_refresh_token&receiver_client_ids=x"),
            400,
            "BXNIM0310E",
        ),
        (
            "an expiry of letters",
            with(&format!("{receivers}&delegated_refresh_token_expiry=x")),
            400,
            "BXNIM0106E",
        ),
        (
            "an expiry in the past",
            with(&format!("{receivers}&delegated_refresh_token_expiry=-5")),
            400,
            "BXNIM0106E",
        ),
        ("an unknown client", form(good.clone()).basic("nobody", "x"), 400, "BXNIM0310E"),
        ("a wrong client secret", form(good.clone()).basic("bx", "x"), 400, "BXNIM0310E"),
        (
            "Basic without a colon",
            form(good.clone()).header("Authorization", "Basic Yng="),
            400,
            "BXNIM0310E",
        ),
        (
            "Basic that is not base64",
            form(good.clone()).header("Authorization", "Basic !!!"),
            400,
            "BXNIM0310E",
        ),
        ("Basic and nothing", form(good.clone()).header("Authorization", "Basic"), 400, "BXNIM0310E"),
        ("no key", form(grant.clone()), 400, "BXNIM0109E"),
        ("an empty key", form(format!("{grant}&apikey=")), 400, "BXNIM0109E"),
        ("an unknown key", form(format!("{grant}&apikey=x")), 400, "BXNIM0415E"),
        ("a key with a line break", form(format!("{good}%0A")), 400, "BXNIM0415E"),
        (
            "a key that is not UTF-8",
            form([grant.as_bytes(), b"&apikey=\xff\xfe"].concat()),
            400,
            "BXNIM0415E",
        ),
        ("a key that is escaped badly", form(format!("{grant}&apikey=%G")), 400, "BXNIM0415E"),
        ("a key of 100 kB", form(format!("{grant}&apikey={}", "x".repeat(100_000))), 400, "BXNIM0415E"),
        ("two keys", with("apikey=x"), 400, "BXNIM0106E"),
        ("two grants", with("grant_type=x"), 400, "BXNIM0106E"),
        (
            "a body and a query that differ",
            post(&format!("{TOKEN}?grant_type=x")).form(&[("grant_type", APIKEY), ("apikey", key)]),
            400,
            "BXNIM0106E",
        ),
        ("another account", with(&format!("account={}", "f".repeat(32))), 400, "BXNIM0413E"),
        ("another tenant", form(good.clone()).header("ibm-cloud-tenant", "x"), 403, "BXNIM0513E"),
        ("JSON", post(TOKEN).json(json!({ "grant_type": APIKEY, "apikey": key })), 400, "BXNIM0109E"),
        (
            "a form that says to be text",
            post(TOKEN).header("Content-Type", "text/plain").body(good.clone()),
            400,
            "BXNIM0109E",
        ),
        (
            "a password without a client",
            token(&[("grant_type", "password"), ("username", "a"), ("password", "b")]),
            401,
            "BXNIM0308E",
        ),
        (
            "a password without a name",
            token(&[("grant_type", "password"), ("password", "b")]).basic("bx", "bx"),
            400,
            "BXNIM0109E",
        ),
        (
            "a wrong password",
            token(&[("grant_type", "password"), ("username", "a"), ("password", "b")]).basic("bx", "bx"),
            401,
            "BXNIM0602E",
        ),
        ("no refresh token", token(&[("grant_type", "refresh_token")]).basic("bx", "bx"), 400, "BXNIM0109E"),
        (
            "an unknown refresh token",
            token(&[("grant_type", "refresh_token"), ("refresh_token", "x")]).basic("bx", "bx"),
            400,
            "BXNIM0407E",
        ),
        ("no compute resource token", token(&[("grant_type", CR_TOKEN)]), 400, "BXNIM0109E"),
        (
            "no CRN",
            token(&[("grant_type", IAM_AUTHZ), ("access_token", "x"), ("desired_iam_id", "x")]),
            400,
            "BXNIM0113E",
        ),
        (
            "an unknown passcode",
            token(&[("grant_type", PASSCODE), ("passcode", "x")]).basic("bx", "bx"),
            401,
            "BXNIM0602E",
        ),
        ("the old path", post("/oidc/token"), 400, "BXNIM0109E"),
    ];
    for (what, ask, status, code) in rows {
        let reply = ask.send(&cloud).await;
        assert_eq!(
            (reply.status, reply.json()["errorCode"].as_str()),
            (status, Some(code)),
            "{what}: {}",
            reply.text()
        );
        oidc_error(&reply, status, code);
    }
    for (what, ask) in [
        ("a field that nobody knows", with("foo=bar")),
        ("a response type of nothing", with("response_type=")),
        ("the same grant twice", with(&grant)),
        ("a query and no body", post(&format!("{TOKEN}?{good}"))),
        (
            "half in the query",
            post(&format!("{TOKEN}?{grant}")).header("Content-Type", FORM).body(format!("apikey={key}")),
        ),
    ] {
        assert_eq!(ask.send(&cloud).await.status, 200, "{what}");
    }
}
