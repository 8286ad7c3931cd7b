//! `filters` of the list of models: `function_text_chat,!lifecycle_withdrawn:and`.

use serde_json::Value;

use crate::json::says;

/// Which models are wanted.
#[derive(Default)]
pub(super) struct Filter {
    terms: Vec<Term>,
    /// Whether one term is enough.
    any: bool,
}

struct Term {
    negated: bool,
    property: String,
    value: String,
}

impl Filter {
    pub(super) fn parse(text: &str) -> Self {
        let (text, joined) = text.rsplit_once(':').unwrap_or((text, "or"));
        let terms = text.split(',').filter_map(|term| {
            let term = term.trim();
            let (negated, term) = term.strip_prefix('!').map_or((false, term), |term| (true, term));
            let (property, value) = term.split_once('_')?;
            Some(Term { negated, property: property.to_owned(), value: value.to_owned() })
        });
        Self { terms: terms.collect(), any: joined != "and" }
    }

    pub(super) fn lets_through(&self, model: &Value) -> bool {
        let fits = |term: &Term| term.fits(model);
        match self.any {
            _ if self.terms.is_empty() => true,
            true => self.terms.iter().any(fits),
            false => self.terms.iter().all(fits),
        }
    }
}

impl Term {
    fn fits(&self, model: &Value) -> bool {
        let listed = |name: &str| {
            let items = model.get(name).and_then(Value::as_array).into_iter().flatten();
            items.into_iter().any(|item| item.get("id").is_some_and(|id| *id == *self.value))
        };
        let is = |name: &str| {
            let own = model.get(name).and_then(Value::as_str);
            own.is_some_and(|own| own.eq_ignore_ascii_case(&self.value))
        };
        let found = match &*self.property {
            "modelid" => is("model_id"),
            "function" => listed("functions"),
            "task" => listed("tasks"),
            "lifecycle" => listed("lifecycle"),
            "provider" => is("provider"),
            "source" => is("source"),
            "input" => self.value.strip_prefix("tier_").is_some_and(|tier| says(model, "/input_tier", tier)),
            // Nothing here differs in what else there is to ask for.
            _ => true,
        };
        found != self.negated
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Filter;

    #[test]
    fn filters_are_joined_as_they_say() {
        let model = json!({
            "model_id": "ibm/a", "provider": "IBM", "functions": [{ "id": "text_chat" }],
            "lifecycle": [{ "id": "available" }],
        });
        for (text, wanted) in [
            ("", true),
            ("modelid_ibm/a", true),
            ("modelid_ibm/b", false),
            ("!lifecycle_withdrawn", true),
            ("function_text_chat,!lifecycle_withdrawn:and", true),
            ("function_embedding,!lifecycle_withdrawn:and", false),
            ("function_embedding,provider_ibm", true),
            ("function_embedding,provider_ibm:or", true),
            ("task_function_calling", false),
        ] {
            assert_eq!(Filter::parse(text).lets_through(&model), wanted, "{text}");
        }
    }
}
