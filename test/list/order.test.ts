import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { People } from "@crm/core/person/person.entity.ts";
import { migrate } from "@crm/core/storage/jobs/migrate.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { hashed } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dump } from "../stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

/** Names in the order that people expect, and the same once a store of the release before is migrated. */
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

type Listed = Promise<{ data: { name?: string; last_name?: string | null }[]; meta: { next_cursor: string | null } }>;
type Asked = { limit: number; sort: string; order: string; cursor: string | undefined };

/** Two at a time, so that cursors stand between names of which one begins with the other. */
async function walked(list: (query: Asked) => Listed, sort: string, order: "asc" | "desc"): Promise<unknown[]> {
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { data, meta } = await list({ limit: 2, sort, order, cursor });
    found.push(...data.map((each) => each.name ?? each.last_name));
    cursor = meta.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

const lists = (): [(query: Asked) => Listed, string][] => [
  [(query) => tenant.admin.listTeams(query as never) as Listed, "name"],
  [(query) => tenant.admin.listPersons(query as never) as Listed, "last_name"],
  [(query) => rep.as.listPersons(query as never) as Listed, "last_name"],
  [(query) => tenant.admin.listLeads(query as never) as Listed, "last_name"],
];

async function inOrder(): Promise<void> {
  for (const [list, sort] of lists()) {
    expect(await walked(list, sort, "asc")).toEqual(names);
    expect(await walked(list, sort, "desc")).toEqual([...names].reverse());
  }
}

/** Keys of names, and what checkpoints say of where they lie, as the release before has written them. */
function oldOf({ by_rank_sort: key, shape, entries, ...item }: Item, shown: string): Item {
  return {
    ...item,
    ...(key === undefined ? {} : { by_rank_sort: String(key).replaceAll("-", " ").replaceAll("$", "\u0001") }),
    ...(shape === undefined ? {} : { shape: Number(shape) - 1 }),
    ...(entries === undefined
      ? {}
      : { entries: String(entries).replace(/"digest":"[^"]*"/g, `"digest":"${hashed(shown).slice(0, 8)}"`) }),
  };
}

async function madeOld(): Promise<number> {
  const isNamed = ({ by_rank_sort, entries, __edb_e__: kind }: Item) =>
    kind !== "lead" && (by_rank_sort ?? entries) !== undefined;
  const old = dump(app, tenant.id).filter(isNamed);
  const shownOf = ({ pk, sk, entries }: Item): string => {
    const person = entries === undefined ? undefined : old.find((each) => each.pk === pk && `~${each.sk}` === sk);
    return person ? People.shown(People.fromItem(person)) : "";
  };
  for (const item of old)
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      transaction()
        .put(oldOf(item, shownOf(item)) as never)
        .commit(undefined),
    );
  return old.length;
}

describe("names", () => {
  it("come before those that begin with them, from an index as sorted here, page by page", inOrder);

  it("are each listed once in a store of the release before, and in that order once it is migrated", async () => {
    expect(await madeOld()).toBeGreaterThan(3 * names.length);
    await app.settle();
    for (const [list, sort] of lists())
      for (const order of ["asc", "desc"] as const) expect((await walked(list, sort, order)).sort()).toEqual([...names].sort());
    await expect(walked(lists()[0]?.[0] as never, "name", "asc")).resolves.not.toEqual(names);
    await migrate(app.ports);
    await app.settle();
    await inOrder();
  });
});
