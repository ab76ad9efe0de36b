import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { People } from "@crm/core/people/person/person.entity.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { hashTexts } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { dumpItems } from "../stream/chaos.ts";

/** Names sorted as people expect, including after a migration from the previous release. */
const names = ["Acme", "Acme", "Acme Tools", "Acme, Tools & Sons", "Acmeia", "Åcre", "Zeta"];

let app: App;
let tenant: Tenant;
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  for (const name of [...names].reverse()) {
    await tenant.admin.createTeam({ name });
    await tenant.admin.createLead(newLead({ last_name: name, first_name: null, owner_id: rep.id }));
  }
  await app.settle();
});
afterAll(() => app.stop());

type ListPage = Promise<{ data: { name?: string; last_name?: string | null }[]; meta: { next_cursor: string | null } }>;
type ListQuery = { limit: number; sort: string; order: string; cursor: string | undefined };

/** Reads a list in pages of two, so that cursors fall between a name and a name that begins with it. */
async function walkList(list: (query: ListQuery) => ListPage, sort: string, order: "asc" | "desc"): Promise<unknown[]> {
  const foundNames: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { data, meta } = await list({ limit: 2, sort, order, cursor });
    foundNames.push(...data.map((row) => row.name ?? row.last_name));
    cursor = meta.next_cursor ?? undefined;
  } while (cursor);
  return foundNames;
}

const listCalls = (): [(query: ListQuery) => ListPage, string][] => [
  [(query) => tenant.admin.listTeams(query) as ListPage, "name"],
  [(query) => tenant.admin.listPersons(query) as ListPage, "last_name"],
  [(query) => rep.client.listPersons(query) as ListPage, "last_name"],
  [(query) => tenant.admin.listLeads(query) as ListPage, "last_name"],
];

async function expectOrder(): Promise<void> {
  for (const [list, sort] of listCalls()) {
    expect(await walkList(list, sort, "asc")).toEqual(names);
    expect(await walkList(list, sort, "desc")).toEqual([...names].reverse());
  }
}

/** The sort keys of names, and their positions in checkpoints, as the previous release wrote them. */
function toOldItem({ by_rank_sort: key, shape, entries, ...item }: Item, digestText: string): Item {
  return {
    ...item,
    ...(key === undefined ? {} : { by_rank_sort: String(key).replaceAll("-", " ").replaceAll("$", "\u0001") }),
    ...(shape === undefined ? {} : { shape: Number(shape) - 1 }),
    ...(entries === undefined
      ? {}
      : { entries: String(entries).replace(/"digest":"[^"]*"/g, `"digest":"${hashTexts(digestText).slice(0, 8)}"`) }),
  };
}

async function writeOldItems(): Promise<number> {
  const isNamed = ({ by_rank_sort, entries, __edb_e__: kind }: Item) =>
    kind !== "lead" && (by_rank_sort ?? entries) !== undefined;
  const old = dumpItems(app, tenant.id).filter(isNamed);
  const readDigestText = ({ pk, sk, entries }: Item): string => {
    const person = entries === undefined ? undefined : old.find((candidate) => candidate.pk === pk && `~${candidate.sk}` === sk);
    return person ? People.rowDigestText(People.fromItem(person)) : "";
  };
  for (const item of old)
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      transaction()
        .put(toOldItem(item, readDigestText(item)))
        .commit(undefined),
    );
  return old.length;
}

describe("names", () => {
  it("come before longer names with the same beginning, in the order of the index, page by page", expectOrder);

  it("are each listed once in a store of the previous release, and in this order once it is migrated", async () => {
    expect(await writeOldItems()).toBeGreaterThan(3 * names.length);
    await app.settle();
    for (const [list, sort] of listCalls())
      for (const order of ["asc", "desc"] as const) expect((await walkList(list, sort, order)).sort()).toEqual([...names].sort());
    await expect(walkList((query) => tenant.admin.listTeams(query) as ListPage, "name", "asc")).resolves.not.toEqual(names);
    await migrate(app.ports);
    await app.settle();
    await expectOrder();
  });
});
