import { type ReadQuery, read } from "../data/client.ts";
import type { ConsoleRecord } from "../data/records.ts";

interface ShortList {
  readonly rows: ConsoleRecord[];
  readonly total: number;
}

/** Reads the first rows of a list beside a record, and how many there are. The count follows a change a little later than the rows. */
export async function readShortList(path: string, query: ReadQuery): Promise<ShortList> {
  const { data, meta } = await read<ConsoleRecord[]>(path, query);
  return { rows: data, total: Math.max(Number(meta.total ?? 0), data.length) };
}
