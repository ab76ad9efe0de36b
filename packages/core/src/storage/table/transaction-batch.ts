import { AsyncLocalStorage } from "node:async_hooks";
import { isFailure } from "../../kernel/error.ts";
import { StaleWrite, WriteConflict } from "./conflict.ts";
import type { Item, WriteAction, WriteStep } from "./item.ts";
import type { Key } from "./key.ts";
import { dynamodbLimits } from "./table.ts";

/**
 * Combines the writes of many verbs into few transactions. Verbs run as in a request, one after another. Their reads are cached for the
 * verbs after them, and their writes are collected until a transaction is full. If a verb writes an item that the pending transaction
 * already writes, or does not fit into it, the pending transaction is sent first and the verb runs again.
 *
 * A dry run does the same without sending: its writes stay in memory, and later reads see them.
 */
interface BatchOptions<M> {
  /** Sends one transaction. */
  write: (steps: readonly WriteStep[]) => Promise<void>;
  /** Returns the further writes of each transaction: the entry that marks its members as done. */
  closingSteps: (members: readonly BatchMember<M>[]) => WriteStep[];
  dryRun?: DryRun;
  /**
   * Set if all members must be in one transaction. Returns the error for a verb that writes an item of another member (`clash`), or that
   * does not fit.
   */
  atomicError?: (clash: BatchClash<M> | undefined) => Error;
}

/** Another member and the items that both write. A transaction can write an item only once. */
export interface BatchClash<M> {
  readonly subject: M;
  readonly keys: readonly Key[];
}

interface DryRun {
  /** Returns what earlier parts of the dry run wrote under these keys; undefined for keys without a write. */
  findWrites(keys: readonly Key[]): Promise<readonly ({ item: Item | undefined } | undefined)[]>;
}

/** The result and writes of one verb in a batch. */
export interface BatchMember<M> {
  readonly subject: M;
  readonly result: unknown;
  readonly steps: readonly WriteStep[];
}

/** A transaction of the batch was refused: nothing of these members was written. */
export class BatchRejection<M> extends Error {
  override name = "BatchRefused";
  readonly members: readonly BatchMember<M>[];
  /** The member whose write was refused; undefined if a closing step was refused. */
  readonly rejectedMember: BatchMember<M> | undefined;

  constructor(members: readonly BatchMember<M>[], rejectedMember: BatchMember<M> | undefined, cause: unknown) {
    super("A transaction of several members was refused", { cause });
    this.members = members;
    this.rejectedMember = rejectedMember;
  }
}

const batchStorage = new AsyncLocalStorage<Batch<unknown>>();
export const useBatch = (): Batch<unknown> | undefined => batchStorage.getStore();

/** Runs work whose writes are sent at once, even inside a batch. */
export const runOutsideBatch = <T>(work: () => Promise<T>): Promise<T> => batchStorage.exit(work);

const formatKey = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Maximum characters of records in one transaction: DynamoDB accepts four megabytes, and a character has up to three bytes. */
const MAX_TRANSACTION_CHARACTERS = 1_000_000;

export class Batch<M> {
  readonly #options: BatchOptions<M>;
  /** Items as read, or as they will be after the pending writes. */
  readonly #known = new Map<string, Item | undefined>();
  #taken: Pick<BatchMember<M>, "result" | "steps"> | undefined;
  #pending: BatchMember<M>[] = [];
  readonly #touched = new Set<string>();
  readonly #failed: BatchRejection<M>[] = [];
  readonly #onSent: (() => void)[] = [];
  /** In a dry run: the items that would be in the table. */
  readonly #written = new Map<string, { key: Key; item: Item | undefined }>();

  constructor(options: BatchOptions<M>) {
    this.#options = options;
  }

  get isDryRun(): boolean {
    return this.#options.dryRun !== undefined;
  }

  /** Runs work whose reads are cached for later verbs. */
  prefetch<T>(work: () => Promise<T>): Promise<T> {
    return batchStorage.run(this as Batch<unknown>, work);
  }

  /** Runs one verb as a member of the batch. A verb that writes nothing does not become a member. */
  async run<T>(subject: M, verb: () => Promise<T>): Promise<T> {
    this.#taken = undefined;
    const result = await batchStorage.run(this as Batch<unknown>, verb);
    const commit = this.#taken as Pick<BatchMember<M>, "steps"> | undefined;
    if (commit) this.#pending.push({ subject: subject, result, steps: commit.steps });
    return result;
  }

  /** Sends the pending writes. Throws BatchRejection if this or an earlier transaction was refused. */
  async flush(): Promise<void> {
    await this.#send();
    const rejection = this.#failed.shift();
    if (rejection) throw rejection;
  }

  /** Returns the transactions that were refused on the way. Their members must run again. */
  takeRejections(): BatchRejection<M>[] {
    return this.#failed.splice(0);
  }

  clearReads(): void {
    this.#known.clear();
  }

  /** Runs work after the current transaction was sent. */
  onSent(work: () => void): void {
    this.#onSent.push(work);
  }

  /** Returns what a dry run would have written since the last call. */
  takeWrites(): { key: Key; item: Item | undefined }[] {
    const writes = [...this.#written.values()];
    this.#written.clear();
    return writes;
  }

  /** Called by reads: returns the item if it is known. */
  recall(key: Key): { item: Item | undefined } | undefined {
    const name = formatKey(key);
    return this.#known.has(name) ? { item: this.#known.get(name) } : undefined;
  }

  /** Called by reads: caches fetched items; in a dry run, replaces them by what would be there. */
  async remember(keys: readonly Key[], fetched: readonly (Item | undefined)[]): Promise<readonly (Item | undefined)[]> {
    const dryRunWrites = await this.#options.dryRun?.findWrites(keys);
    return keys.map((key, index) => {
      const instead = dryRunWrites?.[index];
      const item = instead ? instead.item : fetched[index];
      this.#known.set(formatKey(key), item);
      return item;
    });
  }

  /** Called by commits: collects the steps of the current verb instead of sending them. */
  async collect<T>(steps: readonly WriteStep[], result: T, read: (keys: readonly Key[]) => Promise<unknown>): Promise<T> {
    const keys = steps.map(({ action }) => actionKey(action));
    const names = keys.map(formatKey);
    // Pending writes may be read, because they are written in the same transaction. If the pending transaction must be sent first, because
    // an item is written twice or the transaction is full, the verb must read again: that transaction may be refused.
    const isTouched = names.some((name) => this.#touched.has(name));
    const { atomicError } = this.#options;
    if (atomicError && (isTouched || !this.#hasRoomFor(steps))) throw atomicError(this.#clashOf(keys));
    if (isTouched || (this.#pending.length > 0 && !this.#hasRoomFor(steps))) {
      await this.#send();
      throw new FlushConflict("The previous transaction must be sent first");
    }
    if (this.isDryRun) await read(keys.filter((key) => !this.#known.has(formatKey(key))));
    for (const [index, { action, rejection }] of steps.entries()) {
      const isNew = actionCondition(action) === "attribute_not_exists(pk)";
      if (isNew && this.#known.get(names[index] as string) !== undefined) throw rejection();
    }
    for (const [index, { action }] of steps.entries()) this.#apply(keys[index] as Key, action);
    this.#taken = { result, steps };
    return result;
  }

  #clashOf(keys: readonly Key[]): BatchClash<M> | undefined {
    const names = new Set(keys.map(formatKey));
    const listSharedKeys = ({ steps }: BatchMember<M>): Key[] =>
      steps.map(({ action }) => actionKey(action)).filter((key) => names.has(formatKey(key)));
    const member = this.#pending.find((candidate) => listSharedKeys(candidate).length > 0);
    return member && { subject: member.subject, keys: listSharedKeys(member) };
  }

  #hasRoomFor(steps: readonly WriteStep[]): boolean {
    const all = [...this.#options.closingSteps(this.#pending), ...this.#pending.flatMap((member) => member.steps), ...steps];
    return all.length <= dynamodbLimits.transaction && countCharacters(all) <= MAX_TRANSACTION_CHARACTERS;
  }

  #apply(key: Key, action: WriteAction): void {
    const name = formatKey(key);
    this.#touched.add(name);
    if (action.ConditionCheck) return;
    const item = action.Put?.Item as Item | undefined;
    if (action.Update) this.#known.delete(name);
    else this.#known.set(name, item);
    if (this.isDryRun && !action.Update) this.#written.set(name, { key, item });
  }

  async #send(): Promise<void> {
    const members = this.#pending;
    const touchedNames = [...this.#touched];
    this.#pending = [];
    this.#touched.clear();
    if (members.length === 0 || this.isDryRun) return;
    let rejectedMember: BatchMember<M> | undefined;
    const telling = (member: BatchMember<M>): WriteStep[] =>
      member.steps.map(({ action, rejection }) => ({
        action,
        rejection: () => {
          rejectedMember = member;
          return rejection();
        },
      }));
    try {
      await this.#options.write([...this.#options.closingSteps(members), ...members.flatMap(telling)]);
    } catch (error) {
      for (const name of touchedNames) this.#known.delete(name);
      if (!isRejection(error)) throw error;
      this.#failed.push(new BatchRejection(members, rejectedMember, error));
    } finally {
      for (const work of this.#onSent.splice(0)) work();
    }
  }
}

/** The verb runs again at once, because no other writer is involved. */
class FlushConflict extends WriteConflict {
  override name = "Behind";
  override readonly needsBackoff = false;
}

/** The error comes from a failed condition, not from the table. */
const isRejection = (error: unknown): boolean =>
  error instanceof WriteConflict || error instanceof StaleWrite || isFailure(error);

/** Counts the characters of the records that the steps write. */
const countCharacters = (steps: readonly WriteStep[]): number =>
  steps.reduce(
    (sum, { action }) => sum + String(action.Put?.Item?.row ?? "").length + String(action.Put?.Item?.doc ?? "").length,
    0,
  );

const actionKey = ({ Put, Update, Delete, ConditionCheck }: WriteAction): Key => {
  const key = (Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key) as Key;
  return { pk: key.pk, sk: key.sk };
};

const actionCondition = ({ Put, Update, Delete, ConditionCheck }: WriteAction): string | undefined =>
  (Put ?? Update ?? Delete ?? ConditionCheck)?.ConditionExpression;

/**
 * Creates a batch that keeps its writes in memory, where later reads see them, and sends nothing. `findItem` returns items that stand for
 * those of the table.
 */
export const createDryRunBatch = (
  findItem: (key: Key) => { item: Item | undefined } | undefined = () => undefined,
): Batch<undefined> =>
  new Batch({
    write: async () => undefined,
    closingSteps: () => [],
    dryRun: { findWrites: async (keys) => keys.map(findItem) },
  });
