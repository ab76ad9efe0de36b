import { rotate } from "@crm/core/storage/jobs/rotate.ts";
import { startApp } from "@crm/local/app.ts";
import { dying } from "../dying.ts";
import { withNotes } from "./notes.ts";

/** The rotation as a process of its own, for a test that kills it. */
const app = await startApp({ domains: withNotes, data: process.env.CRM_DATA ?? "", logFrom: "error" });
const ports = dying(app.ports);
for (let again = false; ; again = true) {
  const { done } = await rotate(ports, { batches: 1, again });
  if (done) break;
}
await app.settle();
await app.stop();
