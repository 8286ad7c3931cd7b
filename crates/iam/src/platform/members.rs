//! The members of a space or project: who may do what in it.

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use wml_auth_core::{AuthError, Authorization};

use super::Platform;
use crate::Role;
use crate::segment::path_segment;
use crate::target::Target;

/// A member of a space or project.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The IAM id, with its prefix: `IBMid-…`, `iam-ServiceId-…`.
    pub iam_id: String,
    /// What it may do; `None` for a role that is not known here.
    pub role: Option<Role>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    #[serde(default)]
    role: String,
}

#[derive(Serialize)]
struct Added<'a> {
    members: [NewMember<'a>; 1],
}

#[derive(Serialize)]
struct NewMember<'a> {
    id: &'a str,
    r#type: &'static str,
    role: &'static str,
}

/// One operation of a JSON Patch.
#[derive(Serialize)]
struct Replace {
    op: &'static str,
    path: &'static str,
    value: &'static str,
}

/// Each needs an administrator of the space or project, except for the list, which every member may see. Each fails by
/// the table in the [crate's description](crate).
impl Platform {
    /// Who the members are: `GET …/members`.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn members(
        &self,
        target: &Target,
        authorization: &Authorization,
    ) -> Result<Vec<Member>, AuthError> {
        /// Spaces call their list `resources`, projects `members`.
        #[derive(Deserialize)]
        struct List {
            #[serde(alias = "resources")]
            members: Vec<Listed>,
        }
        let answer = self.ask(&format!("{}/members", target.path()?), authorization).await?;
        let list: List = answer.read("a list of members")?;
        let member = |Listed { id, role }| Member { iam_id: id, role: Role::parse(&role) };
        Ok(list.members.into_iter().map(member).collect())
    }

    /// Makes an identity a member: `POST …/members`. `iam_id` is the form with a prefix; a Service ID's begins with
    /// `iam-ServiceId-`.
    ///
    /// Whether the platform takes an identity that is a member already is not documented: ask for its
    /// [role](Self::role) first, and [change](Self::change_role) that.
    ///
    /// # Errors
    ///
    /// As above.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the request up; the platform may have done it by then.
    pub async fn add_member(
        &self,
        target: &Target,
        iam_id: &str,
        role: Role,
        authorization: &Authorization,
    ) -> Result<(), AuthError> {
        // Refuses an empty one, which some servers would take for "everybody".
        path_segment("IAM id", iam_id)?;
        let kind = match iam_id {
            id if id.starts_with("iam-ServiceId-") => "service",
            id if id.starts_with("iam-Profile-") => "profile",
            _ => "user",
        };
        let body = Added { members: [NewMember { id: iam_id, r#type: kind, role: role.as_str() }] };
        let path = format!("{}/members", target.path()?);
        self.api().call(Method::POST, &path, authorization)?.with_json(&body, [])?.send().await?.done()
    }

    /// Gives a member another role: `PATCH …/members/{iam_id}`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when there is no such member; otherwise as above.
    pub async fn change_role(
        &self,
        target: &Target,
        iam_id: &str,
        role: Role,
        authorization: &Authorization,
    ) -> Result<(), AuthError> {
        let path = format!("{}/members/{}", target.path()?, path_segment("IAM id", iam_id)?);
        let patch = [Replace { op: "replace", path: "/role", value: role.as_str() }];
        self.api().call(Method::PATCH, &path, authorization)?.with_json(&patch, [])?.send().await?.done()
    }

    /// Takes a member out: `DELETE …/members/{iam_id}`. `false` when there was no such member.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn remove_member(
        &self,
        target: &Target,
        iam_id: &str,
        authorization: &Authorization,
    ) -> Result<bool, AuthError> {
        let path = format!("{}/members/{}", target.path()?, path_segment("IAM id", iam_id)?);
        let answer = self.api().call(Method::DELETE, &path, authorization)?.send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        answer.done().map(|()| true)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wml_auth_core::{Secret, Transport};

    use super::*;
    use crate::scripted::{Scripted, answer};

    const ID: &str = "iam-ServiceId-1";

    fn platform(status: u16, body: &str) -> (Platform, Arc<Scripted>, Target, Authorization) {
        let script = Arc::new(Scripted::new([answer(status, &[], body)]));
        let transport: Arc<dyn Transport> = script.clone();
        let platform = Platform::new(transport, "https://api.dataplatform.cloud.ibm.com").unwrap();
        let authorization = Authorization::bearer(&Secret::from("t0ken")).unwrap();
        (platform, script, Target::Space("s-1".into()), authorization)
    }

    #[tokio::test]
    async fn spaces_and_projects_list_their_members_by_different_names() {
        for name in ["resources", "members"] {
            let body =
                format!(r#"{{"{name}":[{{"id":"{ID}","role":"editor"}},{{"id":"x","role":"king"}}]}}"#);
            let (platform, _, target, authorization) = platform(200, &body);
            let members = platform.members(&target, &authorization).await.unwrap();
            assert_eq!((members[0].iam_id.as_str(), members[0].role), (ID, Some(Role::Editor)));
            assert_eq!(members[1].role, None);
        }
        let (platform, _, target, authorization) = platform(200, "{}");
        assert!(platform.members(&target, &authorization).await.unwrap_err().is_invalid_answer());
    }

    #[tokio::test]
    async fn a_service_id_is_added_as_a_service() {
        for status in [200, 201] {
            let (platform, script, target, authorization) = platform(status, "");
            platform.add_member(&target, ID, Role::Editor, &authorization).await.unwrap();
            let asked = script.asked().pop().unwrap();
            assert_eq!((asked.method().as_str(), asked.uri().path()), ("POST", "/v2/spaces/s-1/members"));
            assert_eq!(
                asked.body(),
                br#"{"members":[{"id":"iam-ServiceId-1","type":"service","role":"editor"}]}"#
            );
        }
        let (platform, _, target, authorization) = platform(200, "");
        let error = platform.add_member(&target, "", Role::Editor, &authorization).await.unwrap_err();
        assert!(error.is_misconfigured(), "{error}");
    }

    #[tokio::test]
    async fn a_role_is_changed_by_a_patch() {
        let (platform, script, target, authorization) = platform(200, "{}");
        platform.change_role(&target, ID, Role::Admin, &authorization).await.unwrap();
        let asked = script.asked().pop().unwrap();
        assert_eq!(asked.uri().path(), "/v2/spaces/s-1/members/iam-ServiceId-1");
        assert_eq!(asked.body(), br#"[{"op":"replace","path":"/role","value":"admin"}]"#);
    }

    #[tokio::test]
    async fn who_is_no_member_need_not_be_removed() {
        for (status, was_there) in [(204, true), (404, false)] {
            let (platform, _, target, authorization) = platform(status, "");
            assert_eq!(platform.remove_member(&target, ID, &authorization).await.unwrap(), was_there);
        }
        let (platform, _, target, authorization) = platform(403, "");
        let error = platform.remove_member(&target, ID, &authorization).await.unwrap_err();
        assert!(error.is_rejected_credential(), "{error}");
    }
}
