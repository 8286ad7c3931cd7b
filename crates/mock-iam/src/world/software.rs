//! The software that models run on.

/// With the ids that they have in the real service.
pub(crate) const SOFTWARE: [(&str, &str); 6] = [
    ("45f12dfe-aa78-5b8d-9f38-0ee223c47309", "runtime-24.1-py3.11"),
    ("f47ae1c3-198e-5718-b59d-2ea471561e9e", "runtime-25.1-py3.12"),
    ("336b29df-e0e1-5e7d-b6a5-f6ab722625b2", "runtime-23.1-py3.10"),
    ("b56101f1-309d-549b-a849-eaa63f77b2fb", "runtime-22.2-py3.10"),
    ("8c1a58c6-62b5-4dc4-987a-df751c2756b6", "hybrid_0.1"),
    ("92a12dfe-bb78-5b8d-8f38-1ee223c47310", "watsonx-cfm-caikit-1.1"),
];
