//! `wml-auth service-level teardown`
//!
//! In reverse: membership, key, Service ID, and the profile last, because it remembers the others.

use wml_auth_config::{Key, ProfilesFile};
use wml_auth_iam::Target;

use super::administrator::{Administrator, unless_gone};
use super::steps::Steps;
use crate::args::Teardown;
use crate::editing;
use crate::failure::Failure;
use crate::session::Session;

pub(super) async fn run(session: &Session, args: &Teardown) -> Result<(), Failure> {
    let profile = session.profile_to_write()?;
    let file = session.profiles_file()?;
    let mut steps = Steps::new(session);
    if !file.contains(profile) {
        steps.add("profile", "gone", format!("{profile} in {}", file.path().display()));
        steps.answer(profile, true, args.format);
        return Ok(());
    }
    let text = |key| file.literal(profile, key).map(|text| text.expose().to_owned());
    let not_ours = || {
        Failure::usage(format!("the profile `{profile}` was not made by `service-level setup`"))
            .with_hint("it has to have `service_id`, and `space_id` or `project_id`, of its own")
    };
    let service_id = text(Key::ServiceId).ok_or_else(not_ours)?;
    let target = text(Key::SpaceId).map(Target::Space).or(text(Key::ProjectId).map(Target::Project));
    let target = target.ok_or_else(not_ours)?;
    // A profile that others extend cannot go: that is to be known before anything else is gone.
    let mut without = ProfilesFile::open(file.path())?;
    without.remove(profile);
    without.changes()?;

    let admin = Administrator::log_in(session, Some(target)).await?;
    if args.dry_run || !args.yes {
        plan(&admin, &service_id, &file, profile, &mut steps).await?;
        if args.dry_run {
            steps.answer(profile, false, args.format);
            return Ok(());
        }
        editing::agree("Take all of this away?")?;
        steps = Steps::new(session);
    }
    take_away(&admin, &service_id, &file, profile, &mut steps)
        .await
        .map_err(|failure| failure.with_note("run the same command again: it goes on where it stopped"))?;
    without.write()?;
    steps.add("profile", "removed", format!("{profile} in {}", file.path().display()));
    steps.answer(profile, true, args.format);
    Ok(())
}

async fn plan(
    admin: &Administrator,
    service_id: &str,
    file: &ProfilesFile,
    profile: &str,
    steps: &mut Steps<'_>,
) -> Result<(), Failure> {
    let iam_id = format!("iam-{service_id}");
    let outcome = |is_there: bool| if is_there { "to remove" } else { "gone" };
    let role = admin.platform.role(&admin.target, &iam_id, &admin.authorization).await?;
    steps.add("membership", outcome(role.is_some()), format!("of {iam_id} in the {}", admin.target));
    let is_there = admin.service_id(service_id).await?.is_some();
    steps.add("service ID", outcome(is_there), format!("{service_id} and all of its keys"));
    steps.add("profile", "to remove", format!("{profile} in {}", file.path().display()));
    Ok(())
}

async fn take_away(
    admin: &Administrator,
    service_id: &str,
    file: &ProfilesFile,
    profile: &str,
    steps: &mut Steps<'_>,
) -> Result<(), Failure> {
    let Administrator { iam, platform, target, authorization, .. } = admin;
    let outcome = |was_there: bool| if was_there { "removed" } else { "gone" };
    let iam_id = format!("iam-{service_id}");
    let was_member = platform.remove_member(target, &iam_id, authorization).await?;
    steps.add("membership", outcome(was_member), format!("of {iam_id} in the {target}"));
    if let Some(value) = file.literal(profile, Key::ApiKey) {
        let key = unless_gone(iam.api_key_by_value(&value, authorization).await)?;
        // A key of somebody else's that got into the profile is none of this command's business.
        let key = key.filter(|key| key.iam_id == iam_id);
        if let Some(key) = &key {
            unless_gone(iam.delete_api_key(&key.id, authorization).await)?;
        }
        steps.add("API key", outcome(key.is_some()), key.map(|key| key.id).unwrap_or_default());
    }
    let was_there = unless_gone(iam.delete_service_id(service_id, authorization).await)?.is_some();
    steps.add("service ID", outcome(was_there), service_id);
    Ok(())
}
