import { Money } from "../../kernel/money.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { type ContractStatus, contractStatuses } from "./status.rules.ts";

/**
 * Pure rules: counters of contracts by status and currency, kept by the projector. There is one counter per owner and one for all. Values are in
 * minor units, split into a high and a low part of nine digits, so that sums of millions of the largest values stay exact.
 */

interface ValuedContract {
  owner_id: string | null;
  status: ContractStatus;
  contract_value: string;
  currency: string;
}

const HIGH_UNIT = 1_000_000_000n;
const ALL_SCOPE = "worth*";

export function computeValueCounters({ owner_id, status, contract_value, currency }: ValuedContract): CounterSums {
  const minor = Money.toMinor(contract_value);
  const parts = { n: 1, h: Number(minor / HIGH_UNIT), l: Number(minor % HIGH_UNIT) };
  const counts = Object.entries(parts).filter(([, count]) => count !== 0);
  return {
    scopes: [ALL_SCOPE, `worth@${owner_id ?? NONE}`],
    counts: Object.fromEntries(counts.map(([part, count]) => [`${status}.${currency}.${part}`, count])),
  };
}

/** Keys of the counters. */
export const valueCounterKeys = {
  ofOwner: (owner: string): readonly [string, string] => [`worth@${owner}`, `worth@${owner}`],
  ofAll: [ALL_SCOPE, ALL_SCOPE] as const,
  ofEach: ["worth@", "worth@~"] as const,
};

interface ContractValue {
  status: ContractStatus;
  currency: string;
  count: number;
  value: string;
}

/** Adds up counters and returns one row per status and currency, in that order. Rows with a count of 0 are omitted. */
export function readContractValues(counters: readonly Readonly<Record<string, unknown>>[]): ContractValue[] {
  const sumByGroup = new Map<string, { count: number; minor: bigint }>();
  for (const counter of counters)
    for (const [key, number] of Object.entries(counter)) {
      const [, group, part] = /^([A-Z_]+\.[A-Z]{3})\.([nhl])$/.exec(key) ?? [];
      if (group === undefined) continue;
      const sum = sumByGroup.get(group) ?? { count: 0, minor: 0n };
      if (part === "n") sum.count += Number(number);
      else sum.minor += BigInt(Number(number)) * (part === "h" ? HIGH_UNIT : 1n);
      sumByGroup.set(group, sum);
    }
  const rows = [...sumByGroup].flatMap(([group, { count, minor }]) => {
    const [status, currency = ""] = group.split(".");
    return count === 0
      ? []
      : [{ status: status as ContractStatus, currency, count, value: Money.fromMinor(minor, Money.currencyDecimals(currency)) }];
  });
  const place = ({ status, currency }: ContractValue) => `${contractStatuses.indexOf(status)} ${currency}`;
  return rows.sort((row, right) => (place(row) < place(right) ? -1 : 1));
}
