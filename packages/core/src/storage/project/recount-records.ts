import { useTenant } from "../../kernel/context.ts";
import { declaredNow, isDeclarable } from "../read/declared.ts";
import { placeItem } from "../read/order-entries.ts";
import { CUT, entriesOf, FILLED, filledOf, isValue, pathCounter, readPathCheckpoints, underOf } from "../read/path-entries.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import type { Row } from "../table/row.ts";
import { additionsOf, type Checkpoint, checkpointIn, checkpointItem, checkpointOf, nothing, wordItems } from "./checkpoint.ts";
import type { Difference } from "./difference.ts";
import { idsOf } from "./recount-ids.ts";
import { proveEntries } from "./recount-sights.ts";
import { countersOf, type Proof, type Subject, wrongCounts } from "./recount-subject.ts";

/** What a recount proves of the records of a kind: checkpoints against records, and counters against checkpoints. */

export function recordsOf(collection: Collection<BaseRecord>): Subject {
  const kind = collection.name;
  return {
    name: kind,
    kept: (after) => countersOf(kind, after),
    async *pages(after, proof) {
      for await (const ids of idsOf(collection, after)) {
        const differences = await proveChunk(collection, ids, proof);
        yield { after: String(ids.at(-1)), records: ids.length, differences };
      }
    },
    wrong: (kept, scope, counted) => wrongCounts(kind, kept, scope, counted),
    isCounter: true,
  };
}

/**
 * What records are found by of declared paths: that the checkpoint of each says what the record has, and that the counters are the
 * sum of the checkpoints. Records that a backfill has not reached yet are counted as their checkpoints say.
 */
export function pathsOf(collection: Collection<BaseRecord>): Subject[] {
  if (!isDeclarable(collection)) return [];
  const kind = pathCounter(collection.name);
  return [
    {
      name: kind,
      kept: (after) => countersOf(kind, after),
      async *pages(after, { add }) {
        const { all } = await declaredNow(collection);
        if (all.length === 0 && (await countersOf(kind, undefined).next()).done) return;
        for await (const ids of idsOf(collection, after)) {
          const differences = await provePaths(collection, ids, add);
          yield { after: String(ids.at(-1)), records: 0, differences };
        }
      },
      wrong: (kept, scope, counted) => wrongCounts(kind, kept, scope, counted),
      isCounter: true,
    },
  ];
}

async function provePaths(collection: Collection<BaseRecord>, ids: readonly string[], add: Proof["add"]): Promise<Difference[]> {
  const tenant = useTenant();
  const { all } = await declaredNow(collection);
  const under = underOf(all);
  const [items, checkpoints] = await Promise.all([
    getAll(ids.map((id) => recordKey(tenant, id))),
    readPathCheckpoints(tenant, ids),
  ]);
  return checkpoints.flatMap((checkpoint, at): Difference[] => {
    for (const name of Object.keys(checkpoint.entries)) if (isValue(name)) add(name, { [FILLED]: 1 });
    for (const declaration of filledOf(checkpoint)) add(declaration, { [FILLED]: 1 });
    for (const declaration of checkpoint.cut) add(declaration, { [CUT]: 1 });
    const item = items[at];
    if (!item || Number(item.version) !== checkpoint.version || checkpoint.under !== under) return [];
    const counted = [...entriesOf(collection.fromItem(item), all).names].sort().join(" ");
    const kept = Object.keys(checkpoint.entries).sort().join(" ");
    const where = ids[at] ?? "";
    return kept === counted ? [] : [{ kind: pathCounter(collection.name), where, what: "entries", kept, counted }];
  });
}

interface Proved {
  record: BaseRecord;
  /** Stored in the shape of an earlier release. */
  isOld: boolean;
}

/** The records as they are stored: what lists show says neither their versions nor all that counters are made of. */
async function storedOf(collection: Collection<BaseRecord>, ids: readonly string[]): Promise<Proved[]> {
  const items = await getAll(ids.map((id) => recordKey(useTenant(), id)));
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
  ids: readonly string[],
  { add, words }: Proof,
): Promise<Difference[]> {
  const tenant = useTenant();
  const stored = await storedOf(collection, ids);
  const differences: Difference[] = [];
  const checkpoints = await getAll(stored.map(({ record }) => checkpointKey(tenant, record.id)));
  differences.push(
    ...(await proveEntries(
      collection,
      stored.map(({ record }) => record),
      checkpoints,
      add,
    )),
  );
  const level: Level[] = [];
  for (const [at, each] of stored.entries()) {
    const { record } = each;
    const checkpoint = checkpoints[at];
    const wanted = wantedOf(collection, each, checkpoint);
    // What the stream has not brought yet counts once it has: counting it here too would count it twice.
    const isLevel = Number(checkpoint?.version) === record.version;
    const counted = isLevel ? wanted : checkpoint ? checkpointIn(checkpoint) : nothing;
    for (const [scope, counts] of additionsOf(counted)) add(scope, counts);
    // A checkpoint that is behind its record has a change under way in the stream; one that is level must agree.
    if (checkpoint && !isLevel) continue;
    level.push({ record, wanted });
    const item = checkpointItem(tenant, record.id, wanted);
    for (const what of ["counts", "sums", "words", "places"]) {
      const told = String(item[what] ?? "");
      const kept = checkpoint && String(checkpoint[what] ?? "");
      if (kept !== told) differences.push({ kind: collection.name, where: record.id, what, kept, counted: told });
    }
  }
  differences.push(...(await provePlaces(collection, level)));
  if (words) differences.push(...(await proveWords(collection, level)));
  return differences;
}

/** A record whose checkpoint is level with it, and what that is to say. */
interface Level {
  record: BaseRecord;
  wanted: Checkpoint;
}

/** That a record stands in each order where it has a place, as lists show it. */
async function provePlaces(collection: Collection<BaseRecord>, level: readonly Level[]): Promise<Difference[]> {
  const tenant = useTenant();
  const wanted = level.flatMap(({ record, wanted: { places } }) =>
    Object.entries(places).map(([field, value]) => placeItem(tenant, collection, { field, value }, record)),
  );
  const items = await getAll(wanted.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  return wanted.flatMap(({ pk, sk, row }, at) => {
    const kept = items[at]?.row as string | undefined;
    return kept !== undefined && shownBy(collection, { key: String(sk), row: kept }) === row
      ? []
      : [{ kind: collection.name, where: `${pk} ${sk}`, what: "place", kept, counted: String(row) }];
  });
}

/** What an entry shows, whichever release wrote it. */
const shownBy = (collection: Collection<BaseRecord>, row: Row): string => collection.texts(collection.fromRow(row)).row;

/** That searches find a record by each of its words. */
async function proveWords(collection: Collection<BaseRecord>, level: readonly Level[]): Promise<Difference[]> {
  const tenant = useTenant();
  const wanted = level.flatMap(({ record, wanted: checkpoint }) =>
    wordItems(tenant, collection.name, record.id, checkpoint).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })),
  );
  const items = await getAll(wanted);
  return wanted.flatMap(({ pk, sk }, at) =>
    items[at] ? [] : [{ kind: collection.name, where: `${pk} ${sk}`, what: "word", kept: undefined, counted: sk }],
  );
}
