import { ListObjectsV2Command, type ListObjectsV2CommandOutput, S3Client } from "@aws-sdk/client-s3";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Log, Ports } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";
import { DEAD_LETTER_PREFIX } from "./dead-letters.ts";
import { readVariable } from "./environment.ts";

/** Maximum pages of 1,000 objects that are counted. A longer backlog raises the alarm anyway. */
const MAX_PAGES = 10;

/**
 * Logs how many changes are parked, and for how many seconds the oldest has been. It logs 0 if there are none, so that a missing
 * metric is a fault.
 */
export async function recordDeadLetters(client: Client, Bucket: string, log: Log): Promise<void> {
  let waiting = 0;
  let since = Clock.ms();
  let ContinuationToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const command = new ListObjectsV2Command({ Bucket, Prefix: DEAD_LETTER_PREFIX, ContinuationToken });
    const { Contents = [], NextContinuationToken } = (await client.send(command)) as ListObjectsV2CommandOutput;
    waiting += Contents.length;
    for (const { LastModified } of Contents) since = Math.min(since, LastModified?.getTime() ?? since);
    ContinuationToken = NextContinuationToken;
    if (ContinuationToken === undefined) break;
  }
  const fields = { waiting, oldest_s: Math.round((Clock.ms() - since) / 1000) };
  log.write("info", "parked", fields, { waiting: "Count", oldest_s: "Seconds" });
}

export const recordMetrics = ({ log }: Ports): Promise<void> =>
  recordDeadLetters(new S3Client({}), readVariable("CRM_DEAD_LETTERS"), log);
