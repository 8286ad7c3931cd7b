//! `wml-auth service-level setup`
//!
//! Service ID, profile, key, membership, proof: in this order, so that at any time the profile knows everything that was
//! made, and the key, which IAM shows only once, is written down before anything else can fail.

use wml_auth_config::{Key, ProfilesFile};
use wml_auth_core::AuthError;
use wml_auth_iam::identity_services::{
    ApiKeyFilter, NewApiKey, NewServiceId, ServiceIdDetails, ServiceIdFilter,
};
use wml_auth_iam::{Role, Target};

use super::administrator::{Administrator, auth_url};
use super::proof;
use super::steps::Steps;
use crate::args::{Setup, Writing};
use crate::commands::score;
use crate::editing;
use crate::failure::Failure;
use crate::session::Session;

const AUTH_TYPE: &str = "service-level";

pub(super) async fn run(mut session: Session, args: &Setup) -> Result<(), Failure> {
    session.set(Key::DeploymentId, args.deployment.as_deref());
    let session = session;
    let profile = session.profile_to_write()?;
    let input = match &args.input {
        Some(file) => Some(score::input(Some(file), false).await?),
        None => None,
    };
    let mut file = session.profiles_file()?;
    let asked = match (&args.space, &args.project) {
        (Some(id), _) => Some(Target::Space(id.clone())),
        (None, Some(id)) => Some(Target::Project(id.clone())),
        (None, None) => None,
    };
    let admin = Administrator::log_in(&session, asked).await?;
    make_room(&mut file, profile, &admin.target, args.writing)?;
    let setup = Making {
        admin,
        profile,
        name: args.service_id_name.as_deref().unwrap_or(profile),
        role: args.role.into(),
    };
    let mut steps = Steps::new(&session);
    let container = setup.admin.platform.container(&setup.admin.target, &setup.admin.authorization).await?;
    steps.add(
        setup.admin.target.kind(),
        "found",
        format!("{} ({})", container.name, setup.admin.target.id()),
    );
    if args.writing.dry_run {
        setup.plan(&file, &mut steps).await?;
        steps.answer(profile, false, args.format);
        return Ok(());
    }
    if !args.writing.yes {
        setup.plan(&file, &mut Steps::new(&session)).await?;
        editing::agree("Do this?")?;
    }
    match setup.make(&mut file, &mut steps).await {
        Ok(()) => proof::prove(&session, profile, &setup.admin.target, input, &mut steps).await,
        Err(failure) => Err(failure),
    }
    .map_err(|failure| failure.with_note("run the same command again: it goes on where it stopped"))?;
    steps.answer(profile, true, args.format);
    Ok(())
}

/// A profile that an earlier run began is gone on with. Any other is not touched, unless by force.
fn make_room(
    file: &mut ProfilesFile,
    profile: &str,
    target: &Target,
    writing: Writing,
) -> Result<(), Failure> {
    let is = |key, wanted: &str| file.literal(profile, key).is_some_and(|text| text.expose() == wanted);
    let is_begun = is(Key::AuthType, AUTH_TYPE)
        && file.literal(profile, Key::ServiceId).is_some()
        && is(target_key(target), target.id());
    if is_begun && !writing.force { Ok(()) } else { editing::make_room(file, profile, writing.force) }
}

fn target_key(target: &Target) -> Key {
    match target {
        Target::Space(_) => Key::SpaceId,
        Target::Project(_) => Key::ProjectId,
    }
}

struct Making<'a> {
    admin: Administrator,
    profile: &'a str,
    /// That of the Service ID.
    name: &'a str,
    role: Role,
}

impl Making<'_> {
    async fn plan(&self, file: &ProfilesFile, steps: &mut Steps<'_>) -> Result<(), Failure> {
        let Administrator { platform, target, authorization, .. } = &self.admin;
        let service = self.find(file).await?;
        let (key, role) = match &service {
            Some(service) => (
                self.key_that_works(file, service).await?.is_some(),
                platform.role(target, &service.iam_id, authorization).await?,
            ),
            None => (false, None),
        };
        match &service {
            Some(service) => steps.add("service ID", "found", format!("{} ({})", service.name, service.id)),
            None => steps.add("service ID", "to make", self.name),
        }
        steps.add("profile", "to write", format!("{} in {}", self.profile, file.path().display()));
        steps.add("API key", if key { "found" } else { "to make" }, self.key_name());
        match role {
            Some(role) if role >= self.role => steps.add("membership", "found", role.to_string()),
            Some(role) => steps.add("membership", "to change", format!("{role} to {}", self.role)),
            None => steps.add("membership", "to make", self.role.to_string()),
        }
        steps.add("proof", "to do", "a token, and a score if there is a deployment");
        Ok(())
    }

    async fn make(&self, file: &mut ProfilesFile, steps: &mut Steps<'_>) -> Result<(), Failure> {
        let Administrator { iam, platform, target, authorization, .. } = &self.admin;
        let service = match self.find(file).await? {
            Some(service) => {
                steps.add("service ID", "found", format!("{} ({})", service.name, service.id));
                service
            }
            None => {
                let new = NewServiceId::new(self.name, self.admin.account()?)
                    .with_description(format!("For scoring in the {target}."));
                let made = iam.create_service_id(&new, authorization).await?;
                steps.add("service ID", "made", format!("{} ({})", made.name, made.id));
                made
            }
        };
        let key = self.key_that_works(file, &service).await?;
        self.write_profile(file, &service)?;
        steps.add("profile", "written", format!("{} in {}", self.profile, file.path().display()));
        match key {
            Some(id) => steps.add("API key", "found", id),
            None => {
                let made = iam
                    .create_api_key(&NewApiKey::new(self.key_name(), &service.iam_id), authorization)
                    .await?;
                let value =
                    made.value.ok_or_else(|| AuthError::invalid_answer("the API key has no value"))?;
                file.set(self.profile, Key::ApiKey, value)?;
                file.write()?;
                steps.add("API key", "made", made.id.clone());
                self.tell_of_others(&service, &made.id, steps).await?;
            }
        }
        match platform.role(target, &service.iam_id, authorization).await? {
            Some(role) if role >= self.role => steps.add("membership", "found", role.to_string()),
            Some(_) => {
                platform.change_role(target, &service.iam_id, self.role, authorization).await?;
                steps.add("membership", "changed", self.role.to_string());
            }
            None => {
                platform.add_member(target, &service.iam_id, self.role, authorization).await?;
                steps.add("membership", "made", self.role.to_string());
            }
        }
        Ok(())
    }

    /// The Service ID that the profile remembers, or else the one of this name.
    async fn find(&self, file: &ProfilesFile) -> Result<Option<ServiceIdDetails>, Failure> {
        let Administrator { iam, authorization, .. } = &self.admin;
        if let Some(id) = file.literal(self.profile, Key::ServiceId)
            && let Some(service) = self.admin.service_id(id.expose()).await?
        {
            return Ok(Some(service));
        }
        let filter = ServiceIdFilter::in_account(self.admin.account()?).named(self.name);
        let mut found = iam.service_ids(&filter, authorization).await?;
        found.retain(|service| service.name == self.name);
        match found.len() {
            0 | 1 => Ok(found.pop()),
            count => Err(Failure::usage(format!("there are {count} Service IDs named `{}`", self.name))
                .with_hint("rename all but one, or choose another name by `--service-id-name NAME`")),
        }
    }

    /// The id of the profile's key, if IAM knows the key and it is this Service ID's.
    async fn key_that_works(
        &self,
        file: &ProfilesFile,
        service: &ServiceIdDetails,
    ) -> Result<Option<String>, Failure> {
        let Some(value) = file.literal(self.profile, Key::ApiKey) else { return Ok(None) };
        let found = self.admin.iam.api_key_by_value(&value, &self.admin.authorization).await;
        let found = super::administrator::unless_gone(found)?;
        Ok(found.filter(|key| key.iam_id == service.iam_id && !key.disabled).map(|key| key.id))
    }

    /// Remembers the Service ID, and all that it takes to use it but the key.
    fn write_profile(&self, file: &mut ProfilesFile, service: &ServiceIdDetails) -> Result<(), Failure> {
        let Administrator { resolution, target, .. } = &self.admin;
        let place = resolution.target();
        let values = [
            (Key::AuthType, Some(AUTH_TYPE)),
            (Key::ServiceId, Some(service.id.as_str())),
            (Key::AuthUrl, auth_url(resolution)),
            (Key::Url, place.url.as_deref()),
            (Key::PlatformUrl, place.platform_url.as_deref()),
            (target_key(target), Some(target.id())),
            (Key::DeploymentId, place.deployment_id.as_deref()),
            (Key::Version, place.version.as_deref()),
        ];
        for (key, value) in values {
            if let Some(value) = value {
                file.set(self.profile, key, value)?;
            }
        }
        Ok(file.write()?)
    }

    fn key_name(&self) -> String {
        format!("wml-auth {}", self.profile)
    }

    /// A run that lost IAM's answer leaves a key behind whose value nobody knows. It is told and not deleted: somebody
    /// else may use a key of this name.
    async fn tell_of_others(
        &self,
        service: &ServiceIdDetails,
        own: &str,
        steps: &mut Steps<'_>,
    ) -> Result<(), AuthError> {
        let keys =
            self.admin.iam.api_keys(&ApiKeyFilter::of(&service.iam_id), &self.admin.authorization).await?;
        for key in keys.iter().filter(|key| key.name == self.key_name() && key.id != own) {
            steps.add("API key", "left over?", format!("{}: delete it if nobody uses it", key.id));
        }
        Ok(())
    }
}
