//! A token that somebody else made: a value, a file, a command, a closure.
