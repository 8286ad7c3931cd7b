// IBM's own client library for Node gets IAM tokens from the mock. Nothing in it is patched or replaced.

import assert from "node:assert/strict";

import * as mock from "./support/mock.mjs";
import { score, tokenOf } from "./support/service.mjs";
import { run } from "./support/tap.mjs";

const { IamAuthenticator, getAuthenticatorFromEnvironment } = mock.load("ibm-cloud-sdk-core");

const login = (options = {}) =>
  new IamAuthenticator({ apikey: mock.announced.api_key, url: mock.url, ...options });
const tokenRequests = () => mock.requests("/token");

async function apiKeyOfAUser() {
  const claims = await mock.verified(await tokenOf(login()));
  assert.equal(claims.sub_type, undefined);
  assert.equal(claims.exp - claims.iat, 3600);
}

async function apiKeyOfAServiceId() {
  const claims = await mock.verified(await tokenOf(login({ apikey: mock.announced.service_api_key })));
  assert.equal(claims.sub_type, "ServiceId");
}

async function unknownApiKey() {
  await assert.rejects(tokenOf(login({ apikey: "no-such-api-key" })), (error) => {
    assert.equal(error.status, 400);
    const body = typeof error.body === "string" ? JSON.parse(error.body) : error.body;
    assert.equal(body.errorCode, "BXNIM0415E");
    return true;
  });
}

async function secondCall() {
  const authenticator = login();
  assert.equal(await tokenOf(authenticator), await tokenOf(authenticator));
  assert.deepEqual(await tokenRequests(), ["POST /identity/token"]);
}

async function manyCalls() {
  const authenticator = login();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(authenticator)));
  assert.equal(new Set(tokens).size, 1);
  assert.equal((await tokenRequests()).length, 1);
}

async function overTls() {
  await mock.verified(await tokenOf(login({ url: mock.tlsUrl })));
}

async function scopeAndClient() {
  await mock.verified(await tokenOf(login({ clientId: "bx", clientSecret: "bx", scope: "ibm openid" })));
}

async function environment() {
  process.env.ORACLE_PROBE_APIKEY = mock.announced.api_key;
  process.env.ORACLE_PROBE_AUTH_URL = mock.url;
  await mock.verified(await tokenOf(getAuthenticatorFromEnvironment("oracle-probe")));
}

async function oldWhenItComes() {
  await mock.rules({ route: "token", nth: 1, answer: { token: { issued: -3000 } } });
  const authenticator = login();
  const first = await tokenOf(authenticator);
  // The renewal is in the background, and ends when it ends.
  const patience = Date.now() + 10_000;
  while ((await tokenOf(authenticator)) === first && Date.now() < patience) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const claims = await mock.verified(await tokenOf(authenticator));
  assert.ok(claims.exp > Date.now() / 1000 + 3500);
  assert.equal((await tokenRequests()).length, 2);
}

async function expiredByTheClockOfTheClient() {
  await mock.clock({ skew: -3595 });
  const authenticator = login();
  const first = await tokenOf(authenticator);
  await mock.clock({ skew: 0 });
  const second = await tokenOf(authenticator);
  assert.notEqual(second, first);
  const seen = (await tokenRequests()).length;
  assert.equal(await tokenOf(authenticator), second);
  assert.equal((await tokenRequests()).length, seen);
}

async function expiredByTheClockOfTheService() {
  const authenticator = login();
  assert.equal(await score(authenticator), 2);
  await mock.clock({ advance: 3601 });
  await assert.rejects(score(authenticator), { status: 401 });
  assert.equal((await tokenRequests()).length, 1);
}

async function tooManyRequests() {
  await mock.rules({ route: "token", times: 1, answer: { status: 429, headers: { "Retry-After": "7" } } });
  await assert.rejects(tokenOf(login()), { status: 429 });
  assert.equal((await tokenRequests()).length, 1);
}

await run(`ibm-cloud-sdk-core ${mock.releaseOf("ibm-cloud-sdk-core")} for Node, tokens verified by node:crypto`, [
  ["An API key of a user gives a token that verifies", apiKeyOfAUser],
  ["An API key of a Service ID gives a token that verifies and says so", apiKeyOfAServiceId],
  ["An API key that nobody has is refused with 400 and BXNIM0415E", unknownApiKey],
  ["A second call takes the token from the cache and makes no request", secondCall],
  ["Twenty calls at once share one request", manyCalls],
  ["The same over TLS, with the mock's authority trusted", overTls],
  ["A scope and a client id with its secret are sent along and do no harm", scopeAndClient],
  ["Variables of a service give an authenticator that puts a token that verifies on a request", environment],
  ["A token that has lived through 80 % when it comes is replaced by a fresh one", oldWhenItComes],
  ["A token with five seconds left is not used again, and the next one is kept", expiredByTheClockOfTheClient],
  [
    "A token that has run out by the mock's clock is refused by the service, which the library leaves at that",
    expiredByTheClockOfTheService,
  ],
  ["A 429 reaches the caller, because the library does not try again", tooManyRequests],
]);
