import { Clock } from "../../kernel/clock.ts";
import { listDays } from "../../kernel/time-zone.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { dynamodbLimits } from "../table/table.ts";
import type { Partition } from "./list-query.ts";
import { listKeysAfter } from "./partition-query.ts";

/** The partition of records that last changed on a day, in UTC. The index `by_change` holds keys only. */
export const changePartition = (life: "live" | "deleted", changed_on: string): Partition => ({
  index: "by_change",
  facets: { life, changed_on },
});

/** Yields the ids of all records that changed since an instant, deleted ones included. A record that changes meanwhile may come twice. */
export async function* readChangedIds<R extends BaseRecord>(
  collection: Collection<R>,
  instant: string,
): AsyncGenerator<readonly string[]> {
  for (const day of listDays(instant.slice(0, 10), Clock.now().slice(0, 10)))
    for (const life of ["live", "deleted"] as const)
      for (let ids: string[] = [], after: string | undefined; ; after = ids.at(-1)) {
        ids = await listKeysAfter(collection, [changePartition(life, day)], {
          order: "asc",
          after,
          limit: dynamodbLimits.batchGet,
        });
        if (ids.length > 0) yield ids;
        if (ids.length < dynamodbLimits.batchGet) break;
      }
}
