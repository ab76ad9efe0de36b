import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { operations } from "@crm/functions/api/index.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { startApp } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchExport } from "../../platform/export/export-client.ts";
import { addUser, startTestApp, type TestUser } from "../../support/app.ts";
import { exportInput, findCreateOperation, type Input, inputFor, makeWorld, sendAs, type World } from "../registry/world.ts";

/**
 * Private records are visible to the users that they are private to, and to administrators. For each kind with a privacy setting, every
 * read operation is called by colleagues who see everything else, including a director.
 */
const PLANTED_WORD = "PLANTED";

const kinds = await (async () => {
  const app = await startApp({ data: "memory", logFrom: "error", runsInBackground: false });
  const all = await runIn(systemContext(app.ports, undefined, "test"), loadAllCollections);
  await app.stop();
  return all.flatMap((collection): [string, Collection<BaseRecord>][] =>
    collection.definition.privacy ? [[collection.kind.path as string, collection]] : [],
  );
})();

let app: App;
let world: World;
let author: TestUser;
const otherUsers = {} as Record<"rep" | "director", TestUser>;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "PLAIN");
  await world.tenant.admin.updateTenant({ settings: { visibility: "all" } });
  author = await addUser(app, world.tenant, "SALES_REP");
  otherUsers.rep = await addUser(app, world.tenant, "SALES_REP");
  otherUsers.director = await addUser(app, world.tenant, "DIRECTOR");
});
afterAll(() => app.stop());

/** Creates a private record of the author about a lead that all users see. Each text contains the planted word; dates are soon. */
async function createPlanted(path: string, { definition }: Collection<BaseRecord>): Promise<string> {
  const field = definition.privacy?.field as string;
  const futureTime = new Date(Date.now() + 3_600_000).toISOString();
  const overrides = {
    [field]: true,
    assigned_to_id: author.id,
    participants: [],
    start_datetime: futureTime,
    end_datetime: futureTime,
    due_date: undefined,
    due_time: undefined,
    follow_up: undefined,
  };
  const values = { ...world.seeds.values, ...overrides };
  const without = new Set([...world.seeds.omittedFields].filter((name) => name !== field));
  const input = await inputFor(
    app,
    { ...world, seeds: { ...world.seeds, mark: PLANTED_WORD, values, omittedFields: without } },
    findCreateOperation(path),
  );
  const answer = await sendAs(app, author.token, findCreateOperation(path), input);
  expect([path, answer.status]).toEqual([path, 201]);
  return JSON.parse(answer.body).data.id;
}

/** Every read-only operation with its input: for records below a path, the private record, and the record it is about. */
function listReads(path: string, id: string): [Operation, Input][] {
  const { lead, person } = world.seeds.ids as Record<"lead" | "person", string>;
  const idByPath: Readonly<Record<string, string>> = { "/leads": lead, "/persons": person, [path]: id };
  return operations.flatMap((operation): [Operation, Input][] => {
    if (operation.method !== "GET" && !operation.onlyReads) return [];
    const [first = ""] = operation.path.split("/{id}");
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    if (names.length === 0) {
      const owner = operation.name === "getCalendar" ? { owner: author.id } : {};
      const isList = operation.kind === "list" && operation.name.startsWith("list");
      return [[operation, owner], ...(isList ? [[operation, { search: PLANTED_WORD.toLowerCase() }] as [Operation, Input]] : [])];
    }
    const recordId = idByPath[first];
    return recordId && names.join() === "id" ? [[operation, { id: recordId }]] : [];
  });
}

describe.each(kinds)("private records at %s", (path, collection) => {
  let id: string;
  beforeAll(async () => {
    id = await createPlanted(path, collection);
  });

  it("are returned by no read to other users, before and after projection, and by each read to their author", async () => {
    for (const settled of [false, true]) {
      if (settled) await app.settle();
      for (const [operation, input] of listReads(path, id)) {
        for (const [userName, { token }] of Object.entries(otherUsers)) {
          const { status, body } = await sendAs(app, token, operation, input);
          expect([operation.name, userName, status < 500, body.toUpperCase().includes(PLANTED_WORD)]).toEqual([
            operation.name,
            userName,
            true,
            false,
          ]);
          if (input.id === id) expect([operation.name, userName, status]).toEqual([operation.name, userName, 404]);
        }
      }
    }
    const [list, get] = ["GET", "GET"].map((method, index) =>
      operations.find((operation) => operation.method === method && operation.path === (index === 0 ? path : `${path}/{id}`)),
    ) as [Operation, Operation];
    for (const token of [author.token, world.tenant.token]) {
      expect((await sendAs(app, token, get, { id })).status).toBe(200);
      expect((await sendAs(app, token, list, { search: PLANTED_WORD.toLowerCase() })).body).toContain(id);
      const timeline = operations.find(({ name }) => name === "listPersonTimeline") as Operation;
      expect((await sendAs(app, token, timeline, { id: world.seeds.ids.person, limit: 100 })).body).toContain(id);
    }
  });

  it("are in no total, and cannot be changed by other users", async () => {
    const list = operations.find((operation) => operation.method === "GET" && operation.path === path) as Operation;
    const total = async (token: string) => {
      const { body } = await sendAs(app, token, list, { related_to_id: world.seeds.ids.lead });
      const { data, meta } = JSON.parse(body) as { data: { id: string }[]; meta: { total: number } };
      return [data.some((row) => row.id === id), meta.total - data.length];
    };
    expect([await total(otherUsers.director.token), await total(author.token)]).toEqual([
      [false, 0],
      [true, 0],
    ]);
    for (const operation of operations.filter((each) => each.method !== "GET" && each.path.startsWith(`${path}/{id}`))) {
      const input = { ...(await inputFor(app, world, operation)), id };
      expect([operation.name, (await sendAs(app, otherUsers.director.token, operation, input)).status]).toEqual([
        operation.name,
        404,
      ]);
    }
  });

  it("are in no file exported by a director", async () => {
    const exporting = operations.filter((operation) => [`${path}/export`, "/audit/export"].includes(operation.path));
    expect(exporting).toHaveLength(2);
    for (const operation of exporting) {
      const exportRequest = { format: "csv", query: exportInput(operation.name) };
      const columns = operation.path === "/audit/export" ? ["record_id", "new_values", "old_values"] : undefined;
      const { body } = await sendAs(app, otherUsers.director.token, operation, { ...exportRequest, columns });
      await app.settle();
      const file = await fetchExport(app, otherUsers.director.token, JSON.parse(body).data.export_id);
      expect([operation.name, file.status]).toEqual([operation.name, "completed"]);
      expect(file.bytes.toString().toUpperCase().includes(PLANTED_WORD)).toBe(false);
    }
  });
});

it("a note about a private activity is visible to the users who see the activity", async () => {
  const { data: activity } = await author.client.createActivity({
    ...{ subject: "Dentist", activity_type_id: "task", is_private: true, related_to_id: world.seeds.ids.person },
  });
  const { data: note } = await author.client.createNote({ related_to_id: activity.id, content: "MOLARCHECK" });
  expect(note).toMatchObject({ related_to_type: "activity", is_private: false, personal_key_id: world.seeds.ids.person });
  const contentReads = ["/notes", "/notes/query"].flatMap((path): [Operation, Input][] =>
    operations.filter((each) => each.kind === "list" && each.path === path).map((each) => [each, { fields: "content,title" }]),
  );
  for (const settled of [false, true]) {
    if (settled) await app.settle();
    for (const [operation, input] of [...listReads("/notes", note.id), ...contentReads]) {
      const read = { ...input, ...(input.search ? { search: "molarcheck" } : {}) };
      for (const { token } of Object.values(otherUsers)) {
        const { status, body } = await sendAs(app, token, operation, read);
        expect([operation.name, body.includes("MOLARCHECK")]).toEqual([operation.name, false]);
        if (input.id === note.id) expect([operation.name, status]).toEqual([operation.name, 404]);
      }
    }
  }
  await expect(
    otherUsers.director.client.createNote({ related_to_id: activity.id, content: "Which tooth?" }),
  ).rejects.toMatchObject({ status: 400, details: [{ field: "related_to_id" }] });
  const ofActivity = { related_to_id: activity.id, fields: "content" };
  expect((await otherUsers.director.client.listNotes(ofActivity)).meta.total).toBe(0);
  const exportNotes = operations.find(({ name }) => name === "exportNotes") as Operation;
  const { body } = await sendAs(app, otherUsers.director.token, exportNotes, { format: "csv", query: {} });
  await app.settle();
  const file = await fetchExport(app, otherUsers.director.token, JSON.parse(body).data.export_id);
  expect([file.status, file.bytes.toString().includes("MOLARCHECK")]).toEqual(["completed", false]);
  const readAudit = async ({ client }: Pick<TestUser, "client">) => {
    const { data: entries } = await client.listAuditEntries({ record_id: note.id });
    expect(entries).toHaveLength(1);
    return JSON.stringify(await Promise.all(entries.map(({ id }) => client.getAuditEntry({ id: String(id) }))));
  };
  expect(await readAudit(otherUsers.director)).not.toContain("MOLARCHECK");
  expect(await readAudit({ client: world.tenant.admin })).toContain("MOLARCHECK");
  const { data: seen } = await author.client.listNotes(ofActivity);
  expect(seen).toEqual([{ id: note.id, content: "MOLARCHECK" }]);
  const { data: found } = await world.tenant.admin.listNotes({ search: "molarcheck" });
  expect(found.map(({ id }) => id)).toEqual([note.id]);
});

it("another user's calendar shows the time of a private entry as busy, without details", async () => {
  const { data, meta } = await otherUsers.director.client.getCalendar({ owner: author.id });
  expect(data).toEqual([]);
  expect((meta as { busy?: object[] }).busy).toEqual([{ busy: true, start: expect.any(String), end: expect.any(String) }]);
  expect((await author.client.getCalendar({})).data).toHaveLength(1);
});

it("only the author of a note can change its privacy, and its visibility follows its subject", async () => {
  const { data: note } = await otherUsers.rep.client.createNote({
    related_to_id: world.seeds.ids.lead as string,
    content: "Likes tea",
  });
  expect(note).toMatchObject({ related_to_type: "lead", is_private: false, excerpt: "Likes tea" });
  await expect(author.client.updateNote({ id: note.id, is_private: true })).rejects.toMatchObject({ status: 403 });
  const content = `Likes coffee${", and more coffee".repeat(30)}`;
  expect((await author.client.updateNote({ id: note.id, content })).data.excerpt).toBe(content.slice(0, 280));
  const findNote = async (input: object) =>
    (await allowAnyInput(otherUsers.rep.client).listNotes(input)).data.find(({ id }) => id === note.id);
  expect(await findNote({})).not.toHaveProperty("content");
  expect(await findNote({ fields: "content" })).toEqual({ id: note.id, content });
  await world.tenant.admin.updateTenant({ settings: { visibility: "own" } });
  app.setClock({ advance: 61_000 });
  await expect(otherUsers.rep.client.getNote({ id: note.id })).rejects.toMatchObject({ status: 404 });
  expect((await otherUsers.rep.client.listNotes()).data).toEqual([]);
});
