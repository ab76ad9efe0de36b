import { readFileSync, writeFileSync } from "node:fs";
import { buildLimitsTable, replaceLimitsTable, resolveLongestSystem } from "../test/stacks/limits.ts";

/** Replaces the table of limits in docs/deploy.md. */
const file = new URL("../docs/deploy.md", import.meta.url);
writeFileSync(file, replaceLimitsTable(readFileSync(file, "utf8"), buildLimitsTable(await resolveLongestSystem())));
