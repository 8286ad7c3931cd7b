//! The steps themselves.

use std::ops::ControlFlow;

use wml_auth_core::{AuthError, AuthRequest, Authorization, Secret};
use wml_auth_iam::identity_services::{ApiKeyFilter, NewApiKey};
use wml_auth_iam::{Claims, NewTaskCredential, TaskCredential};

use super::failure::{Keeps, TaskStanding};
use super::{Kept, TaskCredentials, TaskStep, mark};
use crate::halt::Halt;
use crate::rotation::log_in;
use crate::text::{listed, quoted};

/// Who the owner is, what is kept for him, and what was made for that.
struct Found {
    by: Authorization,
    iam_id: String,
    account: Option<String>,
    kept: Vec<TaskCredential>,
    marked: Vec<String>,
    /// The name that the latest of the marked keys was to have.
    name: Option<String>,
}

/// What is to be kept.
struct Wanted<'a> {
    name: &'a str,
    description: Option<&'a str>,
}

impl TaskCredentials {
    fn reach(&mut self, standing: &mut TaskStanding, step: TaskStep) -> Result<(), Halt> {
        standing.step = step;
        match (self.on_step)(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }

    pub(super) async fn make(
        &mut self,
        standing: &mut TaskStanding,
        name: &str,
        description: Option<&str>,
    ) -> Result<Kept, Halt> {
        let found = self.check(standing).await?;
        if let Some(first) = found.kept.first() {
            let message = format!("the platform keeps {} already", described(first));
            return Err(AuthError::misconfigured(message)
                .with_hint("replace it by `wml-auth task-credentials rotate`, or delete it first")
                .into());
        }
        self.put(standing, &found, None, &Wanted { name, description }).await
    }

    pub(super) async fn replace(
        &mut self,
        standing: &mut TaskStanding,
        id: Option<&str>,
    ) -> Result<Kept, Halt> {
        let found = self.check(standing).await?;
        let old = match (id, found.kept.as_slice()) {
            (Some(id), kept) => match kept.iter().find(|kept| kept.id == id) {
                Some(old) => Some(old),
                None => {
                    let message = format!("the platform keeps no task credential {}", quoted(id));
                    return Err(AuthError::misconfigured(message)
                        .with_hint("`wml-auth task-credentials list` shows their ids")
                        .into());
                }
            },
            (None, [one]) => Some(one),
            (None, []) => None,
            (None, several) => {
                let ids = several.iter().map(|kept| kept.id.as_str());
                let message = format!("the platform keeps several task credentials: {}", listed(ids));
                return Err(AuthError::misconfigured(message).with_hint("say which one by its id").into());
            }
        };
        match (old, &found.name) {
            (Some(old), _) => {
                let description = old.description.as_deref().filter(|text| !text.is_empty());
                let wanted = Wanted { name: named(old), description };
                self.put(standing, &found, Some(old), &wanted).await
            }
            // An earlier one got as far as to delete what was kept.
            (None, Some(name)) => self.put(standing, &found, None, &Wanted { name, description: None }).await,
            (None, None) => Err(AuthError::misconfigured("the platform keeps no task credential")
                .with_hint("make one by `wml-auth task-credentials create`")
                .into()),
        }
    }

    async fn check(&mut self, standing: &mut TaskStanding) -> Result<Found, Halt> {
        self.reach(standing, TaskStep::Check)?;
        let by = self.owner.authorize(&AuthRequest::new()).await?;
        let claims = Claims::decode(&Secret::from(by.expose_token())).unwrap_or_default();
        let iam_id =
            claims.iam_id.ok_or_else(|| AuthError::invalid_answer("the token does not say whose it is"))?;
        let kept = self.platform.task_credentials(&by).await?;
        let mut filter = ApiKeyFilter::of(&iam_id);
        if let Some(account) = &claims.account {
            filter = filter.in_account(account);
        }
        let keys = self.services.api_keys(&filter, &by).await?;
        let marked: Vec<_> =
            keys.iter().filter_map(|key| Some((key, mark::read(key, self.platform.host())?))).collect();
        let latest = marked.iter().max_by_key(|(key, _)| key.created_at);
        let name = latest.map(|(_, name)| (*name).to_owned());
        let marked = marked.iter().map(|(key, _)| key.id.clone()).collect();
        Ok(Found { by, iam_id, account: claims.account, kept, marked, name })
    }

    /// From the new key to the end.
    async fn put(
        &mut self,
        standing: &mut TaskStanding,
        found: &Found,
        old: Option<&TaskCredential>,
        wanted: &Wanted<'_>,
    ) -> Result<Kept, Halt> {
        standing.old = old.map(|old| old.id.clone());
        wanted.name.clone_into(&mut standing.name);
        let value = match self.new_key(standing, found, wanted).await {
            Ok(value) => value,
            Err(halt) => return Err(self.roll_back(standing, found, halt).await),
        };
        if let Err(halt) = self.prove(standing, found, &value).await {
            return Err(self.roll_back(standing, found, halt).await);
        }
        if let Err(halt) = self.keep(standing, found, old, wanted, value).await {
            return Err(self.roll_back(standing, found, halt).await);
        }
        self.reach(standing, TaskStep::Verify)?;
        let new = standing.new.clone().unwrap_or_default();
        let listed = self.platform.task_credentials(&found.by).await?;
        if !listed.iter().any(|kept| kept.id == new) {
            standing.keeps = Keeps::Unknown;
            return Err(AuthError::invalid_answer("the platform does not list what it has just taken").into());
        }
        let deleted_keys = self.settle(standing, found).await?;
        self.reach(standing, TaskStep::Done)?;
        let mut notes = Vec::new();
        if old.is_some() && deleted_keys.is_empty() {
            notes.push(String::from(
                "the API key that was kept before was not made here, and stays: see `wml-auth keys list`, and delete it if \
                 nobody else uses it",
            ));
        }
        Ok(Kept {
            id: new,
            name: wanted.name.to_owned(),
            new_key: standing.new_key.clone().unwrap_or_default(),
            replaced: standing.old.clone(),
            deleted_keys,
            notes,
        })
    }

    async fn new_key(
        &mut self,
        standing: &mut TaskStanding,
        found: &Found,
        wanted: &Wanted<'_>,
    ) -> Result<Secret, Halt> {
        self.reach(standing, TaskStep::Create)?;
        let mut new = NewApiKey::new(wanted.name, &found.iam_id)
            .with_description(mark::written(self.platform.host(), wanted.name));
        if let Some(account) = &found.account {
            new = new.in_account(account);
        }
        match self.services.create_api_key(&new, &found.by).await {
            Ok(key) => {
                standing.new_key = Some(key.id);
                key.value
                    .ok_or_else(|| AuthError::invalid_answer("the new API key came without its value").into())
            }
            Err(error) => {
                // A refusal made nothing; after anything else there may be a key whose value nobody knows.
                standing.new_key_is_gone = !error.is_retryable() && !error.is_invalid_answer();
                Err(error.into())
            }
        }
    }

    async fn prove(
        &mut self,
        standing: &mut TaskStanding,
        found: &Found,
        value: &Secret,
    ) -> Result<(), Halt> {
        self.reach(standing, TaskStep::Prove)?;
        let token = log_in(&self.iam, value, true, self.patience.begin(&*self.clock)).await?;
        let claims = Claims::decode(&Secret::from(token.expose_token()));
        match claims.and_then(|claims| claims.iam_id) {
            Some(iam_id) if iam_id != found.iam_id => {
                Err(AuthError::invalid_answer("the new API key is that of another identity").into())
            }
            _ => Ok(()),
        }
    }

    /// Both at once where the platform keeps two; otherwise the old one goes first.
    async fn keep(
        &mut self,
        standing: &mut TaskStanding,
        found: &Found,
        old: Option<&TaskCredential>,
        wanted: &Wanted<'_>,
        value: Secret,
    ) -> Result<(), Halt> {
        self.reach(standing, TaskStep::Keep)?;
        let mut new = NewTaskCredential::new(wanted.name, value);
        if let Some(text) = wanted.description {
            new = new.with_description(text);
        }
        let Some(old) = old else {
            return self.take(standing, found, &new, Keeps::New).await.map_err(Halt::from);
        };
        if !self.delete_first {
            match self.take(standing, found, &new, Keeps::Both).await {
                Ok(()) => {
                    self.forget(&old.id, &found.by).await?;
                    standing.keeps = Keeps::New;
                    return Ok(());
                }
                Err(error) if error.status() == Some(409) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if let Err(error) = self.forget(&old.id, &found.by).await {
            // Only what is there still is as before.
            let still = self.listed(&found.by).await;
            standing.keeps = match still.map(|kept| kept.iter().any(|kept| kept.id == old.id)) {
                Ok(true) => Keeps::AsBefore,
                Ok(false) => Keeps::None,
                Err(_) => Keeps::Unknown,
            };
            if standing.keeps != Keeps::None {
                return Err(error.into());
            }
        }
        standing.keeps = Keeps::None;
        self.take(standing, found, &new, Keeps::New).await.map_err(Halt::from)
    }

    /// Offers the new key until it is taken. Where the answer was lost, the list tells what came of it.
    async fn take(
        &self,
        standing: &mut TaskStanding,
        found: &Found,
        new: &NewTaskCredential,
        then: Keeps,
    ) -> Result<(), AuthError> {
        let before = standing.keeps;
        let mut waiting = self.patience.begin(&*self.clock);
        loop {
            let error = match self.platform.create_task_credential(new, &found.by).await {
                Ok(taken) => {
                    standing.new = Some(taken.id);
                    standing.keeps = then;
                    return Ok(());
                }
                Err(error) => error,
            };
            if !error.is_retryable() && !error.is_invalid_answer() {
                return Err(error);
            }
            standing.keeps = Keeps::Unknown;
            let listed = self.listed(&found.by).await?;
            let is_new = |kept: &&TaskCredential| found.kept.iter().all(|known| known.id != kept.id);
            if let Some(taken) = listed.iter().find(is_new) {
                standing.new = Some(taken.id.clone());
                standing.keeps = then;
                return Ok(());
            }
            standing.keeps = before;
            if !waiting.pause(error.retry_after()).await {
                return Err(error);
            }
        }
    }

    /// What is kept, asked for until there is an answer.
    async fn listed(&self, by: &Authorization) -> Result<Vec<TaskCredential>, AuthError> {
        let mut waiting = self.patience.begin(&*self.clock);
        loop {
            match self.platform.task_credentials(by).await {
                Err(error) if error.is_retryable() && waiting.pause(error.retry_after()).await => {}
                outcome => return outcome,
            }
        }
    }

    /// Deletes a task credential, if it is there.
    async fn forget(&self, id: &str, by: &Authorization) -> Result<(), AuthError> {
        let mut waiting = self.patience.begin(&*self.clock);
        loop {
            match self.platform.delete_task_credential(id, by).await {
                Err(error) if error.status() == Some(404) => return Ok(()),
                Err(error) if error.is_retryable() && waiting.pause(error.retry_after()).await => {}
                outcome => return outcome,
            }
        }
    }

    /// Deletes an API key, if it is there.
    async fn delete_key(&self, id: &str, by: &Authorization) -> Result<(), AuthError> {
        let mut waiting = self.patience.begin(&*self.clock);
        loop {
            match self.services.delete_api_key(id, by).await {
                Err(error) if error.status() == Some(404) => return Ok(()),
                Err(error) if error.is_retryable() && waiting.pause(error.retry_after()).await => {}
                outcome => return outcome,
            }
        }
    }

    /// Deletes the keys that were made for what is no longer kept, and says which.
    async fn settle(&mut self, standing: &mut TaskStanding, found: &Found) -> Result<Vec<String>, Halt> {
        standing.old_keys.clone_from(&found.marked);
        self.reach(standing, TaskStep::Settle)?;
        for id in &found.marked {
            self.delete_key(id, &found.by).await?;
            standing.old_keys.retain(|left| left != id);
        }
        Ok(found.marked.clone())
    }

    /// Takes the new key back, unless the platform keeps it or may do so. Says in `standing` what came of it.
    async fn roll_back(&self, standing: &mut TaskStanding, found: &Found, halt: Halt) -> Halt {
        let may_be_kept = !matches!(standing.keeps, Keeps::AsBefore | Keeps::None);
        if matches!(halt, Halt::Stopped) || may_be_kept || standing.new_key_is_gone {
            return halt;
        }
        let deleted = match &standing.new_key {
            Some(id) => self.delete_key(id, &found.by).await,
            None => self.delete_unknown(found).await,
        };
        standing.new_key_is_gone = deleted.is_ok();
        halt
    }

    /// Deletes whatever was made since the check, when nobody knows whether anything was.
    async fn delete_unknown(&self, found: &Found) -> Result<(), AuthError> {
        for key in self.services.api_keys(&ApiKeyFilter::of(&found.iam_id), &found.by).await? {
            if mark::read(&key, self.platform.host()).is_some() && !found.marked.contains(&key.id) {
                self.delete_key(&key.id, &found.by).await?;
            }
        }
        Ok(())
    }
}

/// The platform may tell no name.
fn named(kept: &TaskCredential) -> &str {
    if kept.name.is_empty() { &kept.id } else { &kept.name }
}

fn described(kept: &TaskCredential) -> String {
    match kept.name.as_str() {
        "" => format!("a key as {}", kept.id),
        name => format!("a key as {} ({})", quoted(name), kept.id),
    }
}
