import { Clock } from "@crm/core/kernel/clock.ts";
import type { Log, MetricUnits, Ports } from "@crm/core/kernel/ports.ts";
import { ResetRequest } from "@crm/core/platform/sign-in/reset-request.ts";
import { reportLag } from "@crm/core/storage/scheduler/backpressure.ts";
import { createDeadLetterWriter } from "@crm/core/storage/stream/dead-letter.ts";
import { projectBatch } from "@crm/core/storage/stream/projector.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";

/** The prefix, among the files, under which records that cannot be processed are parked. */
export const DEAD_LETTER_PREFIX = "dead-letters/stream/";

/**
 * Creates the consumer of the table's stream, as Lambda calls it. It derives what follows from changed records, and publishes the
 * requests for new passwords, which are stored before the user is known. Records that fail are parked under the prefix, and a tenant that
 * would delay the others is set aside. Without a prefix, the records are delivered again.
 */
export const streamHandler =
  (ports: Ports, prefix?: string) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    await reportLag(ports, Records);
    const changes: DynamoDBRecord[] = [];
    for (const record of Records) {
      const { Keys, NewImage, SequenceNumber = "" } = record.dynamodb ?? {};
      const resetEvents = ResetRequest.toEvents(Keys, NewImage);
      if (!resetEvents) changes.push(record);
      else if (resetEvents.length > 0) {
        try {
          await ports.bus.publish(resetEvents);
        } catch (error) {
          ports.log.write("error", "An event could not be published", { error: error instanceof Error ? error.message : "" });
          // The records before this one are processed again, which does no harm.
          return { batchItemFailures: [{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber ?? SequenceNumber }] };
        }
      }
    }
    if (changes.length === 0) return { batchItemFailures: [] };
    const setAside = new Set<string | undefined>();
    const queue = { deadLetterPrefix: prefix ?? "", onAppend: (tenant: string) => setAside.add(tenant) };
    const options = prefix === undefined ? {} : { park: createDeadLetterWriter(ports, prefix), queue };
    const answer = await projectBatch(ports, changes, options);
    logLag(ports.log, changes, answer, setAside);
    return answer;
  };

const TOTALS: MetricUnits = { changes: "Count", lag_ms: "Milliseconds" };

/** Logs for each tenant that was not set aside how many changes were processed, and the delay of the last one. */
function logLag(
  log: Log,
  changes: readonly DynamoDBRecord[],
  { batchItemFailures: [failed] }: DynamoDBBatchResponse,
  setAside: ReadonlySet<string | undefined>,
): void {
  const until = failed ? changes.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed.itemIdentifier) : changes.length;
  for (const [tenant, derived] of Map.groupBy(changes.slice(0, Math.max(0, until)), parseTenantId)) {
    if (setAside.has(tenant)) continue;
    const changeTime = Number(derived.at(-1)?.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000;
    log.write(
      "info",
      "derived",
      { tenant, changes: derived.length, lag_ms: Math.max(0, Clock.machineTime() - changeTime) },
      TOTALS,
    );
  }
}

const parseTenantId = ({ dynamodb }: DynamoDBRecord): string | undefined => /^T#([^#]+)#/.exec(dynamodb?.Keys?.pk?.S ?? "")?.[1];
