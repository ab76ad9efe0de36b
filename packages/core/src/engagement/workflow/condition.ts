import { Clock } from "../../kernel/clock.ts";
import { runIn, useContext, useSettings } from "../../kernel/context.ts";
import { invalidAll } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import type { Json } from "../../kernel/json.ts";
import { conditionsSchema, type FilterExpression, type WhereClause, WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCustomFieldFilter } from "../segment/custom-field-filter.ts";
import { buildFieldParameters, resolveConditionMasters } from "../segment/filter.ts";
import type { Definition } from "./definition.ts";
import type { CollectedRecord } from "./enrolled-record.ts";

/**
 * Conditions of workflows: the grammar of lists on every field of a record that is not internal, and on the custom fields that all users see. They
 * are resolved when a workflow is saved, so that a match costs no read.
 */

interface ConditionUse {
  /** New conditions name master data that is in use; stored ones keep what was deactivated since. */
  readonly isNew?: boolean;
  /** Conditions that are resolved once and compared with later changes have no relative dates, such as `now-14d`. */
  readonly isWatched?: boolean;
}

/** Parses conditions and resolves the master data in them. `field` is their path in the request. A VALIDATION_ERROR lists the faults by path. */
export async function resolveClause(
  collection: Collection<BaseRecord>,
  where: Readonly<Record<string, Json>>,
  field: string,
  { isNew = false, isWatched = false }: ConditionUse = {},
): Promise<WhereClause> {
  const { parameters: customFields } = await loadCustomFieldFilter({ members: collection });
  const parameters = new Map([...buildFieldParameters(collection.definition), ...customFields]);
  const { relativeTime: _, ...context } = useContext();
  const relativeTime = { at: Clock.now(), timezone: useSettings().timezone };
  const { data, error } = runIn(isWatched ? context : { ...context, relativeTime }, () =>
    conditionsSchema(() => parameters).safeParse(where),
  );
  if (error) throw invalidAll(toErrorDetails(error, [field]));
  return resolveConditionMasters(data as WhereClause, field, { isNew });
}

/** Like `resolveClause`, as an expression that records are compared with. */
export const resolveConditions = async (
  collection: Collection<BaseRecord>,
  where: Readonly<Record<string, Json>>,
  field: string,
  use: ConditionUse = {},
): Promise<FilterExpression> => WhereClauses.toExpression(await resolveClause(collection, where, field, use));

/** Returns a function that adds the custom fields to a record under the names that conditions use. */
export async function createConditionReader(collection: Collection<BaseRecord>): Promise<(record: BaseRecord) => BaseRecord> {
  const { readValues } = await loadCustomFieldFilter({ members: collection });
  return (record) => ({ ...record, ...readValues(record) });
}

/** Returns whether a record meets conditions; without conditions it does. */
export async function meetsConditions(
  collection: Collection<BaseRecord>,
  record: BaseRecord,
  condition: FilterExpression | null | undefined,
): Promise<boolean> {
  return !condition || WhereClauses.matchesExpression((await createConditionReader(collection))(record), condition);
}

/** Returns whether a record meets conditions as they are written in a definition. `field` is their path in it. */
export const meetsWhere = async (
  { collection, record }: CollectedRecord,
  where: Readonly<Record<string, Json>>,
  field: string,
): Promise<boolean> => meetsConditions(collection, record, await resolveConditions(collection, where, field));

/** Returns whether a record leaves a workflow because the exit conditions hold. */
export const hasReachedExit = async ({ exit }: Pick<Definition, "exit">, subject: CollectedRecord): Promise<boolean> =>
  exit?.where !== undefined && meetsWhere(subject, exit.where, "exit.where");
