import type { FieldType } from "@crm/core/kernel/field.ts";
import { countPaths } from "@crm/core/platform/search-path/fill-rate.rules.ts";
import { checkPath } from "@crm/core/platform/search-path/search-path.rules.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { isPath, MAX_VALUES, normalizeValue, readValues } from "@crm/core/storage/read/path.rules.ts";
import { describe, expect, it } from "vitest";

describe("a path", () => {
  it.each(["metadata.region", "auto_data.vehicles[].vin", "a.b[].c[]", "custom_attributes.größe", "x.a-b_c"])(
    "may be %s",
    (path) => expect(isPath(path)).toBe(true),
  );
  it.each(["", ".", "a.", "a..b", "a[0].b", "a.b#c", "a b", "a[]b", "a.b[][]", "a.=", `a.${"x".repeat(200)}`])(
    "is not %j",
    (path) => expect(isPath(path)).toBe(false),
  );

  const record = {
    list: [{ n: 1, inner: [{ t: "A" }, { t: "b" }] }, { n: 2, inner: [{ t: "a " }, {}] }, null, "x"],
    one: { two: "Three", none: null, blank: " ", tags: ["x", "Y", "x"], deep: {} },
  };
  it.each<[string, FieldType, string[]]>([
    ["one.two", "text", ["three"]],
    ["one.two.three", "text", []],
    ["one.none", "text", []],
    ["one.blank", "text", []],
    ["one.deep", "text", []],
    ["one.constructor", "text", []],
    ["one.tags", "text", []],
    ["one.tags", "choices", ["x", "Y"]],
    ["one.tags[]", "text", ["x", "y"]],
    ["list.n", "number", []],
    ["list[].n", "text", ["1", "2"]],
    ["list[].inner[].t", "text", ["a", "b"]],
  ])("%s of type %s has %j", (path, type, values) => expect(readValues(record, path, type)).toEqual({ values, cut: false }));

  it("has a limited number of values, and reports when they are cut", () => {
    const readNumbers = (count: number) => readValues({ n: Array.from({ length: count }, (_, index) => index) }, "n[]", "text");
    expect(readNumbers(MAX_VALUES)).toMatchObject({ cut: false, values: { length: MAX_VALUES } });
    expect(readNumbers(MAX_VALUES + 1)).toMatchObject({ cut: true, values: { length: MAX_VALUES } });
  });
});

describe("values", () => {
  it.each<[FieldType, unknown, unknown]>([
    ["text", " Łukasz  ", "lukasz"],
    ["text", "ÜNAL", "unal"],
    ["text", "x".repeat(300), "x".repeat(200)],
    ["text", 5, "5"],
    ["email", "A@B.example", "a@b.example"],
    ["number", 1200, "1200.00"],
    ["number", "1e3", 1000],
    ["number", "-0.50", -0.5],
    ["number", 0, "-0.0"],
    ["money", "0012.30", "12.3"],
    ["integer", 7, "7"],
    ["instant", "2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05.000Z"],
    ["boolean", true, "true"],
    ["phone", "+32 485 00-11-22", "0032485001122"],
  ])("of type %s: %j equals %j", (type, spelling, otherSpelling) => {
    expect(normalizeValue(type, spelling)).toBeDefined();
    expect(normalizeValue(type, spelling)).toBe(normalizeValue(type, otherSpelling));
  });

  it.each<[FieldType, unknown]>([
    ["text", "  "],
    ["text", {}],
    ["text", null],
    ["number", "12a"],
    ["number", true],
    ["number", Number.NaN],
    ["money", "1,5"],
    ["date", "2026-13-01"],
    ["date", "2026-02-30"],
    ["date", "01.02.2026"],
    ["instant", "2026-01-02"],
    ["boolean", "yes"],
    ["phone", "none"],
    ["json", "{}"],
  ])("of type %s exclude %j", (type, value) => expect(normalizeValue(type, value)).toBeUndefined());

  it("of numbers sort by value, for any size and sign", () => {
    const numbers = [
      -1e300, -1200.5, -1200, -100, -12, -1.5, -1, -0.2, -0.02, -1e-300, 0, 1e-300, 0.02, 0.2, 1, 1.5, 9, 10, 12, 100,
    ];
    const more = [...numbers, 999, 1000, 1200, 1200.5, 1e300];
    const keys = more.map((value) => `${normalizeValue("number", value)}\u0001id`);
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("of text contain no key separators, and sort in the table as here", () => {
    const texts = ["\u0001a\u0000b", "a😀", "a\uffee", "a\ud800"].map((text) => normalizeValue("text", text) ?? "");
    expect(texts.every((text) => text.isWellFormed() && !/\p{Cc}/u.test(text))).toBe(true);
    const bytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...texts].sort()).toEqual(bytes);
  });
});

describe("paths that can be declared for a lead", () => {
  const detail = Leads.definition.detail ?? {};
  it.each<[string, FieldType]>([
    ["auto_data.vehicles[].vin", "text"],
    ["auto_data.vehicles[].year", "integer"],
    ["auto_data.vehicles[].use", "choice"],
    ["auto_data.vehicles[].coverages[].limit", "money"],
    ["auto_data.vehicles[].garaging.postal_code", "text"],
    ["auto_data.vehicles[].attributes.color", "text"],
    ["auto_data.current_policy_expires", "date"],
    ["home_data.locations[].protections", "choices"],
    ["home_data.locations[].protections[]", "choice"],
    ["home_data.locations[].roof.year", "integer"],
    ["specialty_data.items[].kind", "choice"],
    ["specialty_data.items[].hull_id", "text"],
    ["specialty_data.items[].is_in_safe", "boolean"],
    ["specialty_data.items[].identifiers.serial", "text"],
    ["metadata.anything[].at.all", "text"],
  ])("%s is %s", (path, type) => expect(checkPath({ path, sort: false }, detail)).toEqual({ type }));

  it.each<[string, string | undefined, boolean, string, RegExp]>([
    ["auto_data", undefined, false, "path", /Must be a path inside one of/],
    ["notes.x", undefined, false, "path", /Must be a path inside one of/],
    ["email", undefined, false, "path", /Must be a path inside one of/],
    ["constructor.x", undefined, false, "path", /Must be a path inside one of/],
    ["auto_data.wheels", undefined, false, "path", /no wheels/],
    ["auto_data.vehicles.vin", undefined, false, "path", /vehicles\[\]/],
    ["auto_data.current_carrier[]", undefined, false, "path", /is not a list/],
    ["auto_data.vehicles[]", undefined, false, "path", /does not lead to a single value/],
    ["auto_data.vehicles[].garaging", undefined, false, "path", /does not lead to a single value/],
    ["auto_data.drivers[].date_of_birth", undefined, false, "path", /sensitive/],
    ["auto_data.drivers[].license_number", undefined, false, "path", /sensitive/],
    ["auto_data.drivers[].attributes.License_Number", undefined, false, "path", /sensitive/],
    ["auto_data.vehicles[].year", "text", false, "type", /integer/],
    ["auto_data.vehicles[].year", undefined, true, "sort", /several/],
    ["home_data.locations[].protections", undefined, true, "sort", /several/],
    ["metadata.tags", "choices", true, "sort", /several/],
    ["metadata.a b", undefined, false, "path", /Must be a path such as/],
  ])("%s as %s, sorted %s, is rejected", (path, type, sort, field, message) =>
    expect(checkPath({ path, type: type as FieldType | undefined, sort }, detail)).toMatchObject({
      wrong: { field, message: expect.stringMatching(message) },
    }),
  );

  it("are counted where they occur, once per record, without sensitive ones", () => {
    const leads = [
      { metadata: { a: 1, b: [{ c: "x" }, { c: "y" }] }, auto_data: { drivers: [{ name: "N", date_of_birth: "1990-01-01" }] } },
      { metadata: { a: "", d: null, "no path": 1 } },
      { metadata: { a: 0 } },
    ];
    expect(Object.fromEntries(countPaths(leads, detail))).toEqual({
      "metadata.a": 2,
      "metadata.b[].c": 1,
      "auto_data.drivers[].name": 1,
    });
  });
});
