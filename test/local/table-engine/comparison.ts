import type { TableEngine } from "@crm/local/table-engine/engine.ts";
import { toLambdaRecord } from "@crm/local/table-engine/table-stream.ts";
import { type Answer, canonicalize, executeOn, formatValue } from "./answer.ts";
import { listRequests } from "./command-defects.ts";
import type { DynoxideTable } from "./dynoxide-table.ts";
import { type Command, type History, TABLE_NAME } from "./fuzzer.ts";
import { knownDifferences, type SilentDifference, silentDifferences } from "./known-differences.ts";
import type { Key } from "./random-items.ts";

/** A disagreement of the engines that no known difference explains. */
export interface Difference {
  readonly part: "answer" | "stream" | "items";
  readonly ours: unknown;
  readonly theirs: unknown;
}

interface Position {
  readonly ours: number;
  readonly theirs: number;
}

/** Runs commands on the table engine and on dynoxide, and compares. */
export class Comparison {
  readonly #engine: TableEngine;
  readonly #dynoxide: DynoxideTable;
  /** The number of times that each known difference occurred, by name. */
  readonly differenceCounts = new Map<string, number>();
  /** Both streams are equal up to this position. */
  #comparedPosition: Position;

  constructor(engine: TableEngine, dynoxide: DynoxideTable) {
    this.#engine = engine;
    this.#dynoxide = dynoxide;
    this.#comparedPosition = this.#position();
  }

  /** Runs one command. If both engines agree, notes its answer for later commands. */
  async run(command: Command, history: History): Promise<Difference | undefined> {
    const position = this.#position();
    const before = listWrittenKeys(command).map(({ pk, sk }) => this.#engine.storage.get({ pk: pk.S, sk: sk.S })?.item);
    const engineAnswer = executeOn(this.#engine, structuredClone(command));
    const dynoxideAnswer = await this.#dynoxide.execute(command);
    const knownDifference = isSame(engineAnswer, dynoxideAnswer)
      ? this.#silentDifference(command)
      : knownDifferences.find(({ explains }) => explains({ command, ours: engineAnswer, theirs: dynoxideAnswer, before }));
    if (isSame(engineAnswer, dynoxideAnswer) && engineAnswer.error?.name !== "ValidationException")
      history.note(command, dynoxideAnswer.output);
    if (!knownDifference)
      return isSame(engineAnswer, dynoxideAnswer) ? undefined : { part: "answer", ours: engineAnswer, theirs: dynoxideAnswer };
    if ("part" in knownDifference) return knownDifference;
    this.differenceCounts.set(knownDifference.name, (this.differenceCounts.get(knownDifference.name) ?? 0) + 1);
    if (READS.has(command.action)) return undefined;
    const difference = this.compareStreams(position);
    await this.repair(command);
    return difference;
  }

  /** A difference in the stored items that the answer of a write does not show. */
  #silentDifference(command: Command): SilentDifference | Difference | undefined {
    for (const key of listWrittenKeys(command)) {
      const engineItem = canonicalize(this.#engine.storage.get({ pk: key.pk.S, sk: key.sk.S })?.item);
      const dynoxideItem = canonicalize(this.#dynoxide.item(key));
      if (formatValue(engineItem) === formatValue(dynoxideItem)) continue;
      return (
        silentDifferences.find(({ explains }) => explains(command, engineItem, dynoxideItem)) ?? {
          part: "items",
          ours: engineItem,
          theirs: dynoxideItem,
        }
      );
    }
    return undefined;
  }

  /** Compares both streams up to a position, item by item. */
  compareStreams(end: Position = this.#position()): Difference | undefined {
    const { ours: after, theirs: behind } = this.#comparedPosition;
    const engineRecords = groupByKey(
      this.#engine.records(after, end.ours - after).map((record) => describeRecord(toLambdaRecord(record))),
    );
    const dynoxideRecords = groupByKey(
      this.#dynoxide
        .records(behind, end.theirs)
        .filter(({ old_image, new_image }) => formatValue(parseImage(old_image)) !== formatValue(parseImage(new_image)))
        .map(({ event_name, keys_json, old_image, new_image }) =>
          describeRecord({
            eventName: event_name,
            dynamodb: { Keys: parseImage(keys_json), OldImage: parseImage(old_image), NewImage: parseImage(new_image) },
          }),
        ),
    );
    this.#comparedPosition = end;
    for (const key of new Set([...engineRecords.keys(), ...dynoxideRecords.keys()])) {
      const [left, right] = [engineRecords.get(key) ?? [], dynoxideRecords.get(key) ?? []];
      if (formatValue(left) !== formatValue(right)) return { part: "stream", ours: left, theirs: right };
    }
    return undefined;
  }

  /** Compares all items. */
  compareItems(): Difference | undefined {
    const engineItems = Array.from(this.#engine.storage.scan(undefined), ({ item }) => formatValue(canonicalize(item)));
    const dynoxideItems = this.#dynoxide.items().map((item) => formatValue(canonicalize(item)));
    const differs = (index: number): boolean => engineItems[index] !== dynoxideItems[index];
    const index = Array.from({ length: Math.max(engineItems.length, dynoxideItems.length) }, (_, place) => place).find(differs);
    return index === undefined ? undefined : { part: "items", ours: engineItems[index], theirs: dynoxideItems[index] };
  }

  #position(): Position {
    return { ours: this.#engine.storage.lastSequence(), theirs: this.#dynoxide.lastRecord() };
  }

  /** Copies the items of a command from the table engine to dynoxide. */
  async repair(command: Command): Promise<void> {
    for (const key of listWrittenKeys(command)) {
      const row = this.#engine.storage.get({ pk: key.pk.S, sk: key.sk.S });
      await this.#dynoxide.execute(
        row
          ? { action: "PutItem", input: { TableName: TABLE_NAME, Item: row.item } }
          : { action: "DeleteItem", input: { TableName: TABLE_NAME, Key: key } },
      );
    }
    this.#comparedPosition = this.#position();
  }
}

const READS = new Set(["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"]);

/** Keys of the items that a command may have written. */
function listWrittenKeys(command: Command): Key[] {
  if (READS.has(command.action)) return [];
  return listRequests(command)
    .map((request) => (request?.Item ?? request?.Key ?? {}) as Key)
    .filter(({ pk, sk }) => pk?.S && sk?.S)
    .map(({ pk, sk }) => ({ pk, sk }));
}

const parseImage = (text: unknown): unknown => (text === null ? undefined : canonicalize(JSON.parse(String(text))));

function describeRecord(record: { eventName?: unknown; dynamodb?: object | undefined }): { key: string; text: string } {
  const { Keys, OldImage, NewImage } = canonicalize(record.dynamodb) as Record<string, unknown>;
  return { key: formatValue(Keys), text: formatValue([record.eventName, OldImage ?? null, NewImage ?? null]) };
}

function groupByKey(records: readonly { key: string; text: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { key, text } of records) groups.set(key, [...(groups.get(key) ?? []), text]);
  return groups;
}

/** Whether answers are equal. For errors, compares names and messages, ignoring a prefix that only some AWS regions add. */
export function isSame(ours: Answer, theirs: Answer): boolean {
  if (ours.error?.name !== theirs.error?.name) return false;
  if (ours.error && theirs.error && plainMessage(ours.error.message) !== plainMessage(theirs.error.message)) return false;
  return formatValue(ours.output) === formatValue(theirs.output);
}

/** Removes the parts of a message that only some AWS regions add. */
const plainMessage = (message: string): string =>
  message
    .replace(/^1 validation error detected: /, "")
    .replace(/^ExpressionAttributeValues contains invalid value: (.*) for key :\w+$/s, "$1");
