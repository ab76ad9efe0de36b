import type { SliceResult } from "@crm/core/storage/scheduler/migration-job.ts";
import { connectOperator } from "@crm/local/server/operator-connection.ts";
import { runCommand } from "@crm/local/terminal-command.ts";

/** Migrates every stored record to the shape of this release, in slices. Continues after an interruption. */
const command = { action: "migrate", actor: "npm run migrate", records_per_second: 10_000 };

await runCommand("npm run migrate", [], async () => {
  const operator = await connectOperator("migrate");
  try {
    const total = { checked: 0, rewritten: 0, failed: 0 };
    for (;;) {
      const { checked, rewritten, failed, failures, done, stopped } = await operator.run<SliceResult>(command);
      total.checked += checked;
      total.rewritten += rewritten;
      total.failed += failed;
      for (const { tenant, id, error } of failures) console.error(`${tenant} ${id}: ${error}`);
      console.log(`${total.checked} records checked, ${total.rewritten} rewritten, ${total.failed} failed`);
      if (stopped) console.log("Stopped: npm run migrate continues.");
      if (done || stopped) break;
    }
    if (total.failed > 0) process.exitCode = 1;
  } finally {
    await operator.close();
  }
});
