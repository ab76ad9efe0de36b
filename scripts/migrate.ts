import { type MigrationOptions, type MigrationResult, migrate } from "@crm/core/storage/scheduler/migration.ts";
import { startApp } from "@crm/local/app.ts";
import { requireStoreFolder } from "@crm/local/backup/backup.ts";
import { findRunningServer } from "@crm/local/server/running-server.ts";
import { serverStateFolder } from "@crm/local/table/external-server.ts";
import { dataFolder, runCommand } from "@crm/local/terminal-command.ts";

/** Batches of records in one call. The command migrates every stored record to this release's format, and continues after an interruption. */
const BATCHES = 20;

await runCommand("npm run migrate", [], async () => {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  const folder = endpoint ? serverStateFolder(dataFolder(), endpoint) : requireStoreFolder(dataFolder());
  const running = await findRunningServer(folder);
  const app = running ? undefined : await startApp({ data: dataFolder(), endpoint, logFrom: "error" });
  const part = (options: MigrationOptions): Promise<MigrationResult> =>
    app ? migrate(app.ports, options) : (running as NonNullable<typeof running>).call("POST", "migrate", options);
  try {
    const total = { walked: 0, rewritten: 0, failed: 0 };
    for (let again = false; ; again = true) {
      const { walked, rewritten, failed, done } = await part({ batches: BATCHES, resume: again });
      total.walked += walked;
      total.rewritten += rewritten;
      total.failed += failed.length;
      for (const { tenant, id, error } of failed) console.error(`${tenant} ${id}: ${error}`);
      console.log(`${total.walked} records checked, ${total.rewritten} rewritten, ${total.failed} failed`);
      if (done) break;
    }
    await app?.settle();
    if (total.failed > 0) process.exitCode = 1;
  } finally {
    await app?.stop();
  }
});
