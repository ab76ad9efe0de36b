import { Money } from "../../kernel/money.ts";

/** Pure rules of assignment. They work on plain data, so that a past decision can be repeated. */

export const methods = ["USER", "ROUND_ROBIN", "LEAST_LOADED"] as const;
export type Method = (typeof methods)[number];

/** Fields of a record that conditions test; references are ids. Rules of a kind do not test fields that the kind lacks. */
export interface Facts {
  /** The person of the record, who must be assignable. */
  personal_key_id?: string | null;
  territory_id: string | null;
  lead_source_id: string | null;
  country_id: string | null;
  product_line?: string | null;
  lead_score?: number;
  type?: string | null;
  /** In the tenant's currency; null if it is unknown or in another currency. */
  amount?: string | null;
}

type AllowedValues = readonly string[] | null | undefined;

/** All conditions must hold; a missing one always holds. */
export interface Conditions {
  territories?: AllowedValues;
  sources?: AllowedValues;
  countries?: AllowedValues;
  product_lines?: AllowedValues;
  types?: AllowedValues;
  min_score?: number | null | undefined;
  max_score?: number | null | undefined;
  min_amount?: string | null | undefined;
}

export interface Destination {
  method: Method;
  user_ids?: readonly string[] | null | undefined;
  team_id?: string | null | undefined;
}

/** One rule of a version. `otherwise` is the last entry and has no name. */
export interface Entry {
  name: string | null;
  when: Conditions;
  to: Destination;
}

interface Definition {
  rules: readonly Entry[];
  otherwise: Destination | null;
}

export const listEntries = ({ rules, otherwise }: Definition): readonly Entry[] =>
  otherwise ? [...rules, { name: null, when: {}, to: otherwise }] : rules;

const isAmong = (allowedValues: AllowedValues, value: string | null): boolean =>
  !allowedValues || allowedValues.length === 0 || (value !== null && allowedValues.includes(value));

const isAtLeast = (minimum: string | null | undefined, amount: string | null): boolean =>
  (minimum ?? null) === null || (amount !== null && Money.compare(amount, minimum as string) >= 0);

const fits = (record: Facts, { territories, sources, countries, product_lines, types, ...bounds }: Conditions): boolean =>
  isAmong(territories, record.territory_id) &&
  isAmong(sources, record.lead_source_id) &&
  isAmong(countries, record.country_id) &&
  isAmong(product_lines, record.product_line ?? null) &&
  isAmong(types, record.type ?? null) &&
  (record.lead_score ?? 0) >= (bounds.min_score ?? 0) &&
  (record.lead_score ?? 0) <= (bounds.max_score ?? 100) &&
  isAtLeast(bounds.min_amount, record.amount ?? null);

/** Returns the first entry that fits. */
export const findEntry = (record: Facts, entries: readonly Entry[]): Entry | undefined =>
  entries.find(({ when }) => fits(record, when));

export interface Candidate {
  id: string;
  /** Open records of the user. */
  load: number;
  /** The most open records that the user may have; null: unlimited. */
  capacity: number | null;
  /** Whether the user works at this moment. */
  is_available: boolean;
}

export const isFree = ({ load, capacity, is_available }: Candidate): boolean =>
  is_available && (capacity === null || load < capacity);

/**
 * Returns the user who gets the next record; undefined if no user is free. Round robin takes the free users in their order, at the position
 * `turn`. With equal loads, least-loaded takes the user who is named first.
 */
export function chooseCandidate(method: Method, candidates: readonly Candidate[], turn: number): Candidate | undefined {
  const free = candidates.filter(isFree);
  if (method === "LEAST_LOADED") return free.toSorted((a, b) => a.load - b.load)[0];
  return method === "ROUND_ROBIN" ? free[turn % free.length] : free[0];
}

/** Distributes `ids` to the owners in their order, starting at the position `start`. */
export const distributeRoundRobin = (ids: readonly string[], owners: readonly string[], start: number): Map<string, string> =>
  new Map(ids.map((id, index) => [id, owners[(start + index) % owners.length] as string]));

/** Gives each of `ids` to the owner with the lowest load so far. With equal loads, the owner who is named first gets it. */
export function distributeLeastLoaded(ids: readonly string[], loads: ReadonlyMap<string, number>): Map<string, string> {
  const now = new Map(loads);
  return new Map(
    ids.map((id) => {
      const [owner, load] = [...now].reduce((minimum, entry) => (entry[1] < minimum[1] ? entry : minimum));
      now.set(owner, load + 1);
      return [id, owner];
    }),
  );
}
