import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { startApp } from "@crm/local/app.ts";
import { addKillPoint } from "../../support/kill-point.ts";
import { domainsWithLetters, laterRelease, splitName, upperFolder } from "./letters.ts";

/** Runs the migration in a separate process, so that a test can kill it. */
laterRelease(splitName, upperFolder);
const app = await startApp({ domains: domainsWithLetters, data: process.env.CRM_DATA ?? "", logFrom: "error" });
const ports = addKillPoint(app.ports);
for (let again = false; ; again = true) {
  const { done } = await migrate(ports, { batches: 1, resume: again });
  if (done) break;
}
await app.settle();
await app.stop();
