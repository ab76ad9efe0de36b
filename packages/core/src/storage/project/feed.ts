import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { eventId, type FeedEvent, KEPT, MOST, originKey, pageItem, pages, type Waking, waking, wants } from "../read/feed.ts";
import { Cache } from "../table/cache.ts";
import { get, isConditionFailed, send, tableName } from "../table/database.ts";
import { retryPassing } from "../write/transaction.ts";

/**
 * Appends to the feed of a tenant (docs/webhooks-out.md): a page more, under the number behind one that is there, on the condition that
 * there is none yet. So numbers have no gaps, and whoever has read up to one has missed nothing.
 */

/** A page that is there: of a process, the newest that it knows. */
export interface Known {
  number: number | undefined;
}

const known = new Cache<Known>(60);
const wakings = new Cache<Waking[]>(60);

/** To be asked before checkpoints are read: what is new by them stands in no page up to this one. */
export const reached = (): Promise<Known> =>
  known.get(useTenant(), async () => ({ number: (await pages({ most: 1, order: "desc" }))[0]?.number }));

/** After a write to an endpoint, in this process at once; others wake it within a minute, and its clock does. */
export const forget = (): void => wakings.forget(useTenant());

/** An event, and whether its record was derived up to its version before: then it may be there already. */
export interface Told {
  event: DomainEvent;
  isAgain: boolean;
}

/** By how much the clocks of those who write and those who append may differ, in milliseconds. */
const SKEW = 5 * 60 * 1000;
const LOOKED = 50;

const nameOf = ({ record_id, version, type }: Pick<FeedEvent, "record_id" | "version" | "type">): string =>
  `${record_id}.${version}.${type}`;

/**
 * Appends what is not there yet. `since` is when the oldest of the changes was made, by the machine's clock: what came before is in a
 * page of that time or later.
 */
export async function append(from: Known, told: readonly Told[], since: number): Promise<void> {
  const left = new Map(told.map(({ event }) => [nameOf(event), event]));
  const drop = (events: readonly FeedEvent[]): void => {
    for (const event of events) left.delete(nameOf(event));
  };
  let { number } = from;
  if (told.some(({ isAgain }) => isAgain) && number !== undefined)
    for (let to = number, isOver = false; !isOver && left.size > 0; ) {
      const read = await pages({ to, most: LOOKED, order: "desc" });
      for (const { events } of read) drop(events);
      const oldest = read.at(-1);
      isOver = !oldest || oldest.made < since - SKEW;
      to = (oldest?.number ?? 0) - 1;
    }
  number ??= (await beginning()) - 1;
  for (let met = 0; left.size > 0; ) {
    const some = [...left.values()].slice(0, MOST);
    try {
      const Item = pageItem(number + 1, some);
      await retryPassing(() =>
        send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" })),
      );
      number++;
      for (const event of some) left.delete(nameOf(event));
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      // Others were faster, or a try whose answer was lost went through.
      for (let read = await pages({ from: number + 1, most: LOOKED }); read.length > 0; ) {
        for (const page of read) {
          drop(page.events);
          number = page.number;
        }
        read = read.length < LOOKED ? [] : await pages({ from: number + 1, most: LOOKED });
      }
      if (++met > 1) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * Math.min(met, 10)));
    }
  }
  from.number = Math.max(from.number ?? 0, number);
}

/**
 * The first number of a run, where no page is there to count from: the milliseconds of an instant, which is further than any number of a
 * run before. Who begins at once begins with the same; after half the time that pages are kept, a run that has none has ended.
 */
async function beginning(): Promise<number> {
  for (;;) {
    const origin = await get(originKey());
    if (origin && String(origin.begun_at) > Clock.after(-KEPT / 2)) return Number(origin.start);
    const start = Clock.ms();
    const condition = origin
      ? { ConditionExpression: "begun_at = :read", ExpressionAttributeValues: { ":read": origin.begun_at } }
      : { ConditionExpression: "attribute_not_exists(pk)" };
    try {
      await send(
        new PutCommand({ TableName: tableName(), Item: { ...originKey(), start, begun_at: Clock.now() }, ...condition }),
      );
      return start;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}

/** What wakes the endpoints that want one of the events: as their clock does, so that none of them waits for another. */
export async function wakes(known: Known, events: readonly DomainEvent[]): Promise<DomainEvent[]> {
  const tenant_id = useTenant();
  const all = await wakings.get(tenant_id, () => waking({ consistent: false, live: true }));
  const at = Clock.now();
  return all.flatMap(({ endpoint_id: record_id, events: patterns }) =>
    events.some(({ type }) => wants(patterns, type))
      ? [
          {
            id: `${record_id}.${eventId(known.number ?? 0, 0)}`,
            type: "webhook_endpoint.work_due",
            ...{ tenant_id, record_id, at, due_at: at, changed: [] },
            ...{ version: 0, actor_id: "system:stream", request_id: "" },
          },
        ]
      : [],
  );
}

export * as Appending from "./feed.ts";
