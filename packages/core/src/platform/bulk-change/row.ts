import { runIn, useContext, usePorts } from "../../kernel/context.ts";
import { conflict, Failure, httpStatusByCode, isFailure } from "../../kernel/error.ts";
import type { WriteStep } from "../../storage/table/item.ts";
import { createDryRunBatch } from "../../storage/table/transaction-batch.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import type { JobLease } from "../../storage/write/job.ts";
import { withExtraSteps } from "../../storage/write/transaction.ts";
import { sealText } from "../import/sealed-text.ts";
import type { BulkChangeRecord } from "./bulk-change.ts";
import type { Changeable } from "./changeable.ts";
import { computeMark, fieldValue, type Plan } from "./plan.ts";
import { RowLog, type RowOutcome, type RowPlace, type SealedOutcome } from "./row-log.ts";

/** What a worker needs for each row; built once in a slice. */
export interface Work {
  record: BulkChangeRecord;
  changeable: Changeable;
  plan: Plan;
  /** The seal whose key seals everything of the job. */
  seal: Sealed;
  lease: Pick<JobLease<unknown>, "worker">;
}

/** A row with its place in the log and the lane that runs it. */
export interface Row {
  id: string;
  place: RowPlace;
  lane: number;
}

/** A record as its verbs return it. */
export type Answer = { id: string; version: number } & Record<string, unknown>;

/** A verb on one record, and what the log keeps about it. */
export interface RowAction {
  act: () => Promise<unknown>;
  /** The record as it was read. Set if the write was computed from it: the write then applies only to that version. */
  expectedRecord?: Answer;
  /** The fields that are set, with their values before. */
  before?: Readonly<Record<string, unknown>>;
  details?: SealedOutcome["details"];
}

/** The result of a row for which no verb is called. */
export interface SkippedRow extends Pick<RowOutcome, "status" | "code">, Pick<SealedOutcome, "message" | "details"> {
  spared: true;
}

/** The result for a record that already has the wanted values. */
export const unchangedRow: SkippedRow = { spared: true, status: 200, code: null, message: null, details: [] };

/** The result of a row, and whether the transaction of the change has already logged it. */
export interface RowResult {
  entry: RowOutcome;
  isKept: boolean;
}

/** Characters of the old values that are kept; longer values cannot be restored. */
const MAX_BEFORE_LENGTH = 16_000;
/** Details of a rejection that are kept. */
const MAX_DETAILS = 20;
/** Attempts for a row whose record others keep changing. */
const MAX_ATTEMPTS = 8;

/**
 * Runs one row. `decide` reads the record and returns an action or a result; it runs again if the record has changed meanwhile. An error about this
 * record becomes the row's result. An error that concerns the whole job is thrown.
 */
export async function runRow(work: Work, row: Row, decide: () => Promise<RowAction | SkippedRow>): Promise<RowResult> {
  try {
    return await runWithRetry(work, row, decide);
  } catch (error) {
    const { code, message, details } = toRejection(error, work);
    const rejection = { message, details: details.slice(0, MAX_DETAILS) };
    return toUnloggedResult({
      id: row.id,
      outcome: "failed",
      status: httpStatusByCode[code],
      code,
      version: null,
      sealed: await sealDetails(work, rejection),
    });
  }
}

const toUnloggedResult = (entry: RowOutcome): RowResult => ({ entry, isKept: false });

async function runWithRetry(work: Work, row: Row, decide: () => Promise<RowAction | SkippedRow>): Promise<RowResult> {
  for (let attempt = 1; ; attempt++) {
    const decided = await decide();
    if ("spared" in decided) {
      const { status, code, message, details } = decided;
      const sealed = message === null ? null : await sealDetails(work, { message, details });
      return toUnloggedResult({ id: row.id, outcome: "skipped", status, code, version: null, sealed });
    }
    try {
      return await runAction(work, row, decided);
    } catch (error) {
      if (!isFailure(error, "VERSION_CONFLICT")) throw error;
      if (attempt >= MAX_ATTEMPTS) throw conflict("The record keeps changing: try again later");
    }
  }
}

/** Calls the verb. Its write and the row's log entry are in one transaction. */
async function runAction(
  work: Work,
  { id, place, lane }: Row,
  { act, expectedRecord, before = {}, details = [] }: RowAction,
): Promise<RowResult> {
  const { record, plan, lease } = work;
  const isLong = JSON.stringify(before).length > MAX_BEFORE_LENGTH;
  const sealed = await sealDetails(work, { message: null, details, ...(isLong ? {} : { before }) });
  const buildEntry = (answer: Answer): RowOutcome => {
    const marks = Object.keys(before).map((name) => [name, computeMark(plan, fieldValue(answer, name))]);
    return { id, outcome: "done", status: 200, code: null, version: answer.version, left: Object.fromEntries(marks), sealed };
  };
  let isKept = false;
  const buildLogSteps = (answer: unknown): WriteStep[] => {
    isKept = isAnswer(answer);
    const gate = RowLog.buildLockCheck(record.id, lane, lease);
    return isAnswer(answer) ? [gate, RowLog.buildEntryStep(record.id, place, buildEntry(answer))] : [gate];
  };
  const answer = await withPrecondition(expectedRecord, () =>
    record.dry_run ? dryRun(act) : withExtraSteps(buildLogSteps, act),
  );
  if (!isAnswer(answer)) throw new Error(`A verb of ${record.kind} does not return the record`);
  if (!isKept && answer.version === expectedRecord?.version)
    return toUnloggedResult({ id, outcome: "skipped", status: 200, code: null, version: answer.version, sealed: null });
  return { entry: buildEntry(answer), isKept };
}

const isAnswer = (answer: unknown): answer is Answer =>
  typeof answer === "object" && answer !== null && "id" in answer && "version" in answer && typeof answer.version === "number";

/** Runs a verb on condition that the record still has the version that was read. */
function withPrecondition<T>(expectedRecord: Answer | undefined, verb: () => Promise<T>): Promise<T> {
  const context = useContext();
  const precondition = expectedRecord && { id: expectedRecord.id, versions: [expectedRecord.version], input: {} };
  return runIn({ ...context, request: { ...context.request, ...(precondition ? { precondition } : {}) } }, verb);
}

/** Runs a verb with all its checks, and discards its writes. */
const dryRun = <T>(verb: () => Promise<T>): Promise<T> => createDryRunBatch().run(undefined, verb);

/**
 * Returns the failure of a row. A TypeError or RangeError, caused by the values of one record, fails only that row and is logged; other errors are
 * thrown.
 */
function toRejection(error: unknown, { record }: Work): Failure {
  if (isFailure(error)) return error;
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  usePorts().log.write("error", "A row of a bulk change failed", { bulk_change: record.id, error: error.stack });
  return new Failure("INTERNAL", "Internal error while processing this record", { cause: error });
}

const sealDetails = ({ record, seal }: Work, outcome: SealedOutcome): Promise<Sealed> =>
  sealText(record.id, JSON.stringify(outcome), seal);
