import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { Counter } from "../../storage/read/counter.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { CUT, FILLED, pathCounter } from "../../storage/read/path-entries.ts";
import { type BaseRecord, type Collection, loadTenantDetail } from "../../storage/table/collection.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { readItems, splitIntoChunks } from "../../storage/table/database.ts";
import { recordKey } from "../../storage/table/key.ts";
import { countPaths } from "./fill-rate.rules.ts";
import { readSet } from "./path-set.ts";

/** Measures how often paths are filled: existing paths by a sample, declared ones by their counters. */

/** The number of records in a sample, and the bytes of them that one request reads. */
const SAMPLE_SIZE = 1000;
const MAX_BYTES = 8 * 1024 * 1024;
/** Paths in one answer. */
const MAX_PATHS = 500;

export const FillRate = z.object({
  entity: registryName("search_paths"),
  sample: z.object({
    records: z.number().int().describe("Number of examined records: the newest live ones, at most 1,000 and 8 MB"),
    is_all: z.boolean().describe("Whether the sample contains all records"),
  }),
  paths: z
    .array(
      z.object({
        path: z.string(),
        records: z.number().int().describe("Records of the sample that have a value at this path"),
        share: z.number().describe("The same as a share of the sample, 0 to 1"),
        search_path_id: z.string().nullable().describe("Id of the declaration, if the path is declared"),
        all_records: z.number().int().nullable().describe("If the path is declared: all live records that are found by it"),
        records_cut: z.number().int().nullable().describe("If the path is declared: records with omitted values"),
      }),
    )
    .describe("The most frequent first, then by name"),
  is_cut: z.boolean().describe("Whether more than 500 paths occur and the rest is omitted"),
});

export const measureFillRate = fn(z.strictObject({ entity: registryName("search_paths") }), async ({ entity }) => {
  const collection = await loadCollectionByName(entity);
  const [{ records, isAll }, { declared }] = await Promise.all([loadNewest(collection), readSet(entity)]);
  const declarations = declared.filter(({ status }) => status !== "DROPPING");
  const counters = await Counter.read(
    pathCounter(entity),
    declarations.map(({ id }) => id),
  );
  const counts = countPaths(records, await loadTenantDetail(collection));
  for (const { path } of declarations) counts.set(path, counts.get(path) ?? 0);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const paths = sorted.slice(0, MAX_PATHS).map(([path, count]) => {
    const id = declarations.find((declaration) => declaration.path === path)?.id ?? null;
    const sumCounter = (counterName: string) => (id === null ? null : Counter.sum(counters, [id], counterName));
    const share = records.length === 0 ? 0 : count / records.length;
    return { path, records: count, share, search_path_id: id, all_records: sumCounter(FILLED), records_cut: sumCounter(CUT) };
  });
  return { entity, sample: { records: records.length, is_all: isAll }, paths, is_cut: sorted.length > MAX_PATHS };
});

async function loadNewest(collection: Collection<BaseRecord>): Promise<{ records: BaseRecord[]; isAll: boolean }> {
  const ids = await listKeysAfter(collection, collection.allPartitions("live"), {
    order: "desc",
    after: undefined,
    limit: SAMPLE_SIZE + 1,
  });
  const tenant = useTenant();
  const records: BaseRecord[] = [];
  let bytes = 0;
  let examinedCount = 0;
  for (const chunk of splitIntoChunks(ids.slice(0, SAMPLE_SIZE), 25)) {
    if (bytes > MAX_BYTES) break;
    const items = await readItems(chunk.map((id) => recordKey(tenant, id)));
    for (const item of items) {
      if (!item) continue;
      bytes += String(item.doc).length;
      records.push(collection.fromItem(item));
    }
    examinedCount += chunk.length;
  }
  return { records, isAll: examinedCount === ids.length };
}
