import { measure } from "../test/storage/patterns.ts";
import { type Section, table } from "./stats.ts";

/** What each operation reads and writes, as the engine counts it; CI holds docs/access-patterns.md to the same figures. */
export async function benchUnits(): Promise<Section[]> {
  const rows = Object.entries(await measure()).map(([name, { read, write, commands }]) => [name, read, write, commands]);
  const text = table(["operation", "read units", "write units", "commands"], rows);
  return [{ title: "Units of each operation", text, missed: [] }];
}
