import { readFileSync, writeFileSync } from "node:fs";
import { buildCostPage } from "../bench/costs/page.rules.ts";
import { measureWriteCosts } from "../test/storage/table/write-cost.ts";

/** Measures what records cost with everything derived from them, and writes the monthly costs to docs/costs.md. */
const docs = new URL("../docs/", import.meta.url);
const accesses = readFileSync(new URL("access-patterns.md", docs), "utf8");
writeFileSync(new URL("costs.md", docs), buildCostPage(accesses, await measureWriteCosts()));
