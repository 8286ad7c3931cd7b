//! One runnable file per task, beside this one. They run against a mock IBM Cloud that each of them starts, so that none
//! needs an account; a comment says what changes with a real one.
