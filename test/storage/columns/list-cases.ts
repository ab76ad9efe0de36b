import { listByColumns } from "@crm/core/storage/read/column-page.ts";
import { FieldFilters, type FilterableField, listFilterableFields } from "@crm/core/storage/read/filter.ts";
import { createKeyReader, recordSortKey } from "@crm/core/storage/read/list-order.ts";
import { resolveListOwners } from "@crm/core/storage/read/list-page.ts";
import type { ListQuery } from "@crm/core/storage/read/list-query.ts";
import { buildConditions, listServedOrders } from "@crm/core/storage/read/query-plan.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";

/** Lists of a kind, with each operator of each field in different orders, and what a plain computation over all records gives for them. */

export type Values = Readonly<Record<string, unknown>>;
export type AnyCollection = Collection<BaseRecord>;

export interface ListCase {
  readonly kind: string;
  readonly input: Values;
  readonly viewer: "all" | "one";
}

export const readValue = (record: BaseRecord | undefined, field: string): unknown => (record as Values | undefined)?.[field];

/** Builds a list for each operator of each field, each in another order. */
export function buildCases(collection: AnyCollection, records: readonly BaseRecord[]): ListCase[] {
  const single = [...listServedOrders(collection), ...FieldFilters.listSortableFields(collection), "updated_at"];
  const several = single.map((sort, index) => {
    const [second, third] = [single[(index + 1) % single.length], single[(index * 5 + 3) % single.length]];
    return [...new Set([sort, second, ...(index % 2 === 0 ? [third] : [])])]
      .map((name, turn) => (turn === 1 ? `-${name}` : name))
      .join();
  });
  const orders = single.flatMap((sort, index) => [sort, several[index]]);
  const directions = ["asc", "desc"] as const;
  const filters = listFilterableFields(collection.definition).flatMap((field) => buildFilters(field, records));
  const pairs = filters.map((filter, index) => ({ ...filter, ...filters[(index * 7 + 3) % filters.length] }));
  return [{}, ...filters, ...pairs].flatMap((filter, index) =>
    directions.flatMap((order, turn): ListCase[] =>
      (["all", "one"] as const).map((viewer) => ({
        kind: collection.name,
        input: { ...filter, order, sort: orders[(index + turn * 3) % orders.length] },
        viewer,
      })),
    ),
  );
}

function buildFilters({ field, type, operators }: FilterableField, records: readonly BaseRecord[]): Values[] {
  const present = records
    .map((record) => readValue(record, field))
    .filter((value) => value !== null && value !== undefined && value !== "");
  const values = present.filter((value) => !Array.isArray(value) || value.length > 0);
  const pick = (share: number): unknown => values[Math.floor(share * (values.length - 1))];
  const some = pick(0.4);
  return operators.flatMap((operator): Values[] => {
    const name = `${field}[${operator}]`;
    if (operator === "is_null") return [{ [name]: true }, { [name]: false }];
    if (some === undefined) return [];
    if (operator === "has" || operator === "not_has") return [{ [name]: (some as string[])[0] }];
    if (operator === "in" || operator === "not_in") return [{ [name]: [some, pick(0.9)] }];
    if (operator === "contains" || operator === "not_contains") return [{ [name]: String(some).slice(1, 4) || "a" }];
    if (operator === "prefix") return [{ [name]: String(some).slice(0, 3) }];
    return type === "boolean" ? [{ [name]: true }, { [name]: false }] : [{ [name]: some }];
  });
}

/** The rows of a list by a plain computation. */
export async function computePlainly(
  collection: AnyCollection,
  query: ListQuery,
  records: readonly BaseRecord[],
): Promise<string[]> {
  const conditions = buildConditions(collection, query, await resolveListOwners(collection, query), undefined);
  const readKey = createKeyReader(collection, query);
  const keyed = records.flatMap((record) => {
    if (!conditions.every(({ matches }) => matches(record))) return [];
    const key = readKey(record);
    return key === undefined ? [] : [{ key, id: record.id }];
  });
  keyed.sort((a, b) => ((query.order === "asc") === a.key < b.key ? -1 : 1));
  return keyed.map(({ id }) => id);
}

export async function readAllPages(collection: AnyCollection, query: ListQuery): Promise<{ ids: string[]; totals: Set<number> }> {
  const owners = await resolveListOwners(collection, query);
  const conditions = buildConditions(collection, query, owners, undefined);
  const rules = { owners, matches: (record: BaseRecord) => conditions.every(({ matches }) => matches(record)) };
  const ids: string[] = [];
  const totals = new Set<number>();
  for (let after: string | undefined; ; ) {
    const position = after === undefined ? undefined : { after, total: 0, isLowerBound: false };
    const page = await listByColumns(collection, query, rules, position);
    if (!page) throw new Error(`${collection.name} has no columns`);
    totals.add(page.meta.total);
    ids.push(...page.rows.map(({ id }) => id));
    const last = page.rows.at(-1);
    if (page.meta.next_cursor === null || !last) return { ids, totals };
    after = recordSortKey(collection, query, last);
  }
}
