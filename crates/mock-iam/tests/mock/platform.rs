//! Spaces, projects, and who is a member.

use serde_json::json;
use wml_auth_mock_iam::{MockIam, Role};

use crate::assertions::platform_error;
use crate::client::{access_token, ask, get, post};

#[tokio::test]
async fn a_space_has_what_clients_read_from_it() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.service_api_key).await;
    let space = get(&format!("/v2/spaces/{}", fixture.space_id)).bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(space["metadata"]["id"], fixture.space_id.as_str());
    assert_eq!(space["entity"]["compute"][0]["type"], "machine_learning");
    assert!(
        space["entity"]["compute"][0]["crn"].as_str().unwrap().starts_with("crn:v1:bluemix:public:pm-20:")
    );
    assert_eq!(space["entity"]["status"]["state"], "active");
    let guid = space["entity"]["compute"][0]["guid"].as_str().unwrap();
    let instance = format!("/ml/v4/instances/{guid}?version=2026-10-14&space_id={}", fixture.space_id);
    let instance = get(&instance).bearer(&bearer).send(&cloud).await.ok(200);
    assert!(instance["entity"]["plan"]["name"].is_string());

    let list = get("/v2/spaces?limit=10").bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(list["resources"].as_array().unwrap().len(), 1);
    let project =
        get(&format!("/v2/projects/{}", fixture.project_id)).bearer(&bearer).send(&cloud).await.ok(200);
    assert!(project["entity"]["storage"]["type"].is_string());
    assert_eq!(project["entity"]["compute"][0]["type"], "machine_learning");
}

#[tokio::test]
async fn members_are_added_changed_and_removed_by_admins() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let admin = access_token(&cloud, &fixture.api_key).await;
    let service = cloud.identities().add_service_id("new");
    let theirs = access_token(&cloud, &service.api_key).await;
    for (kind, id, list_name) in
        [("spaces", &fixture.space_id, "resources"), ("projects", &fixture.project_id, "members")]
    {
        let workspace = format!("/v2/{kind}/{id}");
        let members = format!("{workspace}/members");
        let member = format!("{members}/{}", service.iam_id);
        platform_error(&get(&workspace).bearer(&theirs).send(&cloud).await, 403);

        let body = json!({ "members": [{ "id": service.iam_id, "type": "service", "role": "editor" }] });
        let added = post(&members).bearer(&admin).json(body).send(&cloud).await.ok(200);
        assert_eq!(added[list_name][0]["id"], service.iam_id.as_str());
        get(&workspace).bearer(&theirs).send(&cloud).await.ok(200);
        let read = get(&member).bearer(&theirs).send(&cloud).await.ok(200);
        assert_eq!((&read["role"], &read["type"]), (&json!("editor"), &json!("service")));

        let patch = json!([{ "op": "replace", "path": "/role", "value": "viewer" }]);
        let patched = ask("PATCH", &member).bearer(&admin).json(patch.clone()).send(&cloud).await.ok(200);
        assert_eq!(patched["role"], "viewer");
        let all = get(&members).bearer(&theirs).send(&cloud).await.ok(200);
        assert_eq!(all[list_name].as_array().unwrap().len(), 4);
        assert!(all.get("next").is_none());

        let promote = json!([{ "op": "replace", "path": "/role", "value": "admin" }]);
        platform_error(&ask("PATCH", &member).bearer(&theirs).json(promote).send(&cloud).await, 403);
        platform_error(&ask("DELETE", &member).bearer(&theirs).send(&cloud).await, 403);
        ask("DELETE", &member).bearer(&admin).send(&cloud).await.ok(204);
        platform_error(&get(&workspace).bearer(&theirs).send(&cloud).await, 403);
        platform_error(&ask("DELETE", &member).bearer(&admin).send(&cloud).await, 404);
        platform_error(&ask("PATCH", &member).bearer(&admin).json(patch).send(&cloud).await, 404);
    }
}

#[tokio::test]
async fn several_roles_change_at_once_in_projects_only() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let admin = access_token(&cloud, &fixture.api_key).await;
    let body = json!({ "members": [{ "id": fixture.iam_id, "role": "viewer" }] });
    let patch = |path: String| ask("PATCH", &path).bearer(&admin).json(body.clone());
    let project = patch(format!("/v2/projects/{}/members", fixture.project_id)).send(&cloud).await.ok(200);
    assert_eq!(project["members"][0]["role"], "viewer");
    platform_error(&patch(format!("/v2/spaces/{}/members", fixture.space_id)).send(&cloud).await, 405);
}

#[tokio::test]
async fn a_bad_change_changes_nothing() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let admin = access_token(&cloud, &fixture.api_key).await;
    let members = format!("/v2/spaces/{}/members", fixture.space_id);
    for body in [
        json!({ "members": [{ "id": fixture.iam_id, "role": "viewer" }, { "id": "x", "role": "king" }] }),
        json!({ "members": [{ "role": "viewer" }] }),
        json!({}),
    ] {
        platform_error(&post(&members).bearer(&admin).json(body).send(&cloud).await, 400);
    }
    let member = format!("{members}/{}", fixture.iam_id);
    let patch = json!([{ "op": "remove", "path": "/role", "value": null }]);
    platform_error(&ask("PATCH", &member).bearer(&admin).json(patch).send(&cloud).await, 400);
    assert_eq!(get(&member).bearer(&admin).send(&cloud).await.ok(200)["role"], "editor");
}

#[tokio::test]
async fn refusals_have_the_platforms_envelope() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let space = format!("/v2/spaces/{}", fixture.space_id);
    platform_error(&get(&space).send(&cloud).await, 401);
    platform_error(&get(&space).bearer("nonsense").send(&cloud).await, 401);
    platform_error(&get("/v2/spaces/none").bearer(&bearer).send(&cloud).await, 404);
    platform_error(
        &get(&format!("/v2/projects/{}", fixture.space_id)).bearer(&bearer).send(&cloud).await,
        404,
    );
    platform_error(&get("/v2/nothing").send(&cloud).await, 404);
    platform_error(&get("/").send(&cloud).await, 404);
    assert!(cloud.identities().remove_member(&fixture.space_id, &fixture.iam_id));
    let service = access_token(&cloud, &fixture.service_api_key).await;
    platform_error(&get(&space).bearer(&service).send(&cloud).await, 403);
    assert_eq!(
        get("/v2/spaces").bearer(&service).send(&cloud).await.ok(200)["resources"],
        json!([]),
        "a space is listed for its members only"
    );
    assert!(cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, Role::Viewer));
    get(&space).bearer(&service).send(&cloud).await.ok(200);
}
