import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { loadRecords } from "@crm/core/storage/read/change-list.ts";
import { hasColumns } from "@crm/core/storage/read/column-cache.ts";
import { buildListQuery } from "@crm/core/storage/read/list.ts";
import { queryPartitions } from "@crm/core/storage/read/partition-query.ts";
import { listTenants } from "@crm/core/storage/read/tenants.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord } from "@crm/core/storage/table/collection.ts";
import { listKinds, loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDemoApp } from "../../support/demo-snapshot.ts";
import { isExhaustive, selectSample } from "../../support/sample.ts";
import { type AnyCollection, buildCases, computePlainly, type ListCase, readAllPages, readValue } from "./list-cases.ts";

/** Lists from columns equal a plain computation over all rows of the demo: each kind, each field, each operator, each order. */

/** Whether the keys of a list have a field that rows do not have. */
const usesChangeTime = ({ sort }: ListCase["input"]): boolean => String(sort).includes("updated_at");

let app: App;
let context: Context;
const rowsByKind = new Map<string, { collection: AnyCollection; records: BaseRecord[] }>();
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
      const ids: string[] = [];
      const reading = { order: "asc", after: undefined, chunk: 1000 } as const;
      for await (const row of queryPartitions(collection, collection.allPartitions("live"), reading)) ids.push(row.key);
      const records = await loadRecords(collection, ids);
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

describe("lists from columns", () => {
  it("equal a plain computation: rows, order, totals and all pages", { timeout: isExhaustive ? 600_000 : 60_000 }, async () => {
    const faults: string[] = [];
    for (const { kind, input, viewer } of cases) {
      const { collection, records } = rowsByKind.get(kind) as { collection: AnyCollection; records: BaseRecord[] };
      const owner = collection.definition.owner;
      const user = owner && String(readValue(records.find((record) => readValue(record, owner)) ?? records[0], owner));
      const visibleOwners = async () => (viewer === "all" || !user ? ("all" as const) : new Set([user]));
      await runIn({ ...context, visibleOwners }, async () => {
        const query = buildListQuery(collection, {
          limit: 100,
          ...(usesChangeTime(input) ? { include: ["updated_at"] } : {}),
          ...input,
        });
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
