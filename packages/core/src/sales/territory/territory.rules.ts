/** Pure rules of territory assignment. They work on plain data, so that a past decision can be repeated. */

/** Fields of a record that conditions test; master data by id. */
export interface Facts {
  country_id: string | null;
  state_id: string | null;
  postal_code: string | null;
  industry_id: string | null;
  /** For a customer: the source whose code the customer names. */
  source_id: string | null;
  employee_count: number | null;
}

/** A prefix of postal codes, or a range between two codes of the same length. */
type PostalCodes = string | { from: string; to: string };

type AllowedValues = readonly string[] | null | undefined;

/** All conditions must hold; a missing one always holds. */
export interface Conditions {
  countries?: AllowedValues;
  states?: AllowedValues;
  postal_codes?: readonly PostalCodes[] | null | undefined;
  industries?: AllowedValues;
  sources?: AllowedValues;
  min_employees?: number | null | undefined;
  max_employees?: number | null | undefined;
}

interface Entry {
  name: string | null;
  territory: string;
  when: Conditions;
}

interface Definition {
  rules: readonly Entry[];
  otherwise: string | null;
}

/** Normalises a postal code to letters and digits: `sw1a 1aa` becomes `SW1A1AA`, `00-950` becomes `00950`. */
export const plainPostalCode = (code: string): string => code.toUpperCase().replace(/[^\p{L}\p{N}]+/gu, "");

const isAmong = (allowedValues: AllowedValues, value: string | null): boolean =>
  !allowedValues || allowedValues.length === 0 || (value !== null && allowedValues.includes(value));

/** Whether a code is in a range. Only as many characters as the bounds have are compared: 94000 to 94999 contains 94301-1234. */
function isInPostalRange(code: string, range: PostalCodes): boolean {
  if (typeof range === "string") return code.startsWith(plainPostalCode(range));
  const [from, to] = [plainPostalCode(range.from), plainPostalCode(range.to)];
  const begins = code.slice(0, from.length);
  return begins.length === from.length && begins >= from && begins <= to;
}

function matchesPostalCode(postalCodes: Conditions["postal_codes"], code: string | null): boolean {
  if (!postalCodes || postalCodes.length === 0) return true;
  const plain = code === null ? "" : plainPostalCode(code);
  return plain !== "" && postalCodes.some((range) => isInPostalRange(plain, range));
}

function matchesEmployeeCount({ min_employees, max_employees }: Conditions, count: number | null): boolean {
  if ((min_employees ?? null) === null && (max_employees ?? null) === null) return true;
  return count !== null && count >= (min_employees ?? 0) && count <= (max_employees ?? Number.POSITIVE_INFINITY);
}

export const fits = (record: Facts, when: Conditions): boolean =>
  isAmong(when.countries, record.country_id) &&
  isAmong(when.states, record.state_id) &&
  matchesPostalCode(when.postal_codes, record.postal_code) &&
  isAmong(when.industries, record.industry_id) &&
  isAmong(when.sources, record.source_id) &&
  matchesEmployeeCount(when, record.employee_count);

/** Finds the first matching rule whose territory is active, or else `otherwise`; undefined if there is neither. */
export function findEntry(
  record: Facts,
  { rules, otherwise }: Definition,
  isInUse: (territory: string) => boolean,
): Pick<Entry, "name" | "territory"> | undefined {
  const match = rules.find(({ territory, when }) => isInUse(territory) && fits(record, when));
  if (match) return { name: match.name, territory: match.territory };
  return otherwise !== null && isInUse(otherwise) ? { name: null, territory: otherwise } : undefined;
}
