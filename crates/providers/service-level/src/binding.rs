//! What was found out about a Service ID and its space.

use wml_auth_iam::{Instance, Role, Target};

/// That a Service ID may use a space or project, and on which instance: as the platform said when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Binding {
    /// The space or project.
    pub target: Target,
    /// The role that the Service ID has there.
    pub role: Role,
    /// The instance that its work runs on and is billed to.
    pub instance: Instance,
    /// The Service ID, as `ServiceId-<uuid>`.
    pub service_id: String,
    /// The same for access control, as `iam-ServiceId-<uuid>`.
    pub iam_id: String,
}
