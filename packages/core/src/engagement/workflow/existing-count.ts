import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { runIn, useSettings } from "../../kernel/context.ts";
import { newId } from "../../kernel/id.ts";
import { buildListQuery, list } from "../../storage/read/list.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { type WhereClause, WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Records } from "../../storage/write/records.ts";
import { createConditionReader, resolveClause } from "./condition.ts";
import { computeDue } from "./date-plan.ts";
import type { Definition } from "./definition.ts";
import { loadWorkflowKind } from "./definition-check.ts";
import { buildTrialContext } from "./trial.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";
import { WORKFLOW_ENROLLMENT } from "./workflow.kind.ts";

/** Counts the records that a publication would enroll, without going over all of them. */

export const ExistingCount = z.object({
  count: z
    .number()
    .int()
    .describe(
      "Records that meet `where` now, of those that both the caller and the owner see. For a trigger by a date: those whose date is to come",
    ),
  is_exact: z.boolean().describe("false: an estimate from the newest records"),
});
type ExistingCount = z.output<typeof ExistingCount>;

/** Counts by the counters of lists where they serve the conditions, and else estimates from the newest records. */
export async function countExisting(workflow: WorkflowRecord, { kind, where, trigger }: Definition): Promise<ExistingCount> {
  const known = await loadWorkflowKind(kind);
  const context = known && (await buildTrialContext(workflow, newId(WORKFLOW_ENROLLMENT)));
  if (!known || !context) return { count: 0, is_exact: true };
  return runIn(context, async () => {
    const { collection } = known;
    const all = await countListed(collection, undefined);
    const isDated = trigger.on === "date";
    if ((!where && !isDated) || all.count === 0) return all;
    const clause = where && (await resolveClause(collection, where, "where"));
    const listed = clause && !isDated && isListFilter(collection, clause) ? await countListed(collection, clause) : undefined;
    if (listed?.is_exact) return listed;
    const condition = clause && WhereClauses.toExpression(clause);
    const read = await createConditionReader(collection);
    const isDue = (record: BaseRecord): boolean => !isDated || isDateToCome(trigger, record);
    return estimateByNewest(
      collection,
      all.count,
      (record) => isDue(record) && (!condition || WhereClauses.matchesExpression(read(record), condition)),
    );
  });
}

async function countListed(collection: Collection<BaseRecord>, where: WhereClause | undefined): Promise<ExistingCount> {
  const { meta } = await list(collection, buildListQuery(collection, { limit: 1, where }));
  return { count: meta.total, is_exact: meta.total_is_lower_bound !== true };
}

/** Whether a list can filter by all fields of the conditions. Conditions of workflows may read fields that lists do not have. */
const isListFilter = ({ row }: Collection<BaseRecord>, clause: WhereClause): boolean =>
  WhereClauses.listFields(WhereClauses.toExpression(clause)).every((field) => row.has(field));

/** Whether the date of a record plans an enrollment now. A date that is over enrolls no record. */
function isDateToCome(trigger: Extract<Definition["trigger"], { on: "date" }>, record: BaseRecord): boolean {
  const date = (record as BaseRecord & Record<string, unknown>)[trigger.date_field];
  const now = Clock.now();
  return typeof date === "string" && computeDue(trigger, date, { zone: useSettings().timezone, from: now }) >= now;
}

/** Records that a request compares with the conditions. */
const MAX_CHECKED = 1000;
const CHUNK_SIZE = 100;

async function estimateByNewest(
  collection: Collection<BaseRecord>,
  total: number,
  matches: (record: BaseRecord) => boolean,
): Promise<ExistingCount> {
  const ids = await listKeysAfter(collection, collection.allPartitions("live"), {
    order: "desc",
    after: undefined,
    limit: MAX_CHECKED,
  });
  let [seen, found] = [0, 0];
  for (const chunk of splitIntoChunks(ids, CHUNK_SIZE)) {
    const records = (await Records.loadMany(collection, chunk, { live: true })).filter((record) => record !== undefined);
    const visible = await Visibility.filterVisible(collection, records);
    seen += visible.length;
    found += visible.filter(matches).length;
  }
  if (ids.length < MAX_CHECKED) return { count: found, is_exact: true };
  return { count: seen === 0 ? 0 : Math.max(found, Math.round((found / seen) * total)), is_exact: false };
}
