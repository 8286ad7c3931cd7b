"""What IBM's client for watsonx.ai makes, deploys and looks up works with the mock. Nothing in it is patched."""

import logging
import tarfile
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

from ibm_watsonx_ai import APIClient, Credentials
from ibm_watsonx_ai.foundation_models import ModelInference, Rerank, TSModelInference
from support import mock, tap

SPACE = mock.ANNOUNCED["space_id"]
PROJECT = mock.ANNOUNCED["project_id"]
DEPLOYMENT = mock.ANNOUNCED["deployment_id"]
MODEL = "ibm/granite-4-h-small"
QUESTION = [{"role": "user", "content": "one two three"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}

# What it warns of and logs is no news.
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def client(**place):
    """A client which finds all of the cloud at the mock."""
    credentials = Credentials(
        url=mock.TLS_URL,
        platform_url=mock.TLS_URL,
        auth_url=f"{mock.TLS_URL}/identity/token",
        api_key=mock.ANNOUNCED["api_key"],
        verify=mock.CA_FILE,
    )
    return APIClient(credentials, **place)


def life_of_a_deployment():
    """A model is stored and deployed, the deployment renamed, used by its own name and deleted."""
    connected = client(space_id=SPACE)
    software = connected.software_specifications.get_id_by_name("runtime-24.1-py3.11")
    names = connected.repository.ModelMetaNames
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder, "model.tar.gz")
        with tarfile.open(content, "w:gz") as tar:
            tar.add(__file__, arcname="model.pkl")
        properties = {names.NAME: "mine", names.TYPE: "scikit-learn_1.3", names.SOFTWARE_SPEC_ID: software}
        model = connected.repository.get_model_id(connected.repository.store_model(str(content), properties))
    names = connected.deployments.ConfigurationMetaNames
    properties = {names.NAME: "mine", names.ONLINE: {}, names.SERVING_NAME: "mine"}
    # Without this it would wait for five seconds, however ready the deployment is.
    made = connected.deployments.create(model, properties, background_mode=True)
    id = connected.deployments.get_id(made)
    connected.deployments.update(id, {names.NAME: "yours"}, background_mode=True)
    details = connected.deployments.get_details(id)
    tap.equal((details["entity"]["name"], details["entity"]["status"]["state"]), ("yours", "ready"), "details")
    href = connected.deployments.get_serving_href(details)
    if "/deployments/mine/" not in href:
        raise AssertionError(href)
    tap.equal(connected.deployments.is_serving_name_available("mine"), False, "name")
    tap.equal(len(connected.deployments.score(id, mock.INPUT)["predictions"]), 1, "predictions")
    connected.deployments.delete(id)
    connected.repository.delete(model)


def lists():
    """What there is in a space is listed, even where there is none of it."""
    connected = client(space_id=SPACE)
    connected.deployments.list()
    connected.repository.list()
    for what in (
        connected.repository.list_models,
        connected.repository.list_functions,
        connected.software_specifications.list,
        connected.hardware_specifications.list,
        connected.package_extensions.list,
        connected.connections.list,
        connected.data_assets.list,
        connected.script.list,
        connected.training.list,
        connected.task_credentials.list,
        connected.projects.list,
    ):
        what()
    members = connected.projects.list_members(PROJECT)
    if members.empty:
        raise AssertionError("nobody is in the project")


def offers():
    """Models are listed by what they are able to."""
    models = client(space_id=SPACE).foundation_models
    for found, function in (
        (models.get_chat_model_specs(), "text_chat"),
        (models.get_chat_function_calling_model_specs(), "text_chat"),
        (models.get_embeddings_model_specs(), "embedding"),
        (models.get_rerank_model_specs(), "rerank"),
        (models.get_time_series_model_specs(), "time_series_forecast"),
    ):
        for model in found["resources"]:
            if function not in [one["id"] for one in model["functions"]]:
                raise AssertionError(f"{model['model_id']} is not able to do {function}")
    tap.equal(models.get_model_specs(MODEL)["model_id"], MODEL, "model")


def deployed_words():
    """A deployment answers in words through its own methods, and runs as an AI service."""
    deployments = client(space_id=SPACE).deployments
    tap.equal(deployments.generate_text(DEPLOYMENT, "a b"), "b a", "text")
    tap.equal("".join(deployments.generate_text_stream(DEPLOYMENT, "a b")), "b a", "pieces")
    answer = deployments.chat(DEPLOYMENT, QUESTION)["choices"][0]["message"]["content"]
    tap.equal(answer, "three two one", "answer")
    tap.equal(deployments.run_ai_service(DEPLOYMENT, {"a": 1}), {"result": {"a": 1}}, "result")


def tools():
    """A tool is called when it has to be, when it may be, and not when it must not."""
    model = ModelInference(model_id=MODEL, api_client=client(project_id=PROJECT))
    for choice in ({"tool_choice": WEATHER}, {"tool_choice_option": "auto"}, {"tool_choice_option": "required"}):
        said = model.chat(QUESTION, tools=[WEATHER], **choice)["choices"][0]
        tap.equal(said["finish_reason"], "tool_calls", "reason")
        tap.equal(said["message"]["tool_calls"][0]["function"]["arguments"], '{"city":"one two three"}', "arguments")
    said = model.chat(QUESTION, tools=[WEATHER], tool_choice_option="none")["choices"][0]
    tap.equal(said["message"]["content"], "three two one", "answer")


def details_of_generation():
    """A generation shows its tokens, and is cut where it has to be."""
    model = ModelInference(model_id=MODEL, api_client=client(project_id=PROJECT))
    options = {"input_text": True, "generated_tokens": True, "input_tokens": True}
    result = model.generate("one two three", params={"max_new_tokens": 2, "return_options": options})["results"][0]
    tap.equal([token["text"] for token in result["generated_tokens"]], ["three", "two"], "tokens")
    tap.equal((result["input_text"], result["stop_reason"]), ("one two three", "max_tokens"), "prompt and reason")
    tap.equal(model.generate_text(["a b", "c d"], guardrails=True), ["b a", "d c"], "texts")


def rerank():
    """Texts are ordered by how well they fit a query."""
    model = Rerank(model_id="cross-encoder/ms-marco-minilm-l-12-v2", api_client=client(space_id=SPACE))
    results = model.generate(query="three", inputs=["one two", "three"])["results"]
    tap.equal([result["index"] for result in results], [1, 0], "order")


def forecast():
    """A time series goes on."""
    model = TSModelInference(model_id="ibm/granite-ttm-512-96-r2", api_client=client(project_id=PROJECT))
    data = {"date": ["2025-01-01T00:00:00", "2025-01-01T01:00:00"], "load": [1.0, 2.0]}
    params = {"timestamp_column": "date", "target_columns": ["load"], "freq": "1h", "prediction_length": 2}
    result = model.forecast(data=data, params=params)["results"][0]
    tap.equal(result["date"], ["2025-01-01T02:00:00", "2025-01-01T03:00:00"], "times")


def release_of_the_software():
    """The release of Cloud Pak for Data is found out when nobody says it."""
    user = {"username": mock.ANNOUNCED["username"], "password": mock.ANNOUNCED["password"]}
    connected = APIClient(Credentials(url=mock.TLS_URL, verify=mock.CA_FILE, **user), space_id=SPACE)
    tap.equal(len(connected.deployments.score(DEPLOYMENT, mock.INPUT)["predictions"]), 1, "predictions")


if __name__ == "__main__":
    tap.run(
        f"ibm-watsonx-ai {version('ibm-watsonx-ai')} for Python, and what it makes",
        [
            life_of_a_deployment,
            lists,
            offers,
            deployed_words,
            tools,
            details_of_generation,
            rerank,
            forecast,
            release_of_the_software,
        ],
    )
