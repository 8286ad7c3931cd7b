//! The key that the platform keeps is replaced, and whatever happens in between, what is said of it is so.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Request;
use serde_json::{Value, json};
use wml_auth::config::{Keeps, Kept, Patience, Resolver, TaskCredentials, TaskError, TaskStep};
use wml_auth::iam::Endpoint;
use wml_auth::iam::identity_services::{ApiKeyFilter, IdentityServices, NewApiKey};
use wml_auth::{AuthRequest, Transport};
use wml_auth_mock_iam::{Answer, Propagation};
use wml_auth_tests::Rig;
use wml_auth_tests::failing::Failing;

/// A cloud, and a profile of its user.
struct Stage {
    rig: Rig,
    patience: Patience,
}

impl Stage {
    async fn start() -> Self {
        let patience = Patience::total(Duration::from_millis(40))
            .with_pauses(Duration::from_millis(1), Duration::from_millis(2));
        Self { rig: Rig::start().await, patience }
    }

    /// With a key that was made here and is kept.
    async fn with_one() -> (Self, Kept) {
        let stage = Self::start().await;
        let kept = stage.tasks().create("nightly", Some("scores at night")).await.unwrap();
        (stage, kept)
    }

    fn tasks_over(&self, transport: Arc<dyn Transport>) -> TaskCredentials {
        let (url, key) = (self.rig.cloud.url(), &self.rig.cloud.fixture().api_key);
        let variables =
            [("WATSONX_APIKEY", key.as_str()), ("WATSONX_URL", url), ("WATSONX_AI_AUTH_URL", url)];
        let resolution = Resolver::new(self.rig.environment(&variables)).resolve().unwrap();
        resolution.task_credentials(transport).unwrap().patience(self.patience)
    }

    fn tasks(&self) -> TaskCredentials {
        self.tasks_over(Arc::clone(&self.rig.transport))
    }

    async fn ids(&self) -> Vec<String> {
        self.tasks().list().await.unwrap().into_iter().map(|kept| kept.id).collect()
    }

    /// The keys that were made for the platform.
    async fn made(&self) -> Vec<String> {
        let endpoint = Endpoint::parse(self.rig.cloud.url()).unwrap();
        let iam = IdentityServices::new(Arc::clone(&self.rig.transport), endpoint);
        let by = self.rig.api_key(&self.rig.cloud.fixture().api_key);
        let by = by.authorize(&AuthRequest::new()).await.unwrap();
        let keys = iam.api_keys(&ApiKeyFilter::own(), &by).await.unwrap();
        let host = self.rig.cloud.url().trim_start_matches("http://");
        let mark = format!("[wml-auth: kept by {host} as nightly]");
        let made = keys.into_iter().filter(|key| key.description.as_ref() == Some(&mark));
        made.map(|key| key.id).collect()
    }

    /// One is kept, by a key that is there, and no other was left.
    async fn assert_settled(&self, kept: &Kept, when: &str) {
        assert_eq!(self.ids().await, [kept.id.as_str()], "{when}");
        assert_eq!(self.made().await, [kept.new_key.as_str()], "{when}");
        let by = self.rig.api_key(&self.rig.cloud.fixture().api_key);
        let by = by.authorize(&AuthRequest::new()).await.unwrap();
        let request = Request::get(format!("{}/v1/task_credentials/{}", self.rig.cloud.url(), kept.id))
            .header("authorization", by.header_value())
            .body(Vec::new())
            .unwrap();
        let answer = self.rig.transport.send(request).await.unwrap();
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((&answer["name"], &answer["expired"]), (&json!("nightly"), &json!(false)), "{when}");
    }

    /// What the error says is so.
    async fn assert_true(&self, error: &TaskError, old: &Kept, when: &str) {
        let standing = error.standing();
        let ids = self.ids().await;
        let when = format!("{when}: {error}; {standing}; {}", error.how_to_go_on());
        match standing.keeps {
            Keeps::AsBefore => assert_eq!(ids, [old.id.as_str()], "{when}"),
            Keeps::None => assert_eq!(ids, Vec::<String>::new(), "{when}"),
            Keeps::New => assert_eq!(Some(&ids[0]), standing.new.as_ref(), "{when}"),
            Keeps::Both => assert_eq!(ids.len(), 2, "{when}"),
            _ => assert!(ids.len() <= 1, "{when}"),
        }
        let made = self.made().await;
        if standing.new_key_is_gone {
            assert_eq!(made, [old.new_key.as_str()], "{when}");
        }
        // There is no moment in which what is kept is dead.
        let kept_key = if ids == [old.id.as_str()] { Some(&old.new_key) } else { standing.new_key.as_ref() };
        if let (Some(key), false) = (kept_key, ids.is_empty()) {
            assert!(made.contains(key), "{when}");
        }
    }
}

#[tokio::test]
async fn a_key_is_made_kept_and_replaced() {
    let (stage, first) = Stage::with_one().await;
    stage.assert_settled(&first, "made").await;
    assert_eq!((first.replaced.as_deref(), first.deleted_keys.len()), (None, 0));
    let twice = stage.tasks().create("nightly", None).await.unwrap_err();
    assert!(twice.to_string().contains("keeps a key as `nightly`"), "{twice}");

    let second = stage.tasks().rotate(None).await.unwrap();
    stage.assert_settled(&second, "replaced").await;
    assert_eq!(second.replaced.as_ref(), Some(&first.id));
    assert_eq!((second.deleted_keys, second.notes.len()), (vec![first.new_key], 0));
    assert_eq!(stage.tasks().list().await.unwrap()[0].description.as_deref(), Some("scores at night"));
    let third = stage.tasks().delete_first(true).rotate(Some(&second.id)).await.unwrap();
    stage.assert_settled(&third, "by its id").await;
    let unknown = stage.tasks().rotate(Some("tc-0")).await.unwrap_err();
    assert!(unknown.to_string().contains("no task credential `tc-0`"), "{unknown}");

    stage.tasks().delete(&third.id).await.unwrap();
    assert!(stage.ids().await.is_empty());
    assert_eq!(stage.made().await, [third.new_key], "forgetting it leaves the key");
}

#[tokio::test]
async fn a_key_that_somebody_else_gave_the_platform_stays() {
    let stage = Stage::start().await;
    let by = stage.rig.api_key(&stage.rig.cloud.fixture().api_key);
    let by = by.authorize(&AuthRequest::new()).await.unwrap();
    let body = json!({
        "name": "nightly", "type": "iam_api_key", "secret": { "api_key": stage.rig.cloud.fixture().api_key }
    });
    let request = Request::post(format!("{}/v1/task_credentials", stage.rig.cloud.url()))
        .header("authorization", by.header_value())
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes())
        .unwrap();
    assert_eq!(stage.rig.transport.send(request).await.unwrap().status(), 201);
    let kept = stage.tasks().rotate(None).await.unwrap();
    stage.assert_settled(&kept, "replaced").await;
    assert!(kept.deleted_keys.is_empty() && kept.notes[0].contains("was not made here"), "{kept:?}");
}

#[tokio::test]
async fn killed_at_any_step_it_is_gone_on_with() {
    for killed_at in TaskStep::ALL {
        let when = format!("killed at {killed_at:?}");
        let (stage, old) = Stage::with_one().await;
        let hook = move |step| match step == killed_at {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let error = stage.tasks().on_step(hook).rotate(None).await.unwrap_err();
        assert!(error.cause().is_none() && error.standing().step == killed_at, "{when}");
        stage.assert_true(&error, &old, &when).await;
        let kept = stage.tasks().rotate(None).await.unwrap();
        stage.assert_settled(&kept, &when).await;
    }
}

#[tokio::test]
async fn whichever_call_fails_what_is_said_is_so_and_it_can_be_gone_on_with() {
    for (for_good, answer_is_lost) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut failing = 0;
        loop {
            failing += 1;
            let when = format!("call {failing} fails, for good: {for_good}, sent: {answer_is_lost}");
            let (stage, old) = Stage::with_one().await;
            let inner = Arc::clone(&stage.rig.transport);
            let calls = AtomicUsize::new(0);
            let transport = Arc::new(Failing { inner, calls, failing, for_good, answer_is_lost });
            let outcome = stage.tasks_over(transport.clone()).rotate(None).await;
            let kept = match outcome {
                Ok(kept) => kept,
                Err(error) => {
                    stage.assert_true(&error, &old, &when).await;
                    // As `how_to_go_on` has it; where even the list is not known, a look at it decides.
                    let again = match stage.ids().await.is_empty() {
                        true => stage.tasks().create("nightly", None).await,
                        false => stage.tasks().rotate(None).await,
                    };
                    again.unwrap_or_else(|error| panic!("{when}: {error}"))
                }
            };
            stage.assert_settled(&kept, &when).await;
            if transport.calls.load(Ordering::Relaxed) < failing {
                assert!(failing > 8, "it made {failing} calls only");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_rotation_without_anything_kept_goes_on_with_an_interrupted_one_alone() {
    let stage = Stage::start().await;
    let nothing = stage.tasks().rotate(None).await.unwrap_err();
    assert!(nothing.how_to_go_on().contains("create"), "{nothing} {}", nothing.how_to_go_on());
    let kept = stage.tasks().create("nightly", None).await.unwrap();
    stage.tasks().delete(&kept.id).await.unwrap();
    let again = stage.tasks().rotate(None).await.unwrap();
    assert_eq!(again.name, "nightly");
    stage.assert_settled(&again, "gone on with").await;
}

/// Each region has a platform of its own.
#[tokio::test]
async fn what_another_platform_keeps_is_left_alone() {
    let (stage, _) = Stage::with_one().await;
    let endpoint = Endpoint::parse(stage.rig.cloud.url()).unwrap();
    let iam = IdentityServices::new(Arc::clone(&stage.rig.transport), endpoint);
    let by = stage.rig.api_key(&stage.rig.cloud.fixture().api_key);
    let by = by.authorize(&AuthRequest::new()).await.unwrap();
    let owner = iam.api_keys(&ApiKeyFilter::own(), &by).await.unwrap().remove(0).iam_id;
    let elsewhere = NewApiKey::new("theirs", owner)
        .with_description("[wml-auth: kept by api.eu-de.dataplatform.cloud.ibm.com as nightly]");
    let elsewhere = iam.create_api_key(&elsewhere, &by).await.unwrap();
    let kept = stage.tasks().rotate(None).await.unwrap();
    assert!(!kept.deleted_keys.contains(&elsewhere.id), "{kept:?}");
    assert!(iam.api_key(&elsewhere.id, &by).await.is_ok());
}

#[tokio::test]
async fn what_iam_or_the_platform_refuses_changes_nothing() {
    let (stage, old) = Stage::with_one().await;
    stage.rig.cloud.identities().set_propagation(Propagation::after(Duration::from_secs(3600)));
    let error = stage.tasks().rotate(None).await.unwrap_err();
    assert_eq!(
        (error.standing().step, error.standing().keeps),
        (TaskStep::Prove, Keeps::AsBefore),
        "{error}"
    );
    assert!(error.standing().new_key_is_gone, "{error:?}");
    stage.rig.cloud.identities().set_propagation(Propagation::immediate());
    stage.assert_settled(&old, "given up").await;

    // The list, and then the offer.
    stage.rig.cloud.on("/v1/task_credentials").nth(2, Answer::status(403));
    let error = stage.tasks().rotate(None).await.unwrap_err();
    assert_eq!((error.standing().step, error.cause().unwrap().status()), (TaskStep::Keep, Some(403)));
    stage.assert_true(&error, &old, "refused").await;
    stage.assert_settled(&old, "refused").await;
}
