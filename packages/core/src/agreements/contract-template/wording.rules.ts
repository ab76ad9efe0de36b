import type { ErrorDetail } from "../../kernel/error.ts";
import { areConditionsMet, type Condition } from "./condition.rules.ts";
import {
  BLANK,
  type ContractFacts,
  type CustomTypes,
  type FieldPart,
  findCurrencyPath,
  findType,
  formatValueAt,
  listRefs,
  type MergeLocale,
  type Part,
  parse,
  readValue,
} from "./merge-fields.rules.ts";
import { numberClauses } from "./numbering.rules.ts";

/** Pure rules: composes the text of a contract from clauses: selection, numbers and values (docs/agreements/contract-templates.md). */

export const bounds = {
  clauses: 200,
  /** Maximum UTF-16 units with values inserted: `text` for a clause, `all` for the whole text. */
  text: 20_000,
  all: 1_000_000,
  heading: 300,
} as const;

/** A clause at its place in a template, in the language of the contract. */
export interface PlacedClause {
  key: string;
  level: number;
  page_break: boolean;
  /** Conditions of the place and of the clause. */
  when: readonly Condition[];
  is_mandatory: boolean;
  clause_id: string | null;
  clause_version: number | null;
  heading: string | null;
  body: string;
}

/** A clause of a contract as it was generated. */
export interface Term {
  key: string;
  /** Printed before the clause: `1.`, `1.1`, `(a)`. */
  number: string;
  heading: string | null;
  text: string;
  level: number;
  clause_id: string | null;
  clause_version: number | null;
  page_break: boolean;
  is_mandatory: boolean;
}

/** A merge field without a value; the text has a blank line there. */
export interface MissingValue {
  /** Key of the clause. */
  key: string;
  path: string;
}

interface WordingResult {
  terms: Term[];
  missing: MissingValue[];
  details: ErrorDetail[];
}

/** Returns the clauses whose conditions hold. If a clause is left out, the clauses below it are left out too. */
function selectClauses(pieces: readonly PlacedClause[], facts: ContractFacts, customs: CustomTypes): PlacedClause[] {
  let out = Number.POSITIVE_INFINITY;
  return pieces.filter(({ level, when }) => {
    if (level > out) return false;
    const isSelected = areConditionsMet(when, facts, customs);
    out = isSelected ? Number.POSITIVE_INFINITY : level;
    return isSelected;
  });
}

/** Composes the terms with numbers, references and values. `wrong` lists the faults that make the text unusable. */
export function composeTerms(
  pieces: readonly PlacedClause[],
  facts: ContractFacts,
  customs: CustomTypes,
  tongue: MergeLocale,
): WordingResult {
  const selectedClauses = selectClauses(pieces, facts, customs);
  const numbers = numberClauses(
    selectedClauses.map(({ level }) => level),
    tongue.speech.language,
  );
  const references = new Map(selectedClauses.map(({ key }, index) => [key, numbers[index]?.reference ?? ""]));
  const missing: MissingValue[] = [];
  const details: ErrorDetail[] = [];
  if (selectedClauses.length > bounds.clauses)
    details.push({ field: "clauses", message: `A contract can have at most ${bounds.clauses} clauses` });
  const fill = (key: string, text: string, maxLength: number): string => {
    const { parts, faults } = parse(text, customs);
    for (const message of faults) details.push({ field: key, message });
    const segments = parts.map((part) => {
      if (typeof part === "string") return part;
      if ("ref" in part) {
        const reference = references.get(part.ref);
        if (reference === undefined)
          details.push({ field: key, message: `Refers to the clause "${part.ref}", which is not in this contract` });
        return reference ?? "";
      }
      const value = formatValueAt(facts, part, customs, tongue);
      if (value === undefined && !missing.some((missingValue) => missingValue.key === key && missingValue.path === part.path))
        missing.push({ key, path: part.path });
      return value ?? BLANK;
    });
    const filledText = segments.join("");
    if (filledText.length > maxLength)
      details.push({ field: key, message: `Must have at most ${maxLength} characters, including merge field values` });
    return filledText;
  };
  const terms = selectedClauses.map(
    ({ key, level, page_break, is_mandatory, clause_id, clause_version, heading, body }, index): Term => {
      const filledHeading = heading === null ? null : fill(key, heading, bounds.heading);
      const text = fill(key, body, bounds.text);
      const number = numbers[index]?.number ?? "";
      return { key, number, heading: filledHeading, text, level, clause_id, clause_version, page_break, is_mandatory };
    },
  );
  const length = terms.reduce((sum, { heading, text }) => sum + (heading?.length ?? 0) + text.length, 0);
  if (length > bounds.all)
    details.push({
      field: "clauses",
      message: `All clauses together can have at most ${bounds.all} characters, including merge field values`,
    });
  return { terms, missing, details };
}

/** The values that a text was made with, by merge field path. */
export type MergeValues = Readonly<Record<string, string | number | boolean | null>>;

/** Returns all values that a text depends on: those in its clauses, and those that the conditions check. */
export function collectValues(pieces: readonly PlacedClause[], facts: ContractFacts, customs: CustomTypes): MergeValues {
  const fields = selectClauses(pieces, facts, customs).flatMap(({ heading, body }) =>
    [heading ?? "", body].flatMap((text) => parse(text, customs).parts.flatMap((part) => (isField(part) ? part.path : []))),
  );
  const conditionFields = pieces.flatMap(({ when }) => when.map(({ field }) => field));
  const paths = [...fields, ...conditionFields].flatMap((path) => [
    path,
    ...(findType(path, customs) === "money" ? findCurrencyPath(facts, path) : []),
  ]);
  return Object.fromEntries([...new Set(paths)].sort().map((path) => [path, readPlainValue(facts, path)]));
}

const isField = (part: Part): part is FieldPart => typeof part !== "string" && "path" in part;

function readPlainValue(facts: ContractFacts, path: string): MergeValues[string] {
  const value = readValue(facts, path);
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

/** Returns the present values of the same fields. A field that no longer exists keeps its old value. */
export const refreshValues = (storedValues: MergeValues, facts: ContractFacts, customs: CustomTypes): MergeValues =>
  Object.fromEntries(
    Object.entries(storedValues).map(([path, oldValue]) => [
      path,
      findType(path, customs) === undefined ? oldValue : readPlainValue(facts, path),
    ]),
  );

/** Groups whose record the caller may not see even though the contract names it. */
const restrictedGroups = ["contact", "opportunity", "quote"] as const;

/** Fills values that the caller does not see with those in the text, so that they do not count as changed. */
export function fillHiddenFacts(
  facts: ContractFacts,
  storedValues: MergeValues,
  isNamed: (group: (typeof restrictedGroups)[number]) => boolean,
): ContractFacts {
  const all: Record<string, Readonly<Record<string, unknown>> | undefined> = { ...facts };
  for (const group of restrictedGroups)
    if (isNamed(group) && Object.values(all[group] ?? {}).every((value) => value == null || value === ""))
      all[group] = pickGroup(storedValues, group);
  const number = storedValues["customer.number"];
  if (number != null && facts.customer?.number == null) all.customer = { ...facts.customer, number };
  return all as ContractFacts;
}

const pickGroup = (values: MergeValues, group: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([path, value]) =>
      path.startsWith(`${group}.`) ? [[path.slice(group.length + 1), value]] : [],
    ),
  );

/** A clause with the texts that can refer to others. `at` is its path in the input. */
interface ReferringClause {
  key: string;
  texts: readonly string[];
  path: string;
}

/** Returns the faults of references: missing clauses and cycles. */
export function findReferenceFaults(all: readonly ReferringClause[]): ErrorDetail[] {
  const refs = new Map(all.map(({ key, texts }) => [key, [...new Set(texts.flatMap(listRefs))]]));
  const missing = all.flatMap(({ key, path }) =>
    (refs.get(key) ?? [])
      .filter((ref) => !refs.has(ref))
      .map((ref) => ({ field: path, message: `Refers to the clause "${ref}", which the template does not have` })),
  );
  const circles = all.flatMap(({ key, path }) => {
    const circle = findCycle(key, refs);
    return circle ? [{ field: path, message: `Circular reference: ${[...circle, key].join(" → ")}` }] : [];
  });
  return [...missing, ...circles];
}

/** Returns the shortest cycle of references through a clause. */
function findCycle(key: string, refs: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  let paths = [[key]];
  while (paths.length > 0) {
    const extendedPaths: string[][] = [];
    for (const path of paths)
      for (const next of refs.get(path.at(-1) ?? "") ?? []) {
        if (next === key) return path;
        if (seen.has(next)) continue;
        seen.add(next);
        extendedPaths.push([...path, next]);
      }
    paths = extendedPaths;
  }
  return undefined;
}

/** Returns the faults of clause levels: the first clause must have level 1. */
export const findLevelFaults = (levels: readonly number[], buildFieldName: (place: number) => string): ErrorDetail[] =>
  levels[0] !== undefined && levels[0] !== 1 ? [{ field: buildFieldName(0), message: "The first clause must have level 1" }] : [];
