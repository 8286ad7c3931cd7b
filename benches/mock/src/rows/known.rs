//! The token of an identity that had one in this second, beside the same bytes from servers that know nothing else. The mock and
//! its peer remember every request, as they do in a test: what that takes is part of what they cost.

use super::{outcome, per_token};
use crate::client::Client;
use crate::sample::{Kind, Sample};
use crate::servers::{bare, mock, peer, runtime};
use crate::settings::Settings;

const EACH: u32 = 500;

pub(super) fn run(settings: &Settings) -> Vec<Sample> {
    let runtime = runtime();
    let cloud = mock(&runtime, true);
    let key = cloud.fixture().api_key.clone();
    let mut ours = Client::new(cloud.url(), &key);
    let body = ours.token().to_vec();
    let wiremock = peer(&runtime, &body);
    let mut clients = [
        ("wml-auth-mock-iam", Kind::Ours, ours),
        ("wiremock, constant", Kind::Peer, Client::new(&wiremock.uri(), &key)),
        ("hyper, constant", Kind::Floor, Client::new(&bare(&body), &key)),
    ]
    .map(|(name, kind, client)| (name, kind, client, Vec::new()));
    for _ in 0..settings.pick(61, 13) {
        for (_, _, client, times) in &mut clients {
            times.push(per_token(client, EACH));
        }
    }
    let [.., (.., floor)] = &clients;
    let floor = floor.clone();
    clients
        .into_iter()
        .map(|(name, kind, _, times)| Sample::new("mock-known", name, kind, outcome(&times, &floor)))
        .collect()
}
