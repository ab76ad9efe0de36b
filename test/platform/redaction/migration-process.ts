import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { startApp } from "@crm/local/app.ts";
import { addKillPoint } from "../../support/kill-point.ts";

/** Runs the migration in a separate process, so that a test can kill it. */
const app = await startApp({ data: process.env.CRM_DATA ?? "", logFrom: "error" });
const ports = addKillPoint(app.ports);
for (let again = false; ; again = true) {
  const { done } = await migrate(ports, { batches: 1, resume: again });
  if (done) break;
}
await app.settle();
await app.stop();
