//! `bare URL`: one token by reqwest and nothing else, with the API key from the environment. The floor of a cold process.

use std::env;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = env::args().nth(1).expect("the address of an issuer");
    let key = env::var("COLD_APIKEY").expect("an API key");
    let form = [("grant_type", "urn:ibm:params:oauth:grant-type:apikey"), ("apikey", &key)];
    let request = reqwest::Client::new().post(format!("{url}/identity/token")).form(&form);
    let body = request.send().await.expect("an answer").bytes().await.expect("a body");
    let answer: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    println!("{}", answer["access_token"].as_str().expect("a token"));
}
