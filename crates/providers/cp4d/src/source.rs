//! The sources of tokens.

mod bedrock;
mod service;
mod service_instance;
mod user;

pub use bedrock::Cp4dBedrock;
pub use service::Cp4dService;
pub use service_instance::Cp4dServiceInstance;
pub use user::Cp4d;
