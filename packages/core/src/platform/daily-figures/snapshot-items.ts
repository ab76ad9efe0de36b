import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import { put, query, readItems } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { ALL_OWNERS } from "./counter-cells.rules.ts";

/** The items of daily snapshots, by default of the pipeline: one for each owner with figures, and one for all owners together. */

export const TREND_PARTITION = "TREND";

export const snapshotKey = (figureKey: string = TREND_PARTITION) => tenantKey(useTenant(), figureKey);
export const snapshotSortKey = (owner: string, day: string): string => `${owner}@${day}`;

const MAX_CONCURRENCY = 8;

/** What is stored for a day: the owners with figures, and the text for one owner or for all together. */
interface DaySnapshot {
  owners: readonly string[];
  text(owner?: string): string;
}

/** Stores a day. The item for all owners is written last: if it exists, the day was taken completely. */
export async function storeDay(figureKey: string, day: string, { owners, text }: DaySnapshot): Promise<void> {
  const pk = snapshotKey(figureKey);
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const before = await readItems([{ pk, sk: snapshotSortKey(ALL_OWNERS, day) }]);
  // When a day is taken again, owners of the first time may have no figures any more.
  const previousOwners = before.flatMap((item) => (item ? (JSON.parse(String(item.owners)) as string[]) : []));
  const storeOwner = (owner: string) => limited(() => put({ pk, sk: snapshotSortKey(owner, day), cells: text(owner) }));
  await Promise.all([...new Set([...owners, ...previousOwners])].map(storeOwner));
  await put({ pk, sk: snapshotSortKey(ALL_OWNERS, day), cells: text(), owners: JSON.stringify(owners) });
}

interface DaySnapshotItem {
  day: string;
  cells: string;
  /** The owners with figures, in the item for all owners together. */
  owners: string[];
}

/** Returns the snapshots of an owner, or of all owners, in a range of days. Each holds the figures of open opportunities as text. */
export async function readSnapshots(owner: string, from: string, to: string, figureKey?: string): Promise<DaySnapshotItem[]> {
  const items: Item[] = [];
  let after: Item | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk between :from and :to",
      ExpressionAttributeValues: {
        ":pk": snapshotKey(figureKey),
        ":from": snapshotSortKey(owner, from),
        ":to": snapshotSortKey(owner, to),
      },
      ExclusiveStartKey: after,
    });
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after);
  return items.map(({ sk, cells, owners }) => ({
    day: String(sk).slice(-10),
    cells: String(cells),
    owners: owners === undefined ? [] : (JSON.parse(String(owners)) as string[]),
  }));
}
