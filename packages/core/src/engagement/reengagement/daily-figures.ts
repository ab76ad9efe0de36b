import { addDays } from "../../kernel/time-zone.ts";
import { createCounterFigure } from "../../platform/daily-figures/counter-figure.ts";
import { readIdPages } from "../../storage/stream/recount-pages.ts";
import { Batches } from "./batch.entity.ts";
import { Members } from "./member.entity.ts";
import { dayScope, parseDay } from "./stats.rules.ts";

/** The daily counters of batches, which are verified after each day has ended. */
export const dailyFigures = createCounterFigure("BATCHDAYS", {
  collection: Members,
  async *ranges(from, to) {
    for await (const ids of readIdPages(Batches, undefined))
      for (const id of ids) yield [dayScope(id, addDays(from, -1)), dayScope(id, to)] as const;
  },
  parseDay: parseDay,
});
