//! `warm NAME CALLS`: warm calls of one contender, for a tool that counts instructions. Without arguments, the names.

use std::env;

use wml_auth_benches::roster::takers;

fn main() {
    let mut arguments = env::args().skip(1);
    let Some(name) = arguments.next() else {
        for entry in takers("instructions") {
            println!("{}", entry.name);
        }
        return;
    };
    let calls = arguments.next().and_then(|calls| calls.parse().ok()).expect("a number of calls");
    let entry = takers("instructions").find(|entry| entry.name == name).expect("a contender of this name");
    (entry.instructions)(calls);
}
