//! A cloud from a file: what is in it, and what goes wrong.

mod answer;
mod error;
pub(crate) mod rule;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

pub use self::error::ScenarioError;
use self::rule::Rule;
use crate::clock::Clock;
use crate::script::Script;
use crate::world::World;
use crate::world::api_key::NewApiKey;
use crate::world::identity::ServiceIdentity;
use crate::world::profile::Profile;
use crate::world::propagation::Propagation;
use crate::world::workspace::Role;

/// A cloud described in TOML, for [`MockIamBuilder::scenario`](crate::MockIamBuilder::scenario).
///
/// Everything may be left out; what nobody knows is an error. Times are in seconds unless their name says otherwise.
///
/// ```
/// use wml_auth_mock_iam::{MockIam, Scenario};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let scenario: Scenario = r#"
///     seed = 7
///     token_lifetime = 900
///     issuer = "https://iam.cloud.ibm.com/identity"
///     clock = { date_skew = -30, token_skew = 0 }
///     propagation = { requests = 1 }              # or { seconds = 5 }: of keys that are made later
///
///     [[service_ids]]
///     name = "nightly"
///
///     [[keys]]
///     name = "old"
///     owner = "nightly"                           # a Service ID of this file, or "user" or "service"
///     value = "a-value-of-ones-own-or-one-from-the-seed"
///     disabled = true
///     expires_in = -60                            # past
///
///     [[members]]
///     workspace = "space"                         # or "project"
///     member = "nightly"                          # or "user", "service", "profile"
///     role = "viewer"                             # or "editor", "admin", "none"
///
///     [[rules]]
///     route = "token"                             # or path = "/v1/"
///     key = "old"                                 # or "user", "service"; of everybody, if left out
///     nth = 2                                     # or times = 3, or probability = 0.1; always, if left out
///     answer = { status = 503, headers = { Retry-After = "1" } }
///
///     [[rules]]
///     route = "predictions"
///     limit = { requests = 10, seconds = 60, retry_after = "date", body = "errors" }
/// "#.parse().map_err(std::io::Error::other)?;
///
/// let cloud = MockIam::builder().scenario(scenario).start().await?;
/// assert_eq!(cloud.seed(), 7);
/// assert!(cloud.fixture().keys.contains_key("old"));
/// # Ok(())
/// # }
/// ```
///
/// # Answers
///
/// | member | is |
/// | --- | --- |
/// | `kind` | `normal`, `close`, `reset`, `stall`, `garbage`, `bad-chunk`, `gateway-404`, `gateway-502`, `gzip-bomb`, `invalid-utf8`, `duplicate-members`, `without-token`: see [`Answer`](crate::Answer) |
/// | `status`, `text`, `json` | an answer of one's own, with this body or none |
/// | `huge` | a JSON string of so many bytes |
/// | `raw` | this text in place of status line, headers and body |
/// | `redirect` | a `Location`, with `status` or 307 |
/// | `iam_error` | a code of the token service |
/// | `access_token` | this text for a token |
/// | `token` | the normal token on other terms: `lifetime`, `issued`, `without`, `kid`, `expires_in`, `expiration`, `refresh_token` |
/// | `headers`, `header_flood` | besides |
/// | `delay_ms`, `body_delay_ms` | a number, or `{ uniform = [5, 20] }`, `{ lognormal = [40, 0.5] }`, `{ bimodal = [5, 900, 0.1] }` |
/// | `chunk`, `drip` | bytes per chunk; `{ bytes = 1, every_ms = 100 }` |
/// | `close_after`, `reset_after`, `stall_after` | so many bytes of the body |
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub(crate) seed: Option<u64>,
    token_lifetime: Option<u64>,
    pub(crate) issuer: Option<String>,
    #[serde(default)]
    clock: Skews,
    propagation: Option<Lag>,
    #[serde(default)]
    service_ids: Vec<ServiceId>,
    #[serde(default)]
    keys: Vec<Key>,
    #[serde(default)]
    members: Vec<Member>,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Skews {
    #[serde(default)]
    skew: i64,
    #[serde(default)]
    date_skew: i64,
    #[serde(default)]
    token_skew: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Lag {
    Seconds(u64),
    Requests(u32),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceId {
    name: String,
}

/// An API key to be made.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub(crate) name: String,
    #[serde(default = "user")]
    owner: String,
    value: Option<String>,
    #[serde(default)]
    disabled: bool,
    expires_in: Option<i64>,
}

fn user() -> String {
    "user".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    workspace: Place,
    member: String,
    role: Standing,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    Space,
    Project,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Standing {
    None,
    Viewer,
    Editor,
    Admin,
}

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not a scenario.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| ScenarioError::new(error.to_string()));
        text.and_then(|text| text.parse()).map_err(|error: ScenarioError| error.in_file(path))
    }

    pub(crate) fn token_lifetime(&self) -> Option<Duration> {
        self.token_lifetime.map(Duration::from_secs)
    }

    /// Sets the clock as the file says.
    pub(crate) fn set(&self, clock: &Clock) {
        clock.set_skew(self.clock.skew);
        clock.skew_date(self.clock.date_skew);
        clock.skew_tokens(self.clock.token_skew);
    }

    /// Makes what the file says is there. The keys are given back by name.
    pub(crate) fn furnish(
        &self,
        world: &mut World,
        now: Timestamp,
    ) -> Result<BTreeMap<String, String>, ScenarioError> {
        for service in &self.service_ids {
            let service = ServiceIdentity::new(&world.seed, now, &service.name, &world.user.iam_id());
            world.service_ids.push(service);
        }
        let mut keys = BTreeMap::new();
        for key in &self.keys {
            keys.insert(key.name.clone(), key.make(world, now)?);
        }
        for member in &self.members {
            member.enrol(world)?;
        }
        world.spreading.propagation = match self.propagation {
            None => Propagation::immediate(),
            Some(Lag::Seconds(seconds)) => Propagation::after(Duration::from_secs(seconds)),
            Some(Lag::Requests(count)) => Propagation::after_requests(count),
        };
        Ok(keys)
    }

    /// Scripts what the file says goes wrong.
    pub(crate) fn rehearse(&self, script: &Script, world: &World) -> Result<(), ScenarioError> {
        self.rules.iter().try_for_each(|rule| rule.script(script, world))
    }
}

impl FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| ScenarioError::of_toml(text, &error))?;
        for rule in &scenario.rules {
            rule.check_form()?;
        }
        Ok(scenario)
    }
}

/// How much there is of what. The rest may hold secrets.
impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scenario")
            .field("seed", &self.seed)
            .field("service_ids", &self.service_ids.len())
            .field("keys", &self.keys.len())
            .field("members", &self.members.len())
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

impl Key {
    /// Makes it, and says what its value is.
    pub(crate) fn make(&self, world: &mut World, now: Timestamp) -> Result<String, ScenarioError> {
        let iam_id = iam_id(world, &self.owner)?;
        if self.value.as_ref().is_some_and(|value| value.is_empty() || world.api_key(value).is_some()) {
            return Err(ScenarioError::new(format!(
                "the value of the key `{}` is empty or taken",
                self.name
            )));
        }
        let mut new = NewApiKey::named(&self.name, &iam_id);
        new.value = self.value.clone();
        new.expires_at = self
            .expires_in
            .map(|seconds| now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX));
        let mut key = world.add_api_key(new, &iam_id, now);
        key.disabled = self.disabled;
        let value = key.value.clone();
        world.replace_api_key(key);
        Ok(value)
    }
}

impl Member {
    fn enrol(&self, world: &mut World) -> Result<(), ScenarioError> {
        let iam_id = iam_id(world, &self.member)?;
        let id = match self.workspace {
            Place::Space => world.space_id(),
            Place::Project => world.project_id(),
        };
        let Some(workspace) = world.workspace_mut(&id) else { return Ok(()) };
        match self.role {
            Standing::None => drop(workspace.remove_member(&iam_id)),
            Standing::Viewer => workspace.set_role(&iam_id, Role::Viewer),
            Standing::Editor => workspace.set_role(&iam_id, Role::Editor),
            Standing::Admin => workspace.set_role(&iam_id, Role::Admin),
        }
        Ok(())
    }
}

/// Whoever is called so in a scenario.
fn iam_id(world: &World, name: &str) -> Result<String, ScenarioError> {
    let fixture = world.service_ids.first().filter(|_| name == "service");
    match name {
        "user" => Ok(world.user.iam_id()),
        "profile" => Ok(world.profile().map(Profile::iam_id).unwrap_or_default()),
        _ => fixture
            .or_else(|| world.service_ids.iter().skip(1).find(|service| service.name == name))
            .map(ServiceIdentity::iam_id)
            .ok_or_else(|| ScenarioError::new(format!("there is no identity named `{name}`"))),
    }
}
