import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Database } from "@crm/core/kernel/ports.ts";
import type { Item, WriteAction } from "@crm/core/storage/table/item.ts";
import type { Key } from "@crm/core/storage/table/key.ts";
import { type IndexName, indexNames, sortAttribute } from "@crm/core/storage/table/table.ts";
import type { Random } from "../../support/random.ts";
import { applyUpdate, type ExpressionAttributes, meetsCondition, projectItem } from "./expression.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** The latency of commands in milliseconds; for transactions, a random value in a range. */
const LATENCY_MS = { read: 5, write: 8, batch: 15, transaction: [60, 100] } as const;

/** The write units that a partition key of the table or an index accepts in a second. */
const MAX_UNITS_PER_SECOND = 1000;

/** One write, alone or in a transaction. */
interface WriteStep {
  key: Key;
  request: ExpressionAttributes & { ConditionExpression?: string | undefined };
  /** The item after the write; undefined if it is deleted, and unchanged if it is only checked. */
  after: (before: Item | undefined) => Item | undefined;
}

/**
 * DynamoDB in memory and virtual time with many concurrent writers: commands have latency, an item in a running transaction rejects all
 * other writes, and a partition that has used its units throttles until the next second. A rejected transaction holds its items until its
 * answer is sent.
 */
export class BusyTable {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #onWrite: (before: Item | undefined, after: Item | undefined) => void;
  /** Items by partition key and sort key; an index has its own partitions by its name and key. */
  readonly #partitions = new Map<string, Map<string, Item>>();
  /** Items in running transactions. */
  readonly #lockedItems = new Set<string>();
  readonly #usedUnits = { second: 0, units: new Map<string, number>() };
  readonly counts = { transactions: 0, writes: 0, units: 0, conflicts: 0, conditions: 0, throttled: 0 };
  /** The number of conflicts by item. */
  readonly conflictsByItem = new Map<string, number>();

  constructor(time: VirtualTime, random: Random, onWrite: (before: Item | undefined, after: Item | undefined) => void) {
    this.#time = time;
    this.#random = random;
    this.#onWrite = onWrite;
  }

  /** The database port of one process; its caches belong to this object. */
  database(): Database {
    return { table: "busy", send: (command) => this.#send(command) };
  }

  *items(): Generator<Item> {
    for (const [name, partition] of this.#partitions) if (!name.includes("\n")) yield* partition.values();
  }

  async #send(command: object): Promise<unknown> {
    if (command instanceof TransactWriteCommand) return this.#transact(command.input.TransactItems ?? []);
    if (command instanceof BatchWriteCommand) return this.#batch(command.input.RequestItems ?? {});
    if (command instanceof PutCommand) return this.#writeAlone({ Put: command.input });
    if (command instanceof DeleteCommand) return this.#writeAlone({ Delete: command.input });
    if (command instanceof UpdateCommand) return this.#writeAlone({ Update: command.input as WriteAction["Update"] });
    const result = this.#read(command);
    await this.#time.after(LATENCY_MS.read);
    return result;
  }

  #read(command: object): unknown {
    if (command instanceof GetCommand) {
      const { Key, ProjectionExpression } = command.input;
      const item = this.#find(Key as Key);
      return { Item: item && projectItem(item, ProjectionExpression, command.input) };
    }
    if (command instanceof BatchGetCommand) {
      const [[table = "", request] = []] = Object.entries(command.input.RequestItems ?? {});
      const items = (request?.Keys ?? []).map((key) => this.#find(key as Key)).filter((item) => item !== undefined);
      return {
        Responses: { [table]: items.map((item: Item) => projectItem(item, request?.ProjectionExpression, request ?? {})) },
      };
    }
    if (command instanceof QueryCommand) return this.#query(command.input);
    throw new Error(`The table in memory does not know ${command.constructor.name}`);
  }

  #query(input: QueryCommandInput): object {
    const { IndexName: index, KeyConditionExpression: condition = "", Limit = Number.POSITIVE_INFINITY } = input;
    const { ScanIndexForward = true, ExclusiveStartKey: start, FilterExpression: filter, Select } = input;
    const sort = index === undefined ? "sk" : sortAttribute(index as IndexName);
    const value = input.ExpressionAttributeValues?.[/^\S+ = (:\w+)/.exec(condition)?.[1] ?? ""];
    if (typeof value !== "string") throw new Error(`The table in memory knows no query for "${condition}"`);
    const all = this.#partitions.get(index === undefined ? value : `${index}\n${value}`) ?? new Map<string, Item>();
    const after = start && String(start[sort]);
    const names = [...all.keys()]
      .filter((name) => after === undefined || (ScanIndexForward ? name > after : name < after))
      .sort((a, b) => (a < b === ScanIndexForward ? -1 : 1));
    const matches = names.map((name) => all.get(name) as Item).filter((item) => meetsCondition(condition, item, input));
    const page = matches.slice(0, Limit);
    const last = matches.length > page.length ? page.at(-1) : undefined;
    const filteredItems = page.filter((item) => meetsCondition(filter, item, input));
    const Items =
      Select === "COUNT" ? undefined : filteredItems.map((item) => projectItem(item, input.ProjectionExpression, input));
    return { Items, Count: filteredItems.length, LastEvaluatedKey: last && { pk: last.pk, sk: last.sk, [sort]: last[sort] } };
  }

  async #writeAlone(action: WriteAction): Promise<unknown> {
    const step = toStep(action);
    this.counts.writes++;
    const reason = this.#findRefusal(step);
    if (!reason) this.#write(step, 1);
    const after = this.#find(step.key);
    await this.#time.after(LATENCY_MS.write);
    if (reason) throw buildError(ERROR_NAMES[reason]);
    return { Attributes: after };
  }

  async #batch(requests: NonNullable<BatchWriteCommand["input"]["RequestItems"]>): Promise<unknown> {
    const [[table = "", writes = []] = []] = Object.entries(requests);
    const unprocessedWrites = writes.filter(({ PutRequest, DeleteRequest }) => {
      const step = toStep(
        PutRequest ? { Put: PutRequest as WriteAction["Put"] } : { Delete: DeleteRequest as WriteAction["Delete"] },
      );
      if (this.#findRefusal(step)) return true;
      this.#write(step, 1);
      return false;
    });
    this.counts.writes += writes.length - unprocessedWrites.length;
    await this.#time.after(LATENCY_MS.batch);
    return { UnprocessedItems: unprocessedWrites.length > 0 ? { [table]: unprocessedWrites } : {} };
  }

  async #transact(actions: readonly WriteAction[]): Promise<unknown> {
    const steps = actions.map(toStep);
    this.counts.transactions++;
    const reasons = steps.map((step) => this.#findRefusal(step));
    const lockedNames = steps.flatMap(({ key }, index) => (reasons[index] === "TransactionConflict" ? [] : [itemName(key)]));
    for (const name of lockedNames) this.#lockedItems.add(name);
    const [minLatency, maxLatency] = LATENCY_MS.transaction;
    const takes = minLatency + this.#random() * (maxLatency - minLatency);
    const isRefused = reasons.some(Boolean);
    await this.#time.after(isRefused ? takes / 2 : takes);
    for (const name of lockedNames) this.#lockedItems.delete(name);
    if (isRefused)
      throw buildError("TransactionCanceledException", {
        CancellationReasons: reasons.map((reason) => ({ Code: reason ?? "None" })),
      });
    for (const step of steps) this.#write(step, 2);
    return {};
  }

  /** The reason why a write is rejected now, if it is. */
  #findRefusal({ key, request: input, after }: WriteStep): keyof typeof ERROR_NAMES | undefined {
    const name = itemName(key);
    if (this.#lockedItems.has(name)) {
      this.counts.conflicts++;
      this.conflictsByItem.set(name, (this.conflictsByItem.get(name) ?? 0) + 1);
      return "TransactionConflict";
    }
    const before = this.#find(key);
    if (!meetsCondition(input.ConditionExpression, before, input)) {
      this.counts.conditions++;
      return "ConditionalCheckFailed";
    }
    const busy = listPartitions(key, after(before)).find((partition) => this.#countUsed(partition) >= MAX_UNITS_PER_SECOND);
    if (busy === undefined) return undefined;
    this.counts.throttled++;
    this.conflictsByItem.set(`throttled ${busy}`, (this.conflictsByItem.get(`throttled ${busy}`) ?? 0) + 1);
    return "ThrottlingError";
  }

  #countUsed(partition: string): number {
    const second = Math.floor(this.#time.now / 1000);
    if (this.#usedUnits.second !== second) this.#usedUnits.units.clear();
    this.#usedUnits.second = second;
    return this.#usedUnits.units.get(partition) ?? 0;
  }

  #addUnits(partition: string, units: number): void {
    this.#usedUnits.units.set(partition, this.#countUsed(partition) + units);
    this.counts.units += units;
  }

  #find({ pk, sk }: Key): Item | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  /** Writes an item and counts its units `times` times, because a transaction costs double. */
  #write({ key: { pk, sk }, after }: WriteStep, times: number): void {
    const before = this.#find({ pk, sk });
    const item = after(before);
    this.#storeItem(pk, sk, item);
    this.#addUnits(pk, times * Math.max(countUnits(before), countUnits(item)));
    if (item === before) return;
    for (const index of indexNames) {
      const [old, next] = [indexEntry(index, before), indexEntry(index, item)];
      if (old && old.at === next?.at && old.item.row === next.item.row) continue;
      const isSame = old?.at === next?.at;
      for (const entry of isSame ? [next] : [old, next]) {
        if (!entry) continue;
        this.#addUnits(entry.partition, times * countUnits(entry.item));
        this.#storeItem(entry.partition, entry.sort, entry === next ? item : undefined);
      }
    }
    this.#onWrite(before, item);
  }

  #storeItem(partition: string, sort: string, item: Item | undefined): void {
    const items = this.#partitions.get(partition) ?? new Map<string, Item>();
    if (item) items.set(sort, item);
    else items.delete(sort);
    if (items.size > 0) this.#partitions.set(partition, items);
    else this.#partitions.delete(partition);
  }
}

/** The error names of rejected writes, in a transaction and alone. */
const ERROR_NAMES = {
  TransactionConflict: "TransactionConflictException",
  ConditionalCheckFailed: "ConditionalCheckFailedException",
  ThrottlingError: "ThrottlingException",
} as const;

const buildError = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name }, more);

const itemName = ({ pk, sk }: Key): string => `${pk} ${sk}`;

function toStep({ Put, Update, Delete, ConditionCheck }: WriteAction): WriteStep {
  if (Put) {
    const { pk, sk } = Put.Item as Key;
    return { key: { pk, sk }, request: Put, after: () => Put.Item as Item };
  }
  const input = Update ?? Delete ?? ConditionCheck ?? {};
  const { pk, sk } = (input as { Key: Key }).Key;
  if (Update) {
    const { UpdateExpression = "" } = Update;
    return { key: { pk, sk }, request: input, after: (before = { pk, sk }) => applyUpdate(before, UpdateExpression, Update) };
  }
  return { key: { pk, sk }, request: input, after: (before) => (Delete ? undefined : before) };
}

/** The index entry of an item. */
function indexEntry(index: IndexName, item: Item | undefined) {
  const [value, sort] = [item?.[index], item?.[sortAttribute(index)]];
  if (!item || value === undefined || sort === undefined) return undefined;
  const entry: Item = { pk: item.pk, sk: item.sk, [index]: value, [sortAttribute(index)]: sort, row: item.row };
  return { partition: `${index}\n${value}`, sort: String(sort), at: `${value}\n${sort}`, item: entry };
}

const listPartitions = ({ pk }: Key, item: Item | undefined): string[] => [
  pk,
  ...indexNames.flatMap((index) => indexEntry(index, item)?.partition ?? []),
];

/** Items in the table are immutable, so the size of each is computed once. */
const sizeCache = new WeakMap<Item, number>();

function countUnits(item: Item | undefined): number {
  if (!item) return 1;
  const bytes = sizeCache.get(item) ?? countBytes(item);
  sizeCache.set(item, bytes);
  return Math.max(1, Math.ceil(bytes / 1024));
}

function countBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (value instanceof Set) return [...value].reduce<number>((sum, member) => sum + countBytes(member), 0);
  if (typeof value !== "object" || value === null) return 8;
  return Object.entries(value).reduce(
    (sum, [name, child]) => sum + (child === undefined ? 0 : name.length + countBytes(child)),
    0,
  );
}
