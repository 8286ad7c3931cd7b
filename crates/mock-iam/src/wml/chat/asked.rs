//! What a chat asks for.

use serde::Deserialize;
use serde_json::Value;

use crate::wml::error::Problem;

/// More answers than anybody needs are no service to anybody.
const MOST_CHOICES: usize = 16;

#[derive(Deserialize)]
pub(in crate::wml) struct Chat {
    messages: Vec<Message>,
    max_tokens: Option<usize>,
    max_completion_tokens: Option<usize>,
    n: Option<usize>,
    logprobs: Option<bool>,
    tools: Option<Vec<Tool>>,
    tool_choice: Option<Tool>,
    tool_choice_option: Option<String>,
    response_format: Option<ResponseFormat>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    #[serde(default)]
    content: Value,
}

#[derive(Clone, Deserialize)]
pub(super) struct Tool {
    pub(super) function: Function,
}

#[derive(Clone, Deserialize)]
pub(super) struct Function {
    pub(super) name: String,
    #[serde(default)]
    pub(super) parameters: Value,
}

#[derive(Deserialize)]
struct ResponseFormat {
    r#type: String,
    json_schema: Option<JsonSchema>,
}

#[derive(Deserialize)]
struct JsonSchema {
    #[serde(default)]
    schema: Value,
}

/// What the answer has to be.
pub(super) enum Form {
    Text,
    /// JSON, of no particular shape.
    Json,
    /// JSON that fits a schema.
    Fitting(Value),
    Call(Function),
}

impl Chat {
    /// What is to be answered: the last word of the user, or what a tool said to that.
    pub(super) fn prompt(&self) -> Result<String, Problem> {
        let last = self.messages.last();
        let asked = self.messages.iter().rev().find(|message| matches!(&*message.role, "user" | "tool"));
        let message = asked.or(last).ok_or_else(|| Problem::invalid_request("'messages' is empty."))?;
        Ok(text_of(&message.content))
    }

    pub(super) fn most_tokens(&self) -> Option<usize> {
        self.max_completion_tokens.or(self.max_tokens)
    }

    pub(super) fn choices(&self) -> usize {
        self.n.unwrap_or(1).clamp(1, MOST_CHOICES)
    }

    pub(super) fn wants_logprobs(&self) -> bool {
        self.logprobs == Some(true)
    }

    /// A tool that may be called is called, unless it was already: a real model would weigh that, and a test wants to know.
    pub(super) fn form(&self) -> Result<Form, Problem> {
        if let Some(tool) = self.called()? {
            return Ok(Form::Call(tool));
        }
        let Some(format) = &self.response_format else { return Ok(Form::Text) };
        match (&*format.r#type, &format.json_schema) {
            ("json_schema", Some(schema)) => Ok(Form::Fitting(schema.schema.clone())),
            ("json_object", _) => Ok(Form::Json),
            ("text", _) => Ok(Form::Text),
            (other, _) => Err(Problem::invalid_request(format!("The response format '{other}' is unknown."))),
        }
    }

    fn called(&self) -> Result<Option<Function>, Problem> {
        let tools = self.tools.as_deref().unwrap_or_default();
        let named = |name: &str| tools.iter().find(|tool| tool.function.name == name);
        let unknown = |name: &str| Problem::invalid_request(format!("There is no tool '{name}'."));
        if let Some(choice) = &self.tool_choice {
            let name = &choice.function.name;
            return Ok(Some(named(name).ok_or_else(|| unknown(name))?.function.clone()));
        }
        let answered = self.messages.last().is_some_and(|message| message.role == "tool");
        let first = tools.first().map(|tool| tool.function.clone());
        match self.tool_choice_option.as_deref() {
            Some("none") => Ok(None),
            Some("required") => Ok(first),
            None | Some("auto") => Ok(first.filter(|_| !answered)),
            Some(other) => {
                Err(Problem::invalid_request(format!("The tool choice option '{other}' is unknown.")))
            }
        }
    }
}

/// A message's content is a text, or a list of parts some of which have a text.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part.get("text")?.as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}
