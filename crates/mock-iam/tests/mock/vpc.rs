//! A virtual server logs in through its metadata service.

use std::time::Duration;

use serde_json::{Value, json};
use wml_auth_mock_iam::{Answer, MockIam, Route, TokenAnswer};

use crate::client::{Ask, Reply, VERSION, access_token, apikey, ask, get, post};
use crate::jwt::claims;

/// Version, path of the first step, path of the second.
const STEPS: [(&str, &str, &str); 2] = [
    ("2022-03-01", "/instance_identity/v1/token", "/instance_identity/v1/iam_token"),
    ("2025-08-26", "/identity/v1/token", "/identity/v1/iam_tokens"),
];
const OLD: usize = 0;
const NEW: usize = 1;

/// The first step as IBM's clients send it.
fn prove(step: usize) -> Ask {
    let (version, path, _) = STEPS[step];
    ask("PUT", &format!("{path}?version={version}"))
        .header("Metadata-Flavor", "ibm")
        .header("Accept", "application/json")
        .json(json!({ "expires_in": 300 }))
}

async fn proof(cloud: &MockIam, step: usize) -> String {
    prove(step).send(cloud).await.ok(200)["access_token"].as_str().unwrap().to_owned()
}

/// The second step without a body: its length is 0, and its type is JSON all the same.
fn exchange(step: usize, proof: &str) -> Ask {
    let (version, _, path) = STEPS[step];
    post(&format!("{path}?version={version}"))
        .header("Metadata-Flavor", "ibm")
        .header("Content-Type", "application/json")
        .bearer(proof)
}

fn profile(step: usize, proof: &str, profile: Value) -> Ask {
    exchange(step, proof).body(json!({ "trusted_profile": profile }).to_string())
}

#[track_caller]
fn vpc_error(reply: &Reply, status: u16, code: &str) -> Value {
    let body = reply.ok(status);
    assert_eq!(body["errors"][0]["code"], code, "{body}");
    assert!(body["errors"][0]["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    assert!(body["errors"][0]["more_info"].is_string());
    assert_eq!(body["status_code"], status);
    assert_eq!(body["trace"], reply.header("transaction-id"));
    body
}

fn is_rfc3339_with_milliseconds(text: &Value) -> bool {
    let text = text.as_str().unwrap();
    text.len() == "2024-09-02T08:42:00.123Z".len() && text.ends_with('Z') && text.as_bytes()[19] == b'.'
}

#[tokio::test]
async fn both_versions_give_a_token_of_the_linked_profile() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    for step in [OLD, NEW] {
        let identity = prove(step).send(&cloud).await.ok(200);
        assert_eq!(identity["expires_in"], 300);
        assert!(is_rfc3339_with_milliseconds(&identity["created_at"]), "{identity}");
        assert!(is_rfc3339_with_milliseconds(&identity["expires_at"]), "{identity}");
        let proof = identity["access_token"].as_str().unwrap();
        let proven = claims(proof);
        assert_eq!(proven["iss"], "VSI-CR_us-south");
        assert!(proven["aud"].as_array().unwrap().contains(&proven["iss"]));
        assert_eq!(proven["iaas"]["accountID"], fixture.account_id.as_str());

        let answer = exchange(step, proof).send(&cloud).await.ok(200);
        assert_eq!(answer.as_object().unwrap().len(), 4, "{answer}");
        assert_eq!(answer["expires_in"], 3600);
        assert!(is_rfc3339_with_milliseconds(&answer["expires_at"]), "{answer}");
        let token = answer["access_token"].as_str().unwrap();
        let claims = claims(token);
        assert_eq!(claims["sub"], fixture.profile_id.as_str());
        assert_eq!(claims["sub_type"], "Profile");
        assert_eq!(claims["authn"]["sub"], proven["iaas"]["crn"]);
        assert_eq!(claims["grant_type"], "urn:ibm:params:oauth:grant-type:cr-token");
        let score = format!("/ml/v4/deployments/{}?{VERSION}", fixture.deployment_id);
        get(&score).bearer(token).send(&cloud).await.ok(200);
        get(&format!("/v2/spaces/{}", fixture.space_id)).bearer(token).send(&cloud).await.ok(200);
    }
    assert_eq!(cloud.journal().requests_to(&Route::InstanceIdentity), 2);
    assert_eq!(cloud.journal().requests_to(&Route::InstanceToken), 2);
    assert_eq!(cloud.journal().token_requests(), 0);
}

#[tokio::test]
async fn a_profile_is_named_by_id_crn_or_name() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let crn = format!(
        "crn:v1:bluemix:public:iam-identity::a/{}::profile:{}",
        fixture.account_id, fixture.profile_id
    );
    for step in [OLD, NEW] {
        let proof = proof(&cloud, step).await;
        for named in
            [json!({ "id": fixture.profile_id }), json!({ "crn": crn }), json!({ "name": "wml-profile" })]
        {
            profile(step, &proof, named).send(&cloud).await.ok(200);
        }
        for (named, code) in [
            (json!({ "id": "Profile-0" }), "profile_not_linked"),
            (json!({ "name": fixture.profile_id }), "profile_not_linked"),
            (json!({}), "missing_field"),
            (json!({ "id": "" }), "invalid_value"),
            (json!({ "id": 7 }), "invalid_value"),
            (json!({ "iam_id": "x" }), "unknown_field"),
            (json!({ "id": fixture.profile_id, "name": "wml-profile" }), "invalid_request"),
            (json!("Profile-0"), "invalid_request"),
        ] {
            vpc_error(&profile(step, &proof, named).send(&cloud).await, 400, code);
        }
    }
}

#[tokio::test]
async fn the_first_step_is_checked() {
    let cloud = MockIam::start().await.unwrap();
    for (path, headers, status, code) in [
        ("/instance_identity/v1/token", &[("Metadata-Flavor", "ibm")][..], 400, "missing_value"),
        ("/instance_identity/v1/token?version=now", &[("Metadata-Flavor", "ibm")], 400, "invalid_value"),
        ("/instance_identity/v1/token?version=2022-03-01", &[], 400, "missing_value"),
        (
            "/instance_identity/v1/token?version=2022-03-01",
            &[("Metadata-Flavor", "aws")],
            400,
            "invalid_value",
        ),
        ("/instance_identity/v1/token?version=2025-08-26", &[("Metadata-Flavor", "ibm")], 404, "not_found"),
        ("/identity/v1/token?version=2022-03-01", &[("Metadata-Flavor", "ibm")], 404, "not_found"),
    ] {
        let request = headers.iter().fold(ask("PUT", path), |ask, (name, value)| ask.header(name, value));
        vpc_error(&request.send(&cloud).await, status, code);
    }
    let error = vpc_error(
        &ask("PUT", "/identity/v1/token?version=2025-08-26").send(&cloud).await,
        400,
        "missing_value",
    );
    assert_eq!(error["errors"][0]["target"]["name"], "Metadata-Flavor");
    let wrong_method = post("/identity/v1/token?version=2025-08-26").send(&cloud).await;
    vpc_error(&wrong_method, 405, "invalid_request");

    let with = |body: Value| prove(NEW).body(body.to_string());
    for (body, code) in [
        (json!({ "expires_in": 4 }), "invalid_value"),
        (json!({ "expires_in": 3601 }), "invalid_value"),
        (json!({ "expires_in": "300" }), "invalid_value"),
        (json!({ "nonce": 1 }), "invalid_value"),
        (json!({ "lifetime": 300 }), "unknown_field"),
        (json!([]), "invalid_request"),
    ] {
        vpc_error(&with(body).send(&cloud).await, 400, code);
    }
    let no_json = prove(NEW).body("expires_in=300").send(&cloud).await;
    vpc_error(&no_json, 400, "invalid_request");
    assert_eq!(with(json!({ "expires_in": 5 })).send(&cloud).await.ok(200)["expires_in"], 5);
    assert_eq!(prove(NEW).body("").send(&cloud).await.ok(200)["expires_in"], 300);
    let once = with(json!({ "nonce": "once" })).send(&cloud).await.ok(200);
    assert_eq!(claims(once["access_token"].as_str().unwrap())["nonce"], "once");
}

#[tokio::test]
async fn the_second_step_wants_a_good_identity_token_and_nothing_else() {
    let cloud = MockIam::start().await.unwrap();
    let proof = proof(&cloud, NEW).await;
    let iam = access_token(&cloud, &cloud.fixture().api_key).await;
    for token in ["x", &iam] {
        vpc_error(&exchange(NEW, token).send(&cloud).await, 401, "unauthenticated");
    }
    let anonymous = post("/identity/v1/iam_tokens?version=2025-08-26").send(&cloud).await;
    vpc_error(&anonymous, 401, "unauthenticated");
    // IBM's command line sends no flavor here.
    post("/identity/v1/iam_tokens?version=2025-08-26").bearer(&proof).send(&cloud).await.ok(200);
    // The proof is for the metadata service alone.
    assert_eq!(get("/v2/spaces").bearer(&proof).send(&cloud).await.status, 401);

    cloud.identities().revoke_token(&proof);
    vpc_error(&exchange(NEW, &proof).send(&cloud).await, 401, "unauthenticated");
    let another = self::proof(&cloud, NEW).await;
    exchange(NEW, &another).send(&cloud).await.ok(200);
    cloud.clock().advance(Duration::from_secs(300));
    vpc_error(&exchange(NEW, &another).send(&cloud).await, 401, "unauthenticated");
}

#[tokio::test]
async fn answers_are_scripted_as_for_the_token_path() {
    let cloud = MockIam::start().await.unwrap();
    cloud.on(Route::InstanceIdentity).then(Answer::status(503)).then(Answer::token("opaque"));
    prove(OLD).send(&cloud).await.ok(503);
    let scripted = prove(OLD).send(&cloud).await.ok(200);
    assert_eq!(scripted["access_token"], "opaque");
    assert!(is_rfc3339_with_milliseconds(&scripted["expires_at"]));

    cloud
        .on(Route::InstanceToken)
        .then(TokenAnswer::new().lifetime(Duration::from_secs(60)).expires_in(3600).expiration(0))
        .then(Answer::without_token());
    let proof = proof(&cloud, OLD).await;
    let odd = exchange(OLD, &proof).send(&cloud).await.ok(200);
    assert_eq!((&odd["expires_in"], &odd["expires_at"]), (&json!(3600), &json!("1970-01-01T00:00:00.000Z")));
    let claims = claims(odd["access_token"].as_str().unwrap());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
    assert!(exchange(OLD, &proof).send(&cloud).await.ok(200).get("access_token").is_none());
    apikey(&cloud.fixture().api_key).send(&cloud).await.ok(200);
}
