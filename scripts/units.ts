import { readFileSync, writeFileSync } from "node:fs";
import { measureAccessPatterns } from "../test/storage/table/access-patterns.ts";

/** Replaces the rows of measured costs in docs/access-patterns.md. */
const file = new URL("../docs/access-patterns.md", import.meta.url);
const head = "| access | read units | write units | commands |\n|---|---|---|---|\n";
const [before = "", after = ""] = readFileSync(file, "utf8").split(head);
const rows = Object.entries(await measureAccessPatterns()).map(
  ([name, { read, write, commands }]) => `| ${name} | ${read} | ${write} | ${commands} |\n`,
);
writeFileSync(file, before + head + rows.join("") + after.replace(/^(\|.*\n)+/, ""));
