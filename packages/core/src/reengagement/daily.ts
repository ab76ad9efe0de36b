import { counted } from "../jobs/snapshot/counted.ts";
import { dayAfter } from "../kernel/zone.ts";
import { idsOf } from "../storage/project/recount-ids.ts";
import { Batches } from "./batch.entity.ts";
import { Members } from "./member.entity.ts";
import { dayOf, onDay } from "./stats.rules.ts";

/** The days of batches, as they are proved once they are over. */
export const daily = counted("BATCHDAYS", {
  collection: Members,
  async *ranges(from, to) {
    for await (const ids of idsOf(Batches, undefined))
      for (const id of ids) yield [onDay(id, dayAfter(from, -1)), onDay(id, to)] as const;
  },
  dayOf,
});
