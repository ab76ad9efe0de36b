import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { listNames, registryName } from "../../kernel/registry.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { BACKFILL_GRACE_SECONDS, declarationStatuses, PathDeclarations } from "../../storage/read/path-declarations.ts";
import { Clocks, createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { Backfill } from "../../storage/stream/path-backfill.ts";
import { type DetailDocument, loadTenantDetail, rowSchema } from "../../storage/table/collection.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { putSet, readSet, toDeclaration } from "./path-set.ts";
import { type Entity, fields, type SearchPathRecord, SearchPaths, Stored } from "./search-path.entity.ts";
import { checkPath } from "./search-path.rules.ts";

/**
 * Paths into the detail of leads and persons that a tenant declares, so that lists can find records by them. A path can be used once the existing
 * records have been indexed.
 */

export const Info = Stored;
export const Row = rowSchema(Stored, SearchPaths.definition.row);

/** Limit for each kind of record; paths being dropped count until their entries are deleted. */
export const MAX_PATHS = 20;

export const create = fn(z.strictObject(fields), ({ entity, path, type, sort }) =>
  retryOnConflict(async () => {
    const pathCheck = checkPath({ path, type, sort }, await loadDetail(entity));
    if ("wrong" in pathCheck) throw invalid(pathCheck.wrong.field, pathCheck.wrong.message);
    const set = await readSet(entity);
    if (set.declared.some((declaration) => declaration.path === path && declaration.status !== "DROPPING"))
      throw conflict(`${path} is already declared`, [{ field: "path", message: "Already declared" }]);
    if (set.declared.length >= MAX_PATHS)
      throw conflict(`At most ${MAX_PATHS} paths can be declared for a ${entity}, including those that are being dropped`);
    const declared = Records.init(SearchPaths, {
      entity,
      path,
      type: pathCheck.type,
      sort,
      status: "PENDING" as const,
      records_done: 0,
      records_failed: 0,
      revision: 1,
      due_at: Clock.addSeconds(BACKFILL_GRACE_SECONDS),
    });
    const tx = transaction().create(SearchPaths, declared);
    putSet(tx, entity, set, [...set.declared, toDeclaration(declared)]);
    await tx.commit(declared);
    PathDeclarations.invalidate(entity);
    return declared;
  }),
);

export const get = fn(IdInput, async ({ id }) => {
  const [searchPath] = await withProgress([await Records.read(SearchPaths, id)]);
  return searchPath as SearchPathRecord;
});

const filters = { entity: registryName("search_paths").optional(), status: oneOf(declarationStatuses).optional() };

export const list = fn(
  listSchema(SearchPaths, filters).omit({ deleted: true }),
  async (input): Promise<Page<SearchPathRecord>> => {
    const { rows, meta } = await listRecords(SearchPaths, buildListQuery(SearchPaths, input));
    return new Page(await withProgress(rows), meta);
  },
);

/** Drops a path: lists no longer find records by it, in this process at once and in others within a minute. Its entries are deleted after that. */
export const remove = fn(IdInput, ({ id }) =>
  changePath(id, (current) =>
    current.status === "DROPPING"
      ? current
      : {
          ...current,
          ...initialCounts,
          status: "DROPPING",
          revision: current.revision + 1,
          due_at: Clock.addSeconds(BACKFILL_GRACE_SECONDS),
        },
  ),
);

const initialCounts = { records_done: 0, records_failed: 0 };

/**
 * Continues the backfill or removal of a path for some seconds; `search_path.work_due` calls it until all is done. It may be killed at any moment,
 * run twice, or run concurrently.
 */
export async function proceed(id: string, due_at: string, seconds: number): Promise<void> {
  const searchPath = await Clocks.loadDue(SearchPaths, id, "work", due_at);
  if (!searchPath) return;
  const current =
    searchPath.status === "PENDING"
      ? await changePath(id, (storedPath) =>
          storedPath.status === "PENDING" ? { ...storedPath, status: "BACKFILLING" } : storedPath,
        )
      : searchPath;
  // Another run has finished or changed the work meanwhile.
  if (current.due_at !== due_at) return;
  const { done, records_done, records_failed } = await Backfill.backfill(await loadCollectionByName(current.entity), current, {
    seconds,
  });
  if (done) await finish(current, { records_done, records_failed });
  // If the path was dropped meanwhile, its own `due_at` stays.
  else await changePath(id, (storedPath) => (storedPath.due_at === due_at ? { ...storedPath, due_at: Clock.now() } : storedPath));
}

/**
 * Marks a backfilled path as ready and a dropped path as deleted. If the path was changed meanwhile, it does nothing, because that is separate work.
 */
async function finish({ id, revision }: SearchPathRecord, counts: typeof initialCounts): Promise<void> {
  await changePath(id, (current) => {
    if (current.revision !== revision || current.due_at === null) return current;
    const nextPath = { ...current, ...counts, due_at: null };
    return current.status === "DROPPING" ? { ...nextPath, deleted_at: Clock.now() } : { ...nextPath, status: "READY" };
  });
}

/** Changes a declaration together with the set. */
async function changePath(id: string, edit: (current: SearchPathRecord) => SearchPathRecord): Promise<SearchPathRecord> {
  const changedPath = await Records.change(SearchPaths, id, async (current, tx) => {
    const next = edit(current);
    if (next === current) return current;
    const set = await readSet(current.entity);
    const declarations = set.declared.map((declaration) => (declaration.id === id ? toDeclaration(next) : declaration));
    putSet(tx, current.entity, set, next.deleted_at ? declarations.filter((declaration) => declaration.id !== id) : declarations);
    if (next.due_at === null) tx.delete(Backfill.progressKey(current.entity, id));
    return next;
  });
  PathDeclarations.invalidate(changedPath.entity);
  return changedPath;
}

/** Adds the current progress to paths that are being processed. */
async function withProgress(paths: readonly SearchPathRecord[]): Promise<SearchPathRecord[]> {
  const results = [...paths];
  for (const entity of listNames("search_paths")) {
    const working = results.filter((path) => path.entity === entity && path.due_at !== null);
    const progress = await Backfill.listProgress(entity, working);
    for (const [index, path] of working.entries()) {
      const { records_done = 0, records_failed = 0 } = progress[index] ?? {};
      results[results.indexOf(path)] = { ...path, records_done, records_failed };
    }
  }
  return results;
}

const loadDetail = async (entity: Entity): Promise<Readonly<Record<string, DetailDocument | undefined>>> =>
  loadTenantDetail(await loadCollectionByName(entity));

export { FillRate, measureFillRate } from "./fill-rate.ts";
/** Handles `search_path.work_due`. */
export const onWork = createClockListener((id, due_at) => proceed(id, due_at, SLICE_SECONDS));

export * as SearchPath from "./search-path.ts";
