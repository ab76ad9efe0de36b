import { Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { CUSTOMER } from "@crm/core/accounts/customer/customer.kind.ts";
import { run } from "@crm/core/engagement/reengagement/fill-worker.ts";
import { Members } from "@crm/core/engagement/reengagement/member.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { collectionOwner, newId } from "@crm/core/kernel/id.ts";
import { People } from "@crm/core/people/person/person.entity.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { listKeysAfter } from "@crm/core/storage/read/partition-query.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { References } from "@crm/core/storage/write/references.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Number of persons. This script fills a batch and prints the heap size after each page; the test runs it as a separate process. */
const PERSON_COUNT = Number(process.argv[2]);
/** Records in one transaction. */
const TRANSACTION_SIZE = 10;

const collectGarbage = globalThis.gc ?? (() => undefined);

const app: App = await startTestApp();
const signedUpTenant = await signUp(app);
const { data: key } = await signedUpTenant.admin.createApiKey({ name: "Filler", role: "ADMIN" });
const tenant: Tenant = { ...signedUpTenant, admin: createClient(inProcessTransport(app, key.key)) };

function requireFound<T>(record: T | undefined): T {
  if (record === undefined) throw new Error("It is not there");
  return record;
}

/** Copies one individual created through the API as often as needed; creating them all through the API would take an hour. */
async function createIndividuals(count: number): Promise<void> {
  const customerInput = { customer_type: "INDIVIDUAL", first_name: "Ida", last_name: "Lund" };
  const { data } = await tenant.admin.createCustomer(customerInput);
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const customer = requireFound(await Records.load(Customers, data.id));
    const person = requireFound(await Records.load(People, String(data.personal_key_id)));
    for (let done = 1; done < count; ) {
      const tx = transaction();
      for (let index = 0; index < TRANSACTION_SIZE && done < count; index++, done++) {
        const id = newId(PERSON);
        tx.create(People, { ...person, id });
        tx.create(Customers, { ...customer, id: newId(CUSTOMER), personal_key_id: id, customer_number: `C-${done}` });
      }
      await tx.commit(undefined);
    }
  });
}

const { admin } = tenant;
await createIndividuals(PERSON_COUNT);
const { data: batch } = await admin.createReengagementBatch({ batch_name: "All of them" });
const { data: fill } = await admin.fillReengagementBatch({ id: batch.id, last_activity_before: "2999-01-01" });
// The fill saves its progress after each page of a hundred persons.
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
const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
let lastFill = fill;
for (let turns = 0; !["completed", "failed"].includes(lastFill.status) && turns < PERSON_COUNT; turns++) {
  await runInTenant(() => run(fill.id));
  lastFill = (await admin.getReengagementFill({ id: fill.id })).data;
}
database.send = send;
const partitions = References.fieldPartitions(Members, "batch_id", [batch.id]);
const ids = await runInTenant(() =>
  listKeysAfter(Members, partitions, { order: "asc", after: undefined, limit: PERSON_COUNT + 1 }),
);
await app.stop();
// A member is stored in the collection of its person.
const { status, found, added } = lastFill;
console.log(
  JSON.stringify({ status, found, added, members: ids.length, persons: new Set(ids.map(collectionOwner)).size, heaps }),
);
