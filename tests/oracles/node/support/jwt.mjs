// Verifies a token with nothing but the platform: no library that the client under test might share.

import { createPublicKey, verify } from "node:crypto";

const decoded = (part) => JSON.parse(Buffer.from(part, "base64url"));

async function json(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
  return answer.json();
}

/** The claims of a token whose signature, life and issuer are as the server publishes them. */
export async function verified(token, url) {
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
