import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTable, readTable } from "@crm/local/table/file.ts";
import type { Item } from "@crm/local/table-engine/attribute-value.ts";
import { buildLeadsCsv } from "./import.ts";
import { type BenchServer, callApi, discardServer, startLoadedServer } from "./server.ts";
import { formatTable, median, quantile, type Section, timeRuns } from "./stats.ts";

/**
 * A file of leads against `npm start` until all has followed, beside two clients that know no rules: one writes the same items, the
 * other the lead and its person alone; and creates over HTTP while what follows from such a file is under way.
 */
export interface BulkOptions {
  rounds: number;
  rows: number;
}

/** Shares of what the bare clients do in a second, at least: a command costs the table engine next to nothing. */
const MIN_SHARE_OF_SAME_ITEMS = 0.12;
const MIN_SHARE_OF_TWO_ITEMS = 0.02;
/** Of creates while the stream catches up: their 99th percentile in medians, at most. */
const MAX_TAIL_RATIO = 12;

export async function benchBulk(options: BulkOptions): Promise<Section[]> {
  return [await compareImport(options), await benchCreates(options)];
}

async function compareImport({ rounds, rows }: BulkOptions): Promise<Section> {
  const perSecond: { ours: number; same: number; two: number }[] = [];
  let each = 0;
  for (let round = 0; round < rounds; round++) {
    const { seconds, items } = await importFile(rows);
    const kinds = new Set(['"lead"', '"person"']);
    const two = items.filter(({ __edb_e__ }) => kinds.has(JSON.stringify((__edb_e__ as { S?: string } | undefined)?.S)));
    each = items.length / rows;
    perSecond.push({ ours: rows / seconds, same: rows / (await timeWrites(items)), two: rows / (await timeWrites(two)) });
  }
  const [ours, same, two] = (["ours", "same", "two"] as const).map((name) => median(perSecond.map((round) => round[name])));
  const shares = (["same", "two"] as const).map((name) => median(perSecond.map((round) => round.ours / round[name])));
  const [ofSame = 0, ofTwo = 0] = shares;
  const text = formatTable(
    ["rows", "items a row", "until all has followed, rows/s", "bare, the same items", "share", "bare, lead and person", "share"],
    [[rows, each, ours ?? 0, same ?? 0, ofSame, two ?? 0, ofTwo]],
  );
  const missed = [
    ...(ofSame < MIN_SHARE_OF_SAME_ITEMS
      ? [`a file against a bare client: ${ofSame.toFixed(2)}, at least ${MIN_SHARE_OF_SAME_ITEMS}`]
      : []),
    ...(ofTwo < MIN_SHARE_OF_TWO_ITEMS
      ? [`a file against lead and person alone: ${ofTwo.toFixed(2)}, at least ${MIN_SHARE_OF_TWO_ITEMS}`]
      : []),
  ];
  return { title: "A file of leads until all has followed, beside bare clients", text, missed };
}

/** Brings a file in through the API of a server of its own; the items that are there then and were not before. */
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

/** Seconds in which a client that does nothing else writes the items to an empty table, 25 a request. */
async function timeWrites(items: readonly Item[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "crm-bare-"));
  const table = openTable(folder);
  try {
    const started = performance.now();
    for (let at = 0; at < items.length; at += 25) {
      const puts = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      table.execute("BatchWriteItem", { RequestItems: { [table.definition.name]: puts } });
    }
    return (performance.now() - started) / 1000;
  } finally {
    table.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Creates once the import is over. */
const CREATES_AFTER_IMPORT = 100;

let serial = 0;

/** Milliseconds of creating one lead. */
async function timeCreate({ url, token }: BenchServer): Promise<number> {
  const n = ++serial;
  const lead = { first_name: "Grace", last_name: `Busy${n}`, email: `busy${n}@mail.example`, company: "Bench Ltd" };
  const [took = Number.NaN] = await timeRuns(1, () =>
    callApi(url, "POST", "/api/v1/leads", token, { ...lead, lead_source_id: "web" }),
  );
  return took;
}

async function benchCreates({ rounds, rows }: BulkOptions): Promise<Section> {
  const quiet: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const server = await startLoadedServer(1000);
    try {
      const create = () => timeCreate(server);
      for (let n = 0; n < 50; n++) await create();
      for (let n = 0; n < 200; n++) quiet.push(await create());
      await callApi(server.url, "POST", "/_local/settle", undefined, {});
      const id = await sendImport(server, rows, "busy");
      let isOpen = true;
      const following = waitForImport(server, id).then(() => {
        isOpen = false;
      });
      // What was brought in last is still to be followed when the import is over.
      while (isOpen) busy.push(await create());
      for (let n = 0; n < CREATES_AFTER_IMPORT; n++) busy.push(await create());
      await following;
    } finally {
      await discardServer(server);
    }
  }
  const figures = (name: string, took: readonly number[]) => {
    const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)];
    return [name, took.length, p50, p99, p99 / p50];
  };
  const tail = quantile(busy, 0.99) / quantile(busy, 0.5);
  const lines = [figures("with nothing else", quiet), figures("while a file comes in and all follows", busy)];
  const text = formatTable(["create", "count", "p50 ms", "p99 ms", "p99 in medians"], lines);
  const missed =
    tail > MAX_TAIL_RATIO ? [`creates while a file comes in: p99 ${tail.toFixed(1)} medians, at most ${MAX_TAIL_RATIO}`] : [];
  return { title: "Creates over HTTP while the stream catches up", text, missed };
}
