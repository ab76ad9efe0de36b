import { useTenant } from "../../kernel/context.ts";
import { counterKey, INTERNAL_ATTRIBUTES, parseScope, sumItems } from "../read/counter.ts";
import { query } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import type { Difference } from "./recount-difference.ts";
import type { AddCounts, Counts } from "./recount-runs.ts";

/** The subject of a recount: stored numbers, and the records that they are recounted from. */
export interface RecountSubject {
  /** The name of the kind of counter. */
  name: string;
  /** Yields the stored counters after a scope, in order of scopes. */
  readStored(after: string | undefined): AsyncGenerator<StoredCounter>;
  /** Reads records after one of them, and passes what they contribute to the sink. */
  pages(after: string | undefined, proof: RecountSink): AsyncGenerator<RecountPage>;
  /** Compares the stored numbers of a scope with the recounted ones. */
  findDifferences(storedCounter: StoredCounter | undefined, scope: string, counts: Counts): Difference[];
  /** Whether a difference is repaired by overwriting the counter. */
  isCounter: boolean;
}

export interface StoredCounter {
  scope: string;
  /** Changes with each change of the numbers. */
  revision: string;
  numbers: Counts;
  /** The items of a counter: itself and its cells. */
  items: readonly Item[];
}

export interface RecountSink {
  add: AddCounts;
  /** Whether word items are verified too. */
  verifiesWords: boolean;
}

interface RecountPage {
  /** The position at the end of the page. */
  after: string;
  records: number;
  differences: readonly Difference[];
}

/** Yields the counters of a kind after a scope, each with its cells; up to `last`, if given. */
export async function* readCounters(kind: string, after: string | undefined, last?: string): AsyncGenerator<StoredCounter> {
  const { pk } = counterKey(useTenant(), kind, "-");
  const behind = after === undefined ? {} : { ":after": `${after}#~` };
  const range = last === undefined ? " and sk > :after" : " and sk between :after and :last";
  let from: Item | undefined;
  let items: Item[] = [];
  do {
    const page = await query({
      KeyConditionExpression: `pk = :pk${after === undefined ? "" : range}`,
      // After the cells of the counter.
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

function toStoredCounter(items: readonly Item[]): StoredCounter {
  const sum = sumItems(items);
  const numbers = Object.entries(sum).filter(([name]) => !INTERNAL_ATTRIBUTES.has(name));
  return {
    scope: String(sum.sk),
    revision: items.map(({ sk, revision }) => `${sk}=${revision}`).join(" "),
    numbers: Object.fromEntries(numbers) as Counts,
    items,
  };
}

export function compareCounts(
  kind: string,
  storedCounter: StoredCounter | undefined,
  where: string,
  counts: Counts,
): Difference[] {
  const numbers = storedCounter?.numbers ?? {};
  const names = [...new Set([...Object.keys(numbers), ...Object.keys(counts)])];
  return names
    .filter((name) => (numbers[name] ?? 0) !== (counts[name] ?? 0))
    .map((name) => ({ kind, where, what: name, kept: numbers[name], counted: counts[name] }));
}
