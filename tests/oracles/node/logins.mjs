// Every way to log in that IBM's client library for Node knows, each configured by variables, each up to a score.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as mock from "./support/mock.mjs";
import { score, tokenOf } from "./support/service.mjs";
import { run } from "./support/tap.mjs";

const { IamAuthenticator, getAuthenticatorFromEnvironment } = mock.load("ibm-cloud-sdk-core");

const PREFIX = "ORACLE_PROBE_";
const { api_key: apikey, profile_id: profile } = mock.announced;

/** What the library makes of the variables of a service. */
function login(authType, properties = {}) {
  for (const name of Object.keys(process.env).filter((name) => name.startsWith(PREFIX))) delete process.env[name];
  process.env[`${PREFIX}AUTH_TYPE`] = authType;
  for (const [name, value] of Object.entries(properties)) process.env[PREFIX + name] = value;
  return getAuthenticatorFromEnvironment("oracle-probe");
}

/** Asserts that a login scores; the claims of its token. */
async function scores(authType, properties) {
  const authenticator = login(authType, properties);
  assert.equal(await score(authenticator), 2);
  return mock.verified(await tokenOf(authenticator));
}

const iam = () => scores("iam", { APIKEY: apikey, AUTH_URL: mock.url });

async function iamAssume() {
  const claims = await scores("iamAssume", { APIKEY: apikey, IAM_PROFILE_ID: profile, AUTH_URL: mock.url });
  assert.equal(claims.iam_id, `iam-${profile}`);
  assert.equal((await mock.requests("/token")).length, 2);
}

async function container() {
  const folder = await mkdtemp(join(tmpdir(), "oracle-"));
  const file = join(folder, "token");
  try {
    await writeFile(file, mock.announced.cr_token);
    const claims = await scores("container", {
      CR_TOKEN_FILENAME: file,
      IAM_PROFILE_ID: profile,
      AUTH_URL: mock.url,
    });
    assert.equal(claims.sub_type, "Profile");
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function vpc() {
  const claims = await scores("vpc", { IAM_PROFILE_ID: profile, AUTH_URL: mock.url });
  assert.equal(claims.iam_id, `iam-${profile}`);
  assert.equal((await mock.requests("/instance_identity/v1/iam_token")).length, 1);
}

async function vpcWithoutAProfile() {
  const claims = await scores("vpc", { AUTH_URL: mock.url });
  assert.equal(claims.sub_type, "Profile");
}

async function cp4d() {
  const user = { USERNAME: mock.announced.username, AUTH_URL: `${mock.url}/icp4d-api` };
  for (const secret of [{ PASSWORD: mock.announced.password }, { APIKEY: apikey }]) {
    assert.equal(await score(login("cp4d", { ...user, ...secret })), 2);
  }
  assert.equal((await mock.requests("/authorize")).length, 2);
}

async function cp4dWithAWrongPassword() {
  const user = { USERNAME: mock.announced.username, PASSWORD: "wrong", AUTH_URL: `${mock.url}/icp4d-api` };
  await assert.rejects(score(login("cp4d", user)), { status: 401 });
}

async function mcsp() {
  assert.equal(await score(login("mcsp", { APIKEY: apikey, AUTH_URL: mock.url })), 2);
  assert.deepEqual(await mock.requests("/token"), ["POST /siusermgr/api/1.0/apikeys/token"]);
}

async function mcspv2() {
  const scope = { SCOPE_COLLECTION_TYPE: "accounts", SCOPE_ID: "an account" };
  const claims = { CALLER_EXT_CLAIM: '{"productID": "prod123"}' };
  const properties = { APIKEY: apikey, AUTH_URL: mock.url, ...scope, ...claims };
  assert.equal(await score(login("mcspv2", properties)), 2);
  assert.deepEqual(await mock.requests("/token"), ["POST /api/2.0/accounts/an%20account/apikeys/token"]);
}

async function basic() {
  assert.equal(await score(login("basic", { USERNAME: "apikey", PASSWORD: apikey })), 2);
  assert.deepEqual(await mock.requests("/token"), []);
}

async function bearerToken() {
  const token = await tokenOf(new IamAuthenticator({ apikey, url: mock.url }));
  assert.equal(await score(login("bearerToken", { BEARER_TOKEN: token })), 2);
}

const bearerTokenOfSomebodyElse = () =>
  assert.rejects(score(login("bearerToken", { BEARER_TOKEN: "a.b.c" })), { status: 401 });

const noAuth = () => assert.rejects(score(login("noAuth")), { status: 401 });

await run(`ibm-cloud-sdk-core ${mock.releaseOf("ibm-cloud-sdk-core")} for Node`, [
  ["iam: an API key", iam],
  ["iamAssume: an API key of a user who takes on a trusted profile", iamAssume],
  ["container: a compute resource token from a file, for a trusted profile", container],
  ["vpc: a virtual server's own identity, for a trusted profile", vpc],
  ["vpc: the profile that is linked to the server, when none is named", vpcWithoutAProfile],
  ["cp4d: a user of Cloud Pak for Data with a password, and with an API key", cp4d],
  ["cp4d: a wrong password is refused", cp4dWithAWrongPassword],
  ["mcsp: an API key of the platform behind hosted software", mcsp],
  ["mcspv2: the same for a scope, with claims of one's own", mcspv2],
  ["basic: an API key on the request itself, under the user name apikey", basic],
  ["bearerToken: a token that was obtained before", bearerToken],
  ["bearerToken: a token that this cloud did not make is refused with 401", bearerTokenOfSomebodyElse],
  ["noAuth: a service that wants a login refuses with 401", noAuth],
]);
