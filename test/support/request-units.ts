import type { Meter } from "@crm/local/capacity-meter.ts";
import type { DynamoDBRecord } from "aws-lambda";

/** What some work uses: request units of reads and writes, and round trips to the table. */
export interface RequestUnits {
  read: number;
  write: number;
  commands: number;
}

/** What one run uses. */
export async function measureUnits(meter: Meter, work: () => Promise<unknown>): Promise<RequestUnits> {
  const before = { ...meter };
  await work();
  return { read: meter.read - before.read, write: meter.write - before.write, commands: meter.commands - before.commands };
}

/** A change of no known age: a consumer says every few seconds of the machine's how far it is behind, which would be counted by chance. */
export function omitCreationTime({ dynamodb = {}, ...change }: DynamoDBRecord): DynamoDBRecord {
  const { ApproximateCreationDateTime: _born, ...images } = dynamodb;
  return { ...change, dynamodb: images };
}

/** How some work is measured: once, or as the least of a few runs. */
export type UnitMeter = (work: () => Promise<unknown>) => Promise<RequestUnits>;

/** The least of a few runs: none of them fell on a renewal, of a counter that is kept for two seconds or of a lease. */
export async function measureLeastUnits(meter: Meter, work: () => Promise<unknown>): Promise<RequestUnits> {
  const runs: RequestUnits[] = [];
  for (let run = 0; run < 4; run++) runs.push(await measureUnits(meter, work));
  return selectLeastUnits(runs);
}

export const selectLeastUnits = (runs: readonly RequestUnits[]): RequestUnits =>
  runs.reduce((best, each) =>
    each.commands < best.commands || (each.commands === best.commands && each.write < best.write) ? each : best,
  );
