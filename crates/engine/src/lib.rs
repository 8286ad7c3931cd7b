//! Keeps one token fresh: cache, single flight, early refresh, back-off, chain.
