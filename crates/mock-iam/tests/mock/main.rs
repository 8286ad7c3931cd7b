//! The mock over real loopback HTTP, asked by a client that knows nothing of it.

mod assertions;
mod client;

mod control;
mod faults;
mod grants;
mod identity_services;
mod jwt;
mod platform;
mod secrecy;
mod tls;
mod token_endpoint;
mod wml;
