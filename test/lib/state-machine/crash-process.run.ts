import { appendFileSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "@crm/core/kernel/json.ts";
import { State } from "@crm/local/store/state.ts";
import { askMachine } from "./ask-machine.ts";
import { buildFlowFunction, createRunner } from "./flow-runner.ts";

/** One run of a runner with 40 approvals. It kills itself with SIGKILL at its n-th write; later runs get further. */
const folder = String(process.env.CRM_DATA);
const dieAt = Number(process.env.CRM_DIE_AT);
let writes = 0;

class DyingState extends State {
  override execute(...args: Parameters<State["execute"]>): void {
    super.execute(...args);
    if (++writes === dieAt) {
      writeSync(1, `killed at write ${writes}\n`);
      process.kill(process.pid, "SIGKILL");
    }
  }
}

const appendLine = (line: Json): null => {
  appendFileSync(join(folder, "told"), `${JSON.stringify(line)}\n`);
  return null;
};
const state = new DyingState(folder);
const flow = buildFlowFunction("approval", askMachine, {
  ask: (_, { name, token = "" }) => appendLine(["ask", name, token]),
  tell: (input, { name }) => appendLine(["tell", name, input]),
});
const runner = createRunner(state, [flow]);
const names = Array.from({ length: 40 }, (_, index) => `ten_a-qte_${index}`);
for (const name of names) await runner.port.start("approval", name, {});
await runner.settle();
// The approver reads the tokens from records of this run or an earlier one.
const tokens = new Map<string, string>();
for (const line of readFileSync(join(folder, "told"), "utf8").trim().split("\n")) {
  const [step, name, token] = JSON.parse(line) as [string, string, string];
  if (step === "ask") tokens.set(`ten_a-${name}`, token);
}
for (const name of names) appendLine(["answer", name, await runner.port.succeed(tokens.get(name) ?? "", "yes")]);
await runner.settle();
for (const name of names) {
  const run = await runner.port.history.read("approval", name);
  const { events } = await runner.port.history.events("approval", name);
  appendLine(["end", name, run?.status ?? "none", events.map(({ type }) => type)]);
}
await runner.stop();
state.close();
