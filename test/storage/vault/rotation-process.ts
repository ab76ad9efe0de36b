import { rotateDataKeys } from "@crm/core/storage/scheduler/key-rotation.ts";
import { startApp } from "@crm/local/app.ts";
import { addKillPoint } from "../../support/kill-point.ts";
import { domainsWithNotes } from "./notes.ts";

/** Runs the rotation in a separate process, so that a test can kill it. */
const app = await startApp({ domains: domainsWithNotes, data: process.env.CRM_DATA ?? "", logFrom: "error" });
const ports = addKillPoint(app.ports);
for (let again = false; ; again = true) {
  const { done } = await rotateDataKeys(ports, { batches: 1, resume: again });
  if (done) break;
}
await app.settle();
await app.stop();
