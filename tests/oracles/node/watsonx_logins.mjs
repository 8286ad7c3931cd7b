// Every way to log in that IBM's client for watsonx.ai for Node reads from variables, each up to a chat.

import assert from "node:assert/strict";

import * as mock from "./support/mock.mjs";
import { tokenOf } from "./support/service.mjs";
import { run } from "./support/tap.mjs";

const { WatsonXAI } = mock.load("@ibm-cloud/watsonx-ai");
const { IamAuthenticator } = mock.load("ibm-cloud-sdk-core");

const PREFIX = "WATSONX_AI_";
const { api_key: apikey, username, password } = mock.announced;
const asked = {
  modelId: "ibm/granite-4-h-small",
  spaceId: mock.announced.space_id,
  messages: [{ role: "user", content: "one two three" }],
};

/** What the client makes of the variables of the service. */
function client(authType, properties = {}, more = {}) {
  for (const name of Object.keys(process.env).filter((name) => name.startsWith(PREFIX))) delete process.env[name];
  process.env[`${PREFIX}AUTH_TYPE`] = authType;
  for (const [name, value] of Object.entries(properties)) process.env[PREFIX + name] = value;
  return WatsonXAI.newInstance({ version: mock.version, serviceUrl: mock.url, ...more });
}

async function chats(connected) {
  const { result } = await connected.textChat(asked);
  assert.equal(result.choices[0].message.content, "three two one");
}

/** A cluster's token, asked for in the caller's own words, as this way to log in wants it. */
async function requestToken() {
  const answer = await fetch(`${mock.url}/icp4d-api/v1/authorize`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, api_key: apikey }),
  });
  const { token } = await answer.json();
  return { result: { access_token: token } };
}

async function zen() {
  const connected = client("zen", {}, { requestToken });
  await chats(connected);
  await chats(connected);
  assert.deepEqual(await mock.requests("/authorize"), ["POST /icp4d-api/v1/authorize"]);
}

async function zenInPieces() {
  const stream = await client("zen", {}, { requestToken }).textChatStream({ ...asked, returnObject: true });
  let text = "";
  for await (const { data } of stream) text += data.choices[0]?.delta.content ?? "";
  assert.equal(text, "three two one");
}

async function zenAfterItRanOut() {
  await mock.clock({ skew: -7 * 24 * 3600 });
  const connected = client("zen", {}, { requestToken });
  await chats(connected);
  await mock.clock({ skew: 0 });
  await chats(connected);
  assert.equal((await mock.requests("/authorize")).length, 2);
}

async function zenWithATokenOfSomebodyElse() {
  const stranger = async () => {
    const { result } = await requestToken();
    const [header, claims] = result.access_token.split(".");
    return { result: { access_token: `${header}.${claims}.AAAA` } };
  };
  await assert.rejects(client("zen", {}, { requestToken: stranger }).textChat(asked), { status: 401 });
}

async function zenWithoutAFunction() {
  assert.throws(() => client("zen"), /requestToken function not provided/);
}

const iam = () => chats(client("iam", { APIKEY: apikey, AUTH_URL: mock.url }));

async function cp4d() {
  await chats(client("cp4d", { USERNAME: username, PASSWORD: password, AUTH_URL: mock.url }));
  await chats(client("cp4d", { USERNAME: username, APIKEY: apikey, AUTH_URL: mock.url }));
  assert.equal((await mock.requests("/authorize")).length, 2);
}

async function aws() {
  await chats(client("aws", { APIKEY: apikey, AUTH_URL: mock.url }));
  assert.deepEqual(await mock.requests("/token"), ["POST /api/2.0/apikeys/token"]);
}

async function bearerToken() {
  const token = await tokenOf(new IamAuthenticator({ apikey, url: mock.url }));
  await chats(client("bearertoken", { BEARER_TOKEN: token }));
}

const basic = () => chats(client("basic", { USERNAME: "apikey", PASSWORD: apikey }));

const noAuth = () => assert.rejects(client("noauth").textChat(asked), { status: 401 });

await run(`@ibm-cloud/watsonx-ai ${mock.releaseOf("@ibm-cloud/watsonx-ai")} for Node, logging in`, [
  ["zen: a token that the caller asks the cluster for is kept", zen],
  ["zen: the same for a chat in pieces", zenInPieces],
  ["zen: a token that has run out by the client's clock is asked for again", zenAfterItRanOut],
  ["zen: a token with a signature of nobody's is refused with 401", zenWithATokenOfSomebodyElse],
  ["zen: nobody who could ask for a token is an error before anything is asked", zenWithoutAFunction],
  ["iam: an API key", iam],
  ["cp4d: a user with a password, and with an API key", cp4d],
  ["aws: an API key of the platform behind hosted software", aws],
  ["bearertoken: a token that was obtained before", bearerToken],
  ["basic: an API key on the request itself, under the user name apikey", basic],
  ["noauth: a service that wants a login refuses with 401", noAuth],
]);
