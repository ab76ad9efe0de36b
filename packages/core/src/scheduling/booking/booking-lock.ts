import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { getAll } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * What bookings must not do side by side has a fence: a day of a host, a day of a link, a visitor of a host. Who books reads the fences
 * first, then what stands there, and raises them in the transaction that books: of two who read the same, one begins anew.
 */
export interface BookingLock {
  key: Key;
  item: Item | undefined;
}

export type LockName = readonly [what: "host" | "link" | "visitor", ...whose: string[]];

const lockKey = ([what, ...whose]: LockName): Key => ({
  pk: tenantKey(useTenant(), "BOOKING", what, hashTexts(...whose)),
  sk: "fence",
});

/** As they are now, in the order of their names. */
export async function readAll<const N extends readonly LockName[]>(names: N): Promise<{ [K in keyof N]: BookingLock }> {
  const keys = names.map(lockKey);
  const items = await getAll(keys);
  return keys.map((key, at): BookingLock => ({ key, item: items[at] })) as { [K in keyof N]: BookingLock };
}

/** How long it stays behind the last instant that it is for. */
const RETENTION_SECONDS = 7 * 24 * 60 * 60;

/** Holds where nobody has raised it since it was read; `Moved` otherwise. It goes when what it is for has long passed. */
export function bump(tx: Transaction, { key, item }: BookingLock, until: string, more: Item = {}): void {
  const height = Number(item?.height ?? 0);
  const ttl = Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS, Date.parse(until)));
  tx.put(
    { ...key, ...more, height: height + 1, ttl },
    {
      ...(item ? { condition: "height = :height", values: { ":height": height } } : { condition: "attribute_not_exists(pk)" }),
      rejection: () => new WriteConflict("Somebody books at the same moment"),
    },
  );
}

export * as BookingLock from "./booking-lock.ts";
