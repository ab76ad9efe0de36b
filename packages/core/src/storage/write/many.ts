import { runIn, useContext, usePorts, useRequest } from "../../kernel/context.ts";
import { type Detail, Failure, isFailure, ruleViolation, statusOf } from "../../kernel/error.ts";
import { atMost } from "../../kernel/pool.ts";
import { Batch, BatchRefused, type Clash } from "../table/batch.ts";
import { loadedOf } from "../table/collections.ts";
import { hashed } from "../table/key.ts";
import { limits } from "../table/table.ts";
import { planned, step } from "./bulk.ts";
import { answerOf } from "./idempotency.ts";
import { once } from "./keyed.ts";
import { AnsweredBefore, answerStep, Moved, Overtaken, retryOnConflict, write } from "./transaction.ts";

/**
 * Many verbs of one request, each as in a request of its own, or all of them or none. A verb is told what is done by `told`.
 */

/** What became of an item: as which record, and how (the HTTP status that a request of its own would have). */
export interface Done {
  id: string;
  status: number;
}

export type Outcome = Done | Failure;

const AT_ONCE = 8;

/**
 * Refuses the repeat of a keyed request that is answered, and another request under its key: before anything is done, because
 * items are kept one by one.
 */
export async function requireUnanswered(): Promise<void> {
  const { idempotency } = useRequest();
  if (!idempotency) return;
  if (await answerOf(idempotency)) throw new AnsweredBefore(idempotency.key);
  await planned("many", async () => null);
}

/** Runs a verb of an item, and says what became of it; a keyed one keeps no more than that. */
export async function told(verb: () => Promise<{ id: string }>, status: (answer: object) => number): Promise<Done> {
  const { idempotency } = useRequest();
  const tell = (answer: { id: string }): Done => ({ id: answer.id, status: status(answer) });
  if (idempotency) idempotency.tells = (answer) => tell(answer as { id: string });
  return tell(await verb());
}

/** Side by side; in their order where they are of one lane: about the same record. `lanes` are those of the items. */
export async function oneByOne<I>(
  items: readonly I[],
  lanes: readonly string[],
  verb: (item: I) => Promise<Done>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const limited = atMost(AT_ONCE);
  const along = async (lane: readonly number[]): Promise<void> => {
    for (const index of lane) outcomes[index] = await outcomeOf(index, () => verb(items[index] as I));
  };
  const byLane = Map.groupBy(items.keys(), (index) => lanes[index]);
  await Promise.all([...byLane.values()].map((lane) => limited(() => along(lane))));
  // A repeat under the key goes on where this went wrong by chance.
  const byChance = outcomes.find((outcome) => isFailure(outcome, "INTERNAL"));
  if (byChance && useRequest().idempotency) throw byChance;
  return outcomes;
}

/** One item, under a key of its own where the request has one: so a repeat of the request does none twice. */
async function outcomeOf(index: number, verb: () => Promise<Done>): Promise<Outcome> {
  const context = useContext();
  const { idempotency, ...request } = context.request;
  const own = idempotency && { ...idempotency, key: hashed(idempotency.key, String(index)) };
  try {
    const run = () => once(verb);
    return (await runIn({ ...context, request: { ...request, ...(own ? { idempotency: own } : {}) } }, run)).answer;
  } catch (error) {
    if (isFailure(error)) return error;
    const { stack = "unknown" } = error instanceof Error ? error : {};
    usePorts().log.write("error", "An item of a batch failed", { request_id: request.id, error: stack });
    return new Failure("INTERNAL", "Something went wrong on our side", { cause: error });
  }
}

/**
 * All in one transaction, or none: then a RULE_VIOLATION says what is wrong with which. `sameIn` names the field by which two items
 * are about the same record, where they are; `answer` is made of what was done.
 */
export async function together<I, A>(
  items: readonly I[],
  verb: (item: I) => Promise<Done>,
  sameIn: (one: number, other: number) => string | undefined,
  answer: (done: readonly Done[]) => A,
): Promise<A> {
  if (items.length > limits.transaction) throw tooMany(limits.transaction, items.length);
  return retryOnConflict(async () => {
    const request = useRequest();
    const { idempotency } = request;
    const done: Done[] = [];
    const wrong: Detail[] = [];
    const batch = new Batch<number>({
      write,
      closing: () => (idempotency ? [answerStep(idempotency, answer(done))] : []),
      whole: (clash) =>
        clash ? writtenTwice(clash, sameIn(clash.with, done.length)) : new Full(tooMany(done.length, items.length)),
    });
    for (const item of items) {
      const index = done.length;
      try {
        done.push(await batch.run(index, () => step(() => verb(item))));
      } catch (error) {
        if (error instanceof Full) throw error.failure;
        if (!isFailure(error)) throw anew(error);
        wrong.push(...detailsOf(index, error));
        done.push({ id: "", status: statusOf[error.code] });
      }
    }
    if (wrong.length > 0) throw nothingDone(wrong);
    try {
      await batch.flush();
    } catch (error) {
      const { cause, by } = error instanceof BatchRefused ? error : { cause: error };
      if (!isFailure(cause) || by === undefined) throw anew(cause);
      throw nothingDone(detailsOf(by.about as number, cause));
    }
    delete request.idempotency;
    return answer(done);
  });
}

/** What was decided before somebody else wrote is decided anew with all the rest. */
const anew = (error: unknown): unknown => (error instanceof Overtaken ? new Moved(error.message) : error);

/** Ends the batch: what comes behind would find no room either. */
class Full extends Error {
  override name = "Full";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const tooMany = (fitting: number, all: number): Failure =>
  ruleViolation(
    `The first ${fitting} of these ${all} items fit into one transaction of ${limits.transaction} actions: send as many at most, or leave atomic out`,
  );

/** Two items that write the same: told by the field that says so, or else by the kind of record that both change. */
function writtenTwice({ with: first, keys }: Clash<number>, field: string | undefined): Failure {
  // What stands beside a record, such as who sees it, is the record's.
  const kinds = keys.flatMap(({ sk }) => loadedOf(sk.replace(/^~(\w+#)?/, ""))?.name ?? []);
  const same = field === undefined ? `changes the same ${kinds[0]?.replaceAll("_", " ") ?? "things"} as` : "is the same as in";
  const message = `It ${same} items[${first}], and one transaction writes each once: say all of it in one item, or leave atomic out`;
  return ruleViolation(message, [{ field: field ?? "", message }]);
}

const nothingDone = (details: readonly Detail[]): Failure =>
  ruleViolation("Nothing was done, because not all of it could be", details);

/** What is wrong with an item, by its place in the request. */
const detailsOf = (index: number, { message, details }: Failure): Detail[] =>
  details.length > 0
    ? details.map(({ field, message }) => ({
        field: `items[${index}]${field && (field.startsWith("[") ? field : `.${field}`)}`,
        message,
      }))
    : [{ field: `items[${index}]`, message }];

export * as Many from "./many.ts";
