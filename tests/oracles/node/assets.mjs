// What IBM's client for watsonx.ai makes, deploys, ranks and forecasts works with the mock. Nothing in it is patched.

import assert from "node:assert/strict";

import * as mock from "./support/mock.mjs";
import { tokenOf } from "./support/service.mjs";
import { run } from "./support/tap.mjs";

const { WatsonXAI } = mock.load("@ibm-cloud/watsonx-ai");
const { IamAuthenticator } = mock.load("ibm-cloud-sdk-core");

const { api_key: apikey, deployment_id: deployment, username, password } = mock.announced;
const space = { spaceId: mock.announced.space_id };
const project = { projectId: mock.announced.project_id };
const model = { modelId: "ibm/granite-4-h-small" };
const messages = [{ role: "user", content: "one two three" }];
const answer = "three two one";
const series = {
  data: { date: ["2025-01-01T00:00:00", "2025-01-01T01:00:00"], load: [1, 2] },
  schema: { timestamp_column: "date", target_columns: ["load"], freq: "1h" },
  parameters: { prediction_length: 1 },
};

const at = { version: mock.version, serviceUrl: mock.url, platformUrl: mock.url };
const client = () => WatsonXAI.newInstance({ ...at, authenticator: new IamAuthenticator({ apikey, url: mock.url }) });

async function joined(stream, piece) {
  let text = "";
  for await (const { data } of stream) text += piece(data) ?? "";
  return text;
}

const rename = [{ op: "replace", path: "/name", value: "yours" }];

async function lifeOfADeployment() {
  const connected = client();
  const asked = { name: "mine", type: "scikit-learn_1.3", softwareSpec: { name: "runtime-24.1-py3.11" }, ...space };
  const { result: made } = await connected.createModel(asked);
  const asset = { modelId: made.metadata.id, ...space };
  await connected.updateModel({ ...asset, jsonPatch: rename });
  assert.equal((await connected.getModel(asset)).result.metadata.name, "yours");
  const { result: listed } = await connected.listModels(space);
  assert.ok(listed.resources.some(({ metadata }) => metadata.id === asset.modelId));

  const deployed = await connected.createDeployment({ name: "mine", online: {}, asset: { id: asset.modelId }, ...space });
  const one = { deploymentId: deployed.result.metadata.id, ...space };
  await connected.updateDeployment({ ...one, jsonPatch: rename });
  const { result: read } = await connected.getDeployment(one);
  assert.deepEqual([read.entity.name, read.entity.status.state], ["yours", "ready"]);
  await connected.deleteDeployment(one);
  await assert.rejects(connected.getDeployment(one), { status: 404 });
  await connected.deleteModel(asset);
}

async function lifeOfASpace() {
  const connected = client();
  const storage = { resource_crn: "crn:v1:bluemix:public:cloud-object-storage:global:a/x:y::" };
  const { result: made } = await connected.createSpace({ name: "mine", storage });
  const one = { spaceId: made.metadata.id };
  await connected.updateSpace({ ...one, jsonPatch: rename });
  assert.equal((await connected.getSpace(one)).result.entity.name, "yours");
  const { result: listed } = await connected.listSpaces({ limit: 100 });
  assert.ok(listed.resources.some(({ metadata }) => metadata.id === one.spaceId));
  await connected.deleteSpace(one);
}

async function deployedModelInPieces() {
  const connected = client();
  const text = await connected.deploymentGenerateTextStream({ idOrName: deployment, input: "a b", returnObject: true });
  assert.equal(await joined(text, (data) => data.results[0].generated_text), "b a");
  const chat = await connected.deploymentsTextChatStream({ idOrName: deployment, messages, returnObject: true });
  assert.equal(await joined(chat, (data) => data.choices[0]?.delta.content), answer);
}

async function tools() {
  const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const tool = { type: "function", function: { name: "weather", parameters } };
  for (const choice of [{ toolChoice: tool }, { toolChoiceOption: "auto" }]) {
    const { result } = await client().textChat({ ...model, ...project, messages, tools: [tool], ...choice });
    const [{ message, finish_reason: reason }] = result.choices;
    assert.equal(reason, "tool_calls");
    assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), { city: "one two three" });
  }
  const asked = { ...model, ...project, messages, responseFormat: { type: "json_object" }, n: 2 };
  const { result } = await client().textChat(asked);
  assert.deepEqual(result.choices.map(({ message }) => JSON.parse(message.content)), [{ answer }, { answer }]);
}

async function rerank() {
  const inputs = [{ text: "one two" }, { text: "three" }];
  const asked = { modelId: "cross-encoder/ms-marco-minilm-l-12-v2", query: "three", inputs, ...space };
  const { result } = await client().textRerank({ ...asked, parameters: { return_options: { top_n: 1, inputs: true } } });
  assert.deepEqual(result.results, [{ index: 1, score: 1, input: { text: "three" } }]);
}

async function forecast() {
  const { result } = await client().timeSeriesForecast({ modelId: "ibm/granite-ttm-512-96-r2", ...series, ...project });
  assert.deepEqual(result.results, [{ date: ["2025-01-01T02:00:00"], load: [2] }]);
  const { result: deployed } = await client().deploymentsTimeSeriesForecast({ idOrName: deployment, ...series });
  assert.deepEqual(deployed.results, result.results);
}

async function offers() {
  const { result: tasks } = await client().listFoundationModelTasks({});
  assert.ok(tasks.resources.some(({ task_id: id }) => id === "summarization"));
  const { result: found } = await client().listFoundationModelSpecs({ filters: "function_rerank" });
  assert.ok(found.resources.every(({ functions }) => functions.some(({ id }) => id === "rerank")));
  assert.deepEqual((await client().listTrainings(space)).result.resources, []);
}

async function waysIn() {
  const bearer = await tokenOf(new IamAuthenticator({ apikey, url: mock.url }));
  const ways = {
    iam: { APIKEY: apikey, AUTH_URL: mock.url },
    bearertoken: { BEARER_TOKEN: bearer },
    cp4d: { USERNAME: username, PASSWORD: password, AUTH_URL: `${mock.url}/icp4d-api` },
    aws: { APIKEY: apikey, AUTH_URL: mock.url },
    basic: { USERNAME: "apikey", PASSWORD: apikey },
  };
  for (const [type, properties] of Object.entries(ways)) {
    for (const name of Object.keys(process.env)) if (name.startsWith("WATSONX_AI_")) delete process.env[name];
    process.env.WATSONX_AI_AUTH_TYPE = type;
    for (const [name, value] of Object.entries(properties)) process.env[`WATSONX_AI_${name}`] = value;
    const { result } = await WatsonXAI.newInstance(at).textChat({ ...model, ...project, messages });
    assert.equal(result.choices[0].message.content, answer, type);
  }
}

await run(`@ibm-cloud/watsonx-ai ${mock.releaseOf("@ibm-cloud/watsonx-ai")} for Node, and what it makes`, [
  ["A model and a deployment are made, renamed, read and deleted", lifeOfADeployment],
  ["A space is made, renamed, listed and deleted", lifeOfASpace],
  ["A deployment answers in pieces", deployedModelInPieces],
  ["A tool is called with arguments that fit it, and an answer is JSON when that is asked for", tools],
  ["Texts are ordered by how well they fit a query", rerank],
  ["A time series goes on, for a deployment too", forecast],
  ["Models are listed by what they are able to, and what they are good at", offers],
  ["Every type that variables can name logs in", waysIn],
]);
