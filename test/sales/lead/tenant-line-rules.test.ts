import { compileValidator, validateSchema } from "@crm/core/sales/product-line/json-schema.rules.ts";
import { publishVersions, readTenantDocument, type Version } from "@crm/core/sales/product-line/tenant-line.rules.ts";
import { describe, expect, it } from "vitest";

type Json = Record<string, unknown>;

const textSchema = { type: "string" };
const objectSchema = (properties: Json, more: Json = {}): Json => ({ type: "object", properties, ...more });
const buildVersion = (schema: Json, schema_version = 1): Version => ({ schema_version, schema });
const listWrongFields = (schema: unknown): string[] => validateSchema(schema).map(({ field }) => field);
const buildProperties = (count: number, buildProperty: (n: number) => unknown): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, buildProperty(n)]));

const petSchema = objectSchema(
  {
    kind: { type: "string", enum: ["dog", "cat"] },
    name: { type: "string", minLength: 2, maxLength: 5 },
    born: { type: "string", format: "date" },
    seen_at: { type: "string", format: "date-time" },
    vet: { type: "string", format: "email" },
    legs: { type: "integer", minimum: 0, maximum: 4 },
    weight: { type: "number" },
    is_chipped: { type: "boolean" },
    chip: { type: "string", pattern: "^\\d{3}-\\d{3}$", maxLength: 7, "x-sealed": true },
    species: { type: "string", const: "mammal" },
    owners: {
      type: "array",
      maxItems: 2,
      items: objectSchema(
        { name: textSchema, ssn: { type: "integer", "x-sealed": true } },
        { required: ["name"], additionalProperties: false },
      ),
    },
    notes: { type: "object" },
  },
  { required: ["kind"], additionalProperties: false },
);

describe("R18 the schema of a product line", () => {
  it("supports a subset of JSON Schema", () => {
    expect(validateSchema({ title: "Pets", description: "Of all kinds", ...petSchema })).toEqual([]);
  });

  const refusedSchemas: [string, unknown, string[]][] = [
    ["is none", "text", [""]],
    ["is no object", textSchema, ["type"]],
    [
      "refers to another",
      objectSchema({ a: { $ref: "https://evil.example/schema" } }),
      ["properties.a.$ref", "properties.a.type"],
    ],
    ["is made of others", objectSchema({ a: { ...textSchema, allOf: [textSchema] } }), ["properties.a.allOf"]],
    [
      "has alternatives deep down",
      objectSchema({ l: { type: "array", maxItems: 1, items: { ...textSchema, oneOf: [] } } }),
      ["properties.l.items.oneOf"],
    ],
    ["names itself", { ...objectSchema({}), $id: "x", $defs: {} }, ["$id", "$defs"]],
    ["has defaults", objectSchema({ a: { ...textSchema, default: "x" } }), ["properties.a.default"]],
    ["has names that are patterns", { ...objectSchema({}), patternProperties: { "^a": textSchema } }, ["patternProperties"]],
    ["has further properties by a schema", objectSchema({}, { additionalProperties: textSchema }), ["additionalProperties"]],
    ["has a bound of another type", objectSchema({ a: { ...textSchema, maximum: 3 } }), ["properties.a.maximum"]],
    ["has a list without a bound", objectSchema({ a: { type: "array", items: textSchema } }), ["properties.a.maxItems"]],
    [
      "has a list that is too long",
      objectSchema({ a: { type: "array", items: textSchema, maxItems: 101 } }),
      ["properties.a.maxItems"],
    ],
    ["has a name with a dot", objectSchema({ "a.b": textSchema }), ["properties.a.b"]],
    ["has a name with brackets", objectSchema({ "a[]": textSchema }), ["properties.a[]"]],
    ["has a name that every object has", objectSchema({ constructor: textSchema }), ["properties.constructor"]],
    ["has 10,000 properties", objectSchema(buildProperties(10_000, () => textSchema)), [""]],
    [
      "has 201 properties in all",
      objectSchema({
        a: objectSchema(buildProperties(150, () => textSchema)),
        b: objectSchema(buildProperties(49, () => textSchema)),
      }),
      [""],
    ],
    [
      "has an enum of 10,000",
      objectSchema({ a: { ...textSchema, enum: Array.from({ length: 10_000 }, (_, n) => `${n}`) } }),
      ["properties.a.enum"],
    ],
    ["has an enum of another type", objectSchema({ a: { ...textSchema, enum: [1] } }), ["properties.a.enum[0]"]],
    [
      "has a pattern that goes back",
      objectSchema({ a: { ...textSchema, maxLength: 9, pattern: "(a)\\1" } }),
      ["properties.a.pattern"],
    ],
    [
      "has a pattern over a text without a bound",
      objectSchema({ a: { ...textSchema, pattern: "^(a+)+$" } }),
      ["properties.a.pattern"],
    ],
    [
      "has patterns over more than can be matched in time",
      objectSchema({ a: { type: "array", maxItems: 100, items: { ...textSchema, maxLength: 101, pattern: "^(a+)+$" } } }),
      [""],
    ],
    ["requires a missing property", objectSchema({ a: textSchema }, { required: ["b"] }), ["required"]],
    ["has bounds the wrong way round", objectSchema({ a: { type: "number", minimum: 2, maximum: 1 } }), ["properties.a.maximum"]],
    ["seals a whole object", objectSchema({ a: { ...objectSchema({}), "x-sealed": true } }), ["properties.a.x-sealed"]],
    ["has a property for its own version", objectSchema({ schema_version: { type: "integer" } }), ["properties.schema_version"]],
  ];
  it.each(refusedSchemas)("is rejected if it %s", (_, schema, fields) => {
    expect(listWrongFields(schema)).toEqual(fields);
  });

  it("reports an unsupported keyword along with the supported ones", () => {
    expect(validateSchema(objectSchema({ a: { ...textSchema, allOf: [] } }))[0]?.message).toMatch(
      /^allOf is not supported: .*properties/,
    );
  });

  it("matches a pattern with catastrophic backtracking in linear time", () => {
    const schema = objectSchema({ a: { ...textSchema, maxLength: 200, pattern: "^(a+)+$" } });
    expect(validateSchema(schema)).toEqual([]);
    expect(compileValidator({ ...schema, type: "object" }, []).safeParse({ a: `${"a".repeat(199)}!` }).success).toBe(false);
  });
});

describe("versions of a product line", () => {
  const [firstVersion, two] = [buildVersion(objectSchema({ a: textSchema })), buildVersion(objectSchema({ b: textSchema }), 2)];
  const refusal = (newVersions: Version[], before: Version[] = []): string[] => {
    try {
      publishVersions(newVersions, before);
    } catch (error) {
      return (error as { details: { field: string }[] }).details.map(({ field }) => field);
    }
    return [];
  };

  it("follow one another, and published ones may be omitted", () => {
    expect(publishVersions([firstVersion], [])).toEqual([firstVersion]);
    expect(publishVersions([two], [firstVersion])).toEqual([firstVersion, two]);
    expect(publishVersions([firstVersion, two], [firstVersion])).toEqual([firstVersion, two]);
    expect(publishVersions([], [firstVersion])).toEqual([firstVersion]);
  });

  it("cannot change once they are published", () => {
    expect(refusal([buildVersion(objectSchema({ c: textSchema }))], [firstVersion])).toEqual(["versions[0].schema"]);
    expect(refusal([buildVersion(objectSchema({}), 3)], [firstVersion])).toEqual(["versions[0].schema_version"]);
    expect(refusal([])).toEqual(["versions"]);
    expect(refusal(Array.from({ length: 16 }, (_, n) => buildVersion(objectSchema({}), n + 1)))).toEqual(["versions"]);
  });

  it("report schema errors by path", () => {
    expect(refusal([firstVersion, buildVersion(objectSchema({ a: { $ref: "#" } }), 2)])).toContain(
      "versions[1].schema.properties.a.$ref",
    );
  });

  it("must seal a name in all places, permanently", () => {
    const chip = { ...textSchema, "x-sealed": true };
    const open = objectSchema({ pet: objectSchema({ Chip: textSchema }) });
    expect(refusal([buildVersion(objectSchema({ chip, ...(open.properties as Json) }))])).toEqual([
      "versions[0].schema.properties.pet.properties.Chip",
    ]);
    expect(refusal([buildVersion(open, 2)], [buildVersion(objectSchema({ chip }))])).toEqual([
      "versions[0].schema.properties.pet.properties.Chip",
    ]);
    expect(refusal([buildVersion(objectSchema({ chip }), 2)], [buildVersion(open)])).toEqual([]);
  });
});

describe("a document of a custom product line", () => {
  const versions = [buildVersion(petSchema)];
  const listProblems = (document: unknown, among = versions): string[] => {
    const reading = readTenantDocument(among, document);
    return "wrong" in reading ? reading.wrong.map(({ field }) => field) : [];
  };

  it("is of the current version unless it names one, and is normalized", () => {
    expect(readTenantDocument(versions, { kind: "dog", seen_at: "2026-01-02T03:04:05+01:00", legs: null })).toEqual({
      document: { schema_version: 1, kind: "dog", seen_at: "2026-01-02T02:04:05.000Z", legs: null },
    });
    const laterVersions = [...versions, buildVersion(objectSchema({ only: textSchema }, { additionalProperties: false }), 2)];
    expect(readTenantDocument(laterVersions, { only: "x" })).toEqual({ document: { schema_version: 2, only: "x" } });
    expect(readTenantDocument(laterVersions, { schema_version: 1, kind: "cat" })).toEqual({
      document: { schema_version: 1, kind: "cat" },
    });
    expect(listProblems({ kind: "cat" }, laterVersions)).toEqual(["kind"]);
  });

  const refusedDocuments: [string, Json][] = [
    ["schema_version", { schema_version: 2, kind: "dog" }],
    ["kind", {}],
    ["kind", { kind: null }],
    ["kind", { kind: "fish" }],
    ["name", { kind: "dog", name: "x" }],
    ["name", { kind: "dog", name: "sixsix" }],
    ["born", { kind: "dog", born: "2026-02-30" }],
    ["seen_at", { kind: "dog", seen_at: "2026-01-02" }],
    ["vet", { kind: "dog", vet: "vet@" }],
    ["legs", { kind: "dog", legs: 2.5 }],
    ["legs", { kind: "dog", legs: 5 }],
    ["weight", { kind: "dog", weight: "12" }],
    ["is_chipped", { kind: "dog", is_chipped: "yes" }],
    ["chip", { kind: "dog", chip: "123456" }],
    ["species", { kind: "dog", species: "bird" }],
    ["colour", { kind: "dog", colour: "red" }],
    ["owners", { kind: "dog", owners: [{ name: "a" }, { name: "b" }, { name: "c" }] }],
    ["owners[1].name", { kind: "dog", owners: [{ name: "a" }, { ssn: 1 }] }],
    ["owners[0].ssn", { kind: "dog", owners: [{ name: "a", ssn: "x" }] }],
    ["owners[0].age", { kind: "dog", owners: [{ name: "a", age: 3 }] }],
    ["", { kind: "dog", notes: { "a.b": 1 } }],
    ["", { kind: "dog", notes: { long: "ありがとう".repeat(10_000) } }],
  ];
  it.each(refusedDocuments)("is rejected at %s: %j", (field, document) => {
    expect(listProblems(document)).toEqual([field]);
  });

  it("counts the length of a text in characters, not bytes", () => {
    for (const name of ["ありがとう", "👩👩👩👩👩"]) expect(listProblems({ kind: "dog", name })).toEqual([]);
    expect(listProblems({ kind: "dog", name: "ありがとうと" })).toEqual(["name"]);
  });

  it("accepts masked values only if the field is sealed in some version", () => {
    expect(listProblems({ kind: "dog", chip: "•••123", owners: [{ name: "a", ssn: "•••" }] })).toEqual([]);
    expect(listProblems({ kind: "•••" })).toEqual(["kind"]);
    const open = objectSchema({
      chip: { type: "integer" },
      owner: { type: "object", properties: { chip: { type: "integer" } } },
    });
    const laterVersions = [buildVersion(open), buildVersion(petSchema, 2)];
    expect(listProblems({ schema_version: 1, chip: "•••", owner: { chip: "•••" } }, laterVersions)).toEqual([]);
  });
});
