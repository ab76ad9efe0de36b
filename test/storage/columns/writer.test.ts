import type { BatchGetCommandInput } from "@aws-sdk/lib-dynamodb";
import { Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { maintainKinds } from "@crm/core/platform/columns/column-work.ts";
import { Articles } from "@crm/core/service/knowledge/article.entity.ts";
import { readColumnSet, writeColumnSet } from "@crm/core/storage/columns/column-set.ts";
import { listByColumns } from "@crm/core/storage/read/column-page.ts";
import { readPages } from "@crm/core/storage/read/event-feed.ts";
import { buildListQuery } from "@crm/core/storage/read/list.ts";
import { type ColumnLimits, maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { countCommands } from "../../support/round-trips.ts";

const customers = Customers as Collection<BaseRecord>;
const limits: Partial<ColumnLimits> = { minRows: 0, segmentRows: 4, deltaRows: 1, maxDeltas: 3, joinedRows: 60 };

let app: App;
let tenant: Tenant;
/** Names of the customers that there are, by id. */
const names = new Map<string, string>();

beforeAll(async () => {
  app = await startTestApp({ settledSchedules: [] });
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.setClock({ reset: true });
  tenant = await signUp(app);
  names.clear();
});

const inTenant = <T>(work: () => Promise<T>, ports: Ports = app.ports, read_after?: string): Promise<T> =>
  runIn({ ...systemContext(ports, tenant.id, "test"), request: { id: "test", ...(read_after ? { read_after } : {}) } }, work);

/** The ports of another process, which has its own memory. */
const otherProcess = (): Ports => ({ ...app.ports, database: { ...app.ports.database } });

const maintainNow = (ports?: Ports, more: Partial<ColumnLimits> = {}): Promise<boolean> =>
  inTenant(() => maintain(customers, Number.POSITIVE_INFINITY, { ...limits, ...more }), ports);

/** The header X-Read-After of the answers to writes. */
let readAfter: (string | undefined)[] = [];

async function create(count: number, prefix: string): Promise<void> {
  for (let index = 0; index < count; index++) {
    const name = `${prefix} ${String(index).padStart(2, "0")}`;
    const { data, headers } = await tenant.admin.createCustomer({ name });
    readAfter.push(headers["x-read-after"]);
    names.set(data.id, name);
  }
}
async function rename(id: string, name: string): Promise<void> {
  readAfter.push((await tenant.admin.updateCustomer({ id, name })).headers["x-read-after"]);
  names.set(id, name);
}
async function remove(id: string): Promise<void> {
  readAfter.push((await tenant.admin.deleteCustomer({ id })).headers["x-read-after"]);
  names.delete(id);
}
const idAt = (index: number): string => [...names.keys()][index] ?? "";

/** The names by pages of three from the columns; undefined if there are none. */
const listNames = (ports?: Ports, read_after?: string): Promise<{ names: string[]; total: number } | undefined> =>
  inTenant(
    async () => {
      const query = buildListQuery(customers, { sort: "name", order: "asc", limit: 3 });
      const found: string[] = [];
      for (let page = 1, total = 0; ; page++) {
        const part = await listByColumns(customers, { ...query, page }, { owners: "all", matches: () => true }, undefined);
        if (!part) return undefined;
        found.push(...part.rows.map((row) => (row as BaseRecord & { name: string }).name));
        total = part.meta.total;
        if (part.meta.next_cursor === null) return { names: found, total };
      }
    },
    ports,
    read_after,
  );
const expected = () => ({ names: [...names.values()].sort(), total: names.size });
const countSegments = async () => {
  const set = await inTenant(() => readColumnSet("customer"));
  return [false, true].map((isDelta) => set?.segments.filter((segment) => segment.isDelta === isDelta).length);
};

describe("the columns of a kind", () => {
  it("contain every write at once for the process that writes, and for others once the feed tells of it", async () => {
    await create(9, "Boat");
    await app.settle();
    await maintainNow();
    expect(await countSegments()).toEqual([3, 0]);
    const other = otherProcess();
    expect(await listNames()).toEqual(expected());
    expect(await listNames(other)).toEqual(expected());
    await create(1, "Anchor");
    await rename(idAt(4), "Zodiac");
    await remove(idAt(0));
    expect(await listNames()).toEqual(expected());
    expect(await listNames(other)).not.toEqual(expected());
    await app.settle();
    expect(await listNames(other)).toEqual(expected());
  });

  it("contain the caller's writes through another process at once, by the header X-Read-After", async () => {
    await create(9, "Boat");
    await app.settle();
    await maintainNow();
    const [loaded, fresh, stranger] = [otherProcess(), otherProcess(), otherProcess()];
    await listNames(loaded);
    readAfter = [];
    await create(1, "Anchor");
    await rename(idAt(4), "Zodiac");
    await remove(idAt(0));
    const header = readAfter.join(", ");
    const changed = readAfter.map((value) => value?.replace(/:\d+/, ":7")).join(",");
    expect(await listNames(stranger, changed)).not.toEqual(expected());
    for (const process of [loaded, fresh]) expect(await listNames(process, header)).toEqual(expected());
    // The records are read once, not at each list.
    const count = async (read_after?: string) =>
      (await countCommands(loaded.database, () => listNames(loaded, read_after))).commands;
    expect(await count(header)).toBe(await count());
    // The feed tells of them late, and then again.
    await app.settle();
    for (const process of [loaded, fresh, stranger]) expect(await listNames(process, header)).toEqual(expected());
  });

  it("contain changes of kinds whose events are not published, which the feed does not tell of", async () => {
    const articles = Articles as Collection<BaseRecord>;
    const ids: string[] = [];
    for (const title of ["Anchor", "Boat", "Crane"]) ids.push((await tenant.admin.createKnowledgeArticle({ title })).data.id);
    await app.settle();
    const events = await inTenant(() => readPages({ maxPages: 50 }));
    await inTenant(() => maintain(articles, Number.POSITIVE_INFINITY, limits));
    const other = otherProcess();
    const listTitles = () =>
      inTenant(async () => {
        const query = buildListQuery(articles, { sort: "title", order: "asc" });
        const page = await listByColumns(articles, query, { owners: "all", matches: () => true }, undefined);
        return page?.rows.map((row) => (row as BaseRecord & { title: string }).title);
      }, other);
    expect(await listTitles()).toEqual(["Anchor", "Boat", "Crane"]);
    await tenant.admin.updateKnowledgeArticle({ id: ids[0] ?? "", title: "Zodiac" });
    await tenant.admin.deleteKnowledgeArticle({ id: ids[1] ?? "" });
    await app.settle();
    expect(await listTitles()).toEqual(["Crane", "Zodiac"]);
    expect(await inTenant(() => readPages({ maxPages: 50 }))).toEqual(events);
  });

  it("read a changed record of a page as it was last written", async () => {
    await create(5, "Boat");
    await app.settle();
    app.setClock({ advance: 120_000 });
    await maintainNow();
    await rename(idAt(4), "Zodiac");
    const other = otherProcess();
    const { send } = other.database;
    const consistent = new Map<unknown, boolean | undefined>();
    other.database.send = (command, scope) => {
      const { RequestItems = {} } = (command as { input: object }).input as {
        RequestItems?: BatchGetCommandInput["RequestItems"];
      };
      for (const { Keys = [], ConsistentRead } of Object.values(RequestItems))
        for (const { sk } of Keys) consistent.set(sk, ConsistentRead);
      return send.call(other.database, command, scope);
    };
    expect(await listNames(other, readAfter.at(-1))).toEqual(expected());
    expect([idAt(4), idAt(3)].map((id) => consistent.get(id))).toEqual([true, false]);
  });

  it("say up to when a list is complete", async () => {
    await create(3, "Boat");
    await app.settle();
    await maintainNow();
    const readAsOf = () =>
      inTenant(async () => {
        const rules = { owners: "all", matches: () => true } as const;
        return (await listByColumns(customers, buildListQuery(customers, { sort: "name" }), rules, undefined))?.meta.as_of;
      });
    const before = await readAsOf();
    app.setClock({ advance: 300_000 });
    expect(await readAsOf()).toBe(before);
    await rename(idAt(0), "Gig");
    await app.settle();
    const [page] = await inTenant(() => readPages({ maxPages: 1, order: "desc" }));
    expect(await readAsOf()).toBe(page?.at);
    expect(page?.at).not.toBe(before);
  });

  it("add what changed as segments, and join them with the others", async () => {
    await create(8, "Boat");
    await app.settle();
    // The changes of the last minute are read again, because an index may lack them.
    app.setClock({ advance: 120_000 });
    await maintainNow();
    for (let turn = 0; turn < 3; turn++) {
      await rename(idAt(turn), `Ferry ${turn}`);
      await remove(idAt(7 - turn));
      await create(1, `Canoe ${turn}`);
      await app.settle();
      await maintainNow();
      expect([await listNames(), await listNames(otherProcess())]).toEqual([expected(), expected()]);
    }
    expect(await countSegments()).toEqual([2, 3]);
    await rename(idAt(0), "Gig");
    await app.settle();
    await maintainNow();
    expect(await countSegments()).toEqual([2, 0]);
    expect(await listNames(otherProcess())).toEqual(expected());
    for (const id of [...names.keys()]) await remove(id);
    await create(2, "New");
    await app.settle();
    await maintainNow();
    await maintainNow(undefined, { maxDeltas: 0 });
    expect(await listNames(otherProcess())).toEqual(expected());
  });

  it("are the same after a kill at any object or set, and are built again if an object is lost", async () => {
    await create(9, "Boat");
    await app.settle();
    for (let kill = 1, isKilled = true; isKilled; kill++) {
      let writes = 0;
      isKilled = false;
      const die = (): void => {
        if (++writes < kill) return;
        isKilled = true;
        throw new Error("killed");
      };
      const { objects, database } = app.ports;
      const dying: Ports = {
        ...app.ports,
        objects: {
          ...objects,
          async write(key, body) {
            die();
            await objects.write(key, body);
          },
        },
        database: {
          ...database,
          async send(command, scope) {
            if (isPut(command)) die();
            return database.send(command, scope);
          },
        },
      };
      await rename(idAt(kill), `Killed ${kill}`);
      await app.settle();
      await maintainNow(dying, { maxDeltas: 0 }).catch((error: Error) => expect(error.message).toBe("killed"));
      const listed = await listNames(otherProcess());
      expect(listed ?? expected()).toEqual(expected());
    }
    expect(await listNames(otherProcess())).toEqual(expected());
    const set = await inTenant(() => readColumnSet("customer"));
    await inTenant(() => app.ports.objects.delete(`${tenant.id}/columns/customer/${set?.segments[0]?.name}`));
    expect(await listNames(otherProcess())).toBeUndefined();
    await maintainNow();
    expect(await listNames(otherProcess())).toEqual(expected());
  });

  it("keep the set of a worker that overtook another one, whose segments are deleted by then", async () => {
    await create(6, "Boat");
    await app.settle();
    await maintainNow();
    await rename(idAt(1), "Ferry");
    await app.settle();
    const { objects } = app.ports;
    let isOvertaken = false;
    const slow: Ports = {
      ...otherProcess(),
      objects: {
        ...objects,
        async write(key, body) {
          if (!isOvertaken) {
            isOvertaken = true;
            await maintainNow(otherProcess(), { maxDeltas: 0 });
            app.setClock({ now: new Date(Date.now() + 11 * 60 * 1000).toISOString() });
            await maintainNow(otherProcess());
          }
          await objects.write(key, body);
        },
      },
    };
    expect(await maintainNow(slow)).toBe(true);
    expect(await listNames(otherProcess())).toEqual(expected());
  });

  it("are left out of a list if an object is lost after a process began to read it", async () => {
    await create(9, "Boat");
    await app.settle();
    await maintainNow();
    expect(await listNames()).toEqual(expected());
    const set = await inTenant(() => readColumnSet("customer"));
    await inTenant(() => app.ports.objects.delete(`${tenant.id}/columns/customer/${set?.segments[0]?.name}`));
    const query = buildListQuery(customers, { sort: "email", order: "asc", limit: 3 });
    const list = () => listByColumns(customers, query, { owners: "all", matches: () => true }, undefined);
    expect(await inTenant(list)).toBeUndefined();
    await maintainNow();
    expect((await inTenant(list))?.meta.total).toBe(9);
  });

  it("are built again with the next work on any kind if they are of an earlier release", async () => {
    await create(5, "Boat");
    await app.settle();
    await maintainNow();
    const set = await inTenant(() => readColumnSet("customer"));
    if (!set) throw new Error("The kind has no columns");
    await inTenant(() => writeColumnSet("customer", { ...set, digest: "earlier" }, set));
    await inTenant(() => writeColumnSet("kind_of_an_earlier_release", set, undefined));
    expect(await listNames(otherProcess())).toBeUndefined();
    expect(await inTenant(() => maintainKinds(["lead"]))).toEqual([]);
    expect(await listNames(otherProcess())).toEqual(expected());
  });

  it("are not built of more rows than a function has memory for", async () => {
    await create(5, "Boat");
    await app.settle();
    expect(await inTenant(() => maintain(customers, Number.POSITIVE_INFINITY, { ...limits, maxRows: 4 }))).toBe(true);
    expect(await inTenant(() => readColumnSet("customer"))).toBeUndefined();
  });

  it("cost a new process no more pages of the feed because other kinds change", async () => {
    await create(5, "Boat");
    await app.settle();
    app.setClock({ advance: 120_000 });
    await maintainNow();
    const { data: lead } = await tenant.admin.createLead({ first_name: "Ada", last_name: "Other" });
    for (let change = 0; change < 150; change++) {
      await tenant.admin.updateLead({ id: lead.id, notes: `Call ${change}` });
      await app.settle();
    }
    expect(await inTenant(() => maintainKinds(["lead"]))).toEqual([]);
    let queries = 0;
    const other = otherProcess();
    const counting: Ports = {
      ...other,
      database: {
        ...other.database,
        async send(command, scope) {
          if (JSON.stringify((command as { input: object }).input).includes("#FEED")) queries++;
          return app.ports.database.send(command, scope);
        },
      },
    };
    expect(await listNames(counting)).toEqual(expected());
    // One read for each of the two pages of the list, and one for the pages since the set was written.
    expect(queries).toBeLessThanOrEqual(3);
  });

  it("survive two workers at once, and delete what no set names any more", async () => {
    await create(6, "Boat");
    await app.settle();
    await Promise.all([maintainNow(otherProcess()), maintainNow(otherProcess())]);
    await rename(idAt(1), "Ferry");
    await app.settle();
    await Promise.all([maintainNow(otherProcess(), { maxDeltas: 0 }), maintainNow(otherProcess(), { maxDeltas: 0 })]);
    expect(await listNames(otherProcess())).toEqual(expected());
    const before = await inTenant(() => readColumnSet("customer"));
    expect(before?.former.length).toBeGreaterThan(0);
    app.setClock({ now: new Date(Date.now() + 11 * 60 * 1000).toISOString() });
    await maintainNow(otherProcess());
    expect((await inTenant(() => readColumnSet("customer")))?.former).toEqual([]);
    const [gone] = before?.former ?? [];
    expect(await inTenant(() => app.ports.objects.open(`${tenant.id}/columns/customer/${gone?.name}`))).toBeUndefined();
    expect(await listNames(otherProcess())).toEqual(expected());
    // Changes since then may have left the feed of events.
    app.setClock({ advance: 31 * 24 * 60 * 60 * 1000 });
    expect(await listNames(otherProcess())).toBeUndefined();
    app.setClock({ reset: true });
  });
});

const isPut = (command: object): boolean => {
  const { input } = command as { input: { Item?: { pk?: string } } };
  return command.constructor.name === "PutCommand" && String(input.Item?.pk).includes("#COLUMNS");
};
