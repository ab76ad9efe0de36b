import { Clock } from "../../kernel/clock.ts";
import { Page } from "../../kernel/page.ts";
import * as Cursor from "./cursor.ts";
import { requireReach } from "./list.ts";
import { comesBefore } from "./scan.ts";

/** Paging as the caller gave it; from the first on, 20 a page, unless told otherwise. */
interface Paging {
  page?: number | undefined;
  limit?: number | undefined;
  order?: "asc" | "desc" | undefined;
  cursor?: string | undefined;
}

interface Whole<V> {
  /** What is listed, whatever the order: a cursor goes on in a list that is asked for with the same. */
  fingerprint: string;
  /** All that the list has, in any order. */
  values: () => Promise<readonly V[]>;
  /** By which it is ordered, and told apart. */
  keyOf: (value: V) => string;
}

/** A page of a list that is in memory as a whole: so its total is exact. */
export async function pageOf<V>(
  { page = 1, limit = 20, order = "asc", cursor }: Paging,
  { fingerprint, values, keyOf }: Whole<V>,
): Promise<Page<V>> {
  requireReach({ page, limit });
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const all = (await values()).map((value) => ({ value, key: keyOf(value) }));
  all.sort((a, b) => (comesBefore(a.key, b.key, order) ? -1 : 1));
  const behind = position ? all.filter(({ key }) => comesBefore(position.after, key, order)) : all.slice((page - 1) * limit);
  const rows = behind.slice(0, limit);
  const total = all.length;
  const after = behind.length > rows.length ? rows.at(-1)?.key : undefined;
  const next_cursor = after === undefined ? null : await Cursor.seal({ after, total, bound: false }, fingerprint);
  return new Page(
    rows.map(({ value }) => value),
    { page, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of: Clock.now() },
  );
}

export * as InMemory from "./in-memory.ts";
