import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { definition, readTable } from "@crm/local/table/file.ts";
import { readIndexKey } from "@crm/local/table-engine/index-key.ts";
import type { Row, TableStorage } from "@crm/local/table-engine/storage.ts";
import { afterAll, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";

/** Number of kills; `CRM_KILLS=200` is the long form. */
const KILLS = resolveTestSize("CRM_KILLS", 1, 6);

const folder = mkdtempSync(join(tmpdir(), "crm-kill-table-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = join(import.meta.dirname, "table-writer.ts");

/** Transactions that the writer must have acknowledged before it is killed. */
const MIN_TRANSACTIONS = 5;

/** Runs the writer, kills it `after` milliseconds after its first transactions, and returns what it acknowledged. */
async function killWriter(round: number, after: number): Promise<string[]> {
  const writer = spawn(process.execPath, [program, folder, String(round)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  writer.stdout.on("data", (chunk) => {
    output += chunk;
  });
  while (output.split("\n").length <= MIN_TRANSACTIONS) await once(writer.stdout, "data");
  await sleep(after);
  writer.kill("SIGKILL");
  await once(writer, "close");
  // The last line may be incomplete.
  return output.split("\n").slice(0, -1);
}

/** Faults of the stored table compared with what was acknowledged. */
function findFaults(table: TableStorage, acknowledged: readonly string[]): string[] {
  const faults: string[] = [];
  const rows = Array.from(table.scan(undefined));
  const receipts = rows.filter(({ pk }) => pk.endsWith("receipts"));
  const stored = new Set(receipts.map(({ sk }) => sk));
  for (const name of acknowledged) if (!stored.has(name)) faults.push(`${name} was acknowledged and is lost`);
  const amounts = rows.flatMap(({ item: { amount } }) => (amount && "N" in amount ? [Number(amount.N)] : []));
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  if (sum !== 0) faults.push(`half of a transaction: amounts add up to ${sum}`);
  for (const index of definition.indexes) {
    const entries = Array.from(table.scanIndex(index.name, undefined), rowName);
    const rebuilt = rows.filter((row) => readIndexKey(row, index)).map(rowName);
    if (entries.toSorted().join() !== rebuilt.toSorted().join()) faults.push(`index ${index.name} differs from a rebuild`);
  }
  const records = table.records(0, 10_000_000);
  records.forEach(({ sequence }, index) => {
    if (sequence !== index + 1) faults.push(`the stream has ${sequence} in place of ${index + 1}`);
  });
  if (records.length !== 3 * receipts.length) faults.push(`${records.length} records of ${receipts.length} transactions`);
  const last = new Map(records.map(({ pk, sk, after }) => [`${pk} ${sk}`, JSON.stringify(after)]));
  for (const row of rows)
    if (last.get(rowName(row)) !== JSON.stringify(row.item))
      faults.push(`the last record of ${rowName(row)} is not what is stored`);
  return faults;
}

const rowName = ({ pk, sk }: Row): string => `${pk} ${sk}`;

it(`the table has acknowledged writes with indexes and stream after ${KILLS} kills`, async () => {
  const random = createTestRandom("kills of a table's process");
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    acknowledged.push(...(await killWriter(round, random() * 40)));
    const table = readTable(folder);
    expect(findFaults(table, acknowledged), `after kill ${round + 1}`).toEqual([]);
    table.close();
  }
  console.log(`${KILLS} kills, ${acknowledged.length} transactions acknowledged`);
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * MIN_TRANSACTIONS);
}, 3_600_000);
