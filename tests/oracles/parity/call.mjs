// One request to a service through IBM's client core for Node, which finds its configuration by itself.
// Nothing in the core is patched. What it sends is in the mock's journal.

import { createRequire } from "node:module";

const load = createRequire(`${process.env.ORACLE_MODULES}/`);
const { BaseService, getAuthenticatorFromEnvironment } = load("ibm-cloud-sdk-core");
const { PARITY_SERVICE, PARITY_URL, PARITY_PATH, PARITY_VERSION, PARITY_BODY } = process.env;

const service = new BaseService({
  serviceUrl: PARITY_URL,
  authenticator: getAuthenticatorFromEnvironment(PARITY_SERVICE),
});
await service.createRequest({
  options: { url: PARITY_PATH, method: "POST", qs: { version: PARITY_VERSION }, body: PARITY_BODY },
  defaultOptions: { serviceUrl: PARITY_URL, headers: { "Content-Type": "application/json" } },
});
