import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { readItems } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";

/**
 * Optimistic locks of bookings: for a day of a host, a day of a link, and a visitor of a host. A booking reads the locks first and the
 * calendar afterwards, and bumps the locks in its transaction. So of two concurrent bookings that read the same lock, one starts over.
 */
export interface BookingLock {
  key: Key;
  item: Item | undefined;
}

export type LockName = readonly [what: "host" | "link" | "visitor", ...whose: string[]];

const lockKey = ([scope, ...ids]: LockName): Key => ({
  pk: tenantKey(useTenant(), "BOOKING", scope, hashTexts(...ids)),
  sk: "fence",
});

/** Reads the locks, in the order of their names. */
export async function readAll<const N extends readonly LockName[]>(names: N): Promise<{ [K in keyof N]: BookingLock }> {
  const keys = names.map(lockKey);
  const items = await readItems(keys);
  return keys.map((key, index): BookingLock => ({ key, item: items[index] })) as { [K in keyof N]: BookingLock };
}

/** How long a lock is kept after the last instant that it protects. */
const RETENTION_SECONDS = 7 * 24 * 60 * 60;

/**
 * Bumps the lock in the transaction, which fails with a `WriteConflict` if another booking bumped it since it was read. The lock expires
 * some time after `until`.
 */
export function bump(tx: Transaction, { key, item }: BookingLock, until: string, more: Item = {}): void {
  const height = Number(item?.height ?? 0);
  const ttl = Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS, Date.parse(until)));
  tx.put(
    { ...key, ...more, height: height + 1, ttl },
    {
      ...(item ? { condition: "height = :height", values: { ":height": height } } : { condition: "attribute_not_exists(pk)" }),
      rejection: () => new WriteConflict("Another booking was made at the same time"),
    },
  );
}

export * as BookingLock from "./booking-lock.ts";
