import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { domains } from "@crm/core/domains.ts";
import { buildFlowPage } from "./flow-page.ts";

/** `npm run flows`: draws the machine of each flow into docs/lib/flows.md, behind its last heading; `test/lib/state-machine` says when it is not the one that runs. */
const file = join(import.meta.dirname, "..", "docs", "lib/flows.md");
writeFileSync(file, await buildFlowPage(readFileSync(file, "utf8"), domains));
