import { AsyncLocalStorage } from "node:async_hooks";
import { isFailure } from "../../kernel/error.ts";
import { StaleWrite, WriteConflict } from "./conflict.ts";
import type { Item, WriteAction, WriteStep } from "./item.ts";
import type { Key } from "./key.ts";
import { dynamodbLimits } from "./table.ts";

/**
 * The writes of many verbs in few transactions. Verbs run as they do for a request, one after another: what they read is
 * remembered for those behind them, and what they commit is collected, until a transaction is full. A verb that writes what
 * the transaction under way writes already, or finds no room in it, sends that one first, and starts over on top of it.
 *
 * A rehearsal goes the same way and sends nothing: what would be written stands in its memory, and is read from there.
 */
export interface BatchOptions<M> {
  /** Sends one transaction. */
  write: (steps: readonly WriteStep[]) => Promise<void>;
  /** What each transaction carries beside the writes of its members: the entry that says that they are done. */
  closingSteps: (members: readonly BatchMember<M>[]) => WriteStep[];
  dryRun?: DryRun;
  /**
   * Where all goes in one transaction or not at all: what a verb hears that writes what another member writes, or that finds no room
   * beside the others.
   */
  atomicError?: (clash: BatchClash<M> | undefined) => Error;
}

/** Two members write these items, each of which a transaction writes once. */
export interface BatchClash<M> {
  readonly subject: M;
  readonly keys: readonly Key[];
}

export interface DryRun {
  /** What an earlier part of the rehearsal has written under these keys; undefined where it wrote nothing. */
  findWrites(keys: readonly Key[]): Promise<readonly ({ item: Item | undefined } | undefined)[]>;
}

/** What one verb did in a batch. */
export interface BatchMember<M> {
  readonly subject: M;
  readonly result: unknown;
  readonly steps: readonly WriteStep[];
}

/** A transaction of the batch was refused: nothing of these was written. */
export class BatchRejection<M> extends Error {
  override name = "BatchRefused";
  readonly members: readonly BatchMember<M>[];
  /** Whose write was refused; undefined where it was what the transaction carries beside them. */
  readonly rejectedMember: BatchMember<M> | undefined;

  constructor(members: readonly BatchMember<M>[], by: BatchMember<M> | undefined, cause: unknown) {
    super("A transaction of several was refused", { cause });
    this.members = members;
    this.rejectedMember = by;
  }
}

const batchStorage = new AsyncLocalStorage<Batch<unknown>>();
export const useBatch = (): Batch<unknown> | undefined => batchStorage.getStore();

/** Runs work whose writes are sent at once, whatever batch is under way. */
export const runOutsideBatch = <T>(work: () => Promise<T>): Promise<T> => batchStorage.exit(work);

const formatKey = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Characters of records in one transaction: DynamoDB takes four megabytes, and a character is up to three bytes. */
const MAX_TRANSACTION_CHARACTERS = 1_000_000;

export class Batch<M> {
  readonly #options: BatchOptions<M>;
  /** Items as they were read, or will be when what is pending is written. */
  readonly #known = new Map<string, Item | undefined>();
  #taken: Pick<BatchMember<M>, "result" | "steps"> | undefined;
  #pending: BatchMember<M>[] = [];
  readonly #touched = new Set<string>();
  readonly #failed: BatchRejection<M>[] = [];
  readonly #onSent: (() => void)[] = [];
  /** In a rehearsal: what would be in the table. */
  readonly #written = new Map<string, { key: Key; item: Item | undefined }>();

  constructor(options: BatchOptions<M>) {
    this.#options = options;
  }

  get isDryRun(): boolean {
    return this.#options.dryRun !== undefined;
  }

  /** Runs work whose reads are remembered for the verbs to come. */
  prefetch<T>(work: () => Promise<T>): Promise<T> {
    return batchStorage.run(this as Batch<unknown>, work);
  }

  /** Runs one verb as a member of the batch; a verb that writes nothing is none. */
  async run<T>(about: M, verb: () => Promise<T>): Promise<T> {
    this.#taken = undefined;
    const result = await batchStorage.run(this as Batch<unknown>, verb);
    const taken = this.#taken as Pick<BatchMember<M>, "steps"> | undefined;
    if (taken) this.#pending.push({ subject: about, result, steps: taken.steps });
    return result;
  }

  /** Sends what is pending. Throws a BatchRefused when it was refused, now or on the way. */
  async flush(): Promise<void> {
    await this.#send();
    const refused = this.#failed.shift();
    if (refused) throw refused;
  }

  /** Transactions that were refused on the way; their members have to be run again. */
  takeRejections(): BatchRejection<M>[] {
    return this.#failed.splice(0);
  }

  clearReads(): void {
    this.#known.clear();
  }

  /** Does something once the transaction under way was sent. */
  onSent(work: () => void): void {
    this.#onSent.push(work);
  }

  /** What a rehearsal would have written since it was asked last. */
  takeWrites(): { key: Key; item: Item | undefined }[] {
    const written = [...this.#written.values()];
    this.#written.clear();
    return written;
  }

  /** For reads: the item when it is known. */
  recall(key: Key): { item: Item | undefined } | undefined {
    const name = formatKey(key);
    return this.#known.has(name) ? { item: this.#known.get(name) } : undefined;
  }

  /** For reads: what was fetched, and in a rehearsal what would be there instead. */
  async remember(keys: readonly Key[], fetched: readonly (Item | undefined)[]): Promise<readonly (Item | undefined)[]> {
    const written = await this.#options.dryRun?.findWrites(keys);
    return keys.map((key, at) => {
      const instead = written?.[at];
      const item = instead ? instead.item : fetched[at];
      this.#known.set(formatKey(key), item);
      return item;
    });
  }

  /** For commits: takes the steps of the verb under way in place of sending them. */
  async collect<T>(steps: readonly WriteStep[], result: T, read: (keys: readonly Key[]) => Promise<unknown>): Promise<T> {
    const keys = steps.map(({ action }) => actionKey(action));
    const names = keys.map(formatKey);
    // What is pending may be read: it is written together with this, or none of it is. So what has to go out before this, as
    // each item is written once, or as there is no more room, is read again: it may have been refused.
    const isTouched = names.some((name) => this.#touched.has(name));
    const { atomicError: whole } = this.#options;
    if (whole && (isTouched || !this.#hasRoomFor(steps))) throw whole(this.#clashOf(keys));
    if (isTouched || (this.#pending.length > 0 && !this.#hasRoomFor(steps))) {
      await this.#send();
      throw new FlushConflict("The transaction before goes out first");
    }
    if (this.isDryRun) await read(keys.filter((key) => !this.#known.has(formatKey(key))));
    for (const [at, { action, rejection: refused }] of steps.entries()) {
      const isNew = actionCondition(action) === "attribute_not_exists(pk)";
      if (isNew && this.#known.get(names[at] as string) !== undefined) throw refused();
    }
    for (const [at, { action }] of steps.entries()) this.#apply(keys[at] as Key, action);
    this.#taken = { result, steps };
    return result;
  }

  #clashOf(keys: readonly Key[]): BatchClash<M> | undefined {
    const names = new Set(keys.map(formatKey));
    const both = ({ steps }: BatchMember<M>): Key[] =>
      steps.map(({ action }) => actionKey(action)).filter((key) => names.has(formatKey(key)));
    const member = this.#pending.find((each) => both(each).length > 0);
    return member && { subject: member.subject, keys: both(member) };
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
    const touched = [...this.#touched];
    this.#pending = [];
    this.#touched.clear();
    if (members.length === 0 || this.isDryRun) return;
    let by: BatchMember<M> | undefined;
    const telling = (member: BatchMember<M>): WriteStep[] =>
      member.steps.map(({ action, rejection: refused }) => ({
        action,
        rejection: () => {
          by = member;
          return refused();
        },
      }));
    try {
      await this.#options.write([...this.#options.closingSteps(members), ...members.flatMap(telling)]);
    } catch (error) {
      for (const name of touched) this.#known.delete(name);
      if (!isRejection(error)) throw error;
      this.#failed.push(new BatchRejection(members, by, error));
    } finally {
      for (const work of this.#onSent.splice(0)) work();
    }
  }
}

/** To be run again at once: nobody else is in the way. */
export class FlushConflict extends WriteConflict {
  override name = "Behind";
  override readonly needsBackoff = false;
}

/** Said by a condition that did not hold, rather than by the table. */
const isRejection = (error: unknown): boolean =>
  error instanceof WriteConflict || error instanceof StaleWrite || isFailure(error);

/** Characters of the records that the steps write. */
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
