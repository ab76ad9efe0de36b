import { isFailure } from "@crm/core/kernel/error.ts";
import { runMigrationSlice } from "@crm/core/storage/scheduler/migration-job.ts";
import { startApp } from "@crm/local/app.ts";
import { addKillPoint } from "../../support/kill-point.ts";
import { domainsWithLetters, laterRelease, splitName, upperFolder } from "./letters.ts";

/** Runs the operator's command in a separate process, so that a test can kill it. */
laterRelease(splitName, upperFolder);
const app = await startApp({ domains: domainsWithLetters, data: process.env.CRM_DATA ?? "", logFrom: "error" });
const ports = addKillPoint(app.ports);
const options = { dry_run: false, records_per_second: 10_000, seconds: 600, grace: 0 };
for (;;) {
  try {
    if ((await runMigrationSlice(ports, options)).done) break;
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
    // A killed process holds the lease for five minutes.
    app.setClock({ advance: 6 * 60_000 });
  }
}
await app.settle();
await app.stop();
