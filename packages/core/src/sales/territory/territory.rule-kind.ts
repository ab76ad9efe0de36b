import * as z from "zod";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { master, name, oneLine, text } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { COUNTRIES, INDUSTRIES, STATES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { plainPostalCode } from "./territory.rules.ts";

const masterList = ({ name }: MasterKind) =>
  z
    .array(text(64).min(1))
    .max(300)
    .nullish()
    .describe(`Any of these ${name.replaceAll("_", " ")}, by code or id`);
const count = () => z.number().int().min(0).max(100_000_000).nullish();

const postalCode = oneLine(20).refine((code) => plainPostalCode(code) !== "", "Must contain letters or digits");
const postalCodeLength = (code: string): number => plainPostalCode(code).length;

const PostalCodes = z.union([
  postalCode,
  z
    .strictObject({ from: postalCode, to: postalCode })
    .refine(({ from, to }) => postalCodeLength(from) === postalCodeLength(to) && plainPostalCode(from) <= plainPostalCode(to), {
      path: ["to"],
      message: "Must be as long as from, and not before it",
    }),
]);

const Conditions = z
  .strictObject({
    countries: masterList(COUNTRIES),
    states: masterList(STATES),
    postal_codes: z.array(PostalCodes).max(300).nullish().describe("Prefixes or ranges of postal codes; requires countries"),
    industries: masterList(INDUSTRIES),
    sources: masterList(LEAD_SOURCES),
    min_employees: count(),
    max_employees: count(),
  })
  .refine(({ postal_codes, countries }) => !postal_codes?.length || countries?.length, {
    path: ["countries"],
    message: "Required with postal_codes, because each country has its own",
  })
  .refine(({ min_employees, max_employees }) => (min_employees ?? 0) <= (max_employees ?? Number.POSITIVE_INFINITY), {
    path: ["max_employees"],
    message: "Must not be less than min_employees",
  })
  .describe("All given conditions must hold; an omitted condition holds for every record");

const Definition = z.strictObject({
  rules: z
    .array(z.strictObject({ name: name(100), territory: master(TERRITORIES), when: Conditions }))
    .max(200)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "Each rule must have a different name")
    .describe("The first matching rule applies"),
  otherwise: master(TERRITORIES).nullable().describe("For records that match no rule; null: no territory"),
});

export type Definition = z.output<typeof Definition>;

const masters = [
  ["countries", COUNTRIES],
  ["states", STATES],
  ["industries", INDUSTRIES],
  ["sources", LEAD_SOURCES],
] as const;

/** Resolves master data to ids. */
async function resolveMasters({ rules, otherwise }: Definition): Promise<Definition> {
  return {
    rules: await Promise.all(
      rules.map(async (rule, index) => {
        const path = `definition.rules[${index}]`;
        const lists = masters.map(async ([field, kind]) => {
          const values = rule.when[field]?.map((value, n) => Master.resolve(kind, value, `${path}.when.${field}[${n}]`));
          return values ? [[field, await Promise.all(values)] as const] : [];
        });
        const when = { ...rule.when, ...Object.fromEntries((await Promise.all(lists)).flat()) };
        return { ...rule, territory: await Master.resolve(TERRITORIES, rule.territory, `${path}.territory`), when };
      }),
    ),
    otherwise: otherwise && (await Master.resolve(TERRITORIES, otherwise, "definition.otherwise")),
  };
}

export const TerritoryAssignment = ruleKind({
  name: "territory_assignment",
  label: "Territory assignment",
  description: "Assigns a lead or a customer to a territory by country, state, postal code, industry, source and company size",
  schema: Definition,
  defaults: [{ rules: [], otherwise: null }],
  resolve: resolveMasters,
});
