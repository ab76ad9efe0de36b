import { readFileSync, writeFileSync } from "node:fs";
import { buildLimitsTable, resolveLongestSystem } from "../test/stacks/limits.ts";
import { replaceSection } from "./generated-section.ts";

/** Replaces the table of limits in docs/deploy.md. */
const file = new URL("../docs/deploy.md", import.meta.url);
writeFileSync(file, replaceSection(readFileSync(file, "utf8"), "limits", buildLimitsTable(await resolveLongestSystem())));
