import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { update } from "./database.ts";
import { tenantKey } from "./key.ts";
import { useBatch } from "./transaction-batch.ts";

/**
 * Numbers for people (`L-2026-000123`), leased in blocks outside of the transaction that uses them. They are unique and rise within a
 * block, with gaps if a process ends or a transaction fails. A counter inside the transaction would make all writers of a tenant conflict.
 */
interface NumberBlock {
  next: number;
  end: number;
  size: number;
  leasedAt: number;
}

/** For each database: a tenant may also exist in another one, with its own numbers. */
const blocksByDatabase = new WeakMap<object, Map<string, Promise<NumberBlock>>>();
const MIN_BLOCK_SIZE = 10;
const MAX_BLOCK_SIZE = 1000;

function leasedBlocks(): Map<string, Promise<NumberBlock>> {
  const { database } = usePorts();
  const blocks = blocksByDatabase.get(database) ?? new Map<string, Promise<NumberBlock>>();
  blocksByDatabase.set(database, blocks);
  return blocks;
}

/** Leases `count` numbers of a series. The year is the current year in UTC. */
export async function lease(series: string, count = 1): Promise<string[]> {
  if (useBatch()?.isDryRun) return Array<string>(count).fill(`${series}-${Clock.now().slice(0, 4)}-000000`);
  const tenant = useTenant();
  const year = Clock.now().slice(0, 4);
  const key = `${tenant}/${series}/${year}`;
  const blocks = leasedBlocks();
  const numbers: string[] = [];
  while (numbers.length < count) {
    const block = await (blocks.get(key) ?? leaseBlock(key, series, year, MIN_BLOCK_SIZE));
    while (block.next < block.end && numbers.length < count)
      numbers.push(`${series}-${year}-${String(block.next++).padStart(6, "0")}`);
    if (numbers.length < count && block.next >= block.end && (await blocks.get(key)) === block) {
      // A block that was used up within a second doubles; one that lasted a minute halves.
      const age = Clock.ms() - block.leasedAt;
      const size = age < 1000 ? block.size * 2 : age > 60_000 ? block.size / 2 : block.size;
      await leaseBlock(
        key,
        series,
        year,
        Math.min(MAX_BLOCK_SIZE, Math.max(MIN_BLOCK_SIZE, Math.ceil(size), count - numbers.length)),
      );
    }
  }
  return numbers;
}

function leaseBlock(key: string, series: string, year: string, size: number): Promise<NumberBlock> {
  const blocks = leasedBlocks();
  const renewed = (async () => {
    const output = await update({
      Key: { pk: tenantKey(useTenant(), "NUMBER", series), sk: year },
      UpdateExpression: "ADD #next :size",
      ExpressionAttributeNames: { "#next": "next" },
      ExpressionAttributeValues: { ":size": size },
      ReturnValues: "UPDATED_NEW",
    });
    const end = Number(output.Attributes?.next) + 1;
    return { next: end - size, end, size, leasedAt: Clock.ms() };
  })();
  blocks.set(key, renewed);
  renewed.catch(() => blocks.delete(key));
  return renewed;
}

export * as RecordNumbers from "./record-number.ts";
