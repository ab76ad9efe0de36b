import { globSync } from "node:fs";
import { basename, join } from "node:path";
import type { DemoContext, DemoRecords } from "./context.ts";

const folder = join(import.meta.dirname, "records");

/** Creates records of every kind beside the year's leads, with one file of `records` after the other. */
export async function createOtherRecords(context: DemoContext): Promise<void> {
  const files = globSync("*.ts", { cwd: folder }).sort();
  const done = new Set<string>();
  const create = async (name: string): Promise<void> => {
    if (done.has(name)) return;
    done.add(name);
    const { records } = (await import(join(folder, `${name}.ts`))) as { records: DemoRecords };
    for (const dependency of records.after ?? []) await create(dependency);
    await records.create(context);
  };
  for (const file of files) await create(basename(file, ".ts"));
}
