import { isDeepStrictEqual } from "node:util";
import { evaluateByColumns, listReportColumns } from "@crm/core/analytics/report/column-evaluation.ts";
import { Definition } from "@crm/core/analytics/report/definition.ts";
import { runImmediately } from "@crm/core/analytics/report/immediate-run.ts";
import { periods } from "@crm/core/analytics/report/period.rules.ts";
import { prepareReport, runAtTime } from "@crm/core/analytics/report/preparation.ts";
import type { ReportField } from "@crm/core/analytics/report/report-field.rules.ts";
import { RateTable } from "@crm/core/analytics/report/row-reader.ts";
import { loadSource } from "@crm/core/analytics/report/source.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isNumericType } from "@crm/core/kernel/sort-key.ts";
import { findMatching } from "@crm/core/storage/read/column-matches.ts";
import { listTenants } from "@crm/core/storage/read/tenants.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import { loadCollectionByName } from "@crm/core/storage/table/collection-registry.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startDemoApp } from "../../support/demo-snapshot.ts";
import { isExhaustive, selectSample } from "../../support/sample.ts";

/** Reports from columns equal the computation over single rows: each kind, each grouping, each measure. */

const kinds = ["lead", "opportunity", "ticket", "order"] as const;

interface ReportCase {
  readonly kind: string;
  readonly definition: object;
  readonly viewer: "all" | "one";
}

let app: App;
let context: Context;
let cases: ReportCase[] = [];

beforeAll(async () => {
  app = await startDemoApp();
  const [tenant] = await runIn(systemContext(app.ports, undefined, "test", ["tenants"]), listTenants);
  context = systemContext(app.ports, tenant, "test");
  const all: ReportCase[] = [];
  await runIn(context, async () => {
    for (const kind of kinds) {
      await maintain(await loadCollectionByName(kind), Number.POSITIVE_INFINITY, { minRows: 0 });
      const { fields } = await loadSource(kind, "kind");
      all.push(
        ...buildCases(
          kind,
          [...fields.values()].filter(({ name }) => !name.includes(".") && name !== "id"),
        ),
      );
    }
  });
  cases = selectSample(all, { name: (each) => JSON.stringify(each), kind: ({ kind }) => kind });
});
afterAll(() => app.stop());

type Group = { readonly field: string; readonly by?: string; readonly buckets?: readonly number[] };

function listGroups({ name, type }: ReportField): Group[] {
  if (type === "date" || type === "instant") return periods.map((by) => ({ field: name, by }));
  if (isNumericType(type)) return [{ field: name }, { field: name, buckets: [0, 50, 10_000] }];
  return [{ field: name }];
}

/** The measures that a field can have, in a report with conditions on another field. */
function listMeasures(field: ReportField, dates: readonly ReportField[], condition: object): object[] {
  const { name, type } = field;
  const isDate = type === "date" || type === "instant";
  const functions = isNumericType(type) ? ["sum", "avg", "median", "min", "max", "share", "distinct"] : ["distinct"];
  const other = dates.find((date) => date.name !== name);
  return [
    { do: "count" },
    { do: "count", where: condition },
    { do: "rate", where: condition },
    { do: "share" },
    ...[...functions, ...(isDate ? ["min", "max"] : [])].map((type) => ({ do: type, field: name })),
    ...(isNumericType(type) ? [{ do: "sum", field: name, where: condition }] : []),
    ...(isDate && other ? [{ do: "avg", field: `${name} - ${other.name}` }] : []),
  ].map((measure, index) => ({ as: `m${index}`, ...measure }));
}

/** Builds reports so that each field is grouped and measured, with and without a second grouping. */
function buildCases(kind: string, fields: readonly ReportField[]): ReportCase[] {
  const dates = fields.filter(({ type }) => type === "date" || type === "instant");
  const groups = fields.flatMap(listGroups);
  const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
  const sortable = fields.filter(({ type }) => type !== "choices");
  const grouped = groups.flatMap((group, index) => {
    const condition = { [at(fields, index * 5).name]: { is_null: false } };
    const second = at(groups, index * 7 + 3);
    const where = index % 3 === 0 ? { [at(fields, index).name]: { is_null: false } } : {};
    const measures = listMeasures(at(fields, index * 3 + 1), dates, condition);
    const pair = second.field === group.field ? [group] : [group, second];
    return [
      { where, group_by: [group], measures, sort: [{ by: "m0", order: "desc" }], limit: 20 },
      { where, group_by: pair, measures },
    ];
  });
  const plain = sortable.map((field, index) => ({
    columns: [field.name, at(fields, index + 1).name].filter((name, position, all) => all.indexOf(name) === position),
    sort: [{ by: field.name, order: index % 2 === 0 ? "asc" : "desc" }],
    ...(index % 2 === 0 ? { limit: 7 } : {}),
  }));
  const totals = fields.map((field) => ({ measures: listMeasures(field, dates, { created_at: { gte: "2026-10-01" } }) }));
  return [...grouped, ...plain, ...totals].flatMap((definition) =>
    (["all", "one"] as const).map((viewer) => ({ kind, definition, viewer })),
  );
}

it("equal the computation over single rows", { timeout: isExhaustive ? 600_000 : 60_000 }, async () => {
  const user = String((await runIn(context, () => findOwner())) ?? "");
  const faults: string[] = [];
  let compared = 0;
  for (const { kind, definition, viewer } of cases) {
    const visibleOwners = async () => (viewer === "all" ? ("all" as const) : new Set([user]));
    await runIn({ ...context, visibleOwners }, () =>
      runAtTime(Clock.now(), async () => {
        const as_of = Clock.now();
        const prepared = await prepareReport(kind, Definition.parse(definition)).catch(() => undefined);
        // A condition that the type of its field does not have.
        if (!prepared) return;
        const { exportable } = prepared.source;
        const fields = listReportColumns(prepared);
        const found = await findMatching(exportable.collection, prepared.query, { as_of, fields });
        if (!fields || !found) {
          if (viewer === "all") faults.push(`${kind} has no columns for ${JSON.stringify(definition)}`);
          return;
        }
        const rates = new RateTable(prepared);
        const byColumns = await evaluateByColumns(prepared, found, rates, Number.POSITIVE_INFINITY);
        const plain = await runImmediately(prepared, as_of, { allowsPart: true });
        const { isPartial: _part, read: _read, ...expected } = plain ?? { isPartial: true, read: 0 };
        const shown = { ...byColumns, unconverted: rates.listUnconverted() };
        if (!isDeepStrictEqual(shown, expected))
          faults.push([kind, viewer, definition, shown, expected].map((part) => JSON.stringify(part)).join("\n"));
        compared++;
      }),
    );
  }
  expect(faults.slice(0, 5)).toEqual([]);
  expect(compared).toBeGreaterThan(50);
});

async function findOwner(): Promise<unknown> {
  const { Leads } = await import("@crm/core/sales/lead/lead.entity.ts");
  const { queryPartitions } = await import("@crm/core/storage/read/partition-query.ts");
  for await (const row of queryPartitions(Leads, Leads.allPartitions("live"), { order: "asc", after: undefined, chunk: 100 })) {
    const { owner_id } = Leads.fromRow(row);
    if (owner_id) return owner_id;
  }
  return undefined;
}
