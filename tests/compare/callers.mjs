// Callers of IBM's client core for Node, as a plan has them. Prints one line of JSON; nothing in the core is patched.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

const modules = `${process.env.ORACLE_MODULES}/`;
const { BaseService, getAuthenticatorFromEnvironment } = createRequire(modules)("ibm-cloud-sdk-core");
const { version } = JSON.parse(readFileSync(`${modules}node_modules/ibm-cloud-sdk-core/package.json`));
const plan = JSON.parse(process.env.COMPARE_PLAN);

/** One request to the service, with whatever the core puts on it: how long it took, and what went wrong. */
async function call(service) {
  const start = performance.now();
  let error = null;
  try {
    await service.createRequest({
      options: { url: plan.path, method: "POST", body: plan.body },
      defaultOptions: { serviceUrl: plan.url, headers: { "Content-Type": "application/json" } },
    });
  } catch (failure) {
    console.error(failure);
    error = failure.status ? `HTTP ${failure.status}` : failure.message;
  }
  return { ms: Math.round(performance.now() - start), error };
}

const service = new BaseService({
  serviceUrl: plan.url,
  authenticator: getAuthenticatorFromEnvironment("compare"),
});
const calls = [];
for (const step of plan.steps) {
  await sleep(step.after_ms);
  if (step.well_again) await fetch(plan.rules_url, { method: "DELETE" });
  calls.push(...(await Promise.all(Array.from({ length: step.callers }, () => call(service)))));
}
console.log(JSON.stringify({ client: `ibm-cloud-sdk-core ${version} (Node)`, calls }));
