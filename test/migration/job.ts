import { migrate } from "@crm/core/storage/jobs/migrate.ts";
import { startApp } from "@crm/local/app.ts";
import { dying } from "../dying.ts";
import { later, splitName, upperFolder, withLetters } from "./letters.ts";

/** The job as a process of its own, for a test that kills it. */
later(splitName, upperFolder);
const app = await startApp({ domains: withLetters, data: process.env.CRM_DATA ?? "", logFrom: "error" });
const ports = dying(app.ports);
for (let again = false; ; again = true) {
  const { done } = await migrate(ports, { batches: 1, again });
  if (done) break;
}
await app.settle();
await app.stop();
