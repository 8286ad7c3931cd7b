//! Task credentials: the API key that the platform keeps, so that a job can run when its owner is not there.

use http::Method;
use serde::{Deserialize, Serialize};
use wml_auth_core::{AuthError, Authorization, Secret};

use super::Platform;
use crate::call::exposed;
use crate::segment::path_segment;

const PATH: &str = "/v1/task_credentials";

/// An API key that the platform keeps for its owner. In the console it stands under *Profile and settings > User API
/// key*; there is one per user and account. The key itself cannot be read again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TaskCredential {
    /// Its id, by which it is deleted.
    pub id: String,
    /// The name that people gave it; empty where the platform tells none.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// What is kept, such as `iam_api_key`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
}

/// An API key that the platform shall keep.
#[derive(Clone, Debug)]
pub struct NewTaskCredential {
    name: String,
    description: Option<String>,
    api_key: Secret,
}

impl NewTaskCredential {
    /// Keeps this API key under this name.
    pub fn new(name: impl Into<String>, api_key: Secret) -> Self {
        Self { name: name.into(), description: None, api_key }
    }

    /// Says what it is for.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl Platform {
    /// The task credentials of whoever asks, whatever they keep: `GET /v1/task_credentials`.
    ///
    /// # Errors
    ///
    /// By the table in the [crate's description](crate).
    pub async fn task_credentials(
        &self,
        authorization: &Authorization,
    ) -> Result<Vec<TaskCredential>, AuthError> {
        #[derive(Deserialize)]
        struct List {
            credentials: Vec<TaskCredential>,
        }
        let answer = self.api().call(Method::GET, PATH, authorization)?.send().await?;
        let list: List = answer.read("task credentials")?;
        Ok(list.credentials)
    }

    /// Has the platform keep an API key: `POST /v1/task_credentials`.
    ///
    /// To replace the one that is kept, delete it first: the platform keeps one per user and account, and IBM's own
    /// client refuses to add a second.
    ///
    /// # Errors
    ///
    /// By the table in the [crate's description](crate). No error repeats the key.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the request up; the platform may have taken the key by then.
    /// [`task_credentials`](Self::task_credentials) tells.
    pub async fn create_task_credential(
        &self,
        new: &NewTaskCredential,
        authorization: &Authorization,
    ) -> Result<TaskCredential, AuthError> {
        #[derive(Serialize)]
        struct Body<'a> {
            name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
            r#type: &'static str,
            secret: Kept<'a>,
        }
        #[derive(Serialize)]
        struct Kept<'a> {
            #[serde(serialize_with = "exposed")]
            api_key: &'a Secret,
        }
        let body = Body {
            name: &new.name,
            description: new.description.as_deref(),
            r#type: "iam_api_key",
            secret: Kept { api_key: &new.api_key },
        };
        let call = self.api().call(Method::POST, PATH, authorization)?;
        call.with_json(&body, [new.api_key.clone()])?.send().await?.read("a task credential")
    }

    /// Has the platform forget a key: `DELETE /v1/task_credentials/{id}`. The API key itself stays as it is.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when there is none of that id, and by the table in the
    /// [crate's description](crate).
    pub async fn delete_task_credential(
        &self,
        id: &str,
        authorization: &Authorization,
    ) -> Result<(), AuthError> {
        let path = format!("{PATH}/{}", path_segment("task credential's id", id)?);
        self.api().call(Method::DELETE, &path, authorization)?.send().await?.done()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wml_auth_core::Transport;

    use super::*;
    use crate::scripted::{Scripted, answer};

    fn authorization() -> Authorization {
        Authorization::bearer(&Secret::from("t0ken")).unwrap()
    }

    fn platform(status: u16, body: &str) -> (Platform, Arc<Scripted>) {
        let script = Arc::new(Scripted::new([answer(status, &[], body)]));
        let transport: Arc<dyn Transport> = script.clone();
        (Platform::new(transport, "https://api.dataplatform.cloud.ibm.com").unwrap(), script)
    }

    #[tokio::test]
    async fn what_is_kept_is_listed() {
        let body = r#"{"credentials":[{"id":"tc-1","name":"nightly","type":"iam_api_key","scope":{}},{"id":"tc-2"}]}"#;
        let (platform, script) = platform(200, body);
        let [first, second] =
            <[_; 2]>::try_from(platform.task_credentials(&authorization()).await.unwrap()).unwrap();
        assert_eq!((first.id.as_str(), first.name.as_str()), ("tc-1", "nightly"));
        assert_eq!((first.kind.as_deref(), second.name.as_str()), (Some("iam_api_key"), ""));
        let request = script.asked().pop().unwrap();
        assert_eq!(request.uri(), "https://api.dataplatform.cloud.ibm.com/v1/task_credentials");
        assert_eq!(request.headers()["authorization"], "Bearer t0ken");
    }

    #[tokio::test]
    async fn a_key_is_sent_as_ibms_client_sends_it_and_never_shown() {
        let (platform, script) = platform(201, r#"{"id":"tc-1","name":"n"}"#);
        let new = NewTaskCredential::new("n", Secret::from("hunter2")).with_description("d");
        assert!(!format!("{new:?}").contains("hunter2"));
        platform.create_task_credential(&new, &authorization()).await.unwrap();
        let request = script.asked().pop().unwrap();
        assert_eq!(
            (request.method(), &request.headers()["content-type"]),
            (&Method::POST, &"application/json".parse().unwrap())
        );
        let sent: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let expected = serde_json::json!(
            {"name": "n", "description": "d", "type": "iam_api_key", "secret": {"api_key": "hunter2"}}
        );
        assert_eq!(sent, expected);
    }

    #[tokio::test]
    async fn a_refusal_that_repeats_the_key_is_cleaned() {
        let (platform, _) = platform(400, r#"{"id":"WSCPA0000E","message":"bad key hunter2"}"#);
        let new = NewTaskCredential::new("n", Secret::from("hunter2"));
        let error = platform.create_task_credential(&new, &authorization()).await.unwrap_err();
        assert_eq!((error.status(), error.service_message()), (Some(400), Some("bad key [redacted]")));
    }

    #[tokio::test]
    async fn an_unknown_one_cannot_be_deleted() {
        let (platform, script) = platform(404, r#"{"id":"WSCPA0000E","message":"none"}"#);
        let error = platform.delete_task_credential("a/b", &authorization()).await.unwrap_err();
        assert!(error.is_misconfigured(), "{error}");
        let request = script.asked().pop().unwrap();
        assert_eq!((request.method(), request.uri().path()), (&Method::DELETE, "/v1/task_credentials/a%2Fb"));
        assert!(platform.delete_task_credential("", &authorization()).await.is_err());
    }
}
