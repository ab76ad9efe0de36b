import { Clock } from "../../kernel/clock.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { LIVE } from "../../storage/read/counter.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { addDeltas, type CommitStep, type CommitUnit, commitSteps } from "../../storage/stream/commit.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { readItems, splitIntoChunks, tableName } from "../../storage/table/database.ts";
import type { Item, WriteAction } from "../../storage/table/item.ts";
import { membershipKey, NONE, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { loadCustomFieldFilter, parseCustomField, withCurrentFields } from "./custom-field-filter.ts";
import { computePeriod, withFacts } from "./fact.rules.ts";
import { listFilterFields, readDefinitions, type SegmentType, type SetDefinition } from "./segment-type.ts";
import type { BuildRecord } from "./set-record.ts";

/**
 * The memberships of records in sets. Each record has one membership state: the sets to which users added it, and its entries. An entry is an item
 * in the partition of its set, and an index also lists it by set and owner. One transaction changes state, entries and counters, conditional on
 * the revision of the state that was read.
 */

/** An entry: when the membership began, whether a user or the filter added it, and the owner of the record. */
type Entry = readonly [at: string, by: "hand" | "filter", owner: string];

export interface MembershipState {
  revision: number;
  by_hand: Readonly<Record<string, string>>;
  entries: Readonly<Record<string, Entry>>;
}

export const setPartition = (set: string, owner?: string): string =>
  tenantKey(useTenant(), "MEMBERS", set, ...(owner === undefined ? [] : [owner]));

/** Members are counted separately from the sets: all members of a set, and those of each owner. */
export const MEMBER_COUNTER = "set.member";
export const counterScope = (set: string, owner?: string): string => (owner === undefined ? set : `${set}@${owner}`);

/** Formats the attribute that an entry stores besides its keys. */
export const entryRow = ([addedDate, source]: Entry): string => JSON.stringify([addedDate, source]);
export function parseEntryRow(row: unknown): { added_date: string; is_manual: boolean } {
  const [added_date, source] = JSON.parse(String(row)) as [string, string];
  return { added_date, is_manual: source === "hand" };
}

/** Maximum number of entries in one step, so that they and their counters fit into a transaction. */
const MAX_ENTRIES_PER_STEP = 24;

export async function loadMembershipStates(ids: readonly string[]): Promise<MembershipState[]> {
  const tenant = useTenant();
  const items = await readItems(ids.map((id) => membershipKey(tenant, id)));
  return items.map((item) => ({
    revision: Number(item?.turn ?? 0),
    by_hand: item ? (JSON.parse(String(item.by_hand)) as MembershipState["by_hand"]) : {},
    entries: item ? (JSON.parse(String(item.entries)) as MembershipState["entries"]) : {},
  }));
}

/** Adds or removes manual entries. */
type ManualChange = (by_hand: MembershipState["by_hand"]) => MembershipState["by_hand"];

const BATCH_SIZE = 50;

/**
 * Brings the memberships of records to what the current sets, records and facts require, after applying the manual change `byHand`. Calls may
 * repeat, run in parallel and come in any order: each write is followed by another check, until there is nothing left to write. So no result of
 * outdated data remains.
 */
export async function refreshMemberships<R extends BaseRecord>(
  roster: SegmentType<R>,
  ids: readonly string[],
  byHand?: ManualChange,
): Promise<void> {
  const tenant = useTenant();
  for (const chunk of splitIntoChunks([...new Set(ids)], BATCH_SIZE)) {
    // The manual change is applied once. A repeat could undo a later change by another user.
    if (byHand)
      await commitSteps(tenant, chunk, async (remainingIds) =>
        (await computeSteps(roster, remainingIds, byHand)).map((step) => step && { ...step, done: true }),
      );
    await commitSteps(tenant, chunk, (remainingIds) => computeSteps(roster, remainingIds));
  }
}

async function computeSteps<R extends BaseRecord>(
  roster: SegmentType<R>,
  ids: readonly string[],
  byHand: ManualChange = (as) => as,
): Promise<(CommitStep | undefined)[]> {
  // States are read before definitions, so the definitions are at least as new as the sets that a state names.
  const standings = await loadMembershipStates(ids);
  const { build, sets: definitions } = await readDefinitions(roster);
  if (!build) return ids.map(() => undefined);
  const customFieldFilter = await loadCustomFieldFilter(roster);
  const sets = definitions.map(({ id, condition }) => ({
    id,
    condition: condition && withCurrentFields(condition, customFieldFilter),
  }));
  const records = await loadFacts(roster, await Records.loadMany(roster.members, ids), build);
  const mergedEntries = await loadMergedManualEntries(records);
  return ids.map((id, index) => {
    const standing = standings[index] as MembershipState;
    const manualEntries = byHand(standing.by_hand);
    const { entries } = computeTargetEntries(roster, records[index], sets, {
      ...standing,
      by_hand: { ...mergedEntries[index], ...manualEntries },
    });
    return computeStep(id, standing, { by_hand: filterManualEntries(records[index], sets, manualEntries), entries });
  });
}

/** Returns the ids of the records that were merged into this one. */
export const listMergedIds = (record: BaseRecord & { merged_ids?: readonly string[] | null }): readonly string[] =>
  record.merged_ids ?? [];

/** Reads the manual entries of the records that were merged into each record. They keep their entries in case the merge is undone. */
async function loadMergedManualEntries(records: readonly (BaseRecord | undefined)[]): Promise<MembershipState["by_hand"][]> {
  const ids = records.map((record) => (record ? listMergedIds(record) : []));
  const standings = await loadMembershipStates(ids.flat());
  const entriesById = new Map(ids.flat().map((id, index) => [id, standings[index]?.by_hand]));
  return ids.map((mergedIds) => Object.assign({}, ...mergedIds.map((id) => entriesById.get(id))));
}

/** Adds the facts and custom field values that the sets use to records. */
export async function loadFacts<R extends BaseRecord>(
  roster: SegmentType<R>,
  records: readonly (R | undefined)[],
  build: BuildRecord,
): Promise<(R | undefined)[]> {
  const filterFields = listFilterFields(build);
  const now = today();
  const period = computePeriod(filterFields, now);
  const { timezone } = useSettings();
  const fieldFilter = filterFields.some((name) => parseCustomField(name) !== undefined)
    ? await loadCustomFieldFilter(roster)
    : undefined;
  return Promise.all(
    records.map(async (record) => {
      if (!record || record.deleted_at) return record;
      const days = period ? await roster.readInteractionDays(record, period.from, period.types) : [];
      const recordWithFacts = withFacts(record, filterFields, { today: now, timezone, days, quintiles: build.quintiles });
      return fieldFilter ? { ...recordWithFacts, ...fieldFilter.readValues(record) } : recordWithFacts;
    }),
  );
}

/** Computes the entries that a record should have. A deleted record has none. */
function computeTargetEntries<R extends BaseRecord>(
  { members }: SegmentType<R>,
  record: R | undefined,
  sets: readonly SetDefinition[],
  { by_hand, entries: currentEntries }: MembershipState,
): Pick<MembershipState, "entries"> {
  if (!record || record.deleted_at) return { entries: {} };
  const owner = members.ownerId(record) ?? NONE;
  const entries = sets.flatMap(({ id, condition }): [string, Entry][] => {
    const added = by_hand[id];
    if (added === undefined && (condition === null || !WhereClauses.matchesExpression(record, condition))) return [];
    return [[id, [currentEntries[id]?.[0] ?? added ?? Clock.now(), added === undefined ? "filter" : "hand", owner]]];
  });
  return { entries: Object.fromEntries(entries) };
}

/** Keeps the manual entries of sets that still exist. A deleted record keeps its entries; a removed record has none. */
const filterManualEntries = (
  record: BaseRecord | undefined,
  sets: readonly SetDefinition[],
  manualEntries: MembershipState["by_hand"],
): MembershipState["by_hand"] =>
  Object.fromEntries(sets.flatMap(({ id }) => (manualEntries[id] === undefined || !record ? [] : [[id, manualEntries[id]]])));

const isSame = (a: object | undefined, b: object | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Returns the next step towards the wanted state, or undefined if there is nothing to do. The caller checks again after each step. */
function computeStep(
  id: string,
  standing: MembershipState,
  target: Pick<MembershipState, "by_hand" | "entries">,
): CommitStep | undefined {
  const names = new Set([...Object.keys(standing.entries), ...Object.keys(target.entries)]);
  const changedSets = [...names]
    .filter((set) => !isSame(standing.entries[set], target.entries[set]))
    .slice(0, MAX_ENTRIES_PER_STEP);
  const handMoved = Object.keys({ ...standing.by_hand, ...target.by_hand }).some(
    (set) => standing.by_hand[set] !== target.by_hand[set],
  );
  if (changedSets.length === 0 && !handMoved) return undefined;
  const entries: Record<string, Entry> = { ...standing.entries };
  const unit: CommitUnit = { idempotentWrites: [], actions: [], deltas: new Map(), at: Clock.now() };
  for (const set of changedSets) {
    const [before, after] = [standing.entries[set], target.entries[set]];
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
  unit.actions.unshift(stateAction(id, { revision: standing.revision + 1, by_hand: target.by_hand, entries }));
  return { unit, done: false };
}

function entryAction(set: string, id: string, entry: Entry | undefined): WriteAction {
  const Key = { pk: setPartition(set), sk: id };
  if (!entry) return { Delete: { TableName: tableName(), Key } };
  const Item: Item = { ...Key, row: entryRow(entry), id, by_owner: setPartition(set, entry[2]) };
  return { Put: { TableName: tableName(), Item } };
}

const stateAction = (id: string, { revision, by_hand, entries }: MembershipState): WriteAction => ({
  Put: {
    TableName: tableName(),
    Item: {
      ...membershipKey(useTenant(), id),
      turn: revision,
      by_hand: JSON.stringify(by_hand),
      entries: JSON.stringify(entries),
    },
    ConditionExpression: revision === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(revision === 1 ? {} : { ExpressionAttributeValues: { ":read": revision - 1 } }),
  },
});
