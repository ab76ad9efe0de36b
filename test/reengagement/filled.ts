import { CUSTOMER } from "@crm/core/customer/customer.domain.ts";
import { Customers } from "@crm/core/customer/customer.entity.ts";
import { run } from "@crm/core/jobs/reengagement-fill/work.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId, ownerOf } from "@crm/core/kernel/id.ts";
import { PERSON } from "@crm/core/person/person.domain.ts";
import { People } from "@crm/core/person/person.entity.ts";
import { Members } from "@crm/core/reengagement/member.entity.ts";
import { keysBehind } from "@crm/core/storage/read/scan.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { References } from "@crm/core/storage/write/references.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcess, signUp, startTestApp, type Tenant } from "../support.ts";

/** Fills a batch of so many persons, and says what its heap was as each page was done: for the test, in a process of its own. */
const FILL = Number(process.argv[2]);
/** Records in one transaction. */
const TOGETHER = 10;

const collect = globalThis.gc ?? (() => undefined);

const app: App = await startTestApp();
const own = await signUp(app);
const { data: key } = await own.admin.createApiKey({ name: "Filler", role: "ADMIN" } as never);
const tenant: Tenant = { ...own, admin: createClient(inProcess(app, key.key)) };

function known<T>(record: T | undefined): T {
  if (record === undefined) throw new Error("It is not there");
  return record;
}

/** Individuals as the verbs make one, as many as are wanted; the verbs would take an hour for them. */
async function individuals(count: number): Promise<void> {
  const named = { customer_type: "INDIVIDUAL", first_name: "Ida", last_name: "Lund" };
  const { data } = await tenant.admin.createCustomer(named as never);
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const customer = known(await Records.load(Customers, data.id));
    const person = known(await Records.load(People, String(data.personal_key_id)));
    for (let done = 1; done < count; ) {
      const tx = transaction();
      for (let at = 0; at < TOGETHER && done < count; at++, done++) {
        const id = newId(PERSON);
        tx.create(People, { ...person, id });
        tx.create(Customers, { ...customer, id: newId(CUSTOMER), personal_key_id: id, customer_number: `C-${done}` });
      }
      await tx.commit(undefined);
    }
  });
}

const { admin } = tenant;
await individuals(FILL);
const { data: batch } = await admin.createReengagementBatch({ batch_name: "All of them" } as never);
const { data: fill } = await admin.fillReengagementBatch({ id: batch.id, last_activity_before: "2999-01-01" } as never);
// As the fill writes down how far it is: a page of a hundred is behind it.
const heaps: number[] = [];
const { database } = app.ports;
const send = database.send.bind(database);
database.send = async (command, scope) => {
  if (command && JSON.stringify(command).includes(`#JOB#${fill.id}`) && command.constructor.name === "PutCommand") {
    collect();
    heaps.push(process.memoryUsage().heapUsed);
  }
  return send(command, scope);
};
// Its turns, one after the other, without whatever else follows each change.
const within = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
let done = fill;
for (let turns = 0; !["completed", "failed"].includes(done.status) && turns < FILL; turns++) {
  await within(() => run(fill.id));
  done = (await admin.getReengagementFill({ id: fill.id })).data;
}
database.send = send;
const partitions = References.partitionsBy(Members as never, "batch_id", [batch.id]);
const ids = await within(() => keysBehind(Members, partitions, { order: "asc", after: undefined, most: FILL + 1 }));
await app.stop();
// A member lives in the collection of its person.
const { status, found, added } = done;
console.log(JSON.stringify({ status, found, added, members: ids.length, persons: new Set(ids.map(ownerOf)).size, heaps }));
