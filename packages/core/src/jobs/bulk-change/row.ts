import type { BulkChangeRecord } from "../../bulk-change/bulk-change.ts";
import { type Entry, Ledger, type Place, type Told } from "../../bulk-change/ledger.ts";
import { runIn, useContext, usePorts } from "../../kernel/context.ts";
import { conflict, Failure, isFailure, statusOf } from "../../kernel/error.ts";
import { Batch } from "../../storage/table/batch.ts";
import type { Step } from "../../storage/table/item.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import type { JobLease } from "../../storage/write/job.ts";
import { writingBeside } from "../../storage/write/transaction.ts";
import { sealedText } from "../import/sealed.ts";
import { markOf, type Plan, valueAt } from "./bulk-plan.ts";
import type { Changeable } from "./changeable.ts";

/** What a worker needs for each row, made once in a turn. */
export interface Work {
  record: BulkChangeRecord;
  changeable: Changeable;
  plan: Plan;
  /** Under its key lies all that the job seals. */
  seal: Sealed;
  lease: Pick<JobLease<unknown>, "worker">;
}

/** Where a row stands, and by which gate it goes. */
export interface Row {
  id: string;
  place: Place;
  lane: number;
}

/** A record as its verbs answer it. */
export type Answer = { id: string; version: number } & Record<string, unknown>;

/** A verb on one record, with what is remembered of it. */
export interface Deed {
  act: () => Promise<unknown>;
  /** The record as it was read, where what is written was made of it: then it holds of that version alone. */
  meant?: Answer;
  /** The fields that are set, and what they had before. */
  before?: Readonly<Record<string, unknown>>;
  details?: Told["details"];
}

/** What is said of a row in place of doing anything. */
export interface Spared extends Pick<Entry, "status" | "code">, Pick<Told, "message" | "details"> {
  spared: true;
}

/** Of a record that has already what it is to have. */
export const asItWas: Spared = { spared: true, status: 200, code: null, message: null, details: [] };

/** What became of a row, and whether the transaction that did it says so already. */
export interface Became {
  entry: Entry;
  isKept: boolean;
}

/** Characters of what a record had that are kept; what is longer cannot be taken back. */
const MOST_BEFORE = 16_000;
/** Details of a refusal that are kept. */
const MOST_DETAILS = 20;
/** Times that a row is tried again when others keep changing its record. */
const ATTEMPTS = 8;

/**
 * Does one row. `decide` reads the record and says what to do with it, or what is to be said instead; it is asked again where the
 * record has moved meanwhile. What refuses the row is said of it; what concerns all is thrown.
 */
export async function rowDone(work: Work, row: Row, decide: () => Promise<Deed | Spared>): Promise<Became> {
  try {
    return await tried(work, row, decide);
  } catch (error) {
    const { code, message, details } = refusalOf(error, work);
    const told = { message, details: details.slice(0, MOST_DETAILS) };
    return unkept({
      id: row.id,
      outcome: "failed",
      status: statusOf[code],
      code,
      version: null,
      sealed: await sealedOf(work, told),
    });
  }
}

const unkept = (entry: Entry): Became => ({ entry, isKept: false });

async function tried(work: Work, row: Row, decide: () => Promise<Deed | Spared>): Promise<Became> {
  for (let attempt = 1; ; attempt++) {
    const decided = await decide();
    if ("spared" in decided) {
      const { status, code, message, details } = decided;
      const sealed = message === null ? null : await sealedOf(work, { message, details });
      return unkept({ id: row.id, outcome: "skipped", status, code, version: null, sealed });
    }
    try {
      return await acted(work, row, decided);
    } catch (error) {
      if (!isFailure(error, "VERSION_CONFLICT")) throw error;
      if (attempt >= ATTEMPTS) throw conflict("Others keep changing this record");
    }
  }
}

/** Asks the verb; what it did, and that it did, stand in one transaction. */
async function acted(work: Work, { id, place, lane }: Row, { act, meant, before = {}, details = [] }: Deed): Promise<Became> {
  const { record, plan, lease } = work;
  const isLong = JSON.stringify(before).length > MOST_BEFORE;
  const sealed = await sealedOf(work, { message: null, details, ...(isLong ? {} : { before }) });
  const entryOf = (answer: Answer): Entry => {
    const left = Object.keys(before).map((name) => [name, markOf(plan, valueAt(answer, name))]);
    return { id, outcome: "done", status: 200, code: null, version: answer.version, left: Object.fromEntries(left), sealed };
  };
  let isKept = false;
  const beside = (answer: unknown): Step[] => {
    isKept = isAnswer(answer);
    const gate = Ledger.gateStep(record.id, lane, lease);
    return isAnswer(answer) ? [gate, Ledger.entryStep(record.id, place, entryOf(answer))] : [gate];
  };
  const answer = await meaning(meant, () => (record.dry_run ? rehearsed(act) : writingBeside(beside, act)));
  if (!isAnswer(answer)) throw new Error(`A verb of ${record.kind} does not answer with the record`);
  if (!isKept && answer.version === meant?.version)
    return unkept({ id, outcome: "skipped", status: 200, code: null, version: answer.version, sealed: null });
  return { entry: entryOf(answer), isKept };
}

const isAnswer = (answer: unknown): answer is Answer =>
  typeof answer === "object" && answer !== null && "id" in answer && "version" in answer && typeof answer.version === "number";

/** Runs a verb on the version of a record that was read. */
function meaning<T>(meant: Answer | undefined, verb: () => Promise<T>): Promise<T> {
  const context = useContext();
  const precondition = meant && { id: meant.id, versions: [meant.version], input: {} };
  return runIn({ ...context, request: { ...context.request, ...(precondition ? { precondition } : {}) } }, verb);
}

/** The verb decides and refuses as ever; what it would write is dropped. */
const rehearsed = <T>(verb: () => Promise<T>): Promise<T> =>
  new Batch<undefined>({
    write: async () => undefined,
    closing: () => [],
    rehearsal: { written: async (keys) => keys.map(() => undefined) },
  }).run(undefined, verb);

/** What refuses a row; a fault in our code that its values bring about refuses it as well, and is told to us. */
function refusalOf(error: unknown, { record }: Work): Failure {
  if (isFailure(error)) return error;
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  usePorts().log.write("error", "A row of a bulk change failed", { bulk_change: record.id, error: error.stack });
  return new Failure("INTERNAL", "Something about this record goes wrong on our side", { cause: error });
}

const sealedOf = ({ record, seal }: Work, told: Told): Promise<Sealed> => sealedText(record.id, JSON.stringify(told), seal);
