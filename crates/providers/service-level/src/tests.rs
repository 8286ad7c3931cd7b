//! Against a scripted IAM and platform.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{Request, Response};
use serde_json::{Value, json};
use wml_auth_core::{AuthError, Secret, TokenSource, Transport};
use wml_auth_iam::Endpoint;

use crate::{Role, ServiceLevel, ServiceLevelBuilder, Target};

const SERVICE: &str = "ServiceId-6ba7b810-9dad-11d1-80b4-00c04fd430c8";

/// IAM and the platform behind one transport.
struct Cloud {
    claims: Value,
    container: (u16, Value),
    member: (u16, Value),
    asked: Mutex<Vec<String>>,
}

impl Cloud {
    /// One in which everything is as it should be.
    fn new() -> Self {
        Self {
            claims: json!({ "sub_type": "ServiceId", "sub": SERVICE, "iam_id": format!("iam-{SERVICE}") }),
            container: (
                200,
                json!({ "entity": { "name": "n", "compute": [{ "type": "machine_learning", "guid": "g", "crn": "c" }] } }),
            ),
            member: (200, json!({ "id": format!("iam-{SERVICE}"), "role": "editor", "type": "service" })),
            asked: Mutex::default(),
        }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// What the tests send through, with a cloud behind it that can be exchanged for another.
#[derive(Clone)]
struct Wire(Arc<Mutex<Arc<Cloud>>>);

impl Wire {
    fn to(cloud: Cloud) -> Self {
        Self(Arc::new(Mutex::new(Arc::new(cloud))))
    }

    fn change(&self, cloud: Cloud) {
        *self.0.lock().unwrap() = Arc::new(cloud);
    }

    fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().asked()
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        let cloud = Arc::clone(&self.0.lock().unwrap());
        cloud.asked.lock().unwrap().push(request.uri().to_string());
        let (status, body) = match request.uri().path() {
            "/identity/token" => {
                let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
                let token = format!("{}.{}.c2ln", part(&json!({ "alg": "RS256" })), part(&cloud.claims));
                (200, json!({ "access_token": token, "expires_in": 3600 }))
            }
            path if path.contains("/members/") => cloud.member.clone(),
            _ => cloud.container.clone(),
        };
        Ok(Response::builder().status(status).body(body.to_string().into_bytes()).unwrap())
    }
}

fn builder() -> ServiceLevelBuilder {
    ServiceLevel::builder(Secret::from("hunter2")).space("s-1").wml_url("https://eu-de.ml.cloud.ibm.com")
}

async fn refusal(cloud: Cloud, builder: ServiceLevelBuilder) -> AuthError {
    let source = builder.build(Wire::to(cloud)).unwrap();
    let error = source.fetch().await.unwrap_err();
    assert_eq!(source.binding(), None);
    assert!(!format!("{error:?} {:?}", error.hint()).contains("hunter2"));
    error
}

#[tokio::test]
async fn a_bound_service_id_gets_its_token() {
    let wire = Wire::to(Cloud::new());
    let source = builder().service_id(&format!("iam-{SERVICE}")).build(wire.clone()).unwrap();
    assert_eq!(source.binding(), None);
    source.fetch().await.unwrap();
    assert_eq!(
        wire.asked(),
        [
            "https://iam.cloud.ibm.com/identity/token".to_owned(),
            "https://api.eu-de.dataplatform.cloud.ibm.com/v2/spaces/s-1".to_owned(),
            format!("https://api.eu-de.dataplatform.cloud.ibm.com/v2/spaces/s-1/members/iam-{SERVICE}"),
        ]
    );
    let binding = source.clone().binding().unwrap();
    assert_eq!((binding.target, binding.role), (Target::Space("s-1".into()), Role::Editor));
    assert_eq!((binding.instance.guid.as_str(), binding.instance.crn.as_deref()), ("g", Some("c")));
    assert_eq!((binding.service_id.as_str(), binding.iam_id), (SERVICE, format!("iam-{SERVICE}")));
}

#[tokio::test]
async fn the_platform_is_asked_until_it_has_agreed_once() {
    let outage = || Cloud { container: (503, json!({})), ..Cloud::new() };
    let wire = Wire::to(outage());
    let source = builder().build(wire.clone()).unwrap();
    assert!(source.fetch().await.unwrap_err().is_retryable());
    wire.change(Cloud::new());
    source.fetch().await.unwrap();
    wire.change(outage());
    source.fetch().await.unwrap();
    assert_eq!(wire.asked(), ["https://iam.cloud.ibm.com/identity/token"]);
}

#[tokio::test]
async fn a_key_that_is_no_service_ids_is_refused_at_every_exchange() {
    for (kind, words) in
        [(None, "a user's"), (Some("Profile"), "a trusted profile's"), (Some("CRN"), "service's own")]
    {
        let claims =
            json!({ "sub_type": kind, "sub": "ada@example.com", "name": "Ada", "iam_id": "IBMid-1" });
        let wire = Wire::to(Cloud { claims, ..Cloud::new() });
        let source = builder().build(wire.clone()).unwrap();
        let error = source.fetch().await.unwrap_err();
        assert!(error.is_rejected_credential() && error.message().contains(words), "{error}");
        assert!(!error.to_string().contains("Ada") && !error.to_string().contains("ada@"), "{error}");
        assert_eq!(wire.asked().len(), 1, "the platform is not asked");
    }
}

#[tokio::test]
async fn another_service_id_than_the_configured_one_is_refused() {
    let other = "ServiceId-00000000-9dad-11d1-80b4-00c04fd430c8";
    for configured in [other.to_owned(), format!("iam-{other}")] {
        let error = refusal(Cloud::new(), builder().service_id(&configured)).await;
        assert!(error.is_rejected_credential() && error.message().contains(SERVICE), "{error}");
    }
    for configured in [SERVICE.to_owned(), format!("iam-{SERVICE}")] {
        builder().service_id(&configured).build(Wire::to(Cloud::new())).unwrap().fetch().await.unwrap();
    }
}

#[tokio::test]
async fn a_token_that_does_not_say_whose_it_is_proves_nothing() {
    let error =
        refusal(Cloud { claims: json!({ "sub_type": "ServiceId" }), ..Cloud::new() }, builder()).await;
    assert!(error.is_invalid_answer(), "{error}");
}

#[tokio::test]
async fn too_little_a_role_is_named_with_the_one_it_takes() {
    let viewer = || Cloud { member: (200, json!({ "role": "viewer" })), ..Cloud::new() };
    let error = refusal(viewer(), builder()).await;
    assert!(error.is_rejected_credential(), "{error}");
    assert!(error.message().contains("Viewer") && error.message().contains("Editor"), "{error}");
    assert!(error.hint().unwrap().contains("access control"), "{error}");

    let source = builder().minimum_role(Role::Viewer).build(Wire::to(viewer())).unwrap();
    source.fetch().await.unwrap();
    assert!(refusal(Cloud::new(), builder().minimum_role(Role::Admin)).await.is_rejected_credential());
}

#[tokio::test]
async fn a_stranger_is_told_how_to_join() {
    let error = refusal(Cloud { member: (404, json!({})), ..Cloud::new() }, builder()).await;
    assert!(
        error.is_rejected_credential() && error.message().contains("not a member of space s-1"),
        "{error}"
    );
    for status in [403, 404] {
        let body = json!({ "id": "WSCPA0000E", "code": status, "message": "no access" });
        let error = refusal(Cloud { container: (status, body), ..Cloud::new() }, builder()).await;
        assert!(
            error.is_rejected_credential() && error.hint().unwrap().contains("Editor or Admin"),
            "{error}"
        );
        assert_eq!((error.code(), error.status()), (Some("WSCPA0000E"), Some(status)));
        assert_eq!(error.service_message(), Some("no access"));
    }
}

#[tokio::test]
async fn a_space_without_an_instance_is_told() {
    let container =
        (200, json!({ "entity": { "name": "n", "compute": [{ "type": "spark", "guid": "g" }] } }));
    let error = refusal(Cloud { container, ..Cloud::new() }, builder()).await;
    assert!(error.is_misconfigured() && error.message().contains("instance"), "{error}");
}

#[tokio::test]
async fn a_project_and_a_mock_will_do_as_well() {
    let wire = Wire::to(Cloud::new());
    let source = ServiceLevel::builder(Secret::from("k"))
        .project("p-1")
        .wml_url("http://127.0.0.1:8080/")
        .endpoint(Endpoint::parse("http://127.0.0.1:8080").unwrap())
        .build(wire.clone())
        .unwrap();
    source.fetch().await.unwrap();
    assert_eq!(wire.asked()[1], "http://127.0.0.1:8080/v2/projects/p-1");
}

#[test]
fn what_cannot_work_is_refused_when_building() {
    let refused = |builder: ServiceLevelBuilder| {
        let error = builder.build(Wire::to(Cloud::new())).unwrap_err();
        error.is_misconfigured()
    };
    let bare = |key: &str| ServiceLevel::builder(Secret::from(key));
    assert!(refused(bare("k").wml_url("https://eu-de.ml.cloud.ibm.com")));
    assert!(refused(builder().project("p")));
    assert!(refused(bare("k").space("s")));
    assert!(refused(bare("k").space("s").wml_url("https://wml.example.com")));
    assert!(refused(bare("k").space("s").platform_url("http://wml.example.com")));
    assert!(refused(bare("").space("s").wml_url("https://eu-de.ml.cloud.ibm.com")));
    assert!(refused(builder().space(" ")));
    assert!(refused(builder().space("s\n")));
    assert!(refused(builder().service_id("IBMid-1")));
    assert!(refused(builder().service_id("ServiceId-")));
    assert!(refused(builder().client("id", Secret::from(""))));
}

#[test]
fn everything_that_shapes_the_token_is_in_the_identity() {
    let identity = |builder: ServiceLevelBuilder| builder.build(Wire::to(Cloud::new())).unwrap().identity();
    let base = identity(builder());
    assert_eq!(base, identity(builder()));
    for other in [
        builder().space("s-2"),
        builder().service_id(SERVICE),
        builder().minimum_role(Role::Admin),
        builder().platform_url("https://platform.example.com"),
        builder().endpoint(Endpoint::staging()),
        builder().client("bx", Secret::from("bx")),
    ] {
        assert_ne!(base, identity(other));
    }
    let shown = format!("{:?} {:?}", builder(), builder().build(Wire::to(Cloud::new())).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}
