import { mkdirSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { idPrefix } from "@crm/core/kernel/id.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { rewindProgress } from "@crm/core/storage/scheduler/sweep-progress.ts";
import { forgetCompleteShapes } from "@crm/core/storage/scheduler/table-shapes.ts";
import { DEFAULT_RETENTION_DAYS } from "@crm/core/storage/stream/audit-retention.ts";
import { type RecountResult, recount } from "@crm/core/storage/stream/recount.ts";
import { systemKey } from "@crm/core/storage/table/key.ts";
import { dynamodbLimits } from "@crm/core/storage/table/table.ts";
import { createShapeKnowledge } from "@crm/core/storage/table/written-shapes.ts";
import { listFlows } from "@crm/functions/flow/index.ts";
import { createOperations } from "@crm/functions/http/operation-runner.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { fileSecrets, folderFiles, jsonLog, mailbox, smsMailbox } from "../ports/adapters.ts";
import { localBus } from "../ports/bus.ts";
import { localFlows } from "../ports/flows.ts";
import { packagedFonts } from "../ports/fonts.ts";
import { fileKeys } from "../ports/keys.ts";
import { noNetworkPorts } from "../ports/no-network.ts";
import { folderObjects } from "../ports/objects.ts";
import { RequestActivity } from "../server/request-activity.ts";
import { convertStore, hasEarlierTable } from "../store/conversion.ts";
import { Refusal, State } from "../store/state.ts";
import { createConsumer } from "../stream-consumer.ts";
import { connectTable } from "../table/connection.ts";
import { TABLE_NAME } from "../table/dynamodb.ts";
import { hasTable, openTable, readTable } from "../table/file.ts";
import type { Item } from "../table-engine/attribute-value.ts";
import type { TableEngine } from "../table-engine/engine.ts";
import { isEqualItem } from "../table-engine/item.ts";
import { decodeBytes } from "../table-engine/item-text.ts";
import type { ItemKey } from "../table-engine/storage.ts";
import { compareText } from "../table-engine/text-order.ts";
import {
  createSnapshot,
  listDeadLetters,
  objectFolder,
  queueFolder,
  readDeadLetterRecords,
  readSweepProgress,
  rowsBetween,
  tenantRows,
} from "./backup.ts";
import { type BackupHeader, verifyBackup } from "./file-format.ts";
import { openBackup, type RestoreSource, runInStore, writeEntryFile } from "./restore-store.ts";
import { commitRestore, restoringFolder } from "./restore-swap.ts";

interface TenantRestoreResult {
  header: BackupHeader;
  tenant: { id: string; slug: string };
  written: number;
  removed: number;
  recount: RecountResult;
}

/**
 * Restores one tenant to the state in a backup, and removes what it wrote since. The work happens in a copy of the store whose stream is not
 * processed meanwhile. Changes that were unprocessed when the backup was made are processed, a recount verifies the result, and the copy replaces the
 * store in one step.
 */
export async function restoreTenant(
  file: string,
  data: string,
  tenantReference: string | undefined,
): Promise<TenantRestoreResult> {
  const header = await verifyBackup(file);
  if (header.scope === "kind") throw new Refusal(`${file} contains only one kind of record, not a whole tenant.`);
  return runInStore(data, async (state) => {
    if (!hasTable(state.folder) && !hasEarlierTable(state.folder))
      throw new Refusal(`There is no store in ${state.folder}: start the server once, or restore a whole store first.`);
    await convertStore(state);
    const copy = restoringFolder(state.folder);
    const source = await openBackup(file, header, tenantReference, state.folder);
    try {
      await rename(await createSnapshot(state), copy);
      const result = await rebuildTenant(copy, header, source);
      await commitRestore(state);
      return { header, tenant: source.tenant, ...result };
    } finally {
      source.close();
    }
  });
}

/** Writes the tenant's state from the source into the copy, and verifies it with a recount. */
async function rebuildTenant(
  folder: string,
  header: BackupHeader,
  source: RestoreSource,
): Promise<Pick<TenantRestoreResult, "written" | "removed" | "recount">> {
  const state = new State(folder);
  const log = jsonLog("error");
  const table = openTable(folder);
  const { database, source: stream, close } = connectTable(table);
  const files = folderFiles(join(folder, "files"));
  const secrets = fileSecrets(state);
  const origin = "http://127.0.0.1";
  const ports: Ports = {
    domains,
    database,
    writtenShapes: createShapeKnowledge(),
    // Events wait in the copy's own state until a server delivers them.
    bus: localBus(state, subscribers, log),
    mail: mailbox(state),
    sms: smsMailbox(state),
    smsSender: undefined,
    secrets,
    keys: fileKeys(state),
    files,
    objects: folderObjects({ folder: join(folder, "objects"), secrets, origin }),
    log,
    geocoder: noGeocoder,
    flows: localFlows(state, listFlows(domains), log).port,
    fonts: packagedFonts(),
    // A restore calls no external service.
    ...noNetworkPorts,
    operations: createOperations(),
    origin,
    inboundDomain: undefined,
    auditDays: DEFAULT_RETENTION_DAYS,
    archiveDays: 0,
    signup: "closed",
    keepsMailLocal: true,
  };
  const derive = streamHandler(ports);
  const tenant = source.tenant.id;
  try {
    // Process the stream first, for the other tenants. This tenant's changes in it are replaced by the restore.
    const consumer = createConsumer({
      source: stream,
      state,
      files,
      log,
      handler: streamHandler(ports, DEAD_LETTER_PREFIX),
      redriveHandler: derive,
      requests: new RequestActivity(),
    });
    await consumer.settle();
    await consumer.stop();
    for (const path of listDeadLetters(folder)) {
      const isTenantLetter = (await readDeadLetterRecords(path)).some(({ dynamodb }) =>
        dynamodb?.Keys?.pk?.S?.startsWith(`T#${tenant}#`),
      );
      if (isTenantLetter) rmSync(path);
    }
    // The next drain finds the queue empty, and removes the tenant's mark.
    rmSync(queueFolder(folder, tenant), { recursive: true, force: true });
    const { hasEarlierShapes, ...counts } = await writeDifferences(table, folder, source, (change) =>
      deriveOrDeadLetter(derive, change, folder),
    );
    if (hasEarlierShapes) await forgetCompleteShapes(ports);
    rewindSweep(table, tenant, header.due);
    state.set("stream", String(table.storage.lastSequence()));
    const proof = await runIn(systemContext(ports, tenant, "restore"), () => recount({ repair: false }));
    return { ...counts, recount: proof };
  } finally {
    await close();
    state.close();
  }
}

/**
 * Writes items that are missing or differ, and deletes items that are not in the backup. Both sides are in the order of keys. The source yields
 * changes after all items, and objects after the changes. Objects replace the present ones. Also returns whether the source has records of
 * earlier shapes.
 */
async function writeDifferences(
  engine: TableEngine,
  folder: string,
  source: RestoreSource,
  derive: (change: DynamoDBRecord) => Promise<void>,
): Promise<{ written: number; removed: number; hasEarlierShapes: boolean }> {
  const table = readTable(folder);
  const writer = new BatchWriter(engine);
  try {
    const objects = objectFolder(folder, source.tenant.id);
    rmSync(objects, { recursive: true, force: true });
    const present = tenantRows(table, source.tenant.id);
    let row = present.next();
    let hasEarlierShapes = false;
    const removeUntil = (key?: ItemKey): void => {
      for (; !row.done && (key === undefined || compareKeys(row.value, key) < 0); row = present.next()) writer.delete(row.value);
    };
    for await (const entry of source.entries()) {
      if ("change" in entry) {
        removeUntil();
        writer.flush();
        await derive(entry.change as DynamoDBRecord);
      } else if ("file" in entry) {
        await writeEntryFile(entry, folder, objects);
      } else if ("item" in entry) {
        const item = entry.item as Item;
        decodeBytes(item);
        const key = readItemKey(item);
        hasEarlierShapes ||= isEarlierShape(item, key);
        removeUntil(key);
        const presentRow = !row.done && compareKeys(row.value, key) === 0 ? row.value : undefined;
        if (presentRow) row = present.next();
        else if (key.pk.startsWith("S#") && table.get(key)) throw new Refusal(slugTakenMessage(source));
        if (!presentRow || !isEqualItem(presentRow.item, item)) writer.put(item);
      }
    }
    removeUntil();
    writer.flush();
    return { written: writer.putCount, removed: writer.deleteCount, hasEarlierShapes };
  } finally {
    table.close();
  }
}

const shapesByPrefix: ReadonlyMap<string | undefined, number> = new Map(
  domains.flatMap(({ kinds }) => kinds).map(({ prefix, shape }) => [prefix, shape]),
);

/** Returns whether an item is a record that this release stores in a later shape. */
function isEarlierShape({ shape }: Item, { sk }: ItemKey): boolean {
  const stored = (shape as { N?: string } | undefined)?.N;
  return stored !== undefined && Number(stored) < (shapesByPrefix.get(idPrefix(sk)) ?? 1);
}

const readItemKey = ({ pk, sk }: Item): ItemKey => ({ pk: (pk as { S: string }).S, sk: (sk as { S: string }).S });

const compareKeys = (a: ItemKey, b: ItemKey): number => compareText(a.pk, b.pk) || compareText(a.sk, b.sk);

/** The slug stays with a tenant that took it since the backup. */
const slugTakenMessage = ({ tenant }: RestoreSource): string =>
  `The slug ${tenant.slug} now belongs to another tenant: rename that tenant first; nothing was changed.`;

type WriteRequest = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } };

/** Writes in batches. Each key is written once, so the order does not matter. */
class BatchWriter {
  putCount = 0;
  deleteCount = 0;
  readonly #engine: TableEngine;
  #batch: WriteRequest[] = [];

  constructor(engine: TableEngine) {
    this.#engine = engine;
  }

  put(item: Item): void {
    this.putCount++;
    this.#add({ PutRequest: { Item: item } });
  }

  delete({ pk, sk }: ItemKey): void {
    this.deleteCount++;
    this.#add({ DeleteRequest: { Key: { pk: { S: pk }, sk: { S: sk } } } });
  }

  #add(request: WriteRequest): void {
    if (this.#batch.push(request) === dynamodbLimits.batchWrite) this.flush();
  }

  flush(): void {
    if (this.#batch.length === 0) return;
    this.#engine.execute("BatchWriteItem", { RequestItems: { [TABLE_NAME]: this.#batch } });
    this.#batch = [];
  }
}

/**
 * Makes the sweep look again for work that was due and not done when the backup was made, even if it has been claimed since; doing it twice has no
 * effect. If the backup does not say up to which day due work was done, the sweep starts from the beginning.
 */
function rewindSweep(engine: TableEngine, tenant: string, due: string | undefined): void {
  const swept = readSweepProgress(engine.storage);
  const claims = systemKey("claim", tenant);
  const claimed = Array.from(rowsBetween(engine.storage, `${claims}#`, `${claims}$`), ({ item }) => item);
  const writer = new BatchWriter(engine);
  for (const item of due === undefined ? [...claimed, ...swept] : claimed) writer.delete(readItemKey(item));
  if (due !== undefined) {
    const plain = swept.map((item) => unmarshall(item));
    for (const item of rewindProgress(plain, due.slice(0, 10))) writer.put(marshall(item) as Item);
  }
  writer.flush();
}

async function deriveOrDeadLetter(
  derive: ReturnType<typeof streamHandler>,
  change: DynamoDBRecord,
  folder: string,
): Promise<void> {
  const { batchItemFailures } = await derive({ Records: [change] });
  if (batchItemFailures.length === 0) return;
  const parked = join(
    folder,
    "files",
    "dead-letters",
    "stream",
    `${change.dynamodb?.SequenceNumber?.padStart(24, "0")}-restored.json`,
  );
  mkdirSync(dirname(parked), { recursive: true });
  await writeFile(parked, JSON.stringify({ payload: { Records: [change] } }), { flush: true });
}
