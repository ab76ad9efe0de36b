import { AsyncLocalStorage } from "node:async_hooks";
import { gzipSync } from "node:zlib";
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useContext, useTenant } from "../../kernel/context.ts";
import { conflict, invalid, isFailure } from "../../kernel/error.ts";
import { useBatch } from "../table/batch.ts";
import { type BaseRecord, type Collection, largestField, recordLimit } from "../table/collection.ts";
import {
  errorName,
  get,
  getAll,
  isConditionFailed,
  isTransactionConflict,
  MAX_ATTEMPTS,
  pause,
  retry,
  send,
  tableName,
} from "../table/database.ts";
import type { Action, Guarded, Item, Step } from "../table/item.ts";
import { type Key, recordKey } from "../table/key.ts";
import { Moved } from "../table/moved.ts";
import { placesOf } from "../table/place.ts";
import { limits } from "../table/table.ts";
import { answerKey, type Keyed } from "./idempotency.ts";
import { OwnChanges } from "./own-changes.ts";
import { Reveal } from "./reveal.ts";
import { Spelling } from "./spelling.ts";

export { Contended, Moved, Overtaken, retryOnConflict } from "../table/moved.ts";

/** The transaction found the answer of the same keyed request already there. */
export class AnsweredBefore extends Error {
  override name = "AnsweredBefore";
}

const expressions = ({ condition, names, values }: Guarded) => ({
  ...(condition ? { ConditionExpression: condition } : {}),
  ...(names ? { ExpressionAttributeNames: names } : {}),
  ...(values ? { ExpressionAttributeValues: values } : {}),
});

/**
 * The writes of one verb, committed together or not at all. The answer of a keyed request is part of them,
 * so that a repeat has the same answer and no second effect.
 */
export class Transaction {
  readonly #steps: Step[] = [];
  readonly #reveal = new Reveal();
  readonly #own = new OwnChanges();
  /** That records bear from now on. */
  readonly #tags: string[] = [];

  /** A new record; `refused` says what it means that there is one with this id. */
  create<R extends BaseRecord>(
    collection: Collection<R>,
    record: R,
    refused: () => Error = () => conflict("This record exists already"),
  ): this {
    this.#reveal.note(collection, undefined, record);
    this.#own.note(collection, undefined, record);
    this.#tags.push(...collection.tagsOf(record).values());
    this.place(collection, undefined, record);
    return this.put(toItem(collection, record), { condition: "attribute_not_exists(pk)", refused });
  }

  /** The next version of a record that was read as `before`. */
  replace<R extends BaseRecord>(collection: Collection<R>, before: R, after: R): this {
    this.#reveal.note(collection, before, after);
    this.#own.note(collection, before, after);
    const had = collection.tagsOf(before);
    for (const [key, tag] of collection.tagsOf(after)) if (!had.has(key)) this.#tags.push(tag);
    this.place(collection, before, after);
    return this.put(toItem(collection, after), {
      condition: "version = :expected",
      values: { ":expected": before.version },
      refused: () => new Moved(`${before.id} has another version than ${before.version}`),
    });
  }

  /** What differs of the places of a record; the version of the record keeps others from it. */
  private place<R extends BaseRecord>(collection: Collection<R>, before: R | undefined, after: R): void {
    const [had, has] = [placesOf(useTenant(), collection, before), placesOf(useTenant(), collection, after)];
    const nameOf = ({ pk, sk }: Item): string => `${pk}#${sk}`;
    const [old, next] = [new Map(had.map((item) => [nameOf(item), item])), new Map(has.map((item) => [nameOf(item), item]))];
    for (const [name, { pk, sk }] of old) if (!next.has(name)) this.delete({ pk: String(pk), sk: String(sk) });
    for (const [name, item] of next) if (old.get(name)?.row !== item.row) this.put(item);
  }

  /** Holds only while the record has the version that was read. */
  unchanged<R extends BaseRecord>(record: R): this {
    return this.add(
      {
        ConditionCheck: {
          TableName: tableName(),
          Key: recordKey(useTenant(), record.id),
          ConditionExpression: "version = :expected",
          ExpressionAttributeValues: { ":expected": record.version },
        },
      },
      () => new Moved(`${record.id} has another version than ${record.version}`),
    );
  }

  /** Holds only while the record is there and not deleted, whatever else becomes of it. */
  alive(id: string, refused: () => Error): this {
    return this.add(
      {
        ConditionCheck: {
          TableName: tableName(),
          Key: recordKey(useTenant(), id),
          ConditionExpression: "#life = :live",
          ExpressionAttributeNames: { "#life": "life" },
          ExpressionAttributeValues: { ":live": "live" },
        },
      },
      refused,
    );
  }

  /** Holds only while there is nothing under the key. */
  absent(key: Key, refused: () => Error): this {
    const ConditionExpression = "attribute_not_exists(pk)";
    return this.add({ ConditionCheck: { TableName: tableName(), Key: key, ConditionExpression } }, refused);
  }

  put(item: Item, guarded: Guarded = {}): this {
    return this.add({ Put: { TableName: tableName(), Item: item, ...expressions(guarded) } }, guarded.refused);
  }

  delete({ pk, sk }: Key, guarded: Guarded = {}): this {
    return this.add({ Delete: { TableName: tableName(), Key: { pk, sk }, ...expressions(guarded) } }, guarded.refused);
  }

  add(action: Action, refused: () => Error = () => conflict("Another change came first")): this {
    this.#steps.push({ action, refused });
    return this;
  }

  /** Adds a step that was made elsewhere. */
  step({ action, refused }: Step): this {
    return this.add(action, refused);
  }

  get size(): number {
    return this.#steps.length;
  }

  /**
   * Writes everything, and gives back the result, which is kept as the answer of a keyed request.
   * Throws what the first refused step says; conflicts with another transaction are tried again.
   */
  async commit<T>(result: T): Promise<T> {
    await this.#own.move(this);
    await requireSpelled(this.#tags);
    const steps = [...this.#steps, ...this.#reveal.steps];
    const keyed = takeIdempotency();
    if (keyed) steps.unshift(answerStep(keyed, result));
    const beside = besides.getStore();
    const more = beside?.more;
    if (steps.length > 0 && more) steps.push(...more(result));
    if (steps.length === 0) return result;
    if (beside) delete beside.more;
    try {
      const batch = useBatch();
      if (batch) return await batch.take(steps, result, getAll);
      if (steps.length > limits.transaction)
        throw new Error(`A transaction of ${steps.length} actions; ${limits.transaction} is the most`);
      await write(steps);
    } catch (error) {
      // The request may still be answered by another commit of the same verb: a change that is tried again.
      if (keyed) useContext().request.idempotency = keyed;
      if (beside && more) beside.more = more;
      throw error;
    }
    return result;
  }
}

export const transaction = (): Transaction => new Transaction();

/** The tenant knows tags as they are spelled here, unless it does already; who was faster with another spelling has it. */
async function requireSpelled(tags: readonly string[]): Promise<void> {
  if (tags.length === 0 || useBatch()?.isRehearsal) return;
  const [other] = await Spelling.keep(tags);
  if (other !== undefined) throw new Moved(`Somebody spelled ${other} otherwise a moment ago`);
}

const besides = new AsyncLocalStorage<{ more?: (result: unknown) => Step[] }>();

/** Runs a verb whose first commit also writes what follows from its answer. */
export const writingBeside = <T>(more: (result: unknown) => Step[], verb: () => Promise<T>): Promise<T> =>
  besides.run({ more }, verb);

/** Does what may be done twice again, while it meets transactions or the table is busy. */
export const retryPassing = <T>(work: () => Promise<T>): Promise<T> => retry(isWorthAnotherTry, work);

/** A single write that met a transaction has been sent again by `send` as often as it may be. */
const isWorthAnotherTry = (error: unknown): boolean => isPassing(error) && !isTransactionConflict(error);

/** What to write in place of steps that met other transactions, by their positions. */
type Aside = (met: readonly number[]) => Promise<readonly Step[]>;

/** Commits steps together; with `aside`, those that met other transactions may go another way at the next try. */
export async function write(steps: readonly Step[], aside?: Aside): Promise<void> {
  let trying = steps;
  // One token for every try: a try whose answer was lost is not applied twice.
  let token = crypto.randomUUID();
  for (let attempt = 1; ; attempt++) {
    try {
      await send(commandOf(trying, token));
      return;
    } catch (error) {
      const refusal = refusalOf(error, trying);
      if (refusal && (await isOurs(error, trying))) return;
      if (refusal) throw refusal;
      if (!isWorthAnotherTry(error) || attempt >= MAX_ATTEMPTS) throw error;
      await pause(attempt);
      if (errorName(error) !== "TransactionCanceledException") continue;
      token = crypto.randomUUID();
      const met = reasonsOf(error).flatMap((code, at) => (code === "TransactionConflict" ? [at] : []));
      if (aside && met.length > 0) trying = await aside(met);
    }
  }
}

/**
 * A record alone is put outside a transaction, for half the units: what stands there tells whether a try whose answer was lost went
 * through. Nothing else can tell, and so takes a token.
 */
function commandOf(steps: readonly Step[], ClientRequestToken: string): PutCommand | TransactWriteCommand {
  const [alone] = steps.length === 1 ? steps : [];
  if (alone?.action.Put && isRecord(alone.action.Put.Item)) return new PutCommand(alone.action.Put);
  return new TransactWriteCommand({ TransactItems: steps.map(({ action }) => action), ClientRequestToken });
}

const isRecord = (item: Item | undefined): boolean => item?.version !== undefined && item.context !== undefined;

/**
 * Whether a refused transaction is one of ours that went through before: a try whose answer was lost, against a table
 * that has forgotten its token. A record that stands there with this version, written in this request, tells.
 */
async function isOurs(error: unknown, steps: readonly Step[]): Promise<boolean> {
  const { attempts = 1 } = (error as { $metadata?: { attempts?: number } }).$metadata ?? {};
  const written = steps.map(({ action }) => action.Put?.Item).find(isRecord);
  if (attempts < 2 || !written) return false;
  const stored = await get({ pk: String(written.pk), sk: String(written.sk) });
  return ["version", "context", "row", "doc"].every((attribute) => stored?.[attribute] === written[attribute]);
}

/** Why each step of a cancelled transaction was, or `None`. */
const reasonsOf = (error: unknown): string[] =>
  ((error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? []).map(({ Code }) => Code ?? "None");

/** The failure that the first refused step stands for, when a condition did not hold. */
function refusalOf(error: unknown, steps: readonly Step[]): Error | undefined {
  if (isConditionFailed(error)) return steps[0]?.refused();
  if (errorName(error) !== "TransactionCanceledException") return undefined;
  return steps[reasonsOf(error).indexOf("ConditionalCheckFailed")]?.refused();
}

/** Worth another try: others were faster, or the table is busy. */
export function isPassing(error: unknown): boolean {
  const name = errorName(error);
  if (isFailure(error)) return false;
  if (name === "TransactionCanceledException") {
    const codes = reasonsOf(error).filter((code) => code !== "None");
    return codes.length > 0 && codes.every((code) => passing.has(code));
  }
  const { $retryable, $metadata, code } = error as {
    $retryable?: object;
    $metadata?: { httpStatusCode?: number };
    code?: unknown;
  };
  return passing.has(name) || $retryable !== undefined || ($metadata?.httpStatusCode ?? 0) >= 500 || lost.has(String(code));
}

/** The table, or another service, could not be reached. */
const lost = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);

const passing = new Set([
  "TransactionConflict",
  "TransactionConflictException",
  "TransactionInProgressException",
  "ThrottlingError",
  "ThrottlingException",
  "ProvisionedThroughputExceeded",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "InternalServerError",
  "TimeoutError",
]);

/** Who wrote an item and in which request: the stream knows only items, so it stands on them. */
function writtenBy(): string {
  const { actor, request } = useContext();
  return JSON.stringify({
    actor: useActorId(),
    request: request.id,
    session: actor.type === "user" ? actor.session_id : undefined,
    ip: request.ip,
    user_agent: request.user_agent?.slice(0, 256),
    reason: request.reason,
  });
}

function toItem<R extends BaseRecord>(collection: Collection<R>, record: R): Item {
  const item = collection.toItem(useTenant(), record, writtenBy());
  const bytes = Buffer.byteLength(String(item.row)) + Buffer.byteLength(String(item.doc));
  if (bytes > recordLimit) throw invalid(largestField(record).field, `The record would be larger than ${recordLimit} bytes`);
  return item;
}

function takeIdempotency(): Keyed | undefined {
  const { request } = useContext();
  const keyed = request.idempotency;
  delete request.idempotency;
  return keyed;
}

export function answerStep(keyed: Keyed, result: unknown): Step {
  const answer = JSON.stringify((keyed.tells ? keyed.tells(result) : result) ?? null);
  const expires = Math.floor(Clock.ms() / 1000) + 24 * 60 * 60;
  return {
    action: {
      Put: {
        TableName: tableName(),
        Item: {
          ...answerKey(useTenant(), keyed.key),
          hash: keyed.hash,
          answer: answer.length > 4096 ? gzipSync(answer) : answer,
          ttl: expires,
        },
        // Time to live is swept late: an answer past its day does not count.
        ConditionExpression: "attribute_not_exists(pk) OR #ttl < :now",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":now": Math.floor(Clock.ms() / 1000) },
      },
    },
    refused: () => new AnsweredBefore(keyed.key),
  };
}
