//! Callers of wml-auth, as a plan has them. Prints a line of JSON for each call as it ends.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Request, Response};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Barrier;
use tokio::time::Instant;
use wml_auth::container::ContainerToken;
use wml_auth::engine::{Engine, Policy};
use wml_auth::iam::Endpoint;
use wml_auth::iam_apikey::IamApiKey;
use wml_auth::reqwest::ReqwestTransport;
use wml_auth::{AuthError, Authorized, Clock, Credentials, Moment, Secret, SystemClock, Transport};

#[derive(Deserialize)]
struct Plan {
    /// The service.
    url: String,
    path: String,
    body: String,
    /// Where a `DELETE` makes everything well again.
    rules_url: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    after_ms: u64,
    /// How much older the token has become meanwhile. IBM's cores are given an old token instead, since nobody can set
    /// their clock.
    aged_s: u64,
    well_again: bool,
    callers: usize,
}

/// The machine's clocks, and a while on top.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<Mutex<Duration>>);

impl Ahead {
    fn by(&self, more: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += more;
    }
}

impl Clock for Ahead {
    fn now(&self) -> Moment {
        let ahead = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Moment { wall, monotonic } = SystemClock.now();
        Moment { wall: wall + ahead, monotonic: monotonic + ahead }
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let plan: Plan = serde_json::from_str(&std::env::var("COMPARE_PLAN")?)?;
    let plan = Arc::new(plan);
    let clock = Ahead::default();
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new()?);
    let version = env!("CARGO_PKG_VERSION");
    let client = match std::env::var("COMPARE_ATTEMPTS") {
        Ok(attempts) => format!("wml-auth {version} with `attempts: {attempts}`"),
        Err(_) => format!("wml-auth {version}"),
    };
    println!("{}", json!({ "client": client }));
    let credentials = credentials(&transport, &clock);
    for step in &plan.steps {
        tokio::time::sleep(Duration::from_millis(step.after_ms)).await;
        clock.by(Duration::from_secs(step.aged_s));
        if step.well_again {
            transport.send(Request::delete(&plan.rules_url).body(Vec::new())?).await?;
        }
        match &credentials {
            Ok(credentials) => {
                let service = Authorized::new(Arc::clone(&transport), credentials.clone());
                callers(step.callers, Arc::new(service), &plan).await;
            }
            Err(error) => {
                (0..step.callers).for_each(|_| println!("{}", json!({ "ms": 0, "error": described(error) })));
            }
        }
    }
    Ok(())
}

/// From the same variables that IBM's cores read, and with what those do not say: a clock, and how often to try.
fn credentials(transport: &Arc<dyn Transport>, clock: &Ahead) -> Result<Credentials, AuthError> {
    let variable = |name: &str| {
        let name = format!("COMPARE_{name}");
        std::env::var(&name).map_err(|_| AuthError::absent(format!("{name} is not set")))
    };
    let (transport, endpoint) = (Arc::clone(transport), Endpoint::parse(&variable("AUTH_URL")?)?);
    let engine = match variable("AUTH_TYPE")?.as_str() {
        "iam" => {
            let key = IamApiKey::builder(Secret::from(variable("APIKEY")?));
            Engine::builder(key.endpoint(endpoint).build(transport)?)
        }
        "container" => {
            let token = ContainerToken::builder().token_file(variable("CR_TOKEN_FILENAME")?);
            let token = token.profile_id(&variable("IAM_PROFILE_ID")?).endpoint(endpoint);
            Engine::builder(token.build(transport)?)
        }
        other => return Err(AuthError::misconfigured(format!("nobody is compared with auth type {other}"))),
    };
    let policy = match variable("ATTEMPTS") {
        Ok(attempts) => Policy { attempts: number(&attempts)?, ..Policy::default() },
        Err(_) => Policy::default(),
    };
    Ok(Credentials::new(engine.policy(policy).clock(clock.clone()).build()))
}

fn number(text: &str) -> Result<u32, AuthError> {
    text.parse().map_err(|_| AuthError::misconfigured("COMPARE_ATTEMPTS is not a number"))
}

type Service = Authorized<Arc<dyn Transport>>;

/// So many calls at once: how long each took, and what went wrong.
async fn callers(count: usize, service: Arc<Service>, plan: &Arc<Plan>) {
    let together = Arc::new(Barrier::new(count));
    let mut tasks = Vec::new();
    for _ in 0..count {
        let (together, service, plan) = (Arc::clone(&together), Arc::clone(&service), Arc::clone(plan));
        tasks.push(tokio::spawn(async move {
            together.wait().await;
            let start = Instant::now();
            let answer = call(&service, &plan).await;
            let error = answer.err().inspect(|error| eprintln!("{error:?}\n{error}"));
            let ms = start.elapsed().as_millis();
            println!("{}", json!({ "ms": ms, "error": error.as_ref().map(described) }));
        }));
    }
    for task in tasks {
        // One that panicked has told nothing, which is noticed.
        let _ = task.await;
    }
}

async fn call(service: &Service, plan: &Plan) -> Result<(), AuthError> {
    let request = Request::post(format!("{}{}", plan.url, plan.path))
        .header("content-type", "application/json")
        .body(plan.body.clone().into_bytes())
        .map_err(|_| AuthError::misconfigured("not a URL"))?;
    let answer: Response<Vec<u8>> = service.send(request).await?;
    match answer.status().as_u16() {
        200..300 => Ok(()),
        status => Err(AuthError::rejected("the service refused the request").with_status(status)),
    }
}

fn described(error: &AuthError) -> String {
    match error.status() {
        Some(status) => format!("HTTP {status}"),
        None => error.message().to_owned(),
    }
}
