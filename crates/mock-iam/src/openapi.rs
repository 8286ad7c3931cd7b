//! What the cloud serves, described in OpenAPI 3.1.

/// The description, as JSON: every path and method that the server answers, and no other. The control port has it at
/// `/openapi.json`.
pub const OPENAPI: &str = include_str!("../openapi.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method};
    use serde_json::Value;

    use super::OPENAPI;
    use crate::api;
    use crate::cloud::Cloud;
    use crate::request::Request;
    use crate::route::segments;
    use crate::scenario::Scenario;
    use crate::world::asset::Asset;
    use crate::world::gateway::Rule;
    use crate::world::software::SOFTWARE;
    use crate::world::task_credential::TaskCredential;

    /// Where paths are told apart, below which prefix.
    const DISPATCH: [(&str, &str); 8] = [
        ("", include_str!("api.rs")),
        ("/v1", include_str!("identity_services.rs")),
        ("/v1/task_credentials", include_str!("platform/task_credentials.rs")),
        ("/v2/spaces", include_str!("platform.rs")),
        ("/v2/projects", include_str!("platform.rs")),
        ("/v2", include_str!("platform/catalog.rs")),
        ("/ml", include_str!("wml.rs")),
        ("/ml/gateway/v1", include_str!("wml/gateway.rs")),
    ];
    const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

    /// A cloud, the user's token, and something for every `{…}` in a path.
    struct Bench {
        cloud: Cloud,
        token: String,
    }

    impl Bench {
        fn new() -> Self {
            let scenario = Scenario::default();
            let cloud =
                Cloud::new(1, "https://test".to_owned(), Duration::from_secs(3600), scenario).unwrap();
            let mut bench = Self { cloud, token: String::new() };
            bench.keep_a_key();
            let key = bench.cloud.world().api_keys[0].value.clone();
            let form = format!("grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey={key}");
            let request = Request {
                body: form.into(),
                headers: HeaderMap::new(),
                ..bench.request("POST", "/identity/token")
            };
            let body: Value = serde_json::from_slice(&api::answer(&bench.cloud, &request).body()).unwrap();
            bench.token = body["access_token"].as_str().unwrap().to_owned();
            bench
        }

        fn request(&self, method: &str, path: &str) -> Request {
            let mut headers = HeaderMap::new();
            let bearer = format!("Bearer {}", self.token);
            headers.insert("authorization", HeaderValue::from_str(&bearer).unwrap());
            let key = self.cloud.world().api_keys[0].value.clone();
            headers.insert("iam-apikey", HeaderValue::from_str(&key).unwrap());
            Request {
                method: Method::from_bytes(method.as_bytes()).unwrap(),
                path: path.to_owned(),
                query: None,
                headers,
                body: Bytes::new(),
                too_large: false,
                origin: "http://mock".into(),
                connection: 0,
                arrived: self.cloud.clock.now(),
                transaction_id: "t".to_owned(),
                request_id: "r".to_owned(),
            }
        }

        fn status(&self, method: &str, path: &str) -> u16 {
            // A link can be named by what it is.
            let crn = self.cloud.world().compute_resource().crn;
            let query = format!("type=IKS_SA&crn={crn}&namespace=default&name=wml");
            let request = Request { query: Some(query), ..self.request(method, path) };
            let status = api::answer(&self.cloud, &request).status.as_u16();
            if method != "GET" && status < 300 {
                // What was deleted may be needed again. The ids are the same, and the token stays good.
                self.cloud.reset().unwrap();
                self.keep_a_key();
            }
            status
        }

        /// A world starts without a task credential, and without a thing that could be deployed and is not.
        fn keep_a_key(&self) {
            let mut world = self.cloud.world();
            for kind in ["models", "functions", "ai_services"] {
                let kept = Asset::of(&world.deployments[0]);
                world.assets.push(Asset { kind: kind.to_owned(), id: format!("kept-{kind}"), ..kept });
            }
            for kind in ["policies", "rate-limits"] {
                let (kind, uuid) = (kind.to_owned(), format!("kept-{kind}"));
                world.gateway.rules.push(Rule { kind, uuid, said: serde_json::json!({}) });
            }
            let kept = TaskCredential {
                id: "kept".to_owned(),
                iam_id: world.user.iam_id(),
                name: String::new(),
                description: String::new(),
                api_key_id: world.api_keys[0].id.clone(),
                created_at: self.cloud.clock.now(),
            };
            world.task_credentials.push(kept);
        }

        /// Whether there is such a path and method: it is known, or at least asks for something that was not sent.
        fn serves(&self, method: &str, path: &str) -> bool {
            !matches!(self.status(method, path), 404 | 405)
        }

        /// Something that exists, for each kind of id.
        fn ids(&self, template: &str) -> String {
            let world = self.cloud.world();
            let id = match template {
                path if path.starts_with("/v1/apikeys") => world.api_keys[0].id.clone(),
                path if path.starts_with("/v1/serviceids") => world.service_ids[0].id.clone(),
                path if path.starts_with("/v3/service_instances") => world.instance_guid(),
                path if path.starts_with("/v1/profiles") => world.profiles[0].id.clone(),
                path if path.starts_with("/v1/accounts") => world.account_id.clone(),
                path if path.starts_with("/v2/spaces") => world.space_id(),
                path if path.starts_with("/v1/task_credentials") => world.task_credentials[0].id.clone(),
                path if path.contains("/v2/projects") => world.project_id(),
                path if path.starts_with("/v2/software") => SOFTWARE[0].0.to_owned(),
                path if path.starts_with("/v2/hardware") => "e7ed1d6c-2e89-42d7-aed5-863b972c1d2b".to_owned(),
                path if path.starts_with("/v2/assets") => world.assets[1].id.clone(),
                path if path.starts_with("/ml/gateway/v1/models") => world.gateway.models[0].uuid.clone(),
                path if path.starts_with("/ml/gateway/v1/providers") => {
                    world.gateway.providers[0].uuid.clone()
                }
                path if path.starts_with("/ml/gateway/v1/policies") => "kept-policies".to_owned(),
                path if path.starts_with("/ml/gateway/v1/rate-limits") => "kept-rate-limits".to_owned(),
                path if path.starts_with("/ml/v4/models") => world.assets[1].id.clone(),
                path if path.starts_with("/ml/v4/functions") => world.assets[2].id.clone(),
                path if path.starts_with("/ml/v4/ai_services") => world.assets[3].id.clone(),
                _ => world.deployments[0].id.clone(),
            };
            let guid = &world.workspaces[0].instance.as_ref().unwrap().guid;
            template
                .replace("{id}", &id)
                .replace("{guid}", guid)
                .replace("{iam_id}", &world.user.iam_id())
                .replace("{rule_id}", &world.profiles[0].rules[0].id)
                .replace("{collection}", "accounts")
                .replace("{link_id}", &world.profiles[0].links[0].id)
                .replace("{type}", "user")
                .replace("{identifier}", &world.user.iam_id())
        }
    }

    /// Method and path of each operation.
    fn described() -> Vec<(String, String)> {
        let document: Value = serde_json::from_str(OPENAPI).unwrap();
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys().filter(|member| *member != "parameters") {
                operations.push((method.to_uppercase(), path.clone()));
            }
        }
        operations
    }

    /// Every path that the dispatch has a slice pattern for, with a name in braces for what may be anything.
    fn dispatched() -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for (prefix, source) in DISPATCH {
            for line in source.lines().filter(|line| line.contains("=>") || line.contains("if let [")) {
                let pattern = line.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
                let Some((pattern, _)) = pattern.filter(|(pattern, _)| !pattern.contains("..")) else {
                    continue;
                };
                let mut own = vec![prefix.to_owned()];
                for item in pattern.split(',').map(str::trim).filter(|item| !item.is_empty()) {
                    let words = item.split('|').map(|word| word.trim().trim_matches('"'));
                    let words = if item.contains('"') { words.collect::<Vec<_>>() } else { vec!["{}"] };
                    own = own
                        .iter()
                        .flat_map(|path| words.iter().map(move |word| format!("{path}/{word}")))
                        .collect();
                }
                paths.extend(own);
            }
        }
        paths
    }

    /// Names the ids as the description does.
    fn named(path: &str) -> String {
        path.replace("instances/{}", "instances/{guid}")
            .replace("members/{}", "members/{iam_id}")
            .replace("rules/{}", "rules/{rule_id}")
            .replace("links/{}", "links/{link_id}")
            .replace("identities/{}", "identities/{type}")
            .replace("{type}/{}", "{type}/{identifier}")
            .replace("{}", "{id}")
    }

    /// Whether the second path is one of those which the first means.
    fn fits(template: &str, path: &str) -> bool {
        let (template, path) = (segments(template), segments(path));
        template.len() == path.len()
            && template.iter().zip(&path).all(|(own, given)| own.starts_with('{') || own == given)
    }

    #[test]
    fn all_that_is_described_is_served() {
        let bench = Bench::new();
        let operations = described();
        assert!(operations.len() > 40);
        for (method, template) in operations {
            let path = bench.ids(&template);
            assert!(bench.serves(&method, &path), "{method} {template}: {}", bench.status(&method, &path));
        }
    }

    #[test]
    fn all_that_is_served_is_described() {
        let bench = Bench::new();
        let described = described();
        let paths = dispatched();
        for known in [
            "/oidc/token",
            "/v1/apikeys/{}/lock",
            "/v2/projects/{}/members/{}",
            "/ml/v1/deployments/{}/text/chat",
        ] {
            assert!(paths.contains(known), "{known} is not among {paths:?}");
        }
        for template in paths.iter().map(|path| named(path)) {
            for method in METHODS {
                let known = described.iter().any(|(own, path)| own == method && fits(path, &template));
                let served = bench.serves(method, &bench.ids(&template));
                assert!(known || !served, "{method} {template} is served and not described");
            }
        }
    }
}
