import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { ALL_OWNERS, HIGH_UNIT, splitUnits, toMinorUnits } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MASTER } from "../../platform/master-data/master-data.kind.ts";
import { kindId } from "../../platform/master-data/master-id.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { CHURN_REASONS } from "./customer.masters.ts";

/**
 * Counters of churned customers by the day on which they churned: one for each owner, month and reason, and one for all owners together, with the number
 * of customers and their lifetime value by currency. A customer that is back is not counted. Pure.
 */

const PREFIX = "churned";

const counterScope = (owner: string, month: string, reason: string): string => [PREFIX, owner, month, reason].join("@");

/** Returns the range of the counters of an owner, or of all owners together, in some months. */
export const churnedScopes = (owner: string, from: string, to: string): [from: string, to: string] => [
  counterScope(owner, from, ""),
  counterScope(owner, to, "~"),
];
/** The same range for each owner separately: ids begin with letters, and `*` sorts before them. */
export const churnedScopesByOwner = (): [from: string, to: string] => [`${PREFIX}@A`, `${PREFIX}@~`];

interface ChurnedCustomer {
  owner_id: string | null;
  status: string;
  churned_at: string | null;
  /** The day in the tenant's time zone; for records without it, the day in UTC is counted. */
  churned_day: string | null;
  churn_reason_id: string | null;
  amounts: readonly { currency: string; lifetime_value: string }[];
}

const AMOUNT_PARTS = ["l", "h"] as const;

/** Returns what a churned customer adds to the counters of its day; nothing for other customers. */
export function buildChurnedSums({
  owner_id,
  status,
  churned_at,
  churned_day,
  churn_reason_id,
  amounts,
}: ChurnedCustomer): CounterSums {
  const day = churned_day ?? churned_at?.slice(0, 10);
  if (status !== "CHURNED" || day === undefined) return { scopes: [], counts: {} };
  const reason = churn_reason_id === null ? NONE : ownPart(churn_reason_id);
  const values = amounts.map(({ currency, lifetime_value }) =>
    splitUnits(`${day.slice(8)}.${currency}.`, AMOUNT_PARTS, toMinorUnits(lifetime_value, currency)),
  );
  return {
    scopes: [owner_id ?? NONE, ALL_OWNERS].map((owner) => counterScope(owner, day.slice(0, 7), reason)),
    counts: Object.assign({ [`${day.slice(8)}.n`]: 1 }, ...values),
  };
}

/** The customers that churned on a day for one reason. */
export interface ChurnedCell {
  owner: string;
  day: string;
  /** The id of the reason, or `none`. */
  reason: string;
  count: number;
  /** Lifetime value in minor units, by currency. */
  minor: ReadonlyMap<string, bigint>;
}

/** Returns the customers of each day of a counter. */
export function parseChurnedCells({ sk, ...counter }: Readonly<Record<string, unknown>>): ChurnedCell[] {
  const [, owner = "", month = "", own = ""] = String(sk).split("@");
  const reason = own === NONE ? NONE : buildOwnedId(kindId(CHURN_REASONS), MASTER, own);
  const cells = new Map<string, { count: number; minor: Map<string, bigint> }>();
  for (const [name, number] of Object.entries(counter)) {
    const [, day, currency, part] = /^(\d\d)\.(?:([A-Z]{3})\.)?([nlh])$/.exec(name) ?? [];
    if (!day) continue;
    const cell = cells.get(day) ?? { count: 0, minor: new Map<string, bigint>() };
    cells.set(day, cell);
    if (currency === undefined) cell.count = Number(number);
    else cell.minor.set(currency, (cell.minor.get(currency) ?? 0n) + BigInt(Number(number)) * (part === "h" ? HIGH_UNIT : 1n));
  }
  return [...cells].flatMap(([day, cell]) => (cell.count === 0 ? [] : [{ owner, day: `${month}-${day}`, reason, ...cell }]));
}
