import { readFileSync } from "node:fs";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { App } from "@crm/local/app.ts";
import { clientFor, TABLE } from "@crm/local/engine.ts";

type Item = { pk: string; sk: string } & Record<string, unknown>;

/** Every item of the table. */
export async function dump(app: App): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(clientFor(app.engine.endpoint));
  const items: Item[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: TABLE, ExclusiveStartKey: from }));
    items.push(...((page.Items ?? []) as Item[]));
    from = page.LastEvaluatedKey;
  } while (from);
  client.destroy();
  return items;
}

/** All that the database has written to disk, its stream and its log of changes included. */
export const bytesOnDisk = (app: App): Buffer =>
  Buffer.concat([app.engine.file, `${app.engine.file}-wal`].flatMap((file) => readIfThere(file)));

function readIfThere(file: string): Buffer[] {
  try {
    return [readFileSync(file)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
