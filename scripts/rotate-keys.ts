import { type RotationOptions, type RotationResult, rotateDataKeys } from "@crm/core/storage/scheduler/key-rotation.ts";
import { startApp } from "@crm/local/app.ts";
import { requireStoreFolder } from "@crm/local/backup/backup.ts";
import { findRunningServer } from "@crm/local/server/running-server.ts";
import { refuseAws, serverStateFolder } from "@crm/local/table/external-server.ts";
import { dataFolder, runCommand } from "@crm/local/terminal-command.ts";

/**
 * Batches of records in one call. The command starts a generation of master keys and moves every sealed record to it, and continues after an
 * interruption.
 */
const BATCHES = 20;

/** Time in which requests that use the old generation end, in milliseconds. A local request takes milliseconds. */
const GRACE_MS = 2000;

await runCommand("npm run rotate-keys", [], async () => {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  refuseAws(endpoint, "rotate-keys");
  const folder = endpoint ? serverStateFolder(dataFolder(), endpoint) : requireStoreFolder(dataFolder());
  const running = await findRunningServer(folder);
  const app = running ? undefined : await startApp({ data: dataFolder(), endpoint, archiveDays: 0, logFrom: "error" });
  const part = (options: RotationOptions): Promise<RotationResult> =>
    app ? rotateDataKeys(app.ports, options) : (running as NonNullable<typeof running>).call("POST", "rotate-keys", options);
  try {
    const total = { walked: 0, rewritten: 0, failed: 0 };
    for (let again = false; ; again = true) {
      const { walked, rewritten, failed, done, generation } = await part({
        batches: BATCHES,
        resume: again,
        grace: app ? 0 : GRACE_MS,
      });
      total.walked += walked;
      total.rewritten += rewritten;
      total.failed += failed.length;
      for (const { tenant, id, error } of failed) console.error(`${tenant} ${id}: ${error}`);
      console.log(
        `generation ${generation}: ${total.walked} records checked, ${total.rewritten} rewritten, ${total.failed} failed`,
      );
      if (done) break;
    }
    await app?.settle();
    if (total.failed > 0) process.exitCode = 1;
  } finally {
    await app?.stop();
  }
});
