import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { operations } from "@crm/functions/api/index.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";
import { findBreakingChanges, type OpenApiDocument, reduceDocument } from "./breaking-changes.ts";

/** The API keeps the promises of docs/versions.md compared with the last release (written by `npm run release:document`). */
const releasedDocument = JSON.parse(
  gunzipSync(readFileSync(new URL("released.json.gz", import.meta.url))).toString(),
) as OpenApiDocument;

it("the document is compatible with that of the last release", () => {
  const now = reduceDocument(buildOpenApiDocument(operations, "https://crm.example") as unknown as OpenApiDocument);
  expect(Object.keys(releasedDocument.paths).length).toBeGreaterThan(100);
  expect(findBreakingChanges(releasedDocument, now)).toEqual([]);
});

const leadSchema = {
  type: "object",
  properties: { name: { type: "string" }, status: { enum: ["NEW", "OLD"] }, size: { $ref: "#/components/schemas/Size" } },
  required: ["name"],
};
const buildDocument = (
  edit: (body: typeof leadSchema, answer: typeof leadSchema) => void = () => undefined,
  path = "/leads",
): OpenApiDocument => {
  const [body, answer] = [structuredClone(leadSchema), structuredClone(leadSchema)];
  edit(body, answer);
  const json = (schema: object) => ({ content: { "application/json": { schema } } });
  const post = {
    parameters: [{ name: "dry", in: "query", schema: { type: "boolean" } }],
    requestBody: json(body),
    responses: { 201: json(answer) },
  };
  return partOf<OpenApiDocument>({ paths: { [path]: { post } }, components: { schemas: { Size: { type: "integer" } } } });
};
type Part = Record<string, unknown>;

describe("a difference", () => {
  it.each<[string, OpenApiDocument, string]>([
    ["an operation that is gone", buildDocument(undefined, "/lead"), "POST /leads: the operation is gone"],
    [
      "a field that is required now",
      buildDocument((body) => body.required.push("size")),
      "POST /leads: body.size is required now",
    ],
    [
      "a field that is taken no more",
      buildDocument((body) => Reflect.deleteProperty(body.properties, "status")),
      "POST /leads: body.status is gone",
    ],
    [
      "a word that is taken no more",
      buildDocument((body) => body.properties.status.enum.pop()),
      "POST /leads: body.status takes OLD no more",
    ],
    [
      "another type that is taken",
      buildDocument((body) => Object.assign(body.properties, { size: { type: "string" } })),
      "POST /leads: body.size is integer no more",
    ],
    [
      "a field that is answered no more",
      buildDocument((_, answer) => Reflect.deleteProperty(answer.properties, "status")),
      "POST /leads: answer.status is gone",
    ],
    [
      "a field that may be null now",
      buildDocument((_, answer) => Object.assign(answer.properties.name, { type: ["string", "null"] })),
      "POST /leads: answer.name may be null now",
    ],
    [
      "a field that may be left out now",
      buildDocument((_, answer) => answer.required.pop()),
      "POST /leads: answer.name may be left out now",
    ],
  ])("is named: %s", (_, after, message) => {
    expect(findBreakingChanges(buildDocument(), after)).toEqual([message]);
  });

  it("is compatible if it only adds", () => {
    const more = buildDocument((body, answer) => {
      Object.assign(body.properties as Part, { note: { type: "string" } });
      Object.assign(answer.properties as Part, { note: { type: "string" } });
      body.properties.status.enum.push("HOT");
      answer.properties.status.enum.push("HOT");
    });
    expect(findBreakingChanges(buildDocument(), more)).toEqual([]);
  });
});
