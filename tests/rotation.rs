//! A key is replaced while it is in use, and whatever happens in between, there is one that works.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use wml_auth::config::{
    ConfigError, Held, Key, Patience, Resolution, Resolver, Retire, Rotated, Rotation, RotationError, Step,
};
use wml_auth::iam::Endpoint;
use wml_auth::iam::identity_services::{ApiKeyDetails, ApiKeyFilter, IdentityServices};
use wml_auth::{AuthRequest, Secret, Transport};
use wml_auth_mock_iam::Propagation;
use wml_auth_tests::Rig;
use wml_auth_tests::failing::Failing;

/// How the key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Literally,
    InAFile,
    InACredentialFile,
    InTheConsolesFile,
}

impl Kept {
    const ALL: [Self; 4] = [Self::Literally, Self::InAFile, Self::InACredentialFile, Self::InTheConsolesFile];
}

/// A cloud, and a place with the Service ID's only key.
struct Stage {
    rig: Rig,
    kept: Kept,
    first: String,
    /// The file in which people write.
    file: PathBuf,
    iam: IdentityServices,
}

impl Stage {
    async fn start(kept: Kept) -> Self {
        let rig = Rig::start().await;
        let first = rig.cloud.fixture().service_api_key.clone();
        let url = rig.cloud.url();
        let profile = |apikey: &str| {
            format!(
                "# ours\ndefault_profile = \"svc\"\n\n[profiles.svc]\napikey = {apikey}   # rotated monthly\n\
                 auth_url = \"{url}\"\n"
            )
        };
        let file = match kept {
            Kept::Literally => rig.file("profiles.toml", profile(&format!("\"{first}\""))),
            Kept::InAFile => {
                rig.file("key", format!("{first}\n"));
                rig.file("profiles.toml", profile("{ file = \"key\" }"))
            }
            Kept::InACredentialFile => rig.file(
                "ibm-credentials.env",
                format!(
                    "# ours\nexport WATSONX_AI_APIKEY = '{first}' \r\nWATSONX_AI_AUTH_URL={url}\n#   # rotated monthly\n"
                ),
            ),
            Kept::InTheConsolesFile => {
                rig.file("apikey.json", format!("{{\n\t\"name\": \"# ours\",\n\t\"apikey\": \"{first}\"\n}}\n"))
            }
        };
        let iam = IdentityServices::new(Arc::clone(&rig.transport), Endpoint::parse(url).unwrap());
        Self { rig, kept, first, file, iam }
    }

    fn resolve(&self) -> Result<Resolution, ConfigError> {
        let resolver = Resolver::new(self.rig.environment(&[]));
        match self.kept {
            Kept::Literally | Kept::InAFile => resolver.profiles_file(&self.file),
            Kept::InACredentialFile => resolver.credential_file(&self.file),
            Kept::InTheConsolesFile => {
                resolver.credential_file(&self.file).set(Key::AuthUrl, self.rig.cloud.url())
            }
        }
        .resolve()
    }

    fn rotation_over(&self, transport: Arc<dyn Transport>) -> Rotation {
        let patience = Patience::total(Duration::from_millis(40))
            .with_pauses(Duration::from_millis(1), Duration::from_millis(2));
        self.resolve().unwrap().rotation(transport).unwrap().patience(patience)
    }

    fn rotation(&self) -> Rotation {
        self.rotation_over(Arc::clone(&self.rig.transport))
    }

    fn held(&self) -> Secret {
        self.resolve().unwrap().key_place().unwrap().read().unwrap()
    }

    /// The keys of the Service ID, by an administrator.
    async fn keys(&self) -> Vec<ApiKeyDetails> {
        let fixture = self.rig.cloud.fixture();
        let by = self.rig.api_key(&fixture.api_key).authorize(&AuthRequest::new()).await.unwrap();
        self.iam.api_keys(&ApiKeyFilter::of(&fixture.iam_id), &by).await.unwrap()
    }

    /// The code with which a key is refused, if it is.
    async fn refusal_of(&self, key: &str) -> Option<String> {
        let answer = self.rig.api_key(key).authorize(&AuthRequest::new()).await;
        answer.err().map(|error| error.code().unwrap_or("none").to_owned())
    }

    /// What the profile holds logs in, and nothing lies beside its files.
    async fn assert_working(&self, when: &str) {
        let credentials = self.resolve().unwrap().credentials(Arc::clone(&self.rig.transport)).unwrap();
        let answer = credentials.authorize(&AuthRequest::new()).await;
        assert!(answer.is_ok(), "{when}: {answer:?}");
        assert_eq!(self.refusal_of(self.held().expose()).await, None, "{when}");
        let folder = self.file.parent().unwrap();
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name();
            let is_ours = Some(name.as_os_str()) == self.file.file_name() || name == "key";
            assert!(is_ours, "{when}: {name:?} is left over");
        }
        let text = std::fs::read_to_string(&self.file).unwrap();
        match self.kept {
            Kept::InTheConsolesFile => assert!(text.starts_with("{\n\t\"name\": \"# ours\",\n"), "{text}"),
            _ => assert!(text.starts_with("# ours\n") && text.contains("   # rotated monthly\n"), "{text}"),
        }
    }

    /// There is the new key and no other, and it is like any other.
    async fn assert_settled(&self, rotated: &Rotated, when: &str) {
        self.assert_working(when).await;
        let keys = self.keys().await;
        let ids: Vec<_> = keys.iter().map(|key| key.id.as_str()).collect();
        assert_eq!(ids, [rotated.new_key.as_str()], "{when}");
        assert!(keys[0].description.as_deref().is_none_or(|text| !text.contains("wml-auth")), "{when}");
        assert_eq!(self.refusal_of(&self.first).await.as_deref(), Some("BXNIM0415E"), "{when}");
    }

    fn assert_told(&self, error: &RotationError, when: &str) {
        let told = format!("{error} {} {} {error:?}", error.standing(), error.how_to_go_on());
        assert!(!told.contains(&self.first) && !told.contains(self.held().expose()), "{when}: {told}");
        assert!(error.how_to_go_on().contains("again"), "{when}: {told}");
    }
}

#[tokio::test]
async fn a_key_is_replaced_where_it_stands() {
    for kept in Kept::ALL {
        let stage = Stage::start(kept).await;
        let before = stage.keys().await;
        let rotated = stage.rotation().run().await.unwrap();
        assert_eq!((rotated.old_key.as_str(), rotated.was_resumed), (before[0].id.as_str(), false));
        assert_eq!(rotated.notes, Vec::<String>::new());
        stage.assert_settled(&rotated, "afterwards").await;
        assert_eq!(stage.keys().await[0].name, before[0].name);
    }
}

#[tokio::test]
async fn the_old_key_can_be_disabled_or_kept() {
    let stage = Stage::start(Kept::Literally).await;
    let disabled = stage.rotation().retire(Retire::Disable).run().await.unwrap();
    assert_eq!(stage.refusal_of(&stage.first).await.as_deref(), Some("BXNIM0462E"));
    let second = stage.held();
    let kept = stage.rotation().retire(Retire::Keep).run().await.unwrap();
    assert_eq!(kept.old_key, disabled.new_key);
    assert_eq!(stage.refusal_of(second.expose()).await, None);
    stage.assert_working("afterwards").await;
    assert_eq!(stage.keys().await.len(), 3);
    stage.rotation().run().await.unwrap();
    assert_eq!(stage.keys().await.len(), 3, "what was kept is nobody's left-over");
}

#[tokio::test]
async fn iam_may_take_a_while_to_know_the_new_key() {
    let stage = Stage::start(Kept::InAFile).await;
    stage.rig.cloud.identities().set_propagation(Propagation::after_requests(5));
    let rotated = stage.rotation().run().await.unwrap();
    stage.assert_settled(&rotated, "afterwards").await;

    stage.rig.cloud.identities().set_propagation(Propagation::after(Duration::from_secs(3600)));
    let error = stage.rotation().run().await.unwrap_err();
    assert_eq!((error.standing().step, error.standing().holds), (Step::Await, Held::Old));
    assert!(error.standing().new_key_is_gone, "{error:?}");
    assert_eq!(error.cause().unwrap().code(), Some("BXNIM0415E"));
    stage.assert_working("given up").await;
    assert_eq!(stage.keys().await.len(), 1);
}

#[tokio::test]
async fn killed_at_any_step_it_leaves_a_key_that_works_and_is_gone_on_with() {
    for kept in Kept::ALL {
        for killed_at in Step::ALL {
            let when = format!("{kept:?}, killed at {killed_at:?}");
            let stage = Stage::start(kept).await;
            let hook = move |step| match step == killed_at {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            };
            let error = stage.rotation().on_step(hook).run().await.unwrap_err();
            assert!(error.cause().is_none() && error.standing().step == killed_at, "{when}");
            stage.assert_told(&error, &when);
            stage.assert_working(&when).await;
            let swapped = killed_at > Step::Swap;
            assert_eq!(stage.held().expose() != stage.first, swapped, "{when}");
            let rotated = stage.rotation().run().await.unwrap();
            let is_finished_only = swapped && killed_at != Step::Done;
            assert_eq!(rotated.was_resumed, is_finished_only, "{when}");
            stage.assert_settled(&rotated, &when).await;
        }
    }
}

/// Whether so many calls were made at all.
async fn one_call_fails(kept: Kept, failing: usize, for_good: bool, answer_is_lost: bool) -> bool {
    let when = format!("{kept:?}, call {failing} fails, for good: {for_good}, sent: {answer_is_lost}");
    let stage = Stage::start(kept).await;
    let inner = Arc::clone(&stage.rig.transport);
    let calls = AtomicUsize::new(0);
    let transport = Arc::new(Failing { inner, calls, failing, for_good, answer_is_lost });
    let outcome = stage.rotation_over(transport.clone()).run().await;
    stage.assert_working(&when).await;
    if let Err(error) = &outcome {
        stage.assert_told(error, &when);
        assert_eq!(error.standing().holds == Held::New, stage.held().expose() != stage.first, "{when}");
        if error.standing().new_key_is_gone {
            assert_eq!(stage.keys().await.len(), 1, "{when}: {error}");
        }
    }
    let last = match outcome {
        Ok(rotated) if rotated.notes.is_empty() => rotated,
        _ => stage.rotation().run().await.unwrap_or_else(|error| panic!("{when}: {error}")),
    };
    stage.assert_settled(&last, &when).await;
    transport.calls.load(Ordering::Relaxed) >= failing
}

#[tokio::test]
async fn whichever_call_fails_there_is_a_key_that_works() {
    for (for_good, answer_is_lost) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut failing = 1;
        while one_call_fails(Kept::Literally, failing, for_good, answer_is_lost).await {
            // The other ways of keeping a key have their turns.
            let other = Kept::ALL.into_iter().skip(1).cycle().nth(failing).unwrap();
            one_call_fails(other, failing, for_good, answer_is_lost).await;
            failing += 1;
        }
        assert!(failing > 8, "it made {failing} calls only");
    }
}

#[tokio::test]
async fn what_cannot_be_swapped_is_refused_before_anything_is_made() {
    let stage = Stage::start(Kept::Literally).await;
    let transport = || Arc::clone(&stage.rig.transport);
    let variables =
        [("WATSONX_APIKEY", stage.first.as_str()), ("WATSONX_AI_AUTH_URL", stage.rig.cloud.url())];
    let resolution = Resolver::new(stage.rig.environment(&variables)).resolve().unwrap();
    let error = resolution.rotation(transport()).unwrap_err();
    assert!(error.is_misconfigured() && error.message().contains("WATSONX_APIKEY"), "{error}");
    assert!(error.hint().unwrap().contains("keys create"), "{error:?}");

    for reference in ["{ env = \"KEY\" }", "{ command = [\"sh\", \"-c\", \"echo $KEY\"] }"] {
        let file = stage.rig.file("other.toml", format!("[profiles.p]\napikey = {reference}\n"));
        let path = std::env::var("PATH").unwrap();
        let environment = stage.rig.environment(&[("KEY", stage.first.as_str()), ("PATH", &path)]);
        let resolver = Resolver::new(environment).profiles_file(&file).profile("p");
        let error = resolver.resolve().unwrap().rotation(transport()).unwrap_err();
        assert!(error.is_misconfigured() && error.message().contains("cannot be replaced"), "{error}");
        std::fs::remove_file(file).unwrap();
    }
    assert!(stage.rig.cloud.journal().requests().is_empty());
}

#[tokio::test]
async fn a_file_that_may_not_be_written_is_found_out_before_anything_is_made() {
    let stage = Stage::start(Kept::Literally).await;
    let mut permissions = std::fs::metadata(&stage.file).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&stage.file, permissions).unwrap();
    let error = stage.rotation().run().await.unwrap_err();
    assert_eq!(error.standing().step, Step::Check);
    assert!(error.to_string().contains("read-only"), "{error}");
    assert!(stage.rig.cloud.journal().requests().is_empty());
    stage.assert_working("read-only").await;
}

#[tokio::test]
async fn a_locked_key_and_a_full_house_are_told_and_change_nothing() {
    let stage = Stage::start(Kept::Literally).await;
    assert!(stage.rig.cloud.identities().lock(&stage.first));
    let error = stage.rotation().run().await.unwrap_err();
    assert!(error.to_string().contains("is locked") && error.how_to_go_on().contains("unlock"), "{error}");
    assert!(stage.rig.cloud.identities().unlock(&stage.first));

    let iam_id = stage.rig.cloud.fixture().iam_id.clone();
    for _ in 0..19 {
        let _ = stage.rig.cloud.identities().add_service_key(&iam_id).unwrap();
    }
    let error = stage.rotation().run().await.unwrap_err();
    assert_eq!(error.cause().unwrap().code(), Some("BXNIM0151E"));
    assert!(error.how_to_go_on().contains("delete keys"), "{}", error.how_to_go_on());
    assert_eq!((error.standing().holds, stage.keys().await.len()), (Held::Old, 20));
    stage.assert_working("full").await;
}

#[tokio::test]
async fn what_somebody_else_writes_in_between_is_not_overwritten() {
    let stage = Stage::start(Kept::Literally).await;
    let other = stage.rig.cloud.identities().add_service_key(&stage.rig.cloud.fixture().iam_id).unwrap();
    let (path, first, written) = (stage.file.clone(), stage.first.clone(), other.clone());
    let hook = move |step| {
        if step == Step::Swap {
            let text = std::fs::read_to_string(&path).unwrap().replace(&first, &written);
            std::fs::write(&path, text).unwrap();
        }
        ControlFlow::Continue(())
    };
    let error = stage.rotation().on_step(hook).run().await.unwrap_err();
    assert_eq!((error.standing().holds, error.standing().new_key_is_gone), (Held::Other, true), "{error}");
    assert_eq!(stage.held().expose(), other);
    assert_eq!(stage.refusal_of(&stage.first).await, None, "the old key is not retired");
    assert_eq!(stage.keys().await.len(), 2);
}

#[tokio::test]
async fn a_rotation_can_run_on_any_thread() {
    let stage = Stage::start(Kept::InAFile).await;
    let rotation = stage.rotation();
    tokio::spawn(rotation.run()).await.unwrap().unwrap();
}

/// Half of the tasks share one provider, as a process does. The others make one for every request, so that there is
/// always a log-in under way while a key is taken away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_tasks_score_without_a_failure_while_the_key_is_rotated_three_times() {
    let stage = Arc::new(Stage::start(Kept::InAFile).await);
    let resolution = stage.resolve().unwrap();
    let shared = resolution.credentials(Arc::clone(&stage.rig.transport)).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let (stage, resolution, done) = (Arc::clone(&stage), resolution.clone(), Arc::clone(&done));
            let shared = shared.clone();
            tokio::spawn(async move {
                let (mut scored, mut failures) = (0_usize, Vec::new());
                while !done.load(Ordering::Relaxed) {
                    let credentials = match number % 2 {
                        0 => shared.clone(),
                        _ => resolution.credentials(Arc::clone(&stage.rig.transport)).unwrap(),
                    };
                    match stage.rig.score(&credentials).await {
                        Ok(answer) if answer.status() == 200 => scored += 1,
                        Ok(answer) => failures.push(answer.status().to_string()),
                        Err(error) => failures.push(error.to_string()),
                    }
                }
                (scored, failures)
            })
        })
        .collect();

    let mut old = Vec::new();
    for _ in 0..3 {
        old.push(stage.held());
        stage.rig.cloud.identities().set_propagation(Propagation::after_requests(2));
        stage.rotation().patience(Patience::default()).run().await.unwrap();
        // The tokens of the old key would be good for an hour: those who share one are made to log in anew.
        let token = shared.authorize(&AuthRequest::new()).await.unwrap();
        stage.rig.cloud.identities().revoke_token(token.expose_token());
        while shared.authorize(&AuthRequest::new()).await.unwrap().generation() == token.generation() {
            tokio::task::yield_now().await;
        }
    }
    done.store(true, Ordering::Relaxed);
    let mut scored = 0;
    for task in tasks {
        let (count, failures) = task.await.unwrap();
        assert_eq!(failures, Vec::<String>::new());
        scored += count;
    }
    assert!(scored > 64, "{scored}");
    for key in old {
        assert_eq!(stage.refusal_of(key.expose()).await.as_deref(), Some("BXNIM0415E"));
    }
    stage.assert_working("afterwards").await;
    assert_eq!(stage.keys().await.len(), 1);
}
