import { isNumericType, parseSortableNumber } from "../../kernel/sort-key.ts";
import { addDays, daysBetween, instantToDay } from "../../kernel/time-zone.ts";
import { type FilterExpression, WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { isCustomPath } from "../../storage/table/custom-field-values.ts";
import { computeScore, type Dimension, dimensions, type Figures, figureFields, type Quintiles } from "./quintile.rules.ts";

/**
 * Facts that filters of sets use besides record fields: counts of interactions in a period, days since a date, and scores. Membership and its
 * reasons follow from the record and these facts alone.
 */

/** The longest period, in days. */
const MAX_PERIOD_DAYS = 365;

export const addressParts = ["city", "postal_code", "state", "country"] as const;
type AddressPart = (typeof addressParts)[number];
type Addressed = BaseRecord & { addresses?: readonly Partial<Record<AddressPart, string | null>>[] | null };

type Fact =
  /** `recency_score`: from 1 to 5. */
  | { is: "score"; of: Dimension }
  /** `interactions.90d`, `interactions.email_opened.30d`: the number of interactions in the last days, including today. */
  | { is: "happened"; type: string | undefined; days: number }
  /** `address.city`: what the addresses of the record have there. */
  | { is: "address"; part: AddressPart }
  /** `days_since.last_contact_date`: whole days, negative if the date is in the future. */
  | { is: "days_since"; field: string };

/** Parses the name of a fact; undefined for a field of the record. */
export function parseFact(name: string): Fact | undefined {
  const scoreDimension = dimensions.find((dimension) => name === `${dimension}_score`);
  if (scoreDimension) return { is: "score", of: scoreDimension };
  const [, field] = /^days_since\.(\w+)$/.exec(name) ?? [];
  if (field) return { is: "days_since", field };
  const part = addressParts.find((candidate) => name === `address.${candidate}`);
  if (part) return { is: "address", part };
  const [match, type, days] = /^interactions(?:\.(\w+))?\.(\d{1,3})d$/.exec(name) ?? [];
  const isPeriod = match !== undefined && Number(days) >= 1 && Number(days) <= MAX_PERIOD_DAYS;
  return isPeriod ? { is: "happened", type, days: Number(days) } : undefined;
}

/** Returns the record fields that affect the value of a field or fact. */
export function listSourceFields(name: string): readonly string[] {
  const fact = parseFact(name);
  if (!fact) return [isCustomPath(name) ? "custom_fields" : name];
  if (fact.is === "score") return figureFields;
  if (fact.is === "address") return ["addresses"];
  return fact.is === "days_since" ? [fact.field] : ["personal_key_id", "person_sight"];
}

/** Returns whether a value can change without a write to the record: at the end of a day, or when other customers buy. */
export const isTimeDependent = (name: string): boolean => !["address", undefined].includes(parseFact(name)?.is);
export const isScore = (name: string): boolean => parseFact(name)?.is === "score";

/** The interactions of one day: in total, and by type code. */
export interface Day {
  day: string;
  all: number;
  types: Readonly<Record<string, number>>;
}

export interface FactContext {
  today: string;
  timezone: string;
  days: readonly Day[];
  quintiles: Quintiles | null;
}

/** Returns the start of the longest period that the names use, and their types; undefined if they use none. */
export function computePeriod(names: readonly string[], today: string): { from: string; types: string[] } | undefined {
  const happenedFacts = names.map(parseFact).filter((fact) => fact?.is === "happened");
  if (happenedFacts.length === 0) return undefined;
  const longest = Math.max(...happenedFacts.map(({ days }) => days));
  return { from: computeFirstDay(today, longest), types: [...new Set(happenedFacts.flatMap(({ type }) => type ?? []))] };
}

const computeFirstDay = (today: string, days: number): string => addDays(today, 1 - days);

type FactValue = number | readonly string[] | null;

function evaluateFact(fact: Fact, record: BaseRecord, { today, timezone, days, quintiles }: FactContext): FactValue {
  if (fact.is === "score") return computeScore(fact.of, record as BaseRecord & Figures, quintiles);
  if (fact.is === "address") {
    const { addresses } = record as Addressed;
    return [...new Set((addresses ?? []).flatMap((address) => address[fact.part] ?? []))];
  }
  if (fact.is === "happened") {
    const from = computeFirstDay(today, fact.days);
    const countedDays = days.filter(({ day }) => day >= from);
    return countedDays.reduce((sum, { all, types }) => sum + (fact.type === undefined ? all : (types[fact.type] ?? 0)), 0);
  }
  const fieldValue = (record as unknown as Record<string, unknown>)[fact.field];
  if (typeof fieldValue !== "string") return null;
  return daysBetween(fieldValue.length === today.length ? fieldValue : instantToDay(timezone, fieldValue), today);
}

/** Adds the named facts to a record, so that conditions read both as fields. */
export function withFacts<R extends BaseRecord>(record: R, names: readonly string[], context: FactContext): R {
  const facts = names.flatMap((name) => {
    const fact = parseFact(name);
    return fact ? [[name, evaluateFact(fact, record, context)] as const] : [];
  });
  return { ...record, ...Object.fromEntries(facts) };
}

/** A condition that a record meets, with the record's value. */
interface MatchReason {
  field: string;
  operator: string;
  asked: string | string[];
  value: unknown;
}

/** Lists the conditions that a matching record meets. `record` includes its facts. */
export function listReasons(record: BaseRecord, condition: FilterExpression): MatchReason[] {
  if ("and" in condition) return condition.and.flatMap((operand) => listReasons(record, operand));
  if ("or" in condition)
    return condition.or
      .filter((operand) => WhereClauses.matchesExpression(record, operand))
      .flatMap((operand) => listReasons(record, operand));
  const { field, operator, type, value } = condition;
  const toDisplayText = (place: string): string =>
    isNumericType(type) && operator !== "is_null" ? parseSortableNumber(place) : place;
  const expectedValue = typeof value === "string" ? toDisplayText(value) : value.map(toDisplayText);
  return [{ field, operator, asked: expectedValue, value: (record as unknown as Record<string, unknown>)[field] ?? null }];
}
