//! What threads share: the standard library's locks, or the model checker's.
//!
//! Built with `--cfg shuttle`, as `cargo xtask model` does, every lock and atomic of this crate is a place at which the
//! checker may let another thread go first. Nothing else in the crate knows of it but for [`crate::planted`].

#[cfg(not(shuttle))]
pub(crate) use self::real::*;

#[cfg(shuttle)]
pub(crate) use self::checked::*;

#[cfg(not(shuttle))]
mod real {
    pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use std::sync::{Mutex, MutexGuard};

    pub(crate) use arc_swap::ArcSwapOption;
}

#[cfg(shuttle)]
mod checked {
    use std::ops::Deref;
    use std::sync::{Arc, PoisonError};

    pub(crate) use shuttle::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use shuttle::sync::{Mutex, MutexGuard};

    /// As much of `arc_swap::ArcSwapOption` as is used here, on a lock that the checker sees.
    pub(crate) struct ArcSwapOption<T>(Mutex<Option<Arc<T>>>);

    pub(crate) struct Loaded<T>(Option<Arc<T>>);

    impl<T> ArcSwapOption<T> {
        pub(crate) fn empty() -> Self {
            Self(Mutex::new(None))
        }

        pub(crate) fn load(&self) -> Loaded<T> {
            Loaded(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
        }

        pub(crate) fn swap(&self, new: Option<Arc<T>>) -> Option<Arc<T>> {
            std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), new)
        }
    }

    impl<T> Deref for Loaded<T> {
        type Target = Option<Arc<T>>;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
}

/// Takes a lock, whatever became of the thread that held it last. What a lock of this crate guards is consistent
/// between any two statements, and no code of others runs under one.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F55
    #[test]
    fn a_lock_outlives_a_panic_of_its_holder() {
        let mutex = Mutex::new(7);
        let panicked = std::thread::scope(|scope| {
            let holder = scope.spawn(|| {
                let _held = lock(&mutex);
                std::panic::resume_unwind(Box::new("broken"));
            });
            holder.join().is_err()
        });
        assert!(panicked && mutex.is_poisoned());
        assert_eq!(*lock(&mutex), 7);
    }
}
