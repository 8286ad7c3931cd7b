//! Measures the mock, and prints what it showed as JSON.
//!
//! The servers run on threads of their own, the client on the main thread, and what is counted is the processor time of
//! all threads but that one. A row goes round in turn, so that what disturbs the machine disturbs everybody.

mod client;
mod processor;
mod rows;
#[path = "../../src/sample.rs"]
mod sample;
mod servers;
#[path = "../../src/settings.rs"]
mod settings;

use crate::settings::Settings;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(rows::held::HOLD) {
        return rows::held::clients(arguments);
    }
    let settings = Settings::from_arguments();
    let mut samples = Vec::new();
    for (name, run) in rows::ROWS {
        if settings.wants(name) {
            eprintln!("{name}");
            samples.extend(run(&settings));
        }
    }
    println!("{}", serde_json::to_string(&samples).expect("plain numbers"));
}
