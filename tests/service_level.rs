//! A Service ID's token, bound to a space: who may, who may not, and what they are told.

use wml_auth::{AuthError, AuthRequest, Authorization};
use wml_auth_mock_iam::Role;
use wml_auth_tests::Rig;

async fn authorize(rig: &Rig, key: &str, service_id: &str) -> Result<Authorization, AuthError> {
    let (url, space) = (rig.cloud.url(), &rig.cloud.fixture().space_id);
    let profile = format!(
        r#"default_profile = "svc"
[profiles.svc]
auth_type = "service-level"
apikey = "{key}"
auth_url = "{url}"
platform_url = "{url}"
space_id = "{space}"
{service_id}
"#
    );
    rig.from_profiles(&profile)?.authorize(&AuthRequest::new()).await
}

#[tokio::test]
async fn a_viewer_is_refused_with_the_role_it_needs_and_as_editor_it_scores() {
    let rig = Rig::start().await;
    let space = rig.cloud.fixture().space_id.clone();
    let service = rig.cloud.identities().add_service_id("pipeline");
    let named = format!("service_id = \"{}\"", service.service_id);

    let error = authorize(&rig, &service.api_key, &named).await.unwrap_err();
    assert!(error.is_rejected_credential(), "no member: {error:?}");

    rig.cloud.identities().set_role(&space, &service.iam_id, Role::Viewer);
    let error = authorize(&rig, &service.api_key, &named).await.unwrap_err();
    let told = format!("{error} {}", error.hint().unwrap_or_default()).to_lowercase();
    assert!(error.is_rejected_credential() && told.contains("viewer") && told.contains("editor"), "{told}");

    rig.cloud.identities().set_role(&space, &service.iam_id, Role::Editor);
    assert!(authorize(&rig, &service.api_key, &named).await.is_ok());
    let credentials = rig.api_key(&service.api_key);
    assert_eq!(rig.score(&credentials).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_users_key_is_not_a_service_ids() {
    let rig = Rig::start().await;
    let key = rig.cloud.fixture().api_key.clone();
    let error = authorize(&rig, &key, "").await.unwrap_err();
    assert!(error.is_rejected_credential() && error.to_string().contains("Service ID"), "{error}");
}

#[tokio::test]
async fn another_service_ids_key_is_not_this_ones() {
    let rig = Rig::start().await;
    let fixture = rig.cloud.fixture();
    let other = rig.cloud.identities().add_service_id("other");
    rig.cloud.identities().set_role(&fixture.space_id, &other.iam_id, Role::Admin);
    let named = format!("service_id = \"{}\"", fixture.service_id);
    let error = authorize(&rig, &other.api_key, &named).await.unwrap_err();
    assert!(error.is_rejected_credential(), "{error:?}");
    assert!(authorize(&rig, &fixture.service_api_key, &named).await.is_ok());
}
