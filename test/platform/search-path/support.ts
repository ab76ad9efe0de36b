import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { readValues } from "@crm/core/storage/read/path.rules.ts";
import type { PathDeclaration } from "@crm/core/storage/read/path-declarations.ts";
import { hashTexts } from "@crm/core/storage/table/key.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { Tenant } from "../../support/app.ts";

type PathInput = Parameters<Client["createSearchPath"]>[0];

/** Waits until every process must know the declaration and its indexing is done. */
export async function completeIndexing(app: App): Promise<void> {
  await app.settle();
  app.setClock({ advance: 100_000 });
  await app.scheduler.run("due");
  await app.settle();
}

/** Declares paths, waits until lists can use them and returns their ids. */
export async function createReadyPaths(app: App, { admin }: Tenant, ...paths: PathInput[]): Promise<string[]> {
  const ids: string[] = [];
  for (const path of paths) ids.push((await admin.createSearchPath(path)).data.id);
  await completeIndexing(app);
  for (const id of ids) {
    const { status } = (await admin.getSearchPath({ id })).data;
    if (status !== "READY") throw new Error(`${id} is ${status}`);
  }
  return ids;
}

type Item = Record<string, unknown>;

export interface PathIndex {
  entries: string[];
  counters: Record<string, number>;
}

/** The stored index entries of leads and their counters. */
export function readPathIndex(items: readonly Item[], tenant: string): PathIndex {
  const entries = items
    .filter(({ pk }) => /^T#[^#]+#(PATH|ORDER)#lead#/.test(String(pk)))
    .map(({ pk, sk, row, by_owner, by_rank }) => JSON.stringify([pk, sk, row, by_owner ?? by_rank]));
  const counters: Record<string, number> = {};
  for (const { pk, sk, as_of: _at, revision: _revision, cells: _cells, folds: _folds, ...counts } of items) {
    if (pk !== `T#${tenant}#COUNT#lead.path`) continue;
    // A counter with contention is also split into cells.
    const counter = String(sk).replace(/#\d+$/, "");
    for (const [count, value] of Object.entries(counts))
      counters[`${counter} ${count}`] = (counters[`${counter} ${count}`] ?? 0) + Number(value);
  }
  return { entries: entries.sort(), counters: Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== 0)) };
}

/** Recomputes the index from the records. */
export function recomputePathIndex(items: readonly Item[], tenant: string): PathIndex {
  const set = items.find(({ pk }) => pk === `T#${tenant}#PATHS#lead`);
  const declared = JSON.parse(String(set?.declared ?? "[]")) as PathDeclaration[];
  const entries: string[] = [];
  const counters: Record<string, number> = {};
  const count = (of: string): void => {
    counters[of] = (counters[of] ?? 0) + 1;
  };
  for (const item of items.filter(({ __edb_e__ }) => __edb_e__ === "lead")) {
    const lead = Leads.fromItem(item);
    if (lead.deleted_at) continue;
    for (const { id, path, type, sort, status } of declared) {
      if (status === "DROPPING") continue;
      const { values, cut } = readValues(lead, path, type);
      const owner = lead.owner_id ?? "none";
      const entry = (what: string, part: string, sk: string): void => {
        const pk = `T#${tenant}#${what}#lead#${id}${part}`;
        entries.push(JSON.stringify([pk, sk, item.row, `${pk}#${owner}`]));
      };
      if (values.length > 0) count(`${id} live`);
      if (cut) count(`${id} cut`);
      if (sort && values[0] !== undefined) entry("ORDER", "", `${values[0]}\u0001${lead.id}`);
      for (const value of values) {
        const hash = hashTexts(value).slice(0, 22);
        count(`${id}=${hash} live`);
        entry("PATH", `#${hash}`, lead.id);
      }
    }
  }
  return { entries: entries.sort(), counters };
}
