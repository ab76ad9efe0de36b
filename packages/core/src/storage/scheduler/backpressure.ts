import type { DynamoDBRecord } from "aws-lambda";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, useContext, usePorts } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { Cache } from "../table/cache.ts";
import { put, queryAll } from "../table/database.ts";
import { systemKey } from "../table/key.ts";

/**
 * How far the table's stream is behind, as its consumers themselves say, and those who write in bulk and wait for it: one tenant's
 * import would otherwise stand before every other tenant's changes. Each consumer says now and then how old the last of the changes is
 * that it begins with, because what it has not read yet is younger; who asks takes the oldest of a while. Times are the machine's,
 * because the stream's are: no test moves them.
 */
const STREAM_PARTITION = systemKey("watermark", "stream");

/** Seconds between what a consumer says, and how long it counts. */
const REPORT_INTERVAL_SECONDS = 5;
const REPORT_VALID_SECONDS = 30;

/** Who a process is among the consumers, and when it said last how far behind it is. */
const lastReports = new WeakMap<object, { name: string; at: number }>();

/** A consumer begins with these. */
export const reportLag = (ports: Ports, records: readonly DynamoDBRecord[]): Promise<void> =>
  runIn(systemContext(ports, undefined, "stream", ["watermark"]), async () => {
    const { database, log } = usePorts();
    const born = records.at(-1)?.dynamodb?.ApproximateCreationDateTime;
    const now = Clock.machineTime();
    const { name, at } = lastReports.get(database) ?? { name: crypto.randomUUID(), at: 0 };
    if (born === undefined || at > now - REPORT_INTERVAL_SECONDS * 1000) return;
    lastReports.set(database, { name, at: now });
    const ttl = Math.ceil(now / 1000) + 3600;
    const item = { pk: STREAM_PARTITION, sk: name, said_at: now, lag: Math.max(0, Math.round(now / 1000 - Number(born))), ttl };
    await put(item).catch((error: Error) =>
      log.write("warn", "A consumer could not say how far it is behind", { error: error.message }),
    );
  });

/** By the machine's clock, too: by one that stands still, what was late once would stay late. */
const lagCache = new Cache<number>(3, 1, Clock.machineTime);

/** Seconds by which the consumer that is furthest behind is late; 0 where none has been at work for a while. */
export const readLag = (): Promise<number> =>
  lagCache.get("lag", () =>
    runIn({ ...useContext(), keyspaces: ["watermark"] }, async () => {
      const items = await queryAll(STREAM_PARTITION, { consistent: false });
      const now = Clock.machineTime();
      return Math.max(
        0,
        ...items.filter(({ said_at }) => Number(said_at) > now - REPORT_VALID_SECONDS * 1000).map((item) => Number(item.lag)),
      );
    }),
  );

/** Seconds behind from which on bulk work waits: a sixth of the minute that one tenant may cost another. */
export const MAX_LAG_SECONDS = 10;
/** Milliseconds between looks. */
const POLL_INTERVAL_MS = 200;

/** Waits while the stream is behind and there is time; what writes in bulk does so between its transactions. */
export async function waitForStream(isTime: () => boolean): Promise<void> {
  while ((await readLag()) > MAX_LAG_SECONDS && isTime()) await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
}
