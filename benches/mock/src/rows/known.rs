//! The token of an identity that had one in this second, beside the same bytes from servers that know nothing else.

use super::{NO_COUNT, per_token};
use crate::client::Client;
use crate::sample::{Kind, Sample, median};
use crate::servers::{bare, mock, peer, runtime};
use crate::settings::Settings;

const EACH: u32 = 2_000;

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
    for _ in 0..settings.pick(15, 3) {
        for (_, _, client, times) in &mut clients {
            times.extend(per_token(client, EACH));
        }
        // Nobody's memory of what it was asked shall grow from round to round.
        cloud.journal().clear();
        runtime.block_on(async {
            drop(wiremock.received_requests().await);
        });
    }
    clients
        .into_iter()
        .map(|(name, kind, _, times)| {
            let outcome = match times.is_empty() {
                true => Err(NO_COUNT.to_owned()),
                false => Ok([("us", median(times))].into()),
            };
            Sample::new("mock-known", name, kind, outcome)
        })
        .collect()
}
