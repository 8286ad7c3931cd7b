//! HTTP transport for wml-auth on reqwest.
