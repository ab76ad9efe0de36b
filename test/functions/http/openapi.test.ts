import { readFileSync } from "node:fs";
import { operations } from "@crm/functions/api/index.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { describe, expect, it } from "vitest";
import { buildSdkFiles, type OpenApiDocument } from "../../../scripts/sdk-type-writer.ts";

type Json = Record<string, unknown>;

interface Parameter extends Json {
  name: string;
  in: string;
  description?: string;
}
interface DescribedOperation extends Json {
  operationId: string;
  parameters?: readonly (Parameter & { $ref?: string })[];
}

const document = buildOpenApiDocument(operations, "https://crm.example") as {
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, Json>; parameters: Record<string, Parameter>; responses: Json };
};
const operationEntries = Object.values(document.paths).flatMap((path) => Object.entries(path));
const listParameters = ({ parameters = [] }: DescribedOperation): Parameter[] =>
  parameters.map((parameter) => document.components.parameters[parameter.$ref?.split("/").at(-1) ?? ""] ?? parameter);

/** Every object in the document, with its path. */
function* walkObjects(node: unknown, path = "#"): Generator<[string, Json]> {
  if (node === null || typeof node !== "object") return;
  if (!Array.isArray(node)) yield [path, node as Json];
  for (const [key, value] of Object.entries(node)) yield* walkObjects(value, `${path}/${key}`);
}

describe("the OpenAPI document", () => {
  it("contains only references that resolve, without siblings", () => {
    const definedRefs = new Set(
      Object.entries(document.components).flatMap(([room, all]) =>
        Object.keys(all).map((name) => `#/components/${room}/${name}`),
      ),
    );
    const refs = [...walkObjects(document)].flatMap(([path, { $ref }]) =>
      typeof $ref === "string" ? [[path, $ref] as const] : [],
    );
    expect(refs.length).toBeGreaterThan(200);
    expect(refs.filter(([, ref]) => !definedRefs.has(ref))).toEqual([]);
    expect([...definedRefs].filter((name) => !/^#\/components\/\w+\/[\w.-]+$/.test(name))).toEqual([]);
    expect([...walkObjects(document)].filter(([, node]) => "$defs" in node).map(([path]) => path)).toEqual([]);
  });

  it("describes each record as an object with its fields", () => {
    for (const name of ["Lead", "LeadRow", "Person", "User", "Tenant", "Interaction", "Form"]) {
      const schema = document.components.schemas[name] as { type?: string; properties?: Json };
      expect([name, schema.type, Object.keys(schema.properties ?? {}).length > 3]).toEqual([name, "object", true]);
      expect(Object.keys(schema)).not.toContain("$ref");
    }
  });

  it("R23 describes the change reason for each write", () => {
    const silent = operationEntries.filter(([method, operation]) => {
      const hasReason = listParameters(operation).some(
        (parameter) => parameter.in === "header" && parameter.name === "X-Change-Reason",
      );
      return hasReason === ["get", "options"].includes(method);
    });
    expect(silent.map(([method, { operationId }]) => [method, operationId])).toEqual([]);
  });

  it("has an entry for each operation except pages", () => {
    expect(operationEntries.map(([, { operationId }]) => operationId).sort()).toEqual(
      operations.flatMap(({ name, kind }) => (kind === "page" ? [] : name)).sort(),
    );
  });

  it("is small, because shared parts occur once", () => {
    expect(JSON.stringify(document).length / operationEntries.length).toBeLessThanOrEqual(2048);
  });

  it("describes each tag and each parameter", () => {
    expect(document.tags.filter(({ description }) => !description)).toEqual([]);
    const silent = operationEntries.flatMap(([, operation]) =>
      listParameters(operation).flatMap(({ in: place, name, description }) =>
        place === "path" || description ? [] : `${operation.operationId} ${name}`,
      ),
    );
    expect(silent).toEqual([]);
  });

  it("has no keyword that makes generated clients require a field", () => {
    expect([...walkObjects(document)].filter(([path, node]) => "default" in node && !path.endsWith("/properties"))).toEqual([]);
  });

  it("gives dates and times a format", () => {
    const texts = [...walkObjects(document)].flatMap(([path, { properties = {} }]) =>
      Object.entries(properties as Record<string, Json>).flatMap(([name, schema]) =>
        /_(at|date|until)$|^as_of$/.test(name) && schema.format === undefined && /string/.test(String(schema.type))
          ? `${path}/${name}`
          : [],
      ),
    );
    expect(texts).toEqual([]);
  });

  it("states which fields are sufficient", () => {
    const { CreateLeadBody, CreateContactBody } = document.components.schemas;
    expect(CreateLeadBody?.anyOf).toContainEqual({ required: ["email"] });
    expect(CreateContactBody?.anyOf).toEqual([{ required: ["customer_id"] }, { required: ["lead_id"] }]);
  });
});

describe("the types of the SDK", () => {
  it.each(Object.entries(buildSdkFiles(document as unknown as OpenApiDocument)))(
    "in %s are those of the document; otherwise run `npm run sdk-types`",
    (name, text) => {
      const committed = readFileSync(new URL(`../../../packages/sdk/src/generated/${name}`, import.meta.url), "utf8");
      // Two texts of half a megabyte would be compared line by line for long.
      expect(committed === text).toBe(true);
    },
  );
});
