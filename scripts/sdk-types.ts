import { mkdirSync, writeFileSync } from "node:fs";
import { operations } from "@crm/functions/api/index.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { buildSdkFiles, type OpenApiDocument } from "./sdk-type-writer.ts";

/** `npm run sdk-types`: writes the types of packages/sdk from the OpenAPI document. Run it after each change of an operation. */
const folder = new URL("../packages/sdk/src/generated/", import.meta.url);

mkdirSync(folder, { recursive: true });
const document = buildOpenApiDocument(operations, "") as unknown as OpenApiDocument;
for (const [name, text] of Object.entries(buildSdkFiles(document))) {
  writeFileSync(new URL(name, folder), text);
  console.log(`packages/sdk/src/generated/${name}: ${Math.ceil(text.length / 1024)} kB`);
}
