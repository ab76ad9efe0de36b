import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { loadMigratedCollections, migrate } from "@crm/core/storage/scheduler/migration.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { App } from "@crm/local/app.ts";
import { connectTable, type TableConnection } from "@crm/local/table/connection.ts";
import { definition } from "@crm/local/table/file.ts";
import { TableEngine } from "@crm/local/table-engine/engine.ts";
import { MemoryStorage } from "@crm/local/table-engine/memory-storage.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder, recountTenant, removeFolder } from "../../local/backup/support.ts";
import { startTestApp } from "../../support/app.ts";
import { formerKinds, loadFormerRelease } from "./former-release.ts";

type Data = Record<string, unknown> & { id: string };

/** One release on the table, called through its handlers. */
interface Release {
  name: string;
  app: App;
  functionFor: (path: string) => string | undefined;
}

/** The time of both releases. A second for each request keeps them within the rate limit. */
let now = Date.UTC(2026, 10, 20, 9);

async function send({ app, functionFor }: Release, token: string | undefined, method: string, path: string, body?: object) {
  now += 1000;
  const http = { method, path: `/api/v1${path.split("?")[0]}`, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" };
  const handlers = app.handlers as Record<string, (event: unknown) => Promise<unknown>>;
  const response = (await handlers[String(functionFor(http.path))]?.({
    version: "2.0",
    routeKey: "$default",
    rawPath: http.path,
    rawQueryString: path.split("?")[1] ?? "",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    requestContext: { http, requestId: randomUUID() },
    ...(body ? { body: JSON.stringify(body) } : {}),
    isBase64Encoded: false,
  })) as { statusCode: number; body: string };
  const answer = JSON.parse(response.body) as { data: Data; error?: unknown };
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${response.body}`);
  return answer.data;
}

interface Parents {
  person: string;
  customer: string;
}

/** The kinds whose stored form differs between the releases. The releases write two fields of each by turns. */
const kinds: { path: string; input: (parents: Parents, index: number) => object; fields: readonly [string, string] }[] = [
  { path: "/customers", input: (_, index) => ({ name: `Shipyard ${index}` }), fields: ["description", "legal_name"] },
  {
    path: "/opportunities",
    input: ({ customer }, index) => ({
      name: `Fleet ${index}`,
      customer_id: customer,
      competitors: [{ competitor_name: "Nautilus", is_primary_competitor: true }],
    }),
    fields: ["description", "next_step"],
  },
  {
    path: "/support/tickets",
    input: ({ customer }, index) => ({ subject: `Help ${index}`, description: "Late", customer_id: customer, tags: ["late"] }),
    fields: ["subject", "description"],
  },
  {
    path: "/support/knowledge",
    input: (_, index) => ({ title: `Reef ${index}`, body: "Let the sheet go.", tags: ["sail"] }),
    fields: ["title", "summary"],
  },
  {
    path: "/activities",
    input: (_, index) => ({ subject: `Call ${index}`, activity_type_id: "task", due_date: "2027-01-01" }),
    fields: ["description", "subject"],
  },
  {
    path: "/contracts",
    input: ({ customer }, index) => ({ title: `Berth ${index}`, customer_id: customer, contract_value: "10" }),
    fields: ["description", "notes"],
  },
  {
    path: "/interactions",
    input: ({ person }, index) => ({
      personal_key_id: person,
      interaction_type_id: "call",
      subject: `Call ${index}`,
      tags: ["sail"],
    }),
    fields: ["subject", "outcome"],
  },
];

const newLead = (email: string) => ({ first_name: "Ada", last_name: "Lovelace", email, company: "Navy" });

describe("the release before and this one on one table", () => {
  const folders = [newFolder(), newFolder(), newFolder()] as const;
  let former: Release;
  let current: Release;
  let token: string;
  let tenantId: string;
  const parents: Parents = { person: "", customer: "" };
  /** The records of the kinds, by path. */
  const ids: Record<string, string[]> = {};
  const [source] = [new TableEngine({ definition, storage: new MemoryStorage(definition.indexes, definition.timeToLive) })];
  /** Both apps read the stream, so neither may trim it. */
  const connect = async (): Promise<TableConnection> => {
    const connection = connectTable(source);
    return { ...connection, source: { ...connection.source, trim: async () => undefined }, close: async () => undefined };
  };
  const options = { connect, logFrom: "error", runsInBackground: false, settledSchedules: ["due"], time: () => now } as const;

  beforeAll(async () => {
    const release = await loadFormerRelease();
    const formerApp = await release.startApp({ ...options, data: folders[0] });
    former = { name: "former", app: formerApp, functionFor: release.functionFor };
    const signup = { tenant_name: "Two", tenant_slug: "two", first_name: "Ada", last_name: "Admin", email: "ada@two.example" };
    const signedUp = await send(former, undefined, "POST", "/auth/signup", { ...signup, password: "Correct-Horse-2" });
    token = String(signedUp.access_token);
    tenantId = String((signedUp.tenant as Data).id);
    current = { name: "current", app: await startNextApp(folders[1]), functionFor };
  });
  afterAll(async () => {
    for (const { app } of [former, current]) await app.stop();
    for (const folder of folders) removeFolder(folder);
  });

  /** Starts this release with the secrets of the one before. */
  function startNextApp(folder: string): Promise<App> {
    mkdirSync(folder, { recursive: true });
    for (const file of ["secret", "master-keys"])
      if (existsSync(join(folders[0], file))) copyFileSync(join(folders[0], file), join(folder, file));
    return startTestApp({ ...options, data: folder });
  }

  const create = async (release: Release, path: string, body: object): Promise<Data> => send(release, token, "POST", path, body);
  const get = (release: Release, path: string, id: string): Promise<Data> => send(release, token, "GET", `${path}/${id}`);

  /** Requires that both releases read the same record, in the fields that both have. */
  async function expectSame(path: string, id: string, one: Release, other: Release): Promise<void> {
    const [left, right] = await Promise.all([get(one, path, id), get(other, path, id)]);
    const shared = (data: Data, reference: Data) =>
      Object.fromEntries(Object.entries(data).filter(([name]) => name !== "links" && name in reference));
    expect(shared(left, right), `${path} ${one.name}`).toEqual(shared(right, left));
  }

  /** Lets two releases change the same records by turns, and each read what the other has written. */
  async function interleave(one: Release, other: Release, round: string): Promise<void> {
    for (const [index, writer] of [one, other].entries()) {
      const lead = await create(writer, "/leads", newLead("ada@navy.example"));
      parents.person ||= String(lead.personal_key_id);
      parents.customer ||= (await create(writer, "/customers", { name: "Harbour" })).id;
      for (const { path, input } of kinds)
        ids[path] = [...(ids[path] ?? []), (await create(writer, path, input(parents, index))).id];
    }
    const persons = { path: "/persons", fields: ["job_title", "intention"] as const };
    for (const { path, fields } of [...kinds, persons]) {
      for (const id of path === persons.path ? [parents.person] : (ids[path] as string[]).slice(-2)) {
        for (const [turn, writer] of [one, other, one, other].entries()) {
          const value = `${round} ${turn} ${writer.name}`;
          await send(writer, token, "PATCH", `${path}/${id}`, { [fields[turn % 2] as string]: value });
          const reader = writer === one ? other : one;
          expect((await get(reader, path, id))[fields[turn % 2] as string]).toBe(value);
        }
        await expectSame(path, id, one, other);
      }
      await one.app.settle();
      await other.app.settle();
      const [ofOne, ofOther] = await Promise.all([one, other].map((release) => send(release, token, "GET", `${path}?limit=100`)));
      const names = (rows: unknown) => (rows as Data[]).map(({ id }) => id);
      expect(names(ofOne)).toEqual(names(ofOther));
      expect(names(ofOne).length).toBeGreaterThan(0);
    }
  }

  it("have the same stored form of each kind, apart from declared former forms", async () => {
    await loadMigratedCollections(current.app.ports);
    for (const [name, { shape, columns }] of Object.entries(formerKinds)) {
      const collection = loadedCollections.get(name) as Collection<BaseRecord>;
      const { formerForm } = collection.definition;
      const { appendedColumns = [] } = formerForm ?? {};
      expect({ name, shape: formerForm?.shape ?? collection.shape }).toEqual({ name, shape });
      expect(collection.kind.shape, `the shape of ${name} in its kind`).toBe(collection.shape);
      expect(collection.columns.filter((column) => !(appendedColumns as readonly string[]).includes(column))).toEqual(columns);
    }
  });

  it("read and change what the other wrote, before the migration", async () => {
    await interleave(former, current, "rollout");
    const [opportunity] = ids["/opportunities"] as [string];
    expect(await get(former, "/opportunities", opportunity)).toMatchObject({ has_competition: true });
    await runIn(systemContext(current.app.ports, tenantId, "migrate"), async () => {
      for (const [name, collection] of loadedCollections)
        for (const field of collection.definition.formerForm?.newFields ?? []) {
          const record = JSON.parse(JSON.stringify({ [field]: ["value"] })) as BaseRecord;
          expect(() => collection.serialize(record)).toThrow(`${field} of ${name} is new in this release`);
        }
    });
  });

  it("lose nothing by the migration, after which this release reads both forms", async () => {
    const before = await Promise.all(kinds.flatMap(({ path }) => (ids[path] ?? []).map((id) => get(current, path, id))));
    const next: Release = { name: "next", app: await startNextApp(folders[2]), functionFor };
    expect(await migrate(next.app.ports)).toMatchObject({ done: true, failed: [] });
    await current.app.settle();
    for (const record of before) {
      const path = kinds.find(({ path: candidate }) => ids[candidate]?.includes(record.id))?.path ?? "";
      const { version: _v, updated_at: _a, updated_by: _b, ...content } = record;
      expect(await get(current, path, record.id)).toMatchObject(content);
    }
    // `current` does not know yet that the table is switched.
    await interleave(current, next, "switched");
    expect((await recountTenant(next.app, tenantId)).differences).toEqual([]);
    await next.app.stop();
  });
});
