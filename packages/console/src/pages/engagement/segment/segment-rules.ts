import { readField } from "../../../input/filters/view-query.ts";
import { buildConditions } from "../../../records/report/conditions.ts";
import type { FilterCondition } from "../../../ui/kit/filter-operators.ts";
import { isComplete } from "../../../ui/kit/filter-operators.ts";

/** Conditions of a set: a record is in it if all conditions of one group hold. */
export type Groups = readonly (readonly FilterCondition[])[];

/** More alternatives than a form shows. */
const MAX_GROUPS = 10;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Joins two sets of alternatives that must both hold: each of one with each of the other. */
const joinGroups = (left: Groups, right: Groups): Groups => left.flatMap((group) => right.map((other) => [...group, ...other]));

/**
 * Reads a filter in the grammar of lists as alternatives. `{status: "ACTIVE", or: [{tier: "GOLD"}, {vip_status: true}]}` has two: active and gold, active
 * and VIP. Undefined for what the form cannot show: too many alternatives, or no filter.
 */
export function readGroups(filter: unknown): Groups | undefined {
  if (filter === null || filter === undefined) return [];
  const groups = readClause(filter);
  return groups === undefined || groups.length > MAX_GROUPS ? undefined : groups;
}

function readClause(clause: unknown): Groups | undefined {
  if (!isObject(clause)) return undefined;
  let groups: Groups = [[]];
  for (const [name, value] of Object.entries(clause)) {
    const part = readPart(name, value);
    if (part === undefined || part.length * groups.length > MAX_GROUPS * MAX_GROUPS) return undefined;
    groups = joinGroups(groups, part);
  }
  return groups;
}

function readPart(name: string, value: unknown): Groups | undefined {
  if (name !== "and" && name !== "or") return [readField(name, value)];
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(readClause);
  if (!parts.every((part) => part !== undefined)) return undefined;
  return name === "or" ? parts.flat() : parts.reduce<Groups>(joinGroups, [[]]);
}

/** Returns the filter that a set stores; undefined without a condition. Groups without conditions are left out. */
export function buildFilter(groups: Groups): Readonly<Record<string, unknown>> | undefined {
  const clauses = groups.map((group) => buildConditions(group.filter(isComplete))).filter((clause) => clause !== undefined);
  return clauses.length < 2 ? clauses[0] : { or: clauses };
}

const ADDRESS_PARTS = ["city", "postal_code", "state", "country"] as const;
type AddressPart = (typeof ADDRESS_PARTS)[number];

/** A fact about a record that is computed for sets, beside its fields. */
type Fact =
  | { readonly is: "address"; readonly part: AddressPart }
  | { readonly is: "score"; readonly of: "recency" | "frequency" | "monetary" }
  | { readonly is: "interactions"; readonly type: string | undefined; readonly days: number }
  | { readonly is: "days_since"; readonly field: string };

/** Reads the name of a fact, such as `interactions.email_opened.30d`; undefined for a field of the record. */
export function parseFact(name: string): Fact | undefined {
  const [, score] = /^(recency|frequency|monetary)_score$/.exec(name) ?? [];
  if (score) return { is: "score", of: score as "recency" };
  const part = ADDRESS_PARTS.find((candidate) => name === `address.${candidate}`);
  if (part) return { is: "address", part };
  const [, field] = /^days_since\.(\w+)$/.exec(name) ?? [];
  if (field) return { is: "days_since", field };
  const [match, type, days] = /^interactions(?:\.(\w+))?\.(\d{1,3})d$/.exec(name) ?? [];
  return match === undefined ? undefined : { is: "interactions", type, days: Number(days) };
}

/** Whether a list can count the records of a filter: lists have fields, and no facts. */
export const isCountable = (groups: Groups): boolean => groups.flat().every(({ field }) => parseFact(field) === undefined);

const OFFERED_DAYS = [30, 90, 365] as const;
const OFFERED_TYPE_DAYS = 90;

interface FactSource {
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  readonly interactionTypes: readonly string[];
  /** Whether the records have scores of what they bought. */
  readonly isScored: boolean;
  readonly groups: Groups;
}

/** The names of the facts that a form offers, and of those that the conditions have already. */
export function listFacts({ fields, interactionTypes, isScored, groups }: FactSource): string[] {
  const names = [
    ...OFFERED_DAYS.map((days) => `interactions.${days}d`),
    ...interactionTypes.map((type) => `interactions.${type}.${OFFERED_TYPE_DAYS}d`),
    ...fields
      .filter(({ type, name }) => (type === "date" || type === "instant") && !name.startsWith("custom_fields."))
      .map(({ name }) => `days_since.${name}`),
    ...(fields.some(({ name }) => name === "addresses") ? ADDRESS_PARTS.map((part) => `address.${part}`) : []),
    ...(isScored ? ["recency_score", "frequency_score", "monetary_score"] : []),
    ...groups.flat().flatMap(({ field }) => (parseFact(field) ? [field] : [])),
  ];
  return [...new Set(names)];
}
