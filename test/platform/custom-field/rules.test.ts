import type { CustomFieldRecord } from "@crm/core/platform/custom-field/custom-field.entity.ts";
import {
  buildSchema,
  type FieldMeaning,
  readValue,
  toUniqueForm,
  type Value,
} from "@crm/core/platform/custom-field/custom-field.rules.ts";
import { buildOptions, reviseDefinition, validateDefinition } from "@crm/core/platform/custom-field/definition.rules.ts";
import { compilePattern, InvalidPattern } from "@crm/core/platform/custom-field/pattern.rules.ts";
// Registers the kinds that values refer to, as a process with such records does.
import "@crm/core/sales/lead/lead.entity.ts";
import "@crm/core/platform/user/user.entity.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const options = [
  { code: "gold", label: "Gold", is_retired: false },
  { code: "tin", label: "Zinn", is_retired: true },
];

const buildDefinition = (more: Partial<CustomFieldRecord>): CustomFieldRecord =>
  ({
    field_type: "text",
    picklist_values: null,
    validation: null,
    decimal_places: null,
    reference_kind: null,
    default_value: null,
    former: [],
    revision: 1,
    is_unique: false,
    is_filterable: false,
    is_sortable: false,
    ...more,
  }) as CustomFieldRecord;

const userId = "usr_01m7wp0eh7zj0a9k9j";

describe("a value", () => {
  it.each<[string, Partial<CustomFieldRecord>, unknown, unknown]>([
    ["text, without surrounding blanks", {}, "  Größe 9 \n", "Größe 9"],
    ["several lines of a long text", { field_type: "textarea" }, " a\nb ", " a\nb "],
    ["a number", { field_type: "number" }, 12.25, 12.25],
    ["a whole number", { field_type: "number", decimal_places: 0 }, 3, 3],
    ["money in its one form", { field_type: "money" }, "007.5", "7.50"],
    ["a date", { field_type: "date" }, "2026-02-28", "2026-02-28"],
    ["an instant of any offset", { field_type: "instant" }, "2026-01-02T03:00:00+02:00", "2026-01-02T01:00:00.000Z"],
    ["a checkbox", { field_type: "checkbox" }, true, true],
    ["a choice by its code", { field_type: "picklist", picklist_values: options }, "gold", "gold"],
    ["several choices", { field_type: "choices", picklist_values: options }, ["gold"], ["gold"]],
    ["an email", { field_type: "email" }, "A@b.example", "A@b.example"],
    ["a reference", { field_type: "reference", reference_kind: "user" }, userId, userId],
    ["the least that is allowed", { field_type: "number", validation: { min: 2 } }, 2, 2],
    [
      "a large amount below the most",
      { field_type: "money", validation: { max: "9000000000000.00" } },
      "8999999999999.99",
      "8999999999999.99",
    ],
    ["text that fits", { validation: { pattern: "^[A-Z]{2}-\\d+$" } }, "AB-1", "AB-1"],
  ])("is taken: %s", (_, more, input, stored) => {
    expect(buildSchema(buildDefinition(more)).parse(input)).toEqual(stored);
  });

  it.each<[string, Partial<CustomFieldRecord>, unknown]>([
    ["a number as text", { field_type: "number" }, "12"],
    ["too many places", { field_type: "number", decimal_places: 1 }, 0.25],
    ["a fraction where whole ones are wanted", { field_type: "number", decimal_places: 0 }, 1.5],
    ["more digits than a number keeps", { field_type: "number" }, 1e14],
    ["no number at all", { field_type: "number" }, Number.NaN],
    ["money as a number of too many places", { field_type: "money" }, 12.345],
    ["a day that is none", { field_type: "date" }, "2026-02-30"],
    ["an instant without a zone", { field_type: "instant" }, "2026-01-02T03:00:00"],
    ["a word for a boolean", { field_type: "boolean" }, "yes"],
    ["an unknown choice", { field_type: "choice", picklist_values: options }, "lead"],
    ["a retired choice", { field_type: "choice", picklist_values: options }, "tin"],
    ["a label for a code", { field_type: "choice", picklist_values: options }, "Gold"],
    ["a choice twice", { field_type: "choices", picklist_values: options }, ["gold", "gold"]],
    ["no email", { field_type: "email" }, "unknown"],
    ["the id of another kind", { field_type: "reference", reference_kind: "lead" }, userId],
    ["less than the least", { field_type: "number", validation: { min: 2 } }, 1.99],
    ["a larger amount with a smaller first digit", { field_type: "money", validation: { max: "900.00" } }, "1000.00"],
    ["a day before the first", { field_type: "date", validation: { min: "2026-01-01" } }, "2025-12-31"],
    ["several lines of a text", {}, "a\nb"],
    ["NUL in a long text", { field_type: "textarea" }, "a\0b"],
    ["too short", { validation: { min_length: 3 } }, "ab"],
    ["too long", { validation: { max_length: 2 } }, "abc"],
    ["what does not fit", { validation: { pattern: "^[A-Z]{2}-\\d+$" } }, "ab-1"],
  ])("is refused: %s", (_, more, input) => {
    expect(buildSchema(buildDefinition(more)).safeParse(input).success).toBe(false);
  });
});

describe("a stored value under a changed definition", () => {
  const buildFormer = (field_type: "choice" | "text") => [
    { field_type, picklist_values: field_type === "choice" ? options : null },
  ];
  it.each<[string, Partial<FieldMeaning>, Value, Value]>([
    ["text as a number", { field_type: "number" }, " 12.5 ", 12.5],
    ["text that is no number", { field_type: "number" }, "a dozen", null],
    ["text as money", { field_type: "money" }, "12.5", "12.50"],
    ["a number as money", { field_type: "money" }, 12.5, "12.50"],
    ["a number with more places than money has", { field_type: "money" }, 1.234, null],
    ["money as a number", { field_type: "number" }, "12.50", 12.5],
    ["a number as text", {}, 12.5, "12.5"],
    ["a number under fewer places", { field_type: "number", decimal_places: 0 }, 12.5, 12.5],
    ["a boolean as text", {}, true, "true"],
    ["a word as a boolean", { field_type: "checkbox" }, "Yes", true],
    ["another word as a boolean", { field_type: "checkbox" }, "maybe", null],
    ["a date as an instant", { field_type: "instant" }, "2026-01-02", "2026-01-02T00:00:00.000Z"],
    ["an instant as a date", { field_type: "date" }, "2026-01-02T03:04:05.000Z", "2026-01-02"],
    ["text that begins with a date", { field_type: "date" }, "2026-01-02 or so", null],
    ["a day that is none", { field_type: "date" }, "2026-02-30", null],
    ["a label as a choice", { field_type: "choice", picklist_values: options }, " GOLD ", "gold"],
    ["a retired choice", { field_type: "choice", picklist_values: options }, "tin", "tin"],
    ["text that is no choice", { field_type: "choice", picklist_values: options }, "silver", null],
    ["one of several as a choice", { field_type: "choice", picklist_values: options }, ["gold"], "gold"],
    ["several as one choice", { field_type: "choice", picklist_values: options }, ["gold", "tin"], null],
    ["a choice as several", { field_type: "choices", picklist_values: options }, "gold", ["gold"]],
    ["a choice as text, by its label", { former: buildFormer("choice") }, "tin", "Zinn"],
    ["several choices as text", { former: buildFormer("choice") }, ["gold", "tin"], "Gold, Zinn"],
    ["text that was text before", { former: [...buildFormer("text"), ...buildFormer("choice")] }, "gold", "gold"],
    ["text as an email", { field_type: "email" }, "a@b.example", "a@b.example"],
    ["text that is no email", { field_type: "email" }, "unknown", null],
    ["a user where leads are named", { field_type: "reference", reference_kind: "lead" }, userId, null],
    ["longer than is allowed by now", { validation: { max_length: 2 } }, "abc", "abc"],
    ["several lines, of an earlier release", {}, "a\nb", "a\nb"],
    ["several lines of a telephone number", { field_type: "phone" }, "1\n2", "1\n2"],
    ["nothing", { field_type: "number" }, "  ", null],
  ])("is read: %s", (_, more, stored, expected) => {
    expect(readValue(buildDefinition(more as Partial<CustomFieldRecord>), stored)).toEqual(expected);
  });

  it("is returned unchanged if it is valid for the type", () => {
    for (const [type, value] of [
      ["text", "x"],
      ["number", 3],
      ["money", "3.00"],
      ["date", "2026-01-02"],
      ["instant", "2026-01-02T00:00:00.000Z"],
      ["boolean", false],
      ["choice", "gold"],
      ["choices", ["gold"]],
      ["url", "https://a.example/"],
      ["email", "a@b.example"],
      ["phone", "+32 2 511 11 11"],
      ["reference", userId],
    ] as const) {
      const definition = buildDefinition({ field_type: type, picklist_values: options, reference_kind: "user" });
      expect(readValue(definition, buildSchema(definition).parse(value) as Value)).toEqual(value);
    }
  });
});

describe("a web address", () => {
  it("comes back as the URL parser writes it; its pattern and length are those of the address as typed", () => {
    const definition = buildDefinition({ field_type: "url", validation: { pattern: "https://[a-z.]+", max_length: 17 } });
    const schema = buildSchema(definition);
    expect(readValue(definition, schema.parse("https://a.example") as Value)).toBe("https://a.example/");
    for (const address of ["https://A.example", "https://ab.example", "https://a.example/"])
      expect([address, schema.safeParse(address).success]).toEqual([address, false]);
  });

  it.each([
    ["https://user:secret@a.example", "https://user:secret@a.example"],
    [" a.example ", "a.example"],
    ["javascript:alert(1)", null],
  ])("stored under earlier rules is read, unless it could run a program: %s", (stored, expected) => {
    expect(readValue(buildDefinition({ field_type: "url", validation: null }), stored)).toBe(expected);
  });
});

describe("a definition", () => {
  it.each<[string, Partial<CustomFieldRecord>, string]>([
    ["a choice without options", { field_type: "choice" }, "picklist_values"],
    ["a choice with retired options alone", { field_type: "choice", picklist_values: options.slice(1) }, "picklist_values"],
    ["options of a text", { picklist_values: options }, "picklist_values"],
    ["a reference to nothing", { field_type: "reference" }, "reference_kind"],
    ["places of a text", { decimal_places: 2 }, "decimal_places"],
    ["a unique boolean", { field_type: "boolean", is_unique: true }, "is_unique"],
    ["a unique default", { is_unique: true, default_value: "x" }, "default_value"],
    ["an order of choices", { field_type: "choices", picklist_values: options, is_sortable: true }, "is_sortable"],
    ["a default of another type", { field_type: "number", default_value: "x" }, "default_value"],
    ["a default that is too long", { default_value: "abc", validation: { max_length: 2 } }, "default_value"],
    ["the least of a text", { validation: { min: 2 } }, "validation.min"],
    ["a least of another type", { field_type: "date", validation: { min: 2 } }, "validation.min"],
    ["a least above the most", { field_type: "number", validation: { min: 3, max: 2 } }, "validation.max"],
    ["lengths the wrong way round", { validation: { min_length: 3, max_length: 2 } }, "validation.max_length"],
    ["a pattern of a number", { field_type: "number", validation: { pattern: "a" } }, "validation.pattern"],
    ["a pattern that looks back", { validation: { pattern: "(a)\\1" } }, "validation.pattern"],
  ])("is refused: %s", (_, more, field) => {
    expect(validateDefinition(buildDefinition(more)).map((problem) => problem.field)).toContain(field);
  });

  it("makes codes from labels, keeps known ones, and retires missing ones", () => {
    const first = buildOptions(["Gold", "gold!", { code: "x", label: "Silver" }, "金"], []);
    expect(first.map(({ code }) => code)).toEqual(["gold", "gold_2", "x", "option"]);
    const second = buildOptions([{ code: "x", label: "Sterling" }, "Gold"], first);
    expect(second).toEqual([
      { code: "x", label: "Sterling", is_retired: false },
      { code: "gold", label: "Gold", is_retired: false },
      { code: "gold_2", label: "gold!", is_retired: true },
      { code: "option", label: "金", is_retired: true },
    ]);
  });

  it("gets a new revision if values change their meaning or become searchable", () => {
    const before = buildDefinition({ field_type: "choice", picklist_values: options });
    const revise = (more: Partial<CustomFieldRecord>) => reviseDefinition(before, { ...before, ...more });
    expect(revise({ field_type: "text", picklist_values: null })).toMatchObject({
      revision: 2,
      former: [{ field_type: "choice", picklist_values: options }],
    });
    expect(revise({ is_sortable: true })).toMatchObject({ revision: 2, former: [] });
    expect(revise({ field_type: "picklist" })).toMatchObject({ revision: 1, former: [] });
  });

  it("compares values without letter case, spaces and punctuation in phone numbers", () => {
    expect(toUniqueForm("text", " Ab  c ")).toBe(toUniqueForm("text", "aB c"));
    expect(toUniqueForm("phone", "+32 (2) 511-11.11")).toBe(toUniqueForm("phone", "0032 2 511 11 11"));
    for (const address of ["HTTPS://A.example", "https://a.example/", "https://a.example:443"])
      expect(toUniqueForm("url", address)).toBe("https://a.example");
    expect(toUniqueForm("url", "https://a.example/b/")).not.toBe(toUniqueForm("url", "https://a.example/b"));
    expect(toUniqueForm("text", "a")).not.toBe(toUniqueForm("text", "b"));
  });
});

describe("a pattern", () => {
  it.each([
    "(a)\\1",
    "(?=a)b",
    "(?<!a)b",
    "(?<n>a)",
    "\\bword",
    "a^b",
    "a$b",
    "^a|b$",
    "(",
    "[",
    "a{2000}",
    "((a{40}){40}){2}",
    "x".repeat(201),
  ])("is refused: %s", (source) => expect(() => compilePattern(source)).toThrow(InvalidPattern));

  it.each(["(((){1000}){1000}){1000}", "((a{0}){1000}){1000}"])("is rejected quickly even if it matches nothing: %s", (source) =>
    expect(() => compilePattern(source)).toThrow(InvalidPattern),
  );

  it.each([
    ["(a+)+$", "a".repeat(1000), "b"],
    ["^(a|aa)*$", "a".repeat(1000), "b"],
    ["^(\\w+\\s?)*$", "a ".repeat(500), "!"],
    ["a*a*a*a*a*a*a*a*c", "a".repeat(1000), ""],
  ])("that is slow in other engines is evaluated in linear time: %s", (source, text, end) => {
    let steps = 0;
    const countedText = {
      [Symbol.iterator]: () => countSteps((text + end)[Symbol.iterator](), () => steps++),
    } as unknown as string;
    expect(compilePattern(source).matches(countedText)).toBe(false);
    // Each character is read only once.
    expect(steps).toBeLessThanOrEqual(text.length + end.length + 1);
  });

  it("matches like JavaScript's own regular expressions", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      ".",
      "[ab]",
      "[^a]",
      "\\d",
      "\\w",
      "(a|b)",
      "(?:ab|b)",
      "(a*b?)",
      "\\.",
      "\\p{L}",
      "é",
    );
    const times = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "+?", "{0}");
    const part = fc.tuple(atom, times).map(([element, quantifier]) => element + quantifier);
    const body = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(""));
    const source = fc
      .tuple(fc.constantFrom("", "^"), body, fc.constantFrom("", "$"), fc.option(body, { nil: undefined }))
      .map(([from, branch, to, alternative]) =>
        alternative === undefined ? `${from}${branch}${to}` : `${from}(${branch}|${alternative})${to}`,
      );
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1", ".", "é", "\n", "😀"), maxLength: 8 });
    fc.assert(
      fc.property(source, text, (pattern, input) => {
        expect([pattern, input, compilePattern(pattern).matches(input)]).toEqual([
          pattern,
          input,
          new RegExp(pattern, "u").test(input),
        ]);
      }),
      { numRuns: 3000 },
    );
  });
});

function* countSteps(iterator: Iterator<string>, count: () => void): Generator<string> {
  for (let result = iterator.next(); !result.done; result = iterator.next()) {
    count();
    yield result.value;
  }
}
