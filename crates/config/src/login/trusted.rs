//! Logins that end in a trusted profile.

use wml_auth_iam::Endpoint;

use super::{AuthType, Login, ProfileNames, at_most_one, auth_type, iam, missing, unused};
use crate::layers::Layers;
use crate::values::Values;
use crate::{ConfigError, Key, Target};

/// `iamAssume`: one of the three names, and an account exactly with the second. The login that assumes is a table or a
/// profile of its own; or, as IBM's properties have it, the API key beside the profile.
pub(super) fn assumed(
    values: &mut Values<'_>,
    target: &Target,
    layers: &Layers<'_>,
) -> Result<Login, ConfigError> {
    let hint = "name the trusted profile in one way: its id, its CRN, or its name with iam_account_id";
    at_most_one(values, &[Key::IamProfileId, Key::IamProfileName, Key::IamProfileCrn], hint)?;
    let profile = ProfileNames {
        id: values.text(Key::IamProfileId)?,
        name: values.text(Key::IamProfileName)?,
        crn: values.text(Key::IamProfileCrn)?,
        account: values.text(Key::IamAccountId)?,
    };
    let one = [&profile.id, &profile.name, &profile.crn].into_iter().flatten().next();
    if one.is_none() {
        let what = "iam_profile_id, iam_profile_crn, or iam_profile_name with iam_account_id";
        return Err(missing(AuthType::TrustedProfile, values, what));
    }
    match (&profile.name, &profile.account) {
        (Some(_), None) => {
            let origin = values.origin(Key::IamProfileName);
            return Err(ConfigError::near(origin, "iam_profile_name is set without iam_account_id")
                .with_hint(
                    "a name is unique within an account only: set the account, or use iam_profile_id",
                ));
        }
        (None, Some(_)) => {
            let origin = values.origin(Key::IamAccountId);
            return Err(ConfigError::near(origin, "iam_account_id is set without iam_profile_name")
                .with_hint("leave it out: an id or CRN says the account itself"));
        }
        _ => {}
    }
    let (source, endpoint) = match values.of_source() {
        Some(mut inner) => {
            if let Some(entry) = values.entry(Key::ApiKey) {
                return Err(ConfigError::about(
                    &entry.origin,
                    "apikey is set beside the login that is the source",
                )
                .with_hint("leave one of them out"));
            }
            values.note(Key::Source, "(a login)");
            values.text(Key::SourceProfile)?;
            let kind = auth_type(&mut inner, target)?;
            let source = Login::read(kind, &mut inner, target, layers)?;
            inner.warnings.extend(unused(kind, &inner));
            values.absorb(inner);
            let endpoint = iam::endpoint(values, target)?.or_else(|| source.endpoint().cloned());
            (source, endpoint)
        }
        None if values.entry(Key::ApiKey).is_none() => {
            return Err(missing(
                AuthType::TrustedProfile,
                values,
                "apikey, or in a profile source or source_profile",
            ));
        }
        None => {
            let source = iam::read(values, target)?;
            let endpoint = source.endpoint().cloned();
            (source, endpoint)
        }
    };
    Ok(Login::TrustedProfile { source: Box::new(source), profile, endpoint: endpoint.unwrap_or_default() })
}

/// `container`: an id or a name or both, in which case the server sees that they are of one profile.
pub(super) fn container(values: &mut Values<'_>, target: &Target) -> Result<Login, ConfigError> {
    // Beside another name of the profile it is of no use, which is said with all else that is.
    let has_name = [Key::IamProfileId, Key::IamProfileName].iter().any(|key| values.entry(*key).is_some());
    if let Some(entry) = values.entry(Key::IamProfileCrn)
        && !has_name
    {
        return Err(ConfigError::about(&entry.origin, "a container cannot name its trusted profile by CRN")
            .with_hint("give the last part of the CRN, Profile-…, as iam_profile_id"));
    }
    let profile = ProfileNames {
        id: values.text(Key::IamProfileId)?,
        name: values.text(Key::IamProfileName)?,
        ..ProfileNames::default()
    };
    if profile.id.is_none() && profile.name.is_none() {
        return Err(missing(AuthType::Container, values, "iam_profile_id or iam_profile_name"));
    }
    Ok(Login::Container {
        token_file: values.path(Key::CrTokenFilename),
        profile,
        exchange: iam::exchange(values, target)?,
        scope: values.text(Key::Scope)?,
    })
}

/// `vpc`: at most one of the three names.
pub(super) fn vpc(values: &mut Values<'_>) -> Result<Login, ConfigError> {
    let hint = "name the trusted profile in one way: its id, its CRN or its name";
    at_most_one(values, &[Key::IamProfileId, Key::IamProfileName, Key::IamProfileCrn], hint)?;
    Ok(Login::Vpc {
        profile: ProfileNames {
            id: values.text(Key::IamProfileId)?,
            name: values.text(Key::IamProfileName)?,
            crn: values.text(Key::IamProfileCrn)?,
            account: None,
        },
        version: values.text(Key::VpcImsVersion)?,
        url: values.text(Key::AuthUrl)?,
    })
}

impl Login {
    /// The IAM that it asks, where it asks one.
    pub(crate) fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Self::Iam { exchange, .. }
            | Self::ServiceLevel { exchange, .. }
            | Self::Container { exchange, .. } => Some(&exchange.endpoint),
            Self::TrustedProfile { endpoint, .. } => Some(endpoint),
            Self::Unchecked(inner) | Self::OfInstance { iam: inner, .. } => inner.endpoint(),
            _ => None,
        }
    }
}
