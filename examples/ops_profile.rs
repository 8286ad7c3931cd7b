//! A profiles file as an ops team writes it, and the explanation of what it comes to.

use wml_auth::config::{Environment, Resolver};

const PROFILES: &str = r#"
default_profile = "staging"

[profiles.dallas]
url = "https://us-south.ml.cloud.ibm.com"
space_id = "11111111-2222-4333-8444-555555555555"

[profiles.staging]
extends = "dallas"
auth_type = "iam"
apikey = { env = "STAGING_KEY" }

[profiles.production]
extends = "dallas"
auth_type = "service-level"
space_id = "99999999-8888-4777-8666-555555555555"
apikey = { file = "production.key" }
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("profiles.toml"), PROFILES)?;
    std::fs::write(folder.path().join("production.key"), "a-key-of-a-service-id-which-is-44-chars-long\n")?;
    let environment =
        Environment::from_vars([("STAGING_KEY", "a-key-of-a-user-which-is-also-44-characters")])
            .with_home(folder.path());
    let resolver = Resolver::new(environment).profiles_file(folder.path().join("profiles.toml"));

    // What the default profile comes to.
    let explanation = resolver.explain().to_string();
    println!("{explanation}");
    assert!(explanation.contains("staging") && !explanation.contains("a-key-of"), "{explanation}");

    // Another one, by name, in JSON for a pipeline.
    let production = serde_json::to_string_pretty(&resolver.clone().profile("production").explain())?;
    println!("{production}");
    assert!(production.contains("99999999-8888-4777-8666-555555555555") && !production.contains("a-key-of"));

    // And one that does not exist.
    let error = resolver.profile("prodution").resolve().err().ok_or("found")?;
    println!("{error}\nhint: {}", error.hint().unwrap_or_default());
    assert!(error.hint().is_some_and(|hint| hint.contains("production")), "{error}");
    Ok(())
}
