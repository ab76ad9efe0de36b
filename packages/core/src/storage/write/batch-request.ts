import { limitConcurrency } from "../../kernel/concurrency.ts";
import { runIn, useContext, usePorts, useRequest } from "../../kernel/context.ts";
import { type ErrorDetail, Failure, httpStatusByCode, isFailure, ruleViolation } from "../../kernel/error.ts";
import { findLoadedCollection } from "../table/collection-registry.ts";
import { hashTexts } from "../table/key.ts";
import { dynamodbLimits } from "../table/table.ts";
import { Batch, type BatchClash, BatchRejection } from "../table/transaction-batch.ts";
import { loadOrCreatePlan, runBulkStep } from "./bulk-plan.ts";
import { findAnswer } from "./idempotency.ts";
import { runIdempotent } from "./idempotent-run.ts";
import { AlreadyAnswered, buildAnswerStep, retryOnConflict, StaleWrite, WriteConflict, writeSteps } from "./transaction.ts";

/** Runs many verbs in one request: each as if in its own request, or all of them atomically. */

/** The result of an item: the id of its record, and the HTTP status of an equivalent single request. */
export interface CompletedItem {
  id: string;
  status: number;
}

export type ItemOutcome = CompletedItem | Failure;

const MAX_CONCURRENCY = 8;

/**
 * Refuses a keyed request that was already answered, or whose key was used with another request. Call it before the first item, because
 * items store their answers individually.
 */
export async function requireUnanswered(): Promise<void> {
  const { idempotency } = useRequest();
  if (!idempotency) return;
  if (await findAnswer(idempotency)) throw new AlreadyAnswered(idempotency.key);
  await loadOrCreatePlan("many", async () => null);
}

/** Runs the verb of an item. If the request is keyed, only the id and status are stored as its answer. */
export async function runItem(verb: () => Promise<{ id: string }>, status: (answer: object) => number): Promise<CompletedItem> {
  const { idempotency } = useRequest();
  const tell = (answer: { id: string }): CompletedItem => ({ id: answer.id, status: status(answer) });
  if (idempotency) idempotency.toStoredAnswer = (answer) => tell(answer as { id: string });
  return tell(await verb());
}

/** Runs items concurrently, but items of the same lane in order: those that concern the same record. `lanes` has the lane of each item. */
export async function runIndependently<I>(
  items: readonly I[],
  lanes: readonly string[],
  verb: (item: I) => Promise<CompletedItem>,
): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const along = async (lane: readonly number[]): Promise<void> => {
    for (const index of lane) outcomes[index] = await runKeyedItem(index, () => verb(items[index] as I));
  };
  const byLane = Map.groupBy(items.keys(), (index) => lanes[index]);
  await Promise.all([...byLane.values()].map((lane) => limited(() => along(lane))));
  // A repeat under the key continues after an internal error.
  const byChance = outcomes.find((outcome) => isFailure(outcome, "INTERNAL"));
  if (byChance && useRequest().idempotency) throw byChance;
  return outcomes;
}

/** Runs one item. If the request is keyed, the item has its own key, so that a repeat does not run it twice. */
async function runKeyedItem(index: number, verb: () => Promise<CompletedItem>): Promise<ItemOutcome> {
  const context = useContext();
  const { idempotency, ...request } = context.request;
  const itemIdempotency = idempotency && { ...idempotency, key: hashTexts(idempotency.key, String(index)) };
  try {
    const run = () => runIdempotent(verb);
    return (
      await runIn({ ...context, request: { ...request, ...(itemIdempotency ? { idempotency: itemIdempotency } : {}) } }, run)
    ).answer;
  } catch (error) {
    if (isFailure(error)) return error;
    const { stack = "unknown" } = error instanceof Error ? error : {};
    usePorts().log.write("error", "An item of a batch failed", { request_id: request.id, error: stack });
    return new Failure("INTERNAL", "An internal error occurred", { cause: error });
  }
}

/**
 * Runs all items in one transaction, or none; then throws RULE_VIOLATION with the errors of each item. `sameIn` returns the field that
 * shows that two items concern the same record. `answer` builds the response.
 */
export async function runAtomically<I, A>(
  items: readonly I[],
  verb: (item: I) => Promise<CompletedItem>,
  sameIn: (leftIndex: number, rightIndex: number) => string | undefined,
  answer: (done: readonly CompletedItem[]) => A,
): Promise<A> {
  if (items.length > dynamodbLimits.transaction) throw tooManyItems(dynamodbLimits.transaction, items.length);
  return retryOnConflict(async () => {
    const request = useRequest();
    const { idempotency } = request;
    const done: CompletedItem[] = [];
    const details: ErrorDetail[] = [];
    const batch = new Batch<number>({
      write: writeSteps,
      closingSteps: () => (idempotency ? [buildAnswerStep(idempotency, answer(done))] : []),
      atomicError: (clash) =>
        clash
          ? duplicateWrite(clash, sameIn(clash.subject, done.length))
          : new BatchFull(tooManyItems(done.length, items.length)),
    });
    for (const item of items) {
      const index = done.length;
      try {
        done.push(await batch.run(index, () => runBulkStep(() => verb(item))));
      } catch (error) {
        if (error instanceof BatchFull) throw error.failure;
        if (!isFailure(error)) throw toWriteConflict(error);
        details.push(...toItemDetails(index, error));
        done.push({ id: "", status: httpStatusByCode[error.code] });
      }
    }
    if (details.length > 0) throw nothingWritten(details);
    try {
      await batch.flush();
    } catch (error) {
      const { cause, rejectedMember } = error instanceof BatchRejection ? error : { cause: error };
      if (!isFailure(cause) || rejectedMember === undefined) throw toWriteConflict(cause);
      throw nothingWritten(toItemDetails(rejectedMember.subject as number, cause));
    }
    delete request.idempotency;
    return answer(done);
  });
}

/** A decision that became stale is retried together with all others. */
const toWriteConflict = (error: unknown): unknown => (error instanceof StaleWrite ? new WriteConflict(error.message) : error);

/** Ends the batch: later items would not fit either. */
class BatchFull extends Error {
  override name = "Full";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const tooManyItems = (fittingCount: number, all: number): Failure =>
  ruleViolation(
    `Only the first ${fittingCount} of these ${all} items fit into one transaction of ${dynamodbLimits.transaction} actions: send fewer items, or omit atomic`,
  );

/**
 * Builds the error for two items that write the same item of the table: by the field that shows it, or else by the kind of record that both
 * change.
 */
function duplicateWrite({ subject, keys }: BatchClash<number>, field: string | undefined): Failure {
  // Items of a record other than itself, such as its visibility item, count as the record.
  const kinds = keys.flatMap(({ sk }) => findLoadedCollection(sk.replace(/^~(\w+#)?/, ""))?.name ?? []);
  const overlap =
    field === undefined ? `changes the same ${kinds[0]?.replaceAll("_", " ") ?? "things"} as` : "has the same value as";
  const message = `The item ${overlap} items[${subject}], but one transaction writes each only once: combine them into one item, or omit atomic`;
  return ruleViolation(message, [{ field: field ?? "", message }]);
}

const nothingWritten = (details: readonly ErrorDetail[]): Failure =>
  ruleViolation("Nothing was written, because at least one item failed", details);

/** Prefixes the details of an item's error with its position in the request. */
const toItemDetails = (index: number, { message, details }: Failure): ErrorDetail[] =>
  details.length > 0
    ? details.map(({ field, message }) => ({
        field: `items[${index}]${field && (field.startsWith("[") ? field : `.${field}`)}`,
        message,
      }))
    : [{ field: `items[${index}]`, message }];

export * as BatchRequest from "./batch-request.ts";
