import { measureAccessPatterns } from "../test/storage/table/access-patterns.ts";
import { formatTable, type Section } from "./stats.ts";

/** Reads and writes of each operation, as the engine counts them. CI checks that docs/access-patterns.md has the same figures. */
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
