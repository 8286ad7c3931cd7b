//! The watsonx platform: who belongs to a space or project, and what it runs on.

mod members;
mod task_credentials;

use std::fmt;
use std::sync::Arc;

use http::{Method, StatusCode};
use serde::Deserialize;
use wml_auth_core::{AuthError, Authorization, Transport};

pub use self::members::Member;
pub use self::task_credentials::{NewTaskCredential, TaskCredential};
use crate::Role;
use crate::base_url::BaseUrl;
use crate::call::{Answered, Api};
use crate::container::{Body, Container};
use crate::segment::path_segment;
use crate::target::Target;

/// Asks the platform API of watsonx (`https://api.dataplatform.cloud.ibm.com` and its like).
///
/// Which platform goes with a WML URL is in [`regions`](crate::regions). Clones share the transport.
#[derive(Clone)]
pub struct Platform {
    transport: Arc<dyn Transport>,
    base: BaseUrl,
}

impl Platform {
    /// Asks the platform at this URL.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the URL cannot be one, by the rules of
    /// [`Endpoint::parse`](crate::Endpoint::parse).
    pub fn new(transport: Arc<dyn Transport>, base_url: &str) -> Result<Self, AuthError> {
        Ok(Self { transport, base: BaseUrl::parse("the platform URL", base_url)? })
    }

    /// The base URL, without a slash at the end.
    pub fn as_str(&self) -> &str {
        self.base.as_str()
    }

    /// The host, with the port where it is not the scheme's own.
    pub fn host(&self) -> &str {
        self.base.host()
    }

    /// Describes a space or project: `GET /v2/spaces/{id}` or `/v2/projects/{id}`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_rejected_credential`] when the caller may not see it, [`AuthError::is_misconfigured`] when there
    /// is none of that id (to this caller: the platform may say so to whoever is not a member), and by the table in
    /// the [crate's description](crate).
    pub async fn container(
        &self,
        target: &Target,
        authorization: &Authorization,
    ) -> Result<Container, AuthError> {
        let answer = self.ask(&target.path()?, authorization).await?;
        let body: Body = answer.read(&format!("a {}", target.kind()))?;
        Ok(body.into_container(target))
    }

    /// The role of a member: `GET …/members/{iam_id}`. `None` when there is no such member (or, by the same status,
    /// no such space or project: ask for that first).
    ///
    /// `iam_id` is the form with a prefix: `iam-ServiceId-…`, `IBMid-…`.
    ///
    /// # Errors
    ///
    /// As [`container`](Self::container); a role by a name that is not known is an
    /// [invalid answer](AuthError::is_invalid_answer).
    pub async fn role(
        &self,
        target: &Target,
        iam_id: &str,
        authorization: &Authorization,
    ) -> Result<Option<Role>, AuthError> {
        #[derive(Deserialize)]
        struct Member {
            role: String,
        }
        let path = format!("{}/members/{}", target.path()?, path_segment("IAM id", iam_id)?);
        let answer = self.ask(&path, authorization).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let member: Member = answer.read("a member")?;
        match Role::parse(&member.role) {
            Some(role) => Ok(Some(role)),
            None => {
                Err(answer
                    .located(AuthError::invalid_answer("the platform names a role that is not known here")))
            }
        }
    }

    pub(crate) fn api(&self) -> Api<'_> {
        Api { service: "the watsonx platform", base: &self.base, transport: &*self.transport }
    }

    async fn ask(&self, path: &str, authorization: &Authorization) -> Result<Answered<'_>, AuthError> {
        self.api().call(Method::GET, path, authorization)?.send().await
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform").field("url", &self.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use wml_auth_core::Secret;

    use super::*;
    use crate::scripted::{Scripted, answer};

    fn space() -> Target {
        Target::Space("s-1".into())
    }

    fn authorization() -> Authorization {
        Authorization::bearer(&Secret::from("t0ken")).unwrap()
    }

    fn platform(status: u16, body: &str) -> (Platform, Arc<Scripted>) {
        let script = Arc::new(Scripted::new([answer(status, &[], body)]));
        let transport: Arc<dyn Transport> = script.clone();
        (Platform::new(transport, "https://api.dataplatform.cloud.ibm.com/").unwrap(), script)
    }

    async fn container(target: &Target, status: u16, body: &str) -> Result<Container, AuthError> {
        platform(status, body).0.container(target, &authorization()).await
    }

    async fn role(status: u16, body: &str) -> Result<Option<Role>, AuthError> {
        platform(status, body).0.role(&space(), "iam-ServiceId-1", &authorization()).await
    }

    #[tokio::test]
    async fn a_space_is_described() {
        let (platform, script) = platform(
            200,
            r#"{"metadata":{"id":"s-1"},"entity":{"name":"scoring","status":{"state":"active"},"compute":[
                {"type":"spark","guid":"g0"},
                {"type":"machine_learning","guid":"g1","crn":"crn:v1:bluemix:public:pm-20:us-south:a/1:g1::","name":"wml"}
            ]}}"#,
        );
        let container = platform.container(&space(), &authorization()).await.unwrap();
        assert_eq!((container.name.as_str(), container.state.as_deref()), ("scoring", Some("active")));
        let instance = container.instance.unwrap();
        assert_eq!((instance.guid.as_str(), instance.kind.as_str()), ("g1", "machine_learning"));
        let request = script.asked().pop().unwrap();
        assert_eq!(request.uri(), "https://api.dataplatform.cloud.ibm.com/v2/spaces/s-1");
        assert_eq!(request.headers()["authorization"], "Bearer t0ken");
    }

    #[tokio::test]
    async fn a_code_assistant_serves_a_project_and_not_a_space() {
        let body = r#"{"entity":{"name":"p","compute":[{"type":"code-assistant","guid":"g"}]}}"#;
        let project = container(&Target::Project("p".into()), 200, body).await.unwrap();
        assert_eq!(project.instance.unwrap().kind, "code-assistant");
        assert_eq!(container(&space(), 200, body).await.unwrap().instance, None);
        assert_eq!(container(&space(), 200, r#"{"entity":{}}"#).await.unwrap().instance, None);
    }

    #[tokio::test]
    async fn what_describes_no_space_is_an_invalid_answer() {
        for body in ["", "<html>", "[]", "{}", "null", r#"[{"entity":{}}]"#, r#"{"entity":{"compute":5}}"#] {
            let error = container(&space(), 200, body).await.unwrap_err();
            assert!(error.is_invalid_answer(), "{body}: {error}");
            assert_eq!(error.host(), Some("api.dataplatform.cloud.ibm.com"));
        }
    }

    #[tokio::test]
    async fn the_platforms_refusals_are_told() {
        let body =
            r#"{"id":"WSCPA0000E","code":404,"error":"Not Found","reason":"r","message":"no such space"}"#;
        let error = container(&space(), 404, body).await.unwrap_err();
        assert!(error.is_misconfigured(), "{error}");
        assert_eq!((error.code(), error.service_message()), (Some("WSCPA0000E"), Some("no such space")));
        assert!(container(&space(), 403, body).await.unwrap_err().is_rejected_credential());
        assert!(container(&space(), 503, body).await.unwrap_err().is_retryable());
        let leak = container(&space(), 401, r#"{"message":"bad t0ken"}"#).await.unwrap_err();
        assert!(!format!("{leak:?}").contains("t0ken"), "{leak:?}");
    }

    #[tokio::test]
    async fn a_members_role_is_read() {
        let member = r#"{"id":"iam-ServiceId-1","role":"editor","state":"active","type":"service"}"#;
        assert_eq!(role(200, member).await.unwrap(), Some(Role::Editor));
        assert_eq!(role(200, r#"{"role":"ADMIN"}"#).await.unwrap(), Some(Role::Admin));
        assert_eq!(role(404, r#"{"message":"no such member"}"#).await.unwrap(), None);
        assert!(role(200, r#"{"role":"owner"}"#).await.unwrap_err().is_invalid_answer());
        assert!(role(200, "{}").await.unwrap_err().is_invalid_answer());
        assert!(role(403, "{}").await.unwrap_err().is_rejected_credential());
    }

    #[tokio::test]
    async fn ids_stay_in_their_place() {
        let (platform, script) = platform(404, "");
        let target = Target::Space("../x?y".into());
        platform.role(&target, "crn-crn:v1:a/b", &authorization()).await.unwrap();
        assert_eq!(
            script.asked().pop().unwrap().uri().path(),
            "/v2/spaces/..%2Fx%3Fy/members/crn-crn%3Av1%3Aa%2Fb"
        );
    }
}
