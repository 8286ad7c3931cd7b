//! What a test needs to know about the account that every server starts with.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::secrecy::Redacted;

/// The addresses, ids and credentials of a fresh server. All of them work.
///
/// The user is admin of the space and of the project; the Service ID and the trusted profile are editors of both.
/// `Serialize` gives the JSON object which tools read; `Debug` shows no secret.
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct Fixture {
    /// The base URL of IAM, of the platform and of Watson Machine Learning.
    pub url: String,
    /// The same with TLS, if the server has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_url: Option<String>,
    /// Where the CA certificate was written. The server writes no file: whoever does fills this in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// The same at a Unix socket, if the server has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unix_socket: Option<PathBuf>,
    /// Where the server is controlled from, if it [can be](crate::MockIamBuilder::admin).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_url: Option<String>,
    /// The number that fixed all of this.
    pub seed: u64,
    /// The user's API key.
    pub api_key: String,
    /// The Service ID's API key.
    pub service_api_key: String,
    /// The account, 32 hexadecimal digits.
    pub account_id: String,
    /// The Service ID: `ServiceId-<uuid>`.
    pub service_id: String,
    /// The Service ID as tokens and members lists call it: `iam-ServiceId-<uuid>`.
    pub iam_id: String,
    /// The trusted profile: `Profile-<uuid>`.
    pub profile_id: String,
    /// The deployment space.
    pub space_id: String,
    /// The project.
    pub project_id: String,
    /// The deployment in the space: 36 characters of `[a-z0-9-]`.
    pub deployment_id: String,
    /// A compute resource token which the trusted profile accepts.
    pub cr_token: String,
    /// The user's name, wherever one logs in with a name.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// A one-time passcode of the user.
    pub passcode: String,
    /// The secret with which service brokers of Cloud Pak for Data get a token.
    pub broker_secret: String,
    /// The service instance that the space and the project are billed to.
    pub instance_id: String,
    /// The API keys of the scenario, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, String>,
}

impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture")
            .field("url", &self.url)
            .field("tls_url", &self.tls_url)
            .field("ca_file", &self.ca_file)
            .field("unix_socket", &self.unix_socket)
            .field("admin_url", &self.admin_url)
            .field("seed", &self.seed)
            .field("api_key", &Redacted(self.api_key.as_bytes()))
            .field("service_api_key", &Redacted(self.service_api_key.as_bytes()))
            .field("account_id", &self.account_id)
            .field("service_id", &self.service_id)
            .field("iam_id", &self.iam_id)
            .field("profile_id", &self.profile_id)
            .field("space_id", &self.space_id)
            .field("project_id", &self.project_id)
            .field("deployment_id", &self.deployment_id)
            .field("cr_token", &Redacted(self.cr_token.as_bytes()))
            .field("username", &self.username)
            .field("password", &Redacted(self.password.as_bytes()))
            .field("passcode", &Redacted(self.passcode.as_bytes()))
            .field("broker_secret", &Redacted(self.broker_secret.as_bytes()))
            .field("instance_id", &self.instance_id)
            .field("keys", &self.keys.keys().collect::<Vec<_>>())
            .finish()
    }
}
