import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Context, runIn } from "@crm/core/kernel/context.ts";
import { fold } from "@crm/core/kernel/text.ts";
import { Person } from "@crm/core/people/person/person.ts";
import { NONE } from "@crm/core/storage/table/collection.ts";
import { lastName } from "../scripts/load/prospects.ts";
import { type LoadedStore, openLoadedStore } from "../scripts/load/store.ts";
import { formatReport, loadStore } from "../scripts/load-leads.ts";
import { measureReadUnits } from "./core.ts";
import { findAlikeWords } from "./million.ts";
import { boundMisses, compare, formatTable, type Section } from "./stats.ts";

/**
 * Lists of persons for a user who sees only some of them: they must take the same time in a large store as in a small one, even if a search has
 * invisible matches.
 */
export interface PersonsOptions {
  rounds: number;
  runs: number;
  small: number;
  large: number;
}

type Query = Parameters<typeof Person.list>[0];

/** The context of a representative, who sees the persons of their own leads and of unowned leads. */
function repContext({ context, tenant, owners }: LoadedStore): Context {
  const id = owners[2] as string;
  const actor = { type: "user", tenant_id: tenant, id, session_id: "bench", roles: ["SALES_REP"] } as const;
  return { ...context, actor, visibleOwners: async () => new Set([id, NONE]) };
}

export async function benchPersons({ rounds, runs, small, large }: PersonsOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-persons-"));
  const stores: LoadedStore[] = [];
  try {
    for (const [name, count] of [["small", small] as const, ["large", large] as const]) {
      console.error(formatReport((await loadStore(join(directory, name), count)).report));
      stores.push(await openLoadedStore(join(directory, name)));
    }
    const [smallStore, largeStore] = stores as [LoadedStore, LoadedStore];
    const names = Array.from({ length: 3000 }, (_, rank) => fold(lastName(rank)));
    const prefixes = [...new Set([4, 5, 6, 7].flatMap((length) => names.map((name) => name.slice(0, length))))];
    const [inFew, inMany] = findAlikeWords([smallStore, largeStore], prefixes, "person");
    const queryCases: readonly [string, readonly [Query, Query]][] = [
      ["all, with the total", [{}, {}]],
      ["sorted by last name", [{ sort: "last_name" }, { sort: "last_name" }]],
      ["search by name prefix", [{ search: inFew }, { search: inMany }]],
    ];
    const rows: (string | number)[][] = [];
    const misses: string[] = [];
    for (const [name, queries] of queryCases) {
      const listIn = (storeIndex: 0 | 1) =>
        runIn(repContext(stores[storeIndex] as LoadedStore), () => Person.list(queries[storeIndex]));
      const { a, b, ratio } = await compare(
        rounds,
        runs,
        () => listIn(1),
        () => listIn(0),
        1,
      );
      const units = await Promise.all(
        stores.map((store, storeIndex) =>
          measureReadUnits(store.ports, repContext(store), () => Person.list(queries[storeIndex as 0 | 1])),
        ),
      );
      const finds = [await listIn(0), await listIn(1)].map(({ meta }) => meta.total);
      rows.push([name, b, a, ratio, ...units, ...finds]);
      misses.push(...boundMisses(ratio, 1.2, `persons: ${name}`));
      if ((units[1] ?? 0) > (units[0] ?? 0)) misses.push(`persons: ${name}: ${units[1]} units, ${units[0]} in the small store`);
    }
    const [fewer, more] = stores.map(({ leads }) => leads.toLocaleString("en"));
    const head = ["list", `ms at ${fewer}`, `ms at ${more}`, "ratio", `units at ${fewer}`, `units at ${more}`, "finds", "finds"];
    const text = `${formatTable(head, rows)}\n\nFor a user who sees up to 1,000 persons, a search reads these persons; beyond that, it uses the word index.`;
    return [{ title: `Persons that a representative sees, at ${more} leads, against ${fewer}`, text, missed: misses }];
  } finally {
    for (const store of stores) await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
