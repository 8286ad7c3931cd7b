//! Callers that leave, callers that are forgotten, engines that go.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use shuttle::future::block_on;
use shuttle::rand::{Rng as _, thread_rng};
use shuttle::thread;
use wml_auth_core::{AuthProvider as _, Generation};

use crate::world::{ANY, Callers, Issuer, Tasks, Time, caller, leaves_after, with};

/// F10
pub(crate) fn callers_leave_at_any_await_point() {
    let issuer = Issuer::new(&[]);
    let engine = issuer.engine(&Time::default(), Callers);
    let leave = [thread_rng().gen_range(0..4), thread_rng().gen_range(0..4)];
    let leaving = leave.map(|polls| with(&engine, move |engine| leaves_after(polls, engine)));
    let staying = caller(&engine);
    assert_eq!(staying.join().unwrap().unwrap(), Generation(1));
    for caller in leaving {
        assert!(matches!(caller.join().unwrap(), None | Some(Ok(Generation(1)))));
    }
    assert_eq!(issuer.begun(), 1);
}

/// It is not dropped either: its task sits on a runtime that nobody drives. (F51)
pub(crate) fn a_caller_is_never_polled_again() {
    let issuer = Issuer::new(&[]);
    let engine = issuer.engine(&Time::default(), Callers);
    let mut forgotten = engine.authorize(&ANY);
    let staying = [caller(&engine), caller(&engine)];
    let polled = forgotten.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending() || issuer.begun() == 1);
    for caller in staying {
        assert_eq!(caller.join().unwrap().unwrap(), Generation(1));
    }
    assert_eq!(issuer.begun(), 1);
}

/// The only caller left, and time passes while others come. (F10, F13)
pub(crate) fn an_orphan_is_begun_anew() {
    let issuer = Issuer::new(&[]);
    let time = Time::default();
    let engine = issuer.engine(&time, Callers);
    let mut only = engine.authorize(&ANY);
    block_on(poll_fn(|context| match Pin::new(&mut only).poll(context) {
        Poll::Pending => Poll::Ready(()),
        Poll::Ready(_) => panic!("so soon"),
    }));
    drop(only);
    let passing = thread::spawn(move || time.pass(6));
    let callers = [caller(&engine), caller(&engine), caller(&engine)];
    for caller in callers {
        assert_eq!(caller.join().unwrap().unwrap(), Generation(1));
    }
    passing.join().unwrap();
    assert!(issuer.begun() <= 2, "{} fetches", issuer.begun());
    assert!(!engine.status().refreshing);
}

/// F52: nothing waits for ever, and nothing is left behind.
pub(crate) fn the_engine_goes_with_a_fetch_under_way() {
    let issuer = Issuer::new(&[]);
    let tasks = Tasks::default();
    let engine = issuer.engine(&Time::default(), tasks.clone());
    let polls = thread_rng().gen_range(0..4);
    let leaving = with(&engine, move |engine| leaves_after(polls, engine).is_some());
    let going = thread::spawn(move || drop(Arc::clone(&engine)));
    leaving.join().unwrap();
    going.join().unwrap();
    tasks.finish();
    assert!(issuer.begun() <= 1);
    assert_eq!(issuer.holders(), 1, "an engine or a fetch is left behind");
}
