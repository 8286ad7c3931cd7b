//! The token sources of this crate, one file each.

mod command_output;
mod token_command;
mod token_file;
mod token_function;

pub use token_command::TokenCommand;
pub use token_file::TokenFile;
pub use token_function::TokenFunction;
