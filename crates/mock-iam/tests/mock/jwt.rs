//! What is in a token, checked with the published keys and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;
use wml_auth_mock_iam::MockIam;

use crate::client::{access_token, apikey, get};

fn part(token: &str, index: usize) -> String {
    let part = token.split('.').nth(index).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_str(&part(token, 1)).unwrap()
}

/// The members of a JSON text in the order in which they stand there, top level only.
fn members(text: &str) -> Vec<String> {
    let (mut depth, mut names, mut rest) = (0, Vec::new(), text);
    while let Some(at) = rest.find(['{', '}', '[', ']', '"']) {
        let (mark, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = after;
        match mark {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {
                let end = after.find('"').unwrap();
                rest = &after[end + 1..];
                if depth == 1 && rest.starts_with(':') {
                    names.push(after[..end].to_owned());
                }
            }
        }
    }
    names
}

#[tokio::test]
async fn a_token_verifies_against_the_published_keys() {
    let cloud = MockIam::start().await.unwrap();
    let token = access_token(&cloud, &cloud.fixture().api_key).await;
    let header: Value = serde_json::from_str(&part(&token, 0)).unwrap();
    let keys = get("/identity/keys").send(&cloud).await.ok(200);
    let keys = keys["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);

    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let verifies = |key: &Value| {
        assert_eq!((key["kty"].as_str(), key["alg"].as_str()), (Some("RSA"), Some("RS256")));
        assert_eq!(key["e"], "AQAB");
        let [n, e] = ["n", "e"].map(|name| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap());
        RsaPublicKeyComponents { n, e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .is_ok()
    };
    for key in keys {
        assert_eq!(verifies(key), key["kid"] == header["kid"]);
    }
}

#[tokio::test]
async fn the_header_has_two_members_and_no_typ() {
    let cloud = MockIam::start().await.unwrap();
    let header = part(&access_token(&cloud, &cloud.fixture().api_key).await, 0);
    assert_eq!(members(&header), ["kid", "alg"]);
    let kid = serde_json::from_str::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned();
    assert!(kid.len() == 12 && kid.bytes().all(|byte| byte.is_ascii_digit()), "{kid}");
}

#[tokio::test]
async fn a_users_token_has_a_users_claims() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let answer = apikey(&fixture.api_key).send(&cloud).await.ok(200);
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(
        members(&part(token, 1)),
        [
            "iam_id",
            "id",
            "realmid",
            "jti",
            "identifier",
            "given_name",
            "family_name",
            "name",
            "email",
            "sub",
            "authn",
            "account",
            "iat",
            "exp",
            "iss",
            "grant_type",
            "scope",
            "client_id",
            "acr",
            "amr",
        ]
    );
    let claims = claims(token);
    let iam_id = claims["iam_id"].as_str().unwrap();
    assert_eq!(iam_id.strip_prefix("IBMid-"), claims["identifier"].as_str());
    assert_eq!(claims["id"], iam_id);
    assert_eq!(claims["realmid"], "IBMid");
    assert_eq!(claims["sub"], claims["email"]);
    assert_eq!(claims["authn"]["iam_id"], iam_id);
    assert_eq!(claims["account"]["bss"], fixture.account_id.as_str());
    assert_eq!(claims["account"]["valid"], true);
    assert_eq!(claims["iss"], "https://iam.cloud.ibm.com/identity");
    assert_eq!(claims["client_id"], "default");
    assert_eq!(claims["exp"], answer["expiration"]);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    assert_eq!(claims["amr"][0], "pwd");
}

#[tokio::test]
async fn a_service_ids_token_says_so() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let token = access_token(&cloud, &fixture.service_api_key).await;
    assert_eq!(
        members(&part(&token, 1)),
        [
            "iam_id",
            "id",
            "realmid",
            "jti",
            "identifier",
            "name",
            "sub",
            "sub_type",
            "authn",
            "account",
            "iat",
            "exp",
            "iss",
            "grant_type",
            "scope",
            "client_id",
            "acr",
            "amr",
        ]
    );
    let claims = claims(&token);
    assert_eq!(claims["iam_id"], fixture.iam_id.as_str());
    assert_eq!(claims["identifier"], fixture.service_id.as_str());
    assert_eq!(claims["sub"], fixture.service_id.as_str());
    assert_eq!(claims["sub_type"], "ServiceId");
    assert_eq!(claims["authn"]["sub_type"], "ServiceId");
}

#[tokio::test]
async fn no_two_tokens_are_the_same() {
    let cloud = MockIam::start().await.unwrap();
    let key = &cloud.fixture().api_key;
    assert_ne!(access_token(&cloud, key).await, access_token(&cloud, key).await);
}

#[tokio::test]
async fn the_issuer_can_be_another() {
    let cloud = MockIam::builder().issuer("https://iam.test.cloud.ibm.com/identity").start().await.unwrap();
    let token = access_token(&cloud, &cloud.fixture().api_key).await;
    assert_eq!(claims(&token)["iss"], "https://iam.test.cloud.ibm.com/identity");
}

#[tokio::test]
async fn signing_keys_rotate_with_overlap_and_retire() {
    let cloud = MockIam::start().await.unwrap();
    let key = &cloud.fixture().api_key;
    let published = async || {
        let set = get("/identity/keys").send(&cloud).await.ok(200);
        set["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let kid_of = |token: &str| serde_json::from_str::<Value>(&part(token, 0)).unwrap()["kid"].clone();
    let status = async |token: &str| get("/v2/spaces").bearer(token).send(&cloud).await.status;

    let old = access_token(&cloud, key).await;
    let before = published().await;
    let kid = cloud.rotate_signing_keys();
    assert_eq!(published().await, [std::slice::from_ref(&kid), &before].concat());
    assert_eq!(cloud.signing_keys(), published().await);
    let new = access_token(&cloud, key).await;
    assert_eq!((kid_of(&new), kid_of(&old)), (kid.clone().into(), before[0].clone().into()));
    assert_eq!((status(&old).await, status(&new).await), (200, 200));

    assert!(cloud.retire_signing_key(&before[0]));
    assert_eq!(published().await, [kid.as_str(), &before[1]]);
    assert_eq!((status(&old).await, status(&new).await), (401, 200));
    assert!(!cloud.retire_signing_key(&before[0]) && !cloud.retire_signing_key(&kid), "one must sign");
}
