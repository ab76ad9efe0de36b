import { readFileSync, writeFileSync } from "node:fs";
import { buildFigureTable } from "../packages/core/src/analytics/figure/figure-table.ts";
import { replaceSection } from "./generated-section.ts";

/** Replaces the table of definitions in docs/analytics/figures.md. */
const file = new URL("../docs/analytics/figures.md", import.meta.url);
writeFileSync(file, replaceSection(readFileSync(file, "utf8"), "figures", buildFigureTable()));
