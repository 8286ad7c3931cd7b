//! Who can hold a token: a user, a Service ID; a trusted profile is in `profile.rs`.

use jiff::Timestamp;
use ring::digest;

use super::entity::Entity;
use crate::seed::Seed;

/// How the `iam_id` of a user begins.
const IBMID_REALM: &str = "IBMid-";
/// How the `iam_id` of a Service ID or a trusted profile begins.
pub(crate) const IAM_REALM: &str = "iam-";

/// The one user there is.
const GIVEN_NAME: &str = "Test";
const FAMILY_NAME: &str = "User";

/// What a token says about its subject, whichever kind it is.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) iam_id: String,
    pub(crate) realm: &'static str,
    /// The `iam_id` without its realm.
    pub(crate) identifier: String,
    pub(crate) name: String,
    pub(crate) person: Option<Person>,
    pub(crate) sub: String,
    /// Absent for a user.
    pub(crate) sub_type: Option<&'static str>,
}

impl Identity {
    /// The UUID by which MCSP knows whoever this is: always the same one.
    pub(crate) fn uuid(&self) -> String {
        let digest = digest::digest(&digest::SHA256, self.iam_id.as_bytes());
        let number = digest.as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        Seed::new(number).uuid()
    }
}

/// What only a human has.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) email: String,
}

pub(crate) struct User {
    uid: String,
    pub(crate) email: String,
    pub(crate) password: String,
}

impl User {
    pub(crate) fn new(seed: &Seed) -> Self {
        let uid = format!("{:06}{:04X}", seed.number() % 1_000_000, seed.number() % 0x1_0000);
        Self { email: format!("user.{}@example.com", uid.to_lowercase()), uid, password: seed.url_safe(24) }
    }

    pub(crate) fn iam_id(&self) -> String {
        [IBMID_REALM, &self.uid].concat()
    }

    pub(crate) fn is(&self, iam_id: &str) -> bool {
        iam_id.strip_prefix(IBMID_REALM) == Some(&self.uid)
    }

    pub(crate) fn identity(&self) -> Identity {
        let person = Person {
            given_name: GIVEN_NAME.to_owned(),
            family_name: FAMILY_NAME.to_owned(),
            email: self.email.clone(),
        };
        Identity {
            iam_id: self.iam_id(),
            realm: "IBMid",
            identifier: self.uid.clone(),
            name: [GIVEN_NAME, FAMILY_NAME].join(" "),
            sub: person.email.clone(),
            person: Some(person),
            sub_type: None,
        }
    }
}

#[derive(Clone)]
pub(crate) struct ServiceIdentity {
    /// `ServiceId-<uuid>`.
    pub(crate) id: String,
    pub(crate) entity: Entity,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) unique_instance_crns: Vec<String>,
}

impl ServiceIdentity {
    pub(crate) fn new(seed: &Seed, now: Timestamp, name: &str, by: &str) -> Self {
        Self {
            id: format!("ServiceId-{}", seed.uuid()),
            entity: Entity::new(seed, now, by),
            name: name.to_owned(),
            description: None,
            unique_instance_crns: Vec::new(),
        }
    }

    pub(crate) fn iam_id(&self) -> String {
        [IAM_REALM, &self.id].concat()
    }

    pub(crate) fn identity(&self) -> Identity {
        iam_realm(&self.id, &self.name, "ServiceId")
    }
}

pub(crate) fn iam_realm(id: &str, name: &str, sub_type: &'static str) -> Identity {
    Identity {
        iam_id: [IAM_REALM, id].concat(),
        realm: "iam",
        identifier: id.to_owned(),
        name: name.to_owned(),
        person: None,
        sub: id.to_owned(),
        sub_type: Some(sub_type),
    }
}
