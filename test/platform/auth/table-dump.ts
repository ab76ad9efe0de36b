import { readFileSync } from "node:fs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { App } from "@crm/local/app.ts";
import { findAppDynoxide } from "../../local/dynoxide/dynoxide.ts";
import { listStoredItems, listStreamRecords, usesTableEngine } from "../../support/stored-items.ts";

type Item = { pk: string; sk: string } & Record<string, unknown>;

/** Every item of the table. */
export const dumpTable = async (app: App): Promise<Item[]> => listStoredItems(app).map((item) => unmarshall(item) as Item);

/** Everything that the database has stored, including its stream and write-ahead log. */
export function readStoredBytes(app: App): Buffer {
  if (usesTableEngine(app)) return Buffer.from(JSON.stringify([listStoredItems(app), listStreamRecords(app)]));
  const { file } = findAppDynoxide(app);
  return Buffer.concat([file, `${file}-wal`].flatMap((each) => readOptionalFile(each)));
}

function readOptionalFile(file: string): Buffer[] {
  try {
    return [readFileSync(file)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
