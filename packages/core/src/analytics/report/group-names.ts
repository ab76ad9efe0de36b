import { titleRecord } from "../../kernel/record-title.ts";
import { fold } from "../../kernel/text.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { findReadable } from "../../storage/write/readable-records.ts";
import type { KeyValue } from "./group-key.rules.ts";
import type { PlannedGroup, ReportPlan } from "./plan.rules.ts";
import type { GroupFold, ReportResult } from "./report.rules.ts";
import type { RelatedSource, ReportSource } from "./source.ts";

/** The order of groups whose values are records: by the names that the reader sees. */

interface NamedReport {
  readonly source: ReportSource;
  readonly plan: ReportPlan;
}

/** The most records whose names a report orders by. Groups of more records stand in the order of ids. */
const MAX_NAMED_GROUPS = 500;

/** Returns the source of the records that a grouping names; undefined if its values are no records. */
function findRecordSource({ related }: ReportSource, { field, by, buckets }: PlannedGroup): RelatedSource | undefined {
  if (by !== undefined || buckets !== undefined || field.positions !== undefined || field.master !== undefined) return undefined;
  return [...related.values()].find((source) => source.field === field.name);
}

/** Whether groups of the report are ordered by names of records. */
export const hasNamedGroups = ({ source, plan }: NamedReport): boolean =>
  plan.groups.some((group) => findRecordSource(source, group) !== undefined);

/** Collects the records that the groups of a report name. */
export class GroupRecords {
  readonly ids: readonly Set<string>[];

  constructor({ groups }: ReportPlan) {
    this.ids = groups.map(() => new Set());
  }

  add(values: readonly KeyValue[]): void {
    for (const [index, value] of values.entries()) {
      const ids = this.ids[index];
      if (typeof value === "string" && ids && ids.size <= MAX_NAMED_GROUPS) ids.add(value);
    }
  }
}

/** Finishes a report with its groups in the order of names. */
export async function finishByNames(report: NamedReport, fold: GroupFold): Promise<ReportResult> {
  if (!hasNamedGroups(report)) return fold.finish();
  const records = new GroupRecords(report.plan);
  for (const { key } of fold.groups.values()) records.add(key.values);
  return fold.finish(await orderByNames(report, records));
}

/** Returns the plan with the positions of the records of its groups, in the order of their names. */
export async function orderByNames({ source, plan }: NamedReport, { ids }: GroupRecords): Promise<ReportPlan> {
  const groups = await Promise.all(
    plan.groups.map(async (group, index): Promise<PlannedGroup> => {
      const records = findRecordSource(source, group);
      const groupIds = [...(ids[index] ?? [])];
      if (!records || groupIds.length > MAX_NAMED_GROUPS) return group;
      return { ...group, field: { ...group.field, positions: await loadPositions(records, groupIds) } };
    }),
  );
  return { ...plan, groups };
}

async function loadRecordNames(
  kind: RelatedSource["kind"],
  { row }: RelatedSource["collection"],
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await findReadable(ids.map((id) => ({ kind, id })));
  return new Map([...found].map(([id, record]) => [id, titleRecord(kind, row, { ...record })]));
}

/** Returns the positions of records by their names. Records that the reader does not see come last, in the order of their ids. */
async function loadPositions({ kind, collection }: RelatedSource, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const names = kind === USER ? await Directory.loadNames(ids) : await loadRecordNames(kind, collection, ids);
  const sorted = [...names].map(([id, name]) => [id, `${fold(name)}\u0000${name}\u0000${id}`] as const);
  sorted.sort(([, a], [, b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([id], position) => [id, position]));
}
