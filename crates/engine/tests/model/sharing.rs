//! One fetch, whoever asks.

use shuttle::future::block_on;
use wml_auth_core::{AuthProvider as _, Generation};

use crate::world::{ANY, Callers, Deed, Issuer, Time, caller};

/// F1
pub(crate) fn all_who_ask_share_one_fetch() {
    let issuer = Issuer::new(&[]);
    let engine = issuer.engine(&Time::default(), Callers);
    let callers = [caller(&engine), caller(&engine), caller(&engine)];
    for caller in callers {
        assert_eq!(caller.join().unwrap().unwrap(), Generation(1));
    }
    assert!(engine.ready(&ANY).is_some());
    assert_eq!(issuer.begun(), 1);
}

/// F6
pub(crate) fn all_who_ask_share_one_failure() {
    let issuer = Issuer::new(&[Deed::Refuse]);
    let engine = issuer.engine(&Time::default(), Callers);
    let callers = [caller(&engine), caller(&engine), caller(&engine)];
    for caller in callers {
        assert!(caller.join().unwrap().unwrap_err().is_rejected_credential());
    }
    assert_eq!(issuer.begun(), 1);
    assert!(!engine.status().refreshing);
}

/// F11
pub(crate) fn an_expired_token_is_fetched_once() {
    let issuer = Issuer::new(&[]);
    let time = Time::default();
    let engine = issuer.engine(&time, Callers);
    block_on(engine.authorize(&ANY)).unwrap();
    time.pass(3600);
    let callers = [caller(&engine), caller(&engine), caller(&engine)];
    for caller in callers {
        assert_eq!(caller.join().unwrap().unwrap(), Generation(2));
    }
    assert_eq!(issuer.begun(), 2);
}

/// F54
pub(crate) fn a_source_that_panics_frees_the_place() {
    let issuer = Issuer::new(&[Deed::Panic]);
    let engine = issuer.engine(&Time::default(), Callers);
    let callers = [caller(&engine), caller(&engine), caller(&engine)];
    // Who shared the panic has an error; who came after it has a token.
    let answers = callers.map(|caller| caller.join().unwrap().ok());
    assert!(answers.contains(&None));
    assert_eq!(block_on(engine.authorize(&ANY)).unwrap().generation(), Generation(1));
    assert_eq!(issuer.begun(), 2);
}
