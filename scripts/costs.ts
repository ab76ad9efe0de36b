import { readFileSync, writeFileSync } from "node:fs";
import { page } from "../bench/costs/page.rules.ts";
import { wholes } from "../test/storage/whole.ts";

/** Measures what records cost with all that follows from them, and writes what a month costs by it into docs/costs.md. */
const docs = new URL("../docs/", import.meta.url);
const accesses = readFileSync(new URL("access-patterns.md", docs), "utf8");
writeFileSync(new URL("costs.md", docs), page(accesses, await wholes()));
