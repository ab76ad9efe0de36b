import { existsSync, mkdirSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { rewind } from "@crm/core/storage/jobs/sweep-progress.ts";
import { USUAL_DAYS } from "@crm/core/storage/project/audit-days.ts";
import { type Recount, recount } from "@crm/core/storage/project/recount.ts";
import { chunksOf } from "@crm/core/storage/table/database.ts";
import { systemKey } from "@crm/core/storage/table/key.ts";
import { limits } from "@crm/core/storage/table/table.ts";
import { flowsOf } from "@crm/functions/flow/index.ts";
import { PARKED, streamHandler } from "@crm/functions/stream/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { fileSecrets, folderFiles, jsonLog, mailbox, smsBox } from "./adapters.ts";
import { itemAt, objectsOf, parkedIn, recordsIn, rowsBetween, snapshot, sweptIn, tableOf, tenantRows } from "./backup.ts";
import { type Attributes, type Header, verify } from "./backup-file.ts";
import { localBus } from "./bus.ts";
import { engineDatabase } from "./database.ts";
import { clientFor, startEngine, TABLE } from "./engine.ts";
import { localFlows } from "./flows.ts";
import { packagedFonts } from "./fonts.ts";
import { fileKeys } from "./keys.ts";
import { nobody } from "./nobody.ts";
import { folderObjects } from "./objects.ts";
import { Requests } from "./requests.ts";
import { inFolder, openBackup, type Source, writeFileOf } from "./restore.ts";
import { Refusal, State } from "./state.ts";
import { consume, embeddedStream } from "./stream.ts";
import { commit, restoring } from "./swap.ts";

export interface TenantRestored {
  header: Header;
  tenant: { id: string; slug: string };
  written: number;
  removed: number;
  recount: Recount;
}

/**
 * Brings back one tenant as it was: every item of it is what it was, and what came since is gone. That happens in a
 * copy of the store, under an engine of its own, whose stream nobody derives from; what had not been derived when the
 * backup was made is derived then, the recount proves the result, and the copy takes the store's place at once.
 */
export async function restoreTenant(file: string, data: string, named: string | undefined): Promise<TenantRestored> {
  const header = await verify(file);
  if (header.scope === "kind") throw new Refusal(`${file} holds one kind of record, not a whole tenant.`);
  return inFolder(data, async (state) => {
    if (!existsSync(join(state.folder, "table.sqlite"))) {
      throw new Refusal(`There is no store in ${state.folder}: start it once, or restore a whole store first.`);
    }
    const copy = restoring(state.folder);
    const source = await openBackup(file, header, named, state.folder);
    try {
      await rename(await snapshot(state), copy);
      const result = await rebuild(copy, header, source);
      await commit(state);
      return { header, tenant: source.tenant, ...result };
    } finally {
      source.close();
    }
  });
}

/** Makes the tenant in the copy what the source says, and proves it. */
async function rebuild(
  folder: string,
  header: Header,
  source: Source,
): Promise<Pick<TenantRestored, "written" | "removed" | "recount">> {
  const state = new State(folder);
  const log = jsonLog("error");
  const engine = await startEngine(state, () => undefined);
  const database = engineDatabase(engine);
  const files = folderFiles(join(folder, "files"));
  const secrets = fileSecrets(state);
  const origin = "http://127.0.0.1";
  const ports: Ports = {
    domains,
    database,
    // Events wait in the copy's own state for subscribers, until a server delivers them.
    bus: localBus(state, subscribers, log),
    mail: mailbox(state),
    sms: smsBox(state),
    smsSender: undefined,
    secrets,
    keys: fileKeys(state),
    files,
    objects: folderObjects({ folder: join(folder, "objects"), secrets, origin }),
    log,
    geocoder: noGeocoder,
    flows: localFlows(state, flowsOf(domains), log).port,
    fonts: packagedFonts(),
    // A restore asks nobody.
    ...nobody,
    origin,
    inboundDomain: undefined,
    auditDays: USUAL_DAYS,
  };
  const derive = streamHandler(ports);
  const client = clientFor(engine.endpoint);
  const tenant = source.tenant.id;
  try {
    // What other tenants have in the stream is derived first; what this one has is overtaken.
    const consumer = consume({
      source: embeddedStream(engine),
      state,
      files,
      log,
      handler: streamHandler(ports, PARKED),
      redriving: derive,
      requests: new Requests(),
    });
    await consumer.settle();
    await consumer.stop();
    for (const path of parkedIn(folder)) {
      const own = (await recordsIn(path)).some(({ dynamodb }) => dynamodb?.Keys?.pk?.S?.startsWith(`T#${tenant}#`));
      if (own) rmSync(path);
    }
    const counts = await writeDifferences(client, folder, source, (change) => deriveOrPark(derive, change, folder));
    await rewindDue(client, folder, tenant, header.due);
    state.set("stream", newestOf(folder));
    const proof = await runIn(systemContext(ports, tenant, "restore"), () => recount({ mend: false }));
    return { ...counts, recount: proof };
  } finally {
    client.destroy();
    database.close();
    await engine.stop();
    const table = tableOf(folder);
    table.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    table.close();
    state.close();
  }
}

/**
 * Puts what is not there or differs, and deletes what is there and was not: both sides come in the order of keys.
 * Changes come behind all items, and objects, which are
 * brought back as they were, behind these.
 */
async function writeDifferences(
  client: DynamoDBClient,
  folder: string,
  source: Source,
  derive: (change: DynamoDBRecord) => Promise<void>,
): Promise<{ written: number; removed: number }> {
  const table = tableOf(folder);
  table.exec("BEGIN");
  const writer = new Writer(client);
  try {
    const objects = objectsOf(folder, source.tenant.id);
    rmSync(objects, { recursive: true, force: true });
    const present = tenantRows(table, source.tenant.id);
    let row = present.next();
    const removeUntil = async (key?: Key): Promise<void> => {
      for (; !row.done && (key === undefined || inOrder(row.value, key) < 0); row = present.next()) {
        const { pk, sk } = JSON.parse(row.value.item) as Attributes;
        await writer.add({ DeleteRequest: { Key: { pk, sk } as never } });
      }
    };
    for await (const entry of source.entries()) {
      if ("change" in entry) {
        await removeUntil();
        await writer.end();
        await derive(entry.change as DynamoDBRecord);
      } else if ("file" in entry) {
        await writeFileOf(entry, folder, objects);
      } else if ("item" in entry) {
        const { item } = entry;
        const key = { pk: `S:${item.pk?.S}`, sk: `S:${item.sk?.S}` };
        await removeUntil(key);
        const there = !row.done && inOrder(row.value, key) === 0 ? row.value : undefined;
        if (there) row = present.next();
        else refuseForeign(table, item, source);
        const same = there && isDeepStrictEqual(JSON.parse(there.item), item);
        if (!same) await writer.add({ PutRequest: { Item: binaryRead(item) as never } });
      }
    }
    await removeUntil();
    await writer.end();
    return { written: writer.put, removed: writer.deleted };
  } finally {
    table.close();
  }
}

type Key = { pk: string; sk: string };

/** As SQLite orders texts: by their bytes. */
const inOrder = (a: Key, b: Key): number =>
  Buffer.compare(Buffer.from(a.pk), Buffer.from(b.pk)) || Buffer.compare(Buffer.from(a.sk), Buffer.from(b.sk));

/** What the system keyspace gave to somebody else since stays theirs. */
function refuseForeign(table: DatabaseSync, item: Attributes, { tenant }: Source): void {
  if (!String(item.pk?.S).startsWith("S#") || !itemAt(table, String(item.pk?.S), String(item.sk?.S))) return;
  throw new Refusal(`The slug ${tenant.slug} belongs to another tenant by now: rename that one first; nothing was changed.`);
}

/** The engine writes binary values as base64 text; the client wants bytes. */
function binaryRead(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(binaryRead);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === "B" && typeof inner === "string" ? Buffer.from(inner, "base64") : binaryRead(inner),
    ]),
  );
}

/** Writes in batches, four at a time: each key comes once, so their order does not matter. */
class Writer {
  put = 0;
  deleted = 0;
  readonly #client: DynamoDBClient;
  #batch: WriteRequest[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(client: DynamoDBClient) {
    this.#client = client;
  }

  async add(request: WriteRequest): Promise<void> {
    if (request.PutRequest) this.put++;
    else this.deleted++;
    if (this.#batch.push(request) < limits.batchWrite) return;
    await this.#flush();
  }

  async end(): Promise<void> {
    if (this.#batch.length > 0) await this.#flush();
    await Promise.all(this.#underWay);
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    if (this.#underWay.size >= 4) await Promise.race(this.#underWay);
    const sent = this.#send(batch).finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }

  async #send(batch: readonly WriteRequest[]): Promise<void> {
    for (let rest = [...batch]; rest.length > 0; ) {
      const output = await this.#client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: rest } }));
      rest = output.UnprocessedItems?.[TABLE] ?? [];
    }
  }
}

/**
 * What was due when the backup was made, and was not acted on, is looked for again, whoever has claimed it since; acting twice does
 * nothing. Where the backup does not say up to when it was acted on, the sweep begins anew.
 */
async function rewindDue(client: DynamoDBClient, folder: string, tenant: string, due: string | undefined): Promise<void> {
  const table = tableOf(folder);
  const swept = sweptIn(table);
  const claims = systemKey("claim", tenant);
  const claimed = [...rowsBetween(table, `${claims}#`, `${claims}$`)].map(({ item }) => JSON.parse(item) as Attributes);
  table.close();
  const rewound =
    due === undefined
      ? []
      : rewind(
          swept.map((item) => unmarshall(item)),
          due.slice(0, 10),
        );
  const requests: WriteRequest[] = [
    ...(due === undefined ? [...claimed, ...swept] : claimed).map(({ pk, sk }) => ({
      DeleteRequest: { Key: { pk, sk } as Attributes },
    })),
    ...rewound.map((item) => ({ PutRequest: { Item: marshall(item) } })),
  ];
  for (const some of chunksOf(requests, limits.batchWrite)) {
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: some } }));
  }
}

function newestOf(folder: string): string {
  const table = tableOf(folder);
  const row = table.prepare("SELECT MAX(id) AS id FROM _stream_records").get();
  table.close();
  return String(row?.id ?? 0);
}

async function deriveOrPark(derive: ReturnType<typeof streamHandler>, change: DynamoDBRecord, folder: string): Promise<void> {
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
