import { operations } from "../api/index.ts";
import { buildCustomSchemas } from "../derive/custom-fields.ts";
import { buildOpenApiDocument, withCustomFields } from "../derive/openapi.ts";
import { RawResponse } from "../http/operation.ts";
import { examples } from "./examples.data.ts";

interface BuiltDocument {
  document: unknown;
  raw: RawResponse;
}

const builtDocuments = new Map<string, BuiltDocument>();

/** Returns the OpenAPI document. It is built once for each origin. */
export const openApiDocument = (origin: string): RawResponse => buildDocument(origin).raw;

/** Returns the document with those of the tenant's own fields that the caller sees. */
export async function tenantDocument(origin: string): Promise<RawResponse> {
  return toRawResponse(withCustomFields(buildDocument(origin).document, await buildCustomSchemas()), "no-store");
}

function buildDocument(origin: string): BuiltDocument {
  const cachedDocument = builtDocuments.get(origin);
  if (cachedDocument) return cachedDocument;
  const document = buildOpenApiDocument(operations, origin, examples);
  const fresh = { document, raw: toRawResponse(document, "max-age=60") };
  builtDocuments.set(origin, fresh);
  return fresh;
}

const toRawResponse = (document: unknown, caching: string): RawResponse =>
  new RawResponse("application/json; charset=utf-8", JSON.stringify(document), { "cache-control": caching });
