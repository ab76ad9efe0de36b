import { type Migrated, type MigrateOptions, migrate } from "@crm/core/storage/jobs/migrate.ts";
import { startApp } from "@crm/local/app.ts";
import { folderOf } from "@crm/local/backup.ts";
import { command, dataFolder } from "@crm/local/command.ts";
import { folderOfServer } from "@crm/local/external.ts";
import { runningOver } from "@crm/local/running.ts";

/** Brings every stored record into the shape of this release; goes on where it was stopped. */
const BATCHES = 20;

await command("npm run migrate", [], async () => {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  const folder = endpoint ? folderOfServer(dataFolder(), endpoint) : folderOf(dataFolder());
  const running = await runningOver(folder);
  const app = running ? undefined : await startApp({ data: dataFolder(), endpoint, logFrom: "error" });
  const part = (options: MigrateOptions): Promise<Migrated> =>
    app ? migrate(app.ports, options) : (running as NonNullable<typeof running>).call("POST", "migrate", options);
  try {
    const total = { walked: 0, rewritten: 0, failed: 0 };
    for (let again = false; ; again = true) {
      const { walked, rewritten, failed, done } = await part({ batches: BATCHES, again });
      total.walked += walked;
      total.rewritten += rewritten;
      total.failed += failed.length;
      for (const { tenant, id, error } of failed) console.error(`${tenant} ${id}: ${error}`);
      console.log(`${total.walked} records looked at, ${total.rewritten} rewritten, ${total.failed} refused`);
      if (done) break;
    }
    await app?.settle();
    if (total.failed > 0) process.exitCode = 1;
  } finally {
    await app?.stop();
  }
});
