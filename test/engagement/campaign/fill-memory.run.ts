import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { run } from "@crm/core/engagement/campaign/fill-worker.ts";
import { Members } from "@crm/core/engagement/campaign/member.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { collectionOwner } from "@crm/core/kernel/id.ts";
import { listKeysAfter } from "@crm/core/storage/read/partition-query.ts";
import { References } from "@crm/core/storage/write/references.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { loadLeads } from "../../../bench/bulk-load.ts";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Number of leads. This script fills a campaign and prints the heap size after each page; the test runs it as a separate process. */
const LEAD_COUNT = Number(process.argv[2]);

const collectGarbage = globalThis.gc ?? (() => undefined);

// The table is in a file, because the records of a table in memory would be in the measured heap.
const folder = mkdtempSync(join(tmpdir(), "crm-campaign-fill-"));
const app: App = await startTestApp({ data: folder });
const signedUpTenant = await signUp(app);
const { data: key } = await signedUpTenant.admin.createApiKey({ name: "Filler", role: "ADMIN" });
const tenant: Tenant = { ...signedUpTenant, admin: createClient(inProcessTransport(app, key.key)) };
const { admin } = tenant;
const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

await loadLeads(app.ports, tenant.id, LEAD_COUNT, [tenant.userId]);
const { data: campaign } = await admin.createCampaign({ name: "All", type: "EMAIL", start_date: "2026-04-01" });
const { data: fill } = await admin.fillCampaign({ id: campaign.id, lead_filter: {} });
// The fill saves its progress after each page of a hundred leads.
const heaps: number[] = [];
const { database } = app.ports;
const send = database.send.bind(database);
database.send = async (command, scope) => {
  if (command instanceof PutCommand && JSON.stringify(command).includes(`#JOB#${fill.id}`)) {
    collectGarbage();
    heaps.push(process.memoryUsage().heapUsed);
  }
  return send(command, scope);
};
// Runs the slices of the fill one after the other, without the listeners that follow each change.
let lastFill = fill;
for (let slices = 0; !["completed", "failed"].includes(lastFill.status) && slices < LEAD_COUNT; slices++) {
  await runInTenant(() => run(fill.id));
  lastFill = (await admin.getCampaignFill({ id: fill.id })).data;
}
database.send = send;
const partitions = References.fieldPartitions(Members, "campaign_id", [campaign.id]);
const ids = await runInTenant(() =>
  listKeysAfter(Members, partitions, { order: "asc", after: undefined, limit: LEAD_COUNT + 1 }),
);
await app.stop();
rmSync(folder, { recursive: true, force: true });
const { status, found, added } = lastFill;
// A member is stored in the collection of its person.
const persons = new Set(ids.map(collectionOwner)).size;
console.log(JSON.stringify({ status, found, added, members: ids.length, persons, heaps }));
