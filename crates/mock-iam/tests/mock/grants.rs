//! Every way to log in.

use std::time::Duration;

use serde_json::Value;
use wml_auth_mock_iam::MockIam;

use crate::assertions::oidc_error;
use crate::client::{
    APIKEY, ASSUME, CR_TOKEN, DELEGATED, DERIVE, IAM_AUTHZ, PASSCODE, access_token, apikey, get, post, token,
};
use crate::jwt::claims;

fn text<'a>(answer: &'a Value, member: &str) -> &'a str {
    answer[member].as_str().unwrap()
}

#[tokio::test]
async fn a_client_gets_a_refresh_token_and_can_use_it() {
    let cloud = MockIam::start().await.unwrap();
    let first = apikey(&cloud.fixture().service_api_key).basic("bx", "bx").send(&cloud).await.ok(200);
    assert_eq!(claims(text(&first, "access_token"))["client_id"], "bx");
    let refresh_token = text(&first, "refresh_token");
    assert_ne!(refresh_token, "not_supported");

    let ask = token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]);
    let second = ask.clone().basic("bx", "bx").send(&cloud).await.ok(200);
    assert_ne!(second["access_token"], first["access_token"]);
    let claims = claims(text(&second, "access_token"));
    assert_eq!(claims["iam_id"], cloud.fixture().iam_id.as_str());
    assert_eq!(claims["client_id"], "bx");

    oidc_error(&ask.send(&cloud).await, 400, "BXNIM0407E");
    oidc_error(&ask.clone().basic("kube", "kube").send(&cloud).await, 400, "BXNIM0407E");
    cloud.clock().advance(Duration::from_secs(72 * 3600));
    oidc_error(&ask.clone().basic("bx", "bx").send(&cloud).await, 400, "BXNIM0408E");
}

#[tokio::test]
async fn a_refresh_token_that_nobody_issued_is_refused() {
    let cloud = MockIam::start().await.unwrap();
    for made_up in ["not_supported", "x"] {
        let ask = token(&[("grant_type", "refresh_token"), ("refresh_token", made_up)]).basic("bx", "bx");
        oidc_error(&ask.send(&cloud).await, 400, "BXNIM0407E");
    }
}

#[tokio::test]
async fn a_delegated_refresh_token_is_for_the_receiver_alone() {
    let cloud = MockIam::start().await.unwrap();
    let answer = token(&[
        ("grant_type", APIKEY),
        ("apikey", &cloud.fixture().api_key),
        ("response_type", "cloud_iam delegated_refresh_token"),
        ("receiver_client_ids", "kube"),
        ("delegated_refresh_token_expiry", "600"),
    ])
    .send(&cloud)
    .await
    .ok(200);
    let delegated = text(&answer, "delegated_refresh_token");
    let ask = token(&[("grant_type", DELEGATED), ("refresh_token", delegated)]);
    oidc_error(&ask.clone().basic("bx", "bx").send(&cloud).await, 400, "BXNIM0407E");
    let received = ask.clone().basic("kube", "kube").send(&cloud).await.ok(200);
    assert_eq!(claims(text(&received, "access_token"))["client_id"], "kube");
    // It is not a plain refresh token.
    let plain = token(&[("grant_type", "refresh_token"), ("refresh_token", delegated)]);
    oidc_error(&plain.basic("kube", "kube").send(&cloud).await, 400, "BXNIM0407E");
    cloud.clock().advance(Duration::from_secs(600));
    oidc_error(&ask.basic("kube", "kube").send(&cloud).await, 400, "BXNIM0408E");
}

#[tokio::test]
async fn the_password_grant_wants_a_client() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let good =
        [("grant_type", "password"), ("username", &*fixture.username), ("password", &*fixture.password)];
    oidc_error(&token(&good).send(&cloud).await, 401, "BXNIM0308E");
    let answer = token(&good).basic("bx", "bx").send(&cloud).await.ok(200);
    assert_eq!(claims(text(&answer, "access_token"))["grant_type"], "password");
    let wrong = [("grant_type", "password"), ("username", &*fixture.username), ("password", "guess")];
    oidc_error(&token(&wrong).basic("bx", "bx").send(&cloud).await, 401, "BXNIM0602E");
}

#[tokio::test]
async fn a_passcode_logs_its_user_in_once() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let ask = |passcode: &str| token(&[("grant_type", PASSCODE), ("passcode", passcode)]);
    oidc_error(&ask(&fixture.passcode).send(&cloud).await, 401, "BXNIM0308E");
    let elsewhere = [("grant_type", PASSCODE), ("passcode", &*fixture.passcode), ("account", "0")];
    oidc_error(&token(&elsewhere).basic("bx", "bx").send(&cloud).await, 400, "BXNIM0141E");
    oidc_error(&ask("guess").basic("bx", "bx").send(&cloud).await, 401, "BXNIM0602E");
    oidc_error(&ask("").basic("bx", "bx").send(&cloud).await, 400, "BXNIM0109E");

    let answer = ask(&fixture.passcode).basic("bx", "bx").send(&cloud).await.ok(200);
    let told = claims(text(&answer, "access_token"));
    assert_eq!((&told["grant_type"], &told["sub"]), (&PASSCODE.into(), &fixture.username.as_str().into()));
    oidc_error(&ask(&fixture.passcode).basic("bx", "bx").send(&cloud).await, 401, "BXNIM0602E");

    // The session gives another passcode.
    let form = [("refresh_token", text(&answer, "refresh_token"))];
    let another = post("/identity/passcode").form(&form);
    oidc_error(&another.send(&cloud).await, 401, "BXNIM0308E");
    oidc_error(&get("/identity/passcode").send(&cloud).await, 405, "BXNIM0060E");
    let wrong = post("/identity/passcode").form(&[("refresh_token", "x")]).basic("bx", "bx");
    oidc_error(&wrong.send(&cloud).await, 400, "BXNIM0407E");
    let another = another.basic("bx", "bx").send(&cloud).await.ok(200);
    ask(text(&another, "passcode")).basic("bx", "bx").send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_compute_resource_token_gives_the_profiles() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let by_id =
        [("grant_type", CR_TOKEN), ("cr_token", &*fixture.cr_token), ("profile_id", &*fixture.profile_id)];
    let answer = token(&by_id).send(&cloud).await.ok(200);
    let claims = claims(text(&answer, "access_token"));
    assert_eq!(claims["sub"], fixture.profile_id.as_str());
    assert_eq!(claims["sub_type"], "Profile");
    assert!(claims["authn"]["sub"].as_str().unwrap().starts_with("crn:"));
    assert!(claims.get("acr").is_none());

    let by_both = [
        ("grant_type", CR_TOKEN),
        ("cr_token", &*fixture.cr_token),
        ("profile_id", &*fixture.profile_id),
        ("profile_name", "wml-profile"),
    ];
    token(&by_both).send(&cloud).await.ok(200);

    for (params, status, code) in [
        (&by_id[..2], 400, "BXNIM0109E"),
        (&[by_id[0], ("cr_token", "forged"), by_id[2]][..], 400, "BXNIM0401E"),
        (&[by_id[0], by_id[1], ("profile_id", "Profile-0")][..], 403, "BXNIM0513E"),
    ] {
        oidc_error(&token(params).send(&cloud).await, status, code);
    }
}

#[tokio::test]
async fn an_assumed_profile_lives_no_longer_than_who_assumed_it() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let source = access_token(&cloud, &fixture.service_api_key).await;
    let params = [
        ("grant_type", ASSUME),
        ("access_token", source.as_str()),
        ("profile_id", fixture.profile_id.as_str()),
    ];
    cloud.clock().advance(Duration::from_secs(1000));
    let answer = token(&params).send(&cloud).await.ok(200);
    assert!((2590..=2600).contains(&answer["expires_in"].as_i64().unwrap()), "{answer}");
    let assumed = claims(text(&answer, "access_token"));
    assert_eq!(assumed["exp"], claims(&source)["exp"]);
    assert_eq!(assumed["sub"], fixture.profile_id.as_str());
    assert_eq!(assumed["authn"]["sub"], fixture.service_id.as_str());

    let by_name =
        [("grant_type", ASSUME), ("access_token", source.as_str()), ("profile_name", "wml-profile")];
    oidc_error(&token(&by_name).send(&cloud).await, 400, "BXNIM0109E");
    let forged = [params[0], ("access_token", "x.y.z"), params[2]];
    oidc_error(&token(&forged).send(&cloud).await, 400, "BXNIM0401E");
    cloud.clock().advance(Duration::from_secs(2600));
    oidc_error(&token(&params).send(&cloud).await, 400, "BXNIM0405E");
}

#[tokio::test]
async fn an_assumed_profile_can_read_the_space_it_is_a_member_of() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let source = access_token(&cloud, &fixture.api_key).await;
    let params = [("grant_type", ASSUME), ("access_token", &*source), ("profile_id", &*fixture.profile_id)];
    let answer = token(&params).send(&cloud).await.ok(200);
    let space = format!("/v2/spaces/{}", fixture.space_id);
    get(&space).bearer(text(&answer, "access_token")).send(&cloud).await.ok(200);
}

#[tokio::test]
async fn a_session_can_assume_a_profile_unless_it_is_a_service_ids() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let assume = async |key: &str| {
        let session = apikey(key).basic("bx", "bx").send(&cloud).await.ok(200);
        let params = [
            ("grant_type", ASSUME),
            ("refresh_token", text(&session, "refresh_token")),
            ("profile_id", &*fixture.profile_id),
        ];
        token(&params).basic("bx", "bx").send(&cloud).await
    };
    let answer = assume(&fixture.api_key).await.ok(200);
    let assumed = claims(text(&answer, "access_token"));
    assert_eq!(
        (&assumed["sub"], &assumed["grant_type"]),
        (&fixture.profile_id.as_str().into(), &ASSUME.into())
    );
    assert_eq!(assumed["authn"]["sub"], fixture.username.as_str());
    oidc_error(&assume(&fixture.service_api_key).await, 400, "BXNIM0453E");
    let neither = token(&[("grant_type", ASSUME), ("profile_id", &fixture.profile_id)]).send(&cloud).await;
    let body = oidc_error(&neither, 400, "BXNIM0109E");
    assert!(text(&body, "errorDetails").contains("access_token"));
}

#[tokio::test]
async fn a_service_acts_as_another_service_for_half_an_hour() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let crn =
        format!("crn:v1:bluemix:public:pm-20:us-south:a/{}:{}::", fixture.account_id, fixture.instance_id);
    let desired = format!("crn-{crn}");
    let ask = |source: &str, desired: &str| {
        token(&[("grant_type", IAM_AUTHZ), ("access_token", source), ("desired_iam_id", desired)])
    };
    let service = access_token(&cloud, &fixture.service_api_key).await;
    let answer = ask(&service, &desired).send(&cloud).await.ok(200);
    assert_eq!(answer["expires_in"], 1800);
    let told = claims(text(&answer, "access_token"));
    assert_eq!((&told["sub"], &told["iam_id"]), (&crn.as_str().into(), &desired.as_str().into()));
    assert_eq!((&told["sub_type"], &told["realmid"]), (&"CRN".into(), &"crn".into()));
    assert_eq!((&told["acr"], &told["amr"]), (&0.into(), &Value::Array(Vec::new())));

    let user = access_token(&cloud, &fixture.api_key).await;
    oidc_error(&ask(&user, &desired).send(&cloud).await, 403, "BXNIM0513E");
    oidc_error(&ask(&service, "crn-x").send(&cloud).await, 400, "BXNIM0113E");
    oidc_error(&ask(&service, "").send(&cloud).await, 400, "BXNIM0109E");
    oidc_error(&ask("x", &desired).send(&cloud).await, 400, "BXNIM0401E");
}

#[tokio::test]
async fn a_derived_token_is_the_same_identitys_for_no_longer() {
    let cloud = MockIam::start().await.unwrap();
    let source = access_token(&cloud, &cloud.fixture().api_key).await;
    let ask = |source: &str| token(&[("grant_type", DERIVE), ("access_token", source)]);
    cloud.clock().advance(Duration::from_secs(600));
    let answer = ask(&source).send(&cloud).await.ok(200);
    let (told, first) = (claims(text(&answer, "access_token")), claims(&source));
    assert_eq!((&told["sub"], &told["exp"]), (&first["sub"], &first["exp"]));
    oidc_error(&ask("x").send(&cloud).await, 400, "BXNIM0401E");
    cloud.clock().advance(Duration::from_secs(3000));
    oidc_error(&ask(&source).send(&cloud).await, 400, "BXNIM0405E");
}

#[tokio::test]
async fn a_tenant_header_names_the_accounts_that_will_do() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let ask = |tenants: &str| apikey(&fixture.api_key).header("ibm-cloud-tenant", tenants);
    ask(&fixture.account_id).send(&cloud).await.ok(200);
    ask(&format!("another, {}", fixture.account_id)).send(&cloud).await.ok(200);
    oidc_error(&ask("another").send(&cloud).await, 403, "BXNIM0513E");
}
