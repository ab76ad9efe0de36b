import { useTenant } from "../../kernel/context.ts";
import { counterKey, INTERNAL_ATTRIBUTES, parseScope, sumItems } from "../read/counter.ts";
import { query } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import type { Difference } from "./recount-difference.ts";
import type { AddCounts, Counts } from "./recount-runs.ts";

/** Something that a recount proves: numbers that are kept, against what records add to them. */
export interface RecountSubject {
  /** The name of the kind of counter. */
  name: string;
  /** What is kept, in the order of scopes, behind one. */
  readStored(after: string | undefined): AsyncGenerator<StoredCounter>;
  /** Goes through records behind one of them, and adds what they add. */
  pages(after: string | undefined, proof: RecountSink): AsyncGenerator<RecountPage>;
  /** What is wrong with what is kept of a scope. */
  findDifferences(kept: StoredCounter | undefined, scope: string, counted: Counts): Difference[];
  /** Whether it is mended by writing the counter anew. */
  isCounter: boolean;
}

export interface StoredCounter {
  scope: string;
  /** Changes with each change of the numbers. */
  revision: string;
  numbers: Counts;
  /** The items of a counter: itself, and its cells. */
  items: readonly Item[];
}

export interface RecountSink {
  add: AddCounts;
  /** Whether words are looked for too. */
  verifiesWords: boolean;
}

export interface RecountPage {
  /** Where it ends. */
  after: string;
  records: number;
  differences: readonly Difference[];
}

/** The counters of a kind behind one, each with its cells; up to a last one, where that is named. */
export async function* readCounters(kind: string, after: string | undefined, last?: string): AsyncGenerator<StoredCounter> {
  const { pk } = counterKey(useTenant(), kind, "-");
  const behind = after === undefined ? {} : { ":after": `${after}#~` };
  const range = last === undefined ? " and sk > :after" : " and sk between :after and :last";
  let from: Item | undefined;
  let items: Item[] = [];
  do {
    const page = await query({
      KeyConditionExpression: `pk = :pk${after === undefined ? "" : range}`,
      // Behind its cells.
      ExpressionAttributeValues: { ":pk": pk, ...behind, ...(last === undefined ? {} : { ":last": `${last}#~` }) },
      ConsistentRead: true,
      ExclusiveStartKey: from,
    });
    for (const item of page.Items ?? []) {
      if (items[0] && parseScope(items[0].sk) !== parseScope(item.sk)) {
        yield toStoredCounter(items);
        items = [];
      }
      items.push(item);
    }
    from = page.LastEvaluatedKey;
  } while (from);
  if (items.length > 0) yield toStoredCounter(items);
}

export function toStoredCounter(items: readonly Item[]): StoredCounter {
  const sum = sumItems(items);
  const numbers = Object.entries(sum).filter(([name]) => !INTERNAL_ATTRIBUTES.has(name));
  return {
    scope: String(sum.sk),
    revision: items.map(({ sk, revision }) => `${sk}=${revision}`).join(" "),
    numbers: Object.fromEntries(numbers) as Counts,
    items,
  };
}

export function compareCounts(kind: string, kept: StoredCounter | undefined, where: string, counted: Counts): Difference[] {
  const numbers = kept?.numbers ?? {};
  const names = [...new Set([...Object.keys(numbers), ...Object.keys(counted)])];
  return names
    .filter((name) => (numbers[name] ?? 0) !== (counted[name] ?? 0))
    .map((what) => ({ kind, where, what, kept: numbers[what], counted: counted[what] }));
}
