import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Item } from "@crm/local/table-engine/attribute-value.ts";
import { openTable, readTable } from "@crm/local/table-file.ts";
import { leadsFile } from "./import.ts";
import { type BenchServer, call, discard, serverWith } from "./server.ts";
import { median, quantile, type Section, table, timings } from "./stats.ts";

/**
 * A file of leads against `npm start` until all has followed, beside two clients that know no rules: one writes the same items, the
 * other the lead and its person alone; and creates over HTTP while what follows from such a file is under way.
 */
export interface BulkOptions {
  rounds: number;
  rows: number;
}

/** Shares of what the bare clients do in a second, at least: a command costs the table engine next to nothing. */
const OF_THE_SAME = 0.12;
const OF_TWO_ITEMS = 0.02;
/** Of creates while the stream catches up: their 99th percentile in medians, at most. */
const TAIL = 12;

export async function benchBulk(options: BulkOptions): Promise<Section[]> {
  return [await besideBare(options), await creating(options)];
}

async function besideBare({ rounds, rows }: BulkOptions): Promise<Section> {
  const perSecond: { ours: number; same: number; two: number }[] = [];
  let each = 0;
  for (let round = 0; round < rounds; round++) {
    const { seconds, items } = await brought(rows);
    const kinds = new Set(['"lead"', '"person"']);
    const two = items.filter(({ __edb_e__ }) => kinds.has(JSON.stringify((__edb_e__ as { S?: string } | undefined)?.S)));
    each = items.length / rows;
    perSecond.push({ ours: rows / seconds, same: rows / (await written(items)), two: rows / (await written(two)) });
  }
  const [ours, same, two] = (["ours", "same", "two"] as const).map((name) => median(perSecond.map((round) => round[name])));
  const shares = (["same", "two"] as const).map((name) => median(perSecond.map((round) => round.ours / round[name])));
  const [ofSame = 0, ofTwo = 0] = shares;
  const text = table(
    ["rows", "items a row", "until all has followed, rows/s", "bare, the same items", "share", "bare, lead and person", "share"],
    [[rows, each, ours ?? 0, same ?? 0, ofSame, two ?? 0, ofTwo]],
  );
  const missed = [
    ...(ofSame < OF_THE_SAME ? [`a file against a bare client: ${ofSame.toFixed(2)}, at least ${OF_THE_SAME}`] : []),
    ...(ofTwo < OF_TWO_ITEMS ? [`a file against lead and person alone: ${ofTwo.toFixed(2)}, at least ${OF_TWO_ITEMS}`] : []),
  ];
  return { title: "A file of leads until all has followed, beside bare clients", text, missed };
}

/** Brings a file in through the API of a server of its own; the items that are there then and were not before. */
async function brought(rows: number): Promise<{ seconds: number; items: Item[] }> {
  const server = await serverWith(100);
  try {
    await call(server.url, "POST", "/_local/settle", undefined, {});
    const before = new Set(itemsOf(server).map(keyOf));
    const started = performance.now();
    await completed(server, await sent(server, rows, "bulk"));
    await call(server.url, "POST", "/_local/settle", undefined, {});
    const seconds = (performance.now() - started) / 1000;
    return { seconds, items: itemsOf(server).filter((item) => !before.has(keyOf(item))) };
  } finally {
    await discard(server);
  }
}

const keyOf = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);

function itemsOf({ folder }: BenchServer): Item[] {
  const table = readTable(folder);
  try {
    return Array.from(table.scan(undefined), ({ item }) => item);
  } finally {
    table.close();
  }
}

export async function sent({ url, token }: BenchServer, rows: number, mark: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([leadsFile(rows, mark)], { type: "text/csv" }), "leads.csv");
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/leads/import`, { method: "POST", headers, body: form });
  const answer = (await response.json()) as { data?: { import_id: string } };
  if (!answer.data) throw new Error(`POST /api/v1/leads/import: ${response.status} ${JSON.stringify(answer).slice(0, 300)}`);
  return answer.data.import_id;
}

export async function completed({ url, token }: BenchServer, id: string): Promise<void> {
  for (let status = "queued"; status === "queued" || status === "running"; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ status } = (await call(url, "GET", `/api/v1/imports/${id}`, token)).data);
  }
}

/** Seconds in which a client that does nothing else writes the items to an empty table, 25 a request. */
async function written(items: readonly Item[]): Promise<number> {
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
const AFTER = 100;

let serial = 0;

/** Milliseconds of creating one lead. */
async function created({ url, token }: BenchServer): Promise<number> {
  const n = ++serial;
  const lead = { first_name: "Grace", last_name: `Busy${n}`, email: `busy${n}@mail.example`, company: "Bench Ltd" };
  const [took = Number.NaN] = await timings(1, () =>
    call(url, "POST", "/api/v1/leads", token, { ...lead, lead_source_id: "web" }),
  );
  return took;
}

async function creating({ rounds, rows }: BulkOptions): Promise<Section> {
  const quiet: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const server = await serverWith(1000);
    try {
      const create = () => created(server);
      for (let n = 0; n < 50; n++) await create();
      for (let n = 0; n < 200; n++) quiet.push(await create());
      await call(server.url, "POST", "/_local/settle", undefined, {});
      const id = await sent(server, rows, "busy");
      let isOpen = true;
      const following = completed(server, id).then(() => {
        isOpen = false;
      });
      // What was brought in last is still to be followed when the import is over.
      while (isOpen) busy.push(await create());
      for (let n = 0; n < AFTER; n++) busy.push(await create());
      await following;
    } finally {
      await discard(server);
    }
  }
  const figures = (name: string, took: readonly number[]) => {
    const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)];
    return [name, took.length, p50, p99, p99 / p50];
  };
  const tail = quantile(busy, 0.99) / quantile(busy, 0.5);
  const lines = [figures("with nothing else", quiet), figures("while a file comes in and all follows", busy)];
  const text = table(["create", "count", "p50 ms", "p99 ms", "p99 in medians"], lines);
  const missed = tail > TAIL ? [`creates while a file comes in: p99 ${tail.toFixed(1)} medians, at most ${TAIL}`] : [];
  return { title: "Creates over HTTP while the stream catches up", text, missed };
}
