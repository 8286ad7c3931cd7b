//! Which trusted profile is meant.

use wml_auth_core::AuthError;

use crate::checked;

/// A trusted profile, as IAM finds it: by its id, its CRN, or its name.
///
/// ```
/// use wml_auth_iam::Profile;
///
/// let profile = Profile::by_id("Profile-9fd84246-7df4-4667-94e4-8ecde51d5ac5")?;
/// assert_eq!((profile.key(), profile.account()), ("id", None));
/// assert!(Profile::by_crn("Profile-9fd84246").is_err());
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    by: By,
    value: String,
    account: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum By {
    Id,
    Crn,
    Name,
}

impl Profile {
    /// By its id, `Profile-<uuid>`. The form is not checked: the console shows the bare UUID as well.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is blank, surrounded by blanks, or has a control character in it.
    pub fn by_id(id: &str) -> Result<Self, AuthError> {
        Self::new(By::Id, "id of the trusted profile", id)
    }

    /// By its cloud resource name, `crn:v1:…::profile:Profile-<uuid>`.
    ///
    /// # Errors
    ///
    /// As [`by_id`](Self::by_id), and for what is no CRN.
    pub fn by_crn(crn: &str) -> Result<Self, AuthError> {
        if !crn.starts_with("crn:") {
            return Err(AuthError::misconfigured("the CRN of the trusted profile is not one")
                .with_hint("a CRN begins with crn:v1:; an id is given as the profile's id"));
        }
        Self::new(By::Crn, "CRN of the trusted profile", crn)
    }

    /// By its name, in the account of whoever asks. Names are unique within an account.
    ///
    /// # Errors
    ///
    /// As [`by_id`](Self::by_id).
    pub fn by_name(name: &str) -> Result<Self, AuthError> {
        Self::new(By::Name, "name of the trusted profile", name)
    }

    /// By its name in an account, which is given by its id of 32 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// As [`by_id`](Self::by_id), for either.
    pub fn by_name_in(name: &str, account: &str) -> Result<Self, AuthError> {
        let account = checked::name("account of the trusted profile", account)?.to_owned();
        Ok(Self { account: Some(account), ..Self::by_name(name)? })
    }

    fn new(by: By, what: &str, value: &str) -> Result<Self, AuthError> {
        Ok(Self { by, value: checked::name(what, value)?.to_owned(), account: None })
    }

    /// What it is found by: `id`, `crn` or `name`.
    pub fn key(&self) -> &'static str {
        match self.by {
            By::Id => "id",
            By::Crn => "crn",
            By::Name => "name",
        }
    }

    /// The id, CRN or name itself.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The account that was named beside its name.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The field of a form that holds it.
    pub(crate) fn field(&self) -> &'static str {
        match self.by {
            By::Id => "profile_id",
            By::Crn => "profile_crn",
            By::Name => "profile_name",
        }
    }
}

/// What somebody configured about a trusted profile, in as many ways as there are. Nothing is checked before it is read.
///
/// What the builders of the logins have in common that end in a trusted profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileOptions {
    id: Option<String>,
    crn: Option<String>,
    name: Option<String>,
    account: Option<String>,
}

impl ProfileOptions {
    /// No profile.
    pub fn new() -> Self {
        Self::default()
    }

    /// Its id.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Its CRN.
    #[must_use]
    pub fn crn(mut self, crn: &str) -> Self {
        self.crn = Some(crn.to_owned());
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// The account that holds the profile of that name.
    #[must_use]
    pub fn account(mut self, id: &str) -> Self {
        self.account = Some(id.to_owned());
        self
    }

    /// Every way in which it was named.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a value that [`Profile`] refuses, and for an account without a name.
    pub fn all(&self) -> Result<Vec<Profile>, AuthError> {
        if self.account.is_some() && self.name.is_none() {
            return Err(AuthError::misconfigured("an account is given for the trusted profile, and no name")
                .with_hint("the account goes with the profile's name; an id or CRN needs none"));
        }
        let by_name = self.name.as_deref().map(|name| match &self.account {
            Some(account) => Profile::by_name_in(name, account),
            None => Profile::by_name(name),
        });
        let by_id = self.id.as_deref().map(Profile::by_id);
        let by_crn = self.crn.as_deref().map(Profile::by_crn);
        [by_id, by_crn, by_name].into_iter().flatten().collect()
    }

    /// The one way in which it was named; `None` if it was not.
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all), and when it was named in several ways: they might be different profiles.
    pub fn at_most_one(&self) -> Result<Option<Profile>, AuthError> {
        let mut all = self.all()?;
        if all.len() > 1 {
            let given: Vec<&str> = all.iter().map(Profile::key).collect();
            return Err(AuthError::misconfigured(format!(
                "the trusted profile is given in more than one way: by {}",
                given.join(" and ")
            ))
            .with_hint("give its id, its CRN or its name"));
        }
        Ok(all.pop())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_named_in_one_way() {
        let options = ProfileOptions::new;
        let one = |options: ProfileOptions| options.at_most_one().map(|found| found.map(|p| p.field()));
        assert_eq!(one(options()).unwrap(), None);
        assert_eq!(one(options().id("Profile-1")).unwrap(), Some("profile_id"));
        assert_eq!(one(options().crn("crn:v1:a")).unwrap(), Some("profile_crn"));
        assert_eq!(one(options().name("n")).unwrap(), Some("profile_name"));
        assert_eq!(one(options().name("n").account("a")).unwrap(), Some("profile_name"));
        for several in [
            options().id("i").name("n"),
            options().id("i").crn("crn:v1:a"),
            options().crn("crn:v1:a").name("n").account("a"),
        ] {
            let error = one(several).unwrap_err();
            assert!(error.is_misconfigured() && error.message().contains(" and "), "{error}");
        }
        let both = options().id("i").name("n").all().unwrap();
        assert_eq!(both.iter().map(Profile::key).collect::<Vec<_>>(), ["id", "name"]);
    }

    #[test]
    fn an_account_goes_with_a_name() {
        for lonely in
            [ProfileOptions::new(), ProfileOptions::new().id("i"), ProfileOptions::new().crn("crn:")]
        {
            assert!(lonely.account("a").all().unwrap_err().is_misconfigured());
        }
        assert_eq!(Profile::by_name_in("n", "a").unwrap().account(), Some("a"));
    }

    #[test]
    fn what_cannot_be_one_is_refused() {
        for text in ["", " ", "a\n", " a", "a\u{0}b"] {
            for refused in [Profile::by_id(text), Profile::by_crn(text), Profile::by_name(text)] {
                assert!(refused.unwrap_err().is_misconfigured(), "{text:?}");
            }
            assert!(Profile::by_name_in("n", text).unwrap_err().is_misconfigured());
        }
        assert_eq!(Profile::by_name("a name").unwrap().value(), "a name");
    }
}
