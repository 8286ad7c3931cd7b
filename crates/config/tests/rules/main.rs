//! Each rule about what IBM's cores read in different ways has a test of its name.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

mod cluster_user;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use support::{KEY, Place};
use wml_auth_config::{AuthType, Key, Resolution, WarningCode, rules_markdown};

const SERVICE: &str = "svc-1";

/// A place with these variables of the service.
fn variables(properties: &[(&str, &str)]) -> Place {
    properties.iter().fold(Place::new(), |place, (name, value)| place.set(&format!("SVC_1_{name}"), value))
}

/// A place with a credential file of this text.
fn file(text: &str) -> Place {
    Place::new().write("here/ibm-credentials.env", text)
}

fn vcap(credentials: &str) -> Place {
    Place::new()
        .set("VCAP_SERVICES", &format!(r#"{{"svc-1": [{{"name": "i", "credentials": {credentials}}}]}}"#))
}

fn resolve(place: &Place) -> Resolution {
    let resolved = place.resolver().service(SERVICE).resolve();
    resolved.unwrap_or_else(|error| panic!("{error}"))
}

fn error(place: &Place) -> String {
    let error = place.resolver().service(SERVICE).resolve().unwrap_err();
    assert!(!error.to_string().contains("CANARY") && error.hint().is_some(), "{error}");
    place.without_directory(&error.to_string())
}

/// What a value came to, as far as it may be seen.
fn shown(place: &Place, key: Key) -> String {
    let resolution = resolve(place);
    let values = &resolution.explanation().values;
    values.iter().find(|value| value.key == key).map(|value| value.value.clone()).unwrap_or_default()
}

fn source(place: &Place) -> String {
    resolve(place).source().to_string()
}

fn auth_type(place: &Place) -> AuthType {
    resolve(place).auth_type()
}

fn warns(place: &Place, code: WarningCode) -> bool {
    resolve(place).warnings().iter().any(|warning| warning.code() == code)
}

fn finds_nothing(place: &Place) -> bool {
    place.resolver().service(SERVICE).resolve().unwrap_err().is_absent()
}

const CASES: &[(&str, fn())] = &[
    ("order", || {
        let both = file("SVC_1_APIKEY=k\nWATSONX_AI_APIKEY=k\n")
            .set("SVC_1_APIKEY", "other")
            .set("WATSONX_AI_APIKEY", "other");
        assert_eq!(source(&both), "ibm-credentials.env:1", "the service is named");
        let unnamed = both.resolver().resolve().unwrap();
        assert_eq!(unnamed.source().to_string(), "environment variable WATSONX_AI_APIKEY");
        assert!(unnamed.explanation().values[0].shadows[0].differs);
        let named = both.set("IBM_CREDENTIALS_FILE", "ibm-credentials.env");
        assert_eq!(named.resolver().resolve().unwrap().source().to_string(), "ibm-credentials.env:2");
    }),
    ("one-source", || {
        let place = file("SVC_1_APIKEY=k\n").set("SVC_1_SCOPE", "from-env").set("SVC_1_SPACE_ID", "s");
        assert_eq!(shown(&place, Key::Scope), "");
        assert_eq!(resolve(&place).target().space_id.as_deref(), Some("s"));
    }),
    ("missing-file", || {
        let place = variables(&[("APIKEY", "k")]).set("IBM_CREDENTIALS_FILE", "none.env");
        assert_eq!(error(&place), "/here/none.env: the file does not exist");
    }),
    ("directory", || {
        let place = Place::new()
            .write("user/keys/ibm-credentials.env", "SVC_1_APIKEY=k")
            .set("IBM_CREDENTIALS_FILE", "~/keys");
        assert_eq!(source(&place), "ibm-credentials.env:1");
    }),
    ("unreadable-file", || {
        let place = variables(&[("APIKEY", "k")]).write("here/ibm-credentials.env/x", "");
        assert_eq!(error(&place), "/here/ibm-credentials.env: the file is a directory or a device");
    }),
    ("blanks", || assert_eq!(shown(&file("  SVC_1_APIKEY = k \nSVC_1_SCOPE= a b "), Key::Scope), "a b")),
    ("quotes", || assert_eq!(shown(&file("SVC_1_APIKEY='k'\nSVC_1_SCOPE=\"a\"\n"), Key::Scope), "a")),
    ("export", || assert_eq!(shown(&file("export SVC_1_APIKEY=k\nexport SVC_1_SCOPE=a"), Key::Scope), "a")),
    ("hash", || assert_eq!(shown(&file("SVC_1_APIKEY=k\nSVC_1_SCOPE=a # b"), Key::Scope), "a # b")),
    ("byte-order-mark", || assert_eq!(source(&file("\u{feff}SVC_1_APIKEY=k")), "ibm-credentials.env:1")),
    ("long-line", || {
        let place = file(&format!("SVC_1_UNKNOWN={}\nSVC_1_APIKEY=k", "x".repeat(70_000)));
        assert_eq!(source(&place), "ibm-credentials.env:2");
    }),
    ("relative-path", || {
        let place = Place::new()
            .write("user/keys/some.env", "SVC_1_IAM_PROFILE_ID=P\nSVC_1_CR_TOKEN_FILENAME=token")
            .set("IBM_CREDENTIALS_FILE", "~/keys/some.env");
        assert!(shown(&place, Key::CrTokenFilename).ends_with("/here/token"));
    }),
    ("duplicate", || {
        assert_eq!(source(&file("SVC_1_APIKEY=k\nSVC_1_APIKEY=k")), "ibm-credentials.env:1");
        let place = file("SVC_1_APIKEY=CANARY\n\nSVC_1_APIKEY=k");
        assert_eq!(
            error(&place),
            "/here/ibm-credentials.env:3: `SVC_1_APIKEY` has another value than in line 1"
        );
    }),
    ("empty", || assert!(finds_nothing(&file("SVC_1_APIKEY=\nSVC_1_AUTH_TYPE=")))),
    ("prefix", || {
        assert!(finds_nothing(&Place::new().set("SVC_1XAPIKEY", "k").set("SVC_10_APIKEY", "k")));
    }),
    ("prefix-characters", || {
        let place = Place::new().set("MY_SVC_2_APIKEY", "k");
        assert!(place.resolver().service("my svc.2").resolve().is_ok());
    }),
    ("unknown-type", || {
        let place = variables(&[("APIKEY", "k"), ("AUTH_TYPE", "continer")]);
        assert_eq!(error(&place), "environment variable SVC_1_AUTH_TYPE: unknown auth type `continer`");
    }),
    ("type-without-credential", || {
        let said = error(&variables(&[("AUTH_TYPE", "iam")]));
        assert_eq!(
            said,
            "environment variable SVC_1_AUTH_TYPE: auth type iam needs apikey or refresh_token, and its source holds none"
        );
    }),
    ("last-resort", || {
        assert!(finds_nothing(&variables(&[("URL", "https://h.example"), ("SCOPE", "s")])));
        assert_eq!(auth_type(&variables(&[("IAM_PROFILE_NAME", "n")])), AuthType::Container);
        let file = [("CR_TOKEN_FILENAME", "/t"), ("IAM_PROFILE_ID", "Profile-1")];
        assert_eq!(auth_type(&variables(&file)), AuthType::Container);
        assert_eq!(auth_type(&variables(&[("BEARER_TOKEN", "t")])), AuthType::Bearer);
        assert_eq!(auth_type(&variables(&[("USERNAME", "u"), ("PASSWORD", "p")])), AuthType::Basic);
        assert!(error(&variables(&[("IAM_PROFILE_CRN", "crn:v1:x")])).contains("nothing says how to log in"));
    }),
    ("cluster-user", cluster_user::holds),
    ("cp4d-url", || {
        let properties =
            [("AUTH_TYPE", "cp4d"), ("USERNAME", "u"), ("PASSWORD", "p"), ("URL", "https://cpd.example")];
        assert!(error(&variables(&properties)).contains("auth type cp4d needs auth_url"));
        let profile = Place::new().profiles(
            "default_profile = \"p\"\n[profiles.p]\nauth_type = \"cp4d\"\nusername = \"u\"\npassword = \"p\"\n\
             url = \"https://cpd.example\"",
        );
        let resolution = profile.resolver().resolve().unwrap();
        let asked = resolution.explanation().token_service.as_deref();
        assert_eq!(asked, Some("https://cpd.example/icp4d-api"));
    }),
    ("bedrock", || {
        let base = [
            ("AUTH_TYPE", "cp4d"),
            ("USERNAME", "u"),
            ("AUTH_URL", "https://cpd.example"),
            ("BEDROCK_URL", "https://cp-console.example"),
        ];
        let with = |proof| variables(&[&base[..], &[proof]].concat());
        let provider = |place: &Place| resolve(place).provider_name().to_owned();
        assert_eq!(provider(&with(("PASSWORD", "p"))), "cp4d-bedrock");
        assert_eq!(provider(&with(("APIKEY", "k"))), "cp4d");
        assert!(warns(&with(("APIKEY", "k")), WarningCode::UnusedValue));
    }),
    ("key-and-profile", || {
        let place = variables(&[("APIKEY", "k"), ("IAM_PROFILE_ID", "Profile-1")]);
        assert_eq!(auth_type(&place), AuthType::Iam);
        assert!(warns(&place, WarningCode::UnusedValue));
    }),
    ("boolean", || {
        for yes in ["true", "TRUE", "t", "1"] {
            let place = variables(&[("APIKEY", "k"), ("AUTH_DISABLE_SSL", yes)]);
            assert_eq!(shown(&place, Key::AuthDisableSsl), "true", "{yes}");
        }
    }),
    ("bad-boolean", || {
        for bad in ["yes", "ture", "2"] {
            let place = file(&format!("SVC_1_APIKEY=k\nSVC_1_INCLUDE_ROLES={bad}"));
            assert_eq!(error(&place), "/here/ibm-credentials.env:2: neither true nor false", "{bad}");
        }
        let profile = Place::new().profiles("default_profile = \"p\"\n[profiles.p]\ndisable_ssl = \"yes\"");
        assert_eq!(profile.error(), "/user/.config/wml-auth/profiles.toml:3:15: neither true nor false");
    }),
    ("disable-ssl", || {
        let place = variables(&[("APIKEY", "k"), ("AUTH_DISABLE_SSL", "true")]);
        assert!(warns(&place, WarningCode::UncheckedCertificates));
        assert!(!resolve(&place).target().disable_ssl);
    }),
    ("disable-ssl-service", || {
        let on = [("APIKEY", "k"), ("DISABLE_SSL", "true"), ("URL", "https://h.example")];
        assert!(resolve(&variables(&on)).target().disable_ssl);
        assert!(warns(&variables(&on), WarningCode::UncheckedCertificates));
        let apart = file("SVC_1_APIKEY=k\nSVC_1_URL=https://h.example").set("SVC_1_DISABLE_SSL", "true");
        assert!(!resolve(&apart).target().disable_ssl && warns(&apart, WarningCode::IgnoredSwitch));
    }),
    ("plain-http", || {
        let of = |url: &str| variables(&[("APIKEY", "k"), ("AUTH_URL", url)]);
        assert!(error(&of("http://iam.example")).ends_with("a URL of plain http"));
        resolve(&of("http://127.0.0.1:8080"));
        resolve(&variables(&[("AUTH_TYPE", "vpc"), ("AUTH_URL", "http://169.254.169.254")]));
    }),
    ("url-suffix", || {
        let place = variables(&[("APIKEY", "k"), ("AUTH_URL", "https://iam.example/identity/token/")]);
        assert!(format!("{:?}", resolve(&place)).contains("Endpoint(https://iam.example)"));
    }),
    ("client-pair", || {
        let said = error(&variables(&[("APIKEY", "k"), ("CLIENT_ID", "bx")]));
        assert_eq!(said, "environment variable SVC_1_CLIENT_ID: client_id is set without client_secret");
    }),
    ("iam-apikey", || assert_eq!(source(&file("SVC_1_IAM_APIKEY=k")), "ibm-credentials.env:1")),
    ("refresh-token", || {
        assert_eq!(source(&variables(&[("REFRESH_TOKEN", "t")])), "environment variable SVC_1_REFRESH_TOKEN");
        let both = variables(&[("REFRESH_TOKEN", "t"), ("APIKEY", "k")]);
        assert_eq!(source(&both), "environment variable SVC_1_APIKEY");
        assert!(warns(&both, WarningCode::UnusedValue));
    }),
    ("empty-key", || assert!(finds_nothing(&variables(&[("APIKEY", "")])))),
    ("padded-key", || assert!(error(&variables(&[("APIKEY", " CANARY ")])).contains("white space"))),
    ("profile-names", || {
        let place = file(
            "SVC_1_AUTH_TYPE=iamAssume\nSVC_1_APIKEY=k\nSVC_1_IAM_PROFILE_ID=P\nSVC_1_IAM_PROFILE_CRN=crn:v1:x",
        );
        assert_eq!(
            error(&place),
            "/here/ibm-credentials.env:4: iam_profile_id and iam_profile_crn are both set"
        );
        let named = [("AUTH_TYPE", "iamAssume"), ("APIKEY", "k"), ("IAM_PROFILE_NAME", "n")];
        assert!(error(&variables(&named)).ends_with("iam_profile_name is set without iam_account_id"));
        assert!(error(&variables(&named[..2])).contains("needs iam_profile_id, iam_profile_crn, or"));
    }),
    ("profile-account", || {
        let place = variables(&[
            ("AUTH_TYPE", "iamAssume"),
            ("APIKEY", "k"),
            ("IAM_PROFILE_ID", "Profile-1"),
            ("IAM_ACCOUNT_ID", "a"),
        ]);
        assert!(error(&place).ends_with("iam_account_id is set without iam_profile_name"));
    }),
    ("container-crn", || {
        let place = variables(&[("AUTH_TYPE", "container"), ("IAM_PROFILE_CRN", "crn:v1:x")]);
        assert!(error(&place).ends_with("a container cannot name its trusted profile by CRN"));
        let both = place.set("SVC_1_IAM_PROFILE_ID", "Profile-1");
        assert!(warns(&both, WarningCode::UnusedValue));
    }),
    ("vpc-name", || {
        let place = variables(&[("AUTH_TYPE", "vpc"), ("IAM_PROFILE_NAME", "n")]);
        assert_eq!(shown(&place, Key::IamProfileName), "n");
        let two = variables(&[("AUTH_TYPE", "vpc"), ("IAM_PROFILE_NAME", "n"), ("IAM_PROFILE_ID", "P")]);
        assert!(error(&two).contains("are both set"));
    }),
    ("vpc-version", || {
        for name in ["VPC_IMS_VERSION", "SERVICE_VERSION"] {
            let place = variables(&[("AUTH_TYPE", "vpc"), (name, "2025-08-26")]);
            assert_eq!(shown(&place, Key::VpcImsVersion), "2025-08-26");
        }
        let place = variables(&[("AUTH_TYPE", "vpc"), ("VPC_IMS_VERSION", "2025-08-27")]);
        assert!(error(&place).ends_with("not a version of the metadata service"));
    }),
    ("cp4d-proof", || {
        let base = [("AUTH_TYPE", "cp4d"), ("USERNAME", "u"), ("AUTH_URL", "https://cpd.example")];
        let with = |more: &[(&str, &str)]| variables(&[&base, more].concat());
        assert!(
            error(&with(&[("PASSWORD", "p"), ("APIKEY", "k")])).ends_with("password and apikey are both set")
        );
        assert!(error(&with(&[])).contains("needs password or apikey"));
        assert_eq!(auth_type(&with(&[("PASSWORD", "p")])), AuthType::Cp4d);
        let without_url = variables(&[("AUTH_TYPE", "cp4d"), ("USERNAME", "u"), ("PASSWORD", "p")]);
        assert!(error(&without_url).contains("needs auth_url"));
    }),
    ("cp4d-account", || {
        let place = variables(&[
            ("AUTH_TYPE", "cp4d"),
            ("USERNAME", "u"),
            ("PASSWORD", "p"),
            ("AUTH_URL", "https://cpd.example"),
            ("CP4D_ACCOUNT_ID", "a-1"),
        ]);
        assert_eq!(shown(&place, Key::Cp4dAccountId), "a-1");
    }),
    ("caller-claim", || {
        let place = variables(&[
            ("AUTH_TYPE", "mcspv2"),
            ("APIKEY", "k"),
            ("AUTH_URL", "https://mcsp.example"),
            ("SCOPE_COLLECTION_TYPE", "accounts"),
            ("SCOPE_ID", "global"),
            ("CALLER_EXT_CLAIM", "[]"),
        ]);
        assert!(error(&place).ends_with("SVC_1_CALLER_EXT_CLAIM: not a JSON object"));
        let good = place.set("SVC_1_CALLER_EXT_CLAIM", "{\"a\": 1}");
        assert_eq!(auth_type(&good), AuthType::McspV2);
    }),
    ("basic-incomplete", || {
        let said = error(&variables(&[("AUTH_TYPE", "basic"), ("USERNAME", "u"), ("PASSWORD", "")]));
        assert!(said.contains("auth type basic needs username and password"), "{said}");
        assert!(error(&variables(&[("AUTH_TYPE", "bearerToken")])).contains("needs bearer_token"));
    }),
    ("vcap-match", || {
        let instance =
            |name: &str, key: &str| format!(r#"{{"name": "{name}", "credentials": {{"apikey": "{key}"}}}}"#);
        let document = |other: &str| {
            format!(r#"{{"svc-1": [{}], "other": [{}]}}"#, instance("a", "k"), instance(other, "k"))
        };
        let place = |other| Place::new().set("VCAP_SERVICES", &document(other));
        assert_eq!(source(&place("svc-1")), "VCAP_SERVICES, other[\"svc-1\"]");
        assert_eq!(source(&place("SVC-1")), "VCAP_SERVICES, svc-1[\"a\"]", "case counts");
        let two = format!(r#"{{"x": [{}], "y": [{}]}}"#, instance("svc-1", "k"), instance("svc-1", "k"));
        let error =
            Place::new().set("VCAP_SERVICES", &two).resolver().service(SERVICE).resolve().unwrap_err();
        assert!(error.to_string().ends_with("two instances have the same name, under `x`, `y`"));
    }),
    ("vcap-key-and-password", || {
        assert_eq!(auth_type(&vcap(r#"{"apikey": "k", "username": "u", "password": "p"}"#)), AuthType::Iam);
        assert_eq!(auth_type(&vcap(r#"{"username": "u", "password": "p"}"#)), AuthType::Basic);
    }),
    ("vcap-iam-apikey", || assert_eq!(auth_type(&vcap(r#"{"iam_apikey": "k"}"#)), AuthType::Iam)),
    ("vcap-iam-url", || {
        let place = vcap(r#"{"apikey": "k", "iam_url": "https://iam.example"}"#);
        assert_eq!(shown(&place, Key::AuthUrl), "https://iam.example");
    }),
    ("vcap-url", || {
        let place = vcap(r#"{"apikey": "k", "url": "https://h.example"}"#);
        assert_eq!(resolve(&place).target().url.as_deref(), Some("https://h.example"));
    }),
    ("vcap-nothing", || {
        assert!(finds_nothing(&vcap(r#"{"username": "u"}"#)));
        assert!(finds_nothing(&vcap(r#"{"color": "blue"}"#)));
    }),
    ("vcap-json", || {
        let error = Place::new()
            .set("VCAP_SERVICES", "{\"svc-1\":\n CANARY}")
            .resolver()
            .service(SERVICE)
            .resolve()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable VCAP_SERVICES: not valid JSON, at line 2 column 2"
        );
        assert!(error.hint().is_some());
    }),
    ("vcap-properties", || {
        let place = vcap(r#"{"auth_type": "vpc", "iam_profile_id": "Profile-1"}"#);
        assert_eq!(auth_type(&place), AuthType::Vpc);
        let place = vcap(&format!(r#"{{"apikey": "{KEY}", "scope": "s"}}"#));
        assert_eq!(shown(&place, Key::Scope), "s");
    }),
];

#[test]
fn every_rule_holds() {
    for (name, case) in CASES {
        eprintln!("{name}");
        case();
    }
}

#[test]
fn every_rule_has_a_test() {
    let page = rules_markdown();
    let rules: BTreeSet<_> =
        page.lines().skip(2).filter_map(|line| line.split('|').nth(1)).map(str::trim).collect();
    let tests: BTreeSet<_> = CASES.iter().map(|(name, _)| *name).collect();
    assert_eq!(rules, tests);
}
