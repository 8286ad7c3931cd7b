// IBM's own client library for Node gets IAM tokens from the mock. Nothing in it is patched or replaced.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { verified } from "./support/jwt.mjs";
import { inFrontOf } from "./support/relay.mjs";
import { run } from "./support/tap.mjs";

// The library is installed outside the source tree.
const require = createRequire(`${process.env.ORACLE_MODULES}/`);
const { IamAuthenticator, getAuthenticatorFromEnvironment } = require("ibm-cloud-sdk-core");
const { version } = require("ibm-cloud-sdk-core/package.json");

const mock = JSON.parse(process.env.ORACLE_MOCK);
const url = mock.url;

async function authorizationOf(authenticator) {
  const request = { headers: {} };
  await authenticator.authenticate(request);
  const [scheme, token] = request.headers.Authorization.split(" ");
  assert.equal(scheme, "Bearer");
  return token;
}

const tokenFor = (apikey, base = url) => authorizationOf(new IamAuthenticator({ apikey, url: base }));

async function apiKeyOfAUser() {
  const claims = await verified(await tokenFor(mock.api_key), url);
  assert.equal(claims.sub_type, undefined);
  assert.equal(claims.exp - claims.iat, 3600);
}

async function apiKeyOfAServiceId() {
  const claims = await verified(await tokenFor(mock.service_api_key), url);
  assert.equal(claims.sub_type, "ServiceId");
}

async function unknownApiKey() {
  await assert.rejects(tokenFor("no-such-api-key"), (error) => {
    assert.equal(error.status, 400);
    const body = typeof error.body === "string" ? JSON.parse(error.body) : error.body;
    assert.equal(body.errorCode, "BXNIM0415E");
    return true;
  });
}

async function secondCall() {
  const paths = await inFrontOf(url, async (front) => {
    const authenticator = new IamAuthenticator({ apikey: mock.api_key, url: front });
    const first = await authorizationOf(authenticator);
    assert.equal(await authorizationOf(authenticator), first);
  });
  assert.deepEqual(paths, ["/identity/token"]);
}

async function scopeAndClient() {
  const options = { apikey: mock.api_key, url, clientId: "bx", clientSecret: "bx", scope: "ibm openid" };
  await verified(await authorizationOf(new IamAuthenticator(options)), url);
}

async function environment() {
  process.env.ORACLE_PROBE_APIKEY = mock.api_key;
  process.env.ORACLE_PROBE_AUTH_URL = url;
  await verified(await authorizationOf(getAuthenticatorFromEnvironment("oracle-probe")), url);
}

await run(`ibm-cloud-sdk-core ${version} for Node ${process.version}, tokens verified by node:crypto`, [
  ["An API key of a user gives a token that verifies", apiKeyOfAUser],
  ["An API key of a Service ID gives a token that verifies and says so", apiKeyOfAServiceId],
  ["An API key that nobody has is refused with 400 and BXNIM0415E", unknownApiKey],
  ["A second call takes the token from the cache and makes no request", secondCall],
  ["A scope and a client id with its secret are sent along and do no harm", scopeAndClient],
  ["Variables of a service give an authenticator that puts a token that verifies on a request", environment],
]);
