import { operations } from "@crm/functions/api/index.ts";
import { openapi } from "@crm/functions/derive/openapi.ts";
import { describe, expect, it } from "vitest";

type Json = Record<string, unknown>;

const document = openapi(operations, "https://crm.example") as { paths: Json; components: { schemas: Json } };

/** Every object in the document, with its path. */
function* objects(node: unknown, path = "#"): Generator<[string, Json]> {
  if (node === null || typeof node !== "object") return;
  if (!Array.isArray(node)) yield [path, node as Json];
  for (const [key, value] of Object.entries(node)) yield* objects(value, `${path}/${key}`);
}

describe("the OpenAPI document", () => {
  it("has references that lead somewhere, and no definitions of their own beside them", () => {
    const known = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`));
    const refs = [...objects(document)].flatMap(([path, { $ref }]) => (typeof $ref === "string" ? [[path, $ref] as const] : []));
    expect(refs.length).toBeGreaterThan(200);
    expect(refs.filter(([, ref]) => !known.has(ref))).toEqual([]);
    expect([...objects(document)].filter(([, node]) => "$defs" in node).map(([path]) => path)).toEqual([]);
  });

  it("describes each record as what it is", () => {
    for (const name of ["Lead", "LeadRow", "Person", "User", "Tenant", "Interaction", "Form"]) {
      const schema = document.components.schemas[name] as { type?: string; properties?: Json };
      expect([name, schema.type, Object.keys(schema.properties ?? {}).length > 3]).toEqual([name, "object", true]);
      expect(Object.keys(schema)).not.toContain("$ref");
    }
  });

  it("R23 says of every write that its reason is kept", () => {
    const described = Object.values(document.paths).flatMap((path) => Object.entries(path as Json) as [string, Json][]);
    const silent = described.filter(([method, { parameters = [] }]) => {
      const says = (parameters as Json[]).some((each) => each.in === "header" && each.name === "X-Change-Reason");
      return says === ["get", "options"].includes(method);
    });
    expect(silent.map(([method, { operationId }]) => [method, operationId])).toEqual([]);
  });

  it("has an entry for every operation, and none for a page", () => {
    const described = Object.values(document.paths).flatMap((path) => Object.values(path as Json) as { operationId: string }[]);
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(
      operations.flatMap(({ name, kind }) => (kind === "page" ? [] : name)).sort(),
    );
  });
});
