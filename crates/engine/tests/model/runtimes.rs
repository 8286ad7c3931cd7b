//! With tasks in the background, and without them half-way.

use shuttle::future::block_on;
use shuttle::thread;
use wml_auth_core::{AuthProvider as _, Generation};

use crate::world::{ANY, Deed, Issuer, Tasks, Time, caller, with};

pub(crate) fn a_spawned_task_helps() {
    let issuer = Issuer::new(&[]);
    let tasks = Tasks::default();
    let engine = issuer.engine(&Time::default(), tasks.clone());
    let callers = [caller(&engine), caller(&engine)];
    for caller in callers {
        assert_eq!(caller.join().unwrap().unwrap(), Generation(1));
    }
    tasks.finish();
    assert_eq!(issuer.begun(), 1);
}

/// F52
pub(crate) fn a_runtime_shuts_down() {
    let issuer = Issuer::new(&[]);
    let tasks = Tasks::default();
    let engine = issuer.engine(&Time::default(), tasks.clone());
    let callers = [caller(&engine), caller(&engine)];
    let closing = thread::spawn(move || tasks.shut_down());
    for caller in callers {
        assert_eq!(caller.join().unwrap().unwrap(), Generation(1));
    }
    closing.join().unwrap();
    assert_eq!(issuer.begun(), 1);
}

/// F8
pub(crate) fn an_early_renewal_is_begun_once() {
    let issuer = Issuer::new(&[]);
    let (time, tasks) = (Time::default(), Tasks::default());
    let engine = issuer.engine(&time, tasks.clone());
    block_on(engine.authorize(&ANY)).unwrap();
    time.pass(3000);
    let look = || with(&engine, |engine| engine.ready(&ANY).is_some());
    let callers = [look(), look(), look()];
    for caller in callers {
        assert!(caller.join().unwrap(), "a valid token is there all the time");
    }
    tasks.finish();
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().generation(), Generation(2));
    assert_eq!(issuer.begun(), 2);
}

/// F8
pub(crate) fn an_early_renewal_fails_nobody() {
    let issuer = Issuer::new(&[Deed::Token, Deed::Busy]);
    let (time, tasks) = (Time::default(), Tasks::default());
    let engine = issuer.engine(&time, tasks.clone());
    block_on(engine.authorize(&ANY)).unwrap();
    time.pass(3000);
    let callers = [caller(&engine), caller(&engine), caller(&engine)];
    for caller in callers {
        assert_eq!(caller.join().unwrap().unwrap(), Generation(1));
    }
    tasks.finish();
    assert_eq!(issuer.begun(), 2, "and then the issuer is left alone");
}
