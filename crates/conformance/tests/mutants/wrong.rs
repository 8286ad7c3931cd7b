//! How the naive source is wrong.

/// One way each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    NotAtAll,
    // What it asks.
    AsksByGet,
    KeyInUrl,
    SaysNothing,
    NamesItsKey,
    // What it makes of a status.
    IgnoresStatus,
    CallsRefusalsBusy,
    CallsForbiddenBusy,
    CallsOutagesFinal,
    RetriesRefusals,
    IgnoresRetryAfter,
    StumblesOverRetryAfter,
    NeedsRetryAfter,
    FollowsRedirects,
    // What it makes of a body.
    TakesAnything,
    TakesTheLast,
    TakesHalves,
    TakesTooMuch,
    MendsText,
    TellsTheBody,
    // What it makes of time.
    LivesForEver,
    CutsLives,
    IgnoresClaims,
    DistrustsClocks,
    GivesUpAtOnce,
    // What it remembers.
    RemembersFailure,
    NeverRenews,
    NeverReconnects,
    SulksOverTypes,
    StaysBusy,
}

impl Wrong {
    /// Whether it finds a token where there is none.
    pub(crate) fn takes_anything(self) -> bool {
        matches!(self, Self::TakesAnything | Self::TakesTooMuch | Self::IgnoresStatus)
    }
}
