//! The API key that the platform keeps for its owner's jobs, and replacing it by another one.

mod failure;
mod mark;
mod run;
mod step;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use wml_auth_core::{AuthError, AuthRequest, Clock, Credentials, SystemClock, Transport};
use wml_auth_iam::identity_services::IdentityServices;
use wml_auth_iam::{IamClient, Platform, TaskCredential, regions};

pub use self::failure::{Keeps, TaskError, TaskStanding};
pub use self::step::TaskStep;
use crate::{Patience, Resolution};

/// The task credentials of one login: what the console shows under *Profile and settings > User API key*. The platform
/// keeps one per user and account, and never gives the key away again.
///
/// ```
/// use std::sync::Arc;
/// use wml_auth_config::Resolver;
/// use wml_auth_core::{AuthError, Transport};
///
/// async fn rotate(resolver: Resolver, transport: Arc<dyn Transport>) -> Result<(), AuthError> {
///     match resolver.resolve()?.task_credentials(transport)?.rotate(None).await {
///         Ok(kept) => println!("{} keeps {}", kept.id, kept.new_key),
///         Err(error) => eprintln!("{error}; {}; {}", error.standing(), error.how_to_go_on()),
///     }
///     Ok(())
/// }
/// ```
///
/// # The steps of a rotation
///
/// | [`TaskStep`] | what is done | if it fails |
/// | --- | --- | --- |
/// | `Check` | sees what the platform keeps, and which keys were made for it here | nothing has been changed |
/// | `Create` | makes a new API key for the same identity | no key is left, unless IAM does not answer |
/// | `Prove` | logs in with it, again and again until IAM knows it, and sees that it is the same identity's | the new key is deleted |
/// | `Keep` | has the platform keep it, then deletes the old task credential | the new key is deleted, and the old one is kept as before |
/// | `Verify` | sees that the platform lists the new one | what is listed is told |
/// | `Settle` | deletes the API keys that were made for the old one | the new one is kept; the old keys still work |
///
/// Where the platform refuses a second task credential (409), the old one has to go first. For that moment it keeps none,
/// and the making is insisted on. Should it fail for good, the error says that none is kept: the platform never tells
/// the old key, so that it cannot be put back.
///
/// # Which keys are deleted
///
/// Those that were made here for this platform: their descriptions say so, and nobody else was ever shown them. A key that
/// somebody else gave the platform stays, since it may be used elsewhere. So there is no journal: whoever runs the rotation
/// again after it was interrupted, at whichever point, gets rid of what it left.
///
/// One at a time: of two that run at once, each may take the other's key for a left-over.
#[must_use = "nothing is asked before a method is called"]
pub struct TaskCredentials {
    iam: IamClient,
    services: IdentityServices,
    platform: Platform,
    owner: Credentials,
    patience: Patience,
    delete_first: bool,
    clock: Arc<dyn Clock>,
    on_step: Box<dyn FnMut(TaskStep) -> ControlFlow<()> + Send + Sync>,
}

/// What the making of a task credential came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Kept {
    /// The id of the task credential.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The id of the API key in it.
    pub new_key: String,
    /// The id of the one that it replaces.
    pub replaced: Option<String>,
    /// The API keys that were deleted with that.
    pub deleted_keys: Vec<String>,
    /// What should be looked at, in sentences.
    pub notes: Vec<String>,
}

impl Resolution {
    /// The task credentials of whoever logs in here.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the login is not by IAM, or it is not known where the platform is.
    pub fn task_credentials(&self, transport: Arc<dyn Transport>) -> Result<TaskCredentials, AuthError> {
        let endpoint = self.login.endpoint().ok_or_else(|| {
            let message = format!("the keys of a {} login are not managed at IAM", self.auth_type());
            AuthError::misconfigured(message).with_hint("use a profile that logs in at IBM Cloud")
        })?;
        let url = self.target.url.as_deref();
        let known = || url.and_then(|url| regions::platform_for(url).map(str::to_owned));
        let local = || url.and_then(regions::platform_on_loopback);
        let platform = self.target.platform_url.clone().or_else(known).or_else(local).ok_or_else(|| {
            AuthError::misconfigured("the configuration names no platform URL")
                .with_hint("set `url` or `platform_url`, such as by WATSONX_URL")
        })?;
        Ok(TaskCredentials {
            iam: IamClient::new(Arc::clone(&transport), endpoint.clone()),
            services: IdentityServices::new(Arc::clone(&transport), endpoint.clone()),
            platform: Platform::new(Arc::clone(&transport), &platform)?,
            owner: self.credentials(transport)?,
            patience: Patience::default(),
            delete_first: false,
            clock: Arc::new(SystemClock),
            on_step: Box::new(|_| ControlFlow::Continue(())),
        })
    }
}

impl TaskCredentials {
    /// How long IAM may take to know a new key, and the platform to keep it.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Deletes the old task credential before the new one is made, without trying whether the platform keeps two.
    pub fn delete_first(mut self, first: bool) -> Self {
        self.delete_first = first;
        self
    }

    /// The clock that patience goes by.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Is told of every step before it is begun. To break is to stop right there, as if the process were killed: nothing
    /// is rolled back.
    pub fn on_step(mut self, hook: impl FnMut(TaskStep) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        self.on_step = Box::new(hook);
        self
    }

    /// What the platform keeps.
    ///
    /// # Errors
    ///
    /// Those of the login and of [`Platform::task_credentials`].
    pub async fn list(&self) -> Result<Vec<TaskCredential>, AuthError> {
        let by = self.owner.authorize(&AuthRequest::new()).await?;
        self.platform.task_credentials(&by).await
    }

    /// Has the platform forget a key. The API key itself stays as it is.
    ///
    /// # Errors
    ///
    /// Those of the login and of [`Platform::delete_task_credential`].
    pub async fn delete(&self, id: &str) -> Result<(), AuthError> {
        let by = self.owner.authorize(&AuthRequest::new()).await?;
        self.platform.delete_task_credential(id, &by).await
    }

    /// Makes an API key and has the platform keep it under this name, by the steps of a rotation. Nobody is shown the key.
    ///
    /// # Errors
    ///
    /// [`TaskError`], with the reason, what is kept, and how to go on; also when the platform keeps a key already.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future is like killing the process: running it again gets rid of what was left.
    pub async fn create(mut self, name: &str, description: Option<&str>) -> Result<Kept, TaskError> {
        let mut standing = TaskStanding::default();
        let outcome = self.make(&mut standing, name, description).await;
        outcome.map_err(|halt| TaskError::new(halt, standing))
    }

    /// Replaces the API key that the platform keeps: the only one, or that of this id. The name stays.
    ///
    /// Where none is kept because an earlier rotation was interrupted, another one is made under the same name.
    ///
    /// # Errors
    ///
    /// [`TaskError`], with the reason, what is kept, and how to go on.
    ///
    /// # Cancel safety
    ///
    /// As for [`create`](Self::create).
    pub async fn rotate(mut self, id: Option<&str>) -> Result<Kept, TaskError> {
        let mut standing = TaskStanding::default();
        let outcome = self.replace(&mut standing, id).await;
        outcome.map_err(|halt| TaskError::new(halt, standing))
    }
}

impl fmt::Debug for TaskCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskCredentials")
            .field("iam", &self.iam)
            .field("platform", &self.platform)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
