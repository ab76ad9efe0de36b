import type { Meter } from "@crm/local/capacity.ts";
import type { DynamoDBRecord } from "aws-lambda";

/** What some work uses: request units of reads and writes, and round trips to the table. */
export interface Units {
  read: number;
  write: number;
  commands: number;
}

/** What one run uses. */
export async function measured(meter: Meter, work: () => Promise<unknown>): Promise<Units> {
  const before = { ...meter };
  await work();
  return { read: meter.read - before.read, write: meter.write - before.write, commands: meter.commands - before.commands };
}

/** A change of no known age: a consumer says every few seconds of the machine's how far it is behind, which would be counted by chance. */
export function unborn({ dynamodb = {}, ...change }: DynamoDBRecord): DynamoDBRecord {
  const { ApproximateCreationDateTime: _born, ...images } = dynamodb;
  return { ...change, dynamodb: images };
}

/** How some work is measured: once, or as the least of a few runs. */
export type Measured = (work: () => Promise<unknown>) => Promise<Units>;

/** The least of a few runs: none of them fell on a renewal, of a counter that is kept for two seconds or of a lease. */
export async function costOf(meter: Meter, work: () => Promise<unknown>): Promise<Units> {
  const runs: Units[] = [];
  for (let run = 0; run < 4; run++) runs.push(await measured(meter, work));
  return leastOf(runs);
}

export const leastOf = (runs: readonly Units[]): Units =>
  runs.reduce((best, each) =>
    each.commands < best.commands || (each.commands === best.commands && each.write < best.write) ? each : best,
  );
