import { run } from "@crm/core/engagement/campaign/fill-worker.ts";
import { Members } from "@crm/core/engagement/campaign/member.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { collectionOwner, newId } from "@crm/core/kernel/id.ts";
import { People } from "@crm/core/people/person/person.entity.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { listKeysAfter } from "@crm/core/storage/read/partition-query.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { References } from "@crm/core/storage/write/references.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Number of leads. This script fills a campaign and prints the heap size after each page; the test runs it as a separate process. */
const LEAD_COUNT = Number(process.argv[2]);
/** Records in one transaction. */
const TRANSACTION_SIZE = 10;

const collectGarbage = globalThis.gc ?? (() => undefined);

const app: App = await startTestApp();
const signedUpTenant = await signUp(app);
const { data: key } = await signedUpTenant.admin.createApiKey({ name: "Filler", role: "ADMIN" } as never);
const tenant: Tenant = { ...signedUpTenant, admin: createClient(inProcessTransport(app, key.key)) };
const { admin } = tenant;
const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

function requireFound<T>(record: T | undefined): T {
  if (record === undefined) throw new Error("It is not there");
  return record;
}

/** Copies one lead created through the API as often as needed; creating them all through the API would take an hour. */
async function createLeads(count: number): Promise<void> {
  const { data } = await admin.createLead(newLead());
  await runInTenant(async () => {
    const lead = requireFound(await Records.load(Leads, data.id));
    const person = requireFound(await Records.load(People, data.personal_key_id));
    for (let done = 1; done < count; ) {
      const tx = transaction();
      for (let index = 0; index < TRANSACTION_SIZE && done < count; index++, done++) {
        const id = newId(PERSON);
        tx.create(People, { ...person, id });
        const copy = { id: newId(LEAD, { owner: id }), personal_key_id: id, lead_number: `L-${done}` };
        tx.create(Leads, { ...lead, ...copy });
      }
      await tx.commit(undefined);
    }
  });
}

await createLeads(LEAD_COUNT);
const { data: campaign } = await admin.createCampaign({ name: "All", type: "EMAIL", start_date: "2026-04-01" } as never);
const { data: fill } = await admin.fillCampaign({ id: campaign.id, lead_filter: {} });
// The fill saves its progress after each page of a hundred leads.
const heaps: number[] = [];
const { database } = app.ports;
const send = database.send.bind(database);
database.send = async (command, scope) => {
  if (command && JSON.stringify(command).includes(`#JOB#${fill.id}`) && command.constructor.name === "PutCommand") {
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
const partitions = References.fieldPartitions(Members as never, "campaign_id", [campaign.id]);
const ids = await runInTenant(() => listKeysAfter(Members, partitions, { order: "asc", after: undefined, most: LEAD_COUNT + 1 }));
await app.stop();
const { status, found, added } = lastFill;
// A member is stored in the collection of its person.
const persons = new Set(ids.map(collectionOwner)).size;
console.log(JSON.stringify({ status, found, added, members: ids.length, persons, heaps }));
