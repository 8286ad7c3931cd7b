// The mock, where it is controlled from, and what it was asked.

import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const announced = JSON.parse(process.env.ORACLE_MOCK);
export const { url, tls_url: tlsUrl } = announced;

export const input = { input_data: [{ fields: ["height", "width"], values: [[1.5, 0.5], [3.0, 2.0]] }] };
export const version = "2026-10-14";

/** Loads a library, which is installed outside the source tree. */
export const load = createRequire(`${process.env.ORACLE_MODULES}/`);

/** Which release of a library that is. Not all of them let others load their package.json. */
export const releaseOf = (library) =>
  JSON.parse(readFileSync(`${process.env.ORACLE_MODULES}/node_modules/${library}/package.json`)).version;

async function json(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(`${address}: HTTP ${answer.status}`);
  const text = await answer.text();
  return text && JSON.parse(text);
}

const control = (method, path, body) =>
  json(`${announced.admin_url}/${path}`, { method, body: body && JSON.stringify(body) });

/** Everything as it was at the start: ids and keys, clock, rules, journal. */
export const reset = () => control("POST", "reset");

/** Moves the hands of the mock's clock, in seconds: `advance` on top of what it was, `skew` beside the machine's. */
export const clock = (hands) => control("POST", "clock", hands);

/** Answers of one's own, until the next reset. */
export const rules = (...scripted) => control("POST", "rules", scripted);

/** What was asked since the last reset whose path has `to` in it, as `METHOD /path`. */
export async function requests(to = "") {
  const { requests: seen } = await control("GET", "journal");
  return seen.filter(({ path }) => path.includes(to)).map(({ method, path }) => `${method} ${path}`);
}

const decoded = (part) => JSON.parse(Buffer.from(part, "base64url"));

/** The claims of a token whose signature, life and issuer are as the mock publishes them, by nothing but the platform. */
export async function verified(token) {
  const [header, claims, signature] = token.split(".");
  const { keys } = await json(`${url}/identity/keys`);
  const { alg, kid } = decoded(header);
  if (alg !== "RS256") throw new Error(`alg is ${alg}`);
  const jwk = keys.find((key) => key.kid === kid);
  if (!jwk) throw new Error(`no key ${kid} among ${keys.map((key) => key.kid)}`);
  const key = createPublicKey({ key: jwk, format: "jwk" });
  if (!verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"))) {
    throw new Error("the signature is wrong");
  }
  const { issuer } = await json(`${url}/identity/.well-known/openid-configuration`);
  const body = decoded(claims);
  if (body.iss !== issuer) throw new Error(`iss is ${body.iss}, the issuer is ${issuer}`);
  if (!(body.exp > Date.now() / 1000)) throw new Error(`exp is ${body.exp}`);
  return body;
}
