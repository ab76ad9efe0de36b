import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useRequest } from "../../kernel/context.ts";
import { type ErrorDetail, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn, parse, toErrorDetails } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { IdInput } from "../../kernel/schema.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Job } from "../../storage/write/job.ts";
import { limitOpenJobs } from "../../storage/write/open-record-limit.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { requireQuery } from "../export/start.ts";
import { omitPaging } from "../export/start-input.ts";
import { sealText } from "../import/sealed-text.ts";
import { BulkChange, type BulkChangeRecord, BulkChanges, isOpen } from "./bulk-change.ts";
import { validateChanges } from "./change-validation.ts";
import { type Changeable, loadChangeable, loadSelectable, requireRight } from "./changeable.ts";
import { createSecret, type Plan, type PlanRule } from "./plan.ts";
import { initialProgress, noCounts, PART_SIZE, type Progress, RowLog } from "./row-log.ts";
import { Start, type StartInput } from "./start-input.ts";

/** Starts bulk changes: validates the input before any record is read. worker.ts processes the records. */

/**
 * Starts a bulk change in the caller's name; called by requests, and by code that changes many records for a user. Throws VALIDATION_ERROR for
 * invalid input, and FORBIDDEN if the caller may not do the action with one record.
 */
export const start = fn(Start, async (input) => {
  const begin = await prepareStart(input);
  return retryOnConflict(async () => {
    const tx = transaction();
    const record = await begin(tx);
    await limitOpenChanges(tx, record);
    return tx.commit(record);
  });
});

/** A bulk change that a request starts takes a place among the open ones of its caller and tenant. */
export const limitOpenChanges = (tx: Transaction, record: BulkChangeRecord): Promise<void> =>
  limitOpenJobs(tx, record, { collection: BulkChanges, isOpen });

/** Validates a bulk change and returns a function that starts it in the caller's transaction. Each call of that function starts one. */
export async function prepareStart(
  given: z.input<typeof Start>,
  decides?: PlanRule,
): Promise<(tx: Transaction) => Promise<BulkChangeRecord>> {
  const request = parse(Start, given);
  const changeable = await loadChangeable(request.kind);
  requireRight(changeable, request.action);
  const query = await requireValidInput(changeable, request);
  const { kind, action, changes = {}, add_tags = [], remove_tags = [], only_tagged, dry_run } = request;
  const ids = request.ids && [...new Set(request.ids)];
  const plan: Plan = { changes, add_tags, remove_tags, only_tagged, secret: createSecret(), ...(decides ? { decides } : {}) };
  return async (tx) => {
    const record = Records.init(BulkChanges, {
      ...buildBlankFields(),
      ...{ kind, action, query, fields: Object.keys(changes), add_tags, remove_tags, dry_run },
      found: ids?.length ?? null,
    });
    tx.create(BulkChanges, record);
    tx.addStep(RowLog.buildPlanStep(record.id, await sealText(record.id, JSON.stringify(plan))));
    if (ids) {
      const parts = splitIntoChunks(ids, PART_SIZE);
      for (const step of RowLog.buildIdsSteps(record.id, 1, parts)) tx.addStep(step);
      tx.put(
        Job.initialProgressItem<Progress>(record.id, {
          ...initialProgress,
          gathered: true,
          parts: parts.length,
          found: ids.length,
        }),
      );
    }
    return record;
  };
}

/** Undoes a bulk change, except for values that others have changed since. The undo is itself a bulk change, in the caller's name. */
export const undo = fn(IdInput, ({ id }) =>
  retryOnConflict(async () => {
    const original = await BulkChange.withProgress(await BulkChange.readOwn(id));
    await requireUndoable(original);
    const { kind, fields, done } = original;
    const record = Records.init(BulkChanges, { ...buildBlankFields(), kind, action: "undo", fields, undoes_id: id, found: done });
    const { parts = 0 } = (await Job.readProgress<Progress>(id)) ?? {};
    const plan: Plan = { changes: {}, add_tags: [], remove_tags: [], secret: createSecret() };
    const tx = transaction();
    await limitOpenChanges(tx, record);
    return tx
      .replace(BulkChanges, original, Records.nextVersion(original, { ...original, undone_by_id: record.id }))
      .create(BulkChanges, record)
      .addStep(RowLog.buildPlanStep(record.id, await sealText(record.id, JSON.stringify(plan))))
      .put(Job.initialProgressItem<Progress>(record.id, { ...initialProgress, gathered: true, parts, found: done }))
      .commit(record);
  }),
);

/** Seconds after its end in which a bulk change can be undone. Its rows are kept for longer than this. */
const UNDO_SECONDS = 7 * 24 * 60 * 60;

async function requireUndoable(original: BulkChangeRecord): Promise<void> {
  if (isOpen(original)) throw ruleViolation("The bulk change is in progress: cancel it first");
  if (original.action === "undo") throw ruleViolation("An undo cannot be undone: start the change again");
  if (original.dry_run) throw ruleViolation("A dry run has no changes to undo");
  if (original.finished_at === null || Clock.addSeconds(UNDO_SECONDS, Date.parse(original.finished_at)) <= Clock.now())
    throw ruleViolation("Too late to undo: previous values are stored for seven days");
  const before = original.undone_by_id === null ? undefined : await Records.load(BulkChanges, original.undone_by_id);
  if (before && (isOpen(before) || before.status === "completed"))
    throw ruleViolation(`The bulk change is already undone by ${before.id}`);
  requireRight(await loadChangeable(original.kind), original.action);
}

const buildBlankFields = () => ({
  status: "queued" as const,
  owner_id: useActorId(),
  query: null,
  add_tags: [],
  remove_tags: [],
  dry_run: false,
  undoes_id: null,
  undone_by_id: null,
  reason: useRequest().reason ?? null,
  as_of: Clock.now(),
  ...noCounts,
  error: null,
  started_at: null,
  finished_at: null,
  ...Job.requestWorker(),
});

/** Refuses input that does not fit the kind, before any record is read. Returns the query in its stored form. */
async function requireValidInput(changeable: Changeable, input: StartInput): Promise<BulkChangeRecord["query"]> {
  const { ids, action } = input;
  const details: ErrorDetail[] = [];
  if ((ids === undefined) === (input.query === undefined))
    details.push({ field: "ids", message: "Exactly one of ids and query is required" });
  for (const [index, id] of (ids ?? []).entries())
    if (!isId(id, changeable.collection.kind))
      details.push({ field: `ids[${index}]`, message: `Must be the id of a record of the kind ${changeable.kind}` });
  details.push(...(action === "update" ? await validateChanges(changeable, input) : findSuperfluous(input)));
  if (details.length > 0) throw invalidAll(details);
  return input.query === undefined ? null : requireSelection(changeable, input.query, action);
}

const findSuperfluous = ({ action, ...input }: StartInput): ErrorDetail[] =>
  (["changes", "add_tags", "remove_tags", "only_tagged"] as const).flatMap((field) =>
    input[field] === undefined || input[field] === false
      ? []
      : [{ field, message: `Only allowed for update, not for ${action}` }],
  );

/** Refuses a query that the list of the kind would refuse. Returns it in its stored form. */
async function requireSelection(
  changeable: Changeable,
  query: NonNullable<StartInput["query"]>,
  action: StartInput["action"],
): Promise<BulkChangeRecord["query"]> {
  const selectable = await loadSelectable(changeable);
  if (!selectable) throw invalid("query", "Records of this kind can only be selected by ids");
  const deleted = action === "restore" ? { deleted: true } : {};
  const { data, error } = omitPaging(selectable.query, () => "A bulk change does not support order and paging").safeParse({
    ...query,
    ...deleted,
  });
  if (error) throw invalidAll(toErrorDetails(error, ["query"]));
  if (action !== "restore" && data.deleted)
    throw invalid("query.deleted", "Deleted records can only be restored: select live records");
  await requireQuery(selectable, data);
  return WhereClauses.toStoredQuery(data) as BulkChangeRecord["query"];
}
