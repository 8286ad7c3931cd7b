// The Model Gateway, as IBM's client for watsonx.ai calls it. Nothing in it is patched.

import assert from "node:assert/strict";

import * as mock from "./support/mock.mjs";
import { run } from "./support/tap.mjs";

const { Gateway } = mock.load("@ibm-cloud/watsonx-ai/gateway");
const { IamAuthenticator } = mock.load("ibm-cloud-sdk-core");

const { api_key: apikey } = mock.announced;
const space = { spaceId: mock.announced.space_id };
const project = { projectId: mock.announced.project_id };
const model = "ibm/granite-4-h-small";
const embeddingModel = "ibm/slate-125m-english-rtrvr-v2";
const messages = [{ role: "user", content: "one two three" }];
const prompt = "one two three";
const answer = "three two one";

function gateway(place = {}) {
  const authenticator = new IamAuthenticator({ apikey, url: mock.url });
  return new Gateway({ version: mock.version, serviceUrl: mock.url, authenticator, ...place });
}

const contentOf = ({ result }) => result.choices[0].message.content;

async function joined(stream, piece) {
  let text = "";
  for await (const { data } of stream) text += piece(data.choices[0]) ?? "";
  return text;
}

async function chat() {
  for (const place of [space, project, {}]) {
    const { chat } = gateway(place);
    assert.equal(contentOf(await chat.completion.create({ model, messages })), answer);
    const stream = await chat.completion.create({ model, messages, stream: true, returnObject: true });
    assert.equal(await joined(stream, ({ delta }) => delta.content), answer);
  }
}

async function chatAsText() {
  const stream = await gateway().chat.completion.create({ model, messages, stream: true, returnObject: false });
  let text = "";
  for await (const piece of stream) text += piece;
  assert.match(text, /data: \[DONE\]/);
}

async function completions() {
  const { completion } = gateway(space);
  const { result } = await completion.create({ model, prompt });
  assert.deepEqual([result.choices[0].text, result.object], [answer, "text_completion"]);
  const stream = await completion.create({ model, prompt, stream: true, returnObject: true });
  assert.equal(await joined(stream, ({ text }) => text), answer);
}

async function embeddings() {
  const { result } = await gateway(space).embeddings.completion.create({
    model: embeddingModel,
    input: ["one", "two", "one"],
  });
  const vectors = result.data.map(({ embedding }) => embedding);
  assert.equal(vectors.length, 3);
  assert.deepEqual(vectors[0], vectors[2]);
}

async function registered() {
  const asked = gateway(space);
  const data = { apikey: "not a real one" };
  const { result: provider } = await asked.providers.create({ providerName: "anthropic", name: "mine", data });
  const providerId = provider.uuid;
  const { result: made } = await asked.models.create({ providerId, modelId: "a-model", alias: "nick" });
  assert.equal(made.owned_by, "anthropic:mine");
  assert.equal(contentOf(await asked.chat.completion.create({ model: "nick", messages })), answer);
  const own = await asked.models.list({ providerId });
  assert.deepEqual(own.map(({ id }) => id), ["a-model"]);
  assert.ok((await asked.models.list()).some(({ id }) => id === model));
  assert.equal((await asked.models.getDetails({ modelId: made.uuid })).result.alias, "nick");
  await asked.models.delete({ modelId: made.uuid });
  await assert.rejects(asked.chat.completion.create({ model: "nick", messages }), { status: 404 });
  await asked.providers.delete({ providerId });
  const { result: providers } = await asked.providers.getDetails();
  assert.deepEqual(providers.data.map(({ type }) => type), ["watsonxai", "openai"]);
}

async function expired() {
  const asked = gateway(space);
  assert.equal(contentOf(await asked.chat.completion.create({ model, messages })), answer);
  await mock.clock({ advance: 3601 });
  await assert.rejects(asked.chat.completion.create({ model, messages }), { status: 401 });
  await assert.rejects(asked.chat.completion.create({ model, messages, stream: true }), { status: 401 });
}

async function unknownModel() {
  const asked = gateway(space).chat.completion.create({ model: "no-such-model", messages });
  await assert.rejects(asked, ({ status, result }) => {
    assert.deepEqual([status, result.error.code], [404, "model_not_supported"]);
    return /no-such-model/.test(result.error.message);
  });
}

await run(`@ibm-cloud/watsonx-ai ${mock.releaseOf("@ibm-cloud/watsonx-ai")} for Node, at the Model Gateway`, [
  ["A chat is answered in a space, a project and neither, at once and in pieces", chat],
  ["A chat in pieces that nobody takes apart ends with a word that says so", chatAsText],
  ["A prompt goes on, at once and in pieces", completions],
  ["Texts become vectors, the same text the same one", embeddings],
  ["A provider and a model are registered, asked by an alias and removed", registered],
  ["A token that has run out by the mock's clock is refused, at once and in pieces", expired],
  ["A model that nobody registered is not found, and the error names it", unknownModel],
]);
