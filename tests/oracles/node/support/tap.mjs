// Runs scenarios and reports them in the Test Anything Protocol.

import { reset } from "./mock.mjs";

/** Runs each scenario, `[name, async function]`, on a fresh mock, and sets the exit code of the process. */
export async function run(client, scenarios) {
  console.log(`# ${client}`);
  let number = 0;
  for (const [name, scenario] of scenarios) {
    number += 1;
    try {
      await reset();
      await scenario();
      console.log(`ok ${number} - ${name}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`not ok ${number} - ${name}`);
      console.log(`# ${error}`.replaceAll("\n", "\n# "));
      console.error(error.stack);
    }
  }
  console.log(`1..${scenarios.length}`);
}
