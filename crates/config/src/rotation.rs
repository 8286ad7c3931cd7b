//! Replacing an API key by a new one, without a moment in which there is none.

mod failure;
mod lock;
mod log_in;
mod marker;
mod patience;
mod run;
mod step;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::SystemTime;

use wml_auth_core::{AuthError, Clock, Credentials, SystemClock, Transport};
use wml_auth_iam::IamClient;
use wml_auth_iam::identity_services::IdentityServices;

pub use self::failure::{Held, RotationError, Standing};
pub(crate) use self::log_in::log_in;
pub use self::patience::Patience;
pub use self::step::Step;
use crate::{KeyPlace, Resolution};

/// A rotation of the API key of one login: a new key is made, proved and put where the old one stands, and the old one
/// is taken away.
///
/// ```
/// use std::sync::Arc;
/// use wml_auth_config::{Resolver, Retire, RotationError};
/// use wml_auth_core::{AuthError, Transport};
///
/// async fn rotate(resolver: Resolver, transport: Arc<dyn Transport>) -> Result<(), AuthError> {
///     let rotation = resolver.resolve()?.rotation(transport)?;
///     match rotation.retire(Retire::Disable).run().await {
///         Ok(rotated) => println!("{} holds {}", rotated.place, rotated.new_key),
///         Err(error) => eprintln!("{error}; {}; {}", error.standing(), error.how_to_go_on()),
///     }
///     Ok(())
/// }
/// ```
///
/// # The steps
///
/// | [`Step`] | what is done | if it fails |
/// | --- | --- | --- |
/// | `Check` | sees that the place can be written, and what the key in it is | nothing has been changed |
/// | `CleanUp` | deletes what an interrupted rotation of this place left behind | as above |
/// | `Create` | makes a new key for the same identity | no key is left, unless IAM does not answer |
/// | `Await` | logs in with it, again and again until IAM knows it, and sees that it is the same identity's | the new key is deleted |
/// | `Swap` | puts it into the place, all or nothing | the new key is deleted; the place is as it was |
/// | `Verify` | reads it back and logs in with what is read | the old key is put back, and the new one deleted |
/// | `Retire` | deletes or disables the old key | the new key stays; the old one still works |
/// | `Settle` | takes the mark off the new key | the same; running it again does the rest |
///
/// Until `Retire` both keys work, so whoever still holds the old one goes on undisturbed. Programs that read the key from
/// its place pick up the new one by themselves; see [`Resolution::credentials`].
///
/// # When it is interrupted
///
/// There is no journal. While it is not in use for good, the new key says in its description which key it is to replace,
/// and on which machine and in which place. So whoever runs the rotation again after the process was killed, at whichever
/// point, has it finished where the new key stands in its place already, and otherwise has the left-over deleted and
/// begins anew. The place holds a working key at every moment.
///
/// # Limits
///
/// An identity may have twenty keys, and for a while has one more. A locked key is not rotated, since it could not be
/// retired. A Service ID needs the right to manage its own keys, or somebody [who has it](Self::managed_by).
#[must_use = "a rotation does nothing until it is run"]
pub struct Rotation {
    place: KeyPlace,
    iam: IamClient,
    services: IdentityServices,
    retire: Retire,
    patience: Patience,
    expires_at: Option<SystemTime>,
    managed_by: Option<Credentials>,
    clock: Arc<dyn Clock>,
    on_step: Box<dyn FnMut(Step) -> ControlFlow<()> + Send + Sync>,
}

/// What becomes of the old key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Retire {
    /// It is deleted for good.
    #[default]
    Delete,
    /// It is disabled, and can be enabled again.
    Disable,
    /// It stays as it is, for others who hold it.
    Keep,
}

/// What a rotation came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rotated {
    /// Where the key stands.
    pub place: KeyPlace,
    /// The id of the key that stands there now.
    pub new_key: String,
    /// The id of the key that stood there before.
    pub old_key: String,
    /// What became of that.
    pub retired: Retire,
    /// An earlier rotation was only finished: this one made no key.
    pub was_resumed: bool,
    /// What should be looked at, in sentences.
    pub notes: Vec<String>,
}

impl Resolution {
    /// A rotation of the API key of this login.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the login is not by an API key that is exchanged at IAM, or the key has no
    /// [place](Self::key_place) that can be written.
    pub fn rotation(&self, transport: Arc<dyn Transport>) -> Result<Rotation, AuthError> {
        let place = self.key_place()?.clone();
        let exchange = self.login.key_exchange().ok_or_else(|| {
            AuthError::misconfigured(format!("the key of a {} login cannot be rotated", self.auth_type()))
                .with_hint("IAM manages the keys that are exchanged for its tokens")
        })?;
        let endpoint = exchange.endpoint.clone();
        let mut iam = IamClient::new(Arc::clone(&transport), endpoint.clone());
        if let Some((id, secret)) = &exchange.client {
            iam = iam.with_client(id, secret.clone())?;
        }
        Ok(Rotation {
            place,
            iam,
            services: IdentityServices::new(transport, endpoint),
            retire: Retire::default(),
            patience: Patience::default(),
            expires_at: None,
            managed_by: None,
            clock: Arc::new(SystemClock),
            on_step: Box::new(|_| ControlFlow::Continue(())),
        })
    }
}

impl Rotation {
    /// What becomes of the old key. It is deleted unless this says otherwise.
    pub fn retire(mut self, retire: Retire) -> Self {
        self.retire = retire;
        self
    }

    /// How long IAM may take to know the new key, and how often it is asked.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// When the new key is to expire. Unless set, it lives as long as the old one was made to, from now on.
    pub fn expires_at(mut self, date: SystemTime) -> Self {
        self.expires_at = Some(date);
        self
    }

    /// Whose rights are used to manage the keys: those of the key itself unless set.
    pub fn managed_by(mut self, administrator: Credentials) -> Self {
        self.managed_by = Some(administrator);
        self
    }

    /// The clock that patience and expiry go by.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Is told of every step before it is begun. To break is to stop right there, as if the process were killed: nothing
    /// is rolled back.
    pub fn on_step(mut self, hook: impl FnMut(Step) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        self.on_step = Box::new(hook);
        self
    }

    /// Where the key stands.
    pub fn place(&self) -> &KeyPlace {
        &self.place
    }

    /// Rotates.
    ///
    /// # Errors
    ///
    /// [`RotationError`], with the reason, what stands where, and how to go on.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future is like killing the process: running it again finishes or rolls back.
    pub async fn run(mut self) -> Result<Rotated, RotationError> {
        let mut standing = Standing::new(self.place.clone());
        let outcome = self.rotate(&mut standing).await;
        outcome.map_err(|halt| RotationError::new(halt, standing))
    }
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rotation")
            .field("place", &self.place)
            .field("iam", &self.iam)
            .field("retire", &self.retire)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
