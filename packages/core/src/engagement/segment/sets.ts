import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { IdInput, id, instant, oneOf, patchSchema, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { listProblems, loadCustomFieldFilter, Problem } from "./custom-field-filter.ts";
import { listFields, resolveCondition } from "./filter.ts";
import {
  countMembers,
  listSetNames,
  Membership,
  Paging,
  readMemberPage,
  SetMembership,
  listSetMemberships as setsOfRecord,
} from "./members.ts";
import { listMergedIds, loadMembershipStates, refreshMemberships } from "./membership.ts";
import { readBuild, type SegmentType, updateBuild } from "./segment-type.ts";
import { type BuildRecord, fields, membershipModes, type SetRecord, Stored } from "./set-record.ts";

/** Creates the operations for a kind of sets (set-record.ts). */

/** Maximum number of sets of one kind in a tenant. */
const MAX_SETS = 100;
/** Maximum number of records that one request adds or removes. */
const MAX_CHANGED = 500;
/** Delay of the fallback clock, which starts the build if the change event did not. In seconds. */
const FALLBACK_SECONDS = 60;

const computedFields = {
  member_count: z.number().int().describe("Members that the caller can see"),
  state: oneOf(["ready", "building"]).describe("building: the filter is being applied to the members"),
  problems: z.array(Problem).describe("Conditions of the filter that can no longer match any record"),
  as_of: instant()
    .nullable()
    .describe(
      "Changes through time or other customers' purchases are included up to here; all other changes follow within seconds",
    ),
};

export const Info = Stored.omit({ condition: true, revision: true, filter_author: true }).extend(computedFields);
export const Row = rowSchema(Info, ["name", "description", "membership", "member_count", "state", "as_of"]);
export { Membership, SetMembership };

export const Results = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      success: z.boolean(),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
  changed: z.number().int(),
  failed: z.number().int(),
});

type PresentedSet = Omit<SetRecord, "condition" | "revision" | "filter_author"> & {
  [K in keyof typeof computedFields]: z.output<(typeof computedFields)[K]>;
};

export function createSetOperations<R extends BaseRecord>(roster: SegmentType<R>) {
  const { sets, members } = roster;

  /** Presents sets for lists. List rows have no filter, so they report no problems. */
  async function tellingRows(ids: readonly string[]): Promise<(set: SetRecord) => Omit<PresentedSet, "problems">> {
    const [counts, build] = await Promise.all([countMembers(ids), readBuild(roster)]);
    return ({ condition: _, filter_author: _author, revision, ...set }) => ({
      ...set,
      member_count: counts.get(set.id) ?? 0,
      state: revision > (build?.built ?? 0) ? "building" : "ready",
      as_of: set.membership === "DYNAMIC" ? (build?.as_of ?? null) : null,
    });
  }

  /** Presents complete sets. */
  async function telling(ids: readonly string[]): Promise<(set: SetRecord) => PresentedSet> {
    const [tellRow, customFieldFilter] = await Promise.all([tellingRows(ids), loadCustomFieldFilter(roster)]);
    return (set) => ({ ...tellRow(set), problems: listProblems(set.condition, customFieldFilter) });
  }

  const list = fn(
    listSchema(sets, { membership: oneOf(membershipModes).optional() }).omit({ deleted: true }),
    async (input): Promise<Page<Omit<PresentedSet, "problems">>> => {
      const { rows, meta } = await listRecords(sets, buildListQuery(sets, input));
      const tellRow = await tellingRows(rows.map((set) => set.id));
      return new Page(
        rows.map((set) => tellRow(set)),
        meta,
      );
    },
  );

  const get = fn(IdInput, async ({ id }) => (await telling([id]))(await Records.read(sets, id)));

  const create = fn(
    z.strictObject({ ...fields, membership: Stored.shape.membership.default("STATIC") }),
    async ({ membership, ...input }) => {
      const condition = await checked(membership, input.filter);
      return retryOnConflict(async () => {
        const build = await readBuild(roster);
        if ((build?.sets.length ?? 0) >= MAX_SETS) throw conflict(`At most ${MAX_SETS} can exist: delete one that is not used`);
        const filter_author = condition === null ? null : useActorId();
        const set = Records.init(sets, { ...toStoredFields(fields, input), membership, condition, filter_author, revision: 0 });
        const tx = transaction();
        const next = decide(tx, build, set);
        return tx.create(sets, next).commit((await telling([]))(next));
      });
    },
    async ({ membership = "STATIC", filter }, unread) =>
      unread.has("filter") || unread.has("membership") || checked(membership, filter),
  );

  const update = fn(
    patchSchema(fields).extend(IdInput.shape),
    ({ id, ...patch }) =>
      changing(id, async (current, tx) => {
        const next = { ...current, ...toStoredPatch(fields, patch) };
        if (patch.filter === undefined) return next;
        const condition = await checked(current.membership, next.filter);
        // Work that was scheduled with this filter goes on with it, also if another user saves it again.
        if (isDeepStrictEqual(condition, current.condition)) return next;
        return decide(tx, await readBuild(roster), { ...next, condition, filter_author: useActorId() });
      }),
    async ({ id = "", filter }, unread) => {
      const current = filter === undefined || unread.has("filter") ? undefined : await Records.find(sets, id);
      return current && checked(current.membership, filter);
    },
  );

  /** Deletes a set. Its members leave within moments, permanently. */
  const remove = fn(IdInput, ({ id }) =>
    changing(id, async (current, tx) => {
      const deletedSet = { ...current, deleted_at: Clock.now() };
      return decide(tx, await readBuild(roster), deletedSet);
    }),
  );

  async function changing(id: string, edit: (current: SetRecord, tx: Transaction) => Promise<SetRecord>): Promise<PresentedSet> {
    const tell = await telling([id]);
    return Records.change(sets, id, edit, { answer: (changedSet) => tell(changedSet) });
  }

  const checked = async (membership: SetRecord["membership"], filter: unknown) => {
    if (membership === "STATIC" && filter) throw invalid("filter", "Members are added by hand: remove the conditions");
    if (membership === "DYNAMIC" && !filter) throw invalid("filter", "Add at least one condition");
    return membership === "STATIC" ? null : resolveCondition(roster, filter);
  };

  /** Updates the build for a changed set, and requests a pass over all records if existing members may change. */
  function decide(tx: Transaction, build: BuildRecord | undefined, set: SetRecord): SetRecord {
    const otherSets = (build?.sets ?? []).filter((entry) => entry.id !== set.id);
    const setEntries = set.deleted_at ? [] : [{ id: set.id, fields: listFields(set.condition) }];
    const isWork = set.membership === "DYNAMIC" || set.deleted_at !== null;
    const requestedRevision = (build?.wanted ?? 0) + (isWork ? 1 : 0);
    const due = isWork ? { due_at: Clock.addSeconds(FALLBACK_SECONDS) } : {};
    updateBuild(roster, tx, build, { sets: [...otherSets, ...setEntries], wanted: requestedRevision, ...due });
    return { ...set, revision: isWork ? requestedRevision : set.revision };
  }

  const listMembers = fn(Paging, async (input) => {
    await Records.read(sets, input.id);
    return readMemberPage(roster, input);
  });

  const ids = () => z.array(id(members.kind)).max(MAX_CHANGED).default([]);
  const Change = z
    .strictObject({ ...IdInput.shape, add: ids(), remove: ids() })
    .refine(({ add, remove }) => add.length + remove.length > 0, { path: ["add"], error: "Required if there is no remove" })
    .refine(({ add, remove }) => add.length + remove.length <= MAX_CHANGED, {
      path: ["add"],
      error: `Must have at most ${MAX_CHANGED} records, together with remove`,
    })
    .refine(({ add, remove }) => new Set([...add, ...remove]).size === add.length + remove.length, {
      path: ["add"],
      error: "Each record can occur only once",
    });

  const add = (set: string, recordIds: readonly string[], addedAt: string): Promise<void> =>
    refreshMemberships(roster, recordIds, (by_hand) => (by_hand[set] === undefined ? { ...by_hand, [set]: addedAt } : by_hand));

  /** Adds the records that the caller can see, as manual entries of this instant. Existing manual entries stay as they are. */
  async function join(set: string, recordIds: readonly string[], addedAt: string): Promise<void> {
    const records = (await Records.loadMany(members, recordIds, { live: true })).filter((record) => record !== undefined);
    const seen = await Visibility.filterVisible(members, records);
    await add(
      set,
      seen.map((record) => record.id),
      addedAt,
    );
  }

  /** Removes manual entries of exactly this instant. Entries that were added at another time stay. */
  const leave = (set: string, recordIds: readonly string[], addedAt: string): Promise<void> =>
    refreshMemberships(roster, recordIds, (by_hand) => {
      const { [set]: added, ...otherEntries } = by_hand;
      return added === addedAt ? otherEntries : by_hand;
    });

  const changeMembers = fn(Change, async ({ id: set, add: adding, remove }): Promise<z.output<typeof Results>> => {
    await Records.read(sets, set);
    const records = (await Records.loadMany(members, [...adding, ...remove], { live: true })).filter(
      (record) => record !== undefined,
    );
    const seen = new Set((await Visibility.filterVisible(members, records)).map((record) => record.id));
    const addedAt = Clock.now();
    const [added, removed] = [adding, remove].map((recordIds) => recordIds.filter((recordId) => seen.has(recordId))) as [
      string[],
      string[],
    ];
    await add(set, added, addedAt);
    // Records merged into these come first, because their manual entries count for the survivor.
    const mergedIds = records.filter((record) => removed.includes(record.id)).flatMap(listMergedIds);
    await refreshMemberships(roster, [...mergedIds, ...removed], ({ [set]: _gone, ...by_hand }) => by_hand);
    const standings = await loadMembershipStates(removed);
    const remainingIds = new Set(removed.filter((_, n) => standings[n]?.entries[set]));
    const results = [...adding, ...remove].map((recordId) => {
      const error = !seen.has(recordId)
        ? { code: "NOT_FOUND", message: "No such record" }
        : remainingIds.has(recordId)
          ? { code: "RULE_VIOLATION", message: "The record matches the filter, so it stays a member" }
          : null;
      return { id: recordId, success: error === null, error };
    });
    const failed = results.filter(({ success }) => !success).length;
    return { results, changed: results.length - failed, failed };
  });

  const listByMember = fn(IdInput, async ({ id }) => ({ sets: await setsOfRecord(roster, id) }));

  return {
    list,
    get,
    create,
    update,
    remove,
    listMembers,
    changeMembers,
    join,
    leave,
    listByMember,
    listNames: (id: string) => listSetNames(roster, id),
  };
}
