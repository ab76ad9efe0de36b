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

/** The text of a contract, made of clauses: which of them stand in it, how they are numbered, and what they say (docs/agreements/contract-templates.md). Pure. */

export const bounds = {
  clauses: 200,
  /** UTF-16 units of a clause with values in place, and of all. */
  text: 20_000,
  all: 1_000_000,
  heading: 300,
} as const;

/** A clause at its place in a template, in the language of the contract. */
export interface PlacedClause {
  key: string;
  level: number;
  page_break: boolean;
  /** Those of the place, and those of the clause. */
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
  /** As it stands before it: `1.`, `1.1`, `(a)`. */
  number: string;
  heading: string | null;
  text: string;
  level: number;
  clause_id: string | null;
  clause_version: number | null;
  page_break: boolean;
  is_mandatory: boolean;
}

/** A merge field without a value: a blank line stands in its place. */
export interface MissingValue {
  /** The clause in which it stands. */
  key: string;
  path: string;
}

export interface WordingResult {
  terms: Term[];
  missing: MissingValue[];
  wrong: ErrorDetail[];
}

/** Those that stand in the contract: a clause that is left out takes those below it with it. */
export function selectClauses(pieces: readonly PlacedClause[], facts: ContractFacts, customs: CustomTypes): PlacedClause[] {
  let out = Number.POSITIVE_INFINITY;
  return pieces.filter(({ level, when }) => {
    if (level > out) return false;
    const stands = areConditionsMet(when, facts, customs);
    out = stands ? Number.POSITIVE_INFINITY : level;
    return stands;
  });
}

/** The clauses with numbers, references and values in place. `wrong` says what stands in the way of it. */
export function composeTerms(
  pieces: readonly PlacedClause[],
  facts: ContractFacts,
  customs: CustomTypes,
  tongue: MergeLocale,
): WordingResult {
  const stood = selectClauses(pieces, facts, customs);
  const numbers = numberClauses(
    stood.map(({ level }) => level),
    tongue.speech.language,
  );
  const references = new Map(stood.map(({ key }, at) => [key, numbers[at]?.reference ?? ""]));
  const missing: MissingValue[] = [];
  const wrong: ErrorDetail[] = [];
  if (stood.length > bounds.clauses) wrong.push({ field: "clauses", message: `At most ${bounds.clauses} clauses` });
  const fill = (key: string, text: string, most: number): string => {
    const { parts, faults } = parse(text, customs);
    for (const message of faults) wrong.push({ field: key, message });
    const said = parts.map((part) => {
      if (typeof part === "string") return part;
      if ("ref" in part) {
        const reference = references.get(part.ref);
        if (reference === undefined)
          wrong.push({ field: key, message: `It refers to the clause "${part.ref}", which is not in this contract` });
        return reference ?? "";
      }
      const value = formatValueAt(facts, part, customs, tongue);
      if (value === undefined && !missing.some((each) => each.key === key && each.path === part.path))
        missing.push({ key, path: part.path });
      return value ?? BLANK;
    });
    const whole = said.join("");
    if (whole.length > most) wrong.push({ field: key, message: `More than ${most} characters with values in place` });
    return whole;
  };
  const terms = stood.map(({ key, level, page_break, is_mandatory, clause_id, clause_version, heading, body }, at): Term => {
    const said = heading === null ? null : fill(key, heading, bounds.heading);
    const text = fill(key, body, bounds.text);
    const number = numbers[at]?.number ?? "";
    return { key, number, heading: said, text, level, clause_id, clause_version, page_break, is_mandatory };
  });
  const length = terms.reduce((sum, { heading, text }) => sum + (heading?.length ?? 0) + text.length, 0);
  if (length > bounds.all) wrong.push({ field: "clauses", message: `More than ${bounds.all} characters with values in place` });
  return { terms, missing, wrong };
}

/** What a text was made with, by the paths of merge fields. */
export type MergeValues = Readonly<Record<string, string | number | boolean | null>>;

/** All that a text depends on: what its clauses say, and what is asked for each of them to stand in it. */
export function collectValues(pieces: readonly PlacedClause[], facts: ContractFacts, customs: CustomTypes): MergeValues {
  const fields = selectClauses(pieces, facts, customs).flatMap(({ heading, body }) =>
    [heading ?? "", body].flatMap((text) => parse(text, customs).parts.flatMap((part) => (isField(part) ? part.path : []))),
  );
  const asked = pieces.flatMap(({ when }) => when.map(({ field }) => field));
  const paths = [...fields, ...asked].flatMap((path) => [
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

/** The same fields as they are now. One that there is no more says what it said. */
export const refreshValues = (said: MergeValues, facts: ContractFacts, customs: CustomTypes): MergeValues =>
  Object.fromEntries(
    Object.entries(said).map(([path, was]) => [path, findType(path, customs) === undefined ? was : readPlainValue(facts, path)]),
  );

/** Groups of which a caller may see nothing, though the contract names a record. */
const restrictedGroups = ["contact", "opportunity", "quote"] as const;

/** Facts as they are for whoever does not see all: what is not shown to them is as it was said. */
export function fillHiddenFacts(
  facts: ContractFacts,
  said: MergeValues,
  isNamed: (group: (typeof restrictedGroups)[number]) => boolean,
): ContractFacts {
  const all: Record<string, Readonly<Record<string, unknown>> | undefined> = { ...facts };
  for (const group of restrictedGroups)
    if (isNamed(group) && Object.values(all[group] ?? {}).every((value) => value == null || value === ""))
      all[group] = pickGroup(said, group);
  const number = said["customer.number"];
  if (number != null && facts.customer?.number == null) all.customer = { ...facts.customer, number };
  return all as ContractFacts;
}

const pickGroup = (said: MergeValues, group: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(said).flatMap(([path, value]) =>
      path.startsWith(`${group}.`) ? [[path.slice(group.length + 1), value]] : [],
    ),
  );

/** A clause by what it refers to; `at` says where it stands in the input. */
export interface ReferringClause {
  key: string;
  texts: readonly string[];
  at: string;
}

/** References to clauses that are not there, and those that lead back to where they began. */
export function findReferenceFaults(all: readonly ReferringClause[]): ErrorDetail[] {
  const refs = new Map(all.map(({ key, texts }) => [key, [...new Set(texts.flatMap(listRefs))]]));
  const missing = all.flatMap(({ key, at }) =>
    (refs.get(key) ?? [])
      .filter((ref) => !refs.has(ref))
      .map((ref) => ({ field: at, message: `It refers to the clause "${ref}", which the template does not have` })),
  );
  const circles = all.flatMap(({ key, at }) => {
    const circle = findCycle(key, refs);
    return circle ? [{ field: at, message: `A reference in a circle: ${[...circle, key].join(" → ")}` }] : [];
  });
  return [...missing, ...circles];
}

/** The shortest way on which references lead from a clause back to itself. */
function findCycle(key: string, refs: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  let ways = [[key]];
  while (ways.length > 0) {
    const further: string[][] = [];
    for (const way of ways)
      for (const next of refs.get(way.at(-1) ?? "") ?? []) {
        if (next === key) return way;
        if (seen.has(next)) continue;
        seen.add(next);
        further.push([...way, next]);
      }
    ways = further;
  }
  return undefined;
}

/** What is wrong with the levels of clauses: the first is of level 1, and none is two below the one above it but (a) below 1. */
export const findLevelFaults = (levels: readonly number[], fieldOf: (place: number) => string): ErrorDetail[] =>
  levels[0] !== undefined && levels[0] !== 1 ? [{ field: fieldOf(0), message: "The first clause is of level 1" }] : [];
