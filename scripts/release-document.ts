import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { operations } from "@crm/functions/api/index.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { type OpenApiDocument, reduceDocument } from "../test/invariants/registry/breaking-changes.ts";

/** `npm run release:document`: stores the OpenAPI document of a release, with which later documents are compared (docs/versions.md). */
const document = reduceDocument(buildOpenApiDocument(operations, "https://crm.example") as unknown as OpenApiDocument);
const FILE = new URL("../test/invariants/registry/released.json.gz", import.meta.url);
writeFileSync(FILE, gzipSync(JSON.stringify(document), { level: 9 }));
console.log(`Stored ${Object.keys(document.paths).length} paths`);
