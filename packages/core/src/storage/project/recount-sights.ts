import { useTenant } from "../../kernel/context.ts";
import { merged } from "../read/scan.ts";
import { readSights } from "../read/sights.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { allCollections } from "../table/collections.ts";
import type { Sight } from "../table/sight.ts";
import { standsUnder } from "../table/sight.ts";
import type { Difference } from "./difference.ts";
import { entriesUnder, readSeenCheckpoints } from "./sight-steps.ts";

/** The recount of who sees what others reveal: sights against the records, entries and counters of owners against sights. */

type Counts = Map<string, Map<string, number>>;

/** Adds what revealed records add to the counters of owners, and tells where their entries are not those that sights say. */
export async function proveEntries(
  collection: Collection<BaseRecord>,
  records: readonly BaseRecord[],
  sums: Counts,
): Promise<Difference[]> {
  const { revealed } = collection.definition;
  if (!revealed || records.length === 0) return [];
  const checkpoints = await readSeenCheckpoints(
    useTenant(),
    records.map(({ id }) => id),
  );
  const idsOf = (record: BaseRecord): string[] => [record.id, ...revealed.also(record)];
  const ids = [...new Set(records.flatMap(idsOf))];
  const sights = new Map((await readSights(collection, ids)).map((sight, at) => [ids[at] as string, sight]));
  return records.flatMap((record, at): Difference[] => {
    const { version = 0, entries = {} } = checkpoints[at] ?? {};
    for (const [name, { counts }] of Object.entries(entries)) {
      const owner = name.slice(name.indexOf(" ") + 1);
      const ofOwner = sums.get(owner) ?? new Map<string, number>();
      sums.set(owner, ofOwner);
      for (const [count, value] of Object.entries(counts)) ofOwner.set(count, (ofOwner.get(count) ?? 0) + value);
    }
    // What the stream has not brought yet is no difference, nor is what an earlier release has left to be migrated.
    if ((version > 0 && version < record.version) || !sights.get(record.id)?.whole) return [];
    const under = standsUnder(idsOf(record).flatMap((id) => sights.get(id) ?? []));
    const shown = { collection, id: record.id, version: record.version, after: record, at: record.updated_at };
    const [kept, counted] = [entries, entriesUnder(shown, under)].map((each) => Object.keys(each).sort().join(", "));
    return kept === counted ? [] : [{ kind: collection.name, where: record.id, what: "under", kept, counted }];
  });
}

/** Tells of which revealed records the sight says something else than the records that reveal them. */
export async function proveSights(): Promise<Difference[]> {
  const all = await allCollections();
  const differences: Difference[] = [];
  for (const collection of all.filter(({ definition }) => definition.revealed)) {
    const kept = new Map<string, Sight>();
    for await (const some of recordsOf(collection, ["live", "deleted"])) {
      const sights = await readSights(
        collection,
        some.map(({ id }) => id),
      );
      for (const [at, { id }] of some.entries()) if (sights[at]?.whole) kept.set(id, sights[at]);
    }
    const counted: Counts = new Map();
    for (const revealing of all.filter(({ definition }) => definition.reveals)) {
      for await (const some of recordsOf(revealing, ["live"])) {
        for (const record of some) {
          const { id, owner } = revealing.revealOf(record) ?? {};
          if (id === undefined || owner === undefined) continue;
          const owners = counted.get(id) ?? new Map<string, number>();
          counted.set(id, owners.set(owner, (owners.get(owner) ?? 0) + 1));
        }
      }
    }
    const wrong = [...kept].filter(([id, { owners }]) => textOf(owners) !== textOf(counted.get(id) ?? new Map()));
    // A record that was written meanwhile has moved the sight.
    const now = await readSights(
      collection,
      wrong.map(([id]) => id),
    );
    for (const [at, [id, { owners, revision }]] of wrong.entries()) {
      if (now[at]?.revision !== revision) continue;
      const told = textOf(counted.get(id) ?? new Map());
      differences.push({ kind: collection.name, where: id, what: "sight", kept: textOf(owners), counted: told });
    }
  }
  return differences;
}

const textOf = (owners: ReadonlyMap<string, number>): string =>
  [...owners]
    .map(([owner, count]) => `${owner} ${count}`)
    .sort()
    .join(", ");

const TOGETHER = 100;

async function* recordsOf(
  collection: Collection<BaseRecord>,
  lives: readonly ("live" | "deleted")[],
): AsyncGenerator<BaseRecord[]> {
  for (const life of lives) {
    let some: BaseRecord[] = [];
    for await (const { row } of merged(collection, collection.whole(life), { order: "asc", after: undefined, chunk: 1000 })) {
      if (some.push(collection.fromRow(row)) < TOGETHER) continue;
      yield some;
      some = [];
    }
    if (some.length > 0) yield some;
  }
}
