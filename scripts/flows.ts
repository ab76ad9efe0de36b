import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { domains } from "@crm/core/domains.ts";
import { buildFlowPage } from "./flow-page.ts";

/**
 * `npm run flows`: draws the state machine of each flow into docs/lib/flows.md, after its last heading. A test in `test/lib/state-machine` fails if
 * the page is outdated.
 */
const file = join(import.meta.dirname, "..", "docs", "lib/flows.md");
writeFileSync(file, await buildFlowPage(readFileSync(file, "utf8"), domains));
