import { measureAccessPatterns } from "../test/storage/table/access-patterns.ts";
import { formatTable, type Section } from "./stats.ts";

/** What each operation reads and writes, as the engine counts it; CI holds docs/access-patterns.md to the same figures. */
export async function benchUnits(): Promise<Section[]> {
  const rows = Object.entries(await measureAccessPatterns()).map(([name, { read, write, commands }]) => [
    name,
    read,
    write,
    commands,
  ]);
  const text = formatTable(["operation", "read units", "write units", "commands"], rows);
  return [{ title: "Units of each operation", text, missed: [] }];
}
