"""IBM's client before ibm-watsonx-ai works with the mock. Nothing in it is patched."""

import logging
import os
import tarfile
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

from support import mock, tap

# For an API key it takes no other hosts than IBM's, and the mock is the way to those.
os.environ["HTTPS_PROXY"] = mock.URL

from ibm_watson_machine_learning import APIClient
from ibm_watson_machine_learning.foundation_models import Model, ModelInference
from ibm_watson_machine_learning.foundation_models.utils import get_model_specs, get_supported_tasks
from ibm_watson_machine_learning.wml_client_error import WMLClientError

CLOUD = {"url": "https://us-south.ml.cloud.ibm.com", "apikey": mock.ANNOUNCED["api_key"]}
SOFTWARE = {
    "url": mock.TLS_URL,
    "username": mock.ANNOUNCED["username"],
    "instance_id": "openshift",
    "version": "4.8",
}
SPACE = mock.ANNOUNCED["space_id"]
PROJECT = mock.ANNOUNCED["project_id"]
DEPLOYMENT = mock.ANNOUNCED["deployment_id"]
MODEL = "ibm/granite-4-h-small"
QUESTION = "one two three"
ANSWER = "three two one"

# What it warns of and logs is no news.
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def client(**credentials):
    """A client with the space chosen."""
    connected = APIClient({**CLOUD, **credentials})
    connected.set.default_space(SPACE)
    return connected


def predictions(connected):
    """Scores two rows; how many predictions came back."""
    return len(connected.deployments.score(DEPLOYMENT, mock.INPUT)["predictions"][0]["values"])


def order_of_requests():
    """The first call finds a token, the spaces, ours, the instance that pays and the deployment, in this order."""
    connected = client()
    tap.equal(predictions(connected), 2, "predictions")
    # That there are models, it wants to know before it has a token.
    seen = [request for request in mock.requests() if "foundation_model_specs" not in request]
    instance = f"GET /ml/v4/instances/{mock.ANNOUNCED['instance_id']}"
    score = f"POST /ml/v4/deployments/{DEPLOYMENT}/predictions"
    spaces = ["GET /v2/spaces", f"GET /v2/spaces/{SPACE}"]
    tap.equal(seen, ["POST /oidc/token", *spaces, instance, score], "requests")


def regions():
    """Every region that it knows is here, by public and by private names."""
    for region in ("us-south", "eu-de", "eu-gb", "jp-tok", "private.us-south"):
        APIClient({**CLOUD, "url": f"https://{region}.ml.cloud.ibm.com"})
    tap.equal(len(mock.requests("/oidc/token")), 5, "tokens")


def ready_token():
    """A token that was obtained before scores without asking for another."""
    token = APIClient(dict(CLOUD)).wml_token
    mock.control("DELETE", "journal")
    connected = APIClient({"url": CLOUD["url"], "token": token})
    connected.set.default_space(SPACE)
    tap.equal(predictions(connected), 2, "predictions")
    tap.equal(mock.requests("/token"), [], "requests")


def service_id():
    """The API key of a Service ID that is an editor of the space scores like anybody's."""
    tap.equal(predictions(client(apikey=mock.ANNOUNCED["service_api_key"])), 2, "predictions")


def spaces():
    """Spaces are listed, read and chosen; members are listed."""
    connected = client()
    ids = [one["metadata"]["id"] for one in connected.spaces.get_details()["resources"]]
    if SPACE not in ids:
        raise AssertionError(f"{SPACE} is not in {ids}")
    connected.spaces.list()
    tap.equal(connected.spaces.get_details(SPACE)["entity"]["compute"][0]["type"], "machine_learning", "type")
    connected.spaces.list_members(SPACE)
    connected.set.default_project(PROJECT)


def space_of_ones_own():
    """A space is made, renamed and deleted."""
    connected = client()
    names = connected.spaces.ConfigurationMetaNames
    crn = f"crn:v1:bluemix:public:pm-20:us-south:a/{mock.ANNOUNCED['account_id']}:{mock.ANNOUNCED['instance_id']}::"
    storage = {"type": "bmcos_object_storage", "resource_crn": "crn:v1:bluemix:public:cos:global:a/x:y::"}
    made = connected.spaces.store(
        {names.NAME: "mine", names.STORAGE: storage, names.COMPUTE: {"name": "wml", "crn": crn}},
        background_mode=True,
    )
    id = connected.spaces.get_id(made)
    connected.spaces.update(id, {names.NAME: "yours"})
    tap.equal(connected.spaces.get_details(id)["entity"]["name"], "yours", "name")
    connected.spaces.delete(id)


def deployments():
    """Deployments are listed and read, and scored with what they say of themselves."""
    connected = client()
    connected.deployments.list()
    listed = connected.deployments.get_details()["resources"]
    tap.equal([one["metadata"]["id"] for one in listed], [DEPLOYMENT], "deployments")
    href = connected.deployments.get_scoring_href(connected.deployments.get_details(DEPLOYMENT))
    tap.equal(href, f"{CLOUD['url']}/ml/v4/deployments/{DEPLOYMENT}/predictions", "URL")


def models_and_functions():
    """A model is stored with its content, renamed, downloaded and deleted; a function is stored."""
    connected = client()
    software = connected.software_specifications.get_id_by_name("runtime-23.1-py3.10")
    names = connected.repository.ModelMetaNames
    properties = {names.NAME: "mine", names.TYPE: "scikit-learn_1.3", names.SOFTWARE_SPEC_UID: software}
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder, "model.pkl")
        content.write_text("hello")
        archive, copy = Path(folder, "model.tar.gz"), Path(folder, "copy.tar.gz")
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(content, arcname=content.name)
        id = connected.repository.get_model_id(connected.repository.store_model(str(archive), meta_props=properties))
        connected.repository.update_model(id, {names.NAME: "yours"})
        tap.equal(connected.repository.get_model_details(id)["metadata"]["name"], "yours", "name")
        connected.repository.download(id, str(copy))
        tap.equal(copy.read_bytes(), archive.read_bytes(), "content")
    connected.repository.delete(id)
    names = connected.repository.FunctionMetaNames
    connected.repository.store_function(
        lambda: (lambda payload: payload), {names.NAME: "mine", names.SOFTWARE_SPEC_UID: software}
    )
    connected.repository.list()


def specifications():
    """Software and hardware are listed, and found by name."""
    connected = client()
    connected.software_specifications.list()
    connected.hardware_specifications.list()
    id = connected.hardware_specifications.get_id_by_name("S")
    tap.equal(connected.hardware_specifications.get_details(id)["metadata"]["name"], "S", "name")


def generation():
    """Text is generated in a space and in a project, at once, in pieces and several together."""
    for place in ({"space_id": SPACE}, {"project_id": PROJECT}):
        model = Model(model_id=MODEL, credentials=CLOUD, **place)
        tap.equal(model.generate_text(QUESTION), ANSWER, "text")
        tap.equal("".join(model.generate_text_stream(QUESTION)), ANSWER, "pieces")
        tap.equal(model.generate_text([QUESTION, "a b"]), [ANSWER, "b a"], "texts")
        tap.equal(model.tokenize(QUESTION)["result"]["token_count"], 3, "tokens")
        tap.equal(model.get_details()["model_id"], MODEL, "model")


def deployed_model():
    """A deployment generates without being told which model."""
    model = ModelInference(deployment_id=DEPLOYMENT, credentials=CLOUD, space_id=SPACE)
    tap.equal(model.generate_text(QUESTION), ANSWER, "text")
    connected = client()
    tap.equal(connected.deployments.generate_text(DEPLOYMENT, QUESTION), ANSWER, "text of the deployment")
    tap.equal("".join(connected.deployments.generate_text_stream(DEPLOYMENT, QUESTION)), ANSWER, "pieces")


def offers():
    """Models and tasks are listed without a login."""
    models = [one["model_id"] for one in get_model_specs(CLOUD["url"])["resources"]]
    if MODEL not in models:
        raise AssertionError(models)
    if not get_supported_tasks(CLOUD["url"])["resources"]:
        raise AssertionError("no task")
    tap.equal(mock.requests("/token"), [], "requests")


def cloud_pak_for_data():
    """Against Cloud Pak for Data a user scores with a password, with an API key, and through foundational services."""
    password = {"password": mock.ANNOUNCED["password"]}
    for secret in (password, {"apikey": mock.ANNOUNCED["api_key"]}, {**password, "bedrock_url": mock.TLS_URL}):
        connected = APIClient({**SOFTWARE, **secret})
        connected.set.default_space(SPACE)
        tap.equal(predictions(connected), 2, f"predictions with {list(secret)}")
    model = Model(model_id=MODEL, credentials={**SOFTWARE, **password, "version": "5.0"}, space_id=SPACE)
    tap.equal(model.generate_text(QUESTION), ANSWER, "text")


def expired_by_the_clock_of_the_service():
    """A token that has run out by the mock's clock is refused."""
    connected = client()
    mock.clock(advance=3601)
    tap.refused(WMLClientError, lambda: predictions(connected))


def unknown_api_key():
    """An API key that nobody has is refused."""
    tap.refused(WMLClientError, lambda: client(apikey="no-such-api-key"))


def no_such_deployment():
    """A deployment that nobody made is not found."""
    unknown = "00000000-0000-4000-8000-000000000000"
    tap.refused(WMLClientError, lambda: client().deployments.score(unknown, mock.INPUT))


if __name__ == "__main__":
    tap.run(
        f"ibm-watson-machine-learning {version('ibm-watson-machine-learning')} for Python",
        [
            order_of_requests,
            regions,
            ready_token,
            service_id,
            spaces,
            space_of_ones_own,
            deployments,
            models_and_functions,
            specifications,
            generation,
            deployed_model,
            offers,
            cloud_pak_for_data,
            expired_by_the_clock_of_the_service,
            unknown_api_key,
            no_such_deployment,
        ],
    )
