import { Clock } from "../kernel/clock.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { addDeltas, commitSteps, type Step, type Unit } from "../storage/project/unit.ts";
import { LIVE } from "../storage/read/counter.ts";
import { Wheres } from "../storage/read/where.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { chunksOf, getAll, tableName } from "../storage/table/database.ts";
import type { Action, Item } from "../storage/table/item.ts";
import { NONE, standingKey, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { periodOf, withFacts } from "./fact.rules.ts";
import { meant, ownIn, ownOf } from "./own.ts";
import { type Definition, deciding, fieldsAsked, type Roster } from "./roster.ts";
import type { BuildRecord } from "./set-record.ts";

/**
 * In which sets a record stands. Beside it is its standing: who added it to which by hand, and the entries that it has. An entry
 * stands in the partition of its set, and in that of its set and owner in an index. Standing, entries and counters move in one
 * transaction on the condition of the standing that was read.
 */

/** An entry as it stands: since when, by hand or not, and under which owner. */
type Entry = readonly [at: string, by: "hand" | "filter", owner: string];

export interface Standing {
  turn: number;
  by_hand: Readonly<Record<string, string>>;
  entries: Readonly<Record<string, Entry>>;
}

export const partitionOf = (set: string, owner?: string): string =>
  tenantKey(useTenant(), "MEMBERS", set, ...(owner === undefined ? [] : [owner]));

/** Members of sets are counted apart from the sets: all of one, and those of an owner. */
export const COUNTED = "set.member";
export const scopeOf = (set: string, owner?: string): string => (owner === undefined ? set : `${set}@${owner}`);

/** What an entry says beside its keys. */
export const entryRow = ([at, by]: Entry): string => JSON.stringify([at, by]);
export function toldOf(row: unknown): { added_date: string; is_manual: boolean } {
  const [added_date, by] = JSON.parse(String(row)) as [string, string];
  return { added_date, is_manual: by === "hand" };
}

/** Entries written in a step: with their counters they fit into a transaction. */
const STEP = 24;

export async function standingsOf(ids: readonly string[]): Promise<Standing[]> {
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => standingKey(tenant, id)));
  return items.map((item) => ({
    turn: Number(item?.turn ?? 0),
    by_hand: item ? (JSON.parse(String(item.by_hand)) as Standing["by_hand"]) : {},
    entries: item ? (JSON.parse(String(item.entries)) as Standing["entries"]) : {},
  }));
}

/** Who is added, or taken out, by hand. */
export type ByHand = (by_hand: Standing["by_hand"]) => Standing["by_hand"];

const TOGETHER = 50;

/**
 * Brings records to where they stand by their sets, the records and the facts as they are now, with what is said `byHand`. Any number
 * of times, in any order, by several at once: whoever has written something looks once more, and ends where there is nothing left
 * to write. So nobody leaves behind what was decided by what is no longer so.
 */
export async function bringUp<R extends BaseRecord>(roster: Roster<R>, ids: readonly string[], byHand?: ByHand): Promise<void> {
  const tenant = useTenant();
  for (const some of chunksOf([...new Set(ids)], TOGETHER)) {
    // Once: whoever says the contrary afterwards is not gone against.
    if (byHand)
      await commitSteps(tenant, some, async (left) =>
        (await stepsOf(roster, left, byHand)).map((step) => step && { ...step, done: true }),
      );
    await commitSteps(tenant, some, (left) => stepsOf(roster, left));
  }
}

async function stepsOf<R extends BaseRecord>(
  roster: Roster<R>,
  ids: readonly string[],
  byHand: ByHand = (as) => as,
): Promise<(Step | undefined)[]> {
  // In this order: of a set that a standing names it is known whether it is there.
  const standings = await standingsOf(ids);
  const { build, sets: written } = await deciding(roster);
  if (!build) return ids.map(() => undefined);
  const own = await ownOf(roster);
  const sets = written.map(({ id, condition }) => ({ id, condition: condition && meant(condition, own) }));
  const records = await factual(roster, await Records.loadMany(roster.members, ids), build);
  const joined = await joinedTo(records);
  return ids.map((id, at) => {
    const standing = standings[at] as Standing;
    const own = byHand(standing.by_hand);
    const { entries } = wantedOf(roster, records[at], sets, { ...standing, by_hand: { ...joined[at], ...own } });
    return stepOf(id, standing, { by_hand: saidOf(records[at], sets, own), entries });
  });
}

/** Who was merged into a record, and leads to it. */
export const mergedInto = (record: BaseRecord & { merged_ids?: readonly string[] | null }): readonly string[] =>
  record.merged_ids ?? [];

/** What was said by hand of those that were merged into each of the records: they keep it, for when they are told apart. */
async function joinedTo(records: readonly (BaseRecord | undefined)[]): Promise<Standing["by_hand"][]> {
  const ids = records.map((record) => (record ? mergedInto(record) : []));
  const standings = await standingsOf(ids.flat());
  const said = new Map(ids.flat().map((id, at) => [id, standings[at]?.by_hand]));
  return ids.map((some) => Object.assign({}, ...some.map((id) => said.get(id))));
}

/** Records with what their sets ask beside their fields. */
export async function factual<R extends BaseRecord>(
  roster: Roster<R>,
  records: readonly (R | undefined)[],
  build: BuildRecord,
): Promise<(R | undefined)[]> {
  const asked = fieldsAsked(build);
  const now = today();
  const period = periodOf(asked, now);
  const { timezone } = useSettings();
  const own = asked.some((name) => ownIn(name) !== undefined) ? await ownOf(roster) : undefined;
  return Promise.all(
    records.map(async (record) => {
      if (!record || record.deleted_at) return record;
      const days = period ? await roster.happened(record, period.from, period.types) : [];
      const known = withFacts(record, asked, { today: now, timezone, days, quintiles: build.quintiles });
      return own ? { ...known, ...own.valuesOf(record) } : known;
    }),
  );
}

/** Where a record is to stand: nowhere while it is deleted. */
function wantedOf<R extends BaseRecord>(
  { members }: Roster<R>,
  record: R | undefined,
  sets: readonly Definition[],
  { by_hand: said, entries: had }: Standing,
): Pick<Standing, "entries"> {
  if (!record || record.deleted_at) return { entries: {} };
  const owner = members.ownerOf(record) ?? NONE;
  const entries = sets.flatMap(({ id, condition }): [string, Entry][] => {
    const added = said[id];
    if (added === undefined && (condition === null || !Wheres.isSo(record, condition))) return [];
    return [[id, [had[id]?.[0] ?? added ?? Clock.now(), added === undefined ? "filter" : "hand", owner]]];
  });
  return { entries: Object.fromEntries(entries) };
}

/** What is kept of what was said by hand: of sets that are there, while the record is, deleted or not. */
const saidOf = (record: BaseRecord | undefined, sets: readonly Definition[], said: Standing["by_hand"]): Standing["by_hand"] =>
  Object.fromEntries(sets.flatMap(({ id }) => (said[id] === undefined || !record ? [] : [[id, said[id]]])));

const isSame = (one: object | undefined, other: object | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The next step from where a record stands to where it is to, or nothing when it is there. Whoever wrote one looks again. */
function stepOf(id: string, standing: Standing, wanted: Pick<Standing, "by_hand" | "entries">): Step | undefined {
  const names = new Set([...Object.keys(standing.entries), ...Object.keys(wanted.entries)]);
  const moved = [...names].filter((set) => !isSame(standing.entries[set], wanted.entries[set])).slice(0, STEP);
  const handMoved = Object.keys({ ...standing.by_hand, ...wanted.by_hand }).some(
    (set) => standing.by_hand[set] !== wanted.by_hand[set],
  );
  if (moved.length === 0 && !handMoved) return undefined;
  const entries: Record<string, Entry> = { ...standing.entries };
  const unit: Unit = { before: [], actions: [], deltas: new Map(), at: Clock.now() };
  for (const set of moved) {
    const [before, after] = [standing.entries[set], wanted.entries[set]];
    delete entries[set];
    if (after) entries[set] = after;
    unit.actions.push(entryAction(set, id, after));
    for (const [entry, sign] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (!entry) continue;
      for (const scope of [scopeOf(set), scopeOf(set, entry[2])])
        addDeltas(unit.deltas, `${COUNTED}/${scope}`, { [LIVE]: 1 }, sign);
    }
  }
  unit.actions.unshift(standingAction(id, { turn: standing.turn + 1, by_hand: wanted.by_hand, entries }));
  return { unit, done: false };
}

function entryAction(set: string, id: string, entry: Entry | undefined): Action {
  const Key = { pk: partitionOf(set), sk: id };
  if (!entry) return { Delete: { TableName: tableName(), Key } };
  const Item: Item = { ...Key, row: entryRow(entry), id, by_owner: partitionOf(set, entry[2]) };
  return { Put: { TableName: tableName(), Item } };
}

const standingAction = (id: string, { turn, by_hand, entries }: Standing): Action => ({
  Put: {
    TableName: tableName(),
    Item: { ...standingKey(useTenant(), id), turn, by_hand: JSON.stringify(by_hand), entries: JSON.stringify(entries) },
    ConditionExpression: turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(turn === 1 ? {} : { ExpressionAttributeValues: { ":read": turn - 1 } }),
  },
});
