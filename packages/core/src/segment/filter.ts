import * as z from "zod";
import { INTERACTION_TYPES } from "../interaction/interaction.masters.ts";
import { invalid, invalidAll } from "../kernel/error.ts";
import { detailsOf } from "../kernel/fn.ts";
import { onceFor } from "../kernel/once.ts";
import { Master } from "../masters/master.ts";
import { type Operator, Parameter, parametersOf } from "../storage/read/ask.ts";
import { type Condition, conditions, type Parameters, type Where, Wheres } from "../storage/read/where.ts";
import type { OwnFields } from "../storage/table/own-fields.ts";
import { factOf } from "./fact.rules.ts";
import { ownOf } from "./own.ts";
import { dimensions } from "./quintile.rules.ts";

/** Filters of sets: the conditions of a list, of every field that a record has, and of facts beside them (fact.rules.ts). */

/** Fields that one filter names. */
const MOST_FIELDS = 30;

const numeric: readonly Operator[] = ["eq", "ne", "in", "gt", "gte", "lt", "lte", "is_null"];

/** The ways to ask for a fact. */
function factParameters(name: string): Map<string, Parameter> {
  const asked = { field: name, type: "integer", operators: numeric, schema: z.number().int(), alias: undefined } as const;
  const parameter = (operator: Operator) =>
    new Parameter(`${name}[${operator}]`, operator, { ...asked, mayBeMe: false, folded: undefined });
  return new Map(numeric.map((operator) => [`${name}[${operator}]`, parameter(operator)]));
}

/**
 * Every stored field of a record, whatever its lists show: what is worked out of others is no news of its own, and when it was changed
 * last says nothing of it.
 */
const fieldParameters = onceFor((definition: Filtered["members"]["definition"]): ReadonlyMap<string, Parameter> => {
  const { schema, internal = [], secret = [], computed = {} } = definition;
  const hidden = new Set<string>([...internal, ...secret, ...Object.keys(computed)]);
  const whole = { ...definition, asks: ["created_at", ...Object.keys(schema.shape).filter((field) => !hidden.has(field))] };
  return new Map([...parametersOf(whole as never)].filter(([, { field }]) => field !== "updated_at"));
});

export interface Filtered {
  members: {
    readonly name: string;
    readonly definition: {
      readonly own?: OwnFields;
      readonly schema: z.ZodObject;
      readonly internal?: readonly string[];
      readonly secret?: readonly string[];
      readonly computed?: object;
    };
  };
  /** Whether its records have scores by quintiles. */
  isScored: boolean;
}

async function parametersOfFilter({ members, isScored }: Filtered): Promise<Parameters> {
  const own = (await ownOf({ members })).parameters;
  const fields = new Map([...fieldParameters(members.definition), ...own]);
  const codes = new Set((await Master.codesOf(INTERACTION_TYPES)).values());
  const isThere = (name: string): boolean => {
    const fact = factOf(name);
    if (fact?.is === "score") return isScored;
    if (fact?.is === "days_since") return ["date", "instant"].includes(fields.get(`${fact.field}[eq]`)?.type ?? "");
    return fact?.is === "happened" && (fact.type === undefined || codes.has(fact.type));
  };
  const examples = ["interactions.90d", "interactions.email.30d", "days_since.created_at"];
  const scores = isScored ? dimensions.map((dimension) => `${dimension}_score`) : [];
  return {
    get(way) {
      const name = way.slice(0, way.indexOf("["));
      return isThere(name) ? factParameters(name).get(way) : fields.get(way);
    },
    keys: () => new Map([...fields, ...[...examples, ...scores].flatMap((name) => [...factParameters(name)])]).keys(),
  };
}

/** What a filter asks, with all that it names as records hold it; a VALIDATION_ERROR names what is wrong by its place. */
export async function conditionOf(of: Filtered, filter: unknown): Promise<Condition> {
  const parameters = await parametersOfFilter(of);
  const { data, error } = conditions(() => parameters).safeParse(filter);
  if (error) throw invalidAll(detailsOf(error, ["filter"]));
  const where = await Wheres.resolved(
    data as Where,
    ({ kind, held: by }, given, path) => (by === "id" ? Master.resolve : Master.codeOf)(kind, String(given), path, null),
    "filter",
  );
  const condition = Wheres.conditionIn(where);
  const fields = fieldsOf(condition);
  if (fields.length === 0) throw invalid("filter", 'At least one condition, such as {"status": "ACTIVE"}');
  if (fields.length > MOST_FIELDS) throw invalid("filter", `At most ${MOST_FIELDS} different fields`);
  return condition;
}

/** The fields and facts that a filter asks. */
export const fieldsOf = (condition: Condition | null): string[] =>
  condition === null ? [] : [...new Set(Wheres.fieldsIn(condition))];
