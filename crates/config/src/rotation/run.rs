//! The steps themselves.

use std::ops::ControlFlow;
use std::time::SystemTime;

use wml_auth_core::{AuthError, AuthRequest, Authorization, Secret};
use wml_auth_iam::Claims;
use wml_auth_iam::identity_services::{ApiKeyChange, ApiKeyDetails, ApiKeyFilter, LeakAction, NewApiKey};

use super::failure::{Held, Standing};
use super::lock::Lock;
use super::log_in::log_in;
use super::marker::Marker;
use super::{Retire, Rotated, Rotation, Step};
use crate::halt::Halt;

/// What can be done to a key again and again, to the same end.
#[derive(Clone, Copy)]
enum Deed<'a> {
    Delete,
    Disable,
    Change(&'a ApiKeyChange),
}

impl Rotation {
    fn reach(&mut self, standing: &mut Standing, step: Step) -> Result<(), Halt> {
        standing.step = step;
        match (self.on_step)(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }

    pub(super) async fn rotate(&mut self, standing: &mut Standing) -> Result<Rotated, Halt> {
        self.reach(standing, Step::Check)?;
        let _lock = Lock::of(&self.place)?;
        self.place.check_writable().map_err(AuthError::from)?;
        let held = self.place.read().map_err(AuthError::from)?;
        standing.holds = Held::Old;
        let token = self.token(&held, false).await?;
        let by = match &self.managed_by {
            Some(administrator) => administrator.authorize(&AuthRequest::new()).await?,
            None => token,
        };
        let current = self.services.api_key_by_value(&held, &by).await?;
        standing.old_key = Some(current.id.clone());
        let filter = ApiKeyFilter::of(&current.iam_id).in_account(&current.account_id);
        let keys = self.services.api_keys(&filter, &by).await?;
        if let Some(marker) = Marker::of(&current) {
            return self.finish(standing, current, &keys, &marker, &by).await;
        }
        self.check_unlocked([&current])?;
        let marker = Marker::new(&current.id, &self.place);
        let notes = self.clean_up(standing, &keys, &marker, &by).await?;
        let (new, value) = self.create(standing, &current, &marker, &by).await?;
        if let Err(halt) = self.prove(standing, &current, &value).await {
            return Err(self.roll_back(standing, &current.iam_id, &marker, &by, halt).await);
        }
        if let Err(halt) = self.swap(standing, &held, &value) {
            return Err(self.roll_back(standing, &current.iam_id, &marker, &by, halt).await);
        }
        if let Err(halt) = self.verify(standing, &held, &value).await {
            return Err(self.roll_back(standing, &current.iam_id, &marker, &by, halt).await);
        }
        self.complete(standing, current.id, new, false, notes, &by).await
    }

    /// A locked key could not be retired.
    fn check_unlocked<'k>(&self, keys: impl IntoIterator<Item = &'k ApiKeyDetails>) -> Result<(), AuthError> {
        match keys.into_iter().find(|key| key.locked) {
            Some(key) if self.retire != Retire::Keep => {
                Err(AuthError::misconfigured(format!("the API key {} is locked", key.id))
                    .with_hint("unlock it with `wml-auth keys unlock`, or keep it"))
            }
            _ => Ok(()),
        }
    }

    async fn token(&self, key: &Secret, is_new: bool) -> Result<Authorization, AuthError> {
        log_in(&self.iam, key, is_new, self.patience.begin(&*self.clock)).await
    }

    /// The new key stands in its place already: what is left is to retire the old one.
    async fn finish(
        &mut self,
        standing: &mut Standing,
        current: ApiKeyDetails,
        keys: &[ApiKeyDetails],
        marker: &Marker,
        by: &Authorization,
    ) -> Result<Rotated, Halt> {
        standing.holds = Held::New;
        standing.old_key = Some(marker.old_key.clone());
        standing.new_key = Some(current.id.clone());
        let old = keys.iter().find(|key| key.id == marker.old_key);
        self.check_unlocked(old)?;
        self.complete(standing, marker.old_key.clone(), current, true, Vec::new(), by).await
    }

    async fn clean_up(
        &mut self,
        standing: &mut Standing,
        keys: &[ApiKeyDetails],
        marker: &Marker,
        by: &Authorization,
    ) -> Result<Vec<String>, Halt> {
        self.reach(standing, Step::CleanUp)?;
        let mut notes = Vec::new();
        for key in keys {
            match Marker::of(key) {
                Some(other) if other == *marker => self.delete(&key.id, by).await?,
                Some(other) if other.old_key == marker.old_key => notes.push(format!(
                    "the key {} was made by another rotation of the same key, elsewhere; it is left alone",
                    key.id
                )),
                _ => {}
            }
        }
        Ok(notes)
    }

    async fn create(
        &mut self,
        standing: &mut Standing,
        old: &ApiKeyDetails,
        marker: &Marker,
        by: &Authorization,
    ) -> Result<(ApiKeyDetails, Secret), Halt> {
        self.reach(standing, Step::Create)?;
        let mut new = NewApiKey::new(&old.name, &old.iam_id)
            .with_description(marker.written_after(old.description.as_deref().unwrap_or_default()));
        if !old.account_id.is_empty() {
            new = new.in_account(&old.account_id);
        }
        if old.value.is_some() {
            new = new.stored();
        }
        if let Some(action) = old.action_when_leaked.filter(|action| *action != LeakAction::Other) {
            new = new.when_leaked(action);
        }
        if let Some(date) = self.expires_at.or_else(|| self.same_life(old)) {
            new = new.expires_at(date);
        }
        let error = match self.services.create_api_key(&new, by).await {
            Ok(key) => {
                standing.new_key = Some(key.id.clone());
                if let Some(value) = key.value.clone() {
                    return Ok((key, value));
                }
                AuthError::invalid_answer("the new API key came without its value")
            }
            Err(error) => error,
        };
        // A refusal made nothing; after anything else there may be a key whose value nobody knows.
        standing.new_key_is_gone = !error.is_retryable() && !error.is_invalid_answer();
        if standing.new_key_is_gone {
            return Err(error.into());
        }
        Err(self.roll_back(standing, &old.iam_id, marker, by, error.into()).await)
    }

    fn same_life(&self, old: &ApiKeyDetails) -> Option<SystemTime> {
        let life = old.expires_at?.duration_since(old.created_at?).ok()?;
        self.clock.now().wall.checked_add(life)
    }

    async fn prove(
        &mut self,
        standing: &mut Standing,
        old: &ApiKeyDetails,
        value: &Secret,
    ) -> Result<(), Halt> {
        self.reach(standing, Step::Await)?;
        let token = self.token(value, true).await?;
        let claims = Claims::decode(&Secret::from(token.expose_token()));
        match claims.and_then(|claims| claims.iam_id) {
            Some(iam_id) if iam_id != old.iam_id => {
                Err(AuthError::invalid_answer("the new API key is that of another identity").into())
            }
            _ => Ok(()),
        }
    }

    fn swap(&mut self, standing: &mut Standing, held: &Secret, value: &Secret) -> Result<(), Halt> {
        self.reach(standing, Step::Swap)?;
        standing.holds = Held::Unknown;
        let swapped = self.place.replace(held, value);
        // What counts is what stands there now, whatever the write came to.
        standing.holds = match self.place.read() {
            Ok(key) if key == *value => Held::New,
            Ok(key) if key == *held => Held::Old,
            Ok(_) => Held::Other,
            Err(_) => Held::Unknown,
        };
        match (swapped, standing.holds) {
            (Ok(()), _) | (Err(_), Held::New) => Ok(()),
            (Err(error), _) => Err(AuthError::from(error).into()),
        }
    }

    async fn verify(&mut self, standing: &mut Standing, held: &Secret, value: &Secret) -> Result<(), Halt> {
        self.reach(standing, Step::Verify)?;
        let verified = match self.place.read() {
            Ok(key) if key == *value => self.token(&key, true).await.map(drop),
            Ok(_) => {
                standing.holds = Held::Other;
                Err(AuthError::misconfigured(format!("{} was changed by somebody else", self.place)))
            }
            Err(error) => Err(error.into()),
        };
        if verified.is_err() && self.place.replace(value, held).is_ok() {
            standing.holds = Held::Old;
        }
        Ok(verified?)
    }

    /// Takes the new key back, unless it stands in the place or may do so. Says in `standing` what came of it.
    async fn roll_back(
        &self,
        standing: &mut Standing,
        iam_id: &str,
        marker: &Marker,
        by: &Authorization,
        halt: Halt,
    ) -> Halt {
        if matches!(halt, Halt::Stopped) || matches!(standing.holds, Held::New | Held::Unknown) {
            return halt;
        }
        let deleted = match &standing.new_key {
            Some(id) => self.delete(id, by).await,
            None => self.delete_marked(iam_id, marker, by).await,
        };
        standing.new_key_is_gone = deleted.is_ok();
        halt
    }

    /// Deletes whatever was made for this rotation, when nobody knows whether anything was.
    async fn delete_marked(
        &self,
        iam_id: &str,
        marker: &Marker,
        by: &Authorization,
    ) -> Result<(), AuthError> {
        for key in self.services.api_keys(&ApiKeyFilter::of(iam_id), by).await? {
            if Marker::of(&key).is_some_and(|other| other == *marker) {
                self.delete(&key.id, by).await?;
            }
        }
        Ok(())
    }

    /// Deletes a key, if it is there.
    async fn delete(&self, id: &str, by: &Authorization) -> Result<(), AuthError> {
        self.insist(Deed::Delete, id, by).await
    }

    /// Does something until it is done. That the key is not there any more is as good.
    async fn insist(&self, deed: Deed<'_>, id: &str, by: &Authorization) -> Result<(), AuthError> {
        let mut waiting = self.patience.begin(&*self.clock);
        loop {
            let done = match deed {
                Deed::Delete => self.services.delete_api_key(id, by).await,
                Deed::Disable => self.services.disable_api_key(id, by).await,
                // Nobody else has anything to change about a key that is seconds old.
                Deed::Change(change) => self.services.update_api_key(id, "*", change, by).await.map(drop),
            };
            match done {
                Ok(()) => return Ok(()),
                Err(error) if error.status() == Some(404) => return Ok(()),
                Err(error) if error.is_retryable() && waiting.pause(error.retry_after()).await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Both keys work, and the new one is in its place: the old one goes, then the mark.
    async fn complete(
        &mut self,
        standing: &mut Standing,
        old_key: String,
        new: ApiKeyDetails,
        was_resumed: bool,
        mut notes: Vec<String>,
        by: &Authorization,
    ) -> Result<Rotated, Halt> {
        self.reach(standing, Step::Retire)?;
        match self.retire {
            Retire::Delete => self.delete(&old_key, by).await?,
            Retire::Disable => self.insist(Deed::Disable, &old_key, by).await?,
            Retire::Keep => {}
        }
        standing.old_key_is_retired = true;
        self.reach(standing, Step::Settle)?;
        let description = Marker::stripped(new.description.as_deref().unwrap_or_default());
        let change = ApiKeyChange::new().description(description);
        if let Err(error) = self.insist(Deed::Change(&change), &new.id, by).await {
            notes.push(format!(
                "the new key still says in its description that it is to replace the old one ({error}); \
                 the next rotation begins by mending that, and makes no key"
            ));
        }
        self.reach(standing, Step::Done)?;
        Ok(Rotated {
            place: self.place.clone(),
            new_key: new.id,
            old_key,
            retired: self.retire,
            was_resumed,
            notes,
        })
    }
}
