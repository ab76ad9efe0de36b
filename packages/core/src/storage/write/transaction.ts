import { AsyncLocalStorage } from "node:async_hooks";
import { gzipSync } from "node:zlib";
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { isReadOnlyView, useActorId, useContext, useTenant } from "../../kernel/context.ts";
import { conflict, forbidden, invalid, isFailure } from "../../kernel/error.ts";
import { type ArchiveEntry, findArchiveEntry, PART_ATTRIBUTE } from "../table/archived-record.ts";
import { type BaseRecord, type Collection, findLargestField, MAX_RECORD_BYTES } from "../table/collection.ts";
import { WriteConflict, WriteContention } from "../table/conflict.ts";
import {
  backOff,
  errorName,
  isConditionFailed,
  isTransactionConflict,
  MAX_ATTEMPTS,
  readItem,
  readItems,
  retry,
  send,
  tableName,
} from "../table/database.ts";
import { buildExtraIndexItems } from "../table/extra-index.ts";
import type { Item, WriteAction, WriteCondition, WriteStep } from "../table/item.ts";
import { checkpointKey, type Key, recordKey } from "../table/key.ts";
import { noteWrite } from "../table/recent-writes.ts";
import { dynamodbLimits } from "../table/table.ts";
import { useBatch } from "../table/transaction-batch.ts";
import { type KindShape, refreshWrittenShapes } from "../table/written-shapes.ts";
import { CustomFieldChanges } from "./custom-field-changes.ts";
import { answerKey, type KeyedRequest } from "./idempotency.ts";
import { TagSpelling } from "./tag-spelling.ts";
import { VisibilityChanges } from "./visibility-changes.ts";

export { retryOnConflict, StaleWrite, WriteConflict, WriteContention } from "../table/conflict.ts";

/** The transaction found the stored answer of the same keyed request. */
export class AlreadyAnswered extends Error {
  override name = "AnsweredBefore";
}

const buildExpressions = ({ condition, names, values }: WriteCondition) => ({
  ...(condition ? { ConditionExpression: condition } : {}),
  ...(names ? { ExpressionAttributeNames: names } : {}),
  ...(values ? { ExpressionAttributeValues: values } : {}),
});

const rejectConcurrentChange = (): Error => conflict("The record was changed concurrently");

const buildPutStep = (item: Item, guarded: WriteCondition = {}): WriteStep => ({
  action: { Put: { TableName: tableName(), Item: item, ...buildExpressions(guarded) } },
  rejection: guarded.rejection ?? rejectConcurrentChange,
});

const buildDeleteStep = ({ pk, sk }: Key, guarded: WriteCondition = {}): WriteStep => ({
  action: { Delete: { TableName: tableName(), Key: { pk, sk }, ...buildExpressions(guarded) } },
  rejection: guarded.rejection ?? rejectConcurrentChange,
});

/** Requires that a record is in the part from which it was read, or whole in the table. */
const requirePart = (condition: WriteCondition, archived: ArchiveEntry | undefined): WriteCondition => ({
  ...condition,
  condition: [condition.condition, archived ? "#part = :part" : "attribute_not_exists(#part)"].join(" and "),
  names: { ...condition.names, "#part": PART_ATTRIBUTE },
  values: { ...condition.values, ...(archived ? { ":part": archived.part } : {}) },
});

/**
 * Puts back the checkpoint of a record that leaves the archive, so that the record counts once. The mark keeps an archive job that is
 * still moving the record from deleting it.
 */
const buildCheckpointReturn = (id: string, { checkpoint }: ArchiveEntry): WriteStep =>
  buildPutStep({ ...checkpoint, ...checkpointKey(useTenant(), id), returned: true });

/** Builds the changes of a record's extra index entries. The condition on the record's version protects them too. */
function buildExtraIndexSteps<R extends BaseRecord>(collection: Collection<R>, before: R | undefined, after: R): WriteStep[] {
  const [previousItems, nextItems] = [
    buildExtraIndexItems(useTenant(), collection, before),
    buildExtraIndexItems(useTenant(), collection, after, collection.newExtraIndexEntries(after)),
  ];
  const formatItemKey = ({ pk, sk }: Item): string => `${pk}#${sk}`;
  const [old, next] = [
    new Map(previousItems.map((item) => [formatItemKey(item), item])),
    new Map(nextItems.map((item) => [formatItemKey(item), item])),
  ];
  const removals = [...old].filter(([name]) => !next.has(name));
  const writes = [...next].filter(([name, item]) => old.get(name)?.row !== item.row);
  return [
    ...removals.map(([, { pk, sk }]) => buildDeleteStep({ pk: String(pk), sk: String(sk) })),
    ...writes.map(([, item]) => buildPutStep(item)),
  ];
}

/** Returns how many extra index entries a change writes and deletes at most. */
function countExtraIndexSteps<R extends BaseRecord>(collection: Collection<R>, before: R | undefined, after: R): number {
  const entries = [...(before ? collection.extraIndexEntries(before) : []), ...collection.extraIndexEntries(after)];
  return new Set(entries.map(({ partition, sortKey = "" }) => [...partition, sortKey].join("#"))).size;
}

/**
 * The writes of one verb, which are committed atomically. They include the answer of a keyed request, so that a repeat gets the same answer
 * and has no second effect.
 */
export class Transaction {
  /** Steps, and functions that build the steps of records once it is known in which form they are to be written. */
  readonly #steps: (WriteStep | (() => WriteStep[]))[] = [];
  /** The kinds of those records. */
  readonly #formedKinds = new Set<KindShape>();
  /** The extra index entries of those records. */
  #entryCount = 0;
  readonly #reveal = new VisibilityChanges();
  readonly #own = new CustomFieldChanges();
  /** Tags that the transaction adds to records. */
  readonly #tags: string[] = [];

  /** Creates a record. `refused` returns the error if the id exists. */
  create<R extends BaseRecord>(
    collection: Collection<R>,
    record: R,
    createError: () => Error = () => conflict("This record already exists"),
  ): this {
    this.#reveal.track(collection, undefined, record);
    this.#own.track(collection, undefined, record);
    this.#tags.push(...collection.tagsByKey(record).values());
    return this.#addRecord(collection, undefined, record, { condition: "attribute_not_exists(pk)", rejection: createError });
  }

  /** Writes the next version of a record that was read as `before`. */
  replace<R extends BaseRecord>(collection: Collection<R>, before: R, after: R): this {
    this.#reveal.track(collection, before, after);
    this.#own.track(collection, before, after);
    const previousTags = collection.tagsByKey(before);
    for (const [key, tag] of collection.tagsByKey(after)) if (!previousTags.has(key)) this.#tags.push(tag);
    const condition: WriteCondition = {
      condition: "version = :expected",
      values: { ":expected": before.version },
      rejection: () => new WriteConflict(`${before.id} no longer has version ${before.version}`),
    };
    const archived = collection.isArchived ? findArchiveEntry(before) : undefined;
    return this.#addRecord(collection, before, after, condition, archived);
  }

  /** Adds the steps that write a record with its extra index entries. */
  #addRecord<R extends BaseRecord>(
    collection: Collection<R>,
    before: R | undefined,
    after: R,
    condition: WriteCondition,
    archived?: ArchiveEntry,
  ): this {
    const buildSteps = (): WriteStep[] => [
      ...buildExtraIndexSteps(collection, before, after),
      buildPutStep(toItem(collection, after), before && collection.isArchived ? requirePart(condition, archived) : condition),
      ...(archived ? [buildCheckpointReturn(after.id, archived)] : []),
    ];
    if (!collection.definition.formerForm) this.#steps.push(...buildSteps());
    else {
      this.#formedKinds.add(collection);
      this.#steps.push(buildSteps);
      this.#entryCount += countExtraIndexSteps(collection, before, after);
    }
    return this;
  }

  /** Returns the steps of records whose form is known, for `withExtraSteps`. They contain no changes of visibility, custom fields and tags. */
  toPlainSteps(): WriteStep[] {
    return this.#steps.filter((step) => typeof step !== "function");
  }

  /** Requires that the record still has the version that was read. */
  requireUnchanged<R extends BaseRecord>(record: R): this {
    return this.add(
      {
        ConditionCheck: {
          TableName: tableName(),
          Key: recordKey(useTenant(), record.id),
          ConditionExpression: "version = :expected",
          ExpressionAttributeValues: { ":expected": record.version },
        },
      },
      () => new WriteConflict(`${record.id} no longer has version ${record.version}`),
    );
  }

  /** Requires that the record exists and is not deleted, in any version. */
  requireLive(id: string, createError: () => Error): this {
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
      createError,
    );
  }

  /** Requires that there is no item under the key. */
  requireAbsent(key: Key, createError: () => Error): this {
    const ConditionExpression = "attribute_not_exists(pk)";
    return this.add({ ConditionCheck: { TableName: tableName(), Key: key, ConditionExpression } }, createError);
  }

  put(item: Item, guarded: WriteCondition = {}): this {
    return this.addStep(buildPutStep(item, guarded));
  }

  delete(key: Key, guarded: WriteCondition = {}): this {
    return this.addStep(buildDeleteStep(key, guarded));
  }

  add(action: WriteAction, createError = rejectConcurrentChange): this {
    this.#steps.push({ action, rejection: createError });
    return this;
  }

  addStep({ action, rejection }: WriteStep): this {
    return this.add(action, rejection);
  }

  /** The number of writes. Entries of records whose form is not known yet count as if all of them were written. */
  get size(): number {
    return this.#steps.length + this.#entryCount;
  }

  /**
   * Writes everything and returns the result, which is stored as the answer of a keyed request. Throws the error of the first refused step.
   * Retries conflicts with other transactions, and throws `WriteContention` if the last try meets one too.
   */
  async commit<T>(result: T): Promise<T> {
    await this.#own.addClaims(this);
    await requireTagSpellings(this.#tags);
    await refreshWrittenShapes([...this.#formedKinds]);
    const recordSteps = this.#steps.flatMap((step) => (typeof step === "function" ? step() : step));
    const steps = [...recordSteps, ...this.#reveal.steps];
    const keyed = takeIdempotency();
    if (keyed) steps.unshift(buildAnswerStep(keyed, result));
    const extraSteps = extraStepsStorage.getStore();
    const more = extraSteps?.more;
    if (steps.length > 0 && more) steps.push(...more(result));
    if (steps.length === 0) return result;
    // Operations that write are refused before. This is for an operation that reads and writes.
    if (isReadOnlyView())
      throw forbidden("You view the data as another role, so you cannot change anything: stop viewing as this role");
    if (extraSteps) delete extraSteps.more;
    try {
      const batch = useBatch();
      if (batch) return await batch.collect(steps, result, readItems);
      if (steps.length > dynamodbLimits.transaction)
        throw new Error(`A transaction of ${steps.length} actions exceeds the maximum of ${dynamodbLimits.transaction}`);
      await writeSteps(steps);
    } catch (error) {
      // A later commit of the same verb, in a retry, may still store the answer.
      if (keyed) useContext().request.idempotency = keyed;
      if (extraSteps && more) extraSteps.more = more;
      throw hasMetTransactions(error) ? new WriteContention() : error;
    }
    return result;
  }
}

export const transaction = (): Transaction => new Transaction();

/** Stores the spelling of new tags. Throws WriteConflict if a concurrent request stored another spelling. */
async function requireTagSpellings(tags: readonly string[]): Promise<void> {
  if (tags.length === 0 || useBatch()?.isDryRun) return;
  const [conflictingTag] = await TagSpelling.save(tags);
  if (conflictingTag !== undefined) throw new WriteConflict(`Another spelling of ${conflictingTag} was stored concurrently`);
}

const extraStepsStorage = new AsyncLocalStorage<{ more?: (result: unknown) => WriteStep[] }>();

/** Runs a verb whose first commit also writes steps that depend on its result. */
export const withExtraSteps = <T>(more: (result: unknown) => WriteStep[], verb: () => Promise<T>): Promise<T> =>
  extraStepsStorage.run({ more }, verb);

/** Retries idempotent work on conflicts with transactions and on throttling. */
export const retryTransient = <T>(work: () => Promise<T>): Promise<T> => retry(isRetryable, work);

/** `send` has already retried a single write that met a transaction. */
const isRetryable = (error: unknown): boolean => isTransient(error) && !isTransactionConflict(error);

/** Returns the steps to write instead of those that met other transactions, which are given by position. */
type ConflictFallback = (conflictPositions: readonly number[]) => Promise<readonly WriteStep[]>;

/** Commits steps atomically. `aside` may replace steps that met other transactions before the next try. */
export async function writeSteps(steps: readonly WriteStep[], aside?: ConflictFallback): Promise<void> {
  let trying = steps;
  // The same token for every try, so that a try whose response was lost is not applied twice.
  let token = crypto.randomUUID();
  for (let attempt = 1; ; attempt++) {
    try {
      await send(buildCommand(trying, token));
      noteRecords(trying);
      return;
    } catch (error) {
      const refusal = findRejection(error, trying);
      if (refusal && (await isOwnWrite(error, trying))) return noteRecords(trying);
      if (refusal) throw refusal;
      if (!isRetryable(error) || attempt >= MAX_ATTEMPTS) throw error;
      await backOff(attempt);
      if (errorName(error) !== "TransactionCanceledException") continue;
      token = crypto.randomUUID();
      const conflictIndexes = listCancellationReasons(error).flatMap((code, index) =>
        code === "TransactionConflict" ? [index] : [],
      );
      if (aside && conflictIndexes.length > 0) trying = await aside(conflictIndexes);
    }
  }
}

function noteRecords(steps: readonly WriteStep[]): void {
  for (const { action } of steps) {
    const item = action.Put?.Item;
    if (item && isRecordItem(item)) noteWrite(String(item.sk), Number(item.version));
  }
}

/**
 * A single record is put without a transaction, for half the write units: the stored item shows whether a try with a lost response
 * succeeded. Other writes cannot show this, so they use a token.
 */
function buildCommand(steps: readonly WriteStep[], ClientRequestToken: string): PutCommand | TransactWriteCommand {
  const [alone] = steps.length === 1 ? steps : [];
  if (alone?.action.Put && isRecordItem(alone.action.Put.Item)) return new PutCommand(alone.action.Put);
  return new TransactWriteCommand({ TransactItems: steps.map(({ action }) => action), ClientRequestToken });
}

const isRecordItem = (item: Item | undefined): boolean => item?.version !== undefined && item.context !== undefined;

/**
 * Returns whether a refused write is our own, from an earlier try whose response was lost, after the table forgot its token. The stored
 * record has the same version and was written in this request.
 */
async function isOwnWrite(error: unknown, steps: readonly WriteStep[]): Promise<boolean> {
  const { attempts = 1 } = (error as { $metadata?: { attempts?: number } }).$metadata ?? {};
  const writtenItem = steps.map(({ action }) => action.Put?.Item).find(isRecordItem);
  if (attempts < 2 || !writtenItem) return false;
  const stored = await readItem({ pk: String(writtenItem.pk), sk: String(writtenItem.sk) });
  return ["version", "context", "row", "doc"].every((attribute) => stored?.[attribute] === writtenItem[attribute]);
}

/** Returns the reason for each step of a cancelled transaction, or `None`. */
const listCancellationReasons = (error: unknown): string[] =>
  ((error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? []).map(({ Code }) => Code ?? "None");

/** Returns whether a transaction was cancelled only because others were writing the same items. */
const hasMetTransactions = (error: unknown): boolean =>
  errorName(error) === "TransactionCanceledException" &&
  listCancellationReasons(error).every((code) => code === "None" || code === "TransactionConflict");

/** Returns the error of the first refused step if a condition failed. */
function findRejection(error: unknown, steps: readonly WriteStep[]): Error | undefined {
  if (isConditionFailed(error)) return steps[0]?.rejection();
  if (errorName(error) !== "TransactionCanceledException") return undefined;
  return steps[listCancellationReasons(error).indexOf("ConditionalCheckFailed")]?.rejection();
}

/** Returns whether a retry may succeed: concurrent writers, throttling or a failed connection. */
export function isTransient(error: unknown): boolean {
  const name = errorName(error);
  if (error instanceof WriteContention) return true;
  if (isFailure(error)) return false;
  if (name === "TransactionCanceledException") {
    const codes = listCancellationReasons(error).filter((code) => code !== "None");
    return codes.length > 0 && codes.every((code) => transientErrors.has(code));
  }
  const { $retryable, $metadata, code } = error as {
    $retryable?: object;
    $metadata?: { httpStatusCode?: number };
    code?: unknown;
  };
  return (
    transientErrors.has(name) ||
    $retryable !== undefined ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    connectionErrors.has(String(code))
  );
}

/** Returns whether a service failed or could not be reached, so that other writes would fail too. */
export const isOutage = (error: unknown): boolean =>
  ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0) >= 500 ||
  outageErrors.has(errorName(error)) ||
  connectionErrors.has(String((error as { code?: unknown }).code));

const outageErrors = new Set(["InternalServerError", "TimeoutError"]);

/** The table or another service could not be reached. */
const connectionErrors = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);

const transientErrors = new Set([
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

/** Returns the writer and request for the item, because the stream delivers only items. */
function buildWriteContext(): string {
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
  const item = collection.toItem(useTenant(), record, buildWriteContext());
  const bytes = Buffer.byteLength(String(item.row)) + Buffer.byteLength(String(item.doc));
  if (bytes > MAX_RECORD_BYTES)
    throw invalid(findLargestField(record).field, `The record must be at most ${MAX_RECORD_BYTES} bytes`);
  return item;
}

function takeIdempotency(): KeyedRequest | undefined {
  const { request } = useContext();
  const keyed = request.idempotency;
  delete request.idempotency;
  return keyed;
}

export function buildAnswerStep(keyed: KeyedRequest, result: unknown): WriteStep {
  const answer = JSON.stringify((keyed.toStoredAnswer ? keyed.toStoredAnswer(result) : result) ?? null);
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
        // DynamoDB removes expired items late, so an expired answer may be overwritten.
        ConditionExpression: "attribute_not_exists(pk) OR #ttl < :now",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":now": Math.floor(Clock.ms() / 1000) },
      },
    },
    rejection: () => new AlreadyAnswered(keyed.key),
  };
}
