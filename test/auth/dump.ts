import { readFileSync } from "node:fs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { App } from "@crm/local/app.ts";
import { dynoxideOf } from "../dynoxide/dynoxide.ts";
import { storedItems, storedRecords, usesTableEngine } from "../table.ts";

type Item = { pk: string; sk: string } & Record<string, unknown>;

/** Every item of the table. */
export const dump = async (app: App): Promise<Item[]> => storedItems(app).map((item) => unmarshall(item) as Item);

/** All that the database has stored, its stream and its log of changes included. */
export function storedBytes(app: App): Buffer {
  if (usesTableEngine(app)) return Buffer.from(JSON.stringify([storedItems(app), storedRecords(app)]));
  const { file } = dynoxideOf(app);
  return Buffer.concat([file, `${file}-wal`].flatMap((each) => readIfThere(each)));
}

function readIfThere(file: string): Buffer[] {
  try {
    return [readFileSync(file)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
