import * as z from "zod";
import { invalid, invalidAll } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildFilterParameters, type FilterDefinition, FilterParameter, type Operator } from "../../storage/read/filter.ts";
import {
  conditionsSchema,
  type FilterExpression,
  type FilterParameters,
  type WhereClause,
  WhereClauses,
} from "../../storage/read/where-clause.ts";
import type { CustomFieldAdapter } from "../../storage/table/custom-field-values.ts";
import { loadCustomFieldFilter } from "./custom-field-filter.ts";
import { addressParts, parseFact } from "./fact.rules.ts";
import { dimensions } from "./quintile.rules.ts";

/** Filters of sets. They have the conditions of lists, on every field of a record and on facts (fact.rules.ts). */

/** Maximum number of different fields in one filter. */
const MAX_FIELDS = 30;

const numericOperators: readonly Operator[] = ["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "is_null"];
const textOperators: readonly Operator[] = ["eq", "ne", "in", "not_in", "prefix", "contains", "not_contains", "is_null"];

const numericFact = { type: "integer", operators: numericOperators, schema: z.number().int(), folded: undefined } as const;
/** Texts are compared without letter case. */
const textFact = { type: "text", operators: textOperators, schema: z.string(), folded: true } as const;

/** Builds the filter parameters of a fact. */
function buildFactParameters(name: string): Map<string, FilterParameter> {
  const options = parseFact(name)?.is === "address" ? textFact : numericFact;
  const field = { ...options, field: name, alias: undefined, acceptsMe: false };
  const entries = options.operators.map((operator) => {
    const key = `${name}[${operator}]`;
    return [key, new FilterParameter(key, operator, field)] as const;
  });
  return new Map(entries);
}

/**
 * Builds filter parameters for every stored field of a record, including fields that lists do not show. Computed fields are excluded, because they
 * change without a change of the record. `updated_at` is excluded, because it says nothing about the record.
 */
export const buildFieldParameters = memoizeByObject(
  (definition: FilterTarget["members"]["definition"]): ReadonlyMap<string, FilterParameter> => {
    const { schema, internal = [], secret = [], computed = {} } = definition;
    const hidden = new Set<string>([...internal, ...secret, ...Object.keys(computed)]);
    const filterDefinition = {
      ...definition,
      filterableFields: ["created_at", ...Object.keys(schema.shape).filter((field) => !hidden.has(field))],
    };
    return new Map([...buildFilterParameters(filterDefinition)].filter(([, { field }]) => field !== "updated_at"));
  },
);

export interface FilterTarget {
  members: {
    readonly name: string;
    readonly definition: FilterDefinition & { readonly customFields?: CustomFieldAdapter; readonly computed?: object };
  };
  /** Whether the records have quintile scores. */
  isScored: boolean;
}

const hasAddresses = ({ definition }: FilterTarget["members"]): boolean => "addresses" in definition.schema.shape;

async function buildParameters({ members, isScored }: FilterTarget): Promise<FilterParameters> {
  const customFieldParameters = (await loadCustomFieldFilter({ members })).parameters;
  const fields = new Map([...buildFieldParameters(members.definition), ...customFieldParameters]);
  const codes = new Set((await Master.loadCodes(INTERACTION_TYPES)).values());
  const isThere = (name: string): boolean => {
    const fact = parseFact(name);
    if (fact?.is === "score") return isScored;
    if (fact?.is === "address") return hasAddresses(members);
    if (fact?.is === "days_since") return ["date", "instant"].includes(fields.get(`${fact.field}[eq]`)?.type ?? "");
    return fact?.is === "happened" && (fact.type === undefined || codes.has(fact.type));
  };
  const examples = ["interactions.90d", "interactions.email.30d", "days_since.created_at"];
  const addresses = hasAddresses(members) ? addressParts.map((part) => `address.${part}`) : [];
  const scores = isScored ? dimensions.map((dimension) => `${dimension}_score`) : [];
  return {
    get(key) {
      const name = key.slice(0, key.indexOf("["));
      return isThere(name) ? buildFactParameters(name).get(key) : fields.get(key);
    },
    keys: () =>
      new Map([...fields, ...[...examples, ...addresses, ...scores].flatMap((name) => [...buildFactParameters(name)])]).keys(),
  };
}

/**
 * Resolves the master data in conditions to what records store. `field` is their path in the request. New conditions may only name values that are
 * in use.
 */
export const resolveConditionMasters = (where: WhereClause, field: string, { isNew = true } = {}): Promise<WhereClause> =>
  WhereClauses.resolveMasters(
    where,
    ({ kind, storageForm }, value, path) =>
      (storageForm === "id" ? Master.resolve : Master.resolveCode)(kind, String(value), path, isNew ? null : String(value)),
    field,
  );

/** Parses a filter and resolves the master data in it. A VALIDATION_ERROR lists the faults by path. */
export async function resolveCondition(target: FilterTarget, filter: unknown): Promise<FilterExpression> {
  const parameters = await buildParameters(target);
  const { data, error } = conditionsSchema(() => parameters).safeParse(filter);
  if (error) throw invalidAll(toErrorDetails(error, ["filter"]));
  const where = await resolveConditionMasters(data as WhereClause, "filter");
  const condition = WhereClauses.toExpression(where);
  const fields = listFields(condition);
  if (fields.length === 0) throw invalid("filter", 'Must have at least one condition, such as {"status": "ACTIVE"}');
  if (fields.length > MAX_FIELDS) throw invalid("filter", `Must have at most ${MAX_FIELDS} different fields`);
  return condition;
}

/** Returns the fields and facts that a filter uses. */
export const listFields = (condition: FilterExpression | null): string[] =>
  condition === null ? [] : [...new Set(WhereClauses.listFields(condition))];
