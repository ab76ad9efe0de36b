import { runIn, systemContext, useTenant } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { ALL, Counter, counterKey } from "../read/counter.ts";
import { declaredNow, isDeclarable } from "../read/declared.ts";
import { placeItem } from "../read/order-entries.ts";
import {
  CUT,
  entriesOf,
  FILLED,
  filledOf,
  isValue,
  type PathCheckpoint,
  pathCounter,
  readPathCheckpoints,
  underOf,
} from "../read/path-entries.ts";
import { keysBehind, merged } from "../read/scan.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { allCollections } from "../table/collections.ts";
import { getAll, queryAll } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { checkpointKey, recordKey, systemKey, tenantKey } from "../table/key.ts";
import { transaction } from "../write/transaction.ts";
import { additionsOf, type Checkpoint, checkpointIn, checkpointItem, checkpointOf, nothing } from "./checkpoint.ts";
import type { Difference } from "./difference.ts";
import { proveEntries, proveSights } from "./recount-sights.ts";

/**
 * The recount: walks all records of a tenant, the one place where that is allowed, and proves what is kept from the
 * stream: that each record's checkpoint says what the record contributes, and that the counters are the sum of the
 * checkpoints. Counters that differ are mended, if nothing counted in between; a busy tenant is proved another day.
 */
export interface Recount {
  records: number;
  differences: Difference[];
  mended: number;
  /** Kinds whose counters moved while they were being proved. */
  busy: string[];
}

export async function recountAll(ports: Ports): Promise<void> {
  const tenants = await runIn(systemContext(ports, undefined, "recount", ["tenants"]), () =>
    queryAll(systemKey("tenants", "all")),
  );
  for (const { sk } of tenants) {
    const result = await runIn(systemContext(ports, String(sk), "recount"), () => recount());
    const { records, differences, mended, busy } = result;
    const level = differences.length > 0 ? "error" : "info";
    ports.log.write(level, "recount", { tenant: sk, records, differences: differences.slice(0, 20), mended, busy });
  }
}

/** Proves the tenant of the actor; with `mend`, writes the counters that differ anew. */
export async function recount(options: { mend?: boolean } = {}): Promise<Recount> {
  const result: Recount = { records: 0, differences: [], mended: 0, busy: [] };
  for (const collection of await allCollections()) {
    if (collection.kind.isDerived || !collection.definition.indexes.by_time) continue;
    await prove(collection, result, options.mend ?? true);
    if (isDeclarable(collection)) await provePaths(collection, result, options.mend ?? true);
  }
  result.differences.push(...(await proveSights()));
  return result;
}

type Sums = Map<string, Map<string, number>>;

/**
 * What records are found by of declared paths: that the checkpoint of each says what the record has, and that the counters are the
 * sum of the checkpoints. Records that a backfill has not reached yet are counted as their checkpoints say.
 */
async function provePaths(collection: Collection<BaseRecord>, result: Recount, mend: boolean): Promise<void> {
  const kind = pathCounter(collection.name);
  const [before, { all }] = await Promise.all([countersOf(kind), declaredNow(collection)]);
  if (before.length === 0 && all.length === 0) return;
  const tenant = useTenant();
  const under = underOf(all);
  const sums: Sums = new Map();
  for (const life of ["live", "deleted"] as const) {
    let after: string | undefined;
    do {
      const ids = await keysBehind(collection, collection.whole(life), { order: "asc", after, most: 100 });
      after = ids.length === 100 ? ids.at(-1) : undefined;
      const items = await getAll(ids.map((id) => recordKey(tenant, id)));
      const checkpoints = await readPathCheckpoints(tenant, ids);
      for (const [at, checkpoint] of checkpoints.entries()) {
        addTo(sums, checkpoint);
        const item = items[at];
        if (!item || Number(item.version) !== checkpoint.version || checkpoint.under !== under) continue;
        const wanted = [...entriesOf(collection.fromItem(item), all).names].sort().join(" ");
        const found = Object.keys(checkpoint.entries).sort().join(" ");
        if (found !== wanted)
          result.differences.push({ kind, where: ids[at] ?? "", what: "entries", kept: found, counted: wanted });
      }
    } while (after !== undefined);
  }
  if (revisions(before) !== revisions(await countersOf(kind))) result.busy.push(kind);
  else await compare(kind, before, sums, result, mend);
}

function addTo(sums: Sums, checkpoint: PathCheckpoint): void {
  const add = (scope: string, count: string): void => {
    const ofScope = sums.get(scope) ?? new Map<string, number>();
    sums.set(scope, ofScope.set(count, (ofScope.get(count) ?? 0) + 1));
  };
  for (const name of Object.keys(checkpoint.entries)) if (isValue(name)) add(name, FILLED);
  for (const declaration of filledOf(checkpoint)) add(declaration, FILLED);
  for (const declaration of checkpoint.cut) add(declaration, CUT);
}

async function prove(collection: Collection<BaseRecord>, result: Recount, mend: boolean): Promise<void> {
  const before = await countersOf(collection.name);
  const sums: Sums = new Map([[ALL, new Map()]]);
  for (const life of ["live", "deleted"] as const) {
    let chunk: BaseRecord[] = [];
    for await (const { row } of merged(collection, collection.whole(life), { order: "asc", after: undefined, chunk: 1000 })) {
      chunk.push(collection.fromRow(row));
      if (chunk.length === 100) {
        await proveChunk(collection, chunk, sums, result);
        chunk = [];
      }
    }
    await proveChunk(collection, chunk, sums, result);
  }
  const after = await countersOf(collection.name);
  if (revisions(before) !== revisions(after)) {
    result.busy.push(collection.name);
    return;
  }
  await compare(collection.name, before, sums, result, mend);
}

interface Proved {
  record: BaseRecord;
  /** Stored in the shape of an earlier release. */
  isOld: boolean;
}

/** The records as they are stored: what lists show says neither their versions nor all that counters are made of. */
async function storedOf(collection: Collection<BaseRecord>, shown: readonly BaseRecord[]): Promise<Proved[]> {
  const items = await getAll(shown.map(({ id }) => recordKey(useTenant(), id)));
  return items.flatMap((item) =>
    item ? [{ record: collection.fromItem(item), isOld: Number(item.shape) < collection.shape }] : [],
  );
}

/**
 * What a record is to contribute; one of an earlier shape has the sums, words and places that it had, until it is brought into
 * this one.
 */
function wantedOf(collection: Collection<BaseRecord>, { record, isOld }: Proved, kept: Item | undefined): Checkpoint {
  const wanted = checkpointOf(collection, record, record.version);
  if (!isOld || !kept) return wanted;
  const { sums, words, places } = checkpointIn(kept);
  return { ...wanted, sums, words, places };
}

async function proveChunk(
  collection: Collection<BaseRecord>,
  shown: readonly BaseRecord[],
  sums: Sums,
  result: Recount,
): Promise<void> {
  const tenant = useTenant();
  const stored = await storedOf(collection, shown);
  const checkpoints = await getAll(stored.map(({ record }) => checkpointKey(tenant, record.id)));
  result.differences.push(
    ...(await proveEntries(
      collection,
      stored.map(({ record }) => record),
      sums,
    )),
  );
  const level: Level[] = [];
  for (const [at, each] of stored.entries()) {
    result.records++;
    const { record } = each;
    const checkpoint = checkpoints[at];
    const wanted = wantedOf(collection, each, checkpoint);
    // What the stream has not brought yet counts once it has: counting it here too would count it twice.
    const isLevel = Number(checkpoint?.version) === record.version;
    const counted = isLevel ? wanted : checkpoint ? checkpointIn(checkpoint) : nothing;
    for (const [scope, counts] of additionsOf(counted)) {
      const ofScope = sums.get(scope) ?? new Map<string, number>();
      sums.set(scope, ofScope);
      for (const [count, value] of Object.entries(counts)) ofScope.set(count, (ofScope.get(count) ?? 0) + value);
    }
    // A checkpoint that is behind its record has a change under way in the stream; one that is level must agree.
    if (checkpoint && !isLevel) continue;
    level.push({ record, places: wanted.places });
    const item = checkpointItem(tenant, record.id, wanted);
    for (const what of ["counts", "sums", "words", "places"]) {
      const told = String(item[what] ?? "");
      const kept = checkpoint && String(checkpoint[what] ?? "");
      if (kept !== told) result.differences.push({ kind: collection.name, where: record.id, what, kept, counted: told });
    }
  }
  result.differences.push(...(await provePlaces(collection, level)));
}

/** A record whose checkpoint is level with it, and its places. */
interface Level {
  record: BaseRecord;
  places: Checkpoint["places"];
}

/** That a record stands in each order where it has a place, as lists show it. */
async function provePlaces(collection: Collection<BaseRecord>, level: readonly Level[]): Promise<Difference[]> {
  const tenant = useTenant();
  const wanted = level.flatMap(({ record, places }) =>
    Object.entries(places).map(([field, value]) => placeItem(tenant, collection, { field, value }, record)),
  );
  const items = await getAll(wanted.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  return wanted.flatMap(({ pk, sk, row }, at) => {
    const kept = items[at]?.row as string | undefined;
    return kept !== undefined && shownBy(collection, kept) === row
      ? []
      : [{ kind: collection.name, where: `${pk} ${sk}`, what: "place", kept, counted: String(row) }];
  });
}

/** What an entry shows, whichever release wrote it. */
const shownBy = (collection: Collection<BaseRecord>, row: string): string => collection.texts(collection.fromRow(row)).row;

const countersOf = (kind: string): Promise<Item[]> => queryAll(tenantKey(useTenant(), "COUNT", kind));
const revisions = (counters: readonly Item[]): string => counters.map(({ sk, revision }) => `${sk}=${revision}`).join(" ");

async function compare(kind: string, kept: readonly Item[], sums: Sums, result: Recount, mend: boolean): Promise<void> {
  const internal = new Set(["pk", "sk", "as_of", "revision"]);
  const byScope = new Map(kept.map((item) => [String(item.sk), item]));
  for (const scope of new Set([...byScope.keys(), ...sums.keys()])) {
    const item = byScope.get(scope) ?? {};
    const counted = sums.get(scope) ?? new Map<string, number>();
    const names = new Set([...Object.keys(item).filter((name) => !internal.has(name)), ...counted.keys()]);
    const wrong = [...names].filter((name) => Number(item[name] ?? 0) !== (counted.get(name) ?? 0));
    if (wrong.length === 0) continue;
    for (const name of wrong) {
      result.differences.push({
        kind,
        where: scope,
        what: name,
        kept: item[name] as number,
        counted: counted.get(name),
      });
    }
    if (mend && (await rewrite(kind, scope, item, counted))) result.mended++;
  }
}

/** Writes a counter anew, unless something was counted since it was read. */
async function rewrite(kind: string, scope: string, item: Item, counted: ReadonlyMap<string, number>): Promise<boolean> {
  const next = {
    ...counterKey(useTenant(), kind, scope),
    ...Object.fromEntries(counted),
    as_of: item.as_of ?? new Date(0).toISOString(),
  };
  const revision = Number(item.revision ?? 0);
  const tx = transaction().put(
    { ...next, revision: revision + 1 },
    {
      condition: revision === 0 ? "attribute_not_exists(revision)" : "revision = :read",
      ...(revision === 0 ? {} : { values: { ":read": revision } }),
    },
  );
  try {
    await tx.commit(undefined);
    Counter.forget(useTenant(), kind, scope);
    return true;
  } catch {
    return false;
  }
}
