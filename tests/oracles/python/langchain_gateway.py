"""The Model Gateway, as LangChain's package for watsonx.ai calls it, and tokens that end there. Nothing in it is patched."""

import asyncio
import logging
import os
import warnings
from importlib.metadata import version

from support import mock, tap

# Without a client of one's own it takes an API key only for IBM's hosts, and the mock is the way to those.
os.environ["HTTPS_PROXY"] = mock.URL

from ibm_watsonx_ai import APIClient, Credentials
from ibm_watsonx_ai.wml_client_error import ApiRequestFailure, WMLClientError
from langchain_core.messages import HumanMessage
from langchain_ibm import ChatWatsonx, WatsonxEmbeddings, WatsonxLLM
from pydantic import BaseModel

CLOUD = {"url": "https://us-south.ml.cloud.ibm.com", "verify": mock.CA_FILE}
SPACE = {"space_id": mock.ANNOUNCED["space_id"]}
PROJECT = {"project_id": mock.ANNOUNCED["project_id"]}
MODEL = "ibm/granite-4-h-small"
EMBEDDING_MODEL = "ibm/slate-125m-english-rtrvr-v2"
QUESTION = "one two three"
ANSWER = "three two one"

# What it warns of and logs is no news.
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


class Weather(BaseModel):
    """The weather of a city."""

    city: str


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
    return ChatWatsonx(model=MODEL, watsonx_client=client(**SPACE), **more)


def chat():
    """A chat is answered in a space, a project and neither: at once, in pieces, and several together."""
    for place in (SPACE, PROJECT, {}):
        model = ChatWatsonx(model=MODEL, watsonx_client=client(**place))
        tap.equal(model.invoke([("system", "be brief"), ("human", QUESTION)]).content, ANSWER, "answer")
        tap.equal("".join(piece.content for piece in model.stream(QUESTION)), ANSWER, "pieces")
        tap.equal([one.content for one in model.batch([QUESTION, "a b"])], [ANSWER, "b a"], "answers")
    tap.equal(set(mock.requests("/ml/")), {"POST /ml/gateway/v1/chat/completions"}, "requests")


def chat_in_a_coroutine():
    """A chat is answered to a coroutine: at once, in pieces, and several together."""
    model = chat_model()

    async def ask():
        whole = await model.ainvoke(QUESTION)
        pieces = "".join([piece.content async for piece in model.astream(QUESTION)])
        several = await model.abatch([QUESTION, "a b"])
        generated = await model.agenerate([[HumanMessage(QUESTION)]])
        return whole.content, pieces, [one.content for one in several], generated.generations[0][0].text

    tap.equal(asyncio.run(ask()), (ANSWER, ANSWER, [ANSWER, "b a"], ANSWER), "answers")


def what_it_cost():
    """An answer says what it cost, in tokens, and why it ended."""
    answer = chat_model(max_tokens=2).invoke(QUESTION)
    tap.equal(answer.usage_metadata["total_tokens"], 5, "tokens")
    tap.equal(answer.response_metadata["finish_reason"], "length", "reason")


def tools():
    """A tool is called, and an answer has the structure that was asked for."""
    model = chat_model()
    for choice in (None, "Weather", "any", "auto"):
        call = model.bind_tools([Weather], tool_choice=choice).invoke(QUESTION).tool_calls[0]
        tap.equal((call["name"], call["args"]), ("Weather", {"city": QUESTION}), f"call by {choice}")
    whole = None
    for piece in model.bind_tools([Weather]).stream(QUESTION):
        whole = piece if whole is None else whole + piece
    tap.equal(whole.tool_calls[0]["args"], {"city": QUESTION}, "call in pieces")
    for method in ("function_calling", "json_schema"):
        found = model.with_structured_output(Weather, method=method).invoke(QUESTION)
        tap.equal(found, Weather(city=QUESTION), method)


def completions():
    """Text is generated at once, for several prompts, and for a coroutine."""
    model = WatsonxLLM(model=MODEL, watsonx_client=client(**PROJECT))
    tap.equal(model.invoke(QUESTION), ANSWER, "text")
    generated = model.generate([QUESTION, "a b"])
    tap.equal([one[0].text for one in generated.generations], [ANSWER, "b a"], "texts")
    tap.equal(generated.llm_output["token_usage"], 10, "tokens")
    tap.equal(asyncio.run(model.ainvoke(QUESTION)), ANSWER, "text for a coroutine")


def completions_in_pieces():
    """Text in pieces comes to its end, although the library looks for it where another API has it."""
    model = WatsonxLLM(model=MODEL, watsonx_client=client(**PROJECT))
    tap.equal("".join(model.stream(QUESTION)), "", "pieces")
    tap.equal(mock.requests("/ml/"), ["POST /ml/gateway/v1/completions"], "requests")


def embeddings():
    """Texts become vectors, one each and all of one length, for a coroutine too."""
    model = WatsonxEmbeddings(model=EMBEDDING_MODEL, watsonx_client=client(**SPACE))
    vectors = model.embed_documents(["one two", "three"])
    tap.equal((len(vectors), len(set(map(len, vectors)))), (2, 1), "vectors and lengths")
    tap.equal(model.embed_query("one two"), vectors[0], "vector of the same text")
    tap.equal(asyncio.run(model.aembed_documents(["one two", "three"])), vectors, "the same vectors")


def api_key_alone():
    """An API key and IBM's own host name are enough, with the mock for a proxy."""
    key = {"api_key": mock.ANNOUNCED["service_api_key"], **CLOUD}
    tap.equal(ChatWatsonx(model=MODEL, **key).invoke(QUESTION).content, ANSWER, "answer")
    tap.equal(WatsonxLLM(model=MODEL, **key).invoke(QUESTION), ANSWER, "text")
    tap.equal(len(WatsonxEmbeddings(model=EMBEDDING_MODEL, **key).embed_query(QUESTION)), 16, "numbers")


def unknown_model():
    """A model that nobody registered is refused when it is asked."""
    model = ChatWatsonx(model="no-such-model", watsonx_client=client(**SPACE))
    error = tap.refused(ApiRequestFailure, lambda: model.invoke(QUESTION))
    tap.equal(error.response.json()["error"]["code"], "model_not_supported", "code")


def every_model():
    """What is asked through the gateway and past it, with one client of IBM's."""
    connected = client(**SPACE)
    chats = [ChatWatsonx(**{name: MODEL}, watsonx_client=connected) for name in ("model", "model_id")]
    texts = [WatsonxLLM(**{name: MODEL}, watsonx_client=connected) for name in ("model", "model_id")]
    vectors = [
        WatsonxEmbeddings(**{name: EMBEDDING_MODEL}, watsonx_client=connected) for name in ("model", "model_id")
    ]
    asks = [lambda chat=chat: chat.invoke(QUESTION).content for chat in chats]
    # Connections stay open, and belong to the loop in which they were made.
    loop = asyncio.new_event_loop()
    asks += [lambda chat=chat: loop.run_until_complete(chat.ainvoke(QUESTION)).content for chat in chats]
    asks += [lambda text=text: text.invoke(QUESTION) for text in texts]
    return asks + [lambda vector=vector: vector.embed_query(ANSWER) and ANSWER for vector in vectors]


def nearly_expired_token():
    """A token with a minute left by the client's clock is replaced in the middle of the work, by every model."""
    for number in range(len(every_model())):
        mock.reset()
        mock.clock(skew=-3540)
        ask = every_model()[number]
        mock.clock(skew=0)
        seen = len(mock.requests("/identity/token"))
        tap.equal([ask(), ask()], [ANSWER, ANSWER], f"answers of {number}")
        tap.equal(len(mock.requests("/identity/token")), seen + 1, f"requests of {number}")


def expired_token():
    """A token that has run out by the mock's clock is refused with 401, to every model."""
    asks = every_model()
    for ask in asks:
        tap.equal(ask(), ANSWER, "answer")
    mock.clock(advance=3601)
    for ask in asks:
        error = tap.refused(WMLClientError, ask)
        if "authentication_token_expired" not in str(error):
            raise AssertionError(str(error))


def retired_key():
    """A token that was signed with a key which is retired is refused with 401, to every model."""
    asks = every_model()
    for ask in asks:
        tap.equal(ask(), ANSWER, "answer")
    kids = mock.control("GET", "signing-keys")["kids"]
    mock.control("POST", "signing-keys")
    for kid in kids:
        mock.control("DELETE", f"signing-keys/{kid}")
    for ask in asks:
        error = tap.refused(WMLClientError, ask)
        if "authentication_token_not_valid" not in str(error):
            raise AssertionError(str(error))


if __name__ == "__main__":
    tap.run(
        f"langchain-ibm {version('langchain-ibm')} for Python, at the Model Gateway",
        [
            chat,
            chat_in_a_coroutine,
            what_it_cost,
            tools,
            completions,
            completions_in_pieces,
            embeddings,
            api_key_alone,
            unknown_model,
            nearly_expired_token,
            expired_token,
            retired_key,
        ],
    )
