import { readFileSync, writeFileSync } from "node:fs";
import { buildCostPage, buildCostSummary, buildMonitoringCosts } from "../bench/costs/page.rules.ts";
import { measureWriteCosts } from "../test/storage/table/write-cost.ts";
import { replaceSection } from "./generated-section.ts";

/**
 * Measures what records cost with everything derived from them, and writes the monthly costs to docs/costs.md, and to the generated tables of
 * README.md and docs/deploy.md.
 */
const root = new URL("../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const accesses = read("docs/access-patterns.md");
const page = buildCostPage(accesses, await measureWriteCosts());
writeFileSync(new URL("docs/costs.md", root), page);
for (const [path, name, text] of [
  ["README.md", "costs", buildCostSummary(accesses, page)],
  ["docs/deploy.md", "monitoring costs", buildMonitoringCosts()],
] as const)
  writeFileSync(new URL(path, root), replaceSection(read(path), name, text));
