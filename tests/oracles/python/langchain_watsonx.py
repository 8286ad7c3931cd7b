"""LangChain's package for watsonx.ai works with the mock. Nothing in it is patched."""

import asyncio
import logging
import os
import warnings
from importlib.metadata import version

from support import mock, tap

# Without a client of one's own it takes an API key only for IBM's hosts, and the mock is the way to those.
os.environ["HTTPS_PROXY"] = mock.URL

from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from ibm_watsonx_ai import APIClient, Credentials
from ibm_watsonx_ai.wml_client_error import WMLClientError
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_ibm import ChatWatsonx, WatsonxEmbeddings, WatsonxLLM, WatsonxRerank
from pydantic import BaseModel, Field

CLOUD = "https://us-south.ml.cloud.ibm.com"
SPACE = {"space_id": mock.ANNOUNCED["space_id"]}
PROJECT = {"project_id": mock.ANNOUNCED["project_id"]}
MODEL = "ibm/granite-4-h-small"
EMBEDDING_MODEL = "ibm/slate-125m-english-rtrvr-v2"
RERANK_MODEL = "cross-encoder/ms-marco-minilm-l-12-v2"
QUESTION = "one two three"
ANSWER = "three two one"
SOFTWARE = {"url": mock.TLS_URL, "instance_id": "openshift", "version": "5.2", "verify": mock.CA_FILE}

# What it warns of and logs is no news.
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


class Weather(BaseModel):
    """The weather of a city."""

    city: str = Field(description="Where")
    days: int = Field(description="How many", ge=1)


def client(**place):
    """IBM's client, which finds all of the cloud at the mock."""
    credentials = Credentials(
        url=mock.TLS_URL,
        platform_url=mock.TLS_URL,
        auth_url=f"{mock.TLS_URL}/identity/token",
        api_key=mock.ANNOUNCED["api_key"],
        verify=mock.CA_FILE,
    )
    return APIClient(credentials, **place)


def chat_model(**more):
    return ChatWatsonx(model_id=MODEL, watsonx_client=client(**PROJECT), **more)


def token():
    """A token that was obtained before."""
    return IAMAuthenticator(mock.ANNOUNCED["api_key"], url=mock.URL).token_manager.get_token()


def chat():
    """A chat is answered in a space and in a project: at once, in pieces, and several together."""
    for place in (SPACE, PROJECT):
        model = ChatWatsonx(model_id=MODEL, watsonx_client=client(**place))
        tap.equal(model.invoke([("system", "be brief"), ("human", QUESTION)]).content, ANSWER, "answer")
        tap.equal("".join(piece.content for piece in model.stream(QUESTION)), ANSWER, "pieces")
        tap.equal([one.content for one in model.batch([QUESTION, "a b"])], [ANSWER, "b a"], "answers")


def chat_in_a_coroutine():
    """A chat is answered to a coroutine, at once and in pieces."""
    model = chat_model()

    async def ask():
        whole = await model.ainvoke(QUESTION)
        return whole.content, "".join([piece.content async for piece in model.astream(QUESTION)])

    tap.equal(asyncio.run(ask()), (ANSWER, ANSWER), "answers")


def what_it_cost():
    """An answer says what it cost, in tokens, and why it ended."""
    answer = chat_model(max_tokens=2).invoke(QUESTION)
    tap.equal(answer.usage_metadata["total_tokens"], 5, "tokens")
    tap.equal(answer.response_metadata["finish_reason"], "length", "reason")


def tools():
    """A tool is called with arguments that fit it, and what it says is answered."""
    model = chat_model()
    for choice in (None, "Weather", "any", "auto"):
        call = model.bind_tools([Weather], tool_choice=choice).invoke(QUESTION).tool_calls[0]
        tap.equal((call["name"], call["args"]), ("Weather", {"city": QUESTION, "days": 1}), f"call by {choice}")
    whole = None
    for piece in model.bind_tools([Weather]).stream(QUESTION):
        whole = piece if whole is None else whole + piece
    tap.equal(whole.tool_calls[0]["args"], {"city": QUESTION, "days": 1}, "call in pieces")
    said = [HumanMessage(QUESTION), AIMessage("", tool_calls=[call]), ToolMessage("all sunny", tool_call_id=call["id"])]
    tap.equal(model.bind_tools([Weather]).invoke(said).content, "sunny all", "answer")


def structured_output():
    """An answer has the structure that was asked for, by each method."""
    model = chat_model()
    wanted = Weather(city=QUESTION, days=1)
    for method in ("function_calling", "json_schema"):
        tap.equal(model.with_structured_output(Weather, method=method).invoke(QUESTION), wanted, method)
    schema = Weather.model_json_schema()
    tap.equal(model.with_structured_output(schema).invoke(QUESTION), wanted.model_dump(), "by a schema")
    example = 'answer like {"city": "x", "days": 2}'
    found = model.with_structured_output(Weather, method="json_mode").invoke(example)
    tap.equal(found, Weather(city="x", days=2), "by an example")


def generation():
    """Text is generated in a space and in a project: at once, in pieces, and several together."""
    for place in (SPACE, PROJECT):
        model = WatsonxLLM(model_id=MODEL, watsonx_client=client(**place), params={"max_new_tokens": 50})
        tap.equal(model.invoke(QUESTION), ANSWER, "text")
        tap.equal("".join(model.stream(QUESTION)), ANSWER, "pieces")
        generated = model.generate([QUESTION, "a b"])
        tap.equal([one[0].text for one in generated.generations], [ANSWER, "b a"], "texts")
        tap.equal(generated.llm_output["token_usage"]["total_tokens"], 10, "tokens")
        tap.equal(model.get_num_tokens(QUESTION), 3, "tokens of a text")


def generation_in_a_coroutine():
    """Text is generated for a coroutine, at once and in pieces."""
    model = WatsonxLLM(model_id=MODEL, watsonx_client=client(**PROJECT))

    async def ask():
        whole = await model.ainvoke(QUESTION)
        return whole, "".join([piece async for piece in model.astream(QUESTION)])

    tap.equal(asyncio.run(ask()), (ANSWER, ANSWER), "texts")


def deployed_model():
    """A deployment chats and generates without being told which model."""
    deployed = {"deployment_id": mock.ANNOUNCED["deployment_id"], "watsonx_client": client(**SPACE)}
    tap.equal(ChatWatsonx(**deployed).invoke(QUESTION).content, ANSWER, "answer")
    tap.equal(WatsonxLLM(**deployed).invoke(QUESTION), ANSWER, "text")


def embeddings():
    """Texts become vectors, one each and all of one length, for a coroutine too."""
    model = WatsonxEmbeddings(model_id=EMBEDDING_MODEL, watsonx_client=client(**SPACE))
    vectors = model.embed_documents(["one two", "three"])
    tap.equal((len(vectors), len(set(map(len, vectors)))), (2, 1), "vectors and lengths")
    tap.equal(model.embed_query("one two"), vectors[0], "vector of the same text")
    tap.equal(asyncio.run(model.aembed_documents(["one two", "three"])), vectors, "the same vectors")


def rerank():
    """Documents are ordered by how well they fit a query."""
    model = WatsonxRerank(model_id=RERANK_MODEL, watsonx_client=client(**PROJECT))
    documents = [Document("one two"), Document("three", metadata={"page": 3})]
    ordered = model.compress_documents(documents, "three")
    tap.equal([one.page_content for one in ordered], ["three", "one two"], "order")
    tap.equal(ordered[0].metadata["page"], 3, "page")


def api_key_alone():
    """An API key and IBM's own host name are enough, with the mock for a proxy; the key may be a variable."""
    key = mock.ANNOUNCED["api_key"]
    model = ChatWatsonx(model_id=MODEL, url=CLOUD, api_key=key, verify=mock.CA_FILE, **PROJECT)
    tap.equal(model.invoke(QUESTION).content, ANSWER, "answer")
    os.environ.update(WATSONX_URL=CLOUD, WATSONX_API_KEY=key)
    try:
        model = WatsonxLLM(model_id=MODEL, verify=mock.CA_FILE, **SPACE)
    finally:
        del os.environ["WATSONX_URL"], os.environ["WATSONX_API_KEY"]
    tap.equal(model.invoke(QUESTION), ANSWER, "text")


def ready_token():
    """A token that was obtained before is enough, and none is asked for."""
    bearer = token()
    mock.control("DELETE", "journal")
    model = ChatWatsonx(model_id=MODEL, url=CLOUD, token=bearer, verify=mock.CA_FILE, **PROJECT)
    tap.equal(model.invoke(QUESTION).content, ANSWER, "answer")
    tap.equal(mock.requests("/identity/token"), [], "requests")


def cloud_pak_for_data():
    """Against Cloud Pak for Data a user chats with a password, and with an API key; the release can be found out."""
    user = mock.ANNOUNCED["username"]
    for secret in ({"password": mock.ANNOUNCED["password"]}, {"api_key": mock.ANNOUNCED["api_key"]}):
        model = ChatWatsonx(model_id=MODEL, username=user, **secret, **SOFTWARE, **PROJECT)
        tap.equal(model.invoke(QUESTION).content, ANSWER, "answer")
    unknown = {"url": mock.TLS_URL, "verify": mock.CA_FILE, "password": mock.ANNOUNCED["password"]}
    model = WatsonxLLM(model_id=MODEL, username=user, **unknown, **SPACE)
    tap.equal(model.invoke(QUESTION), ANSWER, "text")


def unknown_api_key():
    """An API key that nobody has is refused, and the error says with which code."""
    make = lambda: ChatWatsonx(model_id=MODEL, url=CLOUD, api_key="nobody's", verify=mock.CA_FILE, **PROJECT)
    error = tap.refused(WMLClientError, make)
    if "BXNIM0415E" not in str(error):
        raise AssertionError(str(error))


def unknown_model():
    """A model that nobody offers is refused before anything is asked of it."""
    make = lambda: ChatWatsonx(model_id="ibm/no-such-model", watsonx_client=client(**PROJECT))
    tap.refused(WMLClientError, make)
    tap.equal(mock.requests("/text/"), [], "requests")


if __name__ == "__main__":
    tap.run(
        f"langchain-ibm {version('langchain-ibm')} for Python",
        [
            chat,
            chat_in_a_coroutine,
            what_it_cost,
            tools,
            structured_output,
            generation,
            generation_in_a_coroutine,
            deployed_model,
            embeddings,
            rerank,
            api_key_alone,
            ready_token,
            cloud_pak_for_data,
            unknown_api_key,
            unknown_model,
        ],
    )
