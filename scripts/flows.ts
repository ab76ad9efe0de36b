import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { domains } from "@crm/core/domains.ts";
import { pageOf } from "./flow-page.ts";

/** `npm run flows`: draws the machine of each flow into docs/flows.md, behind its last heading; `test/flow` says when it is not the one that runs. */
const file = join(import.meta.dirname, "..", "docs", "flows.md");
writeFileSync(file, await pageOf(readFileSync(file, "utf8"), domains));
