import type { BatchResults } from "@crm/functions/api/shared/batch-operation.ts";
import { ApiError, allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecordWrite, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Atomic batches, the cost of a batch, and retries of a batch. */
let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];

beforeAll(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  tenant = await signUp(app);
  crm = tenant.admin;
});
afterAll(() => app.stop());

const leadInputs = (count: number, more = {}) => Array.from({ length: count }, () => newLead(more));
const countLeads = async (search: string) => {
  await app.settle();
  return (await crm.listLeads({ search, limit: 100 })).data.length;
};

/** The rejection of a batch as a whole. */
async function expectRejection(call: Promise<unknown>): Promise<{ status: number; message: string; fields: string[] }> {
  const error = await call.then(
    () => undefined,
    (rejection) => rejection,
  );
  if (!(error instanceof ApiError)) throw error ?? new Error("It was not refused");
  return { status: error.status, message: error.message, fields: error.details.map(({ field }) => field) };
}

/** Counts the transactions and single writes of records. */
async function countCommits<T>(work: () => Promise<T>): Promise<[number, T]> {
  const { database } = app.ports;
  const send = database.send.bind(database);
  let count = 0;
  database.send = (command, scope) => {
    if (isRecordWrite(command)) count++;
    return send(command, scope);
  };
  try {
    const result = await work();
    return [count, result];
  } finally {
    database.send = send;
  }
}

describe("an atomic batch", () => {
  const atomic = (operation: "create" | "update" | "delete" | "upsert", items: unknown[], more = {}) =>
    crm.batchLeads({ operation, atomic: true, items, ...more });

  it("is written in one transaction", async () => {
    const [createCommits, { data }] = await countCommits(() => atomic("create", leadInputs(15)));
    expect([createCommits, data.results.map(({ status }) => status)]).toEqual([1, Array(15).fill(201)]);
    const items = data.results.map(({ id }) => ({ id, company: "Changed" }));
    const [updateCommits] = await countCommits(() => atomic("update", items));
    const [deleted] = await countCommits(() =>
      atomic(
        "delete",
        items.map(({ id }) => ({ id })),
      ),
    );
    expect([updateCommits, deleted]).toEqual([1, 1]);
  });

  it("is rejected as a whole if one item is invalid, with the faults of each item", async () => {
    const items = [...leadInputs(2, { company: "Atomic" }), { email: "none" }, 7, newLead({ lead_source_id: "nonsense" })];
    const { status, fields } = await expectRejection(atomic("create", items));
    expect([status, fields]).toEqual([422, ["items[2].email", "items[3]", "items[4].lead_source_id"]]);
    expect(await countLeads("atomic")).toBe(0);
  });

  it("names the item that conflicts with another write", async () => {
    await crm.createPerson({ first_name: "Taken", external_key: "taken" });
    const persons = ["free", "taken"].map((external_key) => ({ first_name: external_key, last_name: "Whole", external_key }));
    const { fields } = await expectRejection(crm.batchPersons({ operation: "create", atomic: true, items: persons }));
    expect(fields).toEqual(["items[1].external_key"]);
    expect((await allowAnyInput(crm).listPersons({ external_key: "free" })).data).toEqual([]);
  });

  it("accepts as many items as fit into a transaction, and reports that number", async () => {
    const [createCommits, { message }] = await countCommits(() =>
      expectRejection(atomic("create", leadInputs(40, { company: "Too many" }))),
    );
    expect(createCommits).toBe(0);
    const [, fittingCount = 0] = /Only the first (\d+) of these 40 items/.exec(message)?.map(Number) ?? [];
    expect(fittingCount).toBeGreaterThanOrEqual(19);
    expect((await atomic("create", leadInputs(fittingCount))).data.results).toHaveLength(fittingCount);
    expect((await expectRejection(atomic("create", leadInputs(101)))).message).toContain("Only the first 100 of these 101");
  });

  it("rejects two items for the same record, and names their field", async () => {
    const { data: lead } = await crm.createLead(newLead());
    const { status, fields, message } = await expectRejection(
      atomic("update", [{ id: lead.id, company: "A" }, { id: "malformed" }, { id: lead.id, company: "B" }]),
    );
    expect([status, fields, message]).toEqual([422, ["items[1]", "items[2].id"], expect.stringContaining("Nothing was written")]);
    expect((await crm.getLead({ id: lead.id })).data.version).toBe(1);
    const phones = ["+49 30 901822", "+4930901822"].map((phone) => ({ phone, last_name: "Twice" }));
    const persons = crm.batchPersons({ operation: "upsert", match_on: "phone", atomic: true, items: phones });
    expect((await expectRejection(persons)).fields).toEqual(["items[1].phone"]);
    const upserts = [{ email: "twice@mail.example" }, newLead(), { email: "Twice@mail.example" }];
    expect((await expectRejection(atomic("upsert", upserts, { match_on: "email" }))).fields).toEqual(["items[2].email"]);
  });

  it("names the kind of a record that two of its items change indirectly", async () => {
    const items = [newLead({ email: "both@mail.example" }), newLead({ email: "both@mail.example" })];
    const error = await atomic("create", items).catch((rejection) => rejection);
    expect(error.details).toEqual([
      { field: "items[1]", message: expect.stringMatching(/^The item changes the same person as items\[0\]/) },
    ]);
  });

  it("upserts, and one of two concurrent batches sees the records of the other", async () => {
    const items = [{ email: "whole@mail.example", company: "Whole" }, newLead()];
    const responses = await Promise.all([1, 2].map(() => atomic("upsert", items, { match_on: "email" })));
    const rows = responses.map(({ data }) => data.results.map(({ status }) => status)).sort();
    expect(rows).toEqual([
      [200, 200],
      [201, 201],
    ]);
  });

  it("returns the same response for the same idempotency key", async () => {
    const [items, options] = [leadInputs(2), { idempotencyKey: "whole" }];
    const ask = async () => (await crm.batchLeads({ operation: "create", atomic: true, items }, options)).data;
    const first = await ask();
    const [again, second] = await countCommits(ask);
    expect([again, second]).toEqual([0, first]);
  });
});

describe("a batch with an idempotency key", () => {
  it("returns the same response for the same request, and rejects another one before any write", async () => {
    const options = { idempotencyKey: "apart" };
    const items = [newLead(), { nonsense: 1 }];
    const first = await crm.batchLeads({ operation: "create", items }, options);
    const second = await crm.batchLeads({ operation: "create", items }, options);
    expect([second.data, second.headers["idempotent-replayed"]]).toEqual([first.data, "true"]);
    const otherItems = [...items, ...leadInputs(1)];
    const [createCommits, { status }] = await countCommits(() =>
      expectRejection(crm.batchLeads({ operation: "create", items: otherItems }, options)),
    );
    expect([createCommits, status]).toEqual([0, 422]);
  });

  it("resumes where it was interrupted", async () => {
    const { database } = app.ports;
    const send = database.send.bind(database);
    const options = { idempotencyKey: "broken" };
    const items = leadInputs(12, { company: "Broken" });
    let count = 0;
    database.send = (command, scope) => {
      if (isRecordWrite(command) && ++count > 5) throw new Error("The process ends");
      return send(command, scope);
    };
    expect((await expectRejection(crm.batchLeads({ operation: "create", items }, options))).status).toBe(500);
    database.send = send;
    const { data } = await crm.batchLeads({ operation: "create", items }, options);
    expect(new Set(data.results.map(({ id, status }) => `${id} ${status}`)).size).toBe(12);
    expect(await countLeads("broken")).toBe(12);
  });

  it("reports which items failed on our side if it has no key", async () => {
    const { database } = app.ports;
    const send = database.send.bind(database);
    let count = 0;
    database.send = (command, scope) => {
      if (isRecordWrite(command) && ++count === 2) throw new Error("Once");
      return send(command, scope);
    };
    const { data } = (await crm.batchLeads({ operation: "create", items: leadInputs(3) })) as { data: BatchResults };
    database.send = send;
    expect(data.results.map(({ status }) => status).sort()).toEqual([201, 201, 500]);
  });
});

it("a batch processes items for one record in their order", async () => {
  const { data: lead } = await crm.createLead(newLead());
  const items = Array.from({ length: 8 }, (_, index) => ({ id: lead.id, company: `Order ${index}` }));
  const { data } = await crm.batchLeads({ operation: "update", items });
  expect(data.results.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect((await crm.getLead({ id: lead.id })).data).toMatchObject({ version: 9, company: "Order 7" });
});

it("a batch counts as many requests as it has items", async () => {
  const narrow = await signUp(app, { rate_limit_per_minute: 50 });
  const create = (count: number) => narrow.admin.batchLeads({ operation: "create", items: leadInputs(count) });
  expect((await expectRejection(create(60))).message).toContain("the limit is 50 per minute");
  const { headers } = await create(30);
  expect(Number(headers["ratelimit-remaining"])).toBeLessThanOrEqual(20);
  expect((await expectRejection(create(30))).status).toBe(429);
});
