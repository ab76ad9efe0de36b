import { keysBehind } from "../read/scan.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";

/** Records that are read at a time. */
const TOGETHER = 100;

/** The ids of all records of a kind, deleted ones too, in their order, behind one. */
export async function* idsOf(collection: Collection<BaseRecord>, after: string | undefined): AsyncGenerator<readonly string[]> {
  const all = [...collection.whole("live"), ...collection.whole("deleted")];
  for (let ids: string[] = [], last = after; ; last = ids.at(-1)) {
    ids = await keysBehind(collection, all, { order: "asc", after: last, most: TOGETHER });
    if (ids.length > 0) yield ids;
    if (ids.length < TOGETHER) return;
  }
}
