//! Resolves credentials from environment, files and profiles, and explains why.
