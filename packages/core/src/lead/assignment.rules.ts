/** Pure rules of who is given which lead: over plain data, so that a past decision can be made again. */

export const methods = ["USER", "ROUND_ROBIN", "LEAST_LOADED"] as const;
export type Method = (typeof methods)[number];

/** What of a lead the rules go by; references by id. */
export interface Facts {
  territory_id: string | null;
  lead_source_id: string | null;
  country_id: string | null;
  product_line: string | null;
  lead_score: number;
}

type Wanted = readonly string[] | null | undefined;

/** All of it must hold; what is left out holds for every lead. */
export interface When {
  territories?: Wanted;
  sources?: Wanted;
  countries?: Wanted;
  product_lines?: Wanted;
  min_score?: number | null | undefined;
  max_score?: number | null | undefined;
}

export interface To {
  method: Method;
  user_ids?: readonly string[] | null | undefined;
  team_id?: string | null | undefined;
}

/** One of the rules of a version; `otherwise` is the last, and has no name. */
export interface Entry {
  name: string | null;
  when: When;
  to: To;
}

export interface Definition {
  rules: readonly Entry[];
  otherwise: To | null;
}

export const entriesOf = ({ rules, otherwise }: Definition): readonly Entry[] =>
  otherwise ? [...rules, { name: null, when: {}, to: otherwise }] : rules;

const isAmong = (wanted: Wanted, value: string | null): boolean =>
  !wanted || wanted.length === 0 || (value !== null && wanted.includes(value));

export const fits = (lead: Facts, { territories, sources, countries, product_lines, min_score, max_score }: When): boolean =>
  isAmong(territories, lead.territory_id) &&
  isAmong(sources, lead.lead_source_id) &&
  isAmong(countries, lead.country_id) &&
  isAmong(product_lines, lead.product_line) &&
  lead.lead_score >= (min_score ?? 0) &&
  lead.lead_score <= (max_score ?? 100);

/** The first that fits. */
export const entryFor = (lead: Facts, entries: readonly Entry[]): Entry | undefined =>
  entries.find(({ when }) => fits(lead, when));

export interface Candidate {
  id: string;
  /** Open leads that they have. */
  load: number;
  /** The most that they may have; null: no bound. */
  capacity: number | null;
  /** Whether they work at this moment. */
  is_available: boolean;
}

export const isFree = ({ load, capacity, is_available }: Candidate): boolean =>
  is_available && (capacity === null || load < capacity);

/**
 * Who is given the next lead; undefined where nobody is free. Round robin deals to those who are free, in their order, by a
 * turn that counts on; of those with the fewest leads the one named first gets it.
 */
export function chosen(method: Method, candidates: readonly Candidate[], turn: number): Candidate | undefined {
  const free = candidates.filter(isFree);
  if (method === "LEAST_LOADED") return free.toSorted((a, b) => a.load - b.load)[0];
  return method === "ROUND_ROBIN" ? free[turn % free.length] : free[0];
}
