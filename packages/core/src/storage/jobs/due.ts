import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { Ports } from "../../kernel/ports.ts";
import { DUE_SHARDS } from "../table/collection.ts";
import { kindOf } from "../table/collections.ts";
import { get, query, send, tableName } from "../table/database.ts";
import { systemKey } from "../table/key.ts";

/**
 * The sweep over what is due. Records that want attention at an instant stand in a sparse index, by day and shard; a
 * watermark says up to when everything has been acted on. What is acted on leaves the index with the same write that
 * acts, under the record's version: so it happens once, also when two sweeps run at a time, or one comes late.
 */
export type DueActions = Partial<Record<string, (id: string) => Promise<unknown>>>;

const DAY = 24 * 60 * 60 * 1000;
/** How far back a first sweep looks, and how long what failed is tried again. */
const PATIENCE = 7 * DAY;

export async function sweep(ports: Ports, actions: DueActions): Promise<void> {
  const until = Clock.now();
  const failed = await runIn(systemContext(ports, undefined, "due", ["due", "watermark"]), async () => {
    const days = daysBetween(await readWatermark(until), until);
    const oldest: string[] = [];
    for (const day of days) {
      for (let shard = 0; shard < DUE_SHARDS; shard++)
        oldest.push(...(await sweepBucket(ports, actions, `${day}.${shard}`, until)));
    }
    return oldest.sort()[0];
  });
  // What could not be acted on stays before the watermark, and is found again.
  await runIn(systemContext(ports, undefined, "due", ["watermark"]), () => writeWatermark(failed ?? until));
}

async function sweepBucket(ports: Ports, actions: DueActions, bucket: string, until: string): Promise<string[]> {
  const failed: string[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await query({
      IndexName: "due",
      KeyConditionExpression: "due = :bucket and due_sort <= :until",
      ExpressionAttributeValues: { ":bucket": systemKey("due", bucket), ":until": `${until}~` },
      ExclusiveStartKey: from,
    });
    for (const item of page.Items ?? []) {
      const instant = String(item.due_sort).split("#")[0] ?? until;
      if (!(await act(ports, actions, String(item.pk), String(item.sk)))) failed.push(instant);
    }
    from = page.LastEvaluatedKey;
  } while (from);
  return failed;
}

/** Acts on one record, in its tenant; a record that is gone or no longer due is done. */
async function act(ports: Ports, actions: DueActions, pk: string, id: string): Promise<boolean> {
  const tenant = /^T#([^#]+)#/.exec(pk)?.[1];
  const action = actions[kindOf(id)?.name ?? ""];
  if (!tenant || !action) return true;
  try {
    await runIn(systemContext(ports, tenant, "due"), () => action(id));
    return true;
  } catch (error) {
    if (isFailure(error, "NOT_FOUND")) return true;
    ports.log.write("error", "A due record could not be acted on", { id, error: error instanceof Error ? error.message : "" });
    return false;
  }
}

const watermarkKey = () => ({ pk: systemKey("watermark", "due"), sk: "due" });

async function readWatermark(until: string): Promise<string> {
  const kept = await get(watermarkKey());
  const earliest = new Date(Date.parse(until) - PATIENCE).toISOString();
  const mark = kept ? String(kept.instant) : earliest;
  return mark > until ? until : mark;
}

async function writeWatermark(instant: string): Promise<void> {
  await send(new PutCommand({ TableName: tableName(), Item: { ...watermarkKey(), instant } }));
}

/** Every day from the one of `from` to the one of `until`, and the day before: an hour's slack for late writes is in it. */
function daysBetween(from: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from.slice(0, 10)}T00:00:00Z`) - DAY; at <= Date.parse(until); at += DAY) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}
