//! Every address of the service leads to its own token service and platform, and a mistyped one nowhere.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{Request, Response};
use wml_auth::config::{AuthType, Environment, Resolver};
use wml_auth::iam::regions::{self, Protocol};
use wml_auth::{AuthError, AuthRequest, Transport};

/// Notes whom it is asked to reach, and reaches nobody.
#[derive(Default)]
struct Nobody(Mutex<Vec<String>>);

#[async_trait]
impl Transport for Nobody {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, AuthError> {
        self.0.lock().unwrap().push(request.uri().to_string());
        Err(AuthError::rejected("nobody is there"))
    }
}

fn resolver(variables: &[(&str, &str)]) -> Resolver {
    Resolver::new(Environment::from_vars(variables.iter().copied()))
}

/// The first address that is asked for a token.
async fn asked(variables: &[(&str, &str)]) -> (AuthType, String) {
    let nobody = Arc::new(Nobody::default());
    let resolution = resolver(variables).resolve().unwrap();
    let credentials = resolution.credentials(nobody.clone()).unwrap();
    credentials.authorize(&AuthRequest::new()).await.unwrap_err();
    let asked = nobody.0.lock().unwrap().first().cloned().unwrap();
    (resolution.auth_type(), asked)
}

#[tokio::test]
async fn an_api_key_goes_to_the_issuer_of_the_region() {
    for region in regions::all() {
        let variables = [("WATSONX_APIKEY", "a-key"), ("WATSONX_URL", region.wml_url)];
        let (kind, expected) = match region.issuer.protocol {
            Protocol::Iam => (AuthType::Iam, format!("{}/identity/token", region.issuer.url)),
            _ => (AuthType::Aws, region.issuer.url.to_owned()),
        };
        assert_eq!(asked(&variables).await, (kind, expected), "{}", region.wml_url);

        let Some(private) = region.issuer.private_url else { continue };
        let variables = [
            ("WATSONX_APIKEY", "a-key"),
            ("WATSONX_URL", region.wml_url),
            ("WATSONX_USE_PRIVATE_TOKEN_URL", "true"),
        ];
        assert!(asked(&variables).await.1.starts_with(private), "{}", region.wml_url);
    }
}

#[test]
fn a_region_stands_for_its_url() {
    for region in regions::all() {
        let resolved =
            resolver(&[("WATSONX_APIKEY", "a-key"), ("WATSONX_REGION", region.id)]).resolve().unwrap();
        let url = resolved.target().url.clone().unwrap();
        assert_eq!(url, regions::named(region.id).unwrap().wml_url);
    }
}

#[test]
fn a_service_level_login_knows_the_platform_of_each_region() {
    for region in regions::all().filter(|region| region.issuer.protocol == Protocol::Iam) {
        let variables = [
            ("WATSONX_AI_AUTH_TYPE", "service-level"),
            ("WATSONX_AI_APIKEY", "a-key"),
            ("WATSONX_AI_SPACE_ID", "a-space"),
            ("WATSONX_AI_URL", region.wml_url),
        ];
        let resolved = resolver(&variables).resolve().unwrap();
        assert!(resolved.credentials(Arc::new(Nobody::default())).is_ok(), "{}", region.wml_url);
    }
}

#[test]
fn a_mistyped_address_is_an_error_with_the_nearest_names() {
    let error = |url| resolver(&[("WATSONX_APIKEY", "k"), ("WATSONX_URL", url)]).resolve().unwrap_err();
    let slip = error("https://us-suoth.ml.cloud.ibm.com");
    assert_eq!(
        slip.to_string(),
        "environment variable WATSONX_URL: the URL of the service is nearly that of a region"
    );
    assert!(slip.hint().unwrap().contains("https://us-south.ml.cloud.ibm.com"));
    assert!(error("https://xx-nowhere.ml.cloud.ibm.com").hint().unwrap().contains("the nearest known are"));
    let region = resolver(&[("WATSONX_APIKEY", "k"), ("WATSONX_REGION", "us-suoth")]).resolve().unwrap_err();
    assert!(region.hint().unwrap().contains("us-south"), "{region}");
    let new = [
        ("WATSONX_APIKEY", "k"),
        ("WATSONX_URL", "https://xx-nowhere.ml.cloud.ibm.com"),
        ("WATSONX_AI_PLATFORM_URL", "https://api.xx-nowhere.dataplatform.cloud.ibm.com"),
    ];
    assert!(resolver(&new).resolve().is_ok(), "whoever names the platform knows of a new region");
    let cluster = [("WATSONX_APIKEY", "k"), ("WATSONX_URL", "https://cpd.apps.cluster.example.com")];
    assert_eq!(
        resolver(&cluster).resolve().unwrap().auth_type(),
        AuthType::Iam,
        "no URL means Cloud Pak for Data"
    );
}
