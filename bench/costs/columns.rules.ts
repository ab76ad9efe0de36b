import type { Measurements } from "./bill.rules.ts";
import { tenantModel } from "./tenant-model.ts";

/** What the columns of lists cause in a month (docs/storage/columns.md): reads, objects, and the seconds of the worker that keeps them. */

export const COLUMNS_OF_LEAD = "the columns, built from a lead and its person";
export const COLUMNS_OF_INTERACTION = "the columns, built from an interaction";
export const COLUMNS_OF_ARCHIVED = "the columns, built from an archived interaction";

/** Limits of storage/scheduler/column-writer.ts and storage/columns/segment-builder.ts. */
const [REBUILD_DAYS, SEGMENT_ROWS, SEGMENT_CHANGES, SEGMENTS_OF_CHANGES] = [25, 65_536, 200, 12];
const MAX_ROWS = 5_000_000;
const MONTH_DAYS = 30.4;

interface ColumnUse {
  readonly buildReads: number;
  /** What lists from columns read more than lists by an index. */
  readonly listReads: number;
  readonly writes: number;
  readonly puts: number;
  readonly gets: number;
  readonly bytes: number;
  readonly gigabyteSeconds: number;
}

/** Returns what the columns cause, for so many lists and changes of records in a month. */
export function computeColumns(
  measured: Measurements,
  { storedInteractions, lists, changes }: { storedInteractions: number; lists: number; changes: number },
): ColumnUse {
  const { leads, hours, mix, columns } = tenantModel;
  const interactions = tenantModel.interactions > MAX_ROWS ? 0 : tenantModel.interactions;
  const rows = 2 * leads + interactions;
  const [segments, leadSegments, interactionSegments] = [rows, leads, interactions].map((count) => count / SEGMENT_ROWS) as [
    number,
    number,
    number,
  ];
  // A new interaction changes its lead too, and a new lead has a person.
  const interactionShare = mix.interaction / (mix.notes + mix.status + 2 * mix.interaction + 2 * mix.lead);
  const changedSegments =
    interactions === 0 ? leadSegments : interactionShare * interactionSegments + (1 - interactionShare) * leadSegments;
  const builds = MONTH_DAYS / REBUILD_DAYS;
  const stored = Math.min(storedInteractions, interactions);
  const built =
    leads * measured.wholeWrite(COLUMNS_OF_LEAD).read +
    stored * measured.wholeWrite(COLUMNS_OF_INTERACTION).read +
    (interactions - stored) * measured.wholeWrite(COLUMNS_OF_ARCHIVED).read;
  const ofIndex = measured.access("list 20 leads, with the total").read;
  const processes = lists === 0 ? 0 : hours * columns.processesOfHour;
  const deltas = (changes * (interactions === 0 ? 1 - interactionShare / 2 : 1)) / SEGMENT_CHANGES;
  const joins = deltas / SEGMENTS_OF_CHANGES;
  // The worker opens the segments of all kinds each night, and those of one kind for each segment of changes.
  const opened = MONTH_DAYS * segments + deltas * changedSegments;
  return {
    // Each night the worker looks at every kind.
    buildReads: builds * built + MONTH_DAYS * columns.kinds,
    listReads: lists * columns.listShare * (columns.listReads - ofIndex) + processes * columns.firstReads,
    writes: 2 * deltas,
    puts: builds * segments + deltas + joins * leadSegments,
    gets:
      opened * columns.openingGets +
      processes * leadSegments * (columns.openingGets + columns.listedColumns) +
      joins * leadSegments * columns.allColumns,
    bytes: rows * columns.rowBytes,
    gigabyteSeconds: (builds * rows + joins * leads) * columns.rowSeconds + opened * columns.openingSeconds,
  };
}
