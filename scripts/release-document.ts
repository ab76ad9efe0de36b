import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { operations } from "@crm/functions/api/index.ts";
import { openapi } from "@crm/functions/derive/openapi.ts";
import { type Document, reduced } from "../test/registry/breaking.ts";

/** `npm run release:document`, at a release: keeps its document, against which later ones are held (docs/versions.md). */
const document = reduced(openapi(operations, "https://crm.example") as unknown as Document);
const FILE = new URL("../test/registry/released.json.gz", import.meta.url);
writeFileSync(FILE, gzipSync(JSON.stringify(document), { level: 9 }));
console.log(`Kept ${Object.keys(document.paths).length} paths`);
