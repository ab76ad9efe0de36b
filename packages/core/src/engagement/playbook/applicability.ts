import { invalidAll, isFailure } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import { type FilterExpression, type WhereClause, WhereClauses, whereSchema } from "../../storage/read/where-clause.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { resolveConditionMasters } from "../segment/filter.ts";
import { loadMembershipStates } from "../segment/membership.ts";
import type { PlaybookRecord } from "./playbook.entity.ts";
import { hasEnded } from "./playbook.rules.ts";

/** Decides to which records a playbook applies. */

type Where = NonNullable<PlaybookRecord["where"]>;

/** Parses conditions on the records of a kind, with their master data. */
async function parseWhere(collection: Collection<BaseRecord>, where: Where): Promise<WhereClause> {
  const { data, error } = whereSchema(collection).safeParse(where);
  if (error) throw invalidAll(toErrorDetails(error, ["where"]));
  return resolveConditionMasters(data, "where");
}

/** Checks conditions, and returns them as they are stored. */
export async function validateWhere(collection: Collection<BaseRecord>, where: Where): Promise<Where> {
  const { data, error } = whereSchema(collection).safeParse(where);
  if (error) throw invalidAll(toErrorDetails(error, ["where"]));
  await parseWhere(collection, where);
  return WhereClauses.toStoredQuery({ where: data }).where as unknown as Where;
}

/** Returns the conditions of a playbook; undefined if they no longer exist, such as those on a value that was deleted. */
async function findCondition(collection: Collection<BaseRecord>, where: Where): Promise<FilterExpression | undefined> {
  try {
    return WhereClauses.toExpression(await parseWhere(collection, where));
  } catch (error) {
    if (isFailure(error, "VALIDATION_ERROR")) return undefined;
    throw error;
  }
}

type PlaybookSubject = BaseRecord & {
  stage_id?: string | null;
  lead_status_id?: string | null;
  is_converted?: boolean | null;
  is_closed?: boolean | null;
  merged_ids?: readonly string[] | null;
};

/** Returns the playbooks that apply to a record. */
export async function selectApplicable(
  playbooks: readonly PlaybookRecord[],
  collection: Collection<BaseRecord>,
  record: PlaybookSubject,
): Promise<PlaybookRecord[]> {
  const inStage = playbooks.filter(
    (playbook) =>
      !hasEnded(record, playbook) &&
      (playbook.stage_id === null || playbook.stage_id === record.stage_id) &&
      (playbook.lead_status_id === null || playbook.lead_status_id === record.lead_status_id),
  );
  const setIds = await loadSetIds(inStage, record);
  const inSet = inStage.filter(({ segment_id, contact_list_id }) =>
    [segment_id, contact_list_id].every((set) => set === null || setIds.has(set)),
  );
  const matches = await Promise.all(
    inSet.map(async ({ where }) => {
      const condition = where === null ? null : await findCondition(collection, where);
      return condition === null || (condition !== undefined && WhereClauses.matchesExpression(record, condition));
    }),
  );
  return inSet.filter((_, index) => matches[index]);
}

/** Returns the segments and lists with the record, if a playbook names one. */
async function loadSetIds(playbooks: readonly PlaybookRecord[], { id }: BaseRecord): Promise<ReadonlySet<string>> {
  const isNamed = playbooks.some(({ segment_id, contact_list_id }) => segment_id !== null || contact_list_id !== null);
  const [state] = isNamed ? await loadMembershipStates([id]) : [];
  return new Set(Object.keys(state?.entries ?? {}));
}
