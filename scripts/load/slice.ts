import { statSync } from "node:fs";
import { join } from "node:path";
import { Clock } from "@crm/core/kernel/clock.ts";
import { TABLE_FILE } from "@crm/local/table/file.ts";
import { openBulkTable } from "./bulk-table.ts";
import { buildLeadItems, buildTotalItems, deriveIds, emptyTotals, type LeadIds, type LoadContext } from "./items.ts";
import { buildProspect, type Prospect, type ProspectSeries } from "./prospects.ts";

/** A range of leads, from `from` up to, but not including, `to`. */
export interface LeadRange {
  from: number;
  to: number;
}

/** Numbers of written items, and the duration of each phase. */
export interface LoadReport {
  leads: number;
  items: number;
  indexed: number;
  bytes: number;
  /** Seconds for the tenant through the API, for leads, for sums, and for the disk. */
  seconds: { setup: number; leads: number; sums: number; disk: number };
  /** Processor seconds in all phases. */
  cpu: number;
}

export const emptyReport: LoadReport = {
  leads: 0,
  items: 0,
  indexed: 0,
  bytes: 0,
  seconds: { setup: 0, leads: 0, sums: 0, disk: 0 },
  cpu: 0,
};

/** Adds the report of a further slice. */
export const addReports = (before: LoadReport, next: LoadReport): LoadReport => ({
  leads: before.leads + next.leads,
  items: before.items + next.items,
  indexed: before.indexed + next.indexed,
  bytes: next.bytes,
  cpu: before.cpu + next.cpu,
  seconds: {
    setup: before.seconds.setup + next.seconds.setup,
    leads: before.seconds.leads + next.seconds.leads,
    sums: before.seconds.sums + next.seconds.sums,
    disk: before.seconds.disk + next.seconds.disk,
  },
});

/** Replaces leads and ids, for tests that compare with the API. */
export interface SliceOverrides {
  prospect: (crowd: ProspectSeries, n: number) => Prospect;
  ids: (n: number) => LeadIds;
}

/** Writes leads into a store that no server has open. */
export function loadSlice(
  folder: string,
  crowd: ProspectSeries,
  loading: LoadContext,
  { from, to }: LeadRange,
  overrides: Partial<SliceOverrides> = {},
): LoadReport {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const file = openBulkTable(folder);
  const sums = emptyTotals(file.get);
  let writeEnd = started;
  try {
    for (let n = from; n < to; n++) {
      const lead = (overrides.prospect ?? buildProspect)(crowd, n);
      const ids = overrides.ids?.(n) ?? deriveIds(loading, n, lead);
      for (const item of buildLeadItems(loading, n, lead, sums, ids)) file.put(item);
    }
    writeEnd = performance.now();
    for (const item of buildTotalItems(loading.tenant, sums)) file.put(item);
  } finally {
    Clock.set();
  }
  const summed = performance.now();
  file.close();
  const endTime = performance.now();
  const used = process.cpuUsage(cpu);
  return {
    leads: to - from,
    ...file.writeCounts,
    bytes: statSync(join(folder, TABLE_FILE)).size,
    cpu: (used.user + used.system) / 1_000_000,
    seconds: {
      setup: 0,
      leads: (writeEnd - started) / 1000,
      sums: (summed - writeEnd) / 1000,
      disk: (endTime - summed) / 1000,
    },
  };
}
