//! What an explanation looks like.

mod support;

use serde_json::json;
use support::{KEY, Place};

fn place() -> Place {
    Place::new()
        .set("WX_URL", "https://ml.example/")
        .write("user/.config/wml-auth/key", &format!("{KEY}\n"))
        .profiles(
            "default_profile = \"prod\"\n\n[profiles.base]\nspace_id = \"s-1\"\nurl = \"https://base.example\"\n\n\
             [profiles.prod]\nextends = \"base\"\nauth_type = \"service-level\"\napikey = { file = \"key\" }\n\
             minimum_role = \"editor\"\n",
        )
}

#[test]
fn for_people_it_is_aligned_text() {
    let place = place();
    let text = place.without_directory(&place.resolver().explain().to_string());
    let expected = "\
credential from profiles.toml:10 (profile \"prod\")
  auth type      service-level
  provider       service-level
  token service  https://iam.cloud.ibm.com

values
  auth_type     service-level              profiles.toml:9 (profile \"prod\")
  apikey        [redacted, 44 characters]  profiles.toml:10 (profile \"prod\") -> file /user/.config/wml-auth/key
  minimum_role  editor                     profiles.toml:11 (profile \"prod\")
  url           https://ml.example         environment variable WX_URL
                  hides                    profiles.toml:5 (profile \"base\") (another value)
  space_id      s-1                        profiles.toml:4 (profile \"base\")

sources, in order
  explicit values  skipped     none given
  environment      values      gives url
  profile          credential  prod in /user/.config/wml-auth/profiles.toml: gives auth_type, apikey, minimum_role; \
gives space_id
  credential file  skipped     there is no ibm-credentials.env, here or in the home directory
  VCAP_SERVICES    skipped     the variable is not set

profiles
  base  no credential
  prod  service-level  default, extends base
";
    assert_eq!(text, expected);
}

#[test]
fn for_programs_it_is_versioned_json() {
    let explanation = serde_json::to_value(place().resolver().explain()).unwrap();
    assert_eq!(explanation["version"], 1);
    assert_eq!(explanation["outcome"], "resolved");
    assert_eq!(explanation["auth_type"], "service-level");
    assert_eq!(explanation["error"], json!(null));
    assert_eq!(explanation["credential"]["line"], 10);
    assert_eq!(explanation["credential"]["source"], "profile");
    let apikey = &explanation["values"][1];
    assert_eq!(apikey["key"], "apikey");
    assert_eq!(apikey["value"], "[redacted, 44 characters]");
    assert_eq!(explanation["sources"][1]["status"], "values");
    assert_eq!(
        explanation["profiles"][1],
        json!({"name": "prod", "is_default": true, "extends": "base", "auth_type": "service-level", "line": 7})
    );
    assert!(!explanation.to_string().contains("CANARY"));
}

#[test]
fn of_nothing_it_says_what_was_tried() {
    let explanation = Place::new().resolver().explain();
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["outcome"], "absent");
    assert_eq!(json["error"]["kind"], "absent");
    assert!(json["error"]["hint"].as_str().unwrap().contains("WATSONX_APIKEY"));
    let text = explanation.to_string();
    assert!(text.starts_with("nothing is configured\n  error  no credentials are configured\n"), "{text}");
    assert!(text.contains("environment      skipped  no variable of the service is set"), "{text}");
}
