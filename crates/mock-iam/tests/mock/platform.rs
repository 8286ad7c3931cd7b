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

#[tokio::test]
async fn a_space_is_made_used_renamed_and_deleted() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let admin = access_token(&cloud, &fixture.api_key).await;
    let own = get(&format!("/v2/spaces/{}", fixture.space_id)).bearer(&admin).send(&cloud).await.ok(200);
    let crn = &own["entity"]["compute"][0]["crn"];
    let body = json!({ "name": "nightly", "compute": [{ "name": "ml", "crn": crn }], "storage": { "resource_crn": "crn:v1" } });
    let made = post("/v2/spaces").bearer(&admin).json(body).send(&cloud).await.ok(202);
    assert_eq!(made["entity"]["status"]["state"], "active");
    assert_eq!(made["entity"]["compute"][0]["guid"], own["entity"]["compute"][0]["guid"]);
    let id = made["metadata"]["id"].as_str().unwrap();
    let space = format!("/v2/spaces/{id}");

    // Nobody else is in it, until somebody is let in.
    let service = access_token(&cloud, &fixture.service_api_key).await;
    platform_error(&get(&space).bearer(&service).send(&cloud).await, 403);
    let member = json!({ "members": [{ "id": fixture.iam_id, "type": "service", "role": "editor" }] });
    post(&format!("{space}/members")).bearer(&admin).json(member).send(&cloud).await.ok(200);
    let prompt = json!({ "model_id": "ibm/granite-4-h-small", "space_id": id, "input": "a b" });
    let generate = post("/ml/v1/text/generation?version=2026-10-14").bearer(&service).json(prompt);
    generate.send(&cloud).await.ok(200);

    let rename = json!([{ "op": "replace", "path": "/name", "value": "daily" }]);
    let rename = ask("PATCH", &space).json(rename);
    platform_error(&rename.clone().bearer(&service).send(&cloud).await, 403);
    assert_eq!(rename.bearer(&admin).send(&cloud).await.ok(200)["entity"]["name"], "daily");
    let named = get("/v2/spaces?name=daily").bearer(&service).send(&cloud).await.ok(200);
    assert_eq!(named["resources"][0]["metadata"]["id"], id);

    ask("DELETE", &space).bearer(&admin).send(&cloud).await.ok(202);
    platform_error(&get(&space).bearer(&admin).send(&cloud).await, 404);
    assert_eq!(generate.send(&cloud).await.status, 404);
}

#[tokio::test]
async fn a_space_without_an_instance_can_be_looked_at_and_not_used() {
    let cloud = MockIam::start().await.unwrap();
    let admin = access_token(&cloud, &cloud.fixture().api_key).await;
    let create = |body: serde_json::Value| post("/v2/spaces").bearer(&admin).json(body);
    let made = create(json!({ "name": "bare" })).send(&cloud).await.ok(202);
    assert!(made["entity"].get("compute").is_none());
    let prompt =
        json!({ "model_id": "ibm/granite-4-h-small", "space_id": made["metadata"]["id"], "input": "a" });
    let reply =
        post("/ml/v1/text/generation?version=2026-10-14").bearer(&admin).json(prompt).send(&cloud).await;
    assert_eq!(reply.ok(403)["errors"][0]["code"], "no_associated_service_instance_error");
    for wrong in [json!({}), json!({ "name": "x", "compute": [{ "name": "ml", "crn": "nonsense" }] })] {
        platform_error(&create(wrong).send(&cloud).await, 400);
    }
}

#[tokio::test]
async fn a_new_space_is_prepared_first() {
    let cloud = MockIam::start().await.unwrap();
    cloud.identities().set_propagation(wml_auth_mock_iam::Propagation::after_requests(1));
    let admin = access_token(&cloud, &cloud.fixture().api_key).await;
    let made = post("/v2/spaces").bearer(&admin).json(json!({ "name": "slow" })).send(&cloud).await.ok(202);
    let space = format!("/v2/spaces/{}", made["metadata"]["id"].as_str().unwrap());
    let mut states = vec![made["entity"]["status"]["state"].clone()];
    for _ in 0..2 {
        let read = get(&space).bearer(&admin).send(&cloud).await.ok(200);
        states.push(read["entity"]["status"]["state"].clone());
    }
    assert_eq!(states, ["preparing", "preparing", "active"]);
}

#[tokio::test]
async fn projects_are_made_and_deleted_on_a_path_of_their_own_and_come_in_pages() {
    let cloud = MockIam::start().await.unwrap();
    let admin = access_token(&cloud, &cloud.fixture().api_key).await;
    let body = json!({ "name": "notebook", "generator": "test", "storage": { "type": "assetfiles" } });
    let create = post("/transactional/v2/projects").bearer(&admin).json(body);
    platform_error(&post("/v2/projects").bearer(&admin).json(json!({ "name": "x" })).send(&cloud).await, 405);
    let location = create.send(&cloud).await.ok(201)["location"].as_str().unwrap().to_owned();
    let read = get(&location).bearer(&admin).send(&cloud).await.ok(200);
    assert_eq!(read["entity"]["storage"]["type"], "assetfiles");

    let first = get("/v2/projects?limit=1").bearer(&admin).send(&cloud).await.ok(200);
    assert_eq!(first["total_results"], 2);
    let second = get(first["next"]["href"].as_str().unwrap()).bearer(&admin).send(&cloud).await.ok(200);
    assert_eq!(second["resources"][0]["metadata"]["id"], read["metadata"]["id"]);
    assert!(second.get("next").is_none());
    platform_error(&get("/v2/projects?limit=0").bearer(&admin).send(&cloud).await, 400);

    let rename = ask("PATCH", &location).bearer(&admin).json(json!({ "description": "for tests" }));
    assert_eq!(rename.send(&cloud).await.ok(200)["entity"]["description"], "for tests");
    let path = format!("/transactional{location}");
    platform_error(&ask("DELETE", &path).send(&cloud).await, 401);
    ask("DELETE", &path).bearer(&admin).send(&cloud).await.ok(204);
    platform_error(&get(&location).bearer(&admin).send(&cloud).await, 404);
}

#[tokio::test]
async fn the_platform_keeps_one_key_of_everybody_and_shows_none() {
    let cloud = MockIam::start().await.unwrap();
    let fixture = cloud.fixture();
    let bearer = access_token(&cloud, &fixture.api_key).await;
    let credentials = "/v1/task_credentials";
    let body = |key: &str| json!({ "name": "jobs", "type": "iam_api_key", "secret": { "api_key": key } });
    let create = |key: &str| post(credentials).bearer(&bearer).json(body(key));
    platform_error(&create(&fixture.service_api_key).send(&cloud).await, 400);
    platform_error(&create("wrong").send(&cloud).await, 400);
    platform_error(&post(credentials).json(body(&fixture.api_key)).send(&cloud).await, 401);
    let reply = create(&fixture.api_key).send(&cloud).await;
    let made = reply.ok(201);
    assert!(!reply.text().contains(&fixture.api_key));
    platform_error(&create(&fixture.api_key).send(&cloud).await, 409);

    let list = get(credentials).bearer(&bearer).send(&cloud).await.ok(200);
    assert_eq!(list["credentials"][0]["id"], made["id"]);
    let one = format!("{credentials}/{}", made["id"].as_str().unwrap());
    assert_eq!(get(&one).bearer(&bearer).send(&cloud).await.ok(200)["scope"], made["scope"]);
    let service = access_token(&cloud, &fixture.service_api_key).await;
    platform_error(&ask("DELETE", &one).bearer(&service).send(&cloud).await, 404);
    ask("DELETE", &one).bearer(&bearer).send(&cloud).await.ok(204);
    platform_error(&get(&one).bearer(&bearer).send(&cloud).await, 404);
}
