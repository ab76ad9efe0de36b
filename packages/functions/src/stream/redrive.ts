import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Files, Log, Ports } from "@crm/core/kernel/ports.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";

/** An event that Lambda or the local runner has parked: unchanged, within a report of the failure. */
interface DeadLetter {
  /** Lambda's manual shows a text here, its invocation records an object: both are read. */
  payload: string | DynamoDBStreamEvent;
}

export interface RedriveResult {
  /** Parked documents whose records were all processed now. They are deleted from the store. */
  redriven: number;
  /** Documents that failed again and stay parked. */
  failed: number;
}

export interface RedriveOptions {
  files: Files;
  /** The prefix of the parked documents. */
  prefix: string;
  handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  log: Log;
  /** Returns the current item of a stream record. */
  present?: (record: DynamoDBRecord) => Promise<Item | undefined>;
}

/** Returns a reader of items of every tenant, one at a time. */
export const createItemReader =
  ({ database }: Pick<Ports, "database">): NonNullable<RedriveOptions["present"]> =>
  async ({ dynamodb }) => {
    const [pk, sk] = [dynamodb?.Keys?.pk?.S ?? "", dynamodb?.Keys?.sk?.S ?? ""];
    const tenant = /^T#([^#]+)#/.exec(pk)?.[1];
    if (tenant === undefined) return undefined;
    const command = new GetCommand({ TableName: database.table, Key: { pk, sk }, ConsistentRead: true });
    const { Item } = (await database.send(command, { tenant, keyspaces: [] })) as { Item?: Item };
    return Item;
  };

/**
 * Sends parked stream records through the stream's handler again, one by one, so that none waits for another. Each record takes
 * effect once, even if it is delivered several times, so this can be stopped and repeated at any time. A record can fail because
 * of its stored images: then it is derived from the current item, which an operator may have repaired.
 */
export async function redrive(redriving: RedriveOptions): Promise<RedriveResult> {
  const { files, prefix, log } = redriving;
  const result: RedriveResult = { redriven: 0, failed: 0 };
  let keys = await files.list(prefix);
  while (keys.length > 0) {
    for (const key of keys) {
      const body = await files.get(key);
      if (!body) continue;
      try {
        for (const record of parseRecords(body)) await deriveRecord(redriving, record);
        await files.delete(key);
        result.redriven++;
      } catch (error) {
        log.write("error", "A parked record failed again", { key, error: error instanceof Error ? error.message : "" });
        result.failed++;
      }
    }
    keys = await files.list(prefix, keys.at(-1));
  }
  return result;
}

function parseRecords(body: Uint8Array): readonly DynamoDBRecord[] {
  const { payload } = JSON.parse(Buffer.from(body).toString()) as DeadLetter;
  return (typeof payload === "string" ? (JSON.parse(payload) as DynamoDBStreamEvent) : payload).Records;
}

async function deriveRecord(redriving: RedriveOptions, record: DynamoDBRecord): Promise<void> {
  if (await tryRecord(redriving, record)) return;
  for (const again of await buildCurrentRecords(redriving, record))
    if (again === undefined || (await tryRecord(redriving, again))) return;
  throw new Error(`Record ${record.dynamodb?.SequenceNumber} could not be processed`);
}

const tryRecord = async ({ handler }: RedriveOptions, record: DynamoDBRecord): Promise<boolean> =>
  (await handler({ Records: [record] })).batchItemFailures.length === 0;

/**
 * Returns the records to try in place of one that fails as it was parked: the same version with the current item, first with and
 * then without the old image. Returns a single undefined if the item has a later version, which has its own stream record or is
 * itself parked.
 */
async function buildCurrentRecords(
  { present, log }: RedriveOptions,
  record: DynamoDBRecord,
): Promise<(DynamoDBRecord | undefined)[]> {
  const item = await present?.(record);
  if (!item) return [];
  const parked = Number(record.dynamodb?.NewImage?.version?.N ?? 0);
  if (Number(item.version) > parked) {
    log.write("warn", "A parked version is stale: it has no audit entry", { sequence: record.dynamodb?.SequenceNumber });
    return [undefined];
  }
  const NewImage = marshall(item, { removeUndefinedValues: true }) as NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"];
  const { OldImage: _before, ...rest } = record.dynamodb ?? {};
  return [
    { ...record, dynamodb: { ...record.dynamodb, NewImage } },
    { ...record, dynamodb: { ...rest, NewImage } },
  ] as DynamoDBRecord[];
}

interface DeadLetterSummary {
  key: string;
  /** The keys of the items that its records change. */
  records: string[];
}

/** The first object in the queue of a tenant that is set aside: the others wait for it. */
interface QueueSummary extends DeadLetterSummary {
  tenant_id: string;
  set_aside_at: string | null;
  /** The number of objects in the queue: at most a thousand are counted. */
  waiting: number;
}

/** Lists the parked documents in order, at most a thousand, and then the tenants that are set aside. */
export async function listParked(ports: Ports, prefix: string): Promise<(DeadLetterSummary | QueueSummary)[]> {
  const { files } = ports;
  const parked: (DeadLetterSummary | QueueSummary)[] = [];
  for (const key of await files.list(prefix)) parked.push({ key, records: listItemKeys(await files.get(key)) });
  const marks = await TenantQueue.readMarks(ports);
  for (const tenant_id of new Set([...marks.keys(), ...(await TenantQueue.listQueues(files))])) {
    const keys = await files.list(TenantQueue.queuePrefix(tenant_id));
    const [key = TenantQueue.queuePrefix(tenant_id)] = keys;
    const records = listItemKeys(await files.get(key));
    parked.push({ key, tenant_id, set_aside_at: marks.get(tenant_id)?.since ?? null, waiting: keys.length, records });
  }
  return parked;
}

function listItemKeys(body: Uint8Array | undefined): string[] {
  try {
    return parseRecords(body ?? new Uint8Array()).map(({ dynamodb }) => `${dynamodb?.Keys?.pk?.S} ${dynamodb?.Keys?.sk?.S}`);
  } catch {
    return [];
  }
}

/**
 * Deletes a parked record, or an object of a tenant's queue, without processing it: its effects never happen. The log keeps the
 * reason. Returns whether there was such an object.
 */
export async function dismiss(
  { files, prefix, log }: Pick<RedriveOptions, "files" | "prefix" | "log">,
  { key, reason }: { key: string; reason: string },
): Promise<boolean> {
  const body = [prefix, TenantQueue.PREFIX].some((each) => key.startsWith(each)) ? await files.get(key) : undefined;
  if (!body) return false;
  log.write("warn", "A parked record was dismissed", { key, reason, records: listItemKeys(body) });
  await files.delete(key);
  return true;
}
