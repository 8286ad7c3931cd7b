//! API keys that the platform keeps for jobs which run when their owner is not there.

use jiff::Timestamp;

/// The key itself is not here: it is never shown, and its id is enough to know it by.
#[derive(Clone)]
pub(crate) struct TaskCredential {
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) iam_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) api_key_id: String,
    pub(crate) created_at: Timestamp,
}
