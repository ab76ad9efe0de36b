import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProcessingRecord } from "./processing-record-page.ts";

/** `npm run processing-record`: writes the record of processing activities (Art. 30 GDPR). A test fails if the page is outdated. */
writeFileSync(join(import.meta.dirname, "..", "docs", "security/processing-record.md"), await buildProcessingRecord());
