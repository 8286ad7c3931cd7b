//! No `Debug` of this crate shows a secret.

use wml_auth_mock_iam::{Answer, MockIam, Route};

use crate::client::{access_token, apikey, get};

#[tokio::test]
async fn debug_shows_no_secret() {
    let cloud = MockIam::builder().tls(true).start().await.unwrap();
    let fixture = cloud.fixture();
    let token = access_token(&cloud, &fixture.api_key).await;
    let service = cloud.identities().add_service_id("s");
    apikey(&service.api_key).basic("bx", "bx-secret").send(&cloud).await;
    get(&format!("/v2/spaces?apikey={}", fixture.service_api_key)).bearer(&token).send(&cloud).await;

    let shown = [
        format!("{cloud:?}"),
        format!("{fixture:#?}"),
        format!("{:#?}", cloud.journal()),
        format!("{:?}", cloud.journal().requests()),
        format!("{:?}", cloud.identities()),
        format!("{service:?}"),
        format!("{:?}", cloud.clock()),
        format!("{:?}", cloud.on(Route::Token).then(Answer::token(&token))),
        format!("{:?}", Answer::token(&token).header("x", &token)),
        format!("{:?}", cloud.hold(Route::Token)),
        format!("{:?}", MockIam::builder()),
    ]
    .join("\n");
    assert!(shown.contains("/identity/token") && shown.contains(&fixture.space_id), "it shows something");
    for secret in [
        &fixture.api_key,
        &fixture.service_api_key,
        &fixture.password,
        &fixture.cr_token,
        &service.api_key,
        &token,
        token.rsplit('.').next().unwrap(),
        // bx:bx-secret
        "Yng6Yngtc2VjcmV0",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
