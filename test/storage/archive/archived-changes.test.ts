import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recountTenant } from "../../local/backup/support.ts";
import { addUser, startTestApp, type TestUser } from "../../support/app.ts";
import { type ArchivedYear, archive, clientOf, createYear, DAY_MS, readAll, readInteractionItems } from "./archived-year.ts";

let app: App;
let year: ArchivedYear;
let archived: string[];
let colleague: TestUser;
let seenBefore: Awaited<ReturnType<typeof readAs>>;
const delivered: DynamoDBRecord[] = [];

const isStored = (id: string) => readInteractionItems(app, year.tenant).whole.some(({ sk }) => sk === id);
const recountDifferences = async () => (await recountTenant(app, year.tenant.id)).differences;

beforeAll(async () => {
  app = await startTestApp({
    stream: (ports) => {
      const handler = streamHandler(ports);
      return (event) => {
        delivered.push(...event.Records);
        return handler(event);
      };
    },
  });
  year = await createYear(app, 48);
  app.setClock({ advance: 40 * DAY_MS });
  colleague = await addUser(app, year.tenant, "SALES_REP");
  await (await clientOf(app, year.tenant)).updateLead({ id: year.leads[1] ?? "", owner_id: colleague.id });
  await app.settle();
  seenBefore = await readAs(colleague);
});
afterAll(() => app.stop());

/** What a colleague sees of the interactions. */
async function readAs({ client }: TestUser) {
  const list = await readAll((query) => client.listInteractions(query), {});
  const search = await readAll((query) => client.listInteractions(query), { search: "gespräch" });
  const answers = [];
  for (const id of year.interactions.slice(0, 9))
    answers.push(
      await client.getInteraction({ id }).then(
        ({ data }) => data.version,
        ({ status }) => status,
      ),
    );
  const timelines = [];
  for (const id of year.persons)
    timelines.push(
      await client.listPersonTimeline({ id, type: "interaction" }).then(
        ({ data }) => data,
        ({ status }) => status,
      ),
    );
  return { list, search, answers, timelines };
}

describe("changes of archived interactions", () => {
  it("leave a record in the table that is changed while it moves", async () => {
    const admin = await clientOf(app, year.tenant);
    const [id = ""] = year.interactions;
    const { database } = app.ports;
    const { send } = database;
    let changing: Promise<unknown> | undefined;
    database.send = async (command, scope) => {
      const isStub = command instanceof PutCommand && typeof command.input.Item?.archived === "string";
      if (isStub && !changing) {
        changing = admin.updateInteraction({ id, outcome: "Changed meanwhile" });
        await changing;
      }
      return send.call(database, command, scope);
    };
    await archive(app, year.tenant);
    Object.assign(database, { send });
    await app.settle();
    expect(changing).toBeDefined();
    expect(isStored(id)).toBe(true);
    expect((await admin.getInteraction({ id })).data).toMatchObject({ version: 2, outcome: "Changed meanwhile" });
    expect(await recountDifferences()).toEqual([]);
    archived = readInteractionItems(app, year.tenant)
      .stubs.map(({ sk }) => String(sk))
      .sort();
    expect(archived.length).toBeGreaterThan(15);
  });

  it("show a colleague what the colleague saw before, and nothing else", async () => {
    const seen = await readAs(colleague);
    expect(seen).toEqual(seenBefore);
    expect(seen.list.rows.length).toBe(16);
    expect(seen.list.rows.filter((row) => archived.includes((row as { id: string }).id)).length).toBeGreaterThan(3);
    expect(seen.answers.filter((answer) => answer === 1)).toHaveLength(3);
    expect(seen.answers.filter((answer) => answer === 404)).toHaveLength(6);
    expect(seen.search.rows).toHaveLength(16);
    expect(seen.timelines[0]).toBe(404);
    const stranger = await addUser(app, year.tenant, "SALES_REP");
    expect(await readAs(stranger)).toMatchObject({ list: { rows: [] }, search: { rows: [] }, timelines: [404, 404, 404] });
  });

  it("bring back several records of a part in one transaction", async () => {
    const admin = await clientOf(app, year.tenant);
    const ids = archived.slice(0, 2);
    const items = ids.map((id) => ({ id, outcome: "Together" }));
    await admin.batchInteractions({ operation: "update", atomic: true, items });
    for (const id of ids) expect((await admin.getInteraction({ id })).data).toMatchObject({ version: 2, outcome: "Together" });
    expect(ids.every(isStored)).toBe(true);
    await app.settle();
    expect(await recountDifferences()).toEqual([]);
  });

  it("are made by a bulk change, and undone", async () => {
    const admin = await clientOf(app, year.tenant);
    const ids = archived.slice(2, 8);
    const { data: change } = await admin.createBulkChange({
      kind: "interaction",
      action: "update",
      ids,
      changes: { outcome: "Bulk" },
    });
    await app.settle();
    expect((await admin.getBulkChange({ id: change.id })).data).toMatchObject({ done: 6, failed: 0 });
    await admin.undoBulkChange({ id: change.id });
    await app.settle();
    for (const id of ids) expect((await admin.getInteraction({ id })).data).toMatchObject({ version: 3, outcome: null });
    expect(await recountDifferences()).toEqual([]);
  });

  it("follow a merge of customers", async () => {
    const admin = await clientOf(app, year.tenant);
    const ofCustomer = archived.slice(8).filter((id) => year.interactions.indexOf(id) % 3 === 0);
    expect(ofCustomer.length).toBeGreaterThan(2);
    const { data: survivor } = await admin.createCustomer({ name: "Survivor" });
    await app.settle();
    const { rows: before } = await readAll((query) => admin.listInteractions(query), { customer: year.customer });
    await admin.mergeCustomers({ id: survivor.id, merged_id: year.customer });
    await app.settle();
    const { rows, total } = await readAll((query) => admin.listInteractions(query), { customer: survivor.id });
    expect(rows.map((row) => (row as { id: string }).id)).toEqual(before.map((row) => (row as { id: string }).id));
    expect(total).toBe(before.length);
    expect(ofCustomer.every(isStored)).toBe(true);
    expect(await recountDifferences()).toEqual([]);
  });

  it("count once if the stream delivers old versions of archived records again", async () => {
    const again = delivered.filter(({ dynamodb }) => archived.slice(8).includes(dynamodb?.Keys?.sk?.S ?? ""));
    expect(again.length).toBeGreaterThan(20);
    await streamHandler(app.ports)({ Records: again });
    expect(await recountDifferences()).toEqual([]);
    // Also those of records that are still archived.
    expect(archived.slice(8).some((id) => !isStored(id))).toBe(true);
  });
});
