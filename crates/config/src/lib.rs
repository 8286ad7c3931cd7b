//! Finds out which credential is meant for IBM Watson Machine Learning or watsonx.ai, makes a provider of it, and says
//! why it is this one.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_config::{Environment, Resolver};
//! use wml_auth_core::{AuthError, Credentials, Transport};
//!
//! fn credentials(transport: Arc<dyn Transport>) -> Result<Credentials, AuthError> {
//!     let resolution = Resolver::new(Environment::process()).resolve()?;
//!     for warning in resolution.warnings() {
//!         eprintln!("warning: {warning}");
//!     }
//!     resolution.credentials(transport)
//! }
//! ```
//!
//! # Where is looked, in order
//!
//! 1. **Explicit values**: [`Resolver::set`].
//! 2. **Environment variables**: IBM's names for a service (`WATSONX_AI_APIKEY`), and those that other watsonx clients
//!    read (`WATSONX_APIKEY`). All of them: [`variables_markdown`].
//! 3. **A profile** of the profiles file: `WML_AUTH_PROFILES_FILE`, or `wml-auth/profiles.toml` in
//!    `$XDG_CONFIG_HOME` or `~/.config`. One that was asked for by name ([`Resolver::profile`], `WML_AUTH_PROFILE`)
//!    comes before the environment; otherwise it is the file's `default_profile`.
//! 4. **A credential file**: `IBM_CREDENTIALS_FILE`, or else `ibm-credentials.env` in the current directory or in
//!    the home, or else the console's `apikey.json` in the current directory.
//! 5. **`VCAP_SERVICES`**, as Cloud Foundry sets it.
//!
//! # The rules
//!
//! * **The credential comes from one source**, the first that holds one or says how to log in. What goes with it
//!   (auth type, URL of the token service, client, scope, account, Service ID) is taken from that source alone: a key
//!   is never sent to a host that another source named. Only explicit values override it, one by one.
//! * **The target** (URLs, space, project, deployment, version) is put together value by value from all sources.
//! * **Absent is not broken.** A source without anything is skipped, with a reason. A source that makes no sense stops the
//!   resolution: a malformed file, an unknown key, a named file that is missing, an empty secret. An empty variable
//!   counts as unset.
//! * **Nothing is guessed.** Without an auth type, an API key means `iam`, a token `bearer`, a password `basic`, and
//!   anything else nothing; a user as watsonx clients name one (`WATSONX_USERNAME`), with the URL of a cluster beside it,
//!   means `cp4d`. Unknown names are errors with a suggestion.
//! * **No secret is shown**, in an error, an [`Explanation`] or a `Debug` output.
//!
//! # The profiles file
//!
//! ```toml
//! default_profile = "prod"
//!
//! [profiles.base]
//! url = "https://us-south.ml.cloud.ibm.com"
//! space_id = "3fc54cf1-252f-424b-b52d-5cdd9814987f"
//!
//! [profiles.prod]
//! extends = "base"                         # what is not set here is taken from there
//! auth_type = "service-level"
//! apikey = { file = "/run/secrets/key" }   # or { env = "NAME" }, { command = ["pass", "wml"] }, or the key itself
//! service_id = "ServiceId-6ba7b810-9dad-11d1-80b4-00c04fd430c8"
//! ```
//!
//! Its keys are the [names](Key::name) of [`Key`], and `extends`. Paths, also that of a program, are relative to the
//! file; `~/` is the home. A reference is followed only when its profile is used: a variable must be set, a file may
//! end with one line break, a command has 30 seconds. [`profiles_schema`] describes the file to an editor.
//!
//! An API key that stands in a profile, in a credential file or in a file is read again for every new token, so that it can be
//! [rotated](Rotation) while programs use it. A refresh token that stands there is replaced by each new one that IAM
//! gives. Any other referenced secret is read once. A token that changes is better
//! named by `bearer_token_file` or `bearer_token_command`, which are asked again for every new token.
//!
//! # What is where
//!
//! | to | see |
//! | --- | --- |
//! | resolve | [`Resolver`], [`Environment`], [`Key`] |
//! | use the result | [`Resolution`], [`Target`], [`AuthType`] |
//! | know why | [`Explanation`], [`Origin`], [`Warning`], [`ConfigError`] |
//! | list profiles | [`Resolver::profiles`], [`ProfileSummary`] |
//! | change the profiles file | [`Resolver::profiles_path`], [`ProfilesFile`], [`ProfileValue`], [`Changes`] |
//! | take over what one source holds | [`Resolver::holding`], [`Holding`] |
//! | replace an API key by a new one | [`Rotation`], [`KeyPlace`] |
//! | have the platform keep another API key for jobs | [`TaskCredentials`] |
//! | take over the session of `ibmcloud` | [`Resolver::ibmcloud_session`] |
//! | write a file that holds a secret | [`write_private`] |
//! | write the reference pages | [`variables_markdown`], [`auth_types_markdown`], [`profiles_schema`] |

mod auth_type;
mod check;
mod cluster;
mod command;
mod environment;
mod error;
mod explanation;
mod explanation_text;
mod file;
mod halt;
mod holding;
mod key;
mod key_place;
mod layer;
mod layers;
mod login;
mod origin;
mod private_file;
mod profiles;
mod providers;
mod reference;
mod reloading_key;
mod resolution;
mod resolver;
mod rotation;
mod rules;
mod services;
mod sources;
mod survey;
mod target;
mod task_credentials;
mod text;
mod values;
mod variables;
mod warning;
mod without_checks;

pub use auth_type::{AuthType, auth_types_markdown};
pub use environment::Environment;
pub use error::ConfigError;
pub use explanation::{
    EXPLANATION_VERSION, Explanation, Outcome, Shadow, SourceReport, SourceStatus, ValueReport,
};
pub use holding::{HeldValue, Holding};
pub use key::Key;
pub use key_place::KeyPlace;
pub use origin::{Origin, SourceKind};
pub use private_file::write_private;
pub use profiles::{Change, Changes, ProfileSummary, ProfileValue, ProfilesFile, profiles_schema};
pub use resolution::Resolution;
pub use resolver::Resolver;
pub use rotation::{Held, Patience, Retire, Rotated, Rotation, RotationError, Standing, Step};
pub use rules::rules_markdown;
pub use target::Target;
pub use task_credentials::{Keeps, Kept, TaskCredentials, TaskError, TaskStanding, TaskStep};
pub use variables::variables_markdown;
pub use warning::{Warning, WarningCode};
