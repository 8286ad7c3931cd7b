//! What can be set on a source.

mod bedrock;
mod service;
mod user;

pub use bedrock::Cp4dBedrockBuilder;
pub use service::Cp4dServiceBuilder;
pub use user::Cp4dBuilder;
