import type { JsonSchema } from "@crm/console/api/step-schema.ts";
import {
  type DecisionCondition,
  describeChecks,
  explainEntry,
  findEntryAt,
} from "@crm/console/pages/platform/rule/decision-text.ts";
import {
  type ConditionField,
  listConditionFields,
  readConditions,
  writeConditions,
} from "@crm/console/pages/platform/rule/rule-conditions.ts";
import { hasAllInputs, listMasters, toFields } from "@crm/console/pages/platform/rule/rule-fields.ts";
import { createRuleText, type RuleText } from "@crm/console/pages/platform/rule/rule-names.ts";
import { describeEntry, type SentenceSources } from "@crm/console/pages/platform/rule/rule-sentence.ts";
import { findContent, findDropPlace, moveEntry, pickErrors, readShape } from "@crm/console/pages/platform/rule/rule-shape.ts";
import { traceEntries, withCustomer } from "@crm/console/pages/platform/rule/rule-trace.ts";
import { domains } from "@crm/core/domains.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message
    .replaceAll(/\{(\w+), plural, one \{([^}]*)\} other \{([^}]*)\}\}/g, (_, name: string, one: string, other: string) =>
      (values[name] === 1 ? one : other).replace("#", String(values[name])),
    )
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

const text = { type: "string" } as const;
const list = { anyOf: [{ type: "array", items: text }, { type: "null" }] } as const;
const score = { anyOf: [{ type: "integer", minimum: 0, maximum: 100 }, { type: "null" }] } as const;
const assignment: JsonSchema = {
  type: "object",
  properties: {
    rules: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: { type: "string", maxLength: 100 },
          when: { type: "object", properties: { countries: list, states: list, min_score: score, max_score: score } },
          to: { type: "object", properties: { method: { type: "string", enum: ["USER", "ROUND_ROBIN"] } } },
        },
        required: ["name", "when", "to"],
      },
    },
    otherwise: { anyOf: [{ type: "object", properties: { method: text } }, { type: "null" }] },
  },
  required: ["rules", "otherwise"],
};
const shape = readShape({ kind: "lead_assignment", schema: assignment });

const countries = [
  { id: "mst_de", label: "Germany" },
  { id: "mst_at", label: "Austria" },
];
const ruleText = createRuleText(t);
const conditionFields: ConditionField[] = listConditionFields(shape.entry?.properties?.when ?? {}, {
  text: ruleText,
  options: (master) => (master === "countries" ? countries : []),
  names: () => Object.fromEntries(countries.map(({ id, label }) => [id, label])),
  search: () => undefined,
  currency: "EUR",
});
const names: Readonly<Record<string, string>> = { usr_a: "Anna", usr_b: "Ben", tea_n: "North" };
const sources: SentenceSources = {
  ...{ t, locale: "en", text: ruleText, conditionFields, nameId: (id) => names[id] },
  describe: (field, { operator, values }) =>
    `${field.label} ${operator} ${values.map((value) => countries.find(({ id }) => id === value)?.label ?? value).join("/")}`,
};

describe("the words of rules", () => {
  const MARK = "translated: ";
  const marked = createRuleText((message) => `${MARK}${message}`);

  /** Lists the names of properties in a schema, and the values of choices, that have no translated words. */
  function listUnnamed(schema: unknown): string[] {
    if (typeof schema !== "object" || schema === null) return [];
    if (Array.isArray(schema)) return schema.flatMap(listUnnamed);
    const { properties = {}, enum: values = [], ...parts } = schema as JsonSchema & { readonly enum?: readonly unknown[] };
    return [
      ...Object.keys(properties).filter((name) => !marked.nameField(name).startsWith(MARK)),
      ...values.map(String).filter((value) => !marked.nameChoice("", value).startsWith(MARK)),
      ...[...Object.values(properties), ...Object.values(parts)].flatMap(listUnnamed),
    ];
  }

  it("are translated for each kind", async () => {
    const loaded = await Promise.all(domains.flatMap(({ rules = {} }) => Object.values(rules).map((load) => load())));
    const kinds = loaded as { readonly name: string; readonly schema: z.ZodType }[];
    expect(kinds.length).toBeGreaterThan(20);
    // The weights of person_match are learnt; few tenants write them (docs/people/persons.md).
    const unnamed = kinds
      .filter(({ name }) => name !== "person_match")
      .map(({ name, schema }) => [name, listUnnamed(z.toJSONSchema(schema, { io: "input" }))] as const);
    expect(unnamed.filter(([, names]) => names.length > 0)).toEqual([]);
  });
});

describe("the shape of a rule", () => {
  it("has entries with conditions, and what applies otherwise", () => {
    expect(shape).toMatchObject({ list: "rules", mode: "first", name: "name", hasWhen: true, settings: [] });
    expect(shape.otherwise).toBeDefined();
  });

  it("has settings only where no list is one of entries", () => {
    const schema = { type: "object", properties: { base: { type: "integer" }, signals: { type: "array" } } } as const;
    expect(readShape({ kind: "health_score", schema })).toMatchObject({ list: undefined, settings: ["base", "signals"] });
  });

  it.each([
    ["none", {}],
    ["none", { rules: [], otherwise: null }],
    ["rules", { rules: [], otherwise: { method: "USER" } }],
    ["rules", { rules: [{}] }],
  ])("decides by %s with %j", (content, definition) => {
    expect(findContent(definition, shape)).toBe(content);
    const withSettings = { ...shape, settings: ["legal_review"] };
    expect(findContent(definition, withSettings)).toBe(content === "none" ? "settings" : content);
  });

  it.each([
    [0, 2, false, 1],
    [0, 2, true, 2],
    [2, 0, false, 0],
    [2, 0, true, 1],
    [1, 1, false, 1],
  ])("an entry from %i that is dropped at %i (after: %s) stands at %i", (from, target, isAfter, place) => {
    expect(findDropPlace(from, target, isAfter)).toBe(place);
  });

  it("moves an entry", () => {
    const entries = ["a", "b", "c"].map((name) => ({ name }));
    expect(moveEntry(entries, 0, 2).map(({ name }) => name)).toEqual(["b", "c", "a"]);
    expect(moveEntry(entries, 2, 3)).toBe(entries);
  });

  it("gives an entry its own errors", () => {
    const errors = { "definition.rules[0].to.user_ids": "No such user", "definition.rules[10].name": "Required" };
    expect(pickErrors(errors, "definition.rules[0]")).toEqual({ "to.user_ids": "No such user" });
    expect(pickErrors(errors, "definition.rules[1]")).toEqual({});
  });
});

describe("master data in a rule", () => {
  it("have their names where their values are listed, and keep their codes", () => {
    const schema = { properties: { activity_type: { type: "string", "x-master": "activity_types" } as JsonSchema } };
    const tasks = [{ id: "mst_task", code: "task", name: "Aufgabe" }];
    const fields = (listValues: RuleText["listValues"]) =>
      toFields(schema, { ...ruleText, ...(listValues ? { listValues } : {}) });
    expect(fields((master) => (master === "activity_types" ? tasks : undefined))).toMatchObject([
      { type: "master", master: "activity_types", choices: tasks },
    ]);
    expect(fields(undefined)[0]?.choices).toBeUndefined();
    expect(listMasters(schema)).toEqual(["activity_types"]);
  });
});

describe("the fields of a rule", () => {
  it("are read from its JSON Schema", () => {
    const schema: JsonSchema = {
      properties: {
        name: { type: "string", maxLength: 100 },
        approvers: { type: "array", items: { type: "string", enum: ["MANAGER", "DIRECTOR"] } },
        net_amount_from: { type: "array", items: { type: "object", properties: { currency: text, amount: text } } },
        level_at_least: { anyOf: [{ const: 1 }, { const: 2 }, { type: "null" }] },
        territory: { type: "string", "x-master": "territories" } as JsonSchema,
        words: { type: "array", items: text },
      },
      required: ["name"],
    };
    expect(
      toFields(schema, ruleText).map(({ name, type, multiple, required }) => [name, type, multiple ?? false, required]),
    ).toEqual([
      ["name", "text", false, true],
      ["approvers", "choice", true, false],
      ["net_amount_from", "json", true, false],
      ["level_at_least", "choice", false, false],
      ["territory", "master", false, false],
      ["words", "text", true, false],
    ]);
    expect(listMasters(schema)).toEqual(["territories"]);
    expect(listMasters(assignment)).toEqual(["countries", "states"]);
  });

  it("has no form for actions of several kinds", () => {
    const actions: JsonSchema = { type: "array", items: { oneOf: [{ type: "object" }, { type: "object" }] } };
    expect(hasAllInputs({ properties: { do: actions }, required: ["do"] })).toBe(false);
  });
});

describe("the conditions of a rule", () => {
  it.each([[{ countries: ["mst_de", "mst_at"], min_score: 60 }], [{ states: ["mst_by", "mst_hh"] }], [{ max_score: 0 }], [{}]])(
    "%j come back as they were",
    (when) => {
      expect(writeConditions(readConditions(when, conditionFields), conditionFields)).toEqual(when);
    },
  );

  it("keep what no chip can show", () => {
    expect(writeConditions([], conditionFields, { later: ["x"], min_score: 5 })).toEqual({ later: ["x"] });
  });

  it("have postal codes as text", () => {
    const [field] = listConditionFields(
      { properties: { postal_codes: { type: "array" } } },
      { text: ruleText, options: () => [], names: () => ({}), search: () => undefined, currency: "EUR" },
    );
    const when = { postal_codes: ["20", { from: "80", to: "85" }] };
    const conditions = readConditions(when, [field as ConditionField]);
    expect(conditions[0]?.values).toEqual(["20, 80–85"]);
    expect(writeConditions(conditions, [field as ConditionField])).toEqual(when);
  });
});

describe("a rule as a sentence", () => {
  it.each([
    [
      {
        name: "DACH",
        when: { countries: ["mst_de", "mst_at"], min_score: 60 },
        to: { method: "ROUND_ROBIN", user_ids: ["usr_a", "usr_b"] },
      },
      "If Country in Germany/Austria and Score gte 60: assign in turn to Anna or Ben",
    ],
    [{ name: "Rest", when: {}, to: { method: "USER", user_ids: ["usr_a"] } }, "Always: assign to Anna"],
    [
      { name: "Team", when: {}, to: { method: "LEAST_LOADED", team_id: "tea_n" } },
      "Always: assign to the one with the lowest load of the users of North",
    ],
  ])("%j", (entry, sentence) => {
    expect(describeEntry(entry, { hasWhen: true }, sources)).toBe(sentence);
  });

  it.each([
    [
      { name: "Director", discount_over: "20", approvers: ["MANAGER", "DIRECTOR"] },
      "If Discount over percent 20: approval by Manager and Director, one after the other",
    ],
    [
      { name: "Large", net_amount_from: [{ currency: "EUR", amount: "5000" }], approvers: ["ADMIN"] },
      "If Net amount from \u20685,000 EUR\u2069: approval by Administrator",
    ],
    [{ name: "All", every: true, approvers: ["MANAGER"] }, "Always: approval by Manager"],
    [{ days_after_due: 1 }, "Always: reminder 1 day after the due date"],
  ])("%j", (entry, sentence) => {
    expect(describeEntry(entry, { hasWhen: false }, sources)).toBe(sentence);
  });
});

describe("which rule applies", () => {
  const entries = [
    { name: "Germany", when: { countries: ["mst_de"], min_score: 50 } },
    { name: "Austria", when: { countries: ["mst_at"] } },
    { name: "All", when: {} },
  ];

  it.each([
    [{ country_id: "mst_de", lead_score: 60 }, ["applies", "fails countries", "later"]],
    [{ country_id: "mst_de", lead_score: 10 }, ["fails min_score", "fails countries", "applies"]],
    [{ country_id: null, lead_score: 60 }, ["fails countries", "fails countries", "applies"]],
  ])("to %j", (facts, outcomes) => {
    const traced = traceEntries("lead_assignment", entries, conditionFields, facts);
    expect(traced.map((outcome) => ("field" in outcome ? `${outcome.kind} ${outcome.field}` : outcome.kind))).toEqual(outcomes);
  });

  it("reads of an opportunity also its customer, and amounts of the currency of the organization", () => {
    const choice = (name: string): ConditionField => ({ name, label: name, type: "choice", storedAs: "list", options: [] });
    const amount: ConditionField = { name: "min_amount", label: "Amount", type: "money", storedAs: "text" };
    const customer = {
      territory_id: "mst_n",
      billing_country_id: "mst_de",
      source: "web",
      expanded: { source: { name: "Web" } },
    };
    const entries = [{ when: { territories: ["mst_n"], min_amount: "1000.00" } }, { when: { countries: ["mst_de"] } }];
    const trace = (record: Readonly<Record<string, unknown>>) =>
      traceEntries("opportunity_assignment", entries, [choice("territories"), choice("countries"), amount], {
        ...withCustomer({ id: "opp_1", territory_id: null, ...record }, customer, "EUR"),
      }).map(({ kind }) => kind);
    expect(trace({ amount: "1000", currency: "EUR" })).toEqual(["applies", "later"]);
    expect(trace({ amount: "999.99", currency: "EUR" })).toEqual(["fails", "applies"]);
    expect(trace({ amount: "5000", currency: "USD" })).toEqual(["fails", "applies"]);
    expect(trace({ amount: "5000", currency: "EUR", territory_id: "mst_s" })).toEqual(["fails", "applies"]);
    expect(withCustomer({ id: "opp_1" }, undefined, "EUR")).toMatchObject({ source: null, territory_id: null });
  });

  it("says what only the server knows", () => {
    const vip: ConditionField = { name: "is_vip", label: "VIP", type: "boolean", storedAs: "boolean" };
    expect(traceEntries("ticket_routing", [{ when: { is_vip: true } }, { when: {} }], [vip], {})).toEqual([
      { kind: "unknown", field: "is_vip" },
      { kind: "applies" },
    ]);
  });
});

describe("the reasons of an approval", () => {
  const check = (more: Partial<DecisionCondition>): DecisionCondition => ({
    ...{ condition: "discount_from", field: "whole_percent", value: "7.5", limit: "10", currency: null, holds: false },
    ...more,
  });
  const definition = {
    legal_review: { by_type: true },
    levels: [
      { discount_from: "10" },
      { net_amount_from: [{ currency: "EUR", amount: "1000.00" }], auto_renew: true, types: ["VALUE"] },
    ],
  };

  it.each<[string, Partial<DecisionCondition>, string, string]>([
    ["a percentage", {}, "levels[0]", "Discount from percent 10: Discount on the whole is 7.5%"],
    [
      "an amount",
      { condition: "net_amount_from", field: "net_amount", value: "900.00", currency: "EUR" },
      "levels[1]",
      "Net amount from \u20681,000 EUR\u2069: Net amount is \u2068900.00 EUR\u2069",
    ],
    [
      "no amount",
      { condition: "net_amount_from", field: "net_amount", value: null, currency: "EUR" },
      "levels[1]",
      "Net amount from \u20681,000 EUR\u2069: Net amount is empty",
    ],
    ["a flag", { condition: "auto_renew", field: "auto_renew", value: "false" }, "levels[1]", "Renews automatically: No"],
    [
      "a choice",
      { condition: "types", field: "amendment_type", value: "TERM" },
      "levels[1]",
      "Type: Value: Type of amendment is Term",
    ],
    [
      "a day",
      { condition: "duration_months_over", field: "end_date", value: "2031-05-04" },
      "levels[1]",
      "Term over months: End of the term is May 4, 2031",
    ],
    ["nothing", { condition: "every", field: null, value: null }, "levels[0]", "Always"],
    [
      "the review",
      { condition: "by_type", field: "legal_review", value: "true" },
      "legal_review",
      "By the type of contract: Yes",
    ],
  ])("compare %s", (_, more, path, said) => {
    expect(describeChecks([check(more)], findEntryAt(definition, path), sources)).toBe(said);
  });

  it("are the conditions that hold, or all of them if none does", () => {
    const conditions = [check({}), check({ field: "highest_line_percent", value: "12", holds: true })];
    const explain = (all: DecisionCondition[]) =>
      explainEntry({ path: "levels[0]", name: "A", applies: true, conditions: all }, definition.levels[0], sources);
    expect(explain(conditions)).toEqual(["Discount from percent 10: Highest discount on a line is 12%"]);
    const none = [check({}), check({ field: "highest_line_percent" }), check({ condition: "every", field: null })];
    expect(explain(none)).toEqual([
      "Discount from percent 10: Discount on the whole is 7.5%, Highest discount on a line is 7.5%",
      "Always",
    ]);
  });
});
