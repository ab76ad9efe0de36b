import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { hasColumns } from "@crm/core/storage/read/column-cache.ts";
import { listByColumns } from "@crm/core/storage/read/column-page.ts";
import { FieldFilters, type FilterableField, listFilterableFields } from "@crm/core/storage/read/filter.ts";
import { buildListQuery } from "@crm/core/storage/read/list.ts";
import { recordSortKey, resolveListOwners } from "@crm/core/storage/read/list-page.ts";
import type { ListQuery } from "@crm/core/storage/read/list-query.ts";
import { queryPartitions } from "@crm/core/storage/read/partition-query.ts";
import { buildConditions, listServedOrders } from "@crm/core/storage/read/query-plan.ts";
import { listTenants } from "@crm/core/storage/read/tenants.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { listKinds, loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDemoApp } from "../../support/demo-snapshot.ts";
import { isExhaustive, selectSample } from "../../support/sample.ts";

/** Lists from columns equal a plain computation over all rows of the demo: each kind, each field, each operator, each order. */

type Values = Readonly<Record<string, unknown>>;
type Kinds = Collection<BaseRecord>;

interface ListCase {
  readonly kind: string;
  readonly input: Values;
  readonly viewer: "all" | "one";
}

let app: App;
let context: Context;
const rowsByKind = new Map<string, { collection: Kinds; records: BaseRecord[] }>();
let cases: ListCase[] = [];

beforeAll(async () => {
  app = await startDemoApp();
  const [tenant] = await runIn(systemContext(app.ports, undefined, "test", ["tenants"]), listTenants);
  context = systemContext(app.ports, tenant, "test");
  await runIn(context, async () => {
    for (const kind of listKinds()) {
      if (!kind.load) continue;
      const collection = await loadCollection(kind);
      if (!hasColumns(collection)) continue;
      const records: BaseRecord[] = [];
      const reading = { order: "asc", after: undefined, chunk: 1000 } as const;
      for await (const row of queryPartitions(collection, collection.allPartitions("live"), reading))
        records.push(collection.fromRow(row));
      if (records.length < 5) continue;
      rowsByKind.set(kind.name, { collection, records });
      expect(await maintain(collection, Number.POSITIVE_INFINITY, { minRows: 0 })).toBe(true);
    }
  });
  const all = [...rowsByKind.values()].flatMap(({ collection, records }) => buildCases(collection, records));
  cases = selectSample(all, {
    name: ({ kind, input, viewer }) => `${kind} ${JSON.stringify(input)} ${viewer}`,
    kind: ({ kind }) => kind,
  });
});
afterAll(() => app.stop());

/** Builds a list for each operator of each field, each in another order. */
function buildCases(collection: Kinds, records: readonly BaseRecord[]): ListCase[] {
  const orders = [...listServedOrders(collection), ...FieldFilters.listSortableFields(collection)];
  const directions = ["asc", "desc"] as const;
  const filters = listFilterableFields(collection.definition as never)
    .filter(({ field }) => field !== "updated_at")
    .flatMap((field) => buildFilters(field, records));
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

const readValue = (record: BaseRecord | undefined, field: string): unknown => (record as unknown as Values | undefined)?.[field];

function buildFilters({ field, type, operators }: FilterableField, records: readonly BaseRecord[]): Values[] {
  const present = records
    .map((record) => readValue(record, field))
    .filter((value) => ![null, undefined, ""].includes(value as never));
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
async function computePlainly(collection: Kinds, query: ListQuery, records: readonly BaseRecord[]): Promise<string[]> {
  const conditions = buildConditions(collection, query, await resolveListOwners(collection, query), undefined);
  const keyed = records.flatMap((record) => {
    const key = recordSortKey(collection, query, record);
    return key !== undefined && conditions.every(({ matches }) => matches(record)) ? [{ key, id: record.id }] : [];
  });
  keyed.sort((a, b) => ((query.order === "asc") === a.key < b.key ? -1 : 1));
  return keyed.map(({ id }) => id);
}

async function readAllPages(collection: Kinds, query: ListQuery): Promise<{ ids: string[]; totals: Set<number> }> {
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

describe("lists from columns", () => {
  it("equal a plain computation: rows, order, totals and all pages", { timeout: isExhaustive ? 600_000 : 60_000 }, async () => {
    const faults: string[] = [];
    for (const { kind, input, viewer } of cases) {
      const { collection, records } = rowsByKind.get(kind) as { collection: Kinds; records: BaseRecord[] };
      const owner = collection.definition.owner;
      const user = owner && String(readValue(records.find((record) => readValue(record, owner)) ?? records[0], owner));
      const visibleOwners = async () => (viewer === "all" || !user ? ("all" as const) : new Set([user]));
      await runIn({ ...context, visibleOwners }, async () => {
        const query = { ...buildListQuery(collection, { limit: 100, ...input }) };
        const plain = await computePlainly(collection, query, records);
        const limit = Math.max(1, Math.ceil(plain.length / 3));
        const { ids, totals } = await readAllPages(collection, { ...query, limit });
        const isEqual = JSON.stringify(ids) === JSON.stringify(plain) && [...totals].every((total) => total === plain.length);
        if (!isEqual) faults.push(`${kind} ${JSON.stringify(input)} ${viewer}: ${ids.length} of ${plain.length}, ${[...totals]}`);
      });
    }
    expect(faults).toEqual([]);
    expect(cases.length).toBeGreaterThan(500);
  });
});
