//! Spaces and projects, who is a member of them in which role, and what is deployed.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::seed::Seed;

/// What a member of a space or a project may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, and uses what is deployed.
    Editor,
    /// All that, and decides who is a member.
    Admin,
}

impl Role {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "viewer" => Self::Viewer,
            "editor" => Self::Editor,
            "admin" => Self::Admin,
            _ => return None,
        })
    }

    /// The API's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Space,
    Project,
}

impl Kind {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Project => "project",
        }
    }
}

/// A deployment space or a project.
pub(crate) struct Workspace {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) creator: String,
    pub(crate) storage: Value,
    /// Without one, nobody is billed, and nothing can be used.
    pub(crate) instance: Option<Instance>,
    pub(crate) created_at: Timestamp,
    members: Vec<(String, Role)>,
}

/// A service instance that is billed.
#[derive(Clone)]
pub(crate) struct Instance {
    pub(crate) guid: String,
    pub(crate) crn: String,
    pub(crate) name: String,
}

impl Instance {
    pub(crate) fn new(account_id: &str, guid: &str) -> Self {
        Self {
            guid: guid.to_owned(),
            crn: format!("crn:v1:bluemix:public:pm-20:us-south:a/{account_id}:{guid}::"),
            name: "wml-instance".to_owned(),
        }
    }

    /// The one with this CRN, if it is that of an instance.
    pub(crate) fn of_crn(crn: &str, name: &str) -> Option<Self> {
        let parts = crn.split(':').collect::<Vec<_>>();
        let guid = match parts.as_slice() {
            ["crn", "v1", _, _, service, _, _, guid, _, _] if !service.is_empty() => guid,
            _ => return None,
        };
        (!guid.is_empty()).then(|| Self {
            guid: (*guid).to_owned(),
            crn: crn.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl Workspace {
    /// One that belongs to whoever makes it.
    pub(crate) fn new(seed: &Seed, kind: Kind, name: &str, creator: &str, now: Timestamp) -> Self {
        Self {
            kind,
            id: seed.uuid(),
            name: name.to_owned(),
            description: None,
            creator: creator.to_owned(),
            storage: json!({ "type": "bmcos_object_storage" }),
            instance: None,
            created_at: now,
            members: vec![(creator.to_owned(), Role::Admin)],
        }
    }

    pub(crate) fn members(&self) -> &[(String, Role)] {
        &self.members
    }

    pub(crate) fn role(&self, iam_id: &str) -> Option<Role> {
        self.members.iter().find(|(member, _)| member == iam_id).map(|(_, role)| *role)
    }

    pub(crate) fn set_role(&mut self, iam_id: &str, role: Role) {
        match self.members.iter_mut().find(|(member, _)| member == iam_id) {
            Some((_, current)) => *current = role,
            None => self.members.push((iam_id.to_owned(), role)),
        }
    }

    /// Whether there was such a member.
    pub(crate) fn remove_member(&mut self, iam_id: &str) -> bool {
        let before = self.members.len();
        self.members.retain(|(member, _)| member != iam_id);
        self.members.len() < before
    }
}

/// A model that can be scored.
pub(crate) struct Deployment {
    /// 36 characters of `[a-z0-9-]`: clients check.
    pub(crate) id: String,
    /// The space that it is in, or the project.
    pub(crate) space_id: String,
    pub(crate) asset_id: String,
    /// The foundation model that it serves, if it is one.
    pub(crate) base_model_id: Option<String>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) tags: Vec<String>,
    /// A name of its own in URLs.
    pub(crate) serving_name: Option<String>,
    /// It works on jobs instead of answering.
    pub(crate) batch: bool,
    pub(crate) owner: String,
    pub(crate) created_at: Timestamp,
}

impl Deployment {
    pub(crate) fn new(seed: &Seed, space_id: &str, owner: &str, now: Timestamp) -> Self {
        Self {
            id: seed.uuid(),
            space_id: space_id.to_owned(),
            asset_id: seed.uuid(),
            base_model_id: None,
            name: "wml-deployment".to_owned(),
            description: None,
            tags: Vec::new(),
            serving_name: None,
            batch: false,
            owner: owner.to_owned(),
            created_at: now,
        }
    }
}
