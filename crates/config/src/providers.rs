//! From a login to the provider that does it.

use crate::login::Login;

impl Login {
    pub(crate) fn provider_name(&self) -> &'static str {
        match self {
            Self::Iam { .. } => "iam-apikey",
            Self::ServiceLevel { .. } => "service-level",
            Self::Bearer(_) => "bearer",
            Self::Basic { .. } => "basic",
        }
    }
}
