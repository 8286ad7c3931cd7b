//! Trusted profiles: their life, and whom they let in.

use serde_json::{Value, json};
use wml_auth_mock_iam::{MockIam, Propagation};

use crate::assertions::{management_error, oidc_error};
use crate::client::{Ask, access_token, ask, get, post};

const ASSUME: &str = "urn:ibm:params:oauth:grant-type:assume";
const CR_TOKEN: &str = "urn:ibm:params:oauth:grant-type:cr-token";

struct Profiles {
    cloud: MockIam,
    bearer: String,
}

impl Profiles {
    async fn start() -> Self {
        let cloud = MockIam::start().await.unwrap();
        let bearer = access_token(&cloud, &cloud.fixture().api_key).await;
        Self { cloud, bearer }
    }

    async fn made(&self, name: &str) -> Value {
        let body = json!({ "name": name, "account_id": self.cloud.fixture().account_id });
        self.send(post("/v1/profiles").json(body)).await.ok(201)
    }

    async fn send(&self, ask: Ask) -> crate::client::Reply {
        ask.bearer(&self.bearer).send(&self.cloud).await
    }

    fn assume(&self, profile: &str) -> Ask {
        post("/identity/token").form(&[
            ("grant_type", ASSUME),
            ("access_token", &self.bearer),
            ("profile_id", profile),
        ])
    }

    fn with_cr_token(&self, profile: &str) -> Ask {
        post("/identity/token").form(&[
            ("grant_type", CR_TOKEN),
            ("cr_token", &self.cloud.fixture().cr_token),
            ("profile_id", profile),
        ])
    }
}

fn text<'a>(answer: &'a Value, member: &str) -> &'a str {
    answer[member].as_str().unwrap()
}

#[tokio::test]
async fn a_profile_is_made_read_changed_and_deleted() {
    let profiles = Profiles::start().await;
    let made = profiles.made("nightly").await;
    let id = text(&made, "id");
    assert!(id.starts_with("Profile-"));
    assert_eq!(made["iam_id"], format!("iam-{id}"));
    assert!(text(&made, "crn").ends_with(&format!("::profile:{id}")));

    let path = format!("/v1/profiles/{id}");
    let read = profiles.send(get(&format!("{path}?include_history=true&include_activity=true"))).await;
    assert_eq!(read.header("etag"), text(&made, "entity_tag"));
    let read = read.ok(200);
    assert_eq!(read["history"][0]["action"], "create");
    assert_eq!(read["activity"]["authn_count"], 0);

    let put = ask("PUT", &path).json(json!({ "description": "at night" }));
    management_error(&profiles.send(put.clone()).await, 400, "bad_request");
    let tagged = put.header("If-Match", text(&made, "entity_tag"));
    assert_eq!(profiles.send(tagged.clone()).await.ok(200)["description"], "at night");
    management_error(&profiles.send(tagged).await, 409, "conflict");

    profiles.send(ask("DELETE", &path)).await.ok(204);
    management_error(&profiles.send(get(&path)).await, 404, "not_found");
}

#[tokio::test]
async fn names_are_unique_and_lists_want_the_account() {
    let profiles = Profiles::start().await;
    let account = profiles.cloud.fixture().account_id.clone();
    let made = profiles.made("one").await;
    profiles.made("other").await;
    let again = json!({ "name": "one", "account_id": account });
    management_error(&profiles.send(post("/v1/profiles").json(again)).await, 409, "conflict");
    let path = format!("/v1/profiles/{}", text(&made, "id"));
    let rename = ask("PUT", &path).json(json!({ "name": "other" })).header("If-Match", "*");
    management_error(&profiles.send(rename).await, 409, "conflict");

    management_error(&profiles.send(get("/v1/profiles")).await, 400, "bad_request");
    management_error(&profiles.send(get("/v1/profiles?account_id=0")).await, 404, "not_found");
    let list = format!("/v1/profiles?account_id={account}");
    let names = |answer: Value| {
        let profiles = answer["profiles"].as_array().unwrap().clone();
        profiles.iter().map(|profile| text(profile, "name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(profiles.send(get(&list)).await.ok(200)), ["wml-profile", "one", "other"]);
    let sorted = profiles.send(get(&format!("{list}&sort=name&order=desc"))).await.ok(200);
    assert_eq!(names(sorted), ["wml-profile", "other", "one"]);
    let filter = format!("{list}&filter=name%20ew%20%22e%22%20or%20name%20sw_ci%20%22OTH%22");
    assert_eq!(names(profiles.send(get(&filter)).await.ok(200)), ["wml-profile", "one", "other"]);
    let named = profiles.send(get(&format!("{list}&name=one"))).await.ok(200);
    assert_eq!(names(named), ["one"]);
    for wrong in ["filter=name%20eq%20%22x%22", "sort=iam_id", "order=up"] {
        let reply = profiles.send(get(&format!("{list}&{wrong}"))).await;
        management_error(&reply, 400, "bad_request");
    }
}

#[tokio::test]
async fn only_the_identities_of_a_profile_assume_it() {
    let profiles = Profiles::start().await;
    let made = profiles.made("closed").await;
    let id = text(&made, "id");
    oidc_error(&profiles.assume(id).send(&profiles.cloud).await, 403, "BXNIM0513E");

    let user = profiles.send(get("/v1/apikeys")).await.ok(200)["apikeys"][0]["iam_id"].clone();
    let path = format!("/v1/profiles/{id}/identities");
    let body = json!({ "identifier": user, "type": "user" });
    let added = profiles.send(post(&format!("{path}/user")).json(body.clone())).await.ok(201);
    assert_eq!(added["iam_id"], user);
    let token = profiles.assume(id).send(&profiles.cloud).await.ok(200);
    assert!(token["access_token"].is_string());
    let read = format!("/v1/profiles/{id}?include_activity=true");
    assert_eq!(profiles.send(get(&read)).await.ok(200)["activity"]["authn_count"], 1);

    let crn = "crn:v1:bluemix:public:pm-20:us-south:a/1:2::";
    let service = json!({ "identifier": crn, "type": "crn", "description": "a service" });
    profiles.send(post(&format!("{path}/crn")).json(service)).await.ok(201);
    let encoded = crn.replace(':', "%3A").replace('/', "%2F");
    let one = profiles.send(get(&format!("{path}/crn/{encoded}"))).await.ok(200);
    assert_eq!(one["iam_id"], format!("crn-{crn}"));
    let all = profiles.send(get(&path)).await.ok(200);
    assert_eq!(all["identities"].as_array().unwrap().len(), 2);

    let wrong = json!({ "identifier": "ServiceId-0", "type": "serviceid" });
    let reply = profiles.send(post(&format!("{path}/serviceid")).json(wrong)).await;
    management_error(&reply, 400, "bad_request");
    management_error(&profiles.send(post(&format!("{path}/robot")).json(body)).await, 400, "bad_request");

    let user = user.as_str().unwrap();
    profiles.send(ask("DELETE", &format!("{path}/user/{user}"))).await.ok(204);
    management_error(&profiles.send(get(&format!("{path}/user/{user}"))).await, 404, "not_found");
    oidc_error(&profiles.assume(id).send(&profiles.cloud).await, 403, "BXNIM0513E");

    let replace = ask("PUT", &path).json(json!({ "identities": [{ "identifier": user, "type": "user" }] }));
    let stale = replace.clone().header("If-Match", text(&all, "entity_tag"));
    management_error(&profiles.send(stale).await, 409, "conflict");
    profiles.send(replace.header("If-Match", "*")).await.ok(200);
    profiles.assume(id).send(&profiles.cloud).await.ok(200);
}

#[tokio::test]
async fn a_compute_resource_comes_in_by_link_or_by_rule() {
    let profiles = Profiles::start().await;
    let fixture = profiles.cloud.fixture();
    let first = format!("/v1/profiles/{}/links", fixture.profile_id);
    let link = profiles.send(get(&first)).await.ok(200)["links"][0].clone();
    profiles.with_cr_token(&fixture.profile_id).send(&profiles.cloud).await.ok(200);

    let made = profiles.made("pods").await;
    let id = text(&made, "id");
    let refused = || async {
        oidc_error(&profiles.with_cr_token(id).send(&profiles.cloud).await, 403, "BXNIM0513E");
    };
    refused().await;
    let links = format!("/v1/profiles/{id}/links");
    let body = json!({ "name": "pod", "cr_type": link["cr_type"], "link": link["link"] });
    let added = profiles.send(post(&links).json(body.clone())).await.ok(201);
    assert!(text(&added, "id").starts_with("Link-"));
    profiles.with_cr_token(id).send(&profiles.cloud).await.ok(200);
    let one = format!("{links}/{}", text(&added, "id"));
    assert_eq!(profiles.send(get(&one)).await.ok(200)["link"], link["link"]);
    profiles.send(ask("DELETE", &one)).await.ok(204);
    management_error(&profiles.send(get(&one)).await, 404, "not_found");
    refused().await;

    profiles.send(post(&links).json(body)).await.ok(201);
    let like = format!(
        "{links}?type=IKS_SA&crn={}&namespace=default&name=wml",
        text(&link["link"], "crn").replace(':', "%3A").replace('/', "%2F")
    );
    profiles.send(ask("DELETE", &like)).await.ok(204);
    management_error(&profiles.send(ask("DELETE", &like)).await, 404, "not_found");
    refused().await;

    let rules = format!("/v1/profiles/{id}/rules");
    let rule = |value: &str| {
        json!({ "type": "Profile-CR", "cr_type": "IKS_SA", "expiration": 3600,
                "conditions": [{ "claim": "namespace", "operator": "EQUALS", "value": value }] })
    };
    let added = profiles.send(post(&rules).json(rule("\"default\""))).await.ok(201);
    profiles.with_cr_token(id).send(&profiles.cloud).await.ok(200);
    let one = format!("{rules}/{}", text(&added, "id"));
    let put = ask("PUT", &one).json(rule("\"other\""));
    management_error(&profiles.send(put.clone()).await, 400, "bad_request");
    let put = put.header("If-Match", text(&added, "entity_tag"));
    profiles.send(put.clone()).await.ok(200);
    management_error(&profiles.send(put).await, 409, "conflict");
    refused().await;
    assert_eq!(profiles.send(get(&rules)).await.ok(200)["rules"].as_array().unwrap().len(), 1);
    profiles.send(ask("DELETE", &one)).await.ok(204);
    management_error(&profiles.send(get(&one)).await, 404, "not_found");
}

#[tokio::test]
async fn bad_links_and_rules_are_refused_and_rules_are_limited() {
    let profiles = Profiles::start().await;
    let path = format!("/v1/profiles/{}", profiles.cloud.fixture().profile_id);
    let condition = json!({ "claim": "name", "operator": "EQUALS", "value": "\"x\"" });
    for (end, body) in [
        ("links", json!({ "cr_type": "MOON", "link": { "crn": "crn:v1" } })),
        ("links", json!({ "cr_type": "VSI", "link": {} })),
        ("links", json!({ "cr_type": "IKS_SA", "link": { "crn": "crn:v1" } })),
        ("rules", json!({ "type": "Profile-CR", "conditions": [condition] })),
        ("rules", json!({ "type": "Profile-SAML", "conditions": [condition] })),
        ("rules", json!({ "type": "Profile-CR", "cr_type": "CE", "conditions": [] })),
        (
            "rules",
            json!({ "type": "Profile-CR", "cr_type": "CE",
                    "conditions": [{ "claim": "name", "operator": "IN", "value": "\"x\"" }] }),
        ),
    ] {
        let reply = profiles.send(post(&format!("{path}/{end}")).json(body.clone())).await;
        assert_eq!(reply.status, 400, "{body}");
    }
    let good = json!({ "type": "Profile-CR", "cr_type": "CE", "conditions": [condition] });
    for _ in 1..20 {
        profiles.send(post(&format!("{path}/rules")).json(good.clone())).await.ok(201);
    }
    let refused = profiles.send(post(&format!("{path}/rules")).json(good)).await;
    management_error(&refused, 422, "invalid_state");
}

#[tokio::test]
async fn a_new_profile_takes_its_time_and_a_service_id_manages_none() {
    let profiles = Profiles::start().await;
    profiles.cloud.identities().set_propagation(Propagation::after_requests(1));
    let made = profiles.made("new").await;
    let path = format!("/v1/profiles/{}", text(&made, "id"));
    management_error(&profiles.send(get(&path)).await, 404, "not_found");
    profiles.send(get(&path)).await.ok(200);

    let service = access_token(&profiles.cloud, &profiles.cloud.fixture().service_api_key).await;
    let reply = get(&path).bearer(&service).send(&profiles.cloud).await;
    management_error(&reply, 403, "insufficent_permissions");
}
