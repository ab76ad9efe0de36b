import type { Meter } from "@crm/local/capacity-meter.ts";
import type { DynamoDBRecord } from "aws-lambda";

/** The resources that work uses: read and write request units, and round trips to the table. */
export interface RequestUnits {
  read: number;
  write: number;
  commands: number;
}

/** The units of a single run. */
export async function measureUnits(meter: Meter, work: () => Promise<unknown>): Promise<RequestUnits> {
  const before = { ...meter };
  await work();
  return { read: meter.read - before.read, write: meter.write - before.write, commands: meter.commands - before.commands };
}

/** Removes the age of a change, because a consumer reports its lag every few seconds of real time, which would distort the units. */
export function omitCreationTime({ dynamodb = {}, ...change }: DynamoDBRecord): DynamoDBRecord {
  const { ApproximateCreationDateTime: _born, ...images } = dynamodb;
  return { ...change, dynamodb: images };
}

/** Measures work: once, or as the minimum of several runs. */
export type UnitMeter = (work: () => Promise<unknown>) => Promise<RequestUnits>;

/** The minimum of several runs, which excludes renewals of a counter cached for two seconds and of leases. */
export async function measureLeastUnits(meter: Meter, work: () => Promise<unknown>): Promise<RequestUnits> {
  const runs: RequestUnits[] = [];
  for (let run = 0; run < 4; run++) runs.push(await measureUnits(meter, work));
  return selectLeastUnits(runs);
}

export const selectLeastUnits = (runs: readonly RequestUnits[]): RequestUnits =>
  runs.reduce((best, each) =>
    each.commands < best.commands || (each.commands === best.commands && each.write < best.write) ? each : best,
  );
