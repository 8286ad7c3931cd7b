//! Finds out which credential is meant for IBM Watson Machine Learning or watsonx.ai, makes a provider of it, and says
//! why it is this one.
mod auth_type;
mod check;
mod command;
mod environment;
mod error;
mod explanation;
mod explanation_text;
mod file;
mod key;
mod layer;
mod layers;
mod login;
mod origin;
mod profiles;
mod providers;
mod reference;
mod resolution;
mod resolver;
mod sources;
mod survey;
mod target;
mod text;
mod values;
mod variables;
mod warning;

pub use auth_type::{AuthType, auth_types_markdown};
pub use environment::Environment;
pub use error::ConfigError;
pub use explanation::{
    EXPLANATION_VERSION, Explanation, Outcome, Shadow, SourceReport, SourceStatus, ValueReport,
};
pub use key::Key;
pub use origin::{Origin, SourceKind};
pub use profiles::{ProfileSummary, profiles_schema};
pub use resolution::Resolution;
pub use resolver::Resolver;
pub use target::Target;
pub use variables::variables_markdown;
pub use warning::{Warning, WarningCode};
