import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { type Owners, useContext } from "../../kernel/context.ts";
import { Page } from "../../kernel/page.ts";
import { instant, oneOf, query as parameter, text } from "../../kernel/schema.ts";
import { Counter, LIVE } from "../../storage/read/counter.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { buildListQuery, requirePageInReach } from "../../storage/read/list.ts";
import { buildPage, queryFingerprint } from "../../storage/read/list-page.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { Row } from "../../storage/table/row.ts";
import { Records } from "../../storage/write/records.ts";
import { loadCustomFieldFilter, withCurrentFields } from "./custom-field-filter.ts";
import { listReasons, parseFact } from "./fact.rules.ts";
import {
  counterScope,
  loadFacts,
  loadMembershipStates,
  MEMBER_COUNTER,
  type MembershipState,
  parseEntryRow,
  setPartition,
} from "./membership.ts";
import { readDefinitions, type SegmentType } from "./segment-type.ts";

/** Reads the members of a set, and the sets of a record, limited to what the caller can see. */

export const Membership = z.object({ added_date: instant(), is_manual: z.boolean().describe("true: added by hand") });

export const Paging = z.strictObject({
  id: text(64),
  page: parameter.int(1, 10_000).optional(),
  limit: parameter.int(1, 100).optional(),
  order: oneOf(["asc", "desc"]).optional().describe("Order by member id, which is the order of creation"),
  cursor: text(1000).optional(),
});
type Paging = z.output<typeof Paging>;

/** Returns the scopes of the counters that together count the visible members of a set. */
const listScopes = (set: string, visible: Owners): readonly string[] =>
  visible === "all" ? [counterScope(set)] : [...visible].map((owner) => counterScope(set, owner));

export const memberPartitions = (set: string, visible: Owners): Partition[] =>
  visible === "all"
    ? [{ index: "entry", facets: { pk: setPartition(set) } }]
    : [...visible].map((owner) => ({ index: "entry", facets: { pk: setPartition(set, owner), on: "by_owner" } }));

/** Returns how many members of a set the caller does not see. */
export async function countHidden(set: string): Promise<number> {
  const visible = await useContext().visibleOwners();
  if (visible === "all") return 0;
  const scopes = [counterScope(set), ...listScopes(set, visible)];
  const counters = await Counter.read(MEMBER_COUNTER, scopes);
  return Math.max(0, Counter.sum(counters, [counterScope(set)], LIVE) - Counter.sum(counters, listScopes(set, visible), LIVE));
}

/** Returns how many members of each set the caller can see. */
export async function countMembers(sets: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const visible = await useContext().visibleOwners();
  const counters = await Counter.read(
    MEMBER_COUNTER,
    sets.flatMap((set) => listScopes(set, visible)),
  );
  return new Map(sets.map((set) => [set, Counter.sum(counters, listScopes(set, visible), LIVE)]));
}

/** Reads a page of a set's members in id order. Each row is the list row of the record, with its membership. */
export async function readMemberPage<R extends BaseRecord>({ members }: SegmentType<R>, { id: set, ...paging }: Paging) {
  const query = { ...buildListQuery(members, paging), sort: "created_at", parent: set };
  requirePageInReach(query);
  const { page, limit, order, cursor } = query;
  const [visible, position] = await Promise.all([
    useContext().visibleOwners(),
    cursor === undefined ? undefined : Cursor.open(cursor, queryFingerprint(members, query)),
  ]);
  const skip = position ? 0 : (page - 1) * limit;
  const need = skip + limit + 1;
  const foundRows: Row[] = [];
  for await (const row of queryPartitions(members, memberPartitions(set, visible), {
    order,
    after: position?.after,
    chunk: need,
  }))
    if (foundRows.push(row) === need) break;
  const pageRows = foundRows.slice(skip, skip + limit);
  const ids = pageRows.map(({ key }) => key);
  const loaded = (await Records.loadMany(members, ids, { live: true })).filter((record) => record !== undefined);
  // An index entry may lag behind its record by moments.
  const seen = await Visibility.filterVisible(members, loaded);
  const total = position ?? { total: (await countMembers([set])).get(set) ?? 0, isLowerBound: false };
  const rows = seen.map((record) => members.toRow(record));
  const more = foundRows.length === need;
  const { rows: listed, meta } = await buildPage(
    members,
    query,
    { rows, hasMore: more, stoppedAt: ids.at(-1), searched: (position?.searched ?? 0) + skip + ids.length },
    total,
    Clock.now(),
  );
  const membershipById = new Map(pageRows.map(({ key, row }) => [key, parseEntryRow(row)]));
  return new Page(
    listed.map((row) => ({ ...row, ...(membershipById.get(row.id) as z.output<typeof Membership>) })),
    meta,
  );
}

export const SetMembership = Membership.extend({
  id: z.string().describe("Id of the set"),
  name: z.string(),
  reasons: z
    .array(
      z.object({
        field: z.string(),
        operator: z.string(),
        asked: z.union([z.string(), z.array(z.string())]).describe("Master data as ids, instants as bounds"),
        value: z
          .json()
          .describe("Value of the record; null for a figure about events if the caller cannot see all of these events"),
      }),
    )
    .describe("Conditions of the filter that match"),
});

/** Returns the names of the sets that a record is in. */
export async function listSetNames<R extends BaseRecord>(roster: SegmentType<R>, id: string): Promise<string[]> {
  const [standing] = await loadMembershipStates([id]);
  return (await loadSets(roster, standing as MembershipState)).map(({ name }) => name);
}

async function loadSets<R extends BaseRecord>(
  { sets }: SegmentType<R>,
  { entries }: MembershipState,
): Promise<{ id: string; name: string }[]> {
  const setRecords = await Records.loadMany(sets, Object.keys(entries), { live: true });
  return setRecords.filter((set) => set !== undefined).sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** Returns the sets that a record is in, with the conditions that match it. */
export async function listSetMemberships<R extends BaseRecord>(
  roster: SegmentType<R>,
  id: string,
): Promise<z.output<typeof SetMembership>[]> {
  const record = await Records.read(roster.members, id);
  const [[standing], { build, sets }, visible] = await Promise.all([
    loadMembershipStates([id]),
    readDefinitions(roster),
    useContext().visibleOwners(),
  ]);
  const [recordWithFacts] = build ? await loadFacts(roster, [record], build) : [];
  const fieldFilter = await loadCustomFieldFilter(roster);
  const conditions = new Map(sets.map(({ id, condition }) => [id, condition && withCurrentFields(condition, fieldFilter)]));
  return (await loadSets(roster, standing as MembershipState)).map(({ id: set, name }) => {
    const [added_date, source] = standing?.entries[set] ?? ["", "filter"];
    const condition = conditions.get(set);
    const reasons =
      recordWithFacts && condition && WhereClauses.matchesExpression(recordWithFacts, condition)
        ? listReasons(recordWithFacts, condition)
        : [];
    const isHidden = (field: string): boolean => visible !== "all" && parseFact(field)?.is === "happened";
    const visibleReasons = reasons.map((reason) => ({
      ...reason,
      value: isHidden(reason.field) ? null : (reason.value as z.core.util.JSONType),
    }));
    return { id: set, name, added_date, is_manual: source === "hand", reasons: visibleReasons };
  });
}
