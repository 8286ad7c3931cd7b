//! The service refuses a token while others use it, renew it, or have replaced it.

use std::sync::Arc;

use shuttle::future::block_on;
use wml_auth_core::{AuthProvider as _, Generation};
use wml_auth_engine::Engine;

use crate::world::{ANY, Callers, Issuer, Tasks, Time, caller, with};

/// Two callers report the same token; others ask and look. (F13, F31)
pub(crate) fn a_rejection_races_with_callers() {
    let issuer = Issuer::new(&[]);
    let engine = issuer.engine(&Time::default(), Callers);
    let rejecting = [refuses(&engine), refuses(&engine)];
    let asking = caller(&engine);
    let looking = with(&engine, |engine| {
        let seen =
            [engine.ready(&ANY), engine.ready(&ANY)].map(|found| found.map(|found| found.generation()));
        assert!(!matches!(seen, [Some(first), Some(second)] if first > second), "{seen:?}");
    });
    for caller in rejecting {
        caller.join().unwrap();
    }
    assert!(asking.join().unwrap().unwrap() >= Generation(1));
    looking.join().unwrap();
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().generation(), Generation(2));
    assert_eq!(issuer.begun(), 2);
}

/// The renewal that is under way will do as the replacement. (F13)
pub(crate) fn a_rejection_races_with_an_early_renewal() {
    let issuer = Issuer::new(&[]);
    let (time, tasks) = (Time::default(), Tasks::default());
    let engine = issuer.engine(&time, tasks.clone());
    let first = block_on(engine.authorize(&ANY)).unwrap();
    time.pass(3000);
    let rejecting = with(&engine, move |engine| engine.reject(&first));
    let looking = with(&engine, |engine| drop(engine.ready(&ANY)));
    let asking = caller(&engine);
    rejecting.join().unwrap();
    looking.join().unwrap();
    asking.join().unwrap().unwrap();
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().generation(), Generation(2));
    tasks.finish();
    assert_eq!(issuer.begun(), 2);
}

/// Each caller reports what it was given, once: no report hits a token that it is not about. (F33, F37)
pub(crate) fn a_rejection_races_with_its_replacement() {
    let issuer = Issuer::new(&[]);
    let engine = issuer.engine(&Time::default(), Callers);
    let callers = [refuses(&engine), refuses(&engine), refuses(&engine)];
    for caller in callers {
        caller.join().unwrap();
    }
    let last = block_on(engine.authorize(&ANY)).unwrap().generation();
    let counts = engine.status().counts;
    assert_eq!(issuer.begun() as u64, last.0);
    assert_eq!(counts.rejections + 1, last.0, "{counts:?}");
}

/// Asks, reports what it got, and never gets that again.
fn refuses(engine: &Arc<Engine>) -> shuttle::thread::JoinHandle<()> {
    with(engine, |engine| {
        let Ok(first) = block_on(engine.authorize(&ANY)) else { panic!("no token") };
        engine.reject(&first);
        let ready = engine.ready(&ANY).map(|ready| ready.generation());
        assert!(ready.is_none_or(|ready| ready > first.generation()), "{ready:?} was refused");
    })
}
