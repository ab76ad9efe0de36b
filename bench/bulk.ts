import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTable, readTable } from "@crm/local/table/file.ts";
import type { Item } from "@crm/local/table-engine/attribute-value.ts";
import { buildLeadsCsv } from "./import.ts";
import { type BenchServer, callApi, discardServer, startLoadedServer } from "./server.ts";
import { formatTable, median, quantile, type Section, timeRuns } from "./stats.ts";

/**
 * Imports a file of leads into `npm start` until everything derived from it is done, compared with two bare clients: one writes the same items, the
 * other only leads and persons. Also times creates over HTTP while such a file is processed.
 */
export interface BulkOptions {
  rounds: number;
  rows: number;
}

/** Minimum throughput, relative to the bare clients: a command costs the table engine next to nothing. */
const MIN_SHARE_OF_SAME_ITEMS = 0.12;
const MIN_SHARE_OF_TWO_ITEMS = 0.02;
/** Maximum 99th percentile of creates while the stream catches up, in medians. */
const MAX_TAIL_RATIO = 12;

export async function benchBulk(options: BulkOptions): Promise<Section[]> {
  return [await compareImport(options), await benchCreates(options)];
}

async function compareImport({ rounds, rows }: BulkOptions): Promise<Section> {
  const perSecond: { ours: number; same: number; two: number }[] = [];
  let itemsPerRow = 0;
  for (let round = 0; round < rounds; round++) {
    const { seconds, items } = await importFile(rows);
    const kinds = new Set(['"lead"', '"person"']);
    const two = items.filter(({ __edb_e__ }) => kinds.has(JSON.stringify((__edb_e__ as { S?: string } | undefined)?.S)));
    itemsPerRow = items.length / rows;
    perSecond.push({ ours: rows / seconds, same: rows / (await timeWrites(items)), two: rows / (await timeWrites(two)) });
  }
  const [importRate, sameItemsRate, two] = (["ours", "same", "two"] as const).map((name) =>
    median(perSecond.map((round) => round[name])),
  );
  const shares = (["same", "two"] as const).map((name) => median(perSecond.map((round) => round.ours / round[name])));
  const [ofSame = 0, ofTwo = 0] = shares;
  const text = formatTable(
    [
      "rows",
      "items a row",
      "until all effects are done, rows/s",
      "bare, the same items",
      "share",
      "bare, lead and person",
      "share",
    ],
    [[rows, itemsPerRow, importRate ?? 0, sameItemsRate ?? 0, ofSame, two ?? 0, ofTwo]],
  );
  const misses = [
    ...(ofSame < MIN_SHARE_OF_SAME_ITEMS
      ? [`an import against a bare client: ${ofSame.toFixed(2)}, at least ${MIN_SHARE_OF_SAME_ITEMS}`]
      : []),
    ...(ofTwo < MIN_SHARE_OF_TWO_ITEMS
      ? [`an import against lead and person alone: ${ofTwo.toFixed(2)}, at least ${MIN_SHARE_OF_TWO_ITEMS}`]
      : []),
  ];
  return { title: "An import of leads until all effects are done, compared with bare clients", text, missed: misses };
}

/** Imports a file through the API of a new server. Returns the items that this added. */
async function importFile(rows: number): Promise<{ seconds: number; items: Item[] }> {
  const server = await startLoadedServer(100);
  try {
    await callApi(server.url, "POST", "/_local/settle", undefined, {});
    const before = new Set(readItems(server).map(serializeKey));
    const started = performance.now();
    await waitForImport(server, await sendImport(server, rows, "bulk"));
    await callApi(server.url, "POST", "/_local/settle", undefined, {});
    const seconds = (performance.now() - started) / 1000;
    return { seconds, items: readItems(server).filter((item) => !before.has(serializeKey(item))) };
  } finally {
    await discardServer(server);
  }
}

const serializeKey = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);

function readItems({ folder }: BenchServer): Item[] {
  const table = readTable(folder);
  try {
    return Array.from(table.scan(undefined), ({ item }) => item);
  } finally {
    table.close();
  }
}

export async function sendImport({ url, token }: BenchServer, rows: number, mark: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([buildLeadsCsv(rows, mark)], { type: "text/csv" }), "leads.csv");
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/leads/import`, { method: "POST", headers, body: form });
  const answer = (await response.json()) as { data?: { import_id: string } };
  if (!answer.data) throw new Error(`POST /api/v1/leads/import: ${response.status} ${JSON.stringify(answer).slice(0, 300)}`);
  return answer.data.import_id;
}

export async function waitForImport({ url, token }: BenchServer, id: string): Promise<void> {
  for (let status = "queued"; status === "queued" || status === "running"; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ status } = (await callApi(url, "GET", `/api/v1/imports/${id}`, token)).data);
  }
}

/** Returns the seconds in which a bare client writes the items to an empty table, 25 a request. */
async function timeWrites(items: readonly Item[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "crm-bare-"));
  const table = openTable(folder);
  try {
    const started = performance.now();
    for (let offset = 0; offset < items.length; offset += 25) {
      const puts = items.slice(offset, offset + 25).map((Item) => ({ PutRequest: { Item } }));
      table.execute("BatchWriteItem", { RequestItems: { [table.definition.name]: puts } });
    }
    return (performance.now() - started) / 1000;
  } finally {
    table.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Number of creates after the end of the import. */
const CREATES_AFTER_IMPORT = 100;

let serial = 0;

/** Returns the milliseconds of creating one lead. */
async function timeCreate({ url, token }: BenchServer): Promise<number> {
  const n = ++serial;
  const lead = { first_name: "Grace", last_name: `Busy${n}`, email: `busy${n}@mail.example`, company: "Bench Ltd" };
  const [duration = Number.NaN] = await timeRuns(1, () =>
    callApi(url, "POST", "/api/v1/leads", token, { ...lead, lead_source_id: "web" }),
  );
  return duration;
}

async function benchCreates({ rounds, rows }: BulkOptions): Promise<Section> {
  const quietDurations: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const server = await startLoadedServer(1000);
    try {
      const create = () => timeCreate(server);
      for (let n = 0; n < 50; n++) await create();
      for (let n = 0; n < 200; n++) quietDurations.push(await create());
      await callApi(server.url, "POST", "/_local/settle", undefined, {});
      const id = await sendImport(server, rows, "busy");
      let isOpen = true;
      const following = waitForImport(server, id).then(() => {
        isOpen = false;
      });
      // When the import ends, its last rows are still being processed by the stream.
      while (isOpen) busy.push(await create());
      for (let n = 0; n < CREATES_AFTER_IMPORT; n++) busy.push(await create());
      await following;
    } finally {
      await discardServer(server);
    }
  }
  const figures = (name: string, durations: readonly number[]) => {
    const [p50, p99] = [quantile(durations, 0.5), quantile(durations, 0.99)];
    return [name, durations.length, p50, p99, p99 / p50];
  };
  const tail = quantile(busy, 0.99) / quantile(busy, 0.5);
  const lines = [figures("without other load", quietDurations), figures("during an import and its effects", busy)];
  const text = formatTable(["create", "count", "p50 ms", "p99 ms", "p99 in medians"], lines);
  const misses =
    tail > MAX_TAIL_RATIO ? [`creates during an import: p99 ${tail.toFixed(1)} medians, at most ${MAX_TAIL_RATIO}`] : [];
  return { title: "Creates over HTTP while the stream catches up", text, missed: misses };
}
