//! The services whose properties are looked for, and the prefixes of their names.

/// The services that are looked for when the caller names none.
pub(crate) const DEFAULT_SERVICES: &[&str] = &["watson_machine_learning", "watsonx_ai"];

/// The services whose credentials are looked for.
#[derive(Clone, Debug)]
pub(crate) struct Services(Option<String>);

impl Services {
    /// This one, or the usual ones.
    pub(crate) fn new(asked: Option<&str>) -> Self {
        Self(asked.map(str::to_owned))
    }

    pub(crate) fn are_default(&self) -> bool {
        self.0.is_none()
    }

    /// Their names as they were given.
    pub(crate) fn names(&self) -> Vec<&str> {
        match &self.0 {
            Some(name) => vec![name],
            None => DEFAULT_SERVICES.to_vec(),
        }
    }

    /// Upper case, `_` for everything that is neither letter nor digit, and a `_` at the end. The last one is what
    /// keeps `svc-1` from taking the variables of `svc-10`.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = String> {
        self.names().into_iter().map(prefix).collect::<Vec<_>>().into_iter()
    }
}

pub(crate) fn prefix(service: &str) -> String {
    let mut prefix: String = service
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect();
    prefix.push('_');
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_with_an_underscore() {
        assert_eq!(prefix("svc-1"), "SVC_1_");
        assert_eq!(prefix("my wml.prod"), "MY_WML_PROD_");
        let prefixes: Vec<_> = Services::new(None).prefixes().collect();
        assert_eq!(prefixes, ["WATSON_MACHINE_LEARNING_", "WATSONX_AI_"]);
    }
}
