import { areConditionsMet, type Condition, findConditionFaults } from "@crm/core/agreements/contract-template/condition.rules.ts";
import { resolveContractLocale } from "@crm/core/agreements/contract-template/locale.ts";
import { BLANK, type ContractFacts, type CustomTypes, parse } from "@crm/core/agreements/contract-template/merge-fields.rules.ts";
import { numberClauses } from "@crm/core/agreements/contract-template/numbering.rules.ts";
import {
  composeTerms,
  findLevelFaults,
  findReferenceFaults,
  type PlacedClause,
} from "@crm/core/agreements/contract-template/wording.rules.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const customFields: CustomTypes = new Map([
  ["berths", "number"],
  ["deposit", "money"],
  ["handover", "date"],
  ["insured", "boolean"],
  ["colour", "text"],
]);

const facts: ContractFacts = {
  contract: {
    ...{ number: "CT-2030-000001", contract_value: "1234567.5", currency: "EUR", billing_frequency: "QUARTERLY" },
    ...{ start_date: "2030-02-01", end_date: "2031-01-31", duration_months: 12, auto_renew: true },
  },
  customer: { name: "Müller & Søn <b>GmbH</b>", country: "DE" },
  opportunity: { amount: "1000", currency: "JPY" },
  custom: { berths: 1200.5, deposit: "50", handover: "2030-03-01", insured: false, colour: ["red", "blue"] },
};

const piece = (key: string, body: string, more: Partial<PlacedClause> = {}): PlacedClause => ({
  key,
  body,
  ...{ level: 1, page_break: false, when: [], is_mandatory: false, clause_id: null, clause_version: null, heading: null },
  ...more,
});

const renderClause = (body: string, language = "en", contractFacts: ContractFacts = facts): string | undefined =>
  composeTerms([piece("one", body)], contractFacts, customFields, resolveContractLocale(language)).terms[0]?.text;

describe("a merge field", () => {
  it.each([
    ["{{customer.name}}", "en", "Müller & Søn <b>GmbH</b>"],
    ["{{ customer.name | upper }}", "de", "MÜLLER & SØN <B>GMBH</B>"],
    ["{{contract.contract_value}}", "en", "€1,234,567.50"],
    ["{{contract.contract_value | money}}", "de", "1.234.567,50\u00a0€"],
    ["{{contract.contract_value | number}}", "en", "1,234,567.5"],
    ["{{opportunity.amount}}", "ja", "￥1,000"],
    ["{{contract.start_date}}", "en", "February 1, 2030"],
    ["{{contract.start_date | date}}", "es", "1 de febrero de 2030"],
    ["{{contract.start_date | iso}}", "es", "2030-02-01"],
    ["{{contract.duration_months}}", "ar-EG", "١٢"],
    ["{{contract.auto_renew}}", "fr", "oui"],
    ["{{contract.billing_frequency}}", "de", "vierteljährlich"],
    ["{{custom.berths}}", "de", "1.200,5"],
    ["{{custom.deposit}}", "en", "€50.00"],
    ["{{custom.handover}}", "en", "March 1, 2030"],
    ["{{custom.insured}}", "en", "no"],
    ["{{custom.colour}}", "en", "red, blue"],
  ])("%s is written in %s as %s", (body, language, expected) => expect(renderClause(body, language)).toBe(expected));

  it.each([
    ["{{customer.nam}}", "did you mean customer.name?"],
    ["{{contract.contractvalue}}", "did you mean contract.contract_value?"],
    ["{{custom.berth}}", "did you mean custom.berths?"],
    ["{{constructor}}", "Unknown merge field"],
    ["{{__proto__.name}}", "Unknown merge field"],
    ["{{custom.constructor}}", "Unknown merge field"],
    ["{{contract.start_date | money}}", "contract.start_date can be formatted as date or iso"],
    ["{{contract.start_date | date | iso}}", "contract.start_date can be formatted as date or iso"],
    ["{{ref:}}", "Invalid clause key"],
    ["{{ref:A b}}", "Invalid clause key"],
    ["{{customer.name", "Double braces must enclose a merge field"],
    ["}}", "Double braces must enclose a merge field"],
    ["{{{{customer.name}}}}", "Double braces must enclose a merge field"],
    ["{{#if x}}", "Unknown merge field"],
  ])("%s is refused: %s", (text, message) => {
    expect(parse(text, customFields).faults.join(" ")).toContain(message);
  });

  it("without a value becomes a blank line, reported by clause and field name", () => {
    const pieces = [piece("one", "{{contact.email}} {{contact.email}} {{tenant.name}}"), piece("two", "{{contract.title}}")];
    const { terms, missing } = composeTerms(
      pieces,
      { contract: { title: " \u202e " }, custom: {} },
      customFields,
      resolveContractLocale("en"),
    );
    expect(terms.map(({ text }) => text)).toEqual([`${BLANK} ${BLANK} ${BLANK}`, BLANK]);
    expect(missing).toEqual([
      { key: "one", path: "contact.email" },
      { key: "one", path: "tenant.name" },
      { key: "two", path: "contract.title" },
    ]);
  });

  it.each([
    ["{{contract.start_date}}", { contract: { start_date: "soon" } }],
    ["{{contract.contract_value}}", { contract: { contract_value: "1e5" } }],
    ["{{contract.auto_renew}}", { contract: { auto_renew: "true" } }],
    ["{{contract.billing_frequency}}", { contract: { billing_frequency: "constructor" } }],
  ])("%s with a value of the wrong type becomes a blank line", (body, contractFacts) =>
    expect(renderClause(body, "en", contractFacts)).toBe(BLANK),
  );

  it("never renders a value as markup, a field or a reference", () => {
    const nasty = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("{{tenant.name}}", "{{ref:two}}", "}}{{", "<script>", "\n\n2. Free of charge", "\u202eevil", "$& $1 {{"),
      fc
        .array(fc.constantFrom("{{", "}}", "{", "}", "ref:", "two", "customer.name", "|", "\n", "<b>", "\u2028", " "), {
          maxLength: 12,
        })
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(nasty, nasty, (name, city) => {
        const contractFacts = { customer: { name, address: city }, tenant: { name: "NEVER" } };
        const pieces = [piece("one", "A {{customer.name}} B {{customer.address}} C {{ref:two}}."), piece("two", "x")];
        const { terms, details: faults } = composeTerms(pieces, contractFacts, customFields, resolveContractLocale("en"));
        expect(faults).toEqual([]);
        expect(terms).toHaveLength(2);
        const text = terms[0]?.text ?? "";
        // The text around the placeholders is unchanged, and the values between form one line with only their own letters.
        expect(text.startsWith("A ") && text.endsWith(" C 2.")).toBe(true);
        expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(text.includes("NEVER")).toBe(false);
        const inner = text.slice(2, -" C 2.".length);
        const line = (value: string): string =>
          value.replaceAll(/[\p{Cc}\s\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu, "");
        const renderValue = (value: string): string => line(value) || BLANK;
        expect(line(inner)).toBe(`${renderValue(name)}B${renderValue(city)}`);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a condition", () => {
  const buildCondition = (field: string, operator: Condition["operator"], value: Condition["value"]): Condition => ({
    field,
    operator,
    value,
  });
  it.each([
    [buildCondition("contract.contract_value", "gte", "1234567.50"), true],
    [buildCondition("contract.contract_value", "gt", 1_234_567.5), false],
    [buildCondition("contract.contract_value", "in", ["1", "1234567.5"]), true],
    [buildCondition("contract.start_date", "lt", "2030-02-02"), true],
    [buildCondition("contract.end_date", "lte", "2031-01-30"), false],
    [buildCondition("contract.auto_renew", "eq", true), true],
    [buildCondition("contract.auto_renew", "ne", true), false],
    [buildCondition("contract.billing_frequency", "in", ["quarterly"]), true],
    [buildCondition("customer.country", "eq", "de"), true],
    [buildCondition("customer.name", "prefix", "muller"), true],
    [buildCondition("customer.name", "prefix", "x"), false],
    [buildCondition("contact.email", "is_null", true), true],
    [buildCondition("contact.email", "is_null", false), false],
    [buildCondition("contact.email", "eq", "a@b.example"), false],
    [buildCondition("contact.email", "ne", "a@b.example"), true],
    [buildCondition("opportunity.amount", "lt", "999"), false],
    [buildCondition("contract.monthly_fee", "lt", "999"), false],
    [buildCondition("custom.insured", "eq", false), true],
    [buildCondition("custom.berths", "gte", 1200), true],
    [buildCondition("custom.gone", "eq", "x"), false],
  ] as const)("%j holds: %s", (condition, holds) => expect(areConditionsMet([condition], facts, customFields)).toBe(holds));

  it("of several parts holds if all of them hold", () => {
    const [yes, no] = [buildCondition("customer.country", "eq", "DE"), buildCondition("customer.country", "eq", "FR")];
    expect([[yes, yes], [yes, no], []].map((all) => areConditionsMet(all, facts, customFields))).toEqual([true, false, true]);
  });

  it.each([
    [buildCondition("contract.value", "eq", "1"), "when[0].field"],
    [buildCondition("contract.contract_value", "prefix", "1"), "when[0].operator"],
    [buildCondition("contract.contract_value", "gt", "a lot"), "when[0].value"],
    [buildCondition("contract.contract_value", "gt", ["1"]), "when[0].value"],
    [buildCondition("contract.contract_value", "in", "1"), "when[0].value"],
    [buildCondition("contract.start_date", "gt", "2030-02-30"), "when[0].value"],
    [buildCondition("contract.auto_renew", "eq", "true"), "when[0].value"],
    [buildCondition("contract.auto_renew", "gt", true), "when[0].operator"],
    [buildCondition("contract.billing_frequency", "eq", "WEEKLY"), "when[0].value"],
    [buildCondition("customer.name", "is_null", "yes"), "when[0].value"],
    [buildCondition("customer.name", "eq", " "), "when[0].value"],
  ] as const)("%j is rejected at %s", (condition, field) => {
    expect(findConditionFaults([condition], "when", customFields).map((conditionFault) => conditionFault.field)).toEqual([field]);
  });
});

describe("clauses", () => {
  it.each([
    [[1, 1, 2, 2, 3, 3, 2, 1, 3, 2], "en", "1.|2.|2.1|2.2|(a)|(b)|2.3|3.|(a)|3.1", "1|2|2.1|2.2|2.2(a)|2.2(b)|2.3|3|3(a)|3.1"],
    [[1, 2, 3], "ar-EG", "١.|١.١|(أ)", "١|١.١|١.١(أ)"],
    [[1, 2, 3], "ja", "1.|1.1|(a)", "1|1.1|1.1(a)"],
  ])("of levels %j are numbered in %s", (levels, language, numbers, references) => {
    const all = numberClauses(levels, language);
    expect([all.map(({ number }) => number).join("|"), all.map(({ reference }) => reference).join("|")]).toEqual([
      numbers,
      references,
    ]);
  });

  it("continue their letters after z", () => {
    const all = numberClauses([1, ...Array.from({ length: 54 }, () => 3)], "en").map(({ number }) => number);
    expect([all[26], all[27], all[28], all[52], all[53]]).toEqual(["(z)", "(aa)", "(ab)", "(az)", "(ba)"]);
  });

  const falseCondition: Condition = { field: "customer.country", operator: "eq", value: "FR" };

  it("that are omitted also omit their sub-clauses, and numbers and references are adjusted", () => {
    const pieces = [
      piece("a", "see {{ref:d}} and {{ref:e}}"),
      piece("b", "b", { when: [falseCondition] }),
      piece("b-one", "b1", { level: 2 }),
      piece("b-two", "b2", { level: 3 }),
      piece("c", "c", { heading: "Of {{ref:e}} for {{customer.country}}" }),
      piece("d", "d", { level: 2 }),
      piece("e", "e", { level: 3 }),
    ];
    const { terms, details: faults } = composeTerms(pieces, facts, customFields, resolveContractLocale("en"));
    expect(faults).toEqual([]);
    expect(terms.map(({ key, number, heading, text }) => [key, number, heading, text])).toEqual([
      ["a", "1.", null, "see 2.1 and 2.1(a)"],
      ["c", "2.", "Of 2.1(a) for DE", "c"],
      ["d", "2.1", null, "d"],
      ["e", "(a)", null, "e"],
    ]);
  });

  it("cannot refer to an omitted clause", () => {
    const pieces = [piece("a", "see {{ref:b}}"), piece("b", "b", { when: [falseCondition] })];
    expect(composeTerms(pieces, facts, customFields, resolveContractLocale("en")).details).toEqual([
      { field: "a", message: 'Refers to the clause "b", which is not in this contract' },
    ]);
  });

  it("are limited in size, each and in total", () => {
    const listFaultMessages = (pieces: PlacedClause[]): string[] =>
      composeTerms(pieces, { customer: { name: "n".repeat(2000) } }, customFields, resolveContractLocale("en")).details.map(
        ({ message }) => message,
      );
    expect(listFaultMessages([piece("a", `${"x".repeat(18_001)}{{customer.name}}`)])).toEqual([
      "Must have at most 20000 characters, including merge field values",
    ]);
    expect(listFaultMessages([piece("a", `${"x".repeat(18_000)}{{customer.name}}`)])).toEqual([]);
    const buildPieces = (count: number, length: number) =>
      Array.from({ length: count }, (_, index) => piece(`k${index}`, "x".repeat(length)));
    expect(listFaultMessages(buildPieces(200, 5000))).toEqual([]);
    expect(listFaultMessages(buildPieces(200, 5001))).toEqual([
      "All clauses together can have at most 1000000 characters, including merge field values",
    ]);
    expect(listFaultMessages(buildPieces(201, 1))).toEqual(["A contract can have at most 200 clauses"]);
  });

  const refers = (key: string, ...to: string[]) => ({ key, texts: to.map((target) => `see {{ref:${target}}}`), path: key });
  it.each([
    [[refers("a", "b"), refers("b", "c"), refers("c")], []],
    [[refers("a", "z")], ['a Refers to the clause "z", which the template does not have']],
    [[refers("a", "a")], ["a Circular reference: a → a"]],
    [
      [refers("a", "b", "d"), refers("b", "c"), refers("c", "a"), refers("d")],
      ["a Circular reference: a → b → c → a", "b Circular reference: b → c → a → b", "c Circular reference: c → a → b → c"],
    ],
  ])("that refer to each other: %j", (all, expected) => {
    expect(findReferenceFaults(all).map(({ field, message }) => `${field} ${message}`)).toEqual(expected);
  });

  it("must begin with level 1", () => {
    const formatLevelPath = (place: number): string => `clauses[${place}].level`;
    expect(findLevelFaults([2, 1], formatLevelPath)).toEqual([
      { field: "clauses[0].level", message: "The first clause must have level 1" },
    ]);
    expect([findLevelFaults([], formatLevelPath), findLevelFaults([1, 3], formatLevelPath)]).toEqual([[], []]);
  });
});
