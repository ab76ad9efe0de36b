import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { getAll } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";

/**
 * What bookings must not do side by side has a fence: a day of a host, a day of a link, a visitor of a host. Who books reads the fences
 * first, then what stands there, and raises them in the transaction that books: of two who read the same, one begins anew.
 */
export interface Fence {
  key: Key;
  item: Item | undefined;
}

export type Named = readonly [what: "host" | "link" | "visitor", ...whose: string[]];

const keyOf = ([what, ...whose]: Named): Key => ({ pk: tenantKey(useTenant(), "BOOKING", what, hashed(...whose)), sk: "fence" });

/** As they are now, in the order of their names. */
export async function readAll<const N extends readonly Named[]>(names: N): Promise<{ [K in keyof N]: Fence }> {
  const keys = names.map(keyOf);
  const items = await getAll(keys);
  return keys.map((key, at): Fence => ({ key, item: items[at] })) as { [K in keyof N]: Fence };
}

/** How long it stays behind the last instant that it is for. */
const KEPT = 7 * 24 * 60 * 60;

/** Holds where nobody has raised it since it was read; `Moved` otherwise. It goes when what it is for has long passed. */
export function raise(tx: Transaction, { key, item }: Fence, until: string, more: Item = {}): void {
  const height = Number(item?.height ?? 0);
  const ttl = Clock.epoch(Clock.after(KEPT, Date.parse(until)));
  tx.put(
    { ...key, ...more, height: height + 1, ttl },
    {
      ...(item ? { condition: "height = :height", values: { ":height": height } } : { condition: "attribute_not_exists(pk)" }),
      refused: () => new Moved("Somebody books at the same moment"),
    },
  );
}

export * as Fence from "./fence.ts";
