// Callers of IBM's client core for Node, as a plan has them. Prints a line of JSON for each call as it ends.
// Nothing in the core is patched.

import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

const modules = `${process.env.ORACLE_MODULES}/`;
const { BaseService, getAuthenticatorFromEnvironment } = createRequire(modules)("ibm-cloud-sdk-core");
const { version } = JSON.parse(readFileSync(`${modules}node_modules/ibm-cloud-sdk-core/package.json`));
const plan = JSON.parse(process.env.COMPARE_PLAN);

/** A line at once: who knows how this ends. */
const tell = (what) => writeSync(1, `${JSON.stringify(what)}\n`);

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
  tell({ ms: Math.round(performance.now() - start), error });
}

tell({ client: `ibm-cloud-sdk-core ${version} (Node)` });
const service = new BaseService({
  serviceUrl: plan.url,
  authenticator: getAuthenticatorFromEnvironment("compare"),
});
for (const step of plan.steps) {
  await sleep(step.after_ms);
  if (step.well_again) await fetch(plan.rules_url, { method: "DELETE" });
  await Promise.all(Array.from({ length: step.callers }, () => call(service)));
}
