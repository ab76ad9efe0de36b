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
const STREAM = systemKey("watermark", "stream");

/** Seconds between what a consumer says, and how long it counts. */
const EVERY = 5;
const COUNTS = 30;

/** Who a process is among the consumers, and when it said last how far behind it is. */
const said = new WeakMap<object, { name: string; at: number }>();

/** A consumer begins with these. */
export const noteLag = (ports: Ports, records: readonly DynamoDBRecord[]): Promise<void> =>
  runIn(systemContext(ports, undefined, "stream", ["watermark"]), async () => {
    const { database, log } = usePorts();
    const born = records.at(-1)?.dynamodb?.ApproximateCreationDateTime;
    const now = Clock.machine();
    const { name, at } = said.get(database) ?? { name: crypto.randomUUID(), at: 0 };
    if (born === undefined || at > now - EVERY * 1000) return;
    said.set(database, { name, at: now });
    const ttl = Math.ceil(now / 1000) + 3600;
    const item = { pk: STREAM, sk: name, said_at: now, lag: Math.max(0, Math.round(now / 1000 - Number(born))), ttl };
    await put(item).catch((error: Error) =>
      log.write("warn", "A consumer could not say how far it is behind", { error: error.message }),
    );
  });

/** By the machine's clock, too: by one that stands still, what was late once would stay late. */
const known = new Cache<number>(3, 1, Clock.machine);

/** Seconds by which the consumer that is furthest behind is late; 0 where none has been at work for a while. */
export const lag = (): Promise<number> =>
  known.get("lag", () =>
    runIn({ ...useContext(), keyspaces: ["watermark"] }, async () => {
      const items = await queryAll(STREAM, { consistent: false });
      const now = Clock.machine();
      return Math.max(0, ...items.filter(({ said_at }) => Number(said_at) > now - COUNTS * 1000).map((item) => Number(item.lag)));
    }),
  );

/** Seconds behind from which on bulk work waits: a sixth of the minute that one tenant may cost another. */
export const BEHIND = 10;
/** Milliseconds between looks. */
const PAUSE = 200;

/** Waits while the stream is behind and there is time; what writes in bulk does so between its transactions. */
export async function keepPace(isTime: () => boolean): Promise<void> {
  while ((await lag()) > BEHIND && isTime()) await new Promise((resolve) => setTimeout(resolve, PAUSE));
}
