//! Runs every login and every failure with all logs on, and searches everything that was written for every secret that
//! was used.

use wml_auth::bearer::{StaticBearer, TokenCommand, TokenFile};
use wml_auth::config::Resolver;
use wml_auth::engine::{Chain, Engine};
use wml_auth::iam::{ApiKey, Endpoint};
use wml_auth::iam_apikey::{ApiKeyOnRequest, IamApiKey};
use wml_auth::service_level::ServiceLevel;
use wml_auth::{AuthError, AuthProvider, AuthRequest, Authorization, Credentials, Secret};
use wml_auth_mock_iam::{Answer, Role, Route};
use wml_auth_tests::Rig;
use wml_auth_tests::log::Log;

const ANY: AuthRequest = AuthRequest::new();

/// Notes the outcome with everything that can be printed of it, and keeps the token as one more secret to search for.
fn note(log: &Log, secrets: &mut Vec<String>, what: &str, outcome: Result<Authorization, AuthError>) {
    match outcome {
        Ok(authorization) => {
            log.note(&format!("{what}: {authorization:?} {}", authorization.identity()));
            secrets.push(authorization.expose_token().to_owned());
        }
        Err(error) => {
            log.note(&format!("{what}: {error} {error:#?} {:?} {:?}", error.hint(), error.service_message()));
            for attempt in error.attempts() {
                log.note(&format!("{attempt:?}"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_written_anywhere() {
    let log = Log::of_the_process();
    let rig = Rig::start().await;
    let fixture = rig.cloud.fixture().clone();
    let endpoint = || Endpoint::parse(rig.cloud.url()).unwrap();
    let wrong = "canary-wrong-key-0123456789-0123456789-01234";
    let client_secret = "canary-client-secret-77";
    let mut secrets: Vec<String> =
        [&fixture.api_key, &fixture.service_api_key, &fixture.cr_token, &fixture.password]
            .map(Clone::clone)
            .to_vec();
    secrets.extend([wrong.to_owned(), client_secret.to_owned(), "canary-opaque".to_owned()]);

    // Each provider, well and unwell.
    for key in [&fixture.api_key, wrong, "canary-with\nnewline", " canary-padded ", "{canary-braced}"] {
        secrets.push(key.trim().to_owned());
        let secret = Secret::from(key);
        log.note(&format!("{:?}", ApiKey::parse(secret.clone())));
        let builder = IamApiKey::builder(secret.clone()).endpoint(endpoint()).scope("ibm");
        log.note(&format!("{builder:?}"));
        match builder.build(rig.transport.clone()) {
            Ok(source) => {
                log.note(&format!("{source:?}"));
                let engine = Engine::new(source);
                note(&log, &mut secrets, "iam", engine.authorize(&ANY).await);
                log.note(&format!("{engine:?} {:#?}", engine.status()));
            }
            Err(error) => note(&log, &mut secrets, "iam", Err(error)),
        }
        match ApiKeyOnRequest::new(secret.clone()) {
            Ok(provider) => {
                log.note(&format!("{provider:?}"));
                note(&log, &mut secrets, "on request", provider.authorize(&ANY).await);
            }
            Err(error) => note(&log, &mut secrets, "on request", Err(error)),
        }
        match StaticBearer::new(secret.clone()) {
            Ok(provider) => {
                log.note(&format!("{provider:?}"));
                note(&log, &mut secrets, "bearer", provider.authorize(&ANY).await);
            }
            Err(error) => note(&log, &mut secrets, "bearer", Err(error)),
        }
        let file = rig.file("token", key);
        note(&log, &mut secrets, "file", Engine::new(TokenFile::new(file)).authorize(&ANY).await);
        for script in ["printf '%s' \"$0\"", "printf '%s' \"$0\"; printf '%s' \"$0\" >&2; exit 3"] {
            let command = TokenCommand::new(["sh", "-c", script, key]);
            log.note(&format!("{command:?}"));
            note(&log, &mut secrets, "command", Engine::new(command).authorize(&ANY).await);
        }
    }
    let with_client = IamApiKey::builder(Secret::from(fixture.api_key.as_str()))
        .endpoint(endpoint())
        .client("canary-client", Secret::from(client_secret))
        .build(rig.transport.clone())
        .unwrap();
    note(&log, &mut secrets, "client", Engine::new(with_client).authorize(&ANY).await);

    // A Service ID in each role, and a user where a Service ID should be.
    for (key, role) in [
        (&fixture.service_api_key, Role::Editor),
        (&fixture.service_api_key, Role::Viewer),
        (&fixture.api_key, Role::Editor),
    ] {
        rig.cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, role);
        let source = ServiceLevel::builder(Secret::from(key.as_str()))
            .space(&fixture.space_id)
            .platform_url(rig.cloud.url())
            .endpoint(endpoint())
            .build(rig.transport.clone())
            .unwrap();
        log.note(&format!("{source:?}"));
        note(&log, &mut secrets, "service-level", Engine::new(source).authorize(&ANY).await);
    }

    // Each bad answer, some of which repeat what was sent.
    let echo = format!(r#"{{"errorCode":"BXNIM0415E","errorMessage":"{}"}}"#, fixture.api_key);
    for answer in [
        Answer::html(200, format!("<p>{}</p>", fixture.api_key)),
        Answer::bytes(200, format!(r#"{{"token":"{}"}}"#, fixture.api_key)),
        Answer::bytes(400, echo),
        Answer::bytes(200, r#"{"access_token":"canary-opaque","expires_in":"soon"}"#),
        Answer::token("canary-opaque\nsecond line"),
        Answer::status(429).header("Retry-After", "1000"),
        Answer::html(502, fixture.api_key.clone()),
        Answer::redirect(307, &format!("http://127.0.0.1:9/?apikey={}", fixture.api_key)),
        Answer::huge(1024 * 1024),
        Answer::close(),
    ] {
        rig.cloud.on(Route::Token).reset().always(answer);
        note(&log, &mut secrets, "bad answer", rig.api_key(&fixture.api_key).authorize(&ANY).await);
    }
    rig.cloud.on(Route::Token).reset();

    // Nobody listens.
    let dead = IamApiKey::builder(Secret::from(fixture.api_key.as_str()))
        .endpoint(Endpoint::parse("http://127.0.0.1:9").unwrap())
        .build(rig.transport.clone())
        .unwrap();
    note(&log, &mut secrets, "dead port", Engine::new(dead).authorize(&ANY).await);

    // The service refuses, and a chain of failures.
    rig.cloud.identities().set_role(&fixture.space_id, &fixture.iam_id, Role::Editor);
    let credentials = rig.api_key(&fixture.service_api_key);
    let first = credentials.authorize(&ANY).await.unwrap();
    secrets.push(first.expose_token().to_owned());
    rig.cloud.identities().revoke_token(first.expose_token());
    log.note(&format!("{:?}", rig.score(&credentials).await.map(|answer| answer.status())));
    let chain =
        Chain::new().link("absent", Err(AuthError::absent("not set"))).link("wrong", Ok(rig.api_key(wrong)));
    log.note(&format!("{chain:?}"));
    note(&log, &mut secrets, "chain", Credentials::new(chain).authorize(&ANY).await);

    // Configuration, resolved, explained and broken.
    for text in [
        format!("[profiles.default]\napikey = \"{wrong}\"\n"),
        format!("[profiles.default]\napikey = \"{wrong}\"\napikeyy = \"{wrong}\"\n"),
        format!("[profiles.default]\napikey = \"{wrong}\n"),
        format!("[profiles.default]\nauth_type = \"iamm\"\napikey = \"{wrong}\"\n"),
    ] {
        let file = rig.file("profiles.toml", text);
        let resolver = Resolver::new(rig.environment(&[("WATSONX_APIKEY", wrong)])).profiles_file(file);
        log.note(&format!("{:#?} {}", resolver, resolver.explain()));
        log.note(&serde_json::to_string(&resolver.explain()).unwrap());
        let by_name = resolver.profile("default");
        log.note(&format!("{} {:#?}", by_name.explain(), by_name.resolve()));
    }

    let written = log.text();
    assert!(written.len() > 10_000, "only {} bytes were written: nothing was looked at", written.len());
    secrets.retain(|secret| secret.len() > 6);
    for secret in &secrets {
        if let Some(at) = written.find(secret.as_str()) {
            let line = written[..at].lines().count();
            panic!("secret of {} bytes found in line {line}", secret.len());
        }
    }
}
