import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";

/** Counters of customers by the day of their creation: one for each owner and month, and one for all owners together. Pure. */

const counterScope = (owner: string, month: string): string => `new@${owner}@${month}`;

/** Returns the range of the counters of an owner, or of all owners together, in some months. */
export const createdScopes = (owner: string, from: string, to: string): [from: string, to: string] => [
  counterScope(owner, from),
  counterScope(owner, to),
];
/** The same range for each owner separately: ids begin with letters, and `*` sorts before them. */
export const createdScopesByOwner = (): [from: string, to: string] => ["new@A", "new@~"];

interface CreatedCustomer {
  owner_id: string | null;
  created_at: string;
  created_day: string | null;
}

/** Returns what a customer adds to the counters of its day of creation. */
export function buildCreatedSums({ owner_id, created_at, created_day }: CreatedCustomer): CounterSums {
  const day = created_day ?? created_at.slice(0, 10);
  return {
    scopes: [owner_id ?? NONE, ALL_OWNERS].map((owner) => counterScope(owner, day.slice(0, 7))),
    counts: { [day.slice(8)]: 1 },
  };
}

/** Returns the number of customers of each owner and day of a counter. */
export function parseCreatedDays({ sk, ...counter }: Readonly<Record<string, unknown>>) {
  const [, owner = "", month = ""] = String(sk).split("@");
  return Object.entries(counter).flatMap(([day, count]) =>
    /^\d\d$/.test(day) ? [{ owner, day: `${month}-${day}`, count: Number(count) }] : [],
  );
}
