// IBM's client for watsonx.ai works with the mock. Nothing in it is patched.

import assert from "node:assert/strict";

import * as mock from "./support/mock.mjs";
import { tokenOf } from "./support/service.mjs";
import { run } from "./support/tap.mjs";

const { WatsonXAI } = mock.load("@ibm-cloud/watsonx-ai");
const { BearerTokenAuthenticator, IamAssumeAuthenticator, IamAuthenticator } = mock.load("ibm-cloud-sdk-core");

const { api_key: apikey, deployment_id: deployment, profile_id: profile } = mock.announced;
const space = { spaceId: mock.announced.space_id };
const project = { projectId: mock.announced.project_id };
const model = { modelId: "ibm/granite-4-h-small" };
const embeddingModel = { modelId: "ibm/slate-125m-english-rtrvr-v2" };
const messages = [{ role: "user", content: "one two three" }];
const answer = "three two one";

function client(authenticator = new IamAuthenticator({ apikey, url: mock.url }), url = mock.url) {
  return WatsonXAI.newInstance({ version: mock.version, serviceUrl: url, platformUrl: url, authenticator });
}

const textOf = ({ result }) => result.results[0].generated_text;
const contentOf = ({ result }) => result.choices[0].message.content;

async function joined(stream, piece) {
  let text = "";
  for await (const { data } of stream) text += piece(data) ?? "";
  return text;
}

async function generation() {
  for (const place of [space, project]) {
    const asked = { ...model, ...place, input: "one two three" };
    assert.equal(textOf(await client().generateText(asked)), answer);
    const stream = await client().generateTextStream({ ...asked, returnObject: true });
    assert.equal(await joined(stream, (data) => data.results[0].generated_text), answer);
  }
}

async function chat() {
  for (const place of [space, project]) {
    const asked = { ...model, ...place, messages };
    assert.equal(contentOf(await client().textChat(asked)), answer);
    const stream = await client().textChatStream({ ...asked, returnObject: true });
    assert.equal(await joined(stream, (data) => data.choices[0]?.delta.content), answer);
  }
}

async function embeddings() {
  const { result } = await client().embedText({ ...embeddingModel, ...space, inputs: ["one", "two", "one"] });
  const vectors = result.results.map(({ embedding }) => embedding);
  assert.equal(vectors.length, 3);
  assert.deepEqual(vectors[0], vectors[2]);
}

async function tokens() {
  const { result } = await client().tokenizeText({ ...model, ...space, input: "one two three" });
  assert.equal(result.result.token_count, 3);
}

async function deployedModel() {
  assert.equal(
    textOf(await client().deploymentGenerateText({ idOrName: deployment, input: "one two three" })),
    answer,
  );
  assert.equal(contentOf(await client().deploymentsTextChat({ idOrName: deployment, messages })), answer);
}

async function deployments() {
  const { result } = await client().listDeployments(space);
  assert.deepEqual(result.resources.map(({ metadata }) => metadata.id), [deployment]);
  const { result: one } = await client().getDeployment({ deploymentId: deployment, ...space });
  assert.equal(one.entity.status.state, "ready");
}

async function models() {
  const { result } = await client().listFoundationModelSpecs({});
  assert.ok(result.resources.some(({ model_id: id }) => id === model.modelId));
}

async function oneTokenForAll() {
  const shared = client();
  await Promise.all(Array.from({ length: 8 }, () => shared.textChat({ ...model, ...space, messages })));
  assert.equal((await mock.requests("/token")).length, 1);
}

async function trustedProfile() {
  const authenticator = new IamAssumeAuthenticator({ apikey, iamProfileId: profile, url: mock.url });
  assert.equal(contentOf(await client(authenticator).textChat({ ...model, ...space, messages })), answer);
}

async function readyToken() {
  const bearerToken = await tokenOf(new IamAuthenticator({ apikey, url: mock.url }));
  const ready = client(new BearerTokenAuthenticator({ bearerToken }));
  assert.equal(contentOf(await ready.textChat({ ...model, ...space, messages })), answer);
}

async function overTls() {
  const secure = client(new IamAuthenticator({ apikey, url: mock.tlsUrl }), mock.tlsUrl);
  assert.equal(contentOf(await secure.textChat({ ...model, ...space, messages })), answer);
}

async function environment() {
  process.env.WATSONX_AI_AUTH_TYPE = "iam";
  process.env.WATSONX_AI_APIKEY = apikey;
  process.env.WATSONX_AI_AUTH_URL = mock.url;
  const configured = WatsonXAI.newInstance({ version: mock.version, serviceUrl: mock.url });
  assert.equal(contentOf(await configured.textChat({ ...model, ...space, messages })), answer);
}

async function unknownApiKey() {
  const stranger = client(new IamAuthenticator({ apikey: "no-such-api-key", url: mock.url }));
  await assert.rejects(stranger.textChat({ ...model, ...space, messages }), { status: 400 });
}

async function expiredByTheClockOfTheService() {
  const connected = client();
  await connected.textChat({ ...model, ...space, messages });
  await mock.clock({ advance: 3601 });
  await assert.rejects(connected.textChat({ ...model, ...space, messages }), { status: 401 });
  await assert.rejects(connected.textChatStream({ ...model, ...space, messages }), { status: 401 });
  assert.equal((await mock.requests("/token")).length, 1);
}

async function unknownModel() {
  const asked = { modelId: "ibm/no-such-model", ...space, messages };
  await assert.rejects(client().textChat(asked), { status: 404 });
}

await run(`@ibm-cloud/watsonx-ai ${mock.releaseOf("@ibm-cloud/watsonx-ai")} for Node`, [
  ["Text is generated in a space and in a project, at once and in pieces", generation],
  ["A chat is answered in a space and in a project, at once and in pieces", chat],
  ["Texts become vectors, the same text the same one", embeddings],
  ["A text is taken apart into tokens", tokens],
  ["A deployment generates and chats without being told which model or space", deployedModel],
  ["Deployments are listed and read", deployments],
  ["Models are listed", models],
  ["Eight chats at once share one token", oneTokenForAll],
  ["A trusted profile that is taken on with an API key chats", trustedProfile],
  ["A token that was obtained before chats", readyToken],
  ["The same over TLS, with the mock's authority trusted", overTls],
  ["Variables of the service are enough to log in", environment],
  ["An API key that nobody has is refused", unknownApiKey],
  [
    "A token that has run out by the mock's clock is refused by the service, and not replaced",
    expiredByTheClockOfTheService,
  ],
  ["A model that nobody offers is not found", unknownModel],
]);
