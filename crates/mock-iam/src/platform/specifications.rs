//! `/v2/software_specifications` and `/v2/hardware_specifications`: what models and functions run on. They are the
//! platform's own, and the same in every space.

use serde_json::{Value, json};

use super::error::Problem;
use super::{Call, Outcome};
use crate::answer::Answer;
use crate::json::{put, says};
use crate::world::software::SOFTWARE;

const HARDWARE: [(&str, &str, u32, u32); 6] = [
    ("b128f957-581d-46d0-95b6-8af5cd5be580", "XXS", 1, 2),
    ("91ae93ca-39d3-5e8d-9a33-7f8e9c7b7d51", "XS", 1, 4),
    ("e7ed1d6c-2e89-42d7-aed5-863b972c1d2b", "S", 2, 8),
    ("ac59d20f-9c62-4b8a-9d3b-4b0f1f5b5a6e", "M", 4, 16),
    ("58d3f9a4-2c1e-4f0b-8f5e-1d2c3b4a5968", "L", 8, 32),
    ("0a7f1e2d-3c4b-4a59-9687-76655443322f", "XL", 16, 64),
];

/// What was there before anybody came.
const CREATED_AT: &str = "2024-01-01T00:00:00.000Z";

pub(super) fn software(call: &Call<'_>, _: &str) -> Outcome {
    named(call, all_software())
}

pub(super) fn one_software(_: &Call<'_>, id: &str) -> Outcome {
    one(id, all_software())
}

pub(super) fn hardware(call: &Call<'_>, _: &str) -> Outcome {
    named(call, HARDWARE.iter().map(describe_hardware))
}

pub(super) fn one_hardware(_: &Call<'_>, id: &str) -> Outcome {
    one(id, HARDWARE.iter().map(describe_hardware))
}

/// All, or those of the name that was asked for.
fn named(call: &Call<'_>, all: impl Iterator<Item = Value>) -> Outcome {
    let name = call.request.query("name");
    let wanted = |one: &Value| name.as_ref().is_none_or(|name| says(one, "/metadata/name", name));
    let found = all.filter(wanted).collect::<Vec<_>>();
    Ok(Answer::json(200, json!({ "total_results": found.len(), "resources": found })))
}

fn one(id: &str, mut all: impl Iterator<Item = Value>) -> Outcome {
    let found = all.find(|one| says(one, "/metadata/asset_id", id));
    let found = found.ok_or_else(|| Problem::not_found(format!("There is no specification {id}.")))?;
    Ok(Answer::json(200, found))
}

fn all_software() -> impl Iterator<Item = Value> {
    SOFTWARE.iter().map(|(id, name)| describe_software(id, name))
}

fn describe_software(id: &str, name: &str) -> Value {
    let mut one = described("software_specification", id, name);
    put(
        &mut one,
        "/entity",
        json!({ "software_specification": {
            "type": "base",
            "display_name": name,
            "software_configuration": { "platform": { "name": "python", "version": "3.11" } },
        }}),
    );
    put(&mut one, "/metadata/life_cycle", json!({ "since_version": "1.0.0" }));
    one
}

fn describe_hardware((id, name, cpu, memory): &(&str, &str, u32, u32)) -> Value {
    let mut one = described("hardware_specification", id, name);
    let nodes = json!({ "cpu": { "units": cpu.to_string() }, "mem": { "size": format!("{memory}Gi") }, "gpu": { "num_gpu": 0 } });
    put(&mut one, "/entity", json!({ "hardware_specification": { "nodes": nodes } }));
    one
}

fn described(kind: &str, id: &str, name: &str) -> Value {
    json!({ "metadata": {
        "name": name,
        "asset_id": id,
        "asset_type": kind,
        "description": name,
        "href": format!("/v2/{kind}s/{id}"),
        "created_at": CREATED_AT,
    }})
}
