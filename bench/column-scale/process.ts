import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { hasColumns } from "@crm/core/storage/read/column-cache.ts";
import { listKindColumns } from "@crm/core/storage/read/column-kind.ts";
import { listByColumns } from "@crm/core/storage/read/column-page.ts";
import { FieldFilters } from "@crm/core/storage/read/filter.ts";
import { buildListQuery } from "@crm/core/storage/read/list.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { listKinds, loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import { startApp } from "@crm/local/app.ts";
import { DEFAULT_SEED, signUpTenant } from "../../scripts/load-leads.ts";
import { inventRecord, inventTable } from "./invented-table.ts";

/**
 * One function's process of the bench of columns: `node process.ts build|list FOLDER KINDS ROWS`. It prints what it measured as one line of JSON. Its memory is its
 * own, so each task is another process.
 */
const [task, folder = "", kindCount, rowCount] = process.argv.slice(2);
const rows = Number(rowCount);

const app = await startApp({ data: folder, archiveDays: 0, logFrom: "error" });
const tenantFile = join(folder, "tenant");
const context = await openTenant();
const collections = await runIn(context, chooseKinds);
app.ports.database = inventTable(app.ports.database, { collections, rows });
globalThis.gc?.();
const beforeMib = Math.round(process.memoryUsage.rss() / 2 ** 20);
const [started, cpuBefore] = [performance.now(), process.cpuUsage()];
const result = await runIn({ ...context, ports: app.ports }, () => (task === "build" ? build() : list()));
await app.stop();
process.stdout.write(`${JSON.stringify({ ...result, beforeMib, ...measureProcess() })}\n`);

async function openTenant(): Promise<Context> {
  if (!existsSync(tenantFile)) writeFileSync(tenantFile, (await signUpTenant(app, "columns", DEFAULT_SEED)).loaded.tenant);
  return systemContext(app.ports, readFileSync(tenantFile, "utf8"), "bench");
}

/** The kinds with the most columns that take invented records. */
async function chooseKinds(): Promise<Collection<BaseRecord>[]> {
  const all: Collection<BaseRecord>[] = [];
  for (const kind of listKinds()) {
    if (!kind.load) continue;
    const collection = await loadCollection(kind);
    if (hasColumns(collection) && takesInvented(collection)) all.push(collection);
  }
  const count = (collection: Collection<BaseRecord>): number => listKindColumns(collection).length;
  return all.sort((a, b) => count(b) - count(a)).slice(0, Number(kindCount));
}

function takesInvented(collection: Collection<BaseRecord>): boolean {
  try {
    for (let n = 0; n < 8; n++) {
      const record = inventRecord(collection, n);
      const read = collection.fromRow({ key: record.id, row: collection.serialize(record).row });
      for (const column of listKindColumns(collection)) column.read(read);
    }
    return true;
  } catch {
    return false;
  }
}

async function build() {
  const kinds: { name: string; columns: number; seconds: number }[] = [];
  for (const collection of collections) {
    const begun = performance.now();
    await maintain(collection, Number.POSITIVE_INFINITY, { minRows: 0 });
    const seconds = (performance.now() - begun) / 1000;
    kinds.push({ name: collection.name, columns: listKindColumns(collection).length, seconds });
    console.error(`${collection.name}: ${seconds.toFixed(1)} s, peak ${readPeakMib()} MiB`);
  }
  const objects = readdirSync(join(folder, "objects"), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.parentPath.includes("columns"),
  );
  const bytes = objects.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return { kinds, objects: objects.length, bytes };
}

/** Lists each kind by each of its orders, and by the first one again. */
async function list() {
  const listOnce = async (collection: Collection<BaseRecord>, sort: string): Promise<number> => {
    const query = buildListQuery(collection, { sort, order: "asc", limit: 20 });
    const begun = performance.now();
    const page = await listByColumns(collection, query, { owners: "all", matches: () => true }, undefined);
    if (!page || page.rows.length < 20) throw new Error(`The columns of ${collection.name} give no list by ${sort}`);
    return performance.now() - begun;
  };
  const ordersOf = (collection: Collection<BaseRecord>): string[] => FieldFilters.listSortableFields(collection);
  const kinds: { name: string; orders: number; firstMs: number; againMs: number; mib: number }[] = [];
  for (const collection of collections) {
    const orders = ordersOf(collection);
    const times: number[] = [];
    for (const sort of orders) times.push(await listOnce(collection, sort));
    const againMs = await listOnce(collection, orders[0] ?? "");
    const mib = Math.round(process.memoryUsage.rss() / 2 ** 20);
    kinds.push({ name: collection.name, orders: orders.length, firstMs: times[0] ?? 0, againMs, mib });
    console.error(`${collection.name}: ${mib} MiB`);
  }
  return { kinds };
}

function measureProcess() {
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6, peakMib: readPeakMib() };
}

/** The most memory of the process so far. */
function readPeakMib(): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) / 1024);
}
