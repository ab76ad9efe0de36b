import { type ReadQuery, read } from "../../api/client.ts";
import { type ConsoleRecord, readFirstRows } from "../../api/records.ts";
import type { LabelledRecord } from "../../api/value-text.ts";

interface ShortList {
  readonly rows: ConsoleRecord[];
  readonly total: number;
  /** Whether there may be more than `total`. */
  readonly isLowerBound: boolean;
  /** The answer, if it is one object in place of a list. */
  readonly figures?: LabelledRecord;
}

/** Reads the first rows of a list beside a record, and how many there are. The count follows a change a little later than the rows. */
export async function readShortList(path: string, query: ReadQuery): Promise<ShortList> {
  const { data, meta } = await read<ConsoleRecord[] | LabelledRecord>(path, query);
  if (!Array.isArray(data)) return { rows: [], total: 0, isLowerBound: false, figures: data };
  if (meta.is_complete === false) return readFirstRows(path, query);
  const isLowerBound = meta.total_is_lower_bound === true && meta.next_cursor !== null;
  return { rows: data, total: Math.max(Number(meta.total ?? 0), data.length), isLowerBound };
}
