import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import {
  ACTIONS_PAGE,
  formatActionsPage,
  joinResults,
  RESULTS_FOLDER,
  readActionsPage,
  readResults,
} from "../test/console/actions/actions-page.ts";

/**
 * `npm run console-actions` carries out all actions of all kinds in their dialogs, in browsers side by side, and writes the list in
 * docs/console/actions.md. It ends with an error if an action fails. `npm run console-actions -- "ticket ,quote send"` repeats those whose names begin
 * like this. `CRM_SHARDS` sets the number of browsers.
 */
const [choice = "all"] = process.argv.slice(2);
const shards = Number(process.env.CRM_SHARDS ?? 2);

const runShard = (shard: number): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn("vitest", ["run", "test/console/actions/actions.test.ts"], {
      stdio: "inherit",
      env: { ...process.env, CRM_ACTIONS: choice, CRM_SHARD: `${shard}/${shards}` },
    });
    child.once("exit", (status) => resolve(status === 0));
  });

rmSync(RESULTS_FOLDER, { recursive: true, force: true });
const outcomes = await Promise.all(Array.from({ length: shards }, (_, index) => runShard(index + 1)));
const knownResults = choice === "all" ? [] : readActionsPage();
writeFileSync(ACTIONS_PAGE, formatActionsPage(joinResults(knownResults, readResults())));
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
