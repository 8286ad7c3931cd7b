//! The mock over real loopback HTTP, asked by a client that knows nothing of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed, in its helpers too"
)]

mod assertions;
mod client;

mod account;
mod admin;
mod control;
mod cp4d;
mod deployments;
mod fault_table;
mod faults;
mod gateway;
mod grants;
mod http;
mod identity_services;
mod inference;
mod introspection;
mod jwt;
mod legacy_token;
mod malformed;
mod mcsp;
mod platform;
mod profiles;
mod scenarios;
mod scripts;
mod secrecy;
mod tls;
mod token_answers;
mod token_endpoint;
mod transports;
mod trap;
mod vpc;
mod wire;
mod wml;
