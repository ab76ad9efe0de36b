import { describe, expect, it } from "vitest";
import {
  buildChoices,
  canKeepAll,
  canMerge,
  findSide,
  followPair,
  formatPlainValue,
  labelMergeField,
  listCompared,
  listMoves,
  type MergeField,
  type MergePreview,
  stepPair,
} from "../../packages/console/src/records/merging/merge-rules.ts";
import { formatReason, formatReasons } from "../../packages/console/src/records/merging/reason-text.ts";
import "./register-pages.ts";
import { partOf } from "../support/part-of.ts";

const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const field = (name: string, survivor: unknown, merged: unknown, from: MergeField["from"] = "survivor"): MergeField => ({
  field: name,
  survivor,
  merged,
  outcome: from === "merged" ? merged : survivor,
  from,
  is_conflict: survivor !== null && merged !== null && JSON.stringify(survivor) !== JSON.stringify(merged),
});
const preview = (fields: readonly MergeField[]): MergePreview => ({
  survivor_id: "cus_a",
  merged_id: "cus_b",
  fields,
  moves: { deal: 2, contact: 7, note: 0 },
  merge_id: null,
});

describe("the choice of values in a merge", () => {
  it.each([
    ["cus_a", { name: "survivor", phone: "merged" }],
    ["cus_b", { name: "merged", phone: "survivor" }],
  ])("is told from the record that stays: %s", (survivor, expected) => {
    expect(buildChoices({ name: "cus_a", phone: "cus_b", tags: "both" }, survivor)).toEqual(expected);
  });

  it.each([
    ["survivor", "cus_a"],
    ["merged", "cus_b"],
    ["both", "both"],
  ] as const)("marks the side of %s", (from, side) => {
    const entry = field("name", "A", "B", from);
    expect(findSide(entry, preview([entry]))).toBe(side);
  });

  it.each([
    ["two lists of texts", ["a"], ["b"], "customer", true],
    ["lists of persons, which are joined anyway", ["a"], ["b"], "person", false],
    ["one list", ["a"], [], "customer", false],
    ["texts", "a", "b", "customer", false],
    ["lists of objects", [{}], [{}], "customer", false],
  ])("offers to keep all of %s", (_name, survivor, merged, kind, expected) => {
    expect(canKeepAll({ survivor, merged }, kind)).toBe(expected);
  });

  it("shows contradictions first, and the same values on demand", () => {
    const fields = [field("same", "x", "x"), field("left", "x", null), field("both", "x", "y"), field("none", null, false)];
    expect(listCompared(fields, false).map(({ field: name }) => name)).toEqual(["both", "left", "none"]);
    expect(listCompared(fields, true).map(({ field: name }) => name)).toEqual(["both", "same", "left"]);
  });

  it.each([
    ["email", "E-Mail"],
    ["sensitive.birth_date", "Born"],
    ["preferences.sms.any", "Consent: Text message"],
    ["preferences.fax.any", "Consent: Fax"],
    ["custom_attributes.shoe_size", "Shoe size"],
    ["is_vip", "Vip"],
  ])("names the field %s: %s", (name, label) => {
    const fields = [
      { name: "email", label: "E-Mail" },
      { name: "birth_date", label: "Born" },
      {
        name: "preferred_contact_method",
        label: "Preferred contact method",
        master: "communication_channels",
        choices: [{ code: "sms", name: "Text message" }],
      },
    ];
    expect(labelMergeField(name, fields, t)).toBe(label);
  });

  it.each([
    [null, ""],
    [["a", "b"], "a, b"],
    [{ consent: "REFUSED", at: "2026-01-01" }, "Refused"],
    [{ city: "Kiel", zip: null }, "Kiel"],
    [12, "12"],
  ])("writes the value %o: %s", (value, text) => {
    expect(formatPlainValue(value)).toBe(text);
  });

  it("lists what moves, most first", () => {
    expect(listMoves(preview([]))).toEqual([
      { kind: "contact", count: 7 },
      { kind: "deal", count: 2 },
    ]);
    const joins = { contact_points: [], addresses: [], records: { activity: 1 } };
    expect(listMoves({ joins })).toEqual([{ kind: "activity", count: 1 }]);
  });

  it("is offered to users who may call the operation", () => {
    const actions = [partOf<Parameters<typeof canMerge>[0]["actions"][number]>({ name: "mergePersons" })];
    expect(canMerge({ kind: "person", actions })).toBe(true);
    expect(canMerge({ kind: "customer", actions })).toBe(false);
    expect(canMerge({ kind: "lead", actions })).toBe(false);
  });
});

describe("pairs of possible duplicates", () => {
  it.each([
    [undefined, 1, "a"],
    ["a", 1, "b"],
    ["c", 1, "c"],
    ["b", -1, "a"],
    ["a", -1, "a"],
    ["gone", 1, "a"],
  ] as const)("goes from %s by %s to %s", (current, step, next) => {
    expect(stepPair(["a", "b", "c"], current, step)).toBe(next);
  });

  it.each([
    ["a", "b"],
    ["c", "b"],
  ])("goes on after %s with %s", (decided, next) => {
    expect(followPair(["a", "b", "c"], decided)).toBe(next);
  });

  it("ends with the last one", () => {
    expect(followPair(["a"], "a")).toBeUndefined();
    expect(stepPair([], undefined, 1)).toBeUndefined();
  });

  it("says why two are alike, each reason once, and reasons of a later release as they are", () => {
    expect(formatReasons([{ reason: "email in common" }, { reason: "email in common" }, { reason: "IBAN equal" }], t)).toBe(
      "same email address, same IBAN",
    );
    expect(formatReason("a new reason", t)).toBe("a new reason");
  });
});
