//! Defects that the model checker has to find, so that its silence means something.
//!
//! Outside of the checker there are none: [`has`] is `false` at compile time.

/// A defect. Each is planted at one line, and named to the checker by `WML_AUTH_PLANTED`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Defect {
    /// Only one of those who wait is told that the work can go on; should it leave, nobody knows.
    BellForOne,
    /// A waiter looks first and listens afterwards; what happens in between passes it by.
    LateListener,
    /// Who came while the work was being driven, and found it gone, is not told that it is back.
    NobodyCalledBack,
    /// A fetch that was given up frees the place, even if another one has taken it.
    AnyFetchFreesThePlace,
}

#[cfg(not(shuttle))]
pub(crate) const fn has(_: Defect) -> bool {
    false
}

#[cfg(shuttle)]
pub(crate) fn has(defect: Defect) -> bool {
    static PLANTED: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let planted = PLANTED.get_or_init(|| std::env::var("WML_AUTH_PLANTED").ok());
    planted.as_ref().is_some_and(|name| *name == format!("{defect:?}"))
}
