import { Clock } from "../../kernel/clock.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { LIVE } from "../../storage/read/counter.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { addDeltas, type CommitStep, type CommitUnit, commitSteps } from "../../storage/stream/commit.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { getAll, splitIntoChunks, tableName } from "../../storage/table/database.ts";
import type { Item, WriteAction } from "../../storage/table/item.ts";
import { membershipKey, NONE, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { loadCustomFieldFilter, parseCustomField, withCurrentFields } from "./custom-field-filter.ts";
import { computePeriod, withFacts } from "./fact.rules.ts";
import { listFilterFields, readDefinitions, type SegmentType, type SetDefinition } from "./segment-type.ts";
import type { BuildRecord } from "./set-record.ts";

/**
 * In which sets a record stands. Beside it is its standing: who added it to which by hand, and the entries that it has. An entry
 * stands in the partition of its set, and in that of its set and owner in an index. Standing, entries and counters move in one
 * transaction on the condition of the standing that was read.
 */

/** An entry as it stands: since when, by hand or not, and under which owner. */
type Entry = readonly [at: string, by: "hand" | "filter", owner: string];

export interface MembershipState {
  revision: number;
  by_hand: Readonly<Record<string, string>>;
  entries: Readonly<Record<string, Entry>>;
}

export const setPartition = (set: string, owner?: string): string =>
  tenantKey(useTenant(), "MEMBERS", set, ...(owner === undefined ? [] : [owner]));

/** Members of sets are counted apart from the sets: all of one, and those of an owner. */
export const MEMBER_COUNTER = "set.member";
export const counterScope = (set: string, owner?: string): string => (owner === undefined ? set : `${set}@${owner}`);

/** What an entry says beside its keys. */
export const entryRow = ([at, by]: Entry): string => JSON.stringify([at, by]);
export function parseEntryRow(row: unknown): { added_date: string; is_manual: boolean } {
  const [added_date, by] = JSON.parse(String(row)) as [string, string];
  return { added_date, is_manual: by === "hand" };
}

/** Entries written in a step: with their counters they fit into a transaction. */
const MAX_ENTRIES_PER_STEP = 24;

export async function loadMembershipStates(ids: readonly string[]): Promise<MembershipState[]> {
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => membershipKey(tenant, id)));
  return items.map((item) => ({
    revision: Number(item?.turn ?? 0),
    by_hand: item ? (JSON.parse(String(item.by_hand)) as MembershipState["by_hand"]) : {},
    entries: item ? (JSON.parse(String(item.entries)) as MembershipState["entries"]) : {},
  }));
}

/** Who is added, or taken out, by hand. */
export type ManualChange = (by_hand: MembershipState["by_hand"]) => MembershipState["by_hand"];

const BATCH_SIZE = 50;

/**
 * Brings records to where they stand by their sets, the records and the facts as they are now, with what is said `byHand`. Any number
 * of times, in any order, by several at once: whoever has written something looks once more, and ends where there is nothing left
 * to write. So nobody leaves behind what was decided by what is no longer so.
 */
export async function refreshMemberships<R extends BaseRecord>(
  roster: SegmentType<R>,
  ids: readonly string[],
  byHand?: ManualChange,
): Promise<void> {
  const tenant = useTenant();
  for (const some of splitIntoChunks([...new Set(ids)], BATCH_SIZE)) {
    // Once: whoever says the contrary afterwards is not gone against.
    if (byHand)
      await commitSteps(tenant, some, async (left) =>
        (await computeSteps(roster, left, byHand)).map((step) => step && { ...step, done: true }),
      );
    await commitSteps(tenant, some, (left) => computeSteps(roster, left));
  }
}

async function computeSteps<R extends BaseRecord>(
  roster: SegmentType<R>,
  ids: readonly string[],
  byHand: ManualChange = (as) => as,
): Promise<(CommitStep | undefined)[]> {
  // In this order: of a set that a standing names it is known whether it is there.
  const standings = await loadMembershipStates(ids);
  const { build, sets: written } = await readDefinitions(roster);
  if (!build) return ids.map(() => undefined);
  const own = await loadCustomFieldFilter(roster);
  const sets = written.map(({ id, condition }) => ({ id, condition: condition && withCurrentFields(condition, own) }));
  const records = await loadFacts(roster, await Records.loadMany(roster.members, ids), build);
  const joined = await loadMergedManualEntries(records);
  return ids.map((id, at) => {
    const standing = standings[at] as MembershipState;
    const own = byHand(standing.by_hand);
    const { entries } = computeTargetEntries(roster, records[at], sets, { ...standing, by_hand: { ...joined[at], ...own } });
    return computeStep(id, standing, { by_hand: filterManualEntries(records[at], sets, own), entries });
  });
}

/** Who was merged into a record, and leads to it. */
export const listMergedIds = (record: BaseRecord & { merged_ids?: readonly string[] | null }): readonly string[] =>
  record.merged_ids ?? [];

/** What was said by hand of those that were merged into each of the records: they keep it, for when they are told apart. */
async function loadMergedManualEntries(records: readonly (BaseRecord | undefined)[]): Promise<MembershipState["by_hand"][]> {
  const ids = records.map((record) => (record ? listMergedIds(record) : []));
  const standings = await loadMembershipStates(ids.flat());
  const said = new Map(ids.flat().map((id, at) => [id, standings[at]?.by_hand]));
  return ids.map((some) => Object.assign({}, ...some.map((id) => said.get(id))));
}

/** Records with what their sets ask beside their fields. */
export async function loadFacts<R extends BaseRecord>(
  roster: SegmentType<R>,
  records: readonly (R | undefined)[],
  build: BuildRecord,
): Promise<(R | undefined)[]> {
  const asked = listFilterFields(build);
  const now = today();
  const period = computePeriod(asked, now);
  const { timezone } = useSettings();
  const own = asked.some((name) => parseCustomField(name) !== undefined) ? await loadCustomFieldFilter(roster) : undefined;
  return Promise.all(
    records.map(async (record) => {
      if (!record || record.deleted_at) return record;
      const days = period ? await roster.readInteractionDays(record, period.from, period.types) : [];
      const known = withFacts(record, asked, { today: now, timezone, days, quintiles: build.quintiles });
      return own ? { ...known, ...own.readValues(record) } : known;
    }),
  );
}

/** Where a record is to stand: nowhere while it is deleted. */
function computeTargetEntries<R extends BaseRecord>(
  { members }: SegmentType<R>,
  record: R | undefined,
  sets: readonly SetDefinition[],
  { by_hand: said, entries: had }: MembershipState,
): Pick<MembershipState, "entries"> {
  if (!record || record.deleted_at) return { entries: {} };
  const owner = members.ownerId(record) ?? NONE;
  const entries = sets.flatMap(({ id, condition }): [string, Entry][] => {
    const added = said[id];
    if (added === undefined && (condition === null || !WhereClauses.matchesExpression(record, condition))) return [];
    return [[id, [had[id]?.[0] ?? added ?? Clock.now(), added === undefined ? "filter" : "hand", owner]]];
  });
  return { entries: Object.fromEntries(entries) };
}

/** What is kept of what was said by hand: of sets that are there, while the record is, deleted or not. */
const filterManualEntries = (
  record: BaseRecord | undefined,
  sets: readonly SetDefinition[],
  said: MembershipState["by_hand"],
): MembershipState["by_hand"] =>
  Object.fromEntries(sets.flatMap(({ id }) => (said[id] === undefined || !record ? [] : [[id, said[id]]])));

const isSame = (one: object | undefined, other: object | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The next step from where a record stands to where it is to, or nothing when it is there. Whoever wrote one looks again. */
function computeStep(
  id: string,
  standing: MembershipState,
  wanted: Pick<MembershipState, "by_hand" | "entries">,
): CommitStep | undefined {
  const names = new Set([...Object.keys(standing.entries), ...Object.keys(wanted.entries)]);
  const moved = [...names].filter((set) => !isSame(standing.entries[set], wanted.entries[set])).slice(0, MAX_ENTRIES_PER_STEP);
  const handMoved = Object.keys({ ...standing.by_hand, ...wanted.by_hand }).some(
    (set) => standing.by_hand[set] !== wanted.by_hand[set],
  );
  if (moved.length === 0 && !handMoved) return undefined;
  const entries: Record<string, Entry> = { ...standing.entries };
  const unit: CommitUnit = { idempotentWrites: [], actions: [], deltas: new Map(), at: Clock.now() };
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
      for (const scope of [counterScope(set), counterScope(set, entry[2])])
        addDeltas(unit.deltas, `${MEMBER_COUNTER}/${scope}`, { [LIVE]: 1 }, sign);
    }
  }
  unit.actions.unshift(stateAction(id, { revision: standing.revision + 1, by_hand: wanted.by_hand, entries }));
  return { unit, done: false };
}

function entryAction(set: string, id: string, entry: Entry | undefined): WriteAction {
  const Key = { pk: setPartition(set), sk: id };
  if (!entry) return { Delete: { TableName: tableName(), Key } };
  const Item: Item = { ...Key, row: entryRow(entry), id, by_owner: setPartition(set, entry[2]) };
  return { Put: { TableName: tableName(), Item } };
}

const stateAction = (id: string, { revision: turn, by_hand, entries }: MembershipState): WriteAction => ({
  Put: {
    TableName: tableName(),
    Item: {
      ...membershipKey(useTenant(), id),
      turn,
      by_hand: JSON.stringify(by_hand),
      entries: JSON.stringify(entries),
    },
    ConditionExpression: turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(turn === 1 ? {} : { ExpressionAttributeValues: { ":read": turn - 1 } }),
  },
});
