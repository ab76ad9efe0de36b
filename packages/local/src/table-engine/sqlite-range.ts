import type { Bound, ItemKey, KeyRange } from "./storage.ts";
import { compareText } from "./text-order.ts";

/** Statements that read rows in order. Each walks one SQLite index, without sorting. */

export interface RangeQuery {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

const TABLE = {
  select: "SELECT pk, sk, size, item FROM items",
  partition: "pk = ?",
  keys: ["sk"],
} as const;

/** CROSS JOIN makes SQLite start with the index entries. */
const INDEX = {
  select: `
    SELECT items.pk, items.sk, items.size, items.item
    FROM index_entries AS entry CROSS JOIN items ON items.id = entry.item_id`,
  partition: "entry.index_number = ? AND entry.partition = ?",
  keys: ["entry.sort", "entry.pk", "entry.sk"],
} as const;

/** Builds the query for rows of one partition. `index` is the number of the index in the file; undefined for the table itself. */
export function buildRangeQuery(range: KeyRange, index: number | undefined): RangeQuery {
  const { partition, forward } = range;
  const { select, partition: condition, keys } = index === undefined ? TABLE : INDEX;
  const { lower, upper } = narrowLimits(range);
  const conditions: string[] = [condition];
  const parameters = index === undefined ? [partition] : [index, partition];
  const limits = [
    { limit: lower, operator: ">" },
    { limit: upper, operator: "<" },
  ];
  for (const { limit, operator } of limits) {
    if (!limit) continue;
    if ("pk" in limit) {
      conditions.push(`(${keys.join(", ")}) ${operator} (${keys.map(() => "?").join(", ")})`);
      parameters.push(...[limit.sort, limit.pk, limit.sk].slice(0, keys.length));
    } else {
      conditions.push(`${keys[0]} ${operator}${limit.inclusive ? "=" : ""} ?`);
      parameters.push(limit.value);
    }
  }
  const order = keys.map((key) => `${key} ${forward ? "ASC" : "DESC"}`);
  return { sql: `${select} WHERE ${conditions.join(" AND ")} ORDER BY ${order.join(", ")}`, parameters };
}

type After = NonNullable<KeyRange["after"]>;
type Limit = Bound | After | undefined;

/**
 * Returns one limit for each end. SQLite seeks by one condition and tests rows by the others, so only the narrower of a bound and of the page's start
 * row may be given: with the wider one, each page would read all pages before it.
 */
function narrowLimits({ lower, upper, forward, after }: KeyRange): { lower: Limit; upper: Limit } {
  if (!after) return { lower, upper };
  return forward ? { lower: pickNarrower(lower, after, 1), upper } : { lower, upper: pickNarrower(upper, after, -1) };
}

/** `direction` is 1 for a lower bound, and -1 for an upper one. */
function pickNarrower(bound: Bound | undefined, after: After, direction: 1 | -1): Limit {
  if (!bound) return after;
  const order = compareText(after.sort, bound.value) * direction;
  return order > 0 || (order === 0 && bound.inclusive) ? after : bound;
}

export function buildScanQuery(after: ItemKey | undefined): RangeQuery {
  const condition = after ? "WHERE (pk, sk) > (?, ?)" : "";
  return { sql: `${TABLE.select} ${condition} ORDER BY pk, sk`, parameters: after ? [after.pk, after.sk] : [] };
}

export function buildIndexScanQuery(
  index: number,
  after: (ItemKey & { readonly partition: string; readonly sort: string }) | undefined,
): RangeQuery {
  const keys = ["entry.partition", ...INDEX.keys].join(", ");
  const condition = after ? `AND (${keys}) > (?, ?, ?, ?)` : "";
  return {
    sql: `${INDEX.select} WHERE entry.index_number = ? ${condition} ORDER BY ${keys}`,
    parameters: after ? [index, after.partition, after.sort, after.pk, after.sk] : [index],
  };
}
