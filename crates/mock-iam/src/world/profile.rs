//! Trusted profiles, and whom they trust.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entity::Entity;
use super::identity::{Identity, iam_realm};
use crate::seed::Seed;

#[derive(Clone)]
pub(crate) struct Profile {
    /// `Profile-<uuid>`.
    pub(crate) id: String,
    pub(crate) entity: Entity,
    /// No two profiles of an account have the same.
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) identities: Vec<Trusted>,
    pub(crate) links: Vec<Link>,
    pub(crate) rules: Vec<ClaimRule>,
}

/// Somebody who may turn a token of their own into one of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trusted {
    pub(crate) identifier: String,
    #[serde(rename = "type")]
    pub(crate) kind: IdentityType,
    /// From which accounts, for users.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) accounts: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum IdentityType {
    User,
    ServiceId,
    Crn,
}

/// One compute resource that is trusted.
#[derive(Clone)]
pub(crate) struct Link {
    /// `Link-<uuid>`.
    pub(crate) id: String,
    pub(crate) entity: Entity,
    pub(crate) name: Option<String>,
    pub(crate) cr_type: CrType,
    pub(crate) target: LinkTarget,
}

/// What a link points at. What is left out is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkTarget {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) crn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) component_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) component_name: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::upper_case_acronyms, non_camel_case_types, reason = "these are IBM's own words")]
pub(crate) enum CrType {
    VSI,
    PVS,
    BMS,
    IKS_SA,
    ROKS_SA,
    CE,
}

/// Everybody whose claims fulfil all conditions is trusted.
#[derive(Clone)]
pub(crate) struct ClaimRule {
    /// `ClaimRule-<uuid>`.
    pub(crate) id: String,
    pub(crate) entity: Entity,
    pub(crate) terms: RuleTerms,
}

/// What a claim rule says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RuleTerms {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: RuleType,
    /// The identity provider; for `Profile-SAML`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) realm_name: Option<String>,
    /// For `Profile-CR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cr_type: Option<CrType>,
    /// How long a session lasts, in seconds.
    #[serde(default)]
    pub(crate) expiration: u64,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RuleType {
    #[serde(rename = "Profile-SAML")]
    Saml,
    #[serde(rename = "Profile-CR")]
    ComputeResource,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) claim: String,
    pub(crate) operator: Operator,
    /// JSON in a string: `"\"default\""`, or a list of texts for `IN`.
    pub(crate) value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Operator {
    Equals,
    NotEquals,
    EqualsIgnoreCase,
    NotEqualsIgnoreCase,
    Contains,
    In,
}

/// A pod or a virtual server, as its own token describes it.
pub(crate) struct ComputeResource {
    pub(crate) cr_type: CrType,
    pub(crate) crn: String,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
}

impl Profile {
    pub(crate) fn new(seed: &Seed, now: Timestamp, name: &str, by: &str) -> Self {
        Self {
            id: format!("Profile-{}", seed.uuid()),
            entity: Entity::new(seed, now, by),
            name: name.to_owned(),
            description: None,
            email: None,
            identities: Vec::new(),
            links: Vec::new(),
            rules: Vec::new(),
        }
    }

    pub(crate) fn iam_id(&self) -> String {
        format!("iam-{}", self.id)
    }

    pub(crate) fn crn(&self, account_id: &str) -> String {
        format!("crn:v1:bluemix:public:iam-identity::a/{account_id}::profile:{}", self.id)
    }

    pub(crate) fn identity(&self) -> Identity {
        iam_realm(&self.id, &self.name, "Profile")
    }

    /// Whether the holder of a token may assume the profile.
    pub(crate) fn trusts(&self, iam_id: &str) -> bool {
        self.identities.iter().any(|trusted| trusted.iam_id() == iam_id)
    }

    /// Whether what runs there may: by a link to it, or by a rule about what its token claims.
    pub(crate) fn trusts_resource(&self, resource: &ComputeResource) -> bool {
        self.links.iter().any(|link| link.means(resource))
            || self.rules.iter().any(|rule| rule.terms.allow(resource))
    }
}

impl Trusted {
    /// What a token of theirs says.
    pub(crate) fn iam_id(&self) -> String {
        match self.kind {
            IdentityType::User => self.identifier.clone(),
            IdentityType::ServiceId => format!("iam-{}", self.identifier),
            IdentityType::Crn => format!("crn-{}", self.identifier),
        }
    }
}

impl IdentityType {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "user" => Self::User,
            "serviceid" => Self::ServiceId,
            "crn" => Self::Crn,
            _ => return None,
        })
    }
}

impl Link {
    fn means(&self, resource: &ComputeResource) -> bool {
        let fits = |own: &Option<String>, theirs: Option<&str>| own.is_none() || own.as_deref() == theirs;
        self.cr_type == resource.cr_type
            && fits(&self.target.crn, Some(&resource.crn))
            && fits(&self.target.namespace, resource.namespace.as_deref())
            && fits(&self.target.name, resource.name.as_deref())
    }
}

impl RuleTerms {
    fn allow(&self, resource: &ComputeResource) -> bool {
        self.kind == RuleType::ComputeResource
            && self.cr_type == Some(resource.cr_type)
            && self.conditions.iter().all(|condition| {
                let claim = match condition.claim.as_str() {
                    "crn" => Some(resource.crn.as_str()),
                    "namespace" => resource.namespace.as_deref(),
                    "name" => resource.name.as_deref(),
                    _ => None,
                };
                claim.is_some_and(|claim| condition.holds(claim))
            })
    }
}

impl Condition {
    /// Whether the claim has a value as the condition wants it.
    pub(crate) fn holds(&self, claim: &str) -> bool {
        if self.operator == Operator::In {
            let values: Vec<String> = serde_json::from_str(&self.value).unwrap_or_default();
            return values.iter().any(|value| value == claim);
        }
        let Ok(value) = serde_json::from_str::<String>(&self.value) else { return false };
        match self.operator {
            Operator::Equals => claim == value,
            Operator::NotEquals => claim != value,
            Operator::EqualsIgnoreCase => claim.eq_ignore_ascii_case(&value),
            Operator::NotEqualsIgnoreCase => !claim.eq_ignore_ascii_case(&value),
            Operator::Contains => claim.contains(&value),
            Operator::In => false,
        }
    }

    /// Whether the value is of the kind which the operator compares with.
    pub(crate) fn is_well_formed(&self) -> bool {
        match self.operator {
            Operator::In => serde_json::from_str::<Vec<String>>(&self.value).is_ok(),
            _ => serde_json::from_str::<String>(&self.value).is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod() -> ComputeResource {
        ComputeResource {
            cr_type: CrType::IKS_SA,
            crn: "crn:v1:here".to_owned(),
            namespace: Some("default".to_owned()),
            name: Some("wml".to_owned()),
        }
    }

    fn condition(claim: &str, operator: Operator, value: &str) -> Condition {
        Condition { claim: claim.to_owned(), operator, value: value.to_owned() }
    }

    #[test]
    fn a_condition_compares_with_json_in_a_string() {
        for (operator, value, holds) in [
            (Operator::Equals, "\"default\"", true),
            (Operator::Equals, "default", false),
            (Operator::NotEquals, "\"default\"", false),
            (Operator::EqualsIgnoreCase, "\"DEFAULT\"", true),
            (Operator::NotEqualsIgnoreCase, "\"DEFAULT\"", false),
            (Operator::Contains, "\"fau\"", true),
            (Operator::In, "[\"a\", \"default\"]", true),
            (Operator::In, "[\"a\"]", false),
            (Operator::In, "\"default\"", false),
        ] {
            let condition = condition("namespace", operator, value);
            assert_eq!(condition.holds("default"), holds, "{condition:?}");
        }
    }

    #[test]
    fn a_profile_trusts_a_resource_by_link_or_by_rule() {
        let seed = Seed::new(1);
        let mut profile = Profile::new(&seed, Timestamp::UNIX_EPOCH, "p", "IBMid-1");
        assert!(!profile.trusts_resource(&pod()));

        let target = LinkTarget { namespace: Some("default".to_owned()), ..LinkTarget::default() };
        let entity = Entity::new(&seed, Timestamp::UNIX_EPOCH, "IBMid-1");
        let link = Link {
            id: "Link-1".to_owned(),
            entity: entity.clone(),
            name: None,
            cr_type: CrType::IKS_SA,
            target,
        };
        profile.links = vec![Link { cr_type: CrType::CE, ..link.clone() }];
        assert!(!profile.trusts_resource(&pod()));
        profile.links = vec![link];
        assert!(profile.trusts_resource(&pod()));

        profile.links.clear();
        let terms = RuleTerms {
            name: None,
            kind: RuleType::ComputeResource,
            realm_name: None,
            cr_type: Some(CrType::IKS_SA),
            expiration: 3600,
            conditions: vec![condition("name", Operator::Equals, "\"wml\"")],
        };
        profile.rules = vec![ClaimRule { id: "ClaimRule-1".to_owned(), entity, terms }];
        assert!(profile.trusts_resource(&pod()));
        profile.rules[0].terms.conditions.push(condition("pod", Operator::Equals, "\"x\""));
        assert!(!profile.trusts_resource(&pod()), "a claim that is not there fulfils nothing");
    }
}
