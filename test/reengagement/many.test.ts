import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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
import { afterAll, beforeAll, expect, it } from "vitest";
import { inProcess, signUp, startTestApp, type Tenant } from "../support.ts";

/** `CRM_FILL=20000` is the long form. */
const FILL = Number(process.env.CRM_FILL ?? 400);
/** Bytes by which the last quarter's heap may be above the first's: what a page of a hundred holds, and noise. */
const ALLOWED = 16 * 1024 * 1024;
/** Records in one transaction. */
const TOGETHER = 10;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  const own = await signUp(app);
  const { data } = await own.admin.createApiKey({ name: "Filler", role: "ADMIN" } as never);
  tenant = { ...own, admin: createClient(inProcess(app, data.key)) };
});
afterAll(() => app.stop());

/** Individuals as the verbs make one, as many as are wanted; the verbs would take an hour for them. */
async function individuals(count: number): Promise<void> {
  const named = { customer_type: "INDIVIDUAL", first_name: "Ida", last_name: "Lund" };
  const { data } = await tenant.admin.createCustomer(named as never);
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const customer = (await Records.load(Customers, data.id)) ?? expect.fail("No customer");
    const person = (await Records.load(People, String(data.personal_key_id))) ?? expect.fail("No person");
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

it(`a batch of ${FILL} persons is filled in flat memory, each of them once`, async () => {
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
  const started = performance.now();
  // Its turns, one after the other, without whatever else follows each change.
  const within = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
  let done = fill;
  for (let turns = 0; !["completed", "failed"].includes(done.status) && turns < FILL; turns++) {
    await within(() => run(fill.id));
    done = (await admin.getReengagementFill({ id: fill.id })).data;
  }
  database.send = send;
  const seconds = (performance.now() - started) / 1000;
  expect(done).toMatchObject({ status: "completed", found: FILL, added: FILL });
  const partitions = References.partitionsBy(Members as never, "batch_id", [batch.id]);
  const ids = await within(() => keysBehind(Members, partitions, { order: "asc", after: undefined, most: FILL + 1 }));
  expect(ids).toHaveLength(FILL);
  // A member lives in the collection of its person.
  expect(new Set(ids.map(ownerOf)).size).toBe(FILL);
  const quarters = [1, 2, 3, 4].map((at) => heaps[Math.ceil((heaps.length * at) / 4) - 1] ?? 0);
  const told = quarters.map((bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`).join(", ");
  console.log(`${FILL} persons in ${seconds.toFixed(0)} s and ${heaps.length} pages; heap at each quarter: ${told}`);
  expect(heaps.length).toBeGreaterThanOrEqual(FILL / 100);
  expect(Number(quarters[3]) - Number(quarters[0])).toBeLessThan(ALLOWED);
}, 3_600_000);
