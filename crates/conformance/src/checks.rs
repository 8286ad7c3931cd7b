//! Every check, by group.

mod caching;
mod cancellation;
mod concurrency;
mod expiry;
mod faults;
mod refresh;
mod rejection;
mod retries;
mod secrecy;
mod security;
mod wire;

use std::sync::OnceLock;

use crate::suite::Check;

/// The whole list, in the order of the report.
pub(crate) fn all() -> &'static [Check] {
    static ALL: OnceLock<Vec<Check>> = OnceLock::new();
    ALL.get_or_init(|| {
        let groups = [
            wire::checks(),
            caching::checks(),
            expiry::checks(),
            refresh::checks(),
            retries::checks(),
            faults::checks(),
            rejection::checks(),
            cancellation::checks(),
            secrecy::checks(),
            security::checks(),
            concurrency::checks(),
        ];
        groups.into_iter().flatten().collect()
    })
}

/// A list of checks of one group: the sentence that it shows, what it needs, and the function.
macro_rules! checks {
    ($group:literal: $($name:literal, [$($need:ident),*], $function:expr;)*) => {
        pub(super) fn checks() -> Vec<$crate::suite::Check> {
            vec![$($crate::suite::Check {
                group: $group,
                name: $name,
                needs: &[$($crate::Capability::$need),*],
                run: |stage, subject| {
                    let _ = subject;
                    Box::pin($function(stage))
                },
            },)*]
        }
    };
}
pub(crate) use checks;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;

    #[test]
    fn no_two_checks_of_a_group_have_one_name() {
        let names: BTreeSet<_> = all().iter().map(|check| (check.group, check.name)).collect();
        assert_eq!(names.len(), all().len());
    }
}
