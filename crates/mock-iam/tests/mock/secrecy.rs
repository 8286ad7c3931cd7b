//! No `Debug` of this crate shows a secret.

use wml_auth_mock_iam::{Answer, MockIam, Route, TokenAnswer};

use crate::client::{access_token, apikey, get};

#[tokio::test]
async fn debug_shows_no_secret() {
    let scenario = "[[keys]]\nname = \"own\"\nvalue = \"the-scenarios-own-key\"\n[[rules]]\nroute = \"chat\"\n\
                    answer = { access_token = \"the-scenarios-own-token\" }";
    let builder = MockIam::builder().client_certificates(true).scenario(scenario.parse().unwrap());
    let cloud = builder.clone().start().await.unwrap();
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
        format!("{builder:?}"),
        format!("{:?}", TokenAnswer::new().refresh_token(&token)),
        format!("{:?}", cloud.on(Route::Token).for_key(&fixture.api_key)),
    ]
    .join("\n");
    assert!(shown.contains("/identity/token") && shown.contains(&fixture.space_id), "it shows something");
    for secret in [
        &fixture.api_key,
        &fixture.service_api_key,
        &fixture.password,
        &fixture.cr_token,
        &fixture.passcode,
        &fixture.broker_secret,
        &service.api_key,
        &token,
        token.rsplit('.').next().unwrap(),
        "scenarios-own",
        "PRIVATE KEY",
        // bx:bx-secret
        "Yng6Yngtc2VjcmV0",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
